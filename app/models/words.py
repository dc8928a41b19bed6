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
    translate = QCoreApplication.translate
    return [
        (Urgency.ROUTINE, translate("words", "Routine")),
        (Urgency.URGENT, translate("words", "Urgent")),
        (Urgency.EMERGENCY, translate("words", "Emergency")),
        (Urgency.CRITICAL, translate("words", "Critical")),
        (Mode.ADVICE, translate("words", "Advice (the clinic decides)")),
        (Mode.DIAGNOSIS, translate("words", "Diagnosis (shared liability)")),
        (Sex.MALE, translate("words", "Male")),
        (Sex.FEMALE, translate("words", "Female")),
        (Sex.OTHER, translate("words", "Other")),
        (Sex.UNKNOWN, translate("words", "Unknown")),
        (ConsentForm.WRITTEN, translate("words", "Written")),
        (ConsentForm.VIDEO, translate("words", "On video")),
        (ConsentForm.ORAL_WITNESSED, translate("words", "Oral, with witness")),
        (Decision.ADOPTED, translate("words", "Adopted")),
        (Decision.PARTLY, translate("words", "Partly adopted")),
        (Decision.NOT_ADOPTED, translate("words", "Not adopted")),
        (DeclineReason.NOT_MY_SPECIALTY, translate("words", "Not my specialty")),
        (DeclineReason.TOO_BUSY, translate("words", "Too busy")),
        (DeclineReason.CONFLICT_OF_INTEREST, translate("words", "Conflict of interest")),
        (DeclineReason.POOR_MATERIAL, translate("words", "Material not sufficient")),
        (DeclineReason.OTHER, translate("words", "Other reason")),
        (CaseItem.PATIENT, translate("words", "Patient")),
        (CaseItem.REASON, translate("words", "Reason for the consultation")),
        (CaseItem.QUESTION, translate("words", "Question to the expert")),
        (CaseItem.HISTORY, translate("words", "History")),
        (CaseItem.MODE, translate("words", "Kind of consultation")),
        (CaseItem.URGENCY, translate("words", "Urgency")),
        (CaseItem.DEPARTMENT, translate("words", "Department")),
        (CaseItem.CONSENT, translate("words", "Patient's consent")),
        (CaseItem.GUARDIAN, translate("words", "Guardian (under 14)")),
        (CaseItem.WITNESS, translate("words", "Witness of the oral consent")),
        (CaseItem.STUDIES, translate("words", "Images verified by the server")),
    ]


def _state_words() -> list[Pair]:
    translate = QCoreApplication.translate
    return [
        (Status.DRAFT, translate("words", "Draft")),
        (Status.PENDING, translate("words", "Waiting for an expert")),
        (Status.ASSIGNED, translate("words", "Expert assigned")),
        (Status.IN_PROGRESS, translate("words", "In progress")),
        (Status.COMPLETED, translate("words", "Completed")),
        (Status.CANCELLED, translate("words", "Cancelled")),
        (Phase.EDITING, translate("words", "Being written")),
        (Phase.UPLOADING, translate("words", "Images are being sent")),
        (Phase.QUEUED, translate("words", "In the queue")),
        (Phase.OFFERED, translate("words", "An expert is being rung")),
        (Phase.DISPATCHING, translate("words", "With the dispatcher")),
        (Phase.CLAIMED, translate("words", "Picked up")),
        (Phase.ACCEPTED, translate("words", "Accepted")),
        (Phase.AWAITING_INFORMATION, translate("words", "More information wanted")),
        (Phase.SCHEDULED, translate("words", "Scheduled")),
        (Phase.READING, translate("words", "Images are being read")),
        (Phase.IN_CALL, translate("words", "In a call")),
        (Phase.SUSPENDED, translate("words", "Suspended")),
        (Phase.DRAFTING, translate("words", "Report is being written")),
        (Phase.AWAITING_REVIEW, translate("words", "Waiting for the second signature")),
        (Phase.SIGNED, translate("words", "Report signed")),
        (Phase.RECEIVED, translate("words", "Received, closed")),
        (Phase.AMENDED, translate("words", "Report amended")),
        (Phase.WITHDRAWN, translate("words", "Withdrawn")),
        (Phase.ABORTED, translate("words", "Ended early")),
        (Phase.REJECTED, translate("words", "Rejected")),
        (Phase.NO_SHOW, translate("words", "Nobody came")),
        (Phase.ENTERED_IN_ERROR, translate("words", "Entered in error")),
        *action_words().items(),
    ]


def _people_words() -> list[Pair]:
    translate = QCoreApplication.translate
    return [
        (Role.REQUESTER, translate("words", "Primary-care doctor")),
        (Role.EXPERT, translate("words", "Expert")),
        (Role.DISPATCHER, translate("words", "Dispatcher")),
        (Role.REVIEWER, translate("words", "Reviewer")),
        (Role.AUDITOR, translate("words", "Auditor")),
        (Role.ADMIN, translate("words", "Administrator")),
        (ExpertTitle.CHIEF, translate("words", "Chief physician")),
        (ExpertTitle.ASSOCIATE_CHIEF, translate("words", "Associate chief physician")),
        (ExpertTitle.ATTENDING, translate("words", "Attending physician")),
        (ExpertTitle.RESIDENT, translate("words", "Resident physician")),
        (InstitutionKind.CLINIC, translate("words", "Clinic")),
        (InstitutionKind.HOSPITAL, translate("words", "Hospital")),
        (Presence.AVAILABLE, translate("words", "Available")),
        (Presence.READING, translate("words", "Reading")),
        (Presence.IN_CALL, translate("words", "In a call")),
        (Presence.PAUSED, translate("words", "Paused")),
        (Presence.OFFLINE, translate("words", "Offline")),
        (ScoreTerm.TITLE, translate("words", "Title")),
        (ScoreTerm.YEARS, translate("words", "Years of practice")),
        (ScoreTerm.RESPONSE, translate("words", "Response time")),
        (ScoreTerm.CRITICAL, translate("words", "Critical case")),
    ]


def _rest() -> list[Pair]:
    translate = QCoreApplication.translate
    return [
        (LearningFlag.MISDIAGNOSIS, translate("words", "Common misdiagnosis")),
        (LearningFlag.RARE_DISEASE, translate("words", "Rare disease")),
        (LearningFlag.EMERGENCY, translate("words", "Emergency procedure")),
        (AgeBand.INFANT, translate("words", "under 2")),
        *((band, band.value) for band in AgeBand if band is not AgeBand.INFANT),
        (ImageStage.WAITING, translate("words", "Waiting")),
        (ImageStage.SENDING, translate("words", "Sending")),
        (ImageStage.SENT, translate("words", "Sent, being verified")),
        (ImageStage.VERIFIED, translate("words", "Verified")),
        (ImageStage.REFUSED, translate("words", "Refused")),
        (KeyPlace.KEYRING, translate("words", "Key in the system's keyring")),
        (KeyPlace.KEY_FILE, translate("words", "Key in a file with passphrase")),
        (KeyPlace.MEMORY, translate("words", "Key in memory only: drafts are lost on exit")),
    ]
