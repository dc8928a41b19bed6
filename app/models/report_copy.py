"""The window of the patient's copy: the link that was made, and what became of each."""

from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.notices import words_for
from app.models.times import day, moment
from app.session.state import State
from protocol.report_copy import CopyStanding, ReportCopyState


@dataclass(frozen=True, slots=True)
class CurrentCopy:
    """The one just made, as long as it opens."""

    id: str
    until: str
    house: str
    link: str = field(repr=False)
    squares: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CopyLine:
    id: str
    text: str
    usable: bool


@dataclass(frozen=True, slots=True)
class ReportCopyProps:
    consultation_id: UUID
    making: bool = False
    problem: str = ""
    current: CurrentCopy | None = None
    lines: tuple[CopyLine, ...] = ()


def derive_report_copy(state: State) -> ReportCopyProps | None:
    """Of the open case; None where there is none."""
    if state.case is None:
        return None
    copies, id_ = state.report_copies, state.case.id
    problem = "" if copies.problem is None else words_for(copies.problem)
    return ReportCopyProps(
        consultation_id=id_,
        making=copies.making,
        problem=problem,
        current=_current(state),
        lines=tuple(_line(one) for one in copies.known),
    )


def _current(state: State) -> CurrentCopy | None:
    latest, known = state.report_copies.latest, state.report_copies.known
    if latest is None:
        return None
    if any(one.id == latest.id and one.standing is not CopyStanding.OPEN for one in known):
        return None
    account = state.link.account
    house = "" if account is None else account.institution_name or ""
    return CurrentCopy(latest.id, moment(latest.expires_at), house, latest.link, latest.squares)


def _line(one: ReportCopyState) -> CopyLine:
    translate = QCoreApplication.translate
    made = translate("report_copy", "Given on {day}").format(day=day(one.created_at))
    read = translate("report_copy", "not read yet")
    if one.opened_at is not None:
        text = translate("report_copy", "read {n} times, last {time}")
        read = text.format(n=one.opened, time=moment(one.opened_at))
    return CopyLine(
        one.id,
        " · ".join((made, _standing(one), read)),
        usable=one.standing is CopyStanding.OPEN,
    )


def _standing(one: ReportCopyState) -> str:
    translate = QCoreApplication.translate
    match one.standing:
        case CopyStanding.OPEN:
            text = translate("report_copy", "opens until {time}")
            return text.format(time=moment(one.expires_at))
        case CopyStanding.EXPIRED:
            return translate("report_copy", "has run out")
        case CopyStanding.WITHDRAWN:
            return translate("report_copy", "taken back")
        case CopyStanding.LOCKED:
            return translate("report_copy", "locked: the date of birth was wrong too often")
        case _:
            assert_never(one.standing)
