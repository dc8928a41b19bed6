"""Telling those on call outside of the program: what is said, and when it is tried again.

Delivery is at least once: a message is marked as sent after the other side has taken it, so a crash
in between sends it again, with the same id. Who receives it can tell by that id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from protocol.on_call import AlertChannel, AlertTrouble, AlertWhy

LEASE = timedelta(seconds=60)
"""How long one attempt may take before it counts as lost; longer than any timeout within it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: no patient, nothing clinical but how urgent, the department and the number."""

    id: UUID
    why: AlertWhy
    department: str
    number: str
    since: datetime
    subject: str
    text: str


class NotDelivered(Exception):
    """It did not arrive; `again`: another attempt may help."""

    def __init__(self, trouble: AlertTrouble, *, again: bool) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.again = again


_SUBJECTS = {
    AlertWhy.CRITICAL: "危急会诊待接诊 Critical case waiting",
    AlertWhy.OVERDUE: "会诊超时无人接诊 Case overdue",
}
_TEXTS = {
    AlertWhy.CRITICAL: (
        "{department}有一例危急会诊自 {when} 起待接诊，编号 {number}。\n"
        "您正在听班，请登录会诊客户端接诊。\n\n"
        "A critical case of {department} has been waiting since {when}: {number}.\n"
        "You are on call: sign in and take it.\n"
    ),
    AlertWhy.OVERDUE: (
        "{department}有一例会诊自 {when} 起等待，已超时无人接诊，编号 {number}。\n"
        "您正在听班，请登录会诊客户端查看。\n\n"
        "A case of {department} has been waiting since {when} and is overdue: {number}.\n"
        "You are on call: sign in and look at it.\n"
    ),
}


def letter_of(
    id_: UUID, why: AlertWhy, department: str, number: str, since: datetime, zone: str
) -> Letter:
    """In Chinese and English, with the time on the wall of the rota's zone."""
    when = f"{since.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    text = _TEXTS[why].format(department=department, when=when, number=number)
    return Letter(id_, why, department, number, since, f"{_SUBJECTS[why]}: {number}", text)


def next_try(attempts: int, delays: tuple[timedelta, ...], now: datetime) -> datetime | None:
    """After so many attempts; None when it is given up."""
    return now + delays[attempts - 1] if attempts <= len(delays) else None


def address_of(channel: AlertChannel, mail: str, phone: str) -> str:
    return mail if channel is AlertChannel.MAIL else phone.replace(" ", "").replace("-", "")
