"""In the form of a case: what of the hospital's record goes with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.emr_search import SharedLineProps


class SharedLine(View):
    wanted = Signal()
    """Somebody wants to read at the hospital."""
    removed = Signal()
    compared = Signal()
    """Somebody says that the record is this patient's, or no longer."""

    def __init__(self) -> None:
        super().__init__()
        self._read = button("fromHospital", self.wanted.emit)
        self._remove = button("removeRecord", self.removed.emit, "quiet")
        self._words = label("sharedRecord", "small", wrap=True)
        self._problem = label("recordOfAnother", "problem", wrap=True)
        self._told = ("", False)
        self._compared = QCheckBox()
        self._compared.setObjectName("recordCompared")
        self._compared.toggled.connect(lambda _on: self.compared.emit())
        buttons = row(self._read, self._remove, None)
        self.setLayout(column(buttons, self._words, self._problem, self._compared, gap=1))
        self.words()

    def show_props(self, props: SharedLineProps) -> None:
        self._words.setText(props.words)
        self._words.setVisible(bool(props.words))
        problem = props.problem or ("" if props.compared else props.compare)
        self._problem.setText(f"⚠ {problem}" if problem else "")
        self._problem.setVisible(bool(problem))
        told = (props.key, props.compared)
        if told != self._told:  # a tick that is on its way stays
            blocked = self._compared.blockSignals(True)
            self._compared.setChecked(props.compared)
            self._compared.blockSignals(blocked)
        self._told = told
        self._compared.setVisible(bool(props.compare))
        self._compared.setEnabled(props.can_read)
        self._read.setVisible(props.can_read)
        self._remove.setVisible(props.can_remove)
        self.setVisible(props.can_read or bool(props.words))

    def checked_key(self, before: str) -> str:
        """`CaseContent.record_checked`; what it was before where there is nothing to compare."""
        key, _ = self._told
        if not key:
            return before
        return key if self._compared.isChecked() else ""

    def words(self) -> None:
        set_words(self._read, self.tr("From the hospital's record…"))
        set_words(self._remove, self.tr("Remove the record"))
        self._compared.setText(self.tr("I have compared: this is the patient of the case"))
        self._compared.setAccessibleName(self._compared.text())
