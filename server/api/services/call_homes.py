"""In which process of the site a call runs, and how it goes on when that process is gone."""

from collections.abc import Callable
from uuid import UUID

from protocol.base import new_id
from protocol.errors import ErrorCode
from server.api.services.recordings import RecordingKeeper
from server.api.services.rooms import Room
from server.api.services.shares import seats_of
from server.domain.case import Case
from server.domain.errors import Unavailable
from server.store.calls import StoredCall
from server.store.work import Work


class CallElsewhere(Unavailable):
    """The call runs in another process, which is to be asked."""

    def __init__(self, home: UUID) -> None:
        super().__init__(
            ErrorCode.UNAVAILABLE,
            "the server that keeps this call cannot be reached now; try again in a moment",
            retry_after_s=2,
        )
        self.home = home


class Homes:
    """Which processes are alive; alone, every call is at home here.

    Args:
        me: this process; None where the site has only one.
    """

    def __init__(self, me: UUID | None = None) -> None:
        self.me = me
        self.alive: frozenset[UUID] = frozenset()
        self.on_taken: Callable[[UUID], None] = lambda _case_id: None
        """The call of a case has come to this process."""

    def elsewhere(self, home: UUID | None) -> bool:
        """Whether a call with this home runs in another process that lives."""
        return self.me is not None and home is not None and home != self.me and home in self.alive


class CallOpening:
    """Begins calls here, and takes over those whose process is gone.

    Args:
        keeps_seats: whether seats wait for who sat in them.
    """

    def __init__(self, homes: Homes, recording: RecordingKeeper, *, keeps_seats: bool) -> None:
        self.homes = homes
        self._recording = recording
        self._keeps_seats = keeps_seats

    async def begun(self, work: Work, case: Case) -> Room:
        """A call that begins now."""
        call = StoredCall(new_id(), case.id, work.now, self.homes.me)
        await work.calls.start(call)
        return Room(call, terms=self._recording.terms)

    async def running(self, work: Work, case_id: UUID) -> Room | None:
        """The call of a case, from a process that is gone. Raises `CallElsewhere`."""
        call = await work.calls.running(case_id)
        if call is None:
            return None
        if self.homes.elsewhere(call.home):
            assert call.home is not None
            raise CallElsewhere(call.home)
        return await self.taken_over(work, call)

    async def left_over(self, work: Work) -> list[StoredCall]:
        """Calls that no living process keeps but this one."""
        running = await work.calls.all_running()
        return [call for call in running if not self.homes.elsewhere(call.home)]

    async def taken_over(self, work: Work, call: StoredCall) -> Room:
        """As its rows say: everybody's seat waits."""
        await work.calls.move(call.id, self.homes.me)
        rows = seats_of(await work.calls.seats(call.id)) if self._keeps_seats else []
        room = Room.of(StoredCall(call.id, call.consultation_id, call.started_at), rows)
        room.terms = self._recording.terms
        room.recording = await self._recording.restored(work, call.id)
        room.recording = await self._recording.follow(work, room.recording, room.lines())
        return room
