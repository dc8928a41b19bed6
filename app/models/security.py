"""What the security page shows."""

from dataclasses import dataclass

from app.models.auditing import LockOutsProps, derive_lock_outs
from app.models.emergency import EmergenciesProps, derive_emergencies
from app.models.signed_in import AllSessionsProps, derive_all_sessions
from app.session.state import State
from protocol.account import Role


@dataclass(frozen=True, slots=True)
class SecurityProps:
    sessions: AllSessionsProps
    emergencies: EmergenciesProps | None
    lock_outs: LockOutsProps | None
    """Both are None for who only administers."""


def derive_security(state: State) -> SecurityProps:
    account = state.link.account
    officer = account is not None and Role.SECURITY in account.roles
    return SecurityProps(
        derive_all_sessions(state),
        derive_emergencies(state) if officer else None,
        derive_lock_outs(state) if officer else None,
    )
