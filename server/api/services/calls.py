"""The calls that run now, and who sits in them."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from protocol.base import new_id
from protocol.call import (
    CallState,
    IceServer,
    JoinedCall,
    Participant,
    ParticipantKind,
    PeerId,
)
from protocol.consultation import Action
from protocol.errors import ErrorCode
from protocol.socket import CallChanged
from server.api.services.acting import Acting
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.consultation import Attempt
from server.domain.errors import Conflict, NotFound, not_a_member
from server.domain.people import CallSeat, Who
from server.domain.rights import CLINICAL, require_part
from server.domain.transitions import DONE, HELD, TABLE
from server.store.calls import StoredCall
from server.store.work import Store, Work


class Endpoint(Protocol):
    """A live socket as a call sees it."""

    @property
    def who(self) -> Who | None: ...

    @property
    def guest(self) -> CallSeat | None: ...

    @property
    def seats(self) -> dict[UUID, PeerId]: ...

    def push(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Seat:
    """One device in a call."""

    participant: Participant
    endpoint: Endpoint


@dataclass(slots=True)
class Room:
    """A running call and who sits in it."""

    call: StoredCall
    seats: dict[PeerId, Seat] = field(default_factory=dict)
    named: dict[str, Endpoint] = field(default_factory=dict)
    """The endpoints again, by the peer's id as text: what relaying looks up."""

    def sit(self, peer_id: PeerId, seat: Seat) -> None:
        self.seats[peer_id] = seat
        self.named[str(peer_id)] = seat.endpoint

    def rise(self, peer_id: PeerId) -> bool:
        """False when nobody sat there."""
        self.named.pop(str(peer_id), None)
        return self.seats.pop(peer_id, None) is not None

    def state(self) -> CallState:
        return CallState(
            call_id=self.call.id,
            consultation_id=self.call.consultation_id,
            started_at=self.call.started_at,
            participants=tuple(seat.participant for seat in self.seats.values()),
        )


