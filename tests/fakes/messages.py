"""One example of every message on the socket."""

from datetime import timedelta
from typing import get_args
from uuid import UUID

from protocol.call import JoinedCall, SessionDescription
from protocol.emergency import EmergencyAccess
from protocol.errors import ErrorCode, Problem
from protocol.imaging import StudyProgress
from protocol.library import LibrarySummary
from protocol.notification import NotificationCode, NotificationsOver, Notified
from protocol.on_call import AlertChannel, AlertState, AlertTrouble, AlertWhy, CaseAlert
from protocol.queue import CaseClock, ClockStage, OfferEnd, PersonPresence, Presence
from protocol.recording import RECORDING_WORDING, RecordingConsent
from protocol.service_line import ServiceLinesChanged
from protocol.sharing import ShareKind
from protocol.socket import (
    AnswerRecording,
    AskRecording,
    CallChanged,
    CallJoined,
    ChatPosted,
    ClientMessage,
    ClockWarned,
    ConsultationChanged,
    ConsultationLeft,
    EmergencyOpened,
    JoinCall,
    LeaveCall,
    LibraryGrew,
    OfferEnded,
    OfferRang,
    OnCallTold,
    Ping,
    Pong,
    PresenceChanged,
    Refused,
    RenewToken,
    ReportSigned,
    RotaChanged,
    SeatLoss,
    SeatLost,
    SendChat,
    SendSignal,
    ServerMessage,
    SessionEnded,
    SetPaused,
    ShareStarted,
    SignalReceived,
    StartShare,
    StopRecording,
    StopShare,
    StudyProgressed,
    Welcome,
)
from protocol.waiting import PlacesChanged
from tests.fakes.examples import (
    EXPERT,
    NOW,
    call,
    message,
    named,
    offer,
    person,
    place,
    row,
    told,
)
from tests.fakes.reports import signed

SDP = SessionDescription(type="offer", sdp="v=0\r\n")
EMERGENCY = EmergencyAccess(
    id=named("emergency"),
    consultation_id=named("case a"),
    number="CONS-20261121-0007",
    by=person(EXPERT),
    reason="患者昏迷送来急诊，需要既往影像",
    at=NOW,
    until=NOW + timedelta(hours=1),
)
CONSENT = RecordingConsent(wording=RECORDING_WORDING, language="zh")


def kinds(union: object) -> set[type]:
    """The members of a discriminated union."""
    return set(get_args(get_args(union)[0]))


SERVER_KINDS, CLIENT_KINDS = kinds(ServerMessage), kinds(ClientMessage)


def from_server() -> tuple[ServerMessage, ...]:
    case = named("case a")
    return (
        Welcome(account_id=EXPERT.id, seq=100, server_time=NOW),
        Pong(sent_ms=1, server_time=NOW),
        CallJoined(
            ref=named("ref"), joined=JoinedCall(peer_id=named("peer 陈专家"), call=call("陈专家"))
        ),
        ShareStarted(ref=named("ref"), share=named("share"), call=call("陈专家")),
        SeatLost(consultation_id=case, why=SeatLoss.NO_PART),
        SignalReceived(consultation_id=case, sender=named("peer 林医生"), signal=SDP),
        Refused(problem=Problem(code=ErrorCode.CALL_NOT_RUNNING, title="", status=409)),
        PresenceChanged(presence=PersonPresence(account_id=EXPERT.id, presence=Presence.IN_CALL)),
        ServiceLinesChanged(),
        RotaChanged(department="放射科"),
        PlacesChanged(places=(place(),)),
        ConsultationChanged(seq=101, at=NOW, consultation=row()),
        ConsultationLeft(seq=102, at=NOW, consultation_id=case),
        OfferRang(seq=103, at=NOW, offer=offer()),
        OfferEnded(
            seq=104, at=NOW, offer_id=offer().id, consultation_id=case, how=OfferEnd.EXPIRED
        ),
        ClockWarned(
            seq=104,
            at=NOW,
            consultation=row(),
            clock=CaseClock.ACCEPT,
            stage=ClockStage.AMBER,
            due_at=NOW,
        ),
        Notified(seq=110, at=NOW, notification=told()),
        NotificationsOver(seq=111, at=NOW, consultation_id=case, codes=(NotificationCode.OFFERED,)),
        OnCallTold(
            seq=104,
            at=NOW,
            consultation_id=case,
            number="CONS-20260105-0042",
            alert=CaseAlert(
                expert=offer().consultation.requester,
                channel=AlertChannel.MAIL,
                why=AlertWhy.CRITICAL,
                state=AlertState.FAILED,
                trouble=AlertTrouble.REFUSED,
                attempts=6,
                at=NOW,
            ),
        ),
        StudyProgressed(
            seq=105,
            at=NOW,
            progress=StudyProgress(
                consultation_id=case,
                study_instance_uid="1.2.3",
                declared=2,
                received=2,
                verified=True,
            ),
        ),
        ChatPosted(seq=106, at=NOW, message=message()),
        CallChanged(seq=107, at=NOW, consultation_id=case, call=call("林医生")),
        ReportSigned(seq=108, at=NOW, report=signed()),
        LibraryGrew(
            seq=109,
            at=NOW,
            entry=LibrarySummary(
                id=named("entry"),
                title="肺结节",
                department="放射科",
                modalities=("CT",),
                diagnosis_codes=("R91",),
                learning_flags=(),
                approved_at=NOW,
            ),
        ),
        EmergencyOpened(seq=111, at=NOW, access=EMERGENCY),
        SessionEnded(seq=110, at=NOW, reason="signed_in_elsewhere"),
    )


def from_client(token: str, case: UUID) -> tuple[ClientMessage, ...]:
    """All but `hello`, which opens the line."""
    return (
        Ping(sent_ms=1),
        RenewToken(access_token=token),
        SendChat(id=named("message"), consultation_id=case, text="请看第 12 层"),
        JoinCall(ref=named("ref"), consultation_id=case),
        SendSignal(consultation_id=case, to=named("nobody"), signal=SDP),
        AskRecording(ref=named("ask"), consultation_id=case, consent=CONSENT),
        AnswerRecording(ref=named("answer"), consultation_id=case, recording_id=named("recording")),
        StopRecording(ref=named("stop"), consultation_id=case, recording_id=named("recording")),
        StartShare(ref=named("ref"), consultation_id=case, kind=ShareKind.SCREEN),
        StopShare(consultation_id=case),
        LeaveCall(consultation_id=case),
        SetPaused(minutes=0),
    )
