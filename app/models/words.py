"""The words for every choice of the protocol, in the language that is on."""

from PySide6.QtCore import QCoreApplication

from app.models.actions import action_words
from app.session.link import KeyPlace
from app.session.upload import ImageStage
from protocol.account import ExpertTitle, InstitutionKind, Role
from protocol.consultation import (
    Action,
    CaseItem,
    ConsentForm,
    Decision,
    DeclineReason,
    Mode,
    Phase,
    Sex,
    Status,
    Urgency,
)
from protocol.library import AgeBand
from protocol.queue import Presence, ScoreTerm
from protocol.report import LearningFlag

Choice = (
    Urgency
    | Status
    | Phase
    | Mode
    | Sex
    | ConsentForm
    | Decision
    | DeclineReason
    | CaseItem
    | Action
    | Role
    | ExpertTitle
    | InstitutionKind
    | Presence
    | ScoreTerm
    | LearningFlag
    | AgeBand
    | ImageStage
    | KeyPlace
)

Pair = tuple[Choice, str]

URGENCY_SHAPES = {
    Urgency.ROUTINE: "○",
    Urgency.URGENT: "△",
    Urgency.EMERGENCY: "◆",
    Urgency.CRITICAL: "■",
}


STATUS_LOOKS = {
    Status.DRAFT: "neutral",
    Status.PENDING: "warning",
    Status.ASSIGNED: "routine",
    Status.IN_PROGRESS: "urgent",
    Status.COMPLETED: "good",
    Status.CANCELLED: "neutral",
}
"""The chip look of each displayed status."""


def urgency_text(urgency: Urgency) -> str:
    """Shape and word, so that colour is never the only sign."""
    return f"{URGENCY_SHAPES[urgency]} {word(urgency)}"


def word(choice: Choice) -> str:
    """The word a person reads for one choice."""
    pairs = (*_case_words(), *_state_words(), *_people_words(), *_rest())
    return next(text for known, text in pairs if known is choice)


def _case_words() -> list[Pair]:
    tr = QCoreApplication.translate
    return [
        (Urgency.ROUTINE, tr("words", "Routine")),
        (Urgency.URGENT, tr("words", "Urgent")),
        (Urgency.EMERGENCY, tr("words", "Emergency")),
        (Urgency.CRITICAL, tr("words", "Critical")),
        (Mode.ADVICE, tr("words", "Advice (the clinic decides)")),
        (Mode.DIAGNOSIS, tr("words", "Diagnosis (shared liability)")),
        (Sex.MALE, tr("words", "Male")),
        (Sex.FEMALE, tr("words", "Female")),
        (Sex.OTHER, tr("words", "Other")),
        (Sex.UNKNOWN, tr("words", "Unknown")),
        (ConsentForm.WRITTEN, tr("words", "Written")),
        (ConsentForm.VIDEO, tr("words", "On video")),
        (ConsentForm.ORAL_WITNESSED, tr("words", "Oral, with witness")),
        (Decision.ADOPTED, tr("words", "Adopted")),
        (Decision.PARTLY, tr("words", "Partly adopted")),
        (Decision.NOT_ADOPTED, tr("words", "Not adopted")),
        (DeclineReason.NOT_MY_SPECIALTY, tr("words", "Not my specialty")),
        (DeclineReason.TOO_BUSY, tr("words", "Too busy")),
        (DeclineReason.CONFLICT_OF_INTEREST, tr("words", "Conflict of interest")),
        (DeclineReason.POOR_MATERIAL, tr("words", "Material not sufficient")),
        (DeclineReason.OTHER, tr("words", "Other reason")),
        (CaseItem.PATIENT, tr("words", "Patient")),
        (CaseItem.REASON, tr("words", "Reason for the consultation")),
        (CaseItem.QUESTION, tr("words", "Question to the expert")),
        (CaseItem.HISTORY, tr("words", "History")),
        (CaseItem.MODE, tr("words", "Kind of consultation")),
        (CaseItem.URGENCY, tr("words", "Urgency")),
        (CaseItem.DEPARTMENT, tr("words", "Department")),
        (CaseItem.CONSENT, tr("words", "Patient's consent")),
        (CaseItem.GUARDIAN, tr("words", "Guardian (under 14)")),
        (CaseItem.WITNESS, tr("words", "Witness of the oral consent")),
        (CaseItem.STUDIES, tr("words", "Images verified by the server")),
    ]


