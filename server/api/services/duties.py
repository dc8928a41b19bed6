"""Who is on shift and on call now: follows the rota and the clock, and tells the hub."""

from datetime import datetime
from uuid import UUID

from protocol.rota import RotaEntry
from server.api.socket.hub import Hub
from server.domain.ports import Clock
from server.domain.rota import duty_of
from server.store.work import Store


class Duties:
    """Looks at an expert again when the rota changed or when their next shift begins or ends."""

    def __init__(self, store: Store, clock: Clock, hub: Hub) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub
        self._revision = -1
        self._zones: dict[str, str] = {}
        self._planned: frozenset[UUID] = frozenset()
        self._entries: dict[UUID, tuple[RotaEntry, ...]] = {}
        self.look_again = False
        """Somebody has come on call, or has gone offline while they are, since this was last set
        back."""
        hub.on_departure = self._gone
        self._next: dict[UUID, datetime | None] = {}

    async def follow(self) -> int:
        """Brings the hub up to date; answers how many were looked at."""
        async with self._store.reading() as work:
            revision = await work.rota.revision()
            if revision != self._revision:
                zones, planned = await work.rota.zones(), await work.rota.planned()
                self._take(revision, zones, planned, await work.rota.current(work.now))
        now = self._clock.now()
        due = [id_ for id_, at in self._next.items() if at is None or at <= now]
        for account_id in due:
            self._look(account_id, now)
        return len(due)

    def _take(
        self,
        revision: int,
        zones: dict[str, str],
        planned: frozenset[UUID],
        entries: list[RotaEntry],
    ) -> None:
        everybody: dict[UUID, list[RotaEntry]] = {}
        for entry in entries:
            everybody.setdefault(entry.expert_id, []).append(entry)
        moved = zones != self._zones
        now = {account_id: tuple(mine) for account_id, mine in everybody.items()}
        for account_id in planned ^ self._planned:
            self._next[account_id] = None
        for account_id in self._entries.keys() | now.keys():
            if moved or self._entries.get(account_id) != now.get(account_id):
                self._next[account_id] = None
        self._revision, self._zones = revision, zones
        self._planned, self._entries = planned, now

    def _look(self, account_id: UUID, now: datetime) -> None:
        before = self._hub.duty_of(account_id)
        mine, planned = self._entries.get(account_id, ()), account_id in self._planned
        duty = duty_of(mine, self._zones, now, planned=planned)
        if duty.changes_at is None:
            del self._next[account_id]
        else:
            self._next[account_id] = duty.changes_at
        self._hub.duty(account_id, duty)
        self.look_again |= bool(duty.on_call - before.on_call)

    def _gone(self, account_id: UUID) -> None:
        self.look_again |= bool(self._hub.duty_of(account_id).on_call)
