"""Finding experts for a case and ringing them (domain.md, Queue and Matching)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, islice
from uuid import UUID

from protocol.account import Role
from protocol.base import new_id
from protocol.consultation import Action, Phase, Urgency
from protocol.on_call import AlertWhy
from protocol.queue import ASKED_NEVERTHELESS, Candidate, CaseClock, ClockStage, OfferEnd
from server.api.services.acting import Acting
from server.api.services.directory import Snapshot
from server.api.services.on_call import OnCall
from server.api.services.standings import Standings
from server.api.services.usual_responses import UsualResponses
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.clocks import Alarm, alarms_of, runs_out, warned_by
from server.domain.errors import invalid_field
from server.domain.matching import Needs, candidates, seat_first, to_offer
from server.domain.people import Who
from server.domain.ports import Reachability
from server.domain.queue import RING_AGAIN, Load, is_overdue, may_ring
from server.domain.service_line import is_left_waiting, rung_by_itself
from server.domain.transitions import POOL
from server.store.offers import Ringing
from server.store.work import Work

MOST_LISTED = 500
"""Of a province nobody looks through more; who is not listed may still be named."""


class Bell:
    """Offers cases to experts."""

    def __init__(self, acting: Acting, reachability: Reachability, on_call: OnCall) -> None:
        self._acting = acting
        self._on_call = on_call
        self._telling = acting.telling
        self.standings = Standings(self._telling, reachability)
        self._reachability = reachability
        self._usual = UsualResponses()

    async def ranked(self, work: Work, case: Case) -> list[Candidate]:
        """Experts with the score and its terms, or the reasons against: `MOST_LISTED`, first those
        of the department in houses the clinic may ask, and of them those within reach."""
        people = await self._telling.directory.of(work)
        critical = case.content.urgency is Urgency.CRITICAL
        fit = self._asked_houses(people, case, work.now)
        fit.sort(key=lambda who: not self._reachability.reachable(who.id, critical=critical))
        known = {who.id for who in fit}
        others = (who for who in people.with_role(Role.EXPERT) if who.id not in known)
        listed = list(islice(chain(fit, others), MOST_LISTED))
        return await self._weighed(work, case, people, listed)

    async def fitting(self, work: Work, case: Case) -> list[Candidate]:
        """The same of those who can be rung by themselves: of the case's department, of houses it
        may ask, and within reach. Of a province they are few."""
        people = await self._telling.directory.of(work)
        critical = case.content.urgency is Urgency.CRITICAL
        there = [
            who
            for who in self._asked_houses(people, case, work.now)
            if self._reachability.reachable(who.id, critical=critical)
        ]
        return await self._weighed(work, case, people, there)

    def _asked_houses(self, people: Snapshot, case: Case, now: datetime) -> list[Who]:
        """The experts of the case's department in houses that its clinic may ask."""
        return [
            who
            for who in people.experts_of(case.content.department)
            if people.may_consult(case.institution_id, who.institution_id, now)
        ]

    async def _weighed(
        self, work: Work, case: Case, people: Snapshot, experts: Sequence[Who]
    ) -> list[Candidate]:
        burden = await self.standings.burden(work, experts, case)
        standings = [self.standings.of(case, who, people, burden, work.now) for who in experts]
        return candidates(
            Needs.of(case.content),
            standings,
            case_id=case.id,
            usual_minutes=await self._usual.of(work, people, case.content.department),
            rings_at_once=self._acting.timings.rings_at_once,
            widened=is_overdue(case, work.now),
        )

    async def ring(self, work: Work, case: Case) -> Case:
        """Rings the next experts of a queued case, or hands it to the dispatchers."""
        critical = case.content.urgency is Urgency.CRITICAL
        if critical:
            await self._on_call.tell(work, case, AlertWhy.CRITICAL)
        live = await work.cases.offers.of_case(case.id)
        if live:
            return await self._offered(work, case)
        if critical or len(case.declined) < self._acting.timings.declines_before_dispatch:
            rung = await work.cases.offers.rang_before(case.id)
            ranked = [
                candidate
                for candidate in await self.fitting(work, case)
                if critical or rung.get(candidate.expert_id, 0) < RING_AGAIN
            ]
            directed = case.content.directed_expert_id
            everybody = critical and not seat_first(case, ranked, rung)
            chosen = to_offer(ranked, directed=directed, critical=everybody)
            people = await self._telling.directory.of(work)
            mode, overdue = people.mode_of(case.content.department), is_overdue(case, work.now)
            if rung_now := rung_by_itself(mode, case, chosen, overdue=overdue):
                return await self._ring_all(work, case, rung_now)
            takers = self._telling.pullers(case, people, work.now) - case.declined
            there = any(self._reachability.reachable(one, critical=False) for one in takers)
            if there and is_left_waiting(mode, case):
                await self._telling.left_waiting(work, case)
                return case
        if case.phase is Phase.DISPATCHING:
            return case
        return await self._acting.perform(work, case, Attempt(Action.ESCALATE))

    async def warn(self, work: Work, case: Case, alarm: Alarm, due_at: datetime) -> None:
        """Tells whom a stage of a clock concerns; nobody where the clock has been moved or stopped
        since. Once nobody took a case in time, wider skills are asked."""
        if alarms_of(case, self._acting.timings).get(alarm) != due_at:
            return
        live = await work.cases.offers.of_case(case.id)
        people = await self._telling.directory.of(work)
        asked = frozenset(offer.expert_id for offer in live) or (
            self._telling.pullers(case, people, work.now) - case.declined
        )
        told = warned_by(alarm, case, people.responsible(case.content.department), asked)
        over = runs_out(case, alarm.clock, self._acting.timings)
        await self._telling.warned(work, case, alarm, over or due_at, told)
        if alarm == Alarm(CaseClock.ACCEPT, ClockStage.OVERDUE):
            await self._on_call.tell(work, case, AlertWhy.OVERDUE)
            if not live:
                await self.ring(work, case)

    async def ring_one(self, work: Work, case: Case, expert_id: UUID) -> None:
        """Rings the expert a dispatcher or the holder named; only hard reasons refuse."""
        candidate = await self.require_fit(work, case, expert_id, "expert_id")
        if not await self._rings(work, case, expert_id):
            await self._start(work, case, (candidate,))
        await self._acting.set_timers(work, case)

    async def require_fit(self, work: Work, case: Case, expert_id: UUID, field: str) -> Candidate:
        """The expert somebody names for a case. Raises `Invalid` for what cannot be overlooked."""
        people = await self._telling.directory.of(work)
        named = people.people.get(expert_id)
        if named is None or named.disabled or Role.EXPERT not in named.roles:
            raise invalid_field("there is no such expert", field)
        (candidate,) = await self._weighed(work, case, people, [named])
        against = set(candidate.ineligible) - ASKED_NEVERTHELESS
        if against or expert_id == case.holder_id:
            reasons = ", ".join(sorted(reason.value for reason in against)) or "holds it now"
            raise invalid_field(f"this expert cannot take the case: {reasons}", field)
        return candidate

    async def taken(self, work: Work, before: Case, case: Case, attempt: Attempt) -> Case:
        """Follows a claim: what rings its expert beyond their capacity rings the next instead."""
        holder = case.holder_id
        if attempt.action is not Action.CLAIM or holder is None or holder == before.holder_id:
            return case
        capacity = (await self._telling.directory.of(work)).capacity_of(holder)
        if capacity is None:
            return case
        held = (await work.cases.loads()).get(holder, Load()).cases
        rung = await work.cases.offers.beside_critical(holder, Phase.OFFERED)
        for case_id in rung[max(0, capacity - held) :]:
            other = await work.cases.get(case_id)
            if other is not None:
                await self.withdraw(work, other, frozenset((holder,)), OfferEnd.FULL)
        return case

    async def withdraw(
        self,
        work: Work,
        case: Case,
        experts: frozenset[UUID],
        how: OfferEnd = OfferEnd.WITHDRAWN,
    ) -> None:
        """Stops ringing some experts for a case; the next are rung where it is in the pool and
        nobody is left. Who wanted to hand it over hears of it."""
        live = await work.cases.offers.of_case(case.id)
        ended = [offer for offer in live if offer.expert_id in experts]
        await self._telling.rang_out(work, case, ended, how, case.holder_id)
        if ended and len(ended) == len(live) and case.phase is Phase.OFFERED:
            queued = await self._acting.perform(work, case, Attempt(Action.OFFER_WITHDRAWN))
            await self.ring(work, queued)
        elif ended:
            await self._acting.set_timers(work, case)

    async def expired(self, work: Work, case: Case) -> None:
        """The clock of the offers of a case ran out. The dispatchers have a critical one from then
        on, while it rings again."""
        live = await work.cases.offers.of_case(case.id)
        over = [offer for offer in live if offer.rings_until <= work.now]
        if len(over) == len(live) and case.phase is Phase.OFFERED:
            queued = await self._acting.perform(work, case, Attempt(Action.OFFER_EXPIRED))
            if case.content.urgency is Urgency.CRITICAL and not case.escalated:
                queued = await self._acting.perform(work, queued, Attempt(Action.ESCALATE))
            await self.ring(work, queued)
            return
        await self._telling.rang_out(work, case, over, OfferEnd.EXPIRED, case.holder_id)
        if over and case.content.urgency is Urgency.CRITICAL:
            await self._on_call.tell(work, case, AlertWhy.CRITICAL)
        await self._acting.set_timers(work, case)

    async def ring_in(self, phase: Phase, work: Work, case_id: UUID) -> bool:
        """Rings whom a case that still is in a phase, and rings nobody, has not rung; answers
        whether it was."""
        case = await work.cases.get(case_id)
        if case is None or case.phase is not phase:
            return False
        await self.ring(work, case)
        return True

    async def ring_these(self, work: Work, case_id: UUID, experts: Sequence[Who]) -> bool:
        """Rings those of some experts whom a waiting case is for and has not asked; all of them for
        a critical one, and the first of them for any other. Answers whether any was rung."""
        case = await work.cases.get(case_id)
        if case is None or case.phase not in POOL:
            return False
        people = await self._telling.directory.of(work)
        unasked = await self._unasked(work, case, experts)
        most = self._acting.timings.rings_at_once
        critical = case.content.urgency is Urgency.CRITICAL
        fitting = tuple(
            one
            for one in await self._weighed(work, case, people, unasked)
            if not one.ineligible and (critical or one.rings < most)
        )
        mode, overdue = people.mode_of(case.content.department), is_overdue(case, work.now)
        chosen = fitting if critical else fitting[:1]
        rung = rung_by_itself(mode, case, chosen, overdue=overdue)
        if rung:
            await self._ring_all(work, case, rung)
        return bool(rung)

    async def _unasked(self, work: Work, case: Case, experts: Sequence[Who]) -> list[Who]:
        """Those whom the case may ring by itself (again)."""
        live = {offer.expert_id for offer in await work.cases.offers.of_case(case.id)}
        critical = case.content.urgency is Urgency.CRITICAL
        rang = {} if critical else await work.cases.offers.rang_before(case.id)
        return [who for who in experts if may_ring(case, who.id, live, rang.get(who.id, 0))]

    async def _ring_all(self, work: Work, case: Case, chosen: tuple[Candidate, ...]) -> Case:
        await self._start(work, case, chosen)
        return await self._offered(work, case)

    async def _offered(self, work: Work, case: Case) -> Case:
        return await self._acting.perform(work, case, Attempt(Action.OFFER))

    async def _start(self, work: Work, case: Case, chosen: tuple[Candidate, ...]) -> None:
        until: datetime = work.now + self._acting.timings.offer_rings
        offers = [Ringing(new_id(), case.id, one.expert_id, work.now, until, one) for one in chosen]
        await work.cases.offers.add(offers, case.content.urgency)
        await self._telling.rang(work, case, offers)

    async def _rings(self, work: Work, case: Case, expert_id: UUID) -> bool:
        live = await work.cases.offers.of_case(case.id)
        return any(offer.expert_id == expert_id for offer in live)
