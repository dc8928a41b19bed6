"""Reports as paper: laid out and signed here, verified before they are shown as signed."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from app.net.errors import NetError, Refused, Unreachable
from app.net.presented_forms import PresentedFormApi
from app.services.certificates import CertificateService
from app.services.facts import Facts
from app.services.paper_signature import CertificateUnusable, sign_paper, verify_paper
from app.services.troubles import raise_notice
from app.session.case import Case, PaperVerified
from app.session.notices import Trouble
from app.session.signature import PaperVerdict, TermsRead
from protocol.errors import ErrorCode
from protocol.report import Report, ReportSeal, SignedReport, SigningTerms

Pictures = Mapping[str, bytes | None]
"""PNG by SHA-256; None where it is lost."""
LayOut = Callable[[Report, ReportSeal | None, Pictures], Awaitable[bytes]]
"""A report as PDF/A; without a seal it is a draft."""
NOT_GENUINE = PaperVerdict(intact=False, of_report=False, trusted=False)
LOST = PaperVerdict(intact=False, of_report=False, trusted=False, lost=True)
GONE = (ErrorCode.NOT_FOUND, ErrorCode.SERVER_ERROR)
"""What the server says of a file that it does not have, or cannot open, any more."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is shown and printed; `file` is the very file that was signed by certificate."""

    pdf: bytes
    number: str
    draft: bool
    file: bool

    def __repr__(self) -> str:
        return "Paper(…)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose certificate signs, and how it is put on a file; `put` blocks."""

    subject: str
    put: Callable[[bytes, Report], bytes]


class PaperService:
    def __init__(
        self,
        facts: Facts,
        forms: PresentedFormApi,
        certificates: CertificateService,
        pictures: Callable[[Report], Awaitable[Pictures]],
        lay_out: LayOut,
    ) -> None:
        self._facts = facts
        self._forms = forms
        self._certificates = certificates
        self._pictures = pictures
        self._lay_out = lay_out
        self._read: tuple[str, bytes] = ("", b"")

    # --- signing -------------------------------------------------------------------------

    async def terms(self) -> SigningTerms:
        """What the site asks of signatures, told to the state as well."""
        terms = await self._forms.terms()
        self._facts.apply(TermsRead(terms))
        return terms

    async def certificate(self, secret: str) -> Stamp | None:
        """What papers are signed with here; None where neither site nor expert has one.

        Raises `CertificateUnusable` where the site wants one and the expert has none.
        """
        terms = await self.terms()
        kept = await self._certificates.kept()
        if kept is None:
            if terms.certificate_needed:
                raise CertificateUnusable(Trouble.CERTIFICATE_NEEDED)
            return None

        def put(pdf: bytes, report: Report) -> bytes:
            return sign_paper(
                pdf,
                kept.source,
                secret,
                digest=report.digest(),
                place=report.expert_institution,
                tsa=terms.timestamp_url,
            )

        return Stamp(kept.subject, put)

    async def send(self, stamp: Stamp, report: Report, seal: ReportSeal) -> str:
        """Lays a report out, signs the file and sends it; answers its SHA-256."""
        plain = await self._laid_out(report, seal)
        pdf = await asyncio.to_thread(stamp.put, plain, report)
        return (await self._forms.put(report.consultation_id, pdf)).sha256

    # --- reading -------------------------------------------------------------------------

    async def verify(self, signed: SignedReport) -> PaperVerdict | None:
        """Fetches and looks at the file of a report; None where it has none, or where it cannot be
        asked for now. Told to the state, and loudly when it is not the report's own."""
        if signed.presented_form is None:
            return None
        try:
            terms, pdf = await self.terms(), await self._fetch(signed)
        except Refused as refused:
            if refused.code not in GONE:
                return None
            verdict = LOST
        except NetError:
            return None
        else:
            verdict = await asyncio.to_thread(_verdict, pdf, terms, signed)
        self._facts.apply(PaperVerified(signed.presented_form, verdict))
        if not verdict.genuine:
            trouble = Trouble.PAPER_LOST if verdict.lost else Trouble.PAPER_NOT_GENUINE
            raise_notice(self._facts, trouble)
        return verdict

    async def _fetch(self, signed: SignedReport) -> bytes:
        assert signed.presented_form is not None
        if self._read[0] != signed.presented_form:
            report = signed.report
            pdf = await self._forms.get(report.consultation_id, report.version)
            self._read = (signed.presented_form, pdf)
        return self._read[1]

    async def signed_paper(self, case: Case) -> Paper | None:
        """Of a verified report: the signed file where it is genuine, else its text laid out."""
        state = case.report
        if state is None or not state.verified:
            return None
        return await self.paper_of(state.signed, state.paper)

    async def paper_of(self, signed: SignedReport, verdict: PaperVerdict | None = None) -> Paper:
        """Of a report whose own signature fits; of whatever version."""
        verdict = verdict or await self.verify(signed)
        if verdict is not None and verdict.genuine:
            return Paper(await self._fetch(signed), signed.report.number, draft=False, file=True)
        seal = ReportSeal.of(signed)
        pdf = await self._laid_out(signed.report, seal)
        return Paper(pdf, signed.report.number, draft=False, file=False)

    async def whole_paper(self, signed: SignedReport) -> Paper:
        """The same, for keeps: raises Unreachable where there is a signed file that cannot be had,
        or is not genuine, instead of laying its text out."""
        verdict = await self.verify(signed)
        genuine = verdict is not None and verdict.genuine
        if signed.presented_form is not None and not genuine:
            raise Unreachable("the signed file cannot be had")
        return await self.paper_of(signed, verdict)

    async def draft_paper(self, report: Report) -> Paper:
        pdf = await self._laid_out(report, None)
        return Paper(pdf, report.number, draft=True, file=False)

    async def _laid_out(self, report: Report, seal: ReportSeal | None) -> bytes:
        return await self._lay_out(report, seal, await self._pictures(report))


def _verdict(pdf: bytes, terms: SigningTerms, signed: SignedReport) -> PaperVerdict:
    if hashlib.sha256(pdf).hexdigest() != signed.presented_form:
        return NOT_GENUINE
    report = signed.report
    return verify_paper(
        pdf,
        terms.roots,
        digest=report.digest(),
        signed_at=report.signed_at,
        expert=report.expert_name,
    )
