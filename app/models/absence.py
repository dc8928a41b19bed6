"""Appointments that did not take place: who was absent, and what each side does next."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from protocol.account import Account, Role
from protocol.appointment import Appointment
from protocol.consultation import ConsultationSummary, Status


def side_of(row: ConsultationSummary, account: Account) -> Role | None:
    if row.requester.id == account.id:
        return Role.REQUESTER
    return Role.EXPERT if row.expert is not None and row.expert.id == account.id else None


def missed(row: ConsultationSummary) -> Appointment | None:
    """The appointment that did not take place, while the case waits for somebody because of it."""
    made = row.appointment
    known = made is not None and made.recorded_at is not None
    return made if known and row.status is Status.PENDING else None


def missed_line(row: ConsultationSummary, account: Account) -> str:
    """What happened, and what this account does about it; empty where nothing did."""
    made = missed(row)
    if made is None:
        return ""
    side = side_of(row, account)
    if side is None and Role.DISPATCHER in account.roles:
        side = Role.DISPATCHER
    return f"{who_was_absent(made.absent, moment(made.at))} {_next_step(side)}".strip()


def missed_words(details: tuple[tuple[str, str], ...]) -> str:
    """What a notice says of it: `absent` are roles, `side` is whose notice it is."""
    known = dict(details)
    absent = tuple(Role(name) for name in known["absent"].split())
    when = moment(datetime.fromisoformat(known["when"]))
    return f"{who_was_absent(absent, when)} {_next_step(Role(known['side']))}"


def who_was_absent(absent: tuple[Role, ...], when: str) -> str:
    translate = QCoreApplication.translate
    if len(absent) > 1:
        text = translate("meeting", "Nobody came to the appointment of {when}.")
    elif Role.REQUESTER in absent:
        text = translate("meeting", "The clinic did not come to the appointment of {when}.")
    elif Role.EXPERT in absent:
        text = translate("meeting", "The expert did not come to the appointment of {when}.")
    else:
        text = translate("meeting", "The two sides missed each other at {when}.")
    return text.format(when=when)


def _next_step(side: Role | None) -> str:
    translate = QCoreApplication.translate
    match side:
        case Role.REQUESTER:
            return translate(
                "meeting",
                "The case is back in the queue with its age: wait for an expert, or close it.",
            )
        case Role.EXPERT:
            return translate(
                "meeting", "The case is back in the queue. Take it again if you have time now."
            )
        case Role.DISPATCHER:
            return translate(
                "meeting",
                "Ring those who were absent, then assign the case or close it.",
            )
        case _:
            return ""
