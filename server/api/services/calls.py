"""The calls that run now, and who sits in them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from protocol.base import new_id
from protocol.call import (
    CallState,
    JoinedCall,
    Participant,
    ParticipantKind,
    PeerId,
)
from protocol.consultation import Action
from protocol.socket import CallChanged, ChatPosted, SeatLoss, SeatLost
from server.api.services.acting import Acting
from server.api.services.admission import admitted, not_running
from server.api.services.call_homes import CallOpening, Homes
from server.api.services.ice import Ice
from server.api.services.meetings import in_room
from server.api.services.recordings import RecordingKeeper
from server.api.services.rooms import Endpoint, Pushed, Room, Seat
from server.api.services.sfu_switch import SfuSwitch
from server.api.services.shares import row_of
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import NotFound, Refusal
from server.domain.people import Who
from server.domain.rights import require_part
from server.domain.transitions import TABLE
from server.store.calls import StoredCall
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.calls")


Chosen = Callable[[Room], Awaitable[Mapping[PeerId, SeatLoss]]]
"""Which seats of people are taken from a call, and why."""


class Calls:
    """Keeps the rooms of this process and moves cases in and out of their call.

    Args:
        seat_kept_s: how long a seat waits for its session when the socket is gone.
        switch: moves large calls onto the SFU.
        homes: in which process of the site a call runs.
    """

    def __init__(
        self,
        store: Store,
        acting: Acting,
        ice: Ice,
        seat_kept_s: float,
        switch: SfuSwitch,
        recording: RecordingKeeper,
        homes: Homes | None = None,
    ) -> None:
        self._store = store
        self._recording = recording
        self._acting = acting
        self._ice = ice
        self._seat_kept_s = seat_kept_s
        self._switch = switch
        self._opening = CallOpening(homes or Homes(), recording, keeps_seats=bool(seat_kept_s))
        self.ask_elsewhere: Callable[[UUID], Awaitable[CallState | None]] = _nobody
        self._rooms: dict[UUID, Room] = {}
        self.order = asyncio.Lock()
        self._waiting: set[asyncio.Task[None]] = set()

    def running(self) -> list[UUID]:
        """The cases whose calls run now."""
        return list(self._rooms)

    def room_of(self, case_id: UUID) -> Room | None:
        return self._rooms.get(case_id)

    async def tell(self, room: Room) -> None:
        """Tells everybody how the call is now; to be called in `order`."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, room.call.consultation_id)
            fact = await self._acting.telling.call_changed(work, case, room.state(), None)
        self._tell_guests(room, fact)

    def endpoint_named(
        self, case_id: UUID, peer_text: str, *, of_share: bool = False
    ) -> Pushed | None:
        """Where a signal to a peer of this call goes; the peer by its id as text. A share's
        connections go from participant to participant, past an SFU."""
        room = self._rooms.get(case_id)
        if room is None:
            return None
        return room.direct(peer_text) if of_share else room.named.get(peer_text)

    def shares(self, case_id: UUID, owner: PeerId, share_text: str) -> bool:
        """Whether this is the second video of that peer, by its id as text."""
        room = self._rooms.get(case_id)
        seat = None if room is None else room.share_of(owner)
        return seat is not None and str(seat.participant.peer_id) == share_text

    async def join(
        self, endpoint: Endpoint, case_id: UUID, seat: PeerId | None = None
    ) -> JoinedCall:
        """Takes part in the call of a case, starting it where none runs. `seat` is one's own from
        before a break; it is given back to the session that had it."""
        async with self.order:
            peer_id = endpoint.seats.get(case_id)
            room = self._rooms.get(case_id)
            if peer_id is not None and room is not None and peer_id in room.seats:
                async with self._store.reading() as work:
                    return self._joined(room, peer_id, work.now, resumed=True)
            async with self._store.writing() as work:
                case = await self._acting.get(work, case_id)
                if room is None and (room := await self._opening.running(work, case_id)):
                    work.after_commit(partial(self._goes_on, room))
                kind, name = await admitted(work, case, endpoint, room)
                if room is None:
                    room = await self._opening.begun(work, case)
                kept = room.seat_of_session(seat, endpoint.session_id)
                if (who := endpoint.who) is not None and who.id == case.holder_id:
                    case = await self._move(work, case, Action.START_CALL, who)
                joined = room.copy()
                left = [] if kept else joined.left_behind(endpoint)
                taken = kept and kept.taken(endpoint)
                taken = taken or await self._new_seat(work, joined, endpoint, kind, name, left)
                joined.sit_with_share(taken)
                case = await in_room(self._acting, work, case, joined)
                await self._follow_recording(work, joined)
                work.trail.note(
                    None if who is None else who.id,
                    Access.EXECUTE,
                    Resource.CALL,
                    room.call.id,
                    consultation_id=case_id,
                    detail=f"{'join' if kept is None else 'resume'} {kind.value}",
                )
                fact = await self._acting.telling.call_changed(work, case, joined.state(), who)
                work.after_commit(lambda: self._seat(joined, taken, kept, left, fact))
            own = taken.participant.peer_id
            return self._joined(joined, own, work.now, resumed=kept is not None)

    def _joined(self, room: Room, peer_id: PeerId, now: datetime, *, resumed: bool) -> JoinedCall:
        call = room.state()
        if room.seats[peer_id].endpoint.guest is not None:
            call = call.for_guests()
        return JoinedCall(
            peer_id=peer_id,
            call=call,
            ice_servers=self._ice.fresh(now),
            ice_transport_policy=self._ice.policy,
            ice_valid_s=self._ice.valid_s,
            resumed=resumed,
        )

    async def _new_seat(
        self,
        work: Work,
        room: Room,
        endpoint: Endpoint,
        kind: ParticipantKind,
        name: str,
        left: list[Seat],
    ) -> Seat:
        for seat in left:
            room.rise(seat.participant.peer_id)
            await work.calls.rise(seat.participant.peer_id)
        participant = Participant(
            peer_id=new_id(),
            kind=kind,
            display_name=name,
            account_id=None if endpoint.who is None else endpoint.who.id,
            joined_at=work.now,
        )
        await work.calls.sit(room.call.id, row_of(participant, endpoint.session_id))
        return Seat(participant, endpoint.session_id, endpoint)

    def _seat(
        self, room: Room, taken: Seat, kept: Seat | None, left: list[Seat], fact: CallChanged
    ) -> None:
        case_id = room.call.consultation_id
        self._rooms[case_id] = room
        for seat in left:
            _take_from(seat, case_id, SeatLoss.MOVED)
        if kept is not None:
            kept.endpoint.rise(case_id)  # its older socket, if it still lives
        taken.endpoint.sit(case_id, taken.participant.peer_id)
        if kept is not None and kept.mailbox is not None:
            kept.mailbox.empty_into(taken.endpoint)
        self._tell_guests(room, fact)
        self._switch.look(self, case_id)

    def tell_guests(self, case_id: UUID, fact: ChatPosted) -> None:
        """What was said to everybody in the call."""
        room = self._rooms.get(case_id)
        if room is not None:
            text = fact.model_copy(update={"author": None}).model_dump_json()
            room.push_to_guests(text, kept=True)

    def _tell_guests(self, room: Room, fact: CallChanged) -> None:
        """Guests have no account for facts: those in the call hear of it directly."""
        call = None if fact.call is None else fact.call.for_guests()
        told = fact.model_copy(update={"author": None, "call": call})
        room.push_to_guests(told.model_dump_json(), kept=False)

    async def _move(self, work: Work, case: Case, action: Action, who: Who | None) -> Case:
        """Moves the case where the table knows the way; a call after signing moves nothing."""
        attempt = Attempt(action, who)
        roles = (None,) if who is None else tuple(who.roles)
        if any((case.phase, action, role) in TABLE for role in roles):
            return await self._acting.perform(work, case, attempt)
        return case

    async def leave(self, endpoint: Endpoint, case_id: UUID) -> None:
        """Leaves a call; the last to leave ends it."""
        async with self.order:
            peer_id = endpoint.rise(case_id)
            if peer_id is not None:
                await self._rise(case_id, peer_id, endpoint.who, "leave")

    async def put_out(self, case_id: UUID, choose: Chosen) -> None:
        """Takes the seats that are chosen, and tells whose they were why; nobody comes or goes
        while it is chosen."""
        async with self.order:
            room = self._rooms.get(case_id)
            if room is None:
                return
            for peer_id, why in (await choose(room)).items():
                _take_from(room.seats[peer_id], case_id, why)
                await self._rise(case_id, peer_id, None, f"put out: {why.value}")

    async def lost(self, endpoint: Endpoint, case_id: UUID) -> None:
        """The socket is gone: its seat is kept for a while, and the others are told."""
        if not self._seat_kept_s:
            await self.leave(endpoint, case_id)
            return
        async with self.order:
            peer_id = endpoint.rise(case_id)
            room = self._rooms.get(case_id)
            seat = None if peer_id is None or room is None else room.seats.get(peer_id)
            if room is None or seat is None:
                return
            vacated = seat.vacated()
            room.sit_with_share(vacated)
            self._give_up_later(case_id, vacated)
            async with self._store.writing() as work:
                case = await self._acting.get(work, case_id)
                await self._follow_recording(work, room)
                fact = await self._acting.telling.call_changed(
                    work, case, room.state(), endpoint.who
                )
            self._tell_guests(room, fact)

    @asynccontextmanager
    async def changing(
        self, endpoint: Endpoint, case_id: UUID
    ) -> AsyncIterator[tuple[Work, Case, Room]]:
        """A change of a call one sits in, by changing the room that is given; told to everybody.

        Raises `Conflict` when one sits in no such call.
        """
        async with self.order:
            room, mine = self._rooms.get(case_id), endpoint.seats.get(case_id)
            if room is None or mine not in room.seats:
                raise not_running()
            changed = room.copy()
            async with self._store.writing() as work:
                case = await self._acting.get(work, case_id)
                yield work, case, changed
                fact = await self._acting.telling.call_changed(
                    work, case, changed.state(), endpoint.who
                )
                work.after_commit(lambda: self._rooms.update({case_id: changed}))
            self._tell_guests(changed, fact)

    async def _follow_recording(self, work: Work, room: Room) -> None:
        room.recording = await self._recording.follow(work, room.recording, room.lines())

    def _give_up_later(self, case_id: UUID, vacated: Seat) -> None:
        task = asyncio.create_task(self._give_up(case_id, vacated), name="vacant seat")
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _give_up(self, case_id: UUID, vacated: Seat) -> None:
        await asyncio.sleep(self._seat_kept_s)
        peer_id = vacated.participant.peer_id
        async with self.order:
            room = self._rooms.get(case_id)
            if room is None or room.seats.get(peer_id) is not vacated:
                return
            try:
                await self._rise(case_id, peer_id, None, "not back in time")
            except Refusal:
                _LOG.warning("calls.leave_refused")

    async def close(self) -> None:
        """Forgets who is waited for; their seats rest in the store."""
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)
        await self._switch.close()

    async def _rise(self, case_id: UUID, peer_id: PeerId, who: Who | None, why: str) -> None:
        room = self._rooms.get(case_id)
        seat = None if room is None else room.seats.get(peer_id)
        if room is None or seat is None:
            return
        room.rise(peer_id)
        share = room.share_of(peer_id)
        if share is not None:
            room.rise(share.participant.peer_id)
        over = not room.seats
        if over:
            self._rooms.pop(case_id, None)
            self._switch.ended(room)
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            work.trail.note(
                seat.participant.account_id,
                Access.EXECUTE,
                Resource.CALL,
                room.call.id,
                consultation_id=case_id,
                detail=why,
            )
            await work.calls.rise(peer_id)
            if share is not None:
                await work.calls.rise(share.participant.peer_id)
            await self._follow_recording(work, room)
            if over:
                case = await self._end(work, case, room.call)
            state = None if over else room.state()
            fact = await self._acting.telling.call_changed(work, case, state, who)
        self._tell_guests(room, fact)

    async def _end(self, work: Work, case: Case, call: StoredCall) -> Case:
        await work.calls.end(call.id, work.now)
        await work.recordings.call_ended(call.id, work.now)
        return await self._move(work, case, Action.END_CALL, None)

    async def restore(self) -> None:
        """After a start, or when another process is gone: its calls go on here, and their seats
        wait for those who sat in them."""
        async with self.order, self._store.writing() as work:
            for call in await self._opening.left_over(work):
                if call.consultation_id in self._rooms:
                    continue
                room = await self._opening.taken_over(work, call)
                if room.seats:
                    work.after_commit(partial(self._goes_on, room))
                    continue
                case = await self._acting.get(work, call.consultation_id)
                case = await self._end(work, case, call)
                await self._acting.telling.call_changed(work, case, None, None)

    def _goes_on(self, room: Room) -> None:
        case_id = room.call.consultation_id
        self._rooms[case_id] = room
        for seat in room.people().values():
            self._give_up_later(case_id, seat)
        self._switch.look(self, case_id)
        self._opening.homes.on_taken(case_id)

    def let_go(self, case_id: UUID) -> None:
        """Another process keeps the call now."""
        room = self._rooms.pop(case_id, None)
        if room is not None:
            self._switch.let_go(room)

    async def state(self, who: Who, case_id: UUID) -> CallState:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            work.trail.note(who.id, Access.READ, Resource.CALL, consultation_id=case_id)
        room = self._rooms.get(case_id)
        state = await self.ask_elsewhere(case_id) if room is None else room.state()
        if state is None:
            raise NotFound("no call is running for this consultation")
        return state


async def _nobody(_case_id: UUID) -> None:
    """There is no other process."""


def _take_from(seat: Seat, case_id: UUID, why: SeatLoss) -> None:
    """The socket of a seat has it no longer, and its program is told."""
    if seat.endpoint.rise(case_id) is not None:
        seat.endpoint.push(SeatLost(consultation_id=case_id, why=why).model_dump_json())
