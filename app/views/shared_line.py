"""In the form of a case: what of the hospital's record goes with it."""

from PySide6.QtCore import Signal

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.emr_search import SharedLineProps


class SharedLine(View):
    wanted = Signal()
    """Somebody wants to read at the hospital."""
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._read = button("fromHospital", self.wanted.emit)
        self._remove = button("removeRecord", self.removed.emit, "quiet")
        self._words = label("sharedRecord", "small", wrap=True)
        self._problem = label("recordOfAnother", "problem", wrap=True)
        self.setLayout(
            column(row(self._read, self._remove, None), self._words, self._problem, gap=1)
        )
        self.words()

    def show_props(self, props: SharedLineProps) -> None:
        self._words.setText(props.words)
        self._words.setVisible(bool(props.words))
        self._problem.setText(f"⚠ {props.problem}" if props.problem else "")
        self._problem.setVisible(bool(props.problem))
        self._read.setVisible(props.can_read)
        self._remove.setVisible(props.can_remove)
        self.setVisible(props.can_read or bool(props.words))

    def words(self) -> None:
        set_words(self._read, self.tr("From the hospital's record…"))
        set_words(self._remove, self.tr("Remove the record"))
