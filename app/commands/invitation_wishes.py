"""Wishes about guests of a call."""

from dataclasses import dataclass
from uuid import UUID

from protocol.call import NewInvitation


@dataclass(frozen=True, slots=True)
class WishInvite:
    body: NewInvitation


@dataclass(frozen=True, slots=True)
class WishWithdrawInvitation:
    invitation_id: str


@dataclass(frozen=True, slots=True)
class WishPutOut:
    """A guest out of the call; `peer_id` is the guest's seat."""

    peer_id: UUID


InvitationWish = WishInvite | WishWithdrawInvitation | WishPutOut
