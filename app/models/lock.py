"""The locked window, and the choice of when it locks itself."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.notices import words_for
from app.session.call import CallPhase
from app.session.state import State

MINUTES = (1, 2, 5, 10, 15, 30, 60)
USUAL = 15


@dataclass(frozen=True, slots=True)
class LockProps:
    """Nothing of any patient: `rings` says only that a case waits for an answer."""

    person: str
    busy: bool
    problem: str
    in_call: bool
    muted: bool
    rings: bool


@dataclass(frozen=True, slots=True)
class LockChoiceProps:
    """`minutes` are what may be chosen, 0 for never; `note` says what the site wants."""

    minutes: tuple[int, ...]
    chosen: int
    note: str


def derive_lock(state: State) -> LockProps:
    lock, account = state.lock, state.link.account
    return LockProps(
        person="" if account is None else account.display_name,
        busy=lock.busy,
        problem=words_for(lock.problem, lock.problem_details) if lock.problem else "",
        in_call=state.call.phase is not CallPhase.OUT,
        muted=state.call.muted,
        rings=bool(state.queue.offers),
    )


def derive_lock_choice(state: State) -> LockChoiceProps:
    most = state.lock.at_most_s
    if most is None:
        return LockChoiceProps((*MINUTES, 0), state.lock.minutes, "")
    allowed = tuple(one for one in MINUTES if 60 * one <= most)
    note = QCoreApplication.translate(
        "lock", "Your site locks it after {n} min without input at the latest."
    ).format(n=f"{most / 60:.3g}")
    return LockChoiceProps((*allowed, 0), state.lock.minutes, note)
