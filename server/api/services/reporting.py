"""The opinion, the signed report, its receipt, and the library a closed case may enter."""

from uuid import UUID

from protocol.account import CLINICAL_ROLES
from protocol.approval import approval_of, last_approval
from protocol.attached_study import AttachedStudy
from protocol.base import new_id
from protocol.consultation import Action, Phase
from protocol.errors import ErrorCode
from protocol.late_images import arriving_images, doubted_late
from protocol.library import LibraryEntry, LibraryPage
from protocol.report import (
    EarlierDraft,
    LearningFlag,
    OpinionDraft,
    Report,
    SaveOpinion,
    SignedReport,
    SigningTerms,
    SignReport,
)
from protocol.seal import FreshSeal, Seal
from server.api.services.acting import Acting
from server.api.services.mdts import minutes_for
from server.api.services.presented_forms import PresentedForms
from server.api.services.priors import earlier_report
from server.api.services.proving import require_ticket
from server.api.services.report_pictures import ReportPictures
from server.domain.attempt import Attempt, Proof
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.consultation import check_proof, require_opinions
from server.domain.drafts import Drafts
from server.domain.errors import Conflict, NotFound, invalid_field, not_a_member
from server.domain.library import entry_of, names_of
from server.domain.people import Who
from server.domain.reports import (
    check_approval,
    check_report,
    check_signature,
    signature_invalid,
)
from server.domain.rights import Part, reads_drafts, require_part
from server.store.work import Store, Work

_DRAFTED_IN = frozenset((Phase.READING, Phase.IN_CALL, Phase.DRAFTING, Phase.AMENDED))


