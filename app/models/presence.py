"""One's own presence in the status line: a pause, its rest, and until when one may pause."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from app.models.board_experts import LOOKS, pause_left, presence_words
from app.models.times import clock
from app.session.link import LinkPhase
from app.session.state import State
from protocol.account import Role
from protocol.queue import PersonPresence, Presence

MINUTES = (5, 15, 30, 60)
STEP = timedelta(minutes=30)
STEPS = 12


@dataclass(frozen=True, slots=True)
class PresenceProps:
    """Shown to experts. `until` are the moments one may pause until, with their words."""

    shown: bool
    text: str
    look: str
    paused: bool
    can_change: bool
    until: tuple[tuple[str, datetime], ...]


NOTHING = PresenceProps(False, "", "neutral", False, False, ())


def derive_presence(state: State, now: datetime) -> PresenceProps:
    account = state.link.account
    if account is None or Role.EXPERT not in account.roles:
        return NOTHING
    unknown = PersonPresence(account_id=account.id, presence=Presence.AVAILABLE)
    own = next((p for p in state.queue.presence if p.account_id == account.id), unknown)
    online = state.link.phase is LinkPhase.ONLINE
    if not online:
        own = PersonPresence(account_id=account.id, presence=Presence.OFFLINE)
    left = pause_left(own, now)
    words = presence_words(own)
    return PresenceProps(
        shown=True,
        text=f"{words} · {left}" if left else words,
        look=LOOKS[own.presence],
        paused=own.presence is Presence.PAUSED,
        can_change=online,
        until=_moments(now),
    )


def _moments(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """The next full and half hours, as the clock on the wall shows them."""
    here = now.astimezone()
    first = here.replace(minute=0, second=0, microsecond=0)
    while first <= here:
        first += STEP
    moments = (first + STEP * n for n in range(STEPS))
    words = QCoreApplication.translate("presence", "Until {time}")
    return tuple((words.format(time=clock(at)), at) for at in moments)
