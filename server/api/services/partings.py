"""Who must leave a running call: guests that are put out, and who has no part in the case now."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog

from protocol.call import PeerId
from protocol.consultation import Status
from protocol.socket import SeatLoss
from server.api.services.acting import Acting
from server.api.services.calls import Calls
from server.api.services.rooms import Room
from server.domain.case import Case
from server.domain.errors import NotFound
from server.domain.people import Who
from server.domain.rights import meeting, meets
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.calls")


class Partings:
    """Takes seats back. A call belongs to the two who treat and whom they invited."""

    def __init__(self, store: Store, acting: Acting, calls: Calls) -> None:
        self._store = store
        self._acting = acting
        self._calls = calls
        self._tasks: set[asyncio.Task[None]] = set()
        self.ask_others: Callable[[UUID, UUID], None] = lambda _case_id, _session_id: None

    async def guest_at(self, case_id: UUID, peer_id: UUID) -> UUID:
        """The session of a guest in this call; raises `NotFound` for anybody else."""
        async with self._store.reading() as work:
            call = await work.calls.running(case_id)
            seats = [] if call is None else await work.calls.seats(call.id)
        for seat in seats:
            if seat.peer_id == peer_id and seat.account_id is None and seat.session_id is not None:
                return seat.session_id
        raise NotFound("no guest sits there in this call")

    async def put_out_session(self, case_id: UUID, session_id: UUID) -> None:
        """A guest leaves a call that runs here, whether the line to them is up or not."""

        async def theirs(room: Room) -> dict[PeerId, SeatLoss]:
            return {
                peer_id: SeatLoss.REMOVED
                for peer_id, seat in room.people().items()
                if seat.session_id == session_id
            }

        await self._calls.put_out(case_id, theirs)

    async def put_out_anywhere(self, case_id: UUID, session_id: UUID) -> None:
        """The same, in whichever process of the site the call runs."""
        if self._calls.room_of(case_id) is None:
            self.ask_others(case_id, session_id)
        await self.put_out_session(case_id, session_id)

    def stepped(self, before: Case, after: Case) -> None:
        """A case moved: in its call sit only those who still belong there."""
        over = after.status is Status.CANCELLED
        if self._calls.room_of(after.id) is None:
            return
        if over or meeting(before) != meeting(after):
            self._later(after.id)

    def moved(self, case_id: UUID) -> None:
        """The case changed in another process."""
        if self._calls.room_of(case_id) is not None:
            self._later(case_id)

    def _later(self, case_id: UUID) -> None:
        task = asyncio.create_task(self._look_again(case_id), name="partings")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_again(self, case_id: UUID) -> None:
        try:
            await self.look(case_id)
        except Exception:
            _LOG.exception("partings.failed")

    async def look(self, case_id: UUID) -> None:
        """Puts out who has no part in the case now; all, when the case is over."""
        await self._calls.put_out(case_id, self._leaving)

    async def _leaving(self, room: Room) -> dict[PeerId, SeatLoss]:
        seats = room.people()
        accounts = {seat.participant.account_id for seat in seats.values()}
        async with self._store.reading() as work:
            case = await self._acting.get(work, room.call.consultation_id)
            people = {id_: await work.people.who(id_) for id_ in accounts if id_ is not None}
        return {
            peer_id: SeatLoss.NO_PART
            for peer_id, seat in seats.items()
            if not _stays(case, seat.participant.account_id, people)
        }

    async def look_at_all(self) -> None:
        """After a start, where what was decided just before the end of the last run holds; and when
        people have changed: a role may have been taken away."""
        for case_id in self._calls.running():
            await self.look(case_id)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _stays(case: Case, account_id: UUID | None, people: dict[UUID, Who | None]) -> bool:
    """Guests stay as long as the case is not over; whoever has an account needs a part."""
    if case.status is Status.CANCELLED:
        return False
    if account_id is None:
        return True
    who = people.get(account_id)
    return who is not None and not who.disabled and meets(case, who)
