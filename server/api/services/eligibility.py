"""Who may be asked changes while cases wait, ring and are held: accounts, licences, agreements.

What rings an expert who may not take it any more rings the next one, what waits rings whom it has
become open to, and the case of an expert whose account works no longer goes back to the queue. An
agreement that ends takes no case from who holds it: the patient's treatment goes on, and clinic,
expert and dispatchers are told once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from protocol.account import Role
from protocol.consultation import Action, Phase
from server.api.services.acting import Acting
from server.api.services.arrivals import Arrivals
from server.api.services.directory import Snapshot
from server.api.services.ringing import Bell
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.people import Who
from server.domain.ports import Clock, Reachability
from server.domain.transitions import HELD
from server.store.errors import RowDamaged
from server.store.held import held_between
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.eligibility")


@dataclass(frozen=True, slots=True)
class _Seen:
    """As of the last look. `changes_at` is when an agreement begins or ends by itself, UTC."""

    revision: int
    changes_at: datetime | None
    agreements: frozenset[tuple[UUID, UUID]]
    able: frozenset[UUID]


Step = Callable[[Work, UUID], Awaitable[None]]
TRIES = 60
"""Ticks for which something that cannot be put right is tried again, before what is new counts."""


class Eligibility:
    """Follows the people of the site and the clock. One process is enough, several do no harm."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        acting: Acting,
        bell: Bell,
        arrivals: Arrivals,
        reachability: Reachability,
    ) -> None:
        self._store = store
        self._clock = clock
        self._acting = acting
        self._telling = acting.telling
        self._bell = bell
        self._arrivals = arrivals
        self._reachability = reachability
        self._seen: _Seen | None = None
        self._tried = 0
        self.on_people: Callable[[], Awaitable[None]] = _nothing

    async def follow(self) -> int:
        """Answers how many cases were looked at."""
        async with self._store.reading() as work:
            people = await self._telling.directory.of(work)
            now, seen = work.now, self._seen
            if seen is not None and seen.revision == people.revision and not _over(seen, now):
                return 0
            lost = await self._lost(work, people)
            outlived = await _outlived(work, people)
        if seen is not None and seen.revision != people.revision:
            await self.on_people()
        looked = self._look(people, now)
        wanted: list[tuple[UUID, Step]] = [(case_id, self._put_right) for case_id in lost]
        wanted += [(case_id, self._agreement_over) for case_id in outlived]
        done = [await self._alone(id_, do) for id_, do in wanted]
        if seen is not None and (come := self._newcomers(people, seen, looked)):
            done.append(await self._rung(come))
        if all(done) or self._tried >= TRIES:
            self._seen, self._tried = looked, 0
        else:  # looked at again with the next tick
            self._tried += 1
        return sum(done)

    async def resubmitted(self, work: Work, _before: Case, after: Case, attempt: Attempt) -> Case:
        """The clinic's answer goes to the same expert first; where that one works no longer, to
        whoever is next, with its age. In the transaction of the resubmission."""
        if attempt.action is not Action.RESUBMIT:
            return after
        people = await self._telling.directory.of(work)
        return await self._freed(work, after, people)

    def _look(self, people: Snapshot, now: datetime) -> _Seen:
        able = frozenset(who.id for who in people.people.values() if self._telling.able(who))
        return _Seen(people.revision, people.changes_after(now), people.in_force(now), able)

    async def _lost(self, work: Work, people: Snapshot) -> list[UUID]:
        """Cases that ring who may not take them, or are held by who cannot act."""
        rung = await work.cases.offers.rung()
        waiting = {case.id: case for case in await work.cases.pool()}
        found = []
        for case_id in rung:
            try:
                case = waiting.get(case_id) or await work.cases.get(case_id)
            except (ValueError, RowDamaged):  # a damaged row keeps no other from being looked at
                _LOG.error("eligibility.not_read", consultation=str(case_id))
                continue
            if case is not None and self._barred(case, rung[case_id], people, work.now):
                found.append(case_id)
        gone = [one for one in await work.cases.holders() if _gone(people, one)]
        return found + await work.cases.held_by(gone)

    def _barred(
        self, case: Case, rung: set[UUID], people: Snapshot, now: datetime
    ) -> frozenset[UUID]:
        return frozenset(
            one
            for one in rung
            if (who := people.people.get(one)) is None
            or not self._telling.may_act(case, who, people, now)
        )

    async def _put_right(self, work: Work, case_id: UUID) -> None:
        case = await work.cases.get(case_id)
        if case is None:
            return
        people = await self._telling.directory.of(work)
        live = {one.expert_id for one in await work.cases.offers.of_case(case_id)}
        if barred := self._barred(case, live, people, work.now):
            await self._bell.withdraw(work, case, barred)
            case = await work.cases.read_anew(case_id) or case
        if case.phase is not Phase.AWAITING_INFORMATION:
            await self._freed(work, case, people)

    async def _agreement_over(self, work: Work, case_id: UUID) -> None:
        """Told once for each end: the timeline says whether it was."""
        case = await work.cases.get(case_id)
        if case is None or case.phase not in HELD or case.holder_institution_id is None:
            return
        people = await self._telling.directory.of(work)
        ended = people.agreement_ended(case.institution_id, case.holder_institution_id, work.now)
        if ended is None:
            return
        events = await work.cases.timeline(case_id)
        if not any(one.action is Action.AGREEMENT_ENDED and one.at >= ended for one in events):
            await self._acting.perform(work, case, Attempt(Action.AGREEMENT_ENDED))

    async def _freed(self, work: Work, case: Case, people: Snapshot) -> Case:
        if case.phase not in HELD or case.holder_id is None or not _gone(people, case.holder_id):
            return case
        queued = await self._acting.perform(work, case, Attempt(Action.HOLDER_GONE))
        return await self._bell.ring(work, queued)

    def _newcomers(self, people: Snapshot, before: _Seen, now: _Seen) -> list[Who]:
        """Whom cases may ring that could not ring them before."""
        houses = {hospital for _, hospital in now.agreements - before.agreements}
        return [
            who
            for who in people.with_role(Role.EXPERT)
            if who.id in now.able
            and (who.id not in before.able or who.institution_id in houses)
            and self._reachability.reachable(who.id, critical=True)
        ]

    async def _rung(self, come: list[Who]) -> bool:
        try:
            await self._arrivals.ring(come)
        except Exception:
            _LOG.exception("eligibility.not_followed")
            return False
        return True

    async def _alone(self, id_: UUID, do: Step) -> bool:
        """One that cannot be put right stops no other."""
        try:
            async with self._store.writing() as work:
                await do(work, id_)
        except Exception:
            _LOG.exception("eligibility.not_followed")
            return False
        return True


async def _outlived(work: Work, people: Snapshot) -> list[UUID]:
    """Held cases whose houses have no agreement any more, and had one."""
    in_force = people.in_force(work.now)
    return [
        case_id
        for case_id, clinic, hospital in await held_between(work.session)
        if (clinic, hospital) not in in_force
        and people.agreement_ended(clinic, hospital, work.now) is not None
    ]


def _over(seen: _Seen, now: datetime) -> bool:
    return seen.changes_at is not None and seen.changes_at <= now


async def _nothing() -> None:
    pass


def _gone(people: Snapshot, account_id: UUID) -> bool:
    """Whether somebody cannot act on what they hold."""
    who = people.people.get(account_id)
    return who is None or who.disabled or Role.EXPERT not in who.roles
