"""The rail: which places an account may go to, and who is signed in."""

from dataclasses import dataclass

from app.session.state import State
from protocol.account import CLINICAL_ROLES, Role


@dataclass(frozen=True, slots=True)
class RailProps:
    """A place that is not offered is not shown, has no key and is not found."""

    library: bool
    administration: bool
    security: bool
    audit: bool
    inbox: bool
    board: bool
    rota: bool
    person: str
    unread: int = 0
    """Notifications that nobody has looked at."""


def derive_rail(state: State) -> RailProps:
    account = state.link.account
    roles = set() if account is None else set(account.roles)
    return RailProps(
        library=not roles.isdisjoint(CLINICAL_ROLES),
        administration=Role.ADMIN in roles,
        audit=Role.AUDITOR in roles,
        security=not roles.isdisjoint((Role.ADMIN, Role.SECURITY)),
        inbox=Role.REQUESTER in roles,
        board=Role.DISPATCHER in roles,
        rota=not roles.isdisjoint((Role.DISPATCHER, Role.EXPERT)),
        unread=state.notifications.unread,
        person="" if account is None else account.display_name,
    )
