"""The consultations: writing a case, submitting, claiming, every transition, and reading it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from protocol.account import Role
from protocol.approval import opinion_digest
from protocol.attached_study import AttachedStudy
from protocol.consultation import (
    Action,
    Consultation,
    ConsultationPage,
    CreateConsultation,
    Phase,
    SaveCase,
    Status,
    TimelineEvent,
)
from protocol.errors import ErrorCode
from protocol.queue import Candidate, Claim, Heartbeat, Lease, Offer, PersonPresence
from protocol.seal import Seal
from protocol.transition import Transition
from server.api.services.acting import Acting
from server.api.services.asking import attempt_of
from server.api.services.claiming import ClaimRace
from server.api.services.pages import cursor_of, numbers_of, read_cursor
from server.api.services.priors import earlier_reports_of, forget_priors, priors_of
from server.api.services.pulling import Pulling, by_turn
from server.api.services.reporting import Reporting
from server.api.services.ringing import Bell
from server.api.services.tokens import new_secret
from server.domain.allowed import allowed_by
from server.domain.attempt import Attempt, Proof
from server.domain.audit import Access, Resource
from server.domain.case import Case, missing_items
from server.domain.consultation import check_proof, claim_lost
from server.domain.errors import Conflict, invalid_field, not_a_member
from server.domain.people import Who
from server.domain.rights import (
    Part,
    emergency_until,
    farewell,
    full_view,
    hears_of,
    members_of,
    part_of,
    require_part,
)
from server.domain.transitions import DRAFT, POOL
from server.domain.waiting import queued_since
from server.store.leases import beat
from server.store.work import Store, Work

ANSWERED_FOR = timedelta(minutes=10)
"""So long is a step that is asked for again answered to who has given the case away with it."""
_ELSEWHERE = {
    Action.EDIT: "PUT the case",
    Action.BEGIN_UPLOAD: "PUT the study",
    Action.ADD_IMAGES: "PUT the study",
    Action.TAKE_BACK_IMAGES: "DELETE the study",
    Action.CLAIM: "POST the claim",
    Action.SIGN: "POST the report",
}
"""Actions that carry a body of their own."""


class Desk:
    """What people do with consultations."""

    def __init__(
        self, store: Store, acting: Acting, bell: Bell, reporting: Reporting, pulling: Pulling
    ) -> None:
        self._store = store
        self._acting = acting
        self._telling = acting.telling
        self._bell = bell
        self._reporting = reporting
        self._race = ClaimRace(acting)
        self._pulling = pulling

    # --- writing a case ---------------------------------------------------------------------

    async def create(self, who: Who, body: CreateConsultation) -> Consultation:
        """A new draft; the same id again answers the first one."""
        who.needs(Role.REQUESTER)
        if who.institution_id is None:
            raise invalid_field("your account belongs to no institution", "institution_id")
        async with self._store.writing() as work:
            known = await work.cases.get(body.id)
            if known is not None:
                if known.requester_id != who.id:
                    raise Conflict(ErrorCode.CONFLICT, "this id is taken")
                return await self._view(work, known, who)
            case = Case(
                id=body.id,
                number=await work.cases.next_number(work.now),
                version=1,
                phase=Phase.EDITING,
                content=body.content,
                requester_id=who.id,
                institution_id=who.institution_id,
                created_at=work.now,
                updated_at=work.now,
            )
            await work.cases.add(case)
            work.trail.note(
                who.id, Access.CREATE, Resource.CONSULTATION, case.id, consultation_id=case.id
            )
            await self._telling.changed(work, case, before=None, event=None, by=who)
            return await self._view(work, case, who)

    async def save(self, who: Who, case_id: UUID, body: SaveCase) -> Consultation:
        async with self._store.writing() as work:
            case = await self._mine(work, case_id, who)
            allowed = await self._allowed(work, case, who)
            if Action.EDIT not in allowed:
                require_part(case, who, Part.REQUESTER)
                raise Conflict(
                    ErrorCode.TRANSITION_REFUSED,
                    f"the content cannot change while the case is {case.phase.value}",
                    consultation_id=case_id,
                )
            if body.version != case.version:
                raise Conflict(
                    ErrorCode.STALE_VERSION,
                    f"the case is at version {case.version}; read it again",
                    consultation_id=case_id,
                )
            saved = replace(
                case,
                content=body.content,
                version=case.version + 1,
                updated_at=case.changed_at(work.now),
            )
            if not await work.cases.save(saved, case):
                raise Conflict(ErrorCode.STALE_VERSION, "the case has just changed")
            await forget_priors(work, case, saved)
            work.trail.note(
                who.id, Access.UPDATE, Resource.CONSULTATION, case_id, consultation_id=case_id
            )
            await self._telling.changed(work, saved, before=case, event=None, by=who)
            return await self._view(work, saved, who)

    # --- transitions ------------------------------------------------------------------------

    async def transition(
        self, who: Who, case_id: UUID, body: Transition, key: UUID | None = None
    ) -> Consultation:
        """`key`: the same again is answered as what was done, and does nothing; who has no part in
        the case any more is answered for some minutes."""
        if body.action in _ELSEWHERE:
            raise invalid_field(f"not a plain transition: {_ELSEWHERE[body.action]}", "action")
        async with self._store.writing() as work:
            at = None
            if key is not None:
                at = await work.done_steps.done_at(who.id, key, case_id, body.action.value)
            done = await self._acting.get(work, case_id)
            if at is None:
                done = await self._step(work, done, who, body)
            else:
                self._note_read(work, who, Resource.CONSULTATION, done)
            away = part_of(done, who) is None
            if away and at is not None and work.now - at > ANSWERED_FOR:
                raise not_a_member()
            view = await self._view(work, done, who)
            return farewell(view) if away else view

    async def _step(self, work: Work, case: Case, who: Who, body: Transition) -> Case:
        attempt = await self._attempt(work, case, who, body)
        done = await self._acting.perform(work, case, attempt)
        if (named := _to_ring(body, done)) is not None:
            await self._bell.ring_one(work, done, named)
        elif done.phase is Phase.QUEUED:
            done = await self._bell.ring(work, done)
        if body.action is Action.RECEIVE:
            await self._reporting.received(work, done)
        return done

    async def _attempt(self, work: Work, case: Case, who: Who, body: Transition) -> Attempt:
        proof = None
        if body.claim_token is not None and body.fence is not None:
            proof = Proof(body.claim_token, body.fence)
        base = await attempt_of(work, self._telling, case, who, body.action)
        return replace(
            base,
            reason=body.reason,
            told=body.told,
            proof=proof,
            decline_reason=body.decline_reason,
            decision=body.decision,
            checklist=body.checklist,
            scheduled_for=body.scheduled_for,
            expert_id=body.expert_id,
            seats=body.seats,
            approved=body.approved,
            seal=await self._seal(work, case, who, body),
            draft=await self._draft(work, case) if body.action is Action.APPROVE else None,
        )

    async def _seal(self, work: Work, case: Case, who: Who, body: Transition) -> Seal | None:
        if body.action is not Action.APPROVE or body.seal is None:
            return None
        return await self._reporting.approval(work, case, who, body.approved, body.seal)

    async def _draft(self, work: Work, case: Case) -> str:
        return opinion_digest((await work.archive.drafts(case)).own)

    # --- the claim --------------------------------------------------------------------------

    async def claim(self, who: Who, case_id: UUID) -> Claim:
        """Takes the case: one compare-and-swap decides between any number of claimants."""
        who.needs(Role.EXPERT)
        async with self._race.at(case_id):
            self._race.refuse_known(case_id, who)
            if await self._looked_before(who, case_id):
                await self._pulling.require_turn(who, case_id)
            async with self._store.writing() as work:
                return await self._claim(work, who, case_id)

    async def _claim(self, work: Work, who: Who, case_id: UUID) -> Claim:
        case = await self._acting.get(work, case_id)
        secret, hashed = new_secret()
        attempt = await attempt_of(work, self._telling, case, who, Action.CLAIM)
        rang = {o.expert_id: o.rang_at for o in await work.cases.offers.of_case(case_id)}
        done = await self._acting.perform(work, case, replace(attempt, new_claim_hash=hashed))
        if case.holder_id != who.id:
            since = rang.get(who.id)
            response_s = None if since is None else (work.now - since).total_seconds()
            if response_s is not None:
                await work.people.note_response(who.id, response_s)
            if case.phase in POOL:
                queued_at = queued_since(case, await work.cases.timeline(case_id))
                await work.pickups.add(case, who.id, queued_at, response_s)
        people = await self._telling.directory.of(work)
        work.after_commit(lambda: self._race.won(done, who, people))
        return Claim(
            claim_token=secret,
            fence=done.fence,
            lease_until=done.lease_until or work.now + self._acting.timings.lease,
            consultation=await self._view(work, done, who),
        )

    async def _looked_before(self, who: Who, case_id: UUID) -> bool:
        """A lost race is answered from a read, without waiting for the writer. Answers whether the
        case is one that experts pull in their turn."""
        async with self._store.reading() as work:
            case = await self._acting.get(work, case_id)
            people = await self._telling.directory.of(work)
            if case.phase in POOL:
                return by_turn(people, case)
            if case.holder_id == who.id:
                return False
            offers = await work.cases.offers.of_case(case_id)
            if any(offer.expert_id == who.id for offer in offers):
                return False
            if case.phase in DRAFT or not self._telling.may_claim(case, who, people, work.now):
                raise not_a_member()
            holder = None if case.holder_id is None else people.people.get(case.holder_id)
            if holder is not None and not offers:  # also where another process gave it away
                self._race.won(case, holder, people)
            raise claim_lost(case, None if holder is None else holder.display_name)

    async def heartbeat(self, who: Who, case_id: UUID, body: Heartbeat) -> Lease:
        """Many at once are one transaction: there are more of them than of everything else."""
        proof = Proof(body.claim_token, body.fence)
        idle, timings = timedelta(seconds=body.idle_s), self._acting.timings
        until = await self._store.together(
            lambda desk: beat(desk, case_id, who, proof, idle, timings)
        )
        if until is None:
            await self._refuse_beat(who, case_id, proof)
            raise Conflict(ErrorCode.CONFLICT, "the case has just changed; read it again")
        return Lease(lease_until=until)

    async def _refuse_beat(self, who: Who, case_id: UUID, proof: Proof) -> None:
        """Says who holds it now."""
        async with self._store.reading() as work:
            case = await self._acting.get(work, case_id)
            await self.check_holder(work, case, who, proof)

    async def check_holder(self, work: Work, case: Case, who: Who, proof: Proof) -> None:
        """Raises unless `who` holds the case with this token and fence, naming who does."""
        people = await self._telling.directory.of(work)
        name = None if case.holder_id is None else people.person(case.holder_id).display_name
        check_proof(case, who, proof, name)

    # --- reading ----------------------------------------------------------------------------

    async def view(self, who: Who, case_id: UUID) -> Consultation:
        async with self._store.looking() as work:
            case = await self._mine(work, case_id, who)
            self._note_read(work, who, Resource.CONSULTATION, case)
            return await self._view(work, case, who)

    async def worklist(
        self, who: Who, *, status: Status | None, text: str, after: str | None, limit: int
    ) -> ConsultationPage:
        async with self._store.looking() as work:
            cases = await work.cases.worklist(
                who, status=status, text=text, after=read_cursor(after), limit=limit + 1
            )
            page = cases[:limit]
            if not (after or text or status):
                page = [*await self._to_read_back(work, who, page), *page]
            work.trail.note(who.id, Access.READ, Resource.WORKLIST, detail=numbers_of(page))
            items = tuple(await self._telling.summaries(work, page))
        more = cursor_of(page[-1]) if len(cases) > limit else None
        return ConsultationPage(items=items, next=more)

    async def _to_read_back(self, work: Work, who: Who, page: list[Case]) -> list[Case]:
        """Older cases with an open critical finding: they must not be out of sight."""
        shown = {case.id for case in page}
        waiting = await work.cases.with_open_finding()
        return [c for c in waiting if c.id not in shown and hears_of(c, who)]

    async def offers(self, who: Who) -> list[Offer]:
        who.needs(Role.EXPERT)
        async with self._store.looking() as work:
            live = [
                offer
                for offer in await work.cases.offers.of_expert(who.id)
                if offer.rings_until > work.now
            ]
            cases = [await self._acting.get(work, offer.consultation_id) for offer in live]
            rows = await self._telling.summaries(work, cases)
            work.trail.note(who.id, Access.READ, Resource.QUEUE, detail=numbers_of(cases))
            return [
                await self._telling.offer(work, case, offer, row)
                for case, offer, row in zip(cases, live, rows, strict=True)
            ]

    async def timeline(self, who: Who, case_id: UUID) -> list[TimelineEvent]:
        async with self._store.looking() as work:
            case = await self._mine(work, case_id, who)
            self._note_read(work, who, Resource.TIMELINE, case)
            return await work.cases.timeline(case_id)

    async def candidates(self, who: Who, case_id: UUID) -> list[Candidate]:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.REQUESTER, Part.HOLDER, Part.DISPATCHER)
            self._note_read(work, who, Resource.CANDIDATES, case)
            return await self._bell.ranked(work, case)

    async def presence(self, live: Callable[[UUID], PersonPresence]) -> list[PersonPresence]:
        """Every expert's presence."""
        async with self._store.reading() as work:
            people = await self._telling.directory.of(work)
        return [live(who.id) for who in people.with_role(Role.EXPERT)]

    async def _mine(self, work: Work, case_id: UUID, who: Who) -> Case:
        case = await self._acting.get(work, case_id)
        require_part(case, who)
        return case

    def _note_read(self, work: Work, who: Who, resource: Resource, case: Case) -> None:
        work.trail.note(who.id, Access.READ, resource, case.id, consultation_id=case.id)

    async def _allowed(
        self,
        work: Work,
        case: Case,
        who: Who,
        studies: tuple[AttachedStudy, ...] | None = None,
    ) -> Iterable[Action]:
        attempt = await attempt_of(work, self._telling, case, who, Action.EDIT, studies)
        return allowed_by(case, who, attempt, work.now)

    async def _view(self, work: Work, case: Case, who: Who) -> Consultation:
        people = await self._telling.directory.of(work)
        summary = await self._telling.summary(work, case)
        studies = await work.images.attached(case.id)
        expert = None if case.holder_id is None else people.person(case.holder_id)
        members = members_of(case, people.person(case.requester_id), expert)
        record = await work.shared_records.of_case(case.id)
        missing = missing_items(case.content, studies, record, today=work.now.date())
        return full_view(case, summary, studies, members).model_copy(
            update={
                "missing": missing,
                "record": record,
                "allowed_actions": tuple(await self._allowed(work, case, who, studies)),
                "priors": await priors_of(work, case, who),
                "earlier_reports": await earlier_reports_of(work, case, who),
                "emergency_until": emergency_until(case, who),
            }
        )


def _to_ring(body: Transition, done: Case) -> UUID | None:
    """Whom an action names to be rung; who holds a case chairs its MDT without."""
    chairs = body.action is Action.ASK_MDT and done.phase in POOL
    return body.expert_id if chairs or body.action in (Action.ASSIGN, Action.OFFER) else None
