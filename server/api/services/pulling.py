"""What an expert may take from the queue: what is shown of it, and whose turn it is."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from protocol.account import Role
from protocol.consultation import ConsultationPage, ConsultationSummary, Urgency
from protocol.errors import ErrorCode
from protocol.service_line import LineMode
from server.api.services.acting import Acting
from server.api.services.directory import Snapshot
from server.api.services.pages import numbers_of
from server.api.services.shared_reading import SharedReading
from server.api.services.telling import row_of
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict
from server.domain.people import Who
from server.domain.queue import in_order, kept_for
from server.domain.rights import masked
from server.domain.service_line import free_to_take, in_turn
from server.domain.transitions import POOL
from server.store.work import Store

Rung = dict[UUID, set[UUID]]
MOST_SHOWN = 200
"""Of the queue's head; what is behind it comes up as these are taken."""


@dataclass(frozen=True, slots=True)
class _Queue:
    """What waits, in its order, with how many images, and whom it rings."""

    at: datetime
    cases: list[Case]
    images: dict[UUID, int]
    rung: Rung
    people: Snapshot
    rows: dict[UUID, ConsultationSummary] = field(default_factory=dict)
    """Those that were shown to anybody."""

    def row(self, case: Case) -> ConsultationSummary:
        if case.id not in self.rows:
            self.rows[case.id] = row_of(case, self.people, self.images.get(case.id, 0))
        return self.rows[case.id]


class Pulling:
    """The queue as one person sees it."""

    def __init__(self, store: Store, acting: Acting) -> None:
        self._store = store
        self._acting = acting
        self._telling = acting.telling
        self._queue = SharedReading(self._read_queue)

    async def queue(self, who: Who) -> ConsultationPage:
        """What the expert may claim now (a dispatcher: everything), the first `MOST_SHOWN` in queue
        order. What moves is told to many at once, who all ask then: one reading answers them, and
        the notes of it share transactions."""
        who.needs(Role.EXPERT, Role.DISPATCHER)
        queue = await self._queue.get()
        dispatcher = Role.DISPATCHER in who.roles
        all_of_them = queue.cases if dispatcher else await self._shown(who, queue)
        cases = all_of_them[:MOST_SHOWN]
        detail = numbers_of(cases)
        await self._store.together(
            lambda desk: desk.trail.note(who.id, Access.READ, Resource.QUEUE, detail=detail)
        )
        rows = map(queue.row, cases)
        return ConsultationPage(
            items=tuple(rows if dispatcher else map(masked, rows)),
            behind=len(all_of_them) - len(cases),
        )

    async def _read_queue(self) -> _Queue:
        async with self._store.reading() as work:
            cases = in_order(await work.cases.pool(), work.now, self._acting.timings)
            return _Queue(
                work.now,
                cases,
                await work.images.declared_in(POOL),
                await work.cases.offers.rung(),
                await self._telling.directory.of(work),
            )

    async def _shown(self, who: Who, queue: _Queue) -> list[Case]:
        """In a thread: a long queue would stop everybody else meanwhile."""
        return await asyncio.to_thread(self._shown_there, who, queue)

    def _shown_there(self, who: Who, queue: _Queue) -> list[Case]:
        def rings(case: Case) -> bool:
            return _rings(who, case, queue)

        mine = [
            case
            for case in queue.cases
            if rings(case) or (self._may_take(who, case, queue) and who.id not in case.declined)
        ]
        return in_turn(mine, queue.people.mode_of, rings)

    def _may_take(self, who: Who, case: Case, queue: _Queue) -> bool:
        return (
            free_to_take(queue.people.mode_of(case.content.department), case)
            and kept_for(case, queue.rung.get(case.id, ())) in (None, who.id)
            and self._telling.may_claim(case, who, queue.people, queue.at)
        )

    async def require_turn(self, who: Who, case_id: UUID) -> None:
        """Raises `Conflict` where another case of a line that experts pull (`by_turn`) is before
        this one: it is taken, or passed over with a reason (`decline`). Nobody who writes waits for
        the look at the queue; whether the case may be taken at all is for the claim to say."""
        queue = await self._queue.get()
        case = next((one for one in queue.cases if one.id == case_id), None)
        if case is None or _rings(who, case, queue) or not self._may_take(who, case, queue):
            return
        shown = {one.id: one for one in await self._shown(who, queue)}
        before = [
            one
            for one in shown.values()
            if one.content.department == case.content.department
            and one.content.urgency is not Urgency.CRITICAL
        ]
        if before and case.id not in shown:
            raise Conflict(
                ErrorCode.NOT_YOUR_TURN,
                "another case of this department is before it: take that one, or pass it over "
                "with a reason",
                consultation_id=before[0].id,
            )


def by_turn(people: Snapshot, case: Case) -> bool:
    """Whether a waiting case is one that experts pull, and not critical."""
    pulled = people.mode_of(case.content.department) is LineMode.PULL
    return pulled and case.content.urgency is not Urgency.CRITICAL


def _rings(who: Who, case: Case, queue: _Queue) -> bool:
    return who.id in queue.rung.get(case.id, ())
