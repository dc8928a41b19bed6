"""The words for every choice of the protocol, in the language that is on."""

from collections.abc import Iterable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.models.actions import action_words
from app.session.link import KeyPlace
from app.session.upload import ImageStage
from protocol.account import ExpertTitle, InstitutionKind, Role, SpokenLanguage
from protocol.consultation import (
    Action,
    CaseItem,
    ConsentForm,
    Decision,
    Mode,
    Phase,
    Sex,
    Status,
    Urgency,
)
from protocol.library import AgeBand
from protocol.on_call import AlertChannel, AlertTrouble
from protocol.queue import IneligibleReason, Presence, ScoreTerm
from protocol.report import LearningFlag
from protocol.rota import RotaKind
from protocol.service_line import LineMode
from protocol.structured import Side
from protocol.transition import DeclineReason

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
    | IneligibleReason
    | RotaKind
    | LineMode
    | SpokenLanguage
    | AlertChannel
    | AlertTrouble
    | LearningFlag
    | Side
    | AgeBand
    | ImageStage
    | KeyPlace
)

Pair = tuple[Choice, object]

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
    return QCoreApplication.translate("words", SOURCES[type(choice), choice.value])


def listed(items: Iterable[str]) -> str:
    """Words one after another, set apart as the language that is on does it."""
    return QCoreApplication.translate("words", ", ").join(items)


def image_count(images: int) -> str:
    """1 image, 2 images."""
    if images == 1:
        return QCoreApplication.translate("words", "1 image")
    return QCoreApplication.translate("words", "{n} images").format(n=images)


def _case_words() -> list[Pair]:
    return [
        (Urgency.ROUTINE, QT_TRANSLATE_NOOP("words", "Routine")),
        (Urgency.URGENT, QT_TRANSLATE_NOOP("words", "Urgent")),
        (Urgency.EMERGENCY, QT_TRANSLATE_NOOP("words", "Emergency")),
        (Urgency.CRITICAL, QT_TRANSLATE_NOOP("words", "Critical")),
        (Mode.ADVICE, QT_TRANSLATE_NOOP("words", "Advice (the clinic decides)")),
        (Mode.DIAGNOSIS, QT_TRANSLATE_NOOP("words", "Diagnosis (shared liability)")),
        (Sex.MALE, QT_TRANSLATE_NOOP("words", "Male")),
        (Sex.FEMALE, QT_TRANSLATE_NOOP("words", "Female")),
        (Sex.OTHER, QT_TRANSLATE_NOOP("words", "Other")),
        (Sex.UNKNOWN, QT_TRANSLATE_NOOP("words", "Unknown")),
        (ConsentForm.WRITTEN, QT_TRANSLATE_NOOP("words", "Written")),
        (ConsentForm.VIDEO, QT_TRANSLATE_NOOP("words", "On video")),
        (ConsentForm.ORAL_WITNESSED, QT_TRANSLATE_NOOP("words", "Oral, with witness")),
        (Decision.ADOPTED, QT_TRANSLATE_NOOP("words", "Adopted")),
        (Decision.PARTLY, QT_TRANSLATE_NOOP("words", "Partly adopted")),
        (Decision.NOT_ADOPTED, QT_TRANSLATE_NOOP("words", "Not adopted")),
        (DeclineReason.NOT_MY_SPECIALTY, QT_TRANSLATE_NOOP("words", "Not my specialty")),
        (DeclineReason.TOO_BUSY, QT_TRANSLATE_NOOP("words", "Too busy")),
        (DeclineReason.CONFLICT_OF_INTEREST, QT_TRANSLATE_NOOP("words", "Conflict of interest")),
        (DeclineReason.POOR_MATERIAL, QT_TRANSLATE_NOOP("words", "Material not sufficient")),
        (DeclineReason.OTHER, QT_TRANSLATE_NOOP("words", "Other reason")),
        (CaseItem.PATIENT, QT_TRANSLATE_NOOP("words", "Patient")),
        (CaseItem.REASON, QT_TRANSLATE_NOOP("words", "Reason for the consultation")),
        (CaseItem.QUESTION, QT_TRANSLATE_NOOP("words", "Question to the expert")),
        (CaseItem.HISTORY, QT_TRANSLATE_NOOP("words", "History")),
        (CaseItem.MODE, QT_TRANSLATE_NOOP("words", "Kind of consultation")),
        (CaseItem.URGENCY, QT_TRANSLATE_NOOP("words", "Urgency")),
        (CaseItem.DEPARTMENT, QT_TRANSLATE_NOOP("words", "Department")),
        (CaseItem.CONSENT, QT_TRANSLATE_NOOP("words", "Patient's consent")),
        (CaseItem.GUARDIAN, QT_TRANSLATE_NOOP("words", "Guardian (under 14)")),
        (CaseItem.WITNESS, QT_TRANSLATE_NOOP("words", "Witness of the oral consent")),
        (CaseItem.STUDIES, QT_TRANSLATE_NOOP("words", "Images verified by the server")),
        (CaseItem.IDENTITY, QT_TRANSLATE_NOOP("words", "Images compared with the patient")),
        (CaseItem.RECORD, QT_TRANSLATE_NOOP("words", "The record of this patient")),
    ]


