"""The media process with aiortc as it comes: what ours is compared with. It is only counted."""

from collections.abc import Callable

from aiortc import RTCRtpReceiver

import app.media.peer
import app.media.repairs
from app.media.process import run_media_process
from app.media.repairs import RepairedReceiver


def counted(
    receiver: RTCRtpReceiver, kind: str, now: Callable[[], float], *, joins: bool = False
) -> RepairedReceiver:
    """The receiver's own counts; nothing of it is replaced."""
    return RepairedReceiver(
        streams=getattr(receiver, app.media.repairs._REMOTE_STREAMS),
        retransmissions=getattr(receiver, app.media.repairs._RTX_SSRC),
        kind=kind,
        pictures=None,
    )


if __name__ == "__main__":
    # Of another version than ours was made for nothing is replaced, and no RED is offered.
    app.media.repairs.REPAIRED_VERSION = "none"
    app.media.peer.repair = counted  # type: ignore[attr-defined]  # where it is looked up
    raise SystemExit(run_media_process())