class Calls:
    """Keeps the rooms of this process and moves cases in and out of their call."""

    def __init__(self, store: Store, acting: Acting, ice: tuple[IceServer, ...]) -> None:
        self._store = store
        self._acting = acting
        self._ice = ice
        self._rooms: dict[UUID, Room] = {}
        self._order = asyncio.Lock()

    def endpoint_named(self, case_id: UUID, peer_text: str) -> Endpoint | None:
        """Where a signal to a peer of this call goes; the peer by its id as text."""
        room = self._rooms.get(case_id)
        return None if room is None else room.named.get(peer_text)

    async def join(self, endpoint: Endpoint, case_id: UUID) -> JoinedCall:
        """Takes part in the call of a case, starting it where none runs."""
        async with self._order:
            peer_id = endpoint.seats.get(case_id)
            room = self._rooms.get(case_id)
            if peer_id is not None and room is not None and peer_id in room.seats:
                return JoinedCall(peer_id=peer_id, call=room.state(), ice_servers=self._ice)
            async with self._store.writing() as work:
                case = await self._acting.get(work, case_id)
                kind, name = self._admit(case, endpoint, room)
                if room is None:
                    room = Room(await self._start(work, case))
                who = endpoint.who
                if who is not None and who.id == case.holder_id:
                    case = await self._move(work, case, Action.START_CALL, who)
                participant = Participant(
                    peer_id=new_id(),
                    kind=kind,
                    display_name=name,
                    account_id=None if who is None else who.id,
                    joined_at=work.now,
                )
                joined = Room(room.call, dict(room.seats), dict(room.named))
                joined.sit(participant.peer_id, Seat(participant, endpoint))
                work.trail.note(
                    None if who is None else who.id,
                    Access.EXECUTE,
                    Resource.CALL,
                    room.call.id,
                    consultation_id=case_id,
                    detail=f"join {kind.value}",
                )
                fact = await self._acting.telling.call_changed(work, case, joined.state(), who)
                work.after_commit(lambda: self._seat(joined, participant.peer_id, fact))
            return JoinedCall(
                peer_id=participant.peer_id, call=joined.state(), ice_servers=self._ice
            )

    def _seat(self, room: Room, peer_id: PeerId, fact: CallChanged) -> None:
        self._rooms[room.call.consultation_id] = room
        room.seats[peer_id].endpoint.seats[room.call.consultation_id] = peer_id
        self._tell_guests(room, fact)

    def _tell_guests(self, room: Room, fact: CallChanged) -> None:
        """Guests have no account for facts: those in the call hear of it directly."""
        text = fact.model_dump_json()
        for seat in room.seats.values():
            if seat.endpoint.guest is not None:
                seat.endpoint.push(text)

    def _admit(
        self, case: Case, endpoint: Endpoint, room: Room | None
    ) -> tuple[ParticipantKind, str]:
        guest = endpoint.guest
        if guest is not None:
            if guest.consultation_id != case.id:
                raise not_a_member()
            if room is None or room.call.id != guest.call_id:
                raise not_running()
            return ParticipantKind(guest.kind), guest.display_name
        who = endpoint.who
        if who is None:
            raise not_a_member()
        require_part(case, who, *CLINICAL)
        if case.phase not in (*HELD, *DONE):
            raise Conflict(
                ErrorCode.TRANSITION_REFUSED,
                "there is nobody to call before an expert has taken the case",
                consultation_id=case.id,
            )
        expert = who.id == case.holder_id
        return (
            ParticipantKind.EXPERT if expert else ParticipantKind.REQUESTER,
            who.display_name,
        )

    async def _start(self, work: Work, case: Case) -> StoredCall:
        running = await work.calls.running(case.id)
        if running is not None:
            return running
        call = StoredCall(new_id(), case.id, work.now)
        await work.calls.start(call)
        return call

    async def _move(self, work: Work, case: Case, action: Action, who: Who | None) -> Case:
        """Moves the case where the table knows the way; a call after signing moves nothing."""
        attempt = Attempt(action, who)
        roles = (None,) if who is None else tuple(who.roles)
        if any((case.phase, action, role) in TABLE for role in roles):
            return await self._acting.perform(work, case, attempt)
        return case

    async def leave(self, endpoint: Endpoint, case_id: UUID) -> None:
        """Leaves a call; the last to leave ends it."""
        async with self._order:
            peer_id = endpoint.seats.pop(case_id, None)
            room = self._rooms.get(case_id)
            if peer_id is None or room is None or not room.rise(peer_id):
                return
            over = not room.seats
            if over:
                self._rooms.pop(case_id, None)
            async with self._store.writing() as work:
                case = await self._acting.get(work, case_id)
                who = endpoint.who
                work.trail.note(
                    None if who is None else who.id,
                    Access.EXECUTE,
                    Resource.CALL,
                    room.call.id,
                    consultation_id=case_id,
                    detail="leave",
                )
                if over:
                    case = await self._end(work, case, room.call)
                state = None if over else room.state()
                fact = await self._acting.telling.call_changed(work, case, state, who)
            self._tell_guests(room, fact)

    async def _end(self, work: Work, case: Case, call: StoredCall) -> Case:
        await work.calls.end(call.id, work.now)
        return await self._move(work, case, Action.END_CALL, None)

    async def end_orphans(self) -> None:
        """Ends the calls of a server that was killed: nobody sits in them any more."""
        async with self._store.writing() as work:
            for call in await work.calls.all_running():
                case = await self._end(
                    work, await self._acting.get(work, call.consultation_id), call
                )
                await self._acting.telling.call_changed(work, case, None, None)

    async def state(self, who: Who, case_id: UUID) -> CallState:
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            work.trail.note(who.id, Access.READ, Resource.CALL, consultation_id=case_id)
        room = self._rooms.get(case_id)
        if room is None:
            raise NotFound("no call is running for this consultation")
        return room.state()


def not_running() -> Conflict:
    return Conflict(ErrorCode.CALL_NOT_RUNNING, "no call is running for this consultation")
