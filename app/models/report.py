"""The report of an open case: what may be done with it, and what is known of its signature."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.late_images import Arriving
from app.models.mdt import DissentProps, dissents_of
from app.models.report_signatures import paper_line, signed_line
from app.models.taken_over import as_written_words
from app.models.times import day
from app.models.words import listed, word
from app.session.case import Case, ReportState, Saved
from app.session.phrases import OwnPhrase
from app.session.report_pictures import ReportPictures
from app.session.signature import CertificatePlace, Signature
from protocol.account import Account
from protocol.approval import approval_of, last_approval
from protocol.consultation import Action, ConsultationSummary, Decision, Phase, Status
from protocol.report import MOST_PICTURES, Opinion, Report, ReportPicture

NO_SIGNATURE = Signature()
NO_PICTURES = ReportPictures()


@dataclass(frozen=True, slots=True)
class PictureProps:
    """`png` is None while it is on its way, and where it is `lost`."""

    picture: ReportPicture
    png: bytes | None = field(repr=False)
    lost: bool


@dataclass(frozen=True, slots=True)
class EarlierProps:
    """A report of an earlier case of the patient, by the id of that case."""

    consultation_id: UUID
    line: str


class ReportStage(Enum):
    NONE = auto()
    """Nothing to see yet."""
    WRITING = auto()
    """The expert who holds the case writes."""
    KEPT = auto()
    """Written here, but the case is held by somebody else now: to read and copy."""
    REVIEWED = auto()
    """Somebody else's draft, to be approved or returned."""
    CHECKING = auto()
    """It has arrived; its signature is not verified yet."""
    SIGNED = auto()
    """Signed and verified here."""
    BROKEN = auto()
    """The signature does not fit."""


@dataclass(frozen=True, slots=True)
class ReportProps:
    stage: ReportStage
    opinion: Opinion
    can_edit: bool
    can_sign: bool
    why_not_sign: str
    can_waive: bool
    """Late images stand between the expert and the signature: they may go on without."""
    can_confirm_images: bool
    """The same, and those that may be another patient's can be said to belong to the case."""
    signing: bool
    patient_name: str
    signed_line: str
    can_decide: bool
    decision: str
    can_print: bool
    library_consent: bool
    report: Report | None
    can_preview: bool = False
    """How it would be on paper can be looked at before it is signed."""
    secret_field: str = ""
    """What must be typed besides the password, where a certificate signs; empty otherwise."""
    amend_line: str = ""
    """Where a signed report is being amended."""
    department: str = ""
    phrases: tuple[OwnPhrase, ...] = ()
    paper_line: str = ""
    """What is known of the signed file, where the verified report has one."""
    doubtful: bool = False
    """The signed file is not the report's, or nobody known has signed it."""
    dissents: tuple[DissentProps, ...] = ()
    """For the chair of an MDT who writes."""
    pictures: tuple[PictureProps, ...] = ()
    can_take: bool = False
    """There is room for one more picture."""
    can_give_copy: bool = False
    """The clinic may give the patient the signed report."""
    earlier: tuple[EarlierProps, ...] = ()
    """For who writes; the newest first."""
    as_written: str = ""  # of who held the case before, and would be signed so


