"""The dispatcher's board: open cases with clocks and rings, experts with presence and load."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from protocol.account import Role
from protocol.board import Board, BoardCase, BoardExpert, Ringing, RunningClock
from protocol.consultation import ConsultationSummary
from protocol.queue import CaseClock, PersonPresence
from protocol.statistics import ExpertStatistics
from server.api.services.acting import Acting
from server.api.services.directory import Snapshot
from server.api.services.on_call import alerts_of
from server.api.services.recent_statistics import RecentStatistics
from server.domain.allowed import allowed_actions
from server.domain.audit import Access, Resource
from server.domain.case import Case, Timings
from server.domain.clocks import running
from server.domain.finding import open_finding
from server.domain.people import Who
from server.domain.queue import LOAD, in_order
from server.domain.rights import hears_of
from server.domain.transitions import HELD, POOL
from server.store.offers import Ringing as LiveOffer
from server.store.work import Store


class Boards:
    """Answers the board as it stands."""

    def __init__(
        self, store: Store, acting: Acting, presence_of: Callable[[UUID], PersonPresence]
    ) -> None:
        self._store = store
        self._acting = acting
        self._presence_of = presence_of
        self._statistics = RecentStatistics()

    async def board(self, who: Who) -> Board:
        """For dispatchers; a reading of every case that it shows."""
        who.needs(Role.DISPATCHER)
        timings = self._acting.timings
        async with self._store.looking() as work:
            people = await self._acting.telling.directory.of(work)
            cases = await work.cases.in_phases((*POOL, *HELD))
            cases += await work.cases.with_open_finding()
            heard = (case for case in cases if hears_of(case, who))
            cases = in_order(heard, work.now, timings)
            rows = await self._acting.telling.summaries(work, cases)
            rings: dict[UUID, list[LiveOffer]] = defaultdict(list)
            for offer in await work.cases.offers.live():
                rings[offer.consultation_id].append(offer)
            experts = [who.id for who in people.with_role(Role.EXPERT)]
            done = await self._statistics.of_experts(work, experts)
            alerts = await work.on_call.of_cases(case.id for case in cases)
            at = work.now
            numbers = " ".join(case.number for case in cases)
            work.trail.note(who.id, Access.READ, Resource.QUEUE, detail=numbers)
        shown = (
            _case(case, row, rings[case.id], people, who, timings, at).model_copy(
                update={"alerts": alerts_of(alerts, case.id, people)}
            )
            for case, row in zip(cases, rows, strict=True)
        )
        return Board(at=at, cases=tuple(shown), experts=tuple(self._experts(people, cases, done)))

    def _experts(
        self, people: Snapshot, cases: list[Case], done: dict[UUID, ExpertStatistics]
    ) -> Iterable[BoardExpert]:
        held: dict[UUID, list[Case]] = defaultdict(list)
        for case in cases:
            if case.holder_id is not None:
                held[case.holder_id].append(case)
        experts = (who for who in people.with_role(Role.EXPERT) if who.expert is not None)
        for who in sorted(experts, key=lambda one: (one.display_name, one.id)):
            assert who.expert is not None
            yield BoardExpert(
                person=who.person(),
                title=who.expert.title,
                departments=who.expert.departments,
                presence=self._presence_of(who.id),
                load=sum(LOAD[case.content.urgency] for case in held[who.id]),
                cases=len(held[who.id]),
                capacity=who.expert.capacity,
                statistics=done.get(who.id, ExpertStatistics()),
            )


def _case(
    case: Case,
    row: ConsultationSummary,
    rings: list[LiveOffer],
    people: Snapshot,
    who: Who,
    timings: Timings,
    at: datetime,
) -> BoardCase:
    clocks = [
        RunningClock(clock=clock, begun_at=span.begun, due_at=span.due)
        for clock, span in running(case, timings).items()
    ]
    if (finding := open_finding(case)) is not None:
        clocks.append(
            RunningClock(
                clock=CaseClock.READ_BACK, begun_at=finding.signed_at, due_at=finding.due_at
            )
        )
    return BoardCase(
        summary=row,
        clocks=tuple(sorted(clocks, key=lambda one: one.due_at)),
        ringing=tuple(
            Ringing(expert=people.person(one.expert_id), rings_until=one.rings_until)
            for one in rings
        ),
        escalated=case.escalated and case.phase in POOL,
        allowed_actions=tuple(
            allowed_actions(case, who, eligible=False, offered=False, missing=(), now=at)
        ),
    )