class Reporting:
    """What the expert writes and the clinic receives."""

    def __init__(
        self,
        store: Store,
        acting: Acting,
        forms: PresentedForms,
        pictures: ReportPictures,
        terms: SigningTerms,
    ) -> None:
        self._store = store
        self._forms = forms
        self._pictures = pictures
        self._terms = terms
        self._acting = acting
        self._telling = acting.telling

    async def opinion(self, who: Who, case_id: UUID) -> OpinionDraft:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            if not reads_drafts(case, who):
                raise not_a_member()
            self._note(work, who, Access.READ, Resource.OPINION, case)
            return await self._draft(work, await work.archive.drafts(case), case, who)

    async def save_opinion(self, who: Who, case_id: UUID, body: SaveOpinion) -> OpinionDraft:
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            await self._check_holder(work, case, who, body.claim_token, body.fence)
            if case.phase not in _DRAFTED_IN:
                raise Conflict(
                    ErrorCode.TRANSITION_REFUSED,
                    f"an opinion cannot be written while the case is {case.phase.value}",
                    consultation_id=case_id,
                )
            self._note(work, who, Access.UPDATE, Resource.OPINION, case)
            drafts = await work.archive.save_draft(case, body.opinion, work.now)
            return await self._draft(work, drafts, case, who)

    async def _draft(self, work: Work, drafts: Drafts, case: Case, who: Who) -> OpinionDraft:
        """What was written before is for the holder; reviewers read what they approve."""
        before = drafts.before if who.id == case.holder_id else None
        if before is None:
            return OpinionDraft(opinion=drafts.own, saved_at=drafts.saved_at)
        people = await self._telling.directory.of(work)
        author = None if before.author_id is None else people.person(before.author_id)
        earlier = EarlierDraft(author=author, saved_at=before.saved_at, opinion=before.opinion)
        return OpinionDraft(opinion=drafts.own, saved_at=drafts.saved_at, before=earlier)

    async def _check_holder(
        self, work: Work, case: Case, who: Who, claim_token: str, fence: int
    ) -> None:
        people = await self._telling.directory.of(work)
        name = None if case.holder_id is None else people.person(case.holder_id).display_name
        check_proof(case, who, Proof(claim_token, fence), name)

    async def sign(self, who: Who, case_id: UUID, body: SignReport) -> SignedReport:
        """Makes a checked report immutable; everything or nothing happens."""
        absent = await self._pictures.absent(body.report.opinion)
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            await self._check_holder(work, case, who, body.claim_token, body.fence)
            studies = await work.images.attached(case_id)
            co_signed = await self._check_report(work, case, who, body.report, studies)
            key_id = await self._key(work, who, body.public_key)
            check_signature(body.report, body.signature, body.public_key)
            await require_ticket(work, who, body.ticket)
            if self._terms.certificate_needed and body.presented_form is None:
                raise invalid_field("this site needs a certificate's signature", "presented_form")
            version = body.report.version
            gone = await self._forms.signed(work, case, who, body.presented_form, version)
            gone += await self._pictures.signed(work, case, body.report.opinion, absent=absent)
            signed = _signed(body, key_id, co_signed)
            attempt = Attempt(
                Action.SIGN,
                who,
                proof=Proof(body.claim_token, body.fence),
                report=True,
                finding=body.report.opinion.critical_finding,
                arriving=arriving_images(studies),
                doubted=doubted_late(case.content, studies),
            )
            done = await self._acting.perform(work, case, attempt)
            await work.archive.draft_signed(case, body.report.opinion, work.now)
            await work.archive.add_report(signed)
            await work.people.note_idle(who.id, work.now)
            self._note(work, who, Access.CREATE, Resource.REPORT, done)
            await self._telling.signed(work, done, signed, who)
        await self._forms.remove(gone)
        return signed

    async def _check_report(
        self,
        work: Work,
        case: Case,
        who: Who,
        report: Report,
        studies: tuple[AttachedStudy, ...],
    ) -> Seal | None:
        """Answers the reviewer's own signature, where these words have one."""
        people = await self._telling.directory.of(work)
        require_opinions(case)
        requester = people.person(case.requester_id)
        minutes = await minutes_for(work, case)
        events = await work.cases.timeline(case.id)
        approval = approval_of(events, report.opinion, who.id)
        department = case.content.department
        if report.co_signature is None and self._terms.needs_co_signature(department):
            raise Conflict(
                ErrorCode.REVIEW_NEEDED,
                "a reviewer must approve these words before they are signed",
                consultation_id=case.id,
            )
        check_report(report, case, who, requester, studies, minutes, work.now, approval)
        approving = None if report.co_signature is None else last_approval(events)
        return None if approving is None else approving.seal

    async def approval(
        self, work: Work, case: Case, who: Who, approved: str | None, fresh: FreshSeal
    ) -> Seal:
        """A reviewer's own signature, verified, to be kept; raises as `sign` does."""
        await self._key(work, who, fresh.public_key)
        check_approval(case, who.id, approved, fresh)
        await require_ticket(work, who, fresh.ticket)
        return Seal(signature=fresh.signature, public_key=fresh.public_key)

    async def _key(self, work: Work, who: Who, public_key: str) -> UUID:
        keys = await work.sessions.keys_of(who.id)
        key = next((one for one in keys if one.public_key == public_key), None)
        if key is None:
            raise signature_invalid("this signing key is not registered for your account")
        return key.id

    async def report(self, who: Who, case_id: UUID, version: int | None) -> SignedReport:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            self._note(work, who, Access.READ, Resource.REPORT, case)
            found = await work.archive.report(case_id, version)
        if found is None:
            raise NotFound("no report has been signed for this consultation")
        return found

    async def earlier(self, who: Who, case_id: UUID, earlier_id: UUID) -> SignedReport:
        """A report of an earlier case of the patient, for who works on this one."""
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.HOLDER)
            return await earlier_report(work, case, who, earlier_id)

    async def received(self, work: Work, case: Case) -> None:
        """Takes a received case into the library where patient and expert agreed to it."""
        consent = case.content.consent
        signed = await work.archive.report(case.id)
        if signed is None or consent is None or not consent.library:
            return
        if not signed.report.opinion.recommend_for_library:
            return
        studies = await work.images.attached(case.id)
        report = signed.report
        entry = entry_of(
            new_id(),
            case.content,
            report.opinion,
            modalities=[name for study in studies for name in study.modalities],
            names=names_of(report),
            approved_at=work.now,
        )
        if await work.archive.add_entry(case.id, entry):
            work.trail.note(
                None, Access.CREATE, Resource.LIBRARY, entry.summary.id, consultation_id=case.id
            )
            await self._telling.library_grew(work, case, entry.summary)

    async def library(
        self,
        who: Who,
        *,
        text: str,
        department: str,
        flag: LearningFlag | None,
        after: str | None,
        limit: int,
    ) -> LibraryPage:
        """Raises `Forbidden` for an account without a clinical role."""
        who.needs(*CLINICAL_ROLES)
        if after and not after.isdigit():
            raise invalid_field("not a cursor of this list", "after")
        async with self._store.looking() as work:
            work.trail.note(who.id, Access.READ, Resource.LIBRARY)
            return await work.archive.entries(
                who.id,
                text=text,
                department=department,
                flag=flag,
                skip=int(after or 0),
                limit=limit,
            )

    async def library_entry(self, who: Who, entry_id: UUID) -> LibraryEntry:
        """Raises `Forbidden` for an account without a clinical role, else `NotFound`."""
        who.needs(*CLINICAL_ROLES)
        async with self._store.looking() as work:
            work.trail.note(who.id, Access.READ, Resource.LIBRARY, entry_id)
            entry = await work.archive.entry(entry_id, who.id)
        if entry is None:
            raise NotFound("there is no such case in the library")
        return entry

    def _note(self, work: Work, who: Who, access: Access, resource: Resource, case: Case) -> None:
        work.trail.note(who.id, access, resource, case.id, consultation_id=case.id)


def _signed(body: SignReport, key_id: UUID, co_signed: Seal | None) -> SignedReport:
    return SignedReport(
        report=body.report,
        signature=body.signature,
        public_key=body.public_key,
        key_id=key_id,
        presented_form=body.presented_form,
        co_signed=co_signed,
    )
