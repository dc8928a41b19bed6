"""Tells clinics where their waiting cases stand, whenever that has changed."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from protocol.account import Role
from protocol.consultation import Urgency
from protocol.waiting import PlacesChanged, WaitingPlace, WaitingPlaces, WaitUnknown
from server.api.services.acting import Acting
from server.api.services.directory import Snapshot
from server.api.socket.hub import Hub
from server.domain.case import Case
from server.domain.people import Who
from server.domain.ports import Clock
from server.domain.transitions import POOL
from server.domain.waiting import pace_of, places
from server.store.work import Store

LOOKED_EVERY = timedelta(seconds=15)
"""Age and time move the queue too, and who can be reached."""
TOLD_FROM = timedelta(seconds=30)
"""A smaller change of the expected time is not worth a message."""

LONG_QUEUE, LONG_QUEUE_EVERY = 1_000, timedelta(seconds=5)
"""More cases than this are looked through so often at most, however much moves among them."""

Told = dict[UUID, tuple[WaitingPlace, ...]]


class Waiting:
    """Keeps what each clinic doctor was told last. One look serves everybody."""

    def __init__(self, store: Store, clock: Clock, acting: Acting, hub: Hub) -> None:
        self._store = store
        self._clock = clock
        self._acting = acting
        self._hub = hub
        self._told: Told = {}
        self._look_at: datetime | None = None
        self._rests_until: datetime | None = None

    def stepped(self, before: Case, after: Case) -> None:
        """A case that enters the queue, moves in it or leaves it moves others."""
        if before.phase in POOL or after.phase in POOL:
            self.moved()

    def moved(self) -> None:
        """The queue has changed, here or in another process."""
        self._look_at = None

    async def of(self, who: Who) -> WaitingPlaces:
        """The asker's own waiting cases."""
        who.needs(Role.REQUESTER)
        return WaitingPlaces(places=(await self._looked()).get(who.id, ()))

    async def follow(self) -> int:
        """Tells who stands elsewhere, or waits longer or shorter; answers how many."""
        now = self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        if self._rests_until is not None and now < self._rests_until:
            return 0
        self._look_at = now + LOOKED_EVERY
        found = await self._looked()
        long = sum(map(len, found.values())) > LONG_QUEUE
        self._rests_until = now + LONG_QUEUE_EVERY if long else None
        moved = [
            account_id
            for account_id in found.keys() | self._told.keys()
            if _differs(self._told.get(account_id, ()), found.get(account_id, ()))
        ]
        for account_id in moved:
            message = PlacesChanged(places=found.get(account_id, ()))
            self._hub.tell(message, (account_id,))
        self._told = {
            account_id: shown if account_id in moved else self._told[account_id]
            for account_id, shown in found.items()
        }
        return len(moved)

    async def _looked(self) -> Told:
        found: dict[UUID, list[WaitingPlace]] = defaultdict(list)
        async with self._store.reading() as work:
            pool = await work.cases.pool()
            if not pool:
                return {}
            people = await self._acting.telling.directory.of(work)
            paces = {
                department: pace_of(await work.pickups.latest(department))
                for department in {case.content.department for case in pool}
            }
            now = work.now
        there = {
            (department, critical): self._there(people, department, critical=critical)
            for department in paces
            for critical in (False, True)
        }
        placed = await asyncio.to_thread(  # a long queue would stop everybody else meanwhile
            places,
            pool,
            paces,
            lambda case: self._nobody(case, people, there, now),
            now,
            self._acting.timings,
        )
        for case, place in placed:
            found[case.requester_id].append(place)
        return {account_id: tuple(shown) for account_id, shown in found.items()}

    def _there(self, people: Snapshot, department: str, *, critical: bool) -> list[Who]:
        """Experts who could be rung now; sockets are looked at in the loop alone."""
        return [
            who
            for who in people.experts_of(department)
            if (critical or self._hub.on_shift(who.id))
            and self._hub.reachable(who.id, critical=critical)
        ]

    def _nobody(
        self,
        case: Case,
        people: Snapshot,
        there: Mapping[tuple[str, bool], Sequence[Who]],
        now: datetime,
    ) -> WaitUnknown | None:
        """Why the case would ring nobody who has not declined it; None where it would."""
        critical = case.content.urgency is Urgency.CRITICAL
        somebody = any(
            who.id not in case.declined and self._acting.telling.may_claim(case, who, people, now)
            for who in there[case.content.department, critical]
        )
        if somebody or not self._hub.roster.whole:  # another process may know of somebody
            return None
        agreed = people.agreed(case.institution_id, case.content.department, now)
        return WaitUnknown.NO_EXPERT if agreed else WaitUnknown.NO_AGREEMENT


def _differs(told: tuple[WaitingPlace, ...], found: tuple[WaitingPlace, ...]) -> bool:
    if len(told) != len(found):
        return True
    return any(_moved(one, other) for one, other in zip(told, found, strict=True))


def _moved(told: WaitingPlace, found: WaitingPlace) -> bool:
    if told.expected_at is None or found.expected_at is None:
        return told != found
    apart = abs(found.expected_at - told.expected_at)
    return apart >= TOLD_FROM or told.model_copy(update={"expected_at": found.expected_at}) != found