def derive_report(
    case: Case,
    account: Account,
    late: Arriving,
    signature: Signature = NO_SIGNATURE,
    phrases: tuple[OwnPhrase, ...] = (),
    pictures: ReportPictures = NO_PICTURES,
) -> ReportProps:
    row, actions = case.consultation.summary, case.consultation.allowed_actions
    state = case.report
    signed = state.signed.report if state else None
    writing = _writing(case)
    can_edit = writing and not case.signing and case.opinion_saved is not Saved.CLEAN
    why_not = _why_not_sign(case.opinion, row, late if late.holds_up else Arriving())
    why_not = why_not or _why_not_approved(case, account, signature)
    why_not = why_not or _why_no_certificate(signature)
    held_up = writing and late.holds_up
    drafted = writing or signed is None or _reviews(case)
    opinion = case.opinion if drafted or signed is None else signed.opinion
    return ReportProps(
        stage=_stage(case, writing=writing),
        opinion=opinion,
        pictures=_pictures(opinion, pictures),
        can_take=can_edit and _has_room(opinion, pictures),
        can_edit=can_edit,
        can_sign=can_edit and not why_not,
        why_not_sign=why_not,
        can_waive=held_up and Action.WAIVE_IMAGES in actions,
        can_confirm_images=held_up and Action.CONFIRM_IMAGES in actions,
        signing=case.signing,
        patient_name=patient.name if (patient := case.consultation.content.patient) else "",
        signed_line=_unread_line(case, writing=writing) if state is None else signed_line(state),
        can_decide=_may_decide(case, account),
        decision=_decision(case.consultation.decision, case.consultation.decision_note),
        can_give_copy=_may_give_copy(case, account),
        can_print=bool(state and state.verified) and not writing,
        library_consent=_for_library(case),
        report=signed,
        dissents=dissents_of(row.mdt, case.opinion.dissents) if writing else (),
        can_preview=writing,
        amend_line=_amend_line(case, writing=writing),
        department=row.department,
        as_written=as_written_words(case),
        earlier=_earlier(case) if can_edit else (),
        phrases=phrases,
        secret_field=secret_field(signature) if writing else "",
        paper_line=_line_of(state),
        doubtful=bool(state and state.paper and not state.paper.good),
    )


def _earlier(case: Case) -> tuple[EarlierProps, ...]:
    return tuple(
        EarlierProps(
            one.consultation_id,
            " · ".join(
                part
                for part in (day(one.signed_at), one.department, one.expert_name, one.number)
                if part
            ),
        )
        for one in case.consultation.earlier_reports
    )


def _for_library(case: Case) -> bool:
    consent = case.content.consent
    return consent is not None and consent.library


def _line_of(state: ReportState | None) -> str:
    return paper_line(state.paper) if state and state.verified and state.paper else ""


def _may_decide(case: Case, account: Account) -> bool:
    own_case = case.consultation.summary.requester.id == account.id
    verified = case.report is not None and bool(case.report.verified)
    return own_case and Action.RECEIVE in case.consultation.allowed_actions and verified


def _may_give_copy(case: Case, account: Account) -> bool:
    row = case.consultation.summary
    verified = case.report is not None and bool(case.report.verified)
    return row.requester.id == account.id and row.status is Status.COMPLETED and verified


def _has_room(opinion: Opinion, pictures: ReportPictures) -> bool:
    return not pictures.taking and len(opinion.pictures) < MOST_PICTURES


def _pictures(opinion: Opinion, pictures: ReportPictures) -> tuple[PictureProps, ...]:
    known = pictures.known
    return tuple(
        PictureProps(
            one,
            known.get(one.sha256),
            lost=one.sha256 in known and known[one.sha256] is None,
        )
        for one in opinion.pictures
    )


def _writing(case: Case) -> bool:
    row = case.consultation.summary
    begun = case.report is None and row.status in (Status.ASSIGNED, Status.IN_PROGRESS)
    return case.claim is not None and (begun or row.phase is Phase.AMENDED)


def _amend_line(case: Case, *, writing: bool) -> str:
    """What stands while a new version is written; empty at all other times."""
    if case.consultation.summary.phase is not Phase.AMENDED:
        return ""
    translate = QCoreApplication.translate
    if not writing:
        return translate(
            "workspace",
            "The expert is amending this report. Until the new version is signed, the one below "
            "stands.",
        )
    version = case.report.signed.report.version if case.report else 1
    text = translate(
        "workspace", "You are amending version {n}. The clinic reads it until you sign the new one."
    )
    return text.format(n=version)


def secret_field(signature: Signature) -> str:
    """The name of the field for passphrase or PIN; empty where no certificate is chosen."""
    if signature.words is None or signature.place is None:
        return ""
    translate = QCoreApplication.translate
    match signature.place:
        case CertificatePlace.FILE:
            text = translate("workspace", "Passphrase of the certificate of {name}")
        case CertificatePlace.TOKEN:
            text = translate("workspace", "PIN of the token of {name}")
        case _:
            assert_never(signature.place)
    return text.format(name=signature.words.subject)


