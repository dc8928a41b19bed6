"""Words for what the line does to the pictures of a call: a still picture is never without one."""

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.media.ladder import Limit, Motion
from app.session.call import Call, PeerPicture
from protocol.call import Participant


def line_words(call: Call, others: tuple[Participant, ...]) -> str:
    """Each sentence on a line of its own: first our own sending, then the others'."""
    live = [picture for picture in call.pictures if picture.connected]
    sentences = []
    if not call.camera_off and live:
        worst = max(live, key=lambda picture: list(Motion).index(picture.motion))
        sentences.append(_ours(worst))
    for participant in others:
        picture = call.picture_of(participant.peer_id)
        if picture is not None and picture.connected:
            sentences.append(_theirs(picture, participant.display_name))
    return "\n".join(sentence for sentence in sentences if sentence)


def short_word(picture: PeerPicture | None) -> str:
    """What stands beside the name on the peer's picture; empty while it moves."""
    translate = QCoreApplication.translate
    if picture is None or not picture.connected:
        return ""
    match picture.their_motion:
        case Motion.PAUSED:
            return translate("call", "pictures paused, speech goes on")
        case Motion.SINGLE:
            return translate("call", "still pictures, speech goes on")
        case _:
            return translate("call", "no new picture") if _stands(picture) else ""


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
    if picture.their_motion is Motion.PAUSED:
        text = translate("call", "The line of {name} is slow: pictures are paused, speech goes on.")
    elif picture.their_motion is Motion.SINGLE:
        text = translate("call", "The line of {name} is slow: still pictures, speech goes on.")
    elif _stands(picture):
        text = translate("call", "No new picture comes from {name}.")
    elif picture.their_limit is Limit.LINE:
        text = translate("call", "The line of {name} is slow: the picture is smaller.")
    elif picture.their_limit is Limit.PROCESSOR:
        text = translate("call", "The computer of {name} is busy: the picture is smaller.")
    else:
        return ""
    return text.format(name=name)


def _stands(picture: PeerPicture) -> bool:
    return picture.frames_received > 0 and picture.frames_per_second == 0
