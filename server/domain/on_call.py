"""Telling those on call outside of the program: what is said, and when it is tried again.

Delivery is at least once: a message is marked as sent after the other side has taken it, so a crash
in between sends it again, with the same id. Who receives it can tell by that id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from protocol.on_call import FINDING_WHYS, AlertChannel, AlertTrouble, AlertWhy
from server.domain.case import Case
from server.domain.finding import open_finding
from server.domain.transitions import POOL

LEASE = timedelta(seconds=60)
"""How long one attempt may take before it counts as lost; longer than any timeout within it."""

LATE = frozenset((AlertWhy.OVERDUE, AlertWhy.FINDING_OVERDUE))


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
    AlertWhy.FINDING: "会诊报告有危急值 Critical finding",
    AlertWhy.FINDING_OVERDUE: "危急值无人确认 Critical finding not read back",
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
    AlertWhy.FINDING: (
        "{department}会诊报告有危急值，{when} 签署，编号 {number}。\n"
        "请立即登录会诊客户端阅读并复述确认。\n\n"
        "A report of {department} has a critical finding, signed {when}: {number}.\n"
        "Sign in now, read it and read it back.\n"
    ),
    AlertWhy.FINDING_OVERDUE: (
        "{department}会诊报告的危急值自 {when} 起无人复述确认，编号 {number}。\n"
        "请立即登录会诊客户端确认，或电话联系基层医生。\n\n"
        "Nobody has read back the critical finding of {department}, signed {when}: {number}.\n"
        "Sign in now and read it back, or ring the clinic.\n"
    ),
}


def still_needed(case: Case, why: AlertWhy, *, at_desk: bool) -> bool:
    """Whether a message is worth sending when its turn comes: nobody has taken the case, or read
    the finding back, and the person is not at the program. What is late is sent nevertheless: a
    window that is open does not say that somebody is there.

    Args:
        at_desk: connected, and let no ring of the case go by.
    """
    if at_desk and why not in LATE:
        return False
    return open_finding(case) is not None if why in FINDING_WHYS else case.phase in POOL


def waiting_since(case: Case, why: AlertWhy) -> datetime:
    """What the message says of the time, UTC."""
    if why in FINDING_WHYS and case.finding is not None:
        return case.finding.signed_at
    return case.submitted_at or case.created_at


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
