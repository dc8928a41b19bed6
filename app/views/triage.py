"""What the words of a case speak for, beside the fields it concerns; one press takes it over."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.triage import Hint, TriageProps


class TriageHints(View):
    """`taken` names the field of `CaseContent` and its value."""

    taken = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._hints: dict[str, Hint | None] = {"urgency": None, "department": None}
        self._texts = {name: label(f"{name}Hint", "small", wrap=True) for name in self._hints}
        self._takes = {
            "urgency": button("takeUrgency", lambda: self._take("urgency")),
            "department": button("takeDepartment", lambda: self._take("department")),
        }
        self._lines = {name: QWidget() for name in self._hints}
        for name, shown in self._lines.items():
            layout = row(self._texts[name], self._takes[name], gap=2)
            layout.setStretch(0, 1)
            shown.setLayout(layout)
        self.setLayout(column(*self._lines.values(), gap=1))
        self.words()
        self.show_props(TriageProps())

    def show_props(self, props: TriageProps) -> None:
        self._hints = {"urgency": props.urgency, "department": props.department}
        for name, hint in self._hints.items():
            self._texts[name].setText("" if hint is None else hint.text)
            self._lines[name].setVisible(hint is not None)
        self.setVisible(any(self._hints.values()))
        self.words()

    def words(self) -> None:
        for name, take in self._takes.items():
            set_words(take, self.tr("Use it"))
            hint = self._hints[name]
            if hint is not None:
                take.setAccessibleName(self.tr("Use it: {hint}").format(hint=hint.text))

    def _take(self, name: str) -> None:
        hint = self._hints[name]
        if hint is not None:
            self.taken.emit(name, hint.value)
