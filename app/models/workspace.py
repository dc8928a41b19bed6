"""The workspace of an open case: banner, record, call, chat, report, next step."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.call import CallProps, derive_call
from app.models.case_actions import CaseActionsProps, derive_case_actions
from app.models.case_strip import StripLine, came_since, derive_strip
from app.models.chat import ChatProps, derive_chat
from app.models.comparison import ComparisonProps, derive_comparison
from app.models.emr import EmrProps, allergies_of, derive_emr, record_doubt
from app.models.fetching import FetchProps, derive_fetching
from app.models.identity import doubt, masked
from app.models.invitation import InvitationProps, derive_invitation
from app.models.late_images import Arriving, arriving_of, late_line
from app.models.mdt import DissentProps, dissents_of
from app.models.recordings import NOTHING, RecordingsProps, derive_recordings
from app.models.times import age, duration, moment
from app.models.words import STATUS_LOOKS, urgency_text, word
from app.session.case import Case, ReportState, Saved
from app.session.emr import Emr
from app.session.state import State
from protocol.account import Account, Role
from protocol.consultation import (
    Action,
    CaseContent,
    ConsultationSummary,
    Decision,
    Phase,
    Status,
    Urgency,
)
from protocol.identity import identity_settled
from protocol.report import Opinion, Report


@dataclass(frozen=True, slots=True)
class BannerProps:
    """The guard against mixing up patients: always on screen."""

    name: str
    line: str
    patient_id: str
    allergies: str
    has_allergies: bool
    number: str
    mode: str
    urgency: Urgency
    urgency_text: str
    status: str
    status_look: str
    clock: str
    other_patient: str = ""
    """Whom the images name, where it is not the patient of the case."""
    compared: bool = False
    """The clinic says that the images are this patient's nevertheless."""


@dataclass(frozen=True, slots=True)
class RecordProps:
    """(heading, text) pairs of what the case carries, and its timeline; a study that brought images
    since the expert asked for more is marked."""

    sections: tuple[tuple[str, str], ...]
    studies: tuple[str, ...]
    timeline: tuple[tuple[str, str], ...]


class ReportStage(Enum):
    NONE = auto()
    """Nothing to see yet."""
    WRITING = auto()
    """The expert who holds the case writes."""
    KEPT = auto()
    """Written here, but the case is held by somebody else now: to read and copy."""
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
    signed_line: str
    can_decide: bool
    decision: str
    can_print: bool
    library_consent: bool
    report: Report | None
    dissents: tuple[DissentProps, ...] = ()
    """For the chair of an MDT who writes."""


class NextStep(Enum):
    """The one obvious button."""

    NONE = auto()
    CLAIM = auto()
    RESUME = auto()
    SIGN = auto()
    DECIDE = auto()
    PRINT = auto()


@dataclass(frozen=True, slots=True)
class WorkspaceProps:
    consultation_id: UUID
    banner: BannerProps
    record: RecordProps
    call: CallProps
    invitation: InvitationProps
    chat: ChatProps
    report: ReportProps
    next_step: NextStep
    fetching: FetchProps = FetchProps()
    recordings: RecordingsProps = NOTHING
    actions: CaseActionsProps | None = None
    strip: tuple[StripLine, ...] = ()
    comparison: ComparisonProps | None = None
    emr: EmrProps = EmrProps()


def derive_workspace(state: State, now: datetime) -> WorkspaceProps | None:
    case, account = state.case, state.link.account
    if case is None or account is None:
        return None
    report = _report(case, account, arriving_of(state))
    return WorkspaceProps(
        consultation_id=case.id,
        banner=_banner(case, state.emr, now),
        record=_record(case),
        call=derive_call(state),
        invitation=derive_invitation(state, now),
        chat=derive_chat(state, case, account),
        report=report,
        next_step=_next_step(case, account, report),
        fetching=derive_fetching(state),
        recordings=derive_recordings(state),
        actions=derive_case_actions(state, now),
        strip=derive_strip(state, now),
        comparison=derive_comparison(state),
        emr=derive_emr(case, state.emr, now),
    )


def _banner(case: Case, emr: Emr, now: datetime) -> BannerProps:
    translate = QCoreApplication.translate
    row, patient = case.consultation.summary, case.content.patient
    urgency = row.urgency or Urgency.ROUTINE
    record = case.consultation.record
    mixed_up = record_doubt(case, record)
    read = emr.shared.record if emr.shared and emr.shared.consultation_id == case.id else None
    told = allergies_of(None if mixed_up else read)
    allergies = tuple(dict.fromkeys((*told, *(patient.allergies if patient else ()))))
    parts = []
    if patient and patient.sex:
        parts.append(word(patient.sex))
    if patient and patient.birth_date:
        parts += [age(patient.birth_date, now.date()), patient.born]
    return BannerProps(
        name=(patient.name if patient else "") or translate("workspace", "Patient not entered yet"),
        line=" · ".join(parts),
        patient_id=masked(patient.patient_id) if patient else "",
        allergies=", ".join(allergies) or translate("workspace", "No known allergies entered"),
        has_allergies=bool(allergies),
        number=row.number,
        mode=word(row.mode) if row.mode else "",
        urgency=urgency,
        urgency_text=urgency_text(urgency),
        status=word(row.phase),
        status_look=STATUS_LOOKS[row.status],
        clock=_clock(row, now),
        other_patient=" ".join(
            one for one in (doubt(case.content, case.consultation.studies), mixed_up) if one
        ),
        compared=bool(case.content.identity_checked)
        and identity_settled(case.content, case.consultation.studies),
    )


