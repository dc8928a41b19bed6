"""Signing a report (Ed25519, RFC 8032) and verifying one before it is shown as signed."""

import asyncio
from base64 import b64decode, b64encode
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import SecretStr

from app.net.api import Api
from app.net.errors import NetError, Refused, Unreachable
from app.services.drafts import Drafts
from app.services.facts import Facts
from app.services.papers import PaperService
from app.services.server_time import server_now
from app.services.troubles import raise_notice
from app.session.case import Case, CaseRead, ClaimGone, ReportVerified, SigningChanged
from app.session.notices import Good, Trouble
from app.store.profile import SealedStore
from protocol.account import Account, Reauthenticate, SigningKey
from protocol.approval import approval_bytes, approval_of, approved_bytes, last_approval, whole
from protocol.consultation import Phase, Status
from protocol.errors import ErrorCode
from protocol.late_images import reported_studies
from protocol.mdt import Minutes
from protocol.minutes import minutes_of
from protocol.report import (
    Opinion,
    Report,
    ReportSeal,
    SignedReport,
    SignReport,
    examinations_of,
)
from protocol.seal import FreshSeal, Seal

KEY_RECORD = "report-signing-key"


class SigningService:
    """The private key never leaves the sealed store of this profile."""

    def __init__(
        self,
        facts: Facts,
        api: Api,
        drafts: Drafts,
        store: SealedStore,
        account: Account,
        papers: PaperService,
    ) -> None:
        self._papers = papers
        self._facts = facts
        self._api = api
        self._drafts = drafts
        self._store = store
        self._account = account

    # --- signing -------------------------------------------------------------------------

    async def sign(self, password: str, secret: str = "") -> None:
        """Checks the password, signs the canonical JSON, and sends the report; where this expert
        has a certificate, which `secret` opens, its paper too.

        Nothing is signed unless the server accepts the password again at this moment. Raises
        `CertificateUnusable`.
        """
        case = self._facts.state.case
        if case is None or case.claim is None:
            return
        if case.report is None and case.consultation.summary.phase is Phase.AMENDED:
            await self.load(case)  # which version is amended
            present = self._facts.state.case
            if present is None or present.id != case.id:
                return  # nobody signs what is no longer in front of them
            case = present
        self._facts.apply(SigningChanged(case.id, signing=True))
        try:
            signed = await self._sign(case, password, secret)
        except (Refused, Unreachable):
            found = await self._signed_already(case)
            if found is None:
                raise
            signed = found
        finally:
            self._facts.apply(SigningChanged(case.id, signing=False))
        await self._drafts.forget_opinion(case.id)
        await self._drafts.forget_claim(case.id)
        self._facts.apply(ClaimGone(case.id))
        if self.verify(signed):
            await self._papers.verify(signed)
        self._facts.apply(CaseRead(await self._api.consultation(case.id)))
        raise_notice(self._facts, Good.REPORT_SIGNED, (("number", signed.report.number),))

    async def approve(self, case: Case, approved: str, password: str) -> FreshSeal:
        """A reviewer's own signature over the words of that digest. Raises what the server says of
        the password."""
        key = await self._key(password)
        ticket = await self._ticket(password)
        said = approval_bytes(case.id, self._account.id, approved)
        return FreshSeal(
            signature=b64encode(key.sign(said)).decode(),
            public_key=_public(key),
            ticket=ticket,
        )

    async def _signed_already(self, case: Case) -> SignedReport | None:
        """What the server has of this very signature, where its answer was lost."""
        try:
            found = await self._api.report(case.id)
        except NetError:
            return None
        report = found.report
        same = (report.version, report.expert_id) == (_next_version(case), self._account.id)
        opinion = _as_signed(case.opinion, report.minutes)
        return found if same and report.opinion == opinion else None

    async def _sign(self, case: Case, password: str, secret: str) -> SignedReport:
        assert case.claim is not None
        key = await self._key(password)
        ticket = await self._ticket(password)
        stamp = await self._papers.certificate(secret)
        report = self.report_of(case, await self._minutes(case))
        signature = b64encode(key.sign(report.canonical_bytes())).decode()
        form = None
        if stamp is not None:
            seal = ReportSeal(signature, _public(key), stamp.subject, _co_signed(case, report))
            form = await self._papers.send(stamp, report, seal)
        body = SignReport(
            claim_token=case.claim.claim_token,
            fence=case.claim.fence,
            ticket=ticket,
            report=report,
            signature=signature,
            public_key=_public(key),
            presented_form=form,
        )
        return await self._api.sign(case.id, body)

    async def _ticket(self, password: str) -> str:
        """That whoever sits here has just proved who they are; good for one thing."""
        asked = Reauthenticate(password=SecretStr(password))
        return (await self._api.reauthenticate(asked)).ticket

    async def _key(self, password: str) -> Ed25519PrivateKey:
        """This expert's key, made and registered at the first signature."""
        record = f"{KEY_RECORD}-{self._account.id.hex}"
        stored = await asyncio.to_thread(self._store.read, record)
        key = (
            Ed25519PrivateKey.from_private_bytes(stored)
            if stored is not None
            else Ed25519PrivateKey.generate()
        )
        known = {registered.public_key for registered in await self._api.signing_keys()}
        if _public(key) not in known:
            ticket = await self._ticket(password)
            await self._api.register_key(SigningKey(public_key=_public(key), ticket=ticket))
        if stored is None:
            await asyncio.to_thread(self._store.write, record, key.private_bytes_raw())
        return key

    async def _minutes(self, case: Case) -> Minutes | None:
        """Of an MDT, on the versions of the opinions that the chair was shown."""
        mdt = case.consultation.summary.mdt
        if mdt is None:
            return None
        asked = (self._api.report(one.consultation_id, one.version) for one in mdt.signed)
        signed = await asyncio.gather(*asked)
        return minutes_of(mdt, {one.report.consultation_id: one.report for one in signed})

    async def draft(self, case: Case) -> Report:
        """What would be signed now."""
        return self.report_of(case, await self._minutes(case))

    def report_of(self, case: Case, minutes: Minutes | None) -> Report:
        row, patient = case.consultation.summary, case.content.patient
        assert patient is not None
        assert row.mode is not None
        profile = self._account.expert
        studies = case.consultation.studies
        opinion = _as_signed(case.opinion, minutes)
        read = reported_studies(case.content, studies)
        return Report(
            consultation_id=case.id,
            number=row.number,
            version=_next_version(case),
            mode=row.mode,
            patient_name=patient.name,
            patient_id=patient.patient_id,
            patient_sex=patient.sex_code,
            patient_birth_date=patient.born,
            requester_name=row.requester.display_name,
            requester_institution=row.requester.institution_name or "",
            expert_id=self._account.id,
            expert_name=self._account.display_name,
            expert_title=profile.title.value if profile else "",
            expert_institution=self._account.institution_name or "",
            study_instance_uids=read,
            examinations=examinations_of(studies, read),
            department=case.content.department,
            question=case.content.question,
            opinion=opinion,
            co_signature=approval_of(case.timeline, opinion, self._account.id),
            signed_at=server_now(self._facts.state),
            minutes=minutes,
        )

    # --- verifying -----------------------------------------------------------------------

    async def load(self, case: Case) -> None:
        """Fetches the report of a completed case and verifies it."""
        if case.consultation.summary.status is not Status.COMPLETED:
            return
        try:
            signed = await self._api.report(case.id)
        except Refused as refused:
            if refused.code is not ErrorCode.NOT_FOUND:
                raise
            return
        if self.verify(signed):
            await self._papers.verify(signed)

    async def version(self, id_: UUID, number: int) -> SignedReport | None:
        """An earlier version of a report; None, and loudly, where its signature does not fit."""
        signed = await self._api.report(id_, number)
        if signature_fits(signed):
            return signed
        raise_notice(self._facts, Trouble.SIGNATURE_NOT_VERIFIED)
        return None

    def arrived(self, signed: SignedReport) -> bool:
        """A report was signed elsewhere just now: tell the clinic, verified; answers whether."""
        good = self.verify(signed)
        if good and signed.report.expert_id != self._account.id:
            raise_notice(
                self._facts,
                Good.REPORT_ARRIVED,
                (("number", signed.report.number),),
                consultation_id=signed.report.consultation_id,
            )
        return good

    def verify(self, signed: SignedReport) -> bool:
        """Whether the signature fits the text; told to the state, and loudly when it does not."""
        good = signature_fits(signed)
        case = self._facts.state.case
        if case is not None and case.id == signed.report.consultation_id:
            self._facts.apply(ReportVerified(signed, good))
        if not good:
            raise_notice(self._facts, Trouble.SIGNATURE_NOT_VERIFIED)
        return good


