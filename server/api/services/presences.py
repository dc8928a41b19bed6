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

    async def restore(self) -> None:
        """After a start: pauses that still run, and what experts were at."""
        async with self._store.reading() as work:
            pauses = await work.people.pauses(work.now)
            cases = await work.cases.in_phases(AT_WORK)
        for account_id, until in pauses.items():
            self._hub.pause(account_id, until)
        for case in cases:
            self._note(case, now_at_it=True)

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

    def stepped(self, before: Case, after: Case) -> None:
        """A case moved: whose work it was, and whose it is."""
        if before.holder_id != after.holder_id:
            self._note(before, now_at_it=False)
        self._note(after, now_at_it=after.phase in AT_WORK)

    def _note(self, case: Case, *, now_at_it: bool) -> None:
        holder: UUID | None = case.holder_id
        if holder is not None:
            self._hub.at_work(holder, case.id, now_at_it=now_at_it)