def _state_words() -> list[Pair]:
    tr = QCoreApplication.translate
    return [
        (Status.DRAFT, tr("words", "Draft")),
        (Status.PENDING, tr("words", "Waiting for an expert")),
        (Status.ASSIGNED, tr("words", "Expert assigned")),
        (Status.IN_PROGRESS, tr("words", "In progress")),
        (Status.COMPLETED, tr("words", "Completed")),
        (Status.CANCELLED, tr("words", "Cancelled")),
        (Phase.EDITING, tr("words", "Being written")),
        (Phase.UPLOADING, tr("words", "Images are being sent")),
        (Phase.QUEUED, tr("words", "In the queue")),
        (Phase.OFFERED, tr("words", "An expert is being rung")),
        (Phase.DISPATCHING, tr("words", "With the dispatcher")),
        (Phase.CLAIMED, tr("words", "Picked up")),
        (Phase.ACCEPTED, tr("words", "Accepted")),
        (Phase.AWAITING_INFORMATION, tr("words", "More information wanted")),
        (Phase.SCHEDULED, tr("words", "Scheduled")),
        (Phase.READING, tr("words", "Images are being read")),
        (Phase.IN_CALL, tr("words", "In a call")),
        (Phase.SUSPENDED, tr("words", "Suspended")),
        (Phase.DRAFTING, tr("words", "Report is being written")),
        (Phase.AWAITING_REVIEW, tr("words", "Waiting for the second signature")),
        (Phase.SIGNED, tr("words", "Report signed")),
        (Phase.RECEIVED, tr("words", "Received, closed")),
        (Phase.AMENDED, tr("words", "Report amended")),
        (Phase.WITHDRAWN, tr("words", "Withdrawn")),
        (Phase.ABORTED, tr("words", "Ended early")),
        (Phase.REJECTED, tr("words", "Rejected")),
        (Phase.NO_SHOW, tr("words", "Nobody came")),
        (Phase.ENTERED_IN_ERROR, tr("words", "Entered in error")),
        *action_words().items(),
    ]


def _people_words() -> list[Pair]:
    tr = QCoreApplication.translate
    return [
        (Role.REQUESTER, tr("words", "Primary-care doctor")),
        (Role.EXPERT, tr("words", "Expert")),
        (Role.DISPATCHER, tr("words", "Dispatcher")),
        (Role.REVIEWER, tr("words", "Reviewer")),
        (Role.AUDITOR, tr("words", "Auditor")),
        (Role.ADMIN, tr("words", "Administrator")),
        (ExpertTitle.CHIEF, tr("words", "Chief physician")),
        (ExpertTitle.ASSOCIATE_CHIEF, tr("words", "Associate chief physician")),
        (ExpertTitle.ATTENDING, tr("words", "Attending physician")),
        (ExpertTitle.RESIDENT, tr("words", "Resident physician")),
        (InstitutionKind.CLINIC, tr("words", "Clinic")),
        (InstitutionKind.HOSPITAL, tr("words", "Hospital")),
        (Presence.AVAILABLE, tr("words", "Available")),
        (Presence.READING, tr("words", "Reading")),
        (Presence.IN_CALL, tr("words", "In a call")),
        (Presence.PAUSED, tr("words", "Paused")),
        (Presence.OFFLINE, tr("words", "Offline")),
        (ScoreTerm.TITLE, tr("words", "Title")),
        (ScoreTerm.YEARS, tr("words", "Years of practice")),
        (ScoreTerm.RESPONSE, tr("words", "Response time")),
        (ScoreTerm.CRITICAL, tr("words", "Critical case")),
    ]


def _rest() -> list[Pair]:
    tr = QCoreApplication.translate
    return [
        (LearningFlag.MISDIAGNOSIS, tr("words", "Common misdiagnosis")),
        (LearningFlag.RARE_DISEASE, tr("words", "Rare disease")),
        (LearningFlag.EMERGENCY, tr("words", "Emergency procedure")),
        (AgeBand.INFANT, tr("words", "under 2")),
        *((band, band.value) for band in AgeBand if band is not AgeBand.INFANT),
        (ImageStage.WAITING, tr("words", "Waiting")),
        (ImageStage.SENDING, tr("words", "Sending")),
        (ImageStage.SENT, tr("words", "Sent, being verified")),
        (ImageStage.VERIFIED, tr("words", "Verified")),
        (ImageStage.REFUSED, tr("words", "Refused")),
        (KeyPlace.KEYRING, tr("words", "Key in the system's keyring")),
        (KeyPlace.KEY_FILE, tr("words", "Key in a file with passphrase")),
        (KeyPlace.MEMORY, tr("words", "Key in memory only: drafts are lost on exit")),
    ]
