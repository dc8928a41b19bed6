"""Telling those on call outside of the program: by mail, and by a gateway for text messages."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from protocol.base import Answer, Message, Moment
from protocol.consultation import Person


class AlertChannel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


class AlertWhy(StrEnum):
    """A critical case came, or nobody has taken a case in time; a report has a critical finding, or
    nobody has read one back in time."""

    CRITICAL = "critical"
    OVERDUE = "overdue"
    FINDING = "finding"
    FINDING_OVERDUE = "finding_overdue"


FINDING_WHYS = (AlertWhy.FINDING, AlertWhy.FINDING_OVERDUE)
"""They go to the clinic and to dispatchers, not to who is on call."""


class AlertState(StrEnum):
    """`dropped`: not needed any more, because the case was taken or the person signed in."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class AlertTrouble(StrEnum):
    """Why somebody was not told."""

    NO_ADDRESS = "no_address"
    NOT_SET_UP = "not_set_up"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


class CaseAlert(Answer):
    """What was sent to somebody on call for a case; without a channel there was no way to them.
    `waiting` with a trouble is tried again."""

    expert: Person
    channel: AlertChannel | None
    why: AlertWhy
    state: AlertState
    trouble: AlertTrouble | None
    attempts: int
    at: Moment


Mail = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=200,
        pattern=r"^$|^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
    ),
]
Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=24, pattern=r"^$|^\+?[0-9][0-9 -]{4,22}$"),
]


class Contact(Message):
    """Where an expert on call is reached; for administrators and dispatchers only."""

    mail: Mail = ""
    phone: Phone = ""
