"""Appointments at which somebody is waited for."""

from PySide6.QtCore import QCoreApplication

from app.models.absence import side_of
from app.models.notices import NoticeProps, standing
from app.models.times import clock
from app.session.call import CallPhase
from app.session.notices import Severity
from app.session.state import State
from protocol.account import Role
from protocol.appointment import Appointment
from protocol.consultation import ConsultationSummary
from protocol.meeting import waited_for


def derive_meetings(state: State) -> tuple[NoticeProps, ...]:
    """Appointments that rang again and wait for this account; gone when it sits in the call."""
    account = state.link.account
    if account is None:
        return ()
    found = []
    for row in state.queue.mine.items:
        made = waited_for(row.appointment, row.phase)
        if made is None or made.rung_at is None:
            continue
        side = side_of(row, account)
        if side is None or _sits(state, row):
            continue
        title = QCoreApplication.translate("meeting", "Somebody waits for you")
        found.append(standing(row, Severity.WARNING, _waits(row, made, side), title))
    return tuple(found)


def _sits(state: State, row: ConsultationSummary) -> bool:
    return state.call.consultation_id == row.id and state.call.phase is not CallPhase.OUT


def _waits(row: ConsultationSummary, made: Appointment, side: Role) -> str:
    translate = QCoreApplication.translate
    others = {Role.REQUESTER: Role.EXPERT, Role.EXPERT: Role.REQUESTER}[side]
    if others not in made.came:
        text = translate(
            "meeting", "{number}: the appointment was at {when}. Open the case and join the call."
        )
    elif side is Role.REQUESTER:
        text = translate(
            "meeting",
            "{number}: the expert came at {when} and waits. Open the case and join the call.",
        )
    else:
        text = translate(
            "meeting",
            "{number}: the clinic came at {when} and waits. Open the case and join the call.",
        )
    return text.format(number=row.number, when=clock(made.at))
