"""Opening a case in an emergency, what is said of it, and who did it."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.notices import words_for
from app.models.table import TextRow
from app.models.times import moment
from app.session.emergency import Emergency
from app.session.queue import Load
from app.session.state import State
from protocol.account import CLINICAL_ROLES
from protocol.emergency import EmergencyAccess
from protocol.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class BreakGlassProps:
    """`granted` grows with each case that was opened."""

    offered: bool
    busy: bool
    granted: int
    problem: str


@dataclass(frozen=True, slots=True)
class EmergenciesProps:
    """`running` are the keys of those that can still be ended."""

    load: Load
    rows: tuple[TextRow, ...]
    running: frozenset[str]


def derive_break_glass(state: State) -> BreakGlassProps:
    asked, account = state.emergency, state.link.account
    return BreakGlassProps(
        offered=account is not None and not set(account.roles).isdisjoint(CLINICAL_ROLES),
        busy=asked.busy,
        granted=asked.granted,
        problem=_problem(asked),
    )


def _problem(asked: Emergency) -> str:
    translate = QCoreApplication.translate
    match asked.problem:
        case None:
            return ""
        case ErrorCode.NOT_FOUND:
            return translate(
                "emergency", "There is no case of this number that can be opened. Compare it."
            )
        case ErrorCode.CONFLICT:
            return translate(
                "emergency",
                "You take part in this case already, or read it as a case of your own: it is in "
                "your list.",
            )
        case other:
            return words_for(other, asked.problem_details)


def emergency_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("emergency", "When"),
        translate("emergency", "Who"),
        translate("emergency", "Case"),
        translate("emergency", "Reason"),
        translate("emergency", "Until"),
    )


def derive_emergencies(state: State) -> EmergenciesProps:
    found = state.emergency.all
    return EmergenciesProps(
        state.emergency.load,
        tuple(_row(one) for one in found),
        frozenset(str(one.id) for one in found if one.ended_at is None),
    )


def _row(one: EmergencyAccess) -> TextRow:
    house = f" ({one.by.institution_name})" if one.by.institution_name else ""
    until = one.ended_at or one.until
    cells = (
        moment(one.at),
        f"{one.by.display_name}{house}",
        one.number,
        one.reason,
        moment(until),
    )
    return TextRow(str(one.id), cells)
