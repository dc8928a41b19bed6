"""What the security page shows."""

from dataclasses import dataclass

from app.models.signed_in import AllSessionsProps, derive_all_sessions
from app.session.state import State


@dataclass(frozen=True, slots=True)
class SecurityProps:
    sessions: AllSessionsProps


def derive_security(state: State) -> SecurityProps:
    return SecurityProps(derive_all_sessions(state))
