"""Words for what the line does to the pictures of a call: a still picture is never without one."""

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.media.messages import RelayState
from app.session.call import Call, PeerPicture
from protocol.call import Limit, Motion, Participant, SeatState

FEW_A_SECOND = 8


def line_words(call: Call, others: tuple[Participant, ...]) -> str:
    """Each sentence on a line of its own: first our own sending, then the others'."""
    people = {participant.peer_id for participant in others}
    sfu = call.running.sfu if call.running is not None else None
    told = people if sfu is None else {sfu}
    live = [one for one in call.pictures if one.connected and one.peer_id in told]
    sentences = [_server(call), _relay(call.relay), _sfu(call)]
    if not call.camera_off and live:
        sentences.append(_ours(max(live, key=_held_back)))
    for participant in others:
        sentences.append(_lost(participant, call.picture_of(participant.peer_id)))
        picture = call.picture_of(participant.peer_id)
        if picture is not None and picture.connected:
            sentences.append(_theirs(picture, participant.display_name))
    return "\n".join(sentence for sentence in sentences if sentence)


def short_word(participant: Participant, picture: PeerPicture | None) -> str:
    """What stands beside the name on the peer's picture; empty while all is well."""
    translate = QCoreApplication.translate
    if picture is None or not picture.connected:
        return ""
    if participant.state is SeatState.RECONNECTING:
        return translate("call", "reconnecting to the server")
    silent = translate("call", "microphone off") if picture.their_microphone_off else ""
    return " · ".join(word for word in (silent, _word_of_pictures(picture)) if word)


def _word_of_pictures(picture: PeerPicture) -> str:
    translate = QCoreApplication.translate
    if picture.their_camera_off:
        return ""
    match picture.their_motion:
        case Motion.PAUSED:
            return translate("call", "pictures paused, speech goes on")
        case Motion.SINGLE:
            return translate("call", "still pictures, speech goes on")
        case _:
            return translate("call", "no new picture") if _stands(picture) else ""


def _server(call: Call) -> str:
    if not call.server_away:
        return ""
    return QCoreApplication.translate(
        "call", "The line to the server is broken and comes back by itself; the call goes on."
    )


def _sfu(call: Call) -> str:
    """How it is with the SFU, where the call is too large to go from computer to computer."""
    translate, running = QCoreApplication.translate, call.running
    if running is None:
        return ""
    if running.sfu_away:
        return translate(
            "call",
            "The media server of the hospital does not answer: pictures go from computer to "
            "computer until it is back, and may be poor. The call goes on.",
        )
    picture = None if running.sfu is None else call.picture_of(running.sfu)
    if running.sfu is None or (picture is not None and picture.connected):
        return ""
    return translate(
        "call",
        "The call is connecting to the media server of the hospital: pictures may stand still "
        "for some seconds.",
    )


def _relay(state: RelayState) -> str:
    translate = QCoreApplication.translate
    match state:
        case RelayState.REFUSED:
            return translate(
                "call",
                "The relay refused our credentials: hospital IT must compare the secrets of "
                "server and relay.",
            )
        case RelayState.UNREACHABLE:
            return translate(
                "call",
                "The relay cannot be reached: hospital IT must check that it runs and that the "
                "firewall lets us through.",
            )
        case RelayState.NONE | RelayState.READY:
            return ""
        case _:
            assert_never(state)


def _lost(participant: Participant, picture: PeerPicture | None) -> str:
    if picture is None or picture.connected or not picture.frames_received:
        return ""
    translate = QCoreApplication.translate
    return translate("call", "The connection to {name} is lost and is being made anew.").format(
        name=participant.display_name
    )


def _held_back(picture: PeerPicture) -> tuple[int, int]:
    """How far what goes to one of them is from all that could go."""
    limits = (Limit.NONE, Limit.PROCESSOR, Limit.LINE)
    return list(Motion).index(picture.motion), limits.index(picture.limit)


def _ours(picture: PeerPicture) -> str:
    translate = QCoreApplication.translate
    match picture.motion:
        case Motion.PAUSED:
            return translate("call", "Your upload is slow: your picture is paused, speech goes on.")
        case Motion.SINGLE:
            return translate(
                "call", "Your upload is slow: still pictures are sent, speech goes on."
            )
        case Motion.FLUENT:
            pass
        case _:
            assert_never(picture.motion)
    match picture.limit:
        case Limit.LINE:
            return translate("call", "Your upload is slow: your picture is sent smaller.")
        case Limit.PROCESSOR:
            return translate("call", "This computer is busy: your picture is sent smaller.")
        case Limit.NONE:
            return ""
        case _:
            assert_never(picture.limit)


def _theirs(picture: PeerPicture, name: str) -> str:
    translate = QCoreApplication.translate
    if picture.their_camera_off:
        return ""
    if picture.picture_too_large:
        text = translate("call", "The picture of {name} is too large to be shown.")
    elif picture.their_motion is Motion.PAUSED:
        text = translate("call", "The line of {name} is slow: pictures are paused, speech goes on.")
    elif picture.their_motion is Motion.SINGLE:
        text = translate("call", "The line of {name} is slow: still pictures, speech goes on.")
    elif _stands(picture):
        text = translate("call", "No new picture comes from {name}.")
    elif _trickles(picture):
        text = translate("call", "Few pictures come from {name}: the line there may be slow.")
    elif picture.their_limit is Limit.LINE:
        text = translate("call", "The line of {name} is slow: the picture is smaller.")
    elif picture.their_limit is Limit.PROCESSOR:
        text = translate("call", "The computer of {name} is busy: the picture is smaller.")
    else:
        return ""
    return text.format(name=name)


def _trickles(picture: PeerPicture) -> bool:
    """A browser does not say why; most cameras give more than this, also in the dark."""
    return picture.their_motion is None and 0 < picture.frames_per_second < FEW_A_SECOND


def _stands(picture: PeerPicture) -> bool:
    return picture.frames_received > 0 and picture.frames_per_second == 0