def _line_words() -> list[Pair]:
    return [
        (LineMode.OPEN, QT_TRANSLATE_NOOP("words", "Ring the best, open to all")),
        (LineMode.DIRECTED, QT_TRANSLATE_NOOP("words", "Directed: the clinic names the expert")),
        (LineMode.PULL, QT_TRANSLATE_NOOP("words", "Pull: experts take the head of the queue")),
        (LineMode.DISPATCHED, QT_TRANSLATE_NOOP("words", "Dispatched: given to one expert")),
        (SpokenLanguage.MANDARIN, QT_TRANSLATE_NOOP("words", "Mandarin")),
        (SpokenLanguage.CANTONESE, QT_TRANSLATE_NOOP("words", "Cantonese")),
        (SpokenLanguage.TIBETAN, QT_TRANSLATE_NOOP("words", "Tibetan")),
        (SpokenLanguage.UYGHUR, QT_TRANSLATE_NOOP("words", "Uyghur")),
        (SpokenLanguage.MONGOLIAN, QT_TRANSLATE_NOOP("words", "Mongolian")),
        (SpokenLanguage.KAZAKH, QT_TRANSLATE_NOOP("words", "Kazakh")),
        (SpokenLanguage.ZHUANG, QT_TRANSLATE_NOOP("words", "Zhuang")),
        (SpokenLanguage.YI, QT_TRANSLATE_NOOP("words", "Yi")),
        (SpokenLanguage.KOREAN, QT_TRANSLATE_NOOP("words", "Korean")),
        (SpokenLanguage.ENGLISH, QT_TRANSLATE_NOOP("words", "English")),
    ]


def _matching_words() -> list[Pair]:
    return [
        (ScoreTerm.TITLE, QT_TRANSLATE_NOOP("words", "Title")),
        (ScoreTerm.YEARS, QT_TRANSLATE_NOOP("words", "Years of practice")),
        (ScoreTerm.RESPONSE, QT_TRANSLATE_NOOP("words", "Response time")),
        (ScoreTerm.CRITICAL, QT_TRANSLATE_NOOP("words", "Critical case")),
        (ScoreTerm.REACHABILITY, QT_TRANSLATE_NOOP("words", "Free now, answers fast")),
        (IneligibleReason.DEPARTMENT, QT_TRANSLATE_NOOP("words", "Another department")),
        (IneligibleReason.DISEASE, QT_TRANSLATE_NOOP("words", "Outside their diseases")),
        (IneligibleReason.LANGUAGE, QT_TRANSLATE_NOOP("words", "Does not speak the language")),
        (IneligibleReason.FULL, QT_TRANSLATE_NOOP("words", "Holds as many cases as they can")),
        (IneligibleReason.UNREACHABLE, QT_TRANSLATE_NOOP("words", "Offline or paused")),
        (IneligibleReason.OFF_SHIFT, QT_TRANSLATE_NOOP("words", "Off shift by the rota")),
        (IneligibleReason.UNLICENSED, QT_TRANSLATE_NOOP("words", "No licence on file")),
        (IneligibleReason.NO_AGREEMENT, QT_TRANSLATE_NOOP("words", "No agreement with the clinic")),
        (IneligibleReason.EXCLUDED, QT_TRANSLATE_NOOP("words", "Sent this case")),
        (IneligibleReason.DECLINED, QT_TRANSLATE_NOOP("words", "Has declined it")),
        (
            IneligibleReason.NOT_INDEPENDENT,
            QT_TRANSLATE_NOOP("words", "Gives another opinion on the case, or can read one"),
        ),
    ]


