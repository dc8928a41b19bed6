"""The call bar: who is there, whose picture comes, which buttons make sense."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.call_line import line_words, short_word
from app.models.equipment import EquipmentProps, derive_equipment
from app.models.recording import RecordingProps, derive_recording
from app.models.sharing import SharedProps, SharingProps, derive_shared, derive_sharing
from app.models.words import listed
from app.session.call import Call, CallPhase, PeerPicture
from app.session.link import LinkPhase
from app.session.state import State
from protocol.account import Account
from protocol.call import Motion, Participant
from protocol.consultation import ConsultationSummary, Phase, Status

CALLABLE = (Status.ASSIGNED, Status.IN_PROGRESS, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class PeerProps:
    peer_id: UUID
    name: str
    state: str
    connected: bool
    word: str
    no_picture: bool
    camera_off: bool = False
    speaks: bool = False


@dataclass(frozen=True, slots=True)
class CallProps:
    """`rings_here`: others are in the call, we are not. `line`: what the line does to pictures.

    `sharing` is what we share ourselves, `shares` what the others do, the newest last.
    `notes`: what is to be said of devices. `spoken`: of our own microphone, while it is off.
    """

    phase: CallPhase
    can_call: bool
    rings_here: bool
    title: str
    own_name: str
    peers: tuple[PeerProps, ...]
    muted: bool
    camera_off: bool
    quality: str
    line: str
    equipment: EquipmentProps
    notes: tuple[str, ...]
    talking: bool
    spoken: str
    recording: RecordingProps = RecordingProps()
    sharing: SharingProps = SharingProps()
    shares: tuple[SharedProps, ...] = ()


def derive_call(state: State) -> CallProps:
    case, call, account = state.case, state.call, state.link.account
    here = case is not None and call.consultation_id == case.id
    running = call.running if here else None
    others = tuple(
        participant
        for participant in (running.participants if running else ())
        if participant.peer_id != call.own_peer and participant.share is None
    )
    phase = call.phase if here or call.phase is CallPhase.OUT else CallPhase.OUT
    equipment = derive_equipment(state.equipment)
    return CallProps(
        phase=phase,
        can_call=_can_call(state, others),
        rings_here=bool(others) and phase is CallPhase.OUT,
        title=_title(phase, others),
        own_name=account.display_name if account else "",
        peers=tuple(_peer(participant, call) for participant in others),
        muted=call.muted,
        camera_off=call.camera_off,
        quality=_quality(call.pictures),
        line=line_words(call, others) if phase is CallPhase.IN else "",
        equipment=equipment,
        notes=_notes(call, equipment) if phase is not CallPhase.OUT else (),
        talking=call.talking,
        spoken=_spoken(call) if phase is CallPhase.IN else "",
        recording=derive_recording(call) if here else RecordingProps(),
        sharing=derive_sharing(state),
        shares=derive_shared(call) if here and phase is not CallPhase.OUT else (),
    )


def _can_call(state: State, others: tuple[Participant, ...]) -> bool:
    """Whoever gave an opinion of an MDT joins the call of its chair, and begins none."""
    case, account = state.case, state.link.account
    if case is None or case.consultation.emergency_until is not None:
        return False
    row = case.consultation.summary
    if account is not None and _gave_an_opinion(account, row) and not others:
        return False
    open_for_calls = row.status in CALLABLE and row.phase is not Phase.RECEIVED
    return open_for_calls and state.link.phase is LinkPhase.ONLINE


def _gave_an_opinion(account: Account, row: ConsultationSummary) -> bool:
    """Of the MDT whose chair has this case."""
    return row.mdt is not None and account.id in (one.expert_id for one in row.mdt.opinions)


def _notes(call: Call, equipment: EquipmentProps) -> tuple[str, ...]:
    if call.generated_picture and not call.camera_off and not equipment.camera.note:
        own = QCoreApplication.translate("call", "A generated picture is sent.")
        return (own, *equipment.notes)
    return equipment.notes


def _spoken(call: Call) -> str:
    translate = QCoreApplication.translate
    if call.talking:
        return translate("call", "You are heard while you hold the key.")
    if call.muted and call.speaks_muted:
        return translate("call", "You are muted: nobody hears what you say.")
    return ""


def _peer(participant: Participant, call: Call) -> PeerProps:
    translate = QCoreApplication.translate
    picture = call.picture_of(participant.peer_id)
    connected = picture is not None and picture.connected
    if connected:
        text = ""
    elif picture is None:
        text = translate("call", "Connecting…")
    else:
        text = translate("call", "Reconnecting…")
    word = short_word(participant, picture)
    return PeerProps(
        participant.peer_id,
        participant.display_name,
        text,
        connected,
        word,
        no_picture=connected and _stopped(participant, picture),
        camera_off=picture is not None and connected and picture.their_camera_off,
        speaks=call.speaker == participant.peer_id,
    )


def _stopped(participant: Participant, picture: PeerPicture | None) -> bool:
    """A guest's browser does not tell that its camera is off: the last picture is not to stay."""
    if picture is None or picture.frames_per_second:
        return False
    guest = participant.account_id is None
    return picture.their_motion is None or (guest and picture.their_motion is Motion.FLUENT)


def _title(phase: CallPhase, others: tuple[Participant, ...]) -> str:
    translate = QCoreApplication.translate
    names = listed(participant.display_name for participant in others)
    match phase:
        case CallPhase.OUT if others:
            return translate("call", "In the call: {names}").format(names=names)
        case CallPhase.OUT:
            return translate("call", "No call")
        case CallPhase.JOINING:
            return translate("call", "Joining…")
        case CallPhase.RECONNECTING:
            return translate("call", "Reconnecting…")
        case CallPhase.IN if others:
            return translate("call", "In a call with {names}").format(names=names)
        case CallPhase.IN:
            return translate("call", "Waiting for the others")


def _quality(pictures: tuple[PeerPicture, ...]) -> str:
    live = [picture for picture in pictures if picture.connected]
    if not live:
        return ""
    best = max(live, key=lambda picture: picture.frames_per_second)
    rate = sum(picture.kilobits_per_second for picture in live)
    return f"{best.frames_per_second:.0f} fps · {rate} kbit/s"
