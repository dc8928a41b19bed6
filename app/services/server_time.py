"""What time it is at the server: what is signed or agreed to has no time of this computer."""

from datetime import UTC, datetime

from app.session.state import State


def server_now(state: State) -> datetime:
    """UTC; this computer's own time where the server has not told one yet."""
    return datetime.now(UTC) + state.link.ahead
