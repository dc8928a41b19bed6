"""What time it is at the server: what is signed or agreed to has no time of this computer, and who
sits at a clock that is wrong is told."""

from datetime import UTC, datetime, timedelta

from app.services.facts import Facts
from app.services.troubles import raise_notice
from app.session.notices import NoticeObsolete, Severity, Trouble
from app.session.state import State


def server_now(state: State) -> datetime:
    """UTC; this computer's own time where the server has not told one yet."""
    return datetime.now(UTC) + state.link.ahead


def minutes_off(ahead: timedelta) -> int:
    """By how many minutes this computer's clock is slow (positive) or fast; 0 below one."""
    minute = timedelta(minutes=1)
    return round(ahead / minute) if abs(ahead) >= minute else 0


def tell_clock(facts: Facts, ahead: timedelta) -> None:
    """Says by how much this computer's clock is wrong, if it is by a minute or more, instead of
    what was said of it before."""
    for code in (Trouble.CLOCK_SLOW, Trouble.CLOCK_FAST):
        facts.apply(NoticeObsolete(code, None))
    if minutes := minutes_off(ahead):
        trouble = Trouble.CLOCK_SLOW if minutes > 0 else Trouble.CLOCK_FAST
        raise_notice(facts, trouble, (("count", str(abs(minutes))),), severity=Severity.WARNING)
