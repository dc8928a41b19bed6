"""Experts who come within reach are rung for what waits (domain.md, Queue).

Whom it rings is found by one reading of the queue, beside those who write; only the cases that
then ring are read again and written.
"""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from heapq import merge
from operator import itemgetter
from typing import Any
from uuid import UUID

import structlog

from protocol.account import Role
from protocol.consultation import Phase, Urgency
from server.api.services.acting import Acting
from server.api.services.directory import Snapshot
from server.api.services.ringing import Bell
from server.api.services.short_turns import in_short_turns
from server.api.services.standings import Burden
from server.domain.case import Case
from server.domain.matching import Needs, fits
from server.domain.people import Who
from server.domain.queue import in_order, is_overdue, may_ring
from server.domain.service_line import rings_by_itself
from server.domain.transitions import HELD, POOL
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.clock")
_LOOKS = 3
"""What one process chooses another may take meanwhile: then there is a second look, and a third."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What waited at one moment, in the order of the queue, and what is known of who came."""

    at: datetime
    order: Sequence[UUID]
    of_department: Mapping[tuple[str, bool], Sequence[tuple[int, Case]]]
    """The cases of a department that are critical, and those that are not, by their places."""
    rung: dict[UUID, set[UUID]]
    """Whom waiting critical cases ring."""
    rang: dict[tuple[UUID, UUID], int]
    """How often each case has rung each expert."""
    people: Snapshot
    burden: Burden


class Arrivals:
    """Gathers who comes, and rings all of them after one look at the queue."""

    def __init__(self, store: Store, acting: Acting, bell: Bell) -> None:
        self._store = store
        self._acting = acting
        self._bell = bell
        self._standings = bell.standings
        self._come: dict[UUID, Who] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ringing: asyncio.Task[None] | None = None

    def came(self, who: Who) -> None:
        """An expert connected, or is back from a pause: rings what waits for somebody like them."""
        self._come[who.id] = who
        if self._ringing is None or self._ringing.done():
            self._ringing = self._begin(self._ring_who_came())

    def strangers(self) -> None:
        """Experts are there of whom this process did not know: what it found nobody for is rung."""
        self._begin(self._logged(self._ring_waiting(Phase.DISPATCHING)))

    def stepped(self, before: Case, after: Case) -> None:
        """Who holds a case less is rung for what waits with the dispatchers, and where they have a
        capacity for whatever waits: as if they had just connected."""
        holder = before.holder_id
        held = after.holder_id == holder and after.phase in HELD
        if holder is not None and before.phase in HELD and not held:
            self.freed(holder)

    def freed(self, account_id: UUID) -> None:
        """The same of whom a case rings no longer."""
        self._begin(self._logged(self._freed(account_id)))

    def reopened(self, department: str) -> None:
        """The mode of a department changed: what waits there and rings nobody is rung, if it is to
        be now; what rings, rings on."""
        self._begin(self._logged(self._ring_waiting(Phase.QUEUED, department)))

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def ring(self, experts: Iterable[Who]) -> None:
        """The first waiting cases they were not yet asked ring these experts, as many as may ring
        one at a time; who come together share them. A critical case waits for everybody, also while
        it rings others."""
        come = list(experts)
        for _ in range(_LOOKS):
            chosen = await self._chosen(come)
            rang = await in_short_turns(
                self._store, list(chosen.items()), self._ring_case, unable=_not_rung
            )
            if rang == len(chosen):
                return

    async def _ring_case(self, work: Work, chosen: tuple[UUID, list[Who]]) -> bool:
        return await self._bell.ring_these(work, *chosen)

    async def _chosen(self, come: list[Who]) -> dict[UUID, list[Who]]:
        """Whom each case is to ring, in the order of the queue."""
        async with self._store.reading() as work:
            look = await self._look(work, come)
        found: dict[UUID, list[Who]] = {}
        most = self._acting.timings.rings_at_once
        turns: list[tuple[Who, Iterator[Case], int]] = []
        for who in come:
            expert = look.people.people.get(who.id, who)
            if Role.EXPERT not in expert.roles:
                continue
            for case in self._for_them(look, expert, critical=True):
                found.setdefault(case.id, []).append(expert)
            left = most - look.burden.rings(expert.id)
            turns.append((expert, self._for_them(look, expert, critical=False), left))
            await asyncio.sleep(0)  # a long queue of what does not fit takes a while
        for turn in range(most):
            for expert, cases, left in turns:
                free = (one for one in cases if one.id not in found)
                if turn < left and (head := next(free, None)) is not None:
                    found[head.id] = [expert]
        return {case_id: found[case_id] for case_id in look.order if case_id in found}

    async def _look(self, work: Work, come: list[Who]) -> _Look:
        pool = in_order(await work.cases.pool(), work.now, self._acting.timings)
        of_department: dict[tuple[str, bool], list[tuple[int, Case]]] = defaultdict(list)
        for place, case in enumerate(pool):
            of_department[case.content.department, _critical(case)].append((place, case))
        critical = any(critical for _department, critical in of_department)
        return _Look(
            work.now,
            [case.id for case in pool],
            of_department,
            await work.cases.offers.rung() if critical else {},
            await work.cases.offers.rang_any([who.id for who in come], POOL),
            await self._acting.telling.directory.of(work),
            await self._standings.burden(work, come),
        )

    def _for_them(self, look: _Look, who: Who, *, critical: bool) -> Iterator[Case]:
        """The cases that are to ring an expert, in the order of the queue."""
        departments = () if who.expert is None else who.expert.departments
        its = [look.of_department[department, critical] for department in departments]
        for _place, case in merge(*its, key=itemgetter(0)):
            if self._rings(case, who, look):
                yield case

    def _rings(self, case: Case, who: Who, look: _Look) -> bool:
        rung, rang = look.rung.get(case.id, set()), look.rang.get((case.id, who.id), 0)
        if not may_ring(case, who.id, rung, rang):
            return False
        mode, late = look.people.mode_of(case.content.department), is_overdue(case, look.at)
        if not rings_by_itself(mode, case, who.id, overdue=late):
            return False
        standing = self._standings.of(case, who, look.people, look.burden, look.at)
        return fits(Needs.of(case.content), standing, widened=late)

    # --- who is to be rung without having come ------------------------------------------------

    async def _freed(self, account_id: UUID) -> None:
        async with self._store.reading() as work:
            who = await work.people.who(account_id)
            if who is None or who.expert is None:
                return
            capacity = who.expert.capacity
            waits = capacity is not None or await work.cases.any_in(Phase.DISPATCHING)
        if waits:
            self.came(who)

    async def _ring_waiting(self, phase: Phase, department: str | None = None) -> None:
        """What waits in a phase, of all departments or of one."""
        async with self._store.reading() as work:
            waiting = in_order(await work.cases.pool(), work.now, self._acting.timings)
        case_ids = [
            one.id
            for one in waiting
            if one.phase is phase and department in (None, one.content.department)
        ]
        ring = partial(self._bell.ring_in, phase)
        await in_short_turns(self._store, case_ids, ring, unable=_not_rung)

    async def _ring_who_came(self) -> None:
        while self._come:
            come, self._come = self._come, {}
            await self._logged(self.ring(come.values()))

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            _LOG.exception("arrival.failed")


def _critical(case: Case) -> bool:
    return case.content.urgency is Urgency.CRITICAL


def _not_rung(_one: object) -> None:
    _LOG.exception("arrival.failed")
