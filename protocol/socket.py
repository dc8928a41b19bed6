"""The WebSocket: one per client, JSON text frames, each a tagged message (`type`).

Order of things: the client's first frame is `hello`; the server answers `welcome`, sends every
fact after `last_seq` that concerns this account, and from then on facts as they happen. Facts
carry `seq`; signalling is relayed at once, stamped with its sender, and never stored. A frame
that cannot be understood is answered by `error` and changes nothing.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from protocol.account import EndReason
from protocol.base import Answer, Message, Moment, Seq
from protocol.call import CallState, JoinedCall, PeerId, Signal
from protocol.chat import ChatAudience, ChatMessage, ChatText
from protocol.consultation import ConsultationSummary, TimelineEvent
from protocol.emergency import EmergencyAccess
from protocol.errors import Problem
from protocol.fact import Fact
from protocol.imaging import StudyProgress
from protocol.library import LibrarySummary
from protocol.notification import NotificationsOver, Notified
from protocol.on_call import CaseAlert
from protocol.queue import CaseClock, ClockStage, Offer, OfferEnd, PersonPresence
from protocol.recording import RecordingConsent, RecordingId
from protocol.report import SignedReport
from protocol.service_line import ServiceLinesChanged
from protocol.sharing import ShareKind, ShareTitle
from protocol.waiting import PlacesChanged

SUBPROTOCOL = "huizhen.v1"
MAX_FRAME_BYTES = 256 * 1024
HEARTBEAT_S = 15
HELLO_TIMEOUT_S = 10


# --- what a client sends ---------------------------------------------------------------------


class Hello(Message):
    """`last_seq` is the last fact this client applied; 0 asks for no replay, only what follows."""

    type: Literal["hello"] = "hello"
    access_token: str
    last_seq: Seq = 0
    client: str = Field(default="", max_length=80)


class Ping(Message):
    """Every `HEARTBEAT_S`; presence ends after two are missed."""

    type: Literal["ping"] = "ping"
    sent_ms: int = Field(ge=0)


class RenewToken(Message):
    """A fresh access token for a socket that stays open longer than the first one lives."""

    type: Literal["renew_token"] = "renew_token"
    access_token: str


class SendChat(Message):
    """To `call` says only who sits in it; guests say nothing elsewhere."""

    type: Literal["send_chat"] = "send_chat"
    id: UUID
    consultation_id: UUID
    text: ChatText
    audience: ChatAudience = ChatAudience.TREATING


class JoinCall(Message):
    """Starts the call where none runs (members only) and takes part in it.

    `seat` is the peer id one had in this call before the socket broke: the server keeps the seat
    for some time, and gives it back to the same session only, after the signals that came
    meanwhile. Otherwise the seat is a new one.
    """

    type: Literal["join_call"] = "join_call"
    ref: UUID
    consultation_id: UUID
    seat: PeerId | None = None


class LeaveCall(Message):
    type: Literal["leave_call"] = "leave_call"
    consultation_id: UUID


class StartShare(Message):
    """Takes a seat for a second video of ours; one that was there goes. Not for guests."""

    type: Literal["start_share"] = "start_share"
    ref: UUID
    consultation_id: UUID
    kind: ShareKind
    title: ShareTitle = ""


class StopShare(Message):
    type: Literal["stop_share"] = "stop_share"
    consultation_id: UUID


class SendSignal(Message):
    """To one peer of the call; refused unless both are in the same call.

    `seat` names the seat of one's own share, where it is that which speaks.
    """

    type: Literal["send_signal"] = "send_signal"
    consultation_id: UUID
    to: PeerId
    signal: Signal
    seat: PeerId | None = None


class AskRecording(Message):
    """One of the two who treat asks everybody in the call, and agrees by asking."""

    type: Literal["ask_recording"] = "ask_recording"
    ref: UUID
    consultation_id: UUID
    consent: RecordingConsent


class AnswerRecording(Message):
    """For one's own seat. Without consent it is a refusal, and a withdrawal after having agreed:
    either ends the recording at once."""

    type: Literal["answer_recording"] = "answer_recording"
    ref: UUID
    consultation_id: UUID
    recording_id: RecordingId
    consent: RecordingConsent | None = None


class StopRecording(Message):
    """From who asked; `failed`: it cannot be written any further."""

    type: Literal["stop_recording"] = "stop_recording"
    ref: UUID
    consultation_id: UUID
    recording_id: RecordingId
    failed: bool = False


class SetPaused(Message):
    """An expert pauses for some minutes (0 ends the pause), or `until` a moment at most twelve
    hours away."""

    type: Literal["set_paused"] = "set_paused"
    minutes: int = Field(default=0, ge=0, le=12 * 60)
    until: Moment | None = None


ClientMessage = Annotated[
    Hello
    | Ping
    | RenewToken
    | SendChat
    | JoinCall
    | LeaveCall
    | StartShare
    | StopShare
    | SendSignal
    | AskRecording
    | AnswerRecording
    | StopRecording
    | SetPaused,
    Field(discriminator="type"),
]
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


# --- what the server sends, not stored -------------------------------------------------------


class Welcome(Answer):
    """`replay_gap` is true when facts before the replay were pruned: read the lists anew."""

    type: Literal["welcome"] = "welcome"
    account_id: UUID | None
    seq: Seq
    server_time: Moment
    heartbeat_s: int = HEARTBEAT_S
    replay_gap: bool = False


class Pong(Answer):
    type: Literal["pong"] = "pong"
    sent_ms: int
    server_time: Moment


class CallJoined(Answer):
    type: Literal["call_joined"] = "call_joined"
    ref: UUID
    joined: JoinedCall


class ShareStarted(Answer):
    """Answer to StartShare: the peer id of the new seat."""

    type: Literal["share_started"] = "share_started"
    ref: UUID
    share: PeerId
    call: CallState


class SignalReceived(Answer):
    """`sender` is stamped by the server; `to` is which of one's own seats it is for."""

    type: Literal["signal_received"] = "signal_received"
    consultation_id: UUID
    sender: PeerId
    signal: Signal
    to: PeerId | None = None


