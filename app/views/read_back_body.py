"""What was understood of a critical finding, in own words, and who was told."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.commands.case_wishes import WishCaseAction
from app.kit.layouts import column
from app.kit.widgets import Field, LineField, text_area
from app.models.case_actions import CaseActionsProps
from app.views.case_action_bodies import WORDS, Body
from protocol.finding import says_something


class ReadBackBody(Body):
    """The words are needed; whom they were passed on to is not."""

    def __init__(self) -> None:
        super().__init__()
        self._said = text_area("readBackWords", 2)
        self._field = Field(self._said)
        self._told = LineField("readBackTold")
        self._told.line.setMaxLength(WORDS)
        self.setLayout(column(self._field, self._told))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._said.clear()
        self._told.line.clear()
        self._field.set_problem("")

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        said = " ".join(self._said.toPlainText().split())
        problem = ""
        if not says_something(said):
            problem = self.tr("Write in your own words what the finding is, as you understood it.")
        if len(said) > WORDS:
            problem = self.tr("At most {n} characters.").format(n=WORDS)
        self._field.set_problem(problem)
        return None if problem else replace(wish, reason=said, told=self._told.text.strip())

    def first(self) -> QWidget:
        return self._said

    def words(self) -> None:
        self._field.set_name(self.tr("What was understood, in own words"), required=True)
        self._told.set_name(self.tr("Who was told (patient, ward, relatives)"))
