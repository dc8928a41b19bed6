"""What a county's edge is told by the centre's server, and what it tells of itself."""

from uuid import UUID

from pydantic import Field

from protocol.account import Role
from protocol.base import Answer, Moment

LENIENT = "handling=lenient"
"""What a question says (`Prefer`, RFC 7240 4.4) whose asker knows that what an edge lists without
its centre may not be whole."""


class RelayTicket(Answer):
    """Who an access token belongs to, and with which token an edge sends on this caller's images.

    The token is of the scope `relay`: it stores images and does nothing else; it ends with the
    session, or at `expires_at`.
    """

    account_id: UUID
    session_id: UUID
    roles: tuple[Role, ...]
    institution_id: UUID | None = None
    token: str
    expires_at: Moment
    max_instance_bytes: int = Field(ge=1)


class EdgeQueue(Answer):
    """What the edge has taken and the centre does not have yet."""

    instances: int
    bytes: int
    waiting_for_sign_in: int = Field(
        description="instances whose sender must sign in again before they can go on"
    )
    refused: int = Field(description="instances the centre does not take, kept until IT decides")
    refused_bytes: int
    unreadable: int = Field(description="records that cannot be opened, kept until IT decides")


class EdgeCache(Answer):
    """Answers kept on the edge's disk; sizes in bytes as they rest there."""

    entries: int
    bytes: int
    budget: int
    hits: int
    misses: int
    evicted: int
    damaged: int


class EdgeStatus(Answer):
    """How an edge stands; numbers only."""

    name: str
    version: str
    uplink: bool = Field(description="whether the centre answered when it was last asked")
    since: Moment = Field(description="since when")
    queue: EdgeQueue
    cache: EdgeCache
