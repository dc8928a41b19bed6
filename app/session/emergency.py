"""Cases opened in an emergency: the one being asked for, and those that security looks at."""

from dataclasses import dataclass, replace
from typing import assert_never

from app.session.notices import NoticeCode
from app.session.queue import Load
from protocol.emergency import EmergencyAccess
from protocol.socket import EmergencyOpened


@dataclass(frozen=True, slots=True)
class Emergency:
    """`granted` counts what was opened here: a form that asked for it is done."""

    busy: bool = False
    granted: int = 0
    problem: NoticeCode | None = None
    problem_details: tuple[tuple[str, str], ...] = ()
    all: tuple[EmergencyAccess, ...] = ()
    load: Load = Load.LOADING


@dataclass(frozen=True, slots=True)
class EmergencyAsked:
    pass


@dataclass(frozen=True, slots=True)
class EmergencyGranted:
    pass


@dataclass(frozen=True, slots=True)
class EmergencyRefused:
    problem: NoticeCode
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EmergenciesRead:
    accesses: tuple[EmergencyAccess, ...]


@dataclass(frozen=True, slots=True)
class EmergenciesNotRead:
    """The server cannot be reached."""


EmergencyFact = (
    EmergencyAsked
    | EmergencyGranted
    | EmergencyRefused
    | EmergenciesRead
    | EmergenciesNotRead
    | EmergencyOpened
)


def reduce_emergency(state: Emergency, fact: EmergencyFact) -> Emergency:
    match fact:
        case EmergencyAsked():
            return replace(state, busy=True, problem=None, problem_details=())
        case EmergencyGranted():
            return replace(state, busy=False, granted=state.granted + 1)
        case EmergencyRefused(problem, details):
            return replace(state, busy=False, problem=problem, problem_details=details)
        case EmergenciesRead(accesses):
            return replace(state, all=accesses, load=Load.READY)
        case EmergenciesNotRead():
            return state if state.all else replace(state, load=Load.FAILED)
        case EmergencyOpened(access=access):
            known = tuple(one for one in state.all if one.id != access.id)
            return replace(state, all=(access, *known), load=Load.READY)
        case _:
            assert_never(fact)
