"""A second video of a member: who may have one, and how its seat rests between two runs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from protocol.base import new_id
from protocol.call import Participant, ParticipantKind, SeatState
from protocol.errors import ErrorCode
from protocol.sharing import Share, ShareKind
from protocol.socket import StartShare
from server.api.services.rooms import Mailbox, Seat
from server.domain.errors import Forbidden
from server.store.calls import StoredSeat

_MARK = " shares "
"""In a seat's stored kind, between the owner's kind and what is shared of whom."""


def require_sharing(owner: Seat, kind: ShareKind, *, screens: bool) -> None:
    """Members of the case may share; screens and windows where the site allows it.

    Raises:
        Forbidden: a guest, or the site forbids it.
    """
    if owner.participant.account_id is None:
        raise Forbidden("guests cannot share")
    if kind is not ShareKind.DEVICE and not screens:
        raise Forbidden(
            "this site does not allow screens to be shared", ErrorCode.SCREEN_SHARING_OFF
        )


def new_share(owner: Seat, wish: StartShare, now: datetime) -> Seat:
    """A seat beside its owner's, on the same socket and of the same session."""
    title = wish.title if wish.kind is ShareKind.DEVICE else ""
    share = Share(owner=owner.participant.peer_id, kind=wish.kind, title=title)
    told = owner.participant.model_copy(
        update={"peer_id": new_id(), "joined_at": now, "share": share}
    )
    return Seat(told, owner.session_id, owner.endpoint)


def row_of(participant: Participant, session_id: UUID | None) -> StoredSeat:
    """A seat as it is stored; of a share the kind says what and whose it is."""
    kind, share = participant.kind.value, participant.share
    if share is not None:
        kind = f"{kind}{_MARK}{share.kind.value} {share.owner} {share.title}"
    return StoredSeat(
        participant.peer_id,
        session_id,
        participant.account_id,
        kind,
        participant.display_name,
        participant.joined_at,
    )


def seats_of(rows: Iterable[StoredSeat]) -> list[Seat]:
    """Stored seats as vacant ones; a share waits with its owner and goes where there is none."""
    seats: dict[UUID, Seat] = {}
    for row in rows:
        seat = _vacant(row)
        share = seat.participant.share
        if share is None:
            seats[row.peer_id] = seat
        elif (owner := seats.get(share.owner)) is not None:
            seats[row.peer_id] = seat.vacated(owner.mailbox)
    return list(seats.values())


def _vacant(stored: StoredSeat) -> Seat:
    kind, _, shared = stored.kind.partition(_MARK)
    participant = Participant(
        peer_id=stored.peer_id,
        kind=ParticipantKind(kind),
        display_name=stored.display_name,
        account_id=stored.account_id,
        joined_at=stored.joined_at,
        state=SeatState.RECONNECTING,
        share=_share(shared),
    )
    return Seat(participant, stored.session_id, Mailbox())


def _share(text: str) -> Share | None:
    if not text:
        return None
    kind, owner, title = text.split(" ", 2)
    return Share(owner=UUID(owner), kind=ShareKind(kind), title=title)
