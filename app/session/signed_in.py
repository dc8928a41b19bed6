"""Where this person is signed in; for who looks after the site, where everybody is."""

from dataclasses import dataclass, replace
from typing import assert_never

from app.session.queue import Load
from protocol.signed_in import PersonSession, SignedInSession


@dataclass(frozen=True, slots=True)
class Sessions:
    own: tuple[SignedInSession, ...] = ()
    own_load: Load = Load.LOADING
    all: tuple[PersonSession, ...] = ()
    all_load: Load = Load.LOADING


@dataclass(frozen=True, slots=True)
class OwnSessionsRead:
    sessions: tuple[SignedInSession, ...]


@dataclass(frozen=True, slots=True)
class AllSessionsRead:
    sessions: tuple[PersonSession, ...]


@dataclass(frozen=True, slots=True)
class SessionsNotRead:
    """The server cannot be reached."""


SessionsFact = OwnSessionsRead | AllSessionsRead | SessionsNotRead


def reduce_sessions(state: Sessions, fact: SessionsFact) -> Sessions:
    match fact:
        case OwnSessionsRead(sessions):
            return replace(state, own=sessions, own_load=Load.READY)
        case AllSessionsRead(sessions):
            return replace(state, all=sessions, all_load=Load.READY)
        case SessionsNotRead():
            own = state.own_load if state.own else Load.FAILED
            return replace(
                state, own_load=own, all_load=state.all_load if state.all else Load.FAILED
            )
        case _:
            assert_never(fact)
