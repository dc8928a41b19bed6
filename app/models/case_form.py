"""The form of a new case: what is filled in, what is missing, what is being sent."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.emr_search import SharedLineProps, derive_shared_line
from app.models.identity import doubt, row_doubt
from app.models.image_reasons import reason_words
from app.models.intake_words import date_words
from app.models.late_images import (
    Late,
    asked_before_submitting,
    is_written,
    late_line,
    late_of,
    takes_images,
    takes_late_images,
    unsaid,
)
from app.models.service_lines import LineProps, derive_line
from app.models.shortfall import (
    asked_short,
    asked_to_go_without,
    short_studies,
    shortfall_words,
)
from app.models.status import upload_line
from app.models.triage import TriageProps, derive_triage
from app.models.words import image_count, listed, word
from app.session.case import Case
from app.session.case_action import ItemAnswer, answers_to
from app.session.link import LinkPhase
from app.session.state import State
from app.session.upload import ImageStage, ImageUpload, StudyUpload
from protocol.attached_study import AttachedStudy
from protocol.consultation import (
    CaseContent,
    CaseItem,
    Consent,
    ConsentForm,
    Status,
)
from protocol.identity import doubt_key, identity_settled
from protocol.record_owner import record_settled

GUARDIAN_UNTIL = 14
"""Years of age below which a guardian consents (domain.md, States)."""


@dataclass(frozen=True, slots=True)
class StudyRowProps:
    study_instance_uid: str
    title: str
    line: str
    percent: int
    look: str
    can_cancel: bool
    images: tuple[ImageUpload, ...]
    can_remove: bool = False
    """It may be taken out of the case, whether it has arrived or not."""
    remove_asks: str = ""
    """What is asked before that; empty where nothing is lost by it."""
    warning: str = ""
    late: int = 0
    """Images that have come and are not with the case."""
    without_asks: str = ""
    """What is asked before refused images are left out; empty where that is no way on."""


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    item: CaseItem
    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class CaseFormProps:
    consultation_id: UUID
    number: str
    content: CaseContent
    editable: bool
    studies: tuple[StudyRowProps, ...]
    importing: tuple[int, int] | None
    unreadable: tuple[tuple[str, str], ...]
    checklist: tuple[ChecklistItem, ...]
    can_submit: bool
    why_not: str
    doubt: str = ""
    """Whom the images name, where it is not the patient of the case."""
    takes_images: bool = True
    late: bool = False
    """The case is with the experts: only images are added, and there is nothing to submit."""
    resubmits: bool = False
    """The expert asked for more: submitting gives the case back to them."""
    asks: str = ""
    """What must be confirmed before the case goes out."""
    asked: tuple[ItemAnswer, ...] = ()
    """What the expert asked for, with the answers so far."""
    triage: TriageProps = TriageProps()
    """What the words of a draft speak for."""
    doubt_key: str = ""
    """What `identity_checked` must be once somebody has compared them."""
    record: SharedLineProps = SharedLineProps()
    line: LineProps = LineProps()
    """How the department finds an expert."""


def derive_case_form(state: State, today: date) -> CaseFormProps | None:
    case = state.case
    if case is None:
        return None
    summary, studies = case.consultation.summary, case.consultation.studies
    rows = _rows(state, case)
    late = unsaid(late_of(state.intake, case.id), short_studies(studies))
    importing = state.uploads.importing_of(case.id)
    missing = _still_missing(state, case, today)
    offline = state.link.phase is not LinkPhase.ONLINE
    written = is_written(summary) or case.consultation.unanswered
    in_doubt = doubt(case.content, studies)
    asked = answers_to(case.consultation.checklist, case.around.answers) if written else ()
    open_ = tuple(one.item for one in asked if not one.settled)
    return CaseFormProps(
        consultation_id=case.id,
        number=summary.number,
        content=case.content,
        editable=summary.status is Status.DRAFT,
        studies=tuple(_warned(_with_late(one, late), case) for one in rows),
        importing=importing,
        unreadable=tuple(
            (name, reason_words(code)) for name, code in state.uploads.unreadable_of(case.id)
        ),
        checklist=_checklist(missing, images=bool(rows) or importing is not None),
        can_submit=written and not missing and not open_ and not offline,
        why_not=_why_not(missing, offline=offline) or _unanswered(open_),
        doubt=in_doubt,
        takes_images=takes_images(summary),
        late=takes_late_images(summary) and not written,
        resubmits=written and summary.status is not Status.DRAFT,
        asks="\n".join(one for one in (asked_before_submitting(late), asked_short(studies)) if one),
        asked=asked,
        triage=derive_triage(case.content, studies, today)
        if summary.status is Status.DRAFT
        else TriageProps(),
        doubt_key=doubt_key(case.content, studies) if in_doubt else "",
        record=derive_shared_line(state),
        line=derive_line(state, case.content, summary.status),
    )


def _with_late(row: StudyRowProps, late: dict[str, Late]) -> StudyRowProps:
    found = late.get(row.study_instance_uid)
    if found is None:
        return row
    look = "warning" if row.look == "good" else row.look
    return replace(row, warning=_joined(row.warning, found.words), late=found.came_later, look=look)


def _joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)


def _rows(state: State, case: Case) -> tuple[StudyRowProps, ...]:
    """What this computer sends, then what came otherwise."""
    studies, uploads = case.consultation.studies, state.uploads.of_case(case.id)
    known = {upload.study_instance_uid for upload in uploads}
    me = state.link.account.id if state.link.account else None
    known_there = {study.study_instance_uid: study for study in studies}
    rows = (
        *(_upload_row(upload, me) for upload in uploads),
        *(_attached_row(study) for study in studies if study.study_instance_uid not in known),
    )
    shown = (_with_servers(one, known_there.get(one.study_instance_uid)) for one in rows)
    if not is_written(case.consultation.summary):  # what was submitted keeps what was declared
        shown = (replace(one, without_asks="") for one in shown)
    if case.consultation.summary.status is not Status.DRAFT:
        return tuple(shown)
    return tuple(_removable(state, case, one) for one in shown)


def _removable(state: State, case: Case, row: StudyRowProps) -> StudyRowProps:
    """A draft gives back any study that is not being taken out already."""
    uid = row.study_instance_uid
    upload = next(
        (one for one in state.uploads.of_case(case.id) if one.study_instance_uid == uid), None
    )
    if upload is not None and upload.cancelled:
        return row
    study = next((one for one in case.consultation.studies if one.study_instance_uid == uid), None)
    images = max(len(upload.images) if upload else 0, study.declared if study else 0)
    verified = upload.verified if upload is not None else bool(study and study.verified)
    here = any(
        one.study_instance_uid == uid and one.images >= images for one in state.intake.studies
    )
    asks = asked_before_removing(images, here=here) if verified or not here else ""
    return replace(row, can_remove=True, can_cancel=False, remove_asks=asks)


def asked_before_removing(images: int, *, here: bool) -> str:
    """What is taken out of a draft, from where, and where the images still are."""
    translate = QCoreApplication.translate
    text = translate("case_form", "This takes {images} out of the case and off the server.")
    if here:
        stays = translate("case_form", "They stay in the inbox of this computer.")
    else:
        stays = translate(
            "case_form",
            "They are not in the inbox: to have them again, add them from the disc, the folder or "
            "the device they came from.",
        )
    return f"{text.format(images=image_count(images))} {stays}"


def _warned(row: StudyRowProps, case: Case) -> StudyRowProps:
    """Images of somebody else, and that some are missing, are said on their own row."""
    uid = row.study_instance_uid
    for study in case.consultation.studies:
        if study.study_instance_uid != uid:
            continue
        words = _joined(row_doubt(case.content, study), shortfall_words(study))
        if words:
            return replace(row, warning=_joined(words, row.warning), look="warning")
    return row


def _with_servers(row: StudyRowProps, study: AttachedStudy | None) -> StudyRowProps:
    """With what only the server knows: late images are counted by what it has, before what this
    computer knows; and the day, since two studies are often described by one word."""
    if study is None:
        return row
    line = " · ".join(part for part in (late_line(study), row.line) if part)
    title = " · ".join(part for part in (row.title, date_words(study.study_date)) if part)
    return replace(row, title=title, line=line)


def _still_missing(state: State, case: Case, today: date) -> tuple[CaseItem, ...]:
    """What the case needs before it goes out, its images among it; nothing where it has gone out
    and only an answer is sent."""
    if case.consultation.unanswered and not is_written(case.consultation.summary):
        return ()
    missing = missing_items(case.content, today)
    studies = case.consultation.studies
    if not identity_settled(case.content, studies):
        missing = (*missing, CaseItem.IDENTITY)
    waits = case.id in state.emr.waiting
    if waits or not record_settled(case.content, case.consultation.record):
        missing = (*missing, CaseItem.RECORD)
    uploads = state.uploads.of_case(case.id)
    known = {upload.study_instance_uid for upload in uploads}
    unverified = any(not study.verified for study in uploads) or any(
        not study.verified for study in studies if study.study_instance_uid not in known
    )
    if unverified or state.uploads.importing_of(case.id) is not None:
        missing = (*missing, CaseItem.STUDIES)
    return missing


def missing_items(content: CaseContent, today: date) -> tuple[CaseItem, ...]:
    """What the case still needs, as far as this machine can tell; the server has the last word."""
    consent, patient = content.consent, content.patient
    born = patient.birth_date if patient else None
    child = born is not None and _years(born, today) < GUARDIAN_UNTIL
    oral = consent is not None and consent.form is ConsentForm.ORAL_WITNESSED
    needs = (
        (CaseItem.PATIENT, patient is not None and patient.complete),
        (CaseItem.REASON, bool(content.reason)),
        (CaseItem.QUESTION, bool(content.question)),
        (CaseItem.HISTORY, bool(content.history)),
        (CaseItem.MODE, content.mode is not None),
        (CaseItem.URGENCY, content.urgency is not None),
        (CaseItem.DEPARTMENT, bool(content.department)),
        (CaseItem.CONSENT, consent is not None and consent.complete),
        (CaseItem.GUARDIAN, not child or _guardian(consent)),
        (CaseItem.WITNESS, not oral or bool(consent and consent.witness)),
    )
    return tuple(item for item, there in needs if not there)


def _guardian(consent: Consent | None) -> bool:
    return consent is None or bool(consent.guardian_relation)


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _checklist(missing: tuple[CaseItem, ...], *, images: bool) -> tuple[ChecklistItem, ...]:
    """What must be there; what is needed in some cases only shows where it is missing."""
    sometimes = (CaseItem.GUARDIAN, CaseItem.WITNESS, CaseItem.IDENTITY, CaseItem.RECORD)
    hidden = sometimes if images else (*sometimes, CaseItem.STUDIES)
    shown = [item for item in CaseItem if item not in hidden or item in missing]
    return tuple(ChecklistItem(item, word(item), item not in missing) for item in shown)


def _why_not(missing: tuple[CaseItem, ...], *, offline: bool) -> str:
    translate = QCoreApplication.translate
    if offline:
        return translate("case_form", "No network: the case can be submitted when it is back.")
    if missing:
        names = listed(word(item) for item in missing)
        return translate("case_form", "Still needed: {items}").format(items=names)
    return ""


def _unanswered(items: tuple[str, ...]) -> str:
    if not items:
        return ""
    translate = QCoreApplication.translate
    return translate("case_form", "Tick off or answer each: {n} are open").format(n=len(items))


def _title(modalities: tuple[str, ...], description: str) -> str:
    translate = QCoreApplication.translate
    kind = "/".join(modalities)
    return " · ".join(part for part in (kind, description) if part) or translate(
        "case_form", "Study"
    )


def _upload_row(upload: StudyUpload, account_id: UUID | None) -> StudyRowProps:
    refused = upload.count(ImageStage.REFUSED)
    look = "good" if upload.verified else "error" if refused else "neutral"
    if (upload.paused or upload.others) and not upload.verified:
        look = "warning"
    return StudyRowProps(
        study_instance_uid=upload.study_instance_uid,
        title=_title(upload.modalities, upload.description),
        line=upload_line(upload, account_id),
        percent=upload.percent,
        look=look,
        can_cancel=not upload.verified and not upload.cancelled,
        images=upload.images,
        warning=_others(upload.others),
        without_asks=asked_to_go_without(refused, len(upload.images) - refused),
    )


def _others(images: int) -> str:
    """Why a study that was sent is not verified, and what to do."""
    if not images:
        return ""
    text = QCoreApplication.translate(
        "case_form",
        "⚠ The server has {n} more images of this study. Add the whole study, or remove it from "
        "the case.",
    )
    return text.format(n=images)


def _attached_row(study: AttachedStudy) -> StudyRowProps:
    translate = QCoreApplication.translate
    verified = translate("status", "All {n} images verified by the server").format(n=study.declared)
    waiting = translate("status", "{done} of {total} images").format(
        done=study.received, total=study.declared
    )
    return StudyRowProps(
        study_instance_uid=study.study_instance_uid,
        title=_title(study.modalities, study.description),
        line=verified if study.verified else waiting,
        percent=100 * study.received // max(1, study.declared),
        look="good" if study.verified else "warning",
        can_cancel=False,
        images=(),
    )