class Refused(Answer):
    """Answer to a frame that was refused; `ref` names it where it had an id."""

    type: Literal["refused"] = "refused"
    problem: Problem
    ref: UUID | None = None


class SeatLoss(StrEnum):
    """Why a seat in a call is no longer one's own.

    MOVED: the same ticket sits at another place now. REMOVED: a doctor put the guest out.
    NO_PART: the case has gone to somebody else, or is over.
    """

    MOVED = "moved"
    REMOVED = "removed"
    NO_PART = "no_part"


class SeatLost(Answer):
    """The server has taken one's seat: leave, and do not join again by oneself."""

    type: Literal["seat_lost"] = "seat_lost"
    consultation_id: UUID
    why: SeatLoss


class PresenceChanged(Answer):
    type: Literal["presence_changed"] = "presence_changed"
    presence: PersonPresence


class RotaChanged(Answer):
    """A department's rota was edited: whoever looks at it reads it again."""

    type: Literal["rota_changed"] = "rota_changed"
    department: str


# --- facts: stored, numbered, replayed -------------------------------------------------------


class ConsultationChanged(Fact):
    type: Literal["consultation_changed"] = "consultation_changed"
    consultation: ConsultationSummary
    event: TimelineEvent | None = Field(
        default=None, description="absent when only the content changed"
    )


class ConsultationLeft(Fact):
    """The account may no longer see this case (it went to somebody else)."""

    type: Literal["consultation_left"] = "consultation_left"
    consultation_id: UUID


class OfferRang(Fact):
    type: Literal["offer_rang"] = "offer_rang"
    offer: Offer


class OfferEnded(Fact):
    type: Literal["offer_ended"] = "offer_ended"
    offer_id: UUID
    consultation_id: UUID
    how: OfferEnd


class ClockWarned(Fact):
    """A clock of a case has run so far; told once to those whom this stage concerns."""

    type: Literal["clock_warned"] = "clock_warned"
    consultation: ConsultationSummary
    clock: CaseClock
    stage: ClockStage
    due_at: Moment


class OnCallTold(Fact):
    """Somebody on call was told of a case by another way, or was not; for dispatchers."""

    type: Literal["on_call_told"] = "on_call_told"
    consultation_id: UUID
    number: str
    alert: CaseAlert


class StudyProgressed(Fact):
    type: Literal["study_progressed"] = "study_progressed"
    progress: StudyProgress


class ChatPosted(Fact):
    type: Literal["chat_posted"] = "chat_posted"
    message: ChatMessage


class CallChanged(Fact):
    """`call` is absent when the last participant has left."""

    type: Literal["call_changed"] = "call_changed"
    consultation_id: UUID
    call: CallState | None


class ReportSigned(Fact):
    type: Literal["report_signed"] = "report_signed"
    report: SignedReport


class LibraryGrew(Fact):
    type: Literal["library_grew"] = "library_grew"
    entry: LibrarySummary


class SessionEnded(Fact):
    """This session was ended elsewhere; the socket closes after it."""

    type: Literal["session_ended"] = "session_ended"
    reason: EndReason


class EmergencyOpened(Fact):
    """A case was opened in an emergency; told to who looks after security and who audits."""

    type: Literal["emergency_opened"] = "emergency_opened"
    access: EmergencyAccess


ServerFact = (
    ConsultationChanged
    | ConsultationLeft
    | OfferRang
    | OfferEnded
    | ClockWarned
    | OnCallTold
    | Notified
    | NotificationsOver
    | StudyProgressed
    | ChatPosted
    | CallChanged
    | ReportSigned
    | LibraryGrew
    | SessionEnded
    | EmergencyOpened
)

ServerMessage = Annotated[
    Welcome
    | Pong
    | CallJoined
    | ShareStarted
    | SignalReceived
    | Refused
    | SeatLost
    | PresenceChanged
    | RotaChanged
    | ServiceLinesChanged
    | PlacesChanged
    | ServerFact,
    Field(discriminator="type"),
]
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