def signature_fits(signed: SignedReport) -> bool:
    """Ed25519 over `Report.canonical_bytes()` with the key the server registered; where a reviewer
    has signed too, theirs over what they approved."""
    own = Seal(signature=signed.signature, public_key=signed.public_key)
    if not _is_over(signed.report.canonical_bytes(), own):
        return False
    if signed.co_signed is None:
        return True
    approved = approved_bytes(signed.report)
    return approved is not None and _is_over(approved, signed.co_signed)


def _is_over(said: bytes, seal: Seal) -> bool:
    key = Ed25519PublicKey.from_public_bytes(b64decode(seal.public_key))
    try:
        key.verify(b64decode(seal.signature), said)
    except InvalidSignature:
        return False
    return True


def _co_signed(case: Case, report: Report) -> Seal | None:
    approving = last_approval(case.timeline)
    return None if report.co_signature is None or approving is None else approving.seal


def _next_version(case: Case) -> int:
    return case.report.signed.report.version + 1 if case.report else 1


def _as_signed(opinion: Opinion, minutes: Minutes | None) -> Opinion:
    """Without what stayed empty, and without dissents noted of an opinion that has ended since."""
    given = {one.consultation_id for one in minutes.contributions} if minutes else set()
    dissents = tuple(one for one in opinion.dissents if one.consultation_id in given)
    return whole(opinion).model_copy(update={"dissents": dissents})


def _public(key: Ed25519PrivateKey) -> str:
    return b64encode(key.public_key().public_bytes_raw()).decode()
