"""How the department of a draft finds an expert, and whom the clinic names."""

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from app.kit.layouts import column
from app.kit.view import View
from app.kit.widgets import Field, label, set_property
from app.models.service_lines import LineProps


class LineNote(View):
    """`named` when somebody chose an expert, or nobody."""

    named = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._props = LineProps()
        self._text = label("lineNote", "small", wrap=True)
        self._box = QComboBox()
        self._box.setObjectName("directedExpert")
        self._box.activated.connect(lambda _place: self.named.emit())
        self._field = Field(self._box)
        self.setLayout(column(self._text, self._field, gap=1))
        self.words()
        self.hide()

    def named_or(self, before: UUID | None) -> UUID | None:
        """Who is chosen; whom the case named before where nothing can be chosen here."""
        if not self._props.text:
            return before
        chosen = self._box.currentData()
        return None if chosen is None else UUID(chosen)

    def show_props(self, props: LineProps) -> None:
        if props == self._props:
            return
        self._props = props
        self._text.setText(props.text)
        set_property(self._text, "type", "problem" if props.warns else "small")
        self.setVisible(bool(props.text))
        self._fill()

    def _fill(self) -> None:
        self._box.clear()
        self._box.addItem(self.tr("Nobody by name"), None)
        for text, expert_id in self._props.experts:
            self._box.addItem(text, str(expert_id))
        named = self._props.named
        place = 0 if named is None else self._box.findData(str(named))
        if place < 0:
            self._box.addItem(self.tr("An expert of another department"), str(named))
            place = self._box.count() - 1
        self._box.setCurrentIndex(place)

    def words(self) -> None:
        self._field.set_name(self.tr("Expert asked by name"))
        self._fill()
