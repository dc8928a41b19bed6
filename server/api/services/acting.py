"""Carrying out one action: step, compare-and-swap, timeline, clocks, audit and facts together."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from protocol.consultation import Action, Status
from protocol.errors import ErrorCode
from protocol.queue import OfferEnd
from server.api.services.telling import Telling
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case, Timings
from server.domain.clocks import alarms_of
from server.domain.consultation import claim_lost, step
from server.domain.errors import Conflict, no_such_case
from server.domain.queue import timers_of
from server.domain.transitions import POOL
from server.store.offers import Ringing
from server.store.work import Work

Following = Callable[[Work, Case, Case, Attempt], Awaitable[Case]]


class Acting:
    """The only way a case changes its phase."""

    def __init__(self, telling: Telling, timings: Timings) -> None:
        self.telling = telling
        self.timings = timings
        self.on_change: Callable[[UUID], None] = lambda _case_id: None
        self.on_step: tuple[Callable[[Case, Case], None], ...] = ()
        """After the commit, of steps and of what was observed."""
        self.following: tuple[Following, ...] = ()
        """In the same transaction; each answers the case as it stands then."""

    async def get(self, work: Work, case_id: UUID) -> Case:
        case = await work.cases.get(case_id)
        if case is None:
            raise no_such_case()
        return case

    async def perform(self, work: Work, case: Case, attempt: Attempt) -> Case:
        """Applies one action in this transaction; raises a `Refusal` and changes nothing."""
        done = step(case, attempt, work.now, self.timings)
        if not await work.cases.save(done.case, case):
            raise await self._overtaken(work, case, attempt)
        self._follow(work, case, done.case)
        await work.cases.add_event(case.id, done.event)
        ended, live = await self._end_offers(work, case, done.case, attempt)
        await self._set_timers(work, done.case, live)
        who = attempt.who
        work.trail.note(
            None if who is None else who.id,
            Access.UPDATE,
            Resource.CONSULTATION,
            case.id,
            consultation_id=case.id,
            detail=f"{attempt.action.value} {done.event.from_phase} {done.event.to_phase} "
            f"{attempt.short}".rstrip(),
        )
        await self.telling.changed(
            work, done.case, before=case, event=done.event, by=who, also=ended
        )
        if who is not None and done.case.holder_id is None and case.holder_id is not None:
            await work.people.note_idle(case.holder_id, work.now)
        now = done.case
        for following in self.following:
            now = await following(work, case, now, attempt)
        return now

    async def amend(self, work: Work, case: Case, before: Case) -> Case:
        """Keeps what was observed of a case, without a line in its timeline; its members are told.

        Raises `Conflict` when the case has changed meanwhile.
        """
        if not await work.cases.save(case, before):
            raise _changed_meanwhile(case.id)
        self._follow(work, before, case)
        await self.set_timers(work, case)
        await self.telling.changed(work, case, before=before, event=None, by=None)
        return case

    def _follow(self, work: Work, before: Case, after: Case) -> None:
        work.after_commit(lambda: self.on_change(after.id))
        for follow in self.on_step:
            work.after_commit(partial(follow, before, after))

    async def set_timers(self, work: Work, case: Case) -> None:
        """Sets the clocks a case has as it stands."""
        await self._set_timers(work, case, await work.cases.offers.of_case(case.id))

    async def _set_timers(self, work: Work, case: Case, live: list[Ringing]) -> None:
        rings_until = min((offer.rings_until for offer in live), default=None)
        due = timers_of(case, rings_until, self.timings)
        await work.cases.timers.set(case.id, due, alarms_of(case, self.timings), work.now)

    async def _end_offers(
        self, work: Work, was: Case, case: Case, attempt: Attempt
    ) -> tuple[list[UUID], list[Ringing]]:
        """Ends the offers the action settles; answers whom they rang, and what rings on."""
        live = await work.cases.offers.of_case(case.id)
        settled = [
            (offer, how)
            for offer in live
            if (how := _settled(offer, was, case, attempt)) is not None
        ]
        for end in dict.fromkeys(how for _, how in settled):
            of_end = [offer for offer, how in settled if how is end]
            await self.telling.rang_out(work, case, of_end, end)
        ended = [offer for offer, _ in settled]
        return [offer.expert_id for offer in ended], [one for one in live if one not in ended]

    async def _overtaken(self, work: Work, case: Case, attempt: Attempt) -> Conflict:
        if attempt.action is Action.CLAIM:
            return claim_lost(case, attempt.holder_name)
        return _changed_meanwhile(case.id)


def _changed_meanwhile(case_id: UUID) -> Conflict:
    return Conflict(
        ErrorCode.CONFLICT, "the case has just changed; read it again", consultation_id=case_id
    )


def _settled(offer: Ringing, was: Case, case: Case, attempt: Attempt) -> OfferEnd | None:
    who = attempt.who
    mine = who is not None and offer.expert_id == who.id
    match attempt.action:
        case Action.CLAIM if who is not None and was.holder_id == who.id and not mine:
            return None  # who continues their own case leaves a hand-over as it stands
        case Action.CLAIM:
            return OfferEnd.CLAIMED_BY_YOU if mine else OfferEnd.CLAIMED_BY_OTHER
        case Action.DECLINE:
            return OfferEnd.DECLINED if mine else None
        case Action.OFFER_EXPIRED:
            return OfferEnd.EXPIRED
        case Action.ASSIGN | Action.ASK_MDT if was.phase in POOL:
            return None if offer.expert_id == attempt.expert_id else OfferEnd.WITHDRAWN
        case _:
            over = case.status in (Status.CANCELLED, Status.COMPLETED)
            return OfferEnd.WITHDRAWN if over else None
