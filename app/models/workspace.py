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
from app.models.emr import EmrProps, derive_emr
from app.models.emr_gaps import allergies_of
from app.models.emr_owner import record_doubt
from app.models.emr_writes import writes_lines
from app.models.fetching import FetchProps, derive_fetching
from app.models.identity import doubt, masked
from app.models.intake_words import date_words
from app.models.invitation import InvitationProps, derive_invitation
from app.models.late_images import arriving_of, late_line
from app.models.recordings import NOTHING, RecordingsProps, derive_recordings
from app.models.report import ReportProps, derive_report
from app.models.report_copy import ReportCopyProps, derive_report_copy
from app.models.shortfall import shortfall_words
from app.models.times import age, duration, moment
from app.models.words import STATUS_LOOKS, listed, urgency_text, word
from app.session.case import Case
from app.session.emr import Emr
from app.session.state import State
from protocol.account import Account, Role
from protocol.attached_study import AttachedStudy
from protocol.consultation import (
    Action,
    CaseContent,
    ConsultationSummary,
    Phase,
    Status,
    Urgency,
)
from protocol.identity import identity_settled


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
    earlier: tuple[str, ...] = ()
    """Studies of earlier cases of the patient, shown beside those of this one."""


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
    report_copy: ReportCopyProps | None = None


def derive_workspace(state: State, now: datetime) -> WorkspaceProps | None:
    case, account = state.case, state.link.account
    if case is None or account is None:
        return None
    report = derive_report(
        case, account, arriving_of(state), state.signature, state.phrases, state.report_pictures
    )
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
        strip=(*derive_strip(state, now), *writes_lines(case, state)),
        comparison=derive_comparison(state),
        emr=derive_emr(case, state.emr, now),
        report_copy=derive_report_copy(state),
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
        allergies=listed(allergies) or translate("workspace", "Allergies not entered"),
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
        _study_line(one, mark if one in new else "") for one in case.consultation.studies
    )
    earlier = tuple(_study_line(one) for one in case.consultation.priors)
    return RecordProps(_sections(case.content), studies, events, earlier)


def _study_line(study: AttachedStudy, mark: str = "") -> str:
    kinds, what = "/".join(study.modalities), study.description or "–"
    day, count = date_words(study.study_date), str(study.received)
    parts = (mark, kinds, what, day, count, late_line(study), shortfall_words(study))
    return " · ".join(part for part in parts if part)


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
    if own and row.phase is Phase.AMENDED:
        return case.claim is None
    begun = row.status in (Status.ASSIGNED, Status.IN_PROGRESS)
    laid_aside = row.phase is Phase.SUSPENDED or Action.START_READING in allowed
    return own and begun and (case.claim is None or laid_aside)
