"""Asks before images that name several patients go with one case."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.kit.question import ask
from app.models.several_patients import Person, asked_several


def ask_if_several(parent: QWidget, people: Iterable[Person], go_on: Callable[[], object]) -> None:
    """Goes on at once where all may be one patient, else after a yes."""
    question = asked_several(people)
    if not question:
        go_on()
        return
    translate = QCoreApplication.translate
    ask(
        parent,
        "severalQuestion",
        (translate("SeveralPatients", "Several patients"), question),
        yes=("severalQuestionYes", translate("SeveralPatients", "Add them all")),
        no=("severalQuestionNo", translate("SeveralPatients", "Choose again")),
        on_yes=go_on,
    )