def _state_words() -> list[Pair]:
    return [
        (Status.DRAFT, QT_TRANSLATE_NOOP("words", "Draft")),
        (Status.PENDING, QT_TRANSLATE_NOOP("words", "Waiting for an expert")),
        (Status.ASSIGNED, QT_TRANSLATE_NOOP("words", "Expert assigned")),
        (Status.IN_PROGRESS, QT_TRANSLATE_NOOP("words", "In progress")),
        (Status.COMPLETED, QT_TRANSLATE_NOOP("words", "Completed")),
        (Status.CANCELLED, QT_TRANSLATE_NOOP("words", "Cancelled")),
        (Phase.EDITING, QT_TRANSLATE_NOOP("words", "Being written")),
        (Phase.UPLOADING, QT_TRANSLATE_NOOP("words", "Being written, with images")),
        (Phase.QUEUED, QT_TRANSLATE_NOOP("words", "In the queue")),
        (Phase.OFFERED, QT_TRANSLATE_NOOP("words", "An expert is being rung")),
        (Phase.DISPATCHING, QT_TRANSLATE_NOOP("words", "With the dispatcher")),
        (Phase.CLAIMED, QT_TRANSLATE_NOOP("words", "Picked up")),
        (Phase.ACCEPTED, QT_TRANSLATE_NOOP("words", "Accepted")),
        (Phase.AWAITING_INFORMATION, QT_TRANSLATE_NOOP("words", "More information wanted")),
        (Phase.SCHEDULED, QT_TRANSLATE_NOOP("words", "Scheduled")),
        (Phase.READING, QT_TRANSLATE_NOOP("words", "Images are being read")),
        (Phase.IN_CALL, QT_TRANSLATE_NOOP("words", "In a call")),
        (Phase.SUSPENDED, QT_TRANSLATE_NOOP("words", "Suspended")),
        (Phase.DRAFTING, QT_TRANSLATE_NOOP("words", "Report is being written")),
        (Phase.AWAITING_REVIEW, QT_TRANSLATE_NOOP("words", "Waiting for the second signature")),
        (Phase.SIGNED, QT_TRANSLATE_NOOP("words", "Report signed")),
        (Phase.RECEIVED, QT_TRANSLATE_NOOP("words", "Received, closed")),
        (Phase.AMENDED, QT_TRANSLATE_NOOP("words", "Report is being amended")),
        (Phase.WITHDRAWN, QT_TRANSLATE_NOOP("words", "Withdrawn")),
        (Phase.ABORTED, QT_TRANSLATE_NOOP("words", "Ended early")),
        (Phase.REJECTED, QT_TRANSLATE_NOOP("words", "Rejected")),
        (Phase.NO_SHOW, QT_TRANSLATE_NOOP("words", "Nobody came")),
        (Phase.ENTERED_IN_ERROR, QT_TRANSLATE_NOOP("words", "Entered in error")),
        *action_words().items(),
    ]


def _people_words() -> list[Pair]:
    return [
        (Role.REQUESTER, QT_TRANSLATE_NOOP("words", "Primary-care doctor")),
        (Role.EXPERT, QT_TRANSLATE_NOOP("words", "Expert")),
        (Role.DISPATCHER, QT_TRANSLATE_NOOP("words", "Dispatcher")),
        (Role.REVIEWER, QT_TRANSLATE_NOOP("words", "Reviewer")),
        (Role.AUDITOR, QT_TRANSLATE_NOOP("words", "Auditor")),
        (Role.SECURITY, QT_TRANSLATE_NOOP("words", "Security officer")),
        (Role.ADMIN, QT_TRANSLATE_NOOP("words", "Administrator")),
        (ExpertTitle.CHIEF, QT_TRANSLATE_NOOP("words", "Chief physician")),
        (ExpertTitle.ASSOCIATE_CHIEF, QT_TRANSLATE_NOOP("words", "Associate chief physician")),
        (ExpertTitle.ATTENDING, QT_TRANSLATE_NOOP("words", "Attending physician")),
        (ExpertTitle.RESIDENT, QT_TRANSLATE_NOOP("words", "Resident physician")),
        (InstitutionKind.CLINIC, QT_TRANSLATE_NOOP("words", "Clinic")),
        (InstitutionKind.HOSPITAL, QT_TRANSLATE_NOOP("words", "Hospital")),
        (Presence.AVAILABLE, QT_TRANSLATE_NOOP("words", "Available")),
        (Presence.READING, QT_TRANSLATE_NOOP("words", "Reading")),
        (Presence.IN_CALL, QT_TRANSLATE_NOOP("words", "In a call")),
        (Presence.PAUSED, QT_TRANSLATE_NOOP("words", "Paused")),
        (Presence.OFF_SHIFT, QT_TRANSLATE_NOOP("words", "Off shift")),
        (Presence.OFFLINE, QT_TRANSLATE_NOOP("words", "Offline")),
    ]


