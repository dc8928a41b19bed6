"""Pauses that outlive a restart, and who is at work: what the hub cannot see by itself."""

from datetime import datetime
from uuid import UUID

from protocol.account import Role
from protocol.consultation import Phase
from server.api.socket.hub import Hub
from server.domain.case import Case
from server.domain.errors import Forbidden
from server.domain.people import Who
from server.domain.ports import Clock
from server.domain.presence import pause_end
from server.store.work import Store

AT_WORK = (Phase.READING, Phase.DRAFTING)


class Presences:
    """Tells the hub of pauses and of work on cases."""

    def __init__(self, store: Store, clock: Clock, hub: Hub) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._workers: dict[UUID, UUID] = {}

    async def restore(self) -> None:
        """After a start, or when other processes could not be heard for a while: pauses that still
        run, and what experts are at."""
        async with self._store.reading() as work:
            pauses = await work.people.pauses(work.now)
            cases = await work.cases.in_phases(AT_WORK)
        for account_id in self._hub.pausing() - pauses.keys():
            self._hub.pause_here(account_id, None)
        for account_id, until in pauses.items():
            self._hub.pause_here(account_id, until)
        for case_id in self._workers.keys() - {case.id for case in cases}:
            self.moved(case_id, None, Phase.QUEUED)
        for case in cases:
            self.moved(case.id, case.holder_id, case.phase)

    async def pause(self, who: Who, minutes: int, until: datetime | None) -> None:
        """Raises `Forbidden` for who is no expert, `Invalid` for a pause that is too long."""
        if Role.EXPERT not in who.roles:
            raise Forbidden("only experts pause")
        end = pause_end(minutes, until, self._clock.now())
        async with self._store.writing() as work:
            await work.people.set_pause(who.id, end)
            work.after_commit(lambda: self._hub.pause(who.id, end))

    def run_out(self) -> int:
        """Ends the pauses whose time is over; answers how many."""
        return self._hub.end_pauses()

    def stepped(self, _before: Case, after: Case) -> None:
        """A case moved."""
        self.moved(after.id, after.holder_id, after.phase)

    def moved(self, case_id: UUID, holder_id: UUID | None, phase: Phase) -> None:
        """A case is in this phase now, here or in another process: whose work it is."""
        worker = holder_id if phase in AT_WORK else None
        before = self._workers.get(case_id)
        if worker == before:
            return
        if before is not None:
            del self._workers[case_id]
            self._hub.at_work(before, case_id, now_at_it=False)
        if worker is not None:
            self._workers[case_id] = worker
            self._hub.at_work(worker, case_id, now_at_it=True)
