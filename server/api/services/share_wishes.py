"""What participants of a call wish of a second video: to begin one, and to end it."""

from uuid import UUID

from protocol.call import CallState, PeerId
from protocol.socket import StartShare
from server.api.services.calls import Calls
from server.api.services.rooms import Endpoint, Room, Seat
from server.api.services.shares import new_share, require_sharing, row_of
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import not_a_member
from server.store.work import Work


class ShareWishes:
    """Each raises a `Refusal` and changes nothing.

    Args:
        screens: whether screens and windows may be shared; devices always may.
    """

    def __init__(self, calls: Calls, *, screens: bool) -> None:
        self._calls = calls
        self._screens = screens

    @property
    def screens(self) -> bool:
        """Whether screens and windows may be shared."""
        return self._screens

    async def begin(self, endpoint: Endpoint, wish: StartShare) -> tuple[PeerId, CallState]:
        """Gives a member's second video a seat; one the member had before goes."""
        case_id = wish.consultation_id
        self._own_seat(self._calls.room_of(case_id), endpoint, case_id)
        async with self._calls.changing(endpoint, case_id) as (work, case, room):
            owner = self._own_seat(room, endpoint, case_id)
            require_sharing(owner, wish.kind, screens=self._screens)
            before = room.share_of(owner.participant.peer_id)
            if before is not None:
                room.rise(before.participant.peer_id)
                await work.calls.rise(before.participant.peer_id)
            made = new_share(owner, wish, work.now)
            room.sit(made)
            await work.calls.sit(room.call.id, row_of(made.participant, made.session_id))
            _note(work, case, room, endpoint, f"share {wish.kind}")
        return made.participant.peer_id, room.state()

    async def end(self, endpoint: Endpoint, case_id: UUID) -> None:
        """Takes one's second video out of the call; nothing where there is none."""
        room = self._calls.room_of(case_id)
        owner = self._own_seat(room, endpoint, case_id).participant.peer_id
        if room is None or room.share_of(owner) is None:
            return
        async with self._calls.changing(endpoint, case_id) as (work, case, changed):
            share = changed.share_of(owner)
            if share is not None:
                changed.rise(share.participant.peer_id)
                await work.calls.rise(share.participant.peer_id)
                _note(work, case, changed, endpoint, "stop sharing")

    def _own_seat(self, room: Room | None, endpoint: Endpoint, case_id: UUID) -> Seat:
        peer_id = endpoint.seats.get(case_id)
        seat = None if room is None or peer_id is None else room.seats.get(peer_id)
        if seat is None:
            raise not_a_member()
        return seat


def _note(work: Work, case: Case, room: Room, endpoint: Endpoint, detail: str) -> None:
    work.trail.note(
        None if endpoint.who is None else endpoint.who.id,
        Access.EXECUTE,
        Resource.CALL,
        room.call.id,
        consultation_id=case.id,
        detail=detail,
    )