def _report_words() -> list[Pair]:
    return [
        (LearningFlag.MISDIAGNOSIS, QT_TRANSLATE_NOOP("words", "Common misdiagnosis")),
        (LearningFlag.RARE_DISEASE, QT_TRANSLATE_NOOP("words", "Rare disease")),
        (LearningFlag.EMERGENCY, QT_TRANSLATE_NOOP("words", "Emergency procedure")),
        (Side.NONE, QT_TRANSLATE_NOOP("words", "No side")),
        (Side.RIGHT, QT_TRANSLATE_NOOP("words", "Right side")),
        (Side.LEFT, QT_TRANSLATE_NOOP("words", "Left side")),
        (Side.BOTH, QT_TRANSLATE_NOOP("words", "Both sides")),
    ]


def _rest() -> list[Pair]:
    return [
        (RotaKind.SHIFT, QT_TRANSLATE_NOOP("words", "Shift")),
        (RotaKind.ON_CALL, QT_TRANSLATE_NOOP("words", "On call")),
        (RotaKind.LEAVE, QT_TRANSLATE_NOOP("words", "Leave")),
        (AlertChannel.MAIL, QT_TRANSLATE_NOOP("words", "mail")),
        (AlertChannel.SMS, QT_TRANSLATE_NOOP("words", "text message")),
        (
            AlertTrouble.NO_ADDRESS,
            QT_TRANSLATE_NOOP("words", "No mail address or number is on file: add it in the rota."),
        ),
        (
            AlertTrouble.NOT_SET_UP,
            QT_TRANSLATE_NOOP("words", "The server has no way to send: tell hospital IT."),
        ),
        (
            AlertTrouble.UNREACHABLE,
            QT_TRANSLATE_NOOP("words", "The mail server or gateway did not answer."),
        ),
        (
            AlertTrouble.REFUSED,
            QT_TRANSLATE_NOOP("words", "It was refused: check the address, tell hospital IT."),
        ),
        (AgeBand.INFANT, QT_TRANSLATE_NOOP("words", "under 2")),
        *((band, band.value) for band in AgeBand if band is not AgeBand.INFANT),
        (ImageStage.WAITING, QT_TRANSLATE_NOOP("words", "Waiting")),
        (ImageStage.SENDING, QT_TRANSLATE_NOOP("words", "Sending")),
        (ImageStage.SENT, QT_TRANSLATE_NOOP("words", "Sent, being verified")),
        (ImageStage.VERIFIED, QT_TRANSLATE_NOOP("words", "Verified")),
        (ImageStage.REFUSED, QT_TRANSLATE_NOOP("words", "Refused")),
        (KeyPlace.KEYRING, QT_TRANSLATE_NOOP("words", "Key in the system's keyring")),
        (KeyPlace.KEY_FILE, QT_TRANSLATE_NOOP("words", "Key in a file with passphrase")),
        (
            KeyPlace.MEMORY,
            QT_TRANSLATE_NOOP(
                "words", "Key in memory only: drafts and untold exports are lost on exit"
            ),
        ),
    ]


SOURCES: dict[tuple[type, object], str] = {
    (type(choice), choice.value): str(source)
    for words in (
        _case_words,
        _state_words,
        _line_words,
        _people_words,
        _matching_words,
        _report_words,
        _rest,
    )
    for choice, source in words()
}
"""English texts by kind and value: members of different kinds may have equal values."""
