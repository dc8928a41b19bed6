"""What can be done where the hospital does not take something of a case: parts of its strip."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.commands.emr_wishes import EmrWish, WishLeaveWrites, WishWriteAgain, WishWriteOver
from app.kit.widgets import button, line, set_words
from app.models.case_strip import StripStep

NUMBER_WIDTH = 200


def write_steps(
    step: StripStep, consultation_id: UUID, wish: Callable[[EmrWish], None]
) -> tuple[QWidget, ...]:
    """None where the step is another; Enter in the field tries again, too."""
    match step:
        case StripStep.WRITE_AGAIN:
            return (_again(lambda: wish(WishWriteAgain(consultation_id))),)
        case StripStep.WRITE_REFUSED:
            return _again(lambda: wish(WishWriteAgain(consultation_id))), _leave(
                consultation_id, wish
            )
        case StripStep.WRITE_PATIENT:
            return _with_number(lambda number: wish(WishWriteAgain(consultation_id, number)))
        case StripStep.WRITE_OVER:
            over = button("writeOver", lambda: wish(WishWriteOver(consultation_id)))
            set_words(over, QCoreApplication.translate("emr_writes", "Write it over"))
            return over, _leave(consultation_id, wish)
        case StripStep.WRITE_LEAVE:
            return (_leave(consultation_id, wish),)
        case _:
            return ()


def _leave(consultation_id: UUID, wish: Callable[[EmrWish], None]) -> QWidget:
    made = button("writeLeave", lambda: wish(WishLeaveWrites(consultation_id)))
    set_words(made, QCoreApplication.translate("emr_writes", "Leave it as it is there"))
    return made


def _with_number(ask: Callable[[str], None]) -> tuple[QWidget, ...]:
    number = line("writeNumber")
    number.setFixedWidth(NUMBER_WIDTH)
    name = QCoreApplication.translate("emr_writes", "Number at the hospital")
    number.setPlaceholderText(name)
    number.setAccessibleName(name)

    def go() -> None:
        ask(number.text().strip())

    number.returnPressed.connect(go)
    return number, _again(go)


def _again(clicked: Callable[[], None]) -> QWidget:
    made = button("writeAgain", clicked)
    set_words(made, QCoreApplication.translate("emr_writes", "Try again"))
    return made
