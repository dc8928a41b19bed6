"""Who hears of a change: members in full, experts who may claim it masked, those who lost it."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from protocol.account import Role
from protocol.call import CallState
from protocol.chat import ChatAudience, ChatMessage
from protocol.consultation import Action, ConsultationSummary, TimelineEvent
from protocol.fact import Author
from protocol.imaging import StudyProgress
from protocol.library import LibrarySummary
from protocol.queue import Offer, OfferEnd
from protocol.report import SignedReport
from protocol.socket import (
    CallChanged,
    ChatPosted,
    ClockWarned,
    ConsultationChanged,
    ConsultationLeft,
    LibraryGrew,
    OfferEnded,
    OfferRang,
    ReportSigned,
    StudyProgressed,
)
from server.api.services.directory import Directory, Snapshot
from server.api.services.notifying import Notifying
from server.domain.apart import independent
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.clocks import Alarm
from server.domain.matching import Needs, Standing, may_claim
from server.domain.people import Who
from server.domain.queue import kept_for
from server.domain.rights import masked, meeting, summary_of, treating
from server.domain.service_line import free_to_take
from server.domain.transitions import POOL
from server.store.offers import Ringing
from server.store.work import Work

TOLD_MASKED = "told masked"
"""The audit's detail of a reading without the patient's name."""


class Telling:
    """Turns changes into facts for the right accounts."""

    def __init__(self, directory: Directory, *, require_licence: bool) -> None:
        self.directory = directory
        self._require_licence = require_licence
        self._notifying = Notifying()
        self._asked: tuple[object, ...] = ()
        self._found: frozenset[UUID] = frozenset()
        self.on_unanswered: Callable[[UUID], None] = lambda _expert_id: None
        """After the commit: a case rings an expert with a capacity no longer, and is not theirs."""
        self.on_call: Callable[[UUID, str], bool] = lambda _account_id, _department: False

    async def summary(self, work: Work, case: Case) -> ConsultationSummary:
        return (await self.summaries(work, [case]))[0]

    async def summaries(self, work: Work, cases: list[Case]) -> list[ConsultationSummary]:
        people = await self.directory.of(work)
        images = await work.images.declared_counts([case.id for case in cases])
        return [row_of(case, people, images[case.id]) for case in cases]

    def licensed(self, who: Who) -> bool:
        profile = who.expert
        number = profile is not None and bool(profile.licence_number)
        return who.institution_active and (number or not self._require_licence)

    def may_act(self, case: Case, who: Who, people: Snapshot, now: datetime) -> bool:
        """Whether an expert whom somebody named for a case may take it: nobody overlooks what the
        law and the houses ask for."""
        return (
            self.able(who)
            and independent(case, who)
            and people.may_consult(case.institution_id, who.institution_id, now)
        )

    def able(self, who: Who) -> bool:
        """Whether somebody works as an expert at all."""
        return Role.EXPERT in who.roles and not who.disabled and self.licensed(who)

    def may_claim(self, case: Case, who: Who, people: Snapshot, now: datetime) -> bool:
        """Whether the case is for such an expert, as far as it is in the pool and kept for nobody
        (`kept_for`)."""
        if Role.EXPERT not in who.roles or who.id == case.requester_id:
            return False
        standing = Standing(
            who,
            reachable=True,
            agreement=people.may_consult(case.institution_id, who.institution_id, now),
            licensed=self.licensed(who),
            on_call=self.on_call(who.id, case.content.department),
            independent=independent(case, who),
        )
        return may_claim(Needs.of(case.content), standing)

    def pullers(
        self,
        case: Case,
        people: Snapshot,
        now: datetime,
        rung: Collection[UUID] = (),
        *,
        before_ring: bool = False,
    ) -> frozenset[UUID]:
        """Who may take the case from the pool, `rung` being whom it rings; `before_ring` as in
        `kept_for`."""
        if case.phase not in POOL:
            return frozenset()
        if not free_to_take(people.mode_of(case.content.department), case):
            return frozenset()
        kept = kept_for(case, rung, before_ring=before_ring)
        takers = self._takers(case, people, now)
        return takers if kept is None else takers & {kept}

    def _takers(self, case: Case, people: Snapshot, now: datetime) -> frozenset[UUID]:
        """Whom a case is for, kept or not: one step asks it for each line of its timeline, before
        and after."""
        apart = (case.kept_from, case.houses, case.first, case.mdt, case.mdt_of)
        whose = (case.id, case.requester_id, case.institution_id)
        asked = (now, whose, apart, people, case.content)  # the last two mostly the very same
        if asked != self._asked:
            found = (
                who.id
                for who in people.experts_of(case.content.department)
                if self.may_claim(case, who, people, now)
            )
            self._asked, self._found = asked, frozenset(found)
        return self._found

    async def _pullers(
        self, work: Work, case: Case, people: Snapshot, event: TimelineEvent | None
    ) -> frozenset[UUID]:
        directed = case.content.directed_expert_id is not None and case.phase in POOL
        live = await work.cases.offers.of_case(case.id) if directed else ()
        rung = [one.expert_id for one in live]
        came = event is not None and event.from_phase is not event.to_phase
        return self.pullers(case, people, work.now, rung, before_ring=came)

    async def changed(
        self,
        work: Work,
        case: Case,
        *,
        before: Case | None,
        event: TimelineEvent | None,
        by: Who | None,
        also: Iterable[UUID] = (),
    ) -> None:
        """Tells the members and, while the case is in the pool, who may claim it.

        `also` are experts whom it rang although they could not have pulled it.
        """
        people = await self.directory.of(work)
        summary = await self.summary(work, case)
        hearing = people.hearing(case)
        members = {who.id for who in hearing}
        role = None if event is None else event.role
        await work.facts.tell(
            ConsultationChanged(
                seq=0, at=work.now, author=author(by, role), consultation=summary, event=event
            ),
            members,
        )
        _disclosed(work, Resource.CONSULTATION, case, members, by)
        if event is not None and before is not None:
            await self._notifying.stepped(work, case, before, event, hearing)
        watching = (set(await self._pullers(work, case, people, event)) | set(also)) - members
        if case.phase in POOL and watching:
            _disclosed(work, Resource.CONSULTATION, case, watching, by, detail=TOLD_MASKED)
            public = None if event is None else event.model_copy(update={"reason": ""})
            await work.facts.tell(
                ConsultationChanged(
                    seq=0,
                    at=work.now,
                    author=author(by, role),
                    consultation=masked(summary),
                    event=public,
                ),
                watching,
            )
        await self._left(
            work,
            case,
            before,
            people,
            members | (watching if case.phase in POOL else set()),
            set(also),
        )

    async def _left(
        self,
        work: Work,
        case: Case,
        before: Case | None,
        people: Snapshot,
        still: set[UUID],
        also: set[UUID],
    ) -> None:
        if before is None:
            return
        had = set(self.pullers(before, people, work.now, also)) | also
        had |= {who.id for who in people.hearing(before)}
        await work.facts.tell(
            ConsultationLeft(seq=0, at=work.now, consultation_id=case.id), had - still
        )

    async def left_waiting(self, work: Work, case: Case) -> None:
        """A case that rings nobody waits for whoever may take it: they hear that it is there."""
        await self.changed(work, case, before=None, event=None, by=None)

    async def rang(self, work: Work, case: Case, offers: Collection[Ringing]) -> None:
        """Offers that ring until the same moment."""
        summary = await self.summary(work, case)
        for one in offers:
            fact = OfferRang(seq=0, at=work.now, offer=await self.offer(work, case, one, summary))
            await work.facts.tell(fact, [one.expert_id])
        rung = [one.expert_id for one in offers]
        await self._notifying.rang(work, case, rung, min(one.rings_until for one in offers))
        _disclosed(work, Resource.CONSULTATION, case, rung, None, detail=TOLD_MASKED)

    async def offer(
        self, work: Work, case: Case, ringing: Ringing, summary: ConsultationSummary
    ) -> Offer:
        """As the expert it rings sees it; of a case that is held, with who hands it over."""
        handed = None
        if case.holder_id is not None:
            events = await work.cases.timeline(case.id)
            handed = next((one for one in reversed(events) if one.action is Action.ASSIGN), None)
        return Offer(
            id=ringing.id,
            consultation=masked(summary),
            rings_until=ringing.rings_until,
            why=ringing.why,
            handed_by=handed.by if handed is not None else None,
            note=handed.reason if handed is not None else "",
        )

    async def warned(
        self, work: Work, case: Case, alarm: Alarm, due_at: datetime, accounts: Iterable[UUID]
    ) -> None:
        """Who takes no part in the case hears of it without the patient's name."""
        people = await self.directory.of(work)
        summary = await self.summary(work, case)
        told = frozenset(accounts)
        members = {who.id for who in people.hearing(case)}
        for some, shown, detail in (
            (told & members, summary, "told"),
            (told - members, masked(summary), TOLD_MASKED),
        ):
            _disclosed(work, Resource.CONSULTATION, case, some, None, detail=detail)
            await work.facts.tell(
                ClockWarned(
                    seq=0,
                    at=work.now,
                    consultation=shown,
                    clock=alarm.clock,
                    stage=alarm.stage,
                    due_at=due_at,
                ),
                some,
            )
        await self._notifying.warned(work, case, alarm, due_at, told, members)

    async def rang_out(
        self,
        work: Work,
        case: Case,
        offers: Collection[Ringing],
        how: OfferEnd,
        holder: UUID | None = None,
    ) -> None:
        """Offers of a case end alike. `holder` wanted to hand it over and hears that nobody
        answered."""
        if not offers:
            return
        await work.cases.offers.end(offers, case.content.urgency, how, work.now)
        people = await self.directory.of(work)
        for one in offers:
            bounded = people.capacity_of(one.expert_id) is not None
            if bounded and how not in (OfferEnd.CLAIMED_BY_YOU, OfferEnd.FULL):
                work.after_commit(partial(self.on_unanswered, one.expert_id))
            await work.facts.tell(
                OfferEnded(seq=0, at=work.now, offer_id=one.id, consultation_id=case.id, how=how),
                {one.expert_id} | ({holder} if holder is not None else set()),
            )
        rung = {one.expert_id for one in offers}
        await self._notifying.rang_out(work, case, rung, how, holder)

    async def progressed(self, work: Work, case: Case, progress: StudyProgress) -> None:
        await work.facts.tell(
            StudyProgressed(seq=0, at=work.now, progress=progress), treating(case)
        )

    async def chatted(
        self, work: Work, case: Case, message: ChatMessage, by: Who | None
    ) -> ChatPosted:
        """`by` is None for a guest."""
        heard = meeting(case) if message.audience is ChatAudience.CALL else treating(case)
        _disclosed(work, Resource.CHAT, case, heard, by)
        fact = ChatPosted(seq=0, at=work.now, author=author(by, None), message=message)
        await work.facts.tell(fact, heard)
        return fact

    async def call_changed(
        self, work: Work, case: Case, call: CallState | None, by: Who | None
    ) -> CallChanged:
        fact = CallChanged(
            seq=0, at=work.now, author=author(by, None), consultation_id=case.id, call=call
        )
        heard = meeting(case)
        seq = await work.facts.tell(fact, heard)
        await self._notifying.call_changed(work, case, call, heard)
        return fact.model_copy(update={"seq": seq})

    async def signed(self, work: Work, case: Case, report: SignedReport, by: Who) -> None:
        heard = treating(case)
        _disclosed(work, Resource.REPORT, case, heard, by)
        fact = ReportSigned(seq=0, at=work.now, author=author(by, Role.EXPERT), report=report)
        await work.facts.tell(fact, heard)

    async def library_grew(self, work: Work, case: Case, entry: LibrarySummary) -> None:
        """Who treated the patient hears that others can learn from it; everybody else finds it when
        they look, for a province has too many to tell each of every entry."""
        await work.facts.tell(LibraryGrew(seq=0, at=work.now, entry=entry), treating(case))


def _disclosed(
    work: Work,
    resource: Resource,
    case: Case,
    accounts: Iterable[UUID],
    by: Who | None,
    *,
    detail: str = "told",
) -> None:
    """What a fact tells somebody who did not cause it is a reading of theirs."""
    for account in sorted(set(accounts) - ({by.id} if by is not None else set())):
        work.trail.note(
            account, Access.READ, resource, case.id, consultation_id=case.id, detail=detail
        )


def row_of(case: Case, people: Snapshot, images: int) -> ConsultationSummary:
    """A case as lists show it, with how many images go with it."""
    holder = None if case.holder_id is None else people.person(case.holder_id)
    return summary_of(case, people.person(case.requester_id), holder, images)


def author(who: Who | None, role: Role | None) -> Author | None:
    """Who made a fact; None when the clock did."""
    if who is None:
        return None
    return Author(account_id=who.id, display_name=who.display_name, role=role)