def _why_not_approved(case: Case, account: Account, signature: Signature) -> str:
    department = case.consultation.summary.department
    if signature.terms is None or not signature.terms.needs_co_signature(department):
        return ""
    if approval_of(case.timeline, case.opinion, account.id) is not None:
        return ""
    translate = QCoreApplication.translate
    before = last_approval(case.timeline)
    if before is None or before.by is None:
        return translate(
            "workspace",
            "Reports of {department} need a second signature: ask for it in the case actions",
        ).format(department=department)
    text = translate(
        "workspace", "The words have changed since {name} approved them: ask for the review again"
    )
    return text.format(name=before.by.display_name)


def _why_no_certificate(signature: Signature) -> str:
    needed = signature.terms is not None and signature.terms.certificate_needed
    if not needed or signature.words is not None:
        return ""
    return QCoreApplication.translate(
        "workspace", "This site signs by certificate. Choose yours in the settings."
    )


_VERIFIED = {
    None: ReportStage.CHECKING,
    True: ReportStage.SIGNED,
    False: ReportStage.BROKEN,
}


def _stage(case: Case, *, writing: bool) -> ReportStage:
    if writing:
        return ReportStage.WRITING
    if _reviews(case):
        return ReportStage.REVIEWED
    if case.report is not None:
        return _VERIFIED[case.report.verified]
    return ReportStage.KEPT if _keeps_words(case) else ReportStage.NONE


def _reviews(case: Case) -> bool:
    return Action.APPROVE in case.consultation.allowed_actions and case.opinion != Opinion()


def _keeps_words(case: Case) -> bool:
    return case.opinion_saved in (Saved.DIRTY, Saved.LOCAL) and case.opinion != Opinion()


def _unread_line(case: Case, *, writing: bool) -> str:
    """While there is no report to read."""
    translate = QCoreApplication.translate
    if not writing and _keeps_words(case):
        return translate("workspace", "You do not hold this case now. What you wrote is kept here.")
    if _reviews(case):
        return translate("workspace", "The draft of the expert. It is not signed.")
    if case.consultation.summary.status is Status.COMPLETED:
        return translate("workspace", "The signed report is not here yet.")
    return ""


def _why_not_sign(opinion: Opinion, row: ConsultationSummary, late: Arriving) -> str:
    translate = QCoreApplication.translate
    if row.phase is Phase.AWAITING_INFORMATION:
        return translate("workspace", "The clinic has not answered yet")
    if row.mdt is not None and row.mdt.opened_at is None:
        return translate("workspace", "Opinions of the MDT are still waited for")
    missing = []
    if not opinion.findings.strip():
        missing.append(translate("workspace", "Findings"))
    if not opinion.impression.strip():
        missing.append(translate("workspace", "Impression"))
    if not opinion.recommendation.strip():
        missing.append(translate("workspace", "Recommendation"))
    if opinion.critical and not opinion.critical_finding.strip():
        missing.append(translate("workspace", "What the critical finding is"))
    if left := opinion.open_places():
        missing.append(
            translate("workspace", "Places to fill in: {n} ({first})").format(
                n=len(left), first=left[0]
            )
        )
    if missing:
        return translate("workspace", "Still needed: {items}").format(items=listed(missing))
    if not late.left:
        return _doubt_words(late)
    text = translate(
        "workspace",
        "Late images are on their way ({done} of {total}). Wait for them, or go on without them: "
        "the timeline will say so.",
    )
    return text.format(done=late.done, total=late.total)


def _doubt_words(late: Arriving) -> str:
    if not late.doubted:
        return ""
    text = QCoreApplication.translate(
        "workspace",
        "⚠ {n} late images may be another patient's. Compare name and date of birth: say that they "
        "belong here, or go on without them.",
    )
    return text.format(n=late.doubted)


def _decision(decision: Decision | None, note: str) -> str:
    if decision is None:
        return ""
    return f"{word(decision)} — {note}" if note else word(decision)