def _clock(row: ConsultationSummary, now: datetime) -> str:
    """How long the case has run, or when it ended."""
    if row.status in (Status.COMPLETED, Status.CANCELLED):
        return moment(row.updated_at)
    if row.submitted_at is None:
        return ""
    translate = QCoreApplication.translate
    text = translate("workspace", "{time} since submission")
    return text.format(time=duration(now - row.submitted_at))


def _record(case: Case) -> RecordProps:
    events = tuple(
        (
            moment(event.at),
            _event_line(
                word(event.action), event.by.display_name if event.by else "", event.reason
            ),
        )
        for event in case.timeline
    )
    new, mark = came_since(case), QCoreApplication.translate("workspace", "● New")
    studies = tuple(
        " · ".join(
            part
            for part in (
                mark if study in new else "",
                "/".join(study.modalities),
                study.description or "–",
                str(study.received),
                late_line(study),
            )
            if part
        )
        for study in case.consultation.studies
    )
    return RecordProps(_sections(case.content), studies, events)


def _event_line(what: str, who: str, reason: str) -> str:
    text = f"{what} — {who}" if who else what
    return f"{text}: {reason}" if reason else text


def _sections(content: CaseContent) -> tuple[tuple[str, str], ...]:
    translate = QCoreApplication.translate
    consent = content.consent
    consent_line = ""
    if consent and consent.form and consent.given_at:
        consent_line = f"{word(consent.form)} · {consent.given_by} · {moment(consent.given_at)}"
    named = (
        (translate("workspace", "Question to the expert"), content.question),
        (translate("workspace", "Reason"), content.reason),
        (translate("workspace", "History"), content.history),
        (translate("workspace", "Findings at the clinic"), content.findings),
        (translate("workspace", "Diagnosis codes"), ", ".join(content.diagnosis_codes)),
        (translate("workspace", "Consent"), consent_line),
    )
    return tuple((title, text) for title, text in named if text)


def _report(case: Case, account: Account, late: Arriving) -> ReportProps:
    row, actions = case.consultation.summary, case.consultation.allowed_actions
    state = case.report
    signed = state.signed.report if state else None
    consent = case.content.consent
    writing = (
        case.claim is not None
        and signed is None
        and row.status in (Status.ASSIGNED, Status.IN_PROGRESS)
    )
    why_not = _why_not_sign(case.opinion, row, late if late.holds_up else Arriving())
    own_case = row.requester.id == account.id
    return ReportProps(
        stage=_stage(case, writing=writing),
        opinion=signed.opinion if signed else case.opinion,
        can_edit=writing and not case.signing,
        can_sign=writing and not case.signing and not why_not,
        why_not_sign=why_not,
        can_waive=writing and late.holds_up and Action.WAIVE_IMAGES in actions,
        can_confirm_images=writing and late.holds_up and Action.CONFIRM_IMAGES in actions,
        signing=case.signing,
        signed_line=_unread_line(case, writing=writing) if state is None else _signed_line(state),
        can_decide=own_case and Action.RECEIVE in actions and bool(state and state.verified),
        decision=_decision(case.consultation.decision, case.consultation.decision_note),
        can_print=bool(state and state.verified),
        library_consent=bool(consent and consent.library),
        report=signed,
        dissents=dissents_of(row.mdt, case.opinion.dissents) if writing else (),
    )


_VERIFIED = {
    None: ReportStage.CHECKING,
    True: ReportStage.SIGNED,
    False: ReportStage.BROKEN,
}


def _stage(case: Case, *, writing: bool) -> ReportStage:
    if case.report is not None:
        return _VERIFIED[case.report.verified]
    if writing:
        return ReportStage.WRITING
    return ReportStage.KEPT if _keeps_words(case) else ReportStage.NONE


def _keeps_words(case: Case) -> bool:
    return case.opinion_saved in (Saved.DIRTY, Saved.LOCAL) and case.opinion != Opinion()


def _unread_line(case: Case, *, writing: bool) -> str:
    """While there is no report to read."""
    translate = QCoreApplication.translate
    if not writing and _keeps_words(case):
        return translate("workspace", "You do not hold this case now. What you wrote is kept here.")
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
    if missing:
        return translate("workspace", "Still needed: {items}").format(items=", ".join(missing))
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


def _signed_line(state: ReportState) -> str:
    translate = QCoreApplication.translate
    report = state.signed.report
    who = f"{report.expert_name} · {report.expert_institution} · {moment(report.signed_at)}"
    if state.verified is None:
        return translate("workspace", "Checking the signature of {who}").format(who=who)
    if state.verified:
        return translate("workspace", "Signature verified: {who}").format(who=who)
    return translate("workspace", "The signature does not fit this text. Do not use it.")


def _decision(decision: Decision | None, note: str) -> str:
    if decision is None:
        return ""
    return f"{word(decision)} — {note}" if note else word(decision)


def _next_step(case: Case, account: Account, report: ReportProps) -> NextStep:
    row = case.consultation.summary
    if _to_resume(case, account):
        return NextStep.RESUME
    if case.claim is None and Role.EXPERT in account.roles and row.status is Status.PENDING:
        return NextStep.CLAIM
    if report.can_edit:
        return NextStep.SIGN
    if report.can_decide:
        return NextStep.DECIDE
    if row.phase in (Phase.RECEIVED, Phase.SIGNED) and report.can_print:
        return NextStep.PRINT
    return NextStep.NONE


def _to_resume(case: Case, account: Account) -> bool:
    """The case is this expert's own, but suspended, back from the clinic or waiting for a time, or
    its claim is not on this computer."""
    row, allowed = case.consultation.summary, case.consultation.allowed_actions
    own = row.expert is not None and row.expert.id == account.id
    begun = row.status in (Status.ASSIGNED, Status.IN_PROGRESS)
    laid_aside = row.phase is Phase.SUSPENDED or Action.START_READING in allowed
    return own and begun and (case.claim is None or laid_aside)
