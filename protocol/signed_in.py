"""Where people are signed in."""

from uuid import UUID

from protocol.account import Role, TokenScope
from protocol.base import Answer, Moment


class SignedInSession(Answer):
    """One device's session. `seen_at` is when it last asked for new tokens, every ten minutes while
    it is used; `connected` whether its window is there now; `address` as the server sees it."""

    id: UUID
    device: str
    scope: TokenScope
    since: Moment
    seen_at: Moment | None
    address: str
    current: bool = False
    connected: bool = False


class PersonSession(Answer):
    """The same, with whose it is: for who looks after the site."""

    account_id: UUID
    username: str
    display_name: str
    roles: tuple[Role, ...]
    session: SignedInSession
