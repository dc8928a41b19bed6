"""The recording of the running call: the mark that everybody sees, and the words of consent.

What `consent_words` say is `RECORDING_WORDING`: a change of the words is a new version of it.
"""

from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.words import listed
from app.session.call import Call, CallPhase
from protocol.call import ParticipantKind
from protocol.recording import CallRecording, RecordingEnd, RecordingPhase

ASKERS = (ParticipantKind.EXPERT, ParticipantKind.REQUESTER)


class Mark(Enum):
    """NONE: this site does not record. ASKED: our answer is awaited. ASKING: others' is."""

    NONE = auto()
    OFFER = auto()
    ASKED = auto()
    ASKING = auto()
    RUNNING = auto()
    PAUSED = auto()


@dataclass(frozen=True, slots=True)
class QuestionProps:
    """What is read before one agrees; `own`: by who asks."""

    recording_id: UUID | None
    own: bool
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordingProps:
    """`text` is the mark, `detail` what is to be known beside it. `mine`: we asked for it."""

    mark: Mark = Mark.NONE
    text: str = ""
    detail: str = ""
    mine: bool = False
    can_ask: bool = False
    question: QuestionProps | None = None


def derive_recording(call: Call) -> RecordingProps:
    running = call.running
    if call.phase is CallPhase.OUT or running is None or running.recording_terms is None:
        return RecordingProps()
    days = running.recording_terms.kept_days
    recording = running.recording
    if recording is None or recording.phase is RecordingPhase.ENDED:
        can_ask = _may_ask(call)
        return RecordingProps(
            mark=Mark.OFFER if can_ask or recording is not None else Mark.NONE,
            detail="" if recording is None else _end_words(recording),
            can_ask=can_ask,
            question=own_question(days) if can_ask else None,
        )
    mine = recording.asker == call.own_peer
    mark = _mark(recording, call.own_peer)
    return RecordingProps(
        mark=mark,
        text=_mark_words(mark),
        detail=_detail(recording, call, mark),
        mine=mine,
        question=question(recording.id, recording.asker_name, days) if mark is Mark.ASKED else None,
    )


def _may_ask(call: Call) -> bool:
    people = call.running.participants if call.running is not None else ()
    kind = next((one.kind for one in people if one.peer_id == call.own_peer), None)
    return kind in ASKERS and call.phase is CallPhase.IN and not call.server_away


def _mark(recording: CallRecording, own: UUID | None) -> Mark:
    if own in recording.awaited:
        return Mark.ASKED
    match recording.phase:
        case RecordingPhase.RUNNING:
            return Mark.RUNNING
        case RecordingPhase.PAUSED:
            return Mark.PAUSED
        case _:
            return Mark.ASKING


def _mark_words(mark: Mark) -> str:
    translate = QCoreApplication.translate
    match mark:
        case Mark.ASKED:
            return translate("recording", "? Recording: your answer")
        case Mark.ASKING:
            return translate("recording", "… Recording: asking")
        case Mark.RUNNING:
            return translate("recording", "● Recording")
        case Mark.PAUSED:
            return translate("recording", "‖ Recording paused")
        case Mark.NONE | Mark.OFFER:
            return ""


def _detail(recording: CallRecording, call: Call, mark: Mark) -> str:
    translate = QCoreApplication.translate
    if mark is Mark.ASKED:
        text = translate("recording", "{name} asks; nothing is recorded before all agree.")
        return text.format(name=recording.asker_name)
    if mark is Mark.RUNNING:
        return translate("recording", "Everybody has agreed.")
    people = call.running.participants if call.running is not None else ()
    names = [one.display_name for one in people if one.peer_id in recording.awaited]
    if names:
        text = translate("recording", "Waiting for the answer of {names}")
        return text.format(names=listed(names))
    return translate("recording", "Somebody’s line to the server is broken.")


def _end_words(recording: CallRecording) -> str:
    translate = QCoreApplication.translate
    match recording.end:
        case RecordingEnd.REFUSED:
            return translate("recording", "The recording was refused.")
        case RecordingEnd.WITHDRAWN:
            return translate("recording", "Consent was withdrawn: the recording has ended.")
        case RecordingEnd.FAILED:
            return translate("recording", "The recording has ended: it could not be written.")
        case _:
            return translate("recording", "The recording has ended.")


# --- the words of consent ------------------------------------------------------------------------


def question(recording_id: UUID, asker: str, days: int) -> QuestionProps:
    """What everybody else is asked."""
    translate = QCoreApplication.translate
    title = translate("recording", "May this call be recorded?")
    who = translate("recording", "{name} asks to record this call.").format(name=asker)
    return QuestionProps(recording_id, False, title, (who, *consent_words(days)))


def own_question(days: int) -> QuestionProps:
    """What the one who asks agrees to."""
    translate = QCoreApplication.translate
    title = translate("recording", "Ask to record this call?")
    who = translate(
        "recording",
        "Everybody in the call is asked, and everybody who joins later. You agree by asking.",
    )
    return QuestionProps(None, True, title, (who, *consent_words(days)))


def consent_words(days: int) -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate(
            "recording",
            "What for: the recording documents this consultation, so that its two doctors can "
            "look again at what was said and shown. It serves nothing else.",
        ),
        translate(
            "recording",
            "What: sound and picture of everybody who takes part, kept encrypted. Only the "
            "requesting doctor and the expert of this case can play it, and each playing is "
            "logged. It is never given away as a file.",
        ),
        translate(
            "recording",
            "How long: {days} days after the call, then it is deleted. You may have it deleted "
            "earlier by asking the consultation centre.",
        ).format(days=days),
        translate(
            "recording",
            "Nothing is recorded before everybody has agreed. Saying no has no disadvantage for "
            "the treatment, and the others only learn that it was refused. You may withdraw at "
            "any time: the recording then stops at once.",
        ),
    )
