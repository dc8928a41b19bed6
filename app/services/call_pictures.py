"""What the media process counts of each participant, as the session knows it."""

from dataclasses import replace
from uuid import UUID

from app.media.messages import ConnectionState, Statistics
from app.media.sharing import viewer_of
from app.session.call import Call, MediaTold, PeerPicture


def pictures_of(event: Statistics) -> tuple[PeerPicture, ...]:
    """One for each peer; the connections of one's own share are none."""
    return tuple(
        PeerPicture(
            peer_id=UUID(peer.peer_id),
            connected=peer.state is ConnectionState.CONNECTED,
            frames_received=peer.frames_decoded,
            audio_frames_received=peer.audio_frames_received,
            frames_per_second=peer.fps,
            kilobits_per_second=peer.bitrate_in_bps // 1000,
            packets_lost=peer.packets_lost,
            motion=peer.motion,
            limit=peer.limit,
            their_motion=peer.their_motion,
            their_limit=peer.their_limit,
            their_camera_off=peer.their_camera_off,
            picture_too_large=peer.picture_too_large,
            their_microphone_off=peer.their_microphone_off,
        )
        for peer in event.peers
        if viewer_of(peer.peer_id) is None
    )


def told_by(event: Statistics) -> MediaTold:
    """A second of the call, and the most frames that went to anybody."""
    sent = max((peer.frames_sent for peer in event.peers), default=0)
    return MediaTold(pictures_of(event), sent)


def none_comes(call: Call) -> MediaTold:
    """The same pictures while our own media stand still."""
    silent = tuple(
        replace(picture, connected=False, frames_per_second=0.0, kilobits_per_second=0)
        for picture in call.pictures
    )
    return MediaTold(silent, call.frames_sent)
