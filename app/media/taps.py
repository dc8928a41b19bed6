"""Where a recording looks into aiortc: at a receiver's way to its decoder, and at our own senders.

Fits the pinned version of aiortc, as the repairs do: the queue's name is private to it.
"""

import asyncio
import queue
from collections.abc import Callable
from functools import partial

from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpTransceiver

from app.media.pieces import CAMERA, SCREEN, SOUND
from app.media.recording import Recorder
from app.media.sending import PictureSender, SoundSender

_DECODER_QUEUE = "_RTCRtpReceiver__decoder_queue"
_ACTIVE = "_RTCRtpReceiver__active_ssrc"
_RTX_SSRC = "_RTCRtpReceiver__rtx_ssrc"

See = Callable[[str, bytes, int], bool]
"""(codec, bit stream, timestamp); True when a key frame is wanted."""


class _Seen(queue.Queue[object]):
    """A decoder's queue that shows what passes: (codec, encoded frame), None at the end."""

    def __init__(self, see: See, ask: Callable[[], None]) -> None:
        super().__init__()
        self._see, self._ask = see, ask

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        if isinstance(item, tuple):
            codec, frame = item
            if self._see(codec.name, frame.data, frame.timestamp):
                self._ask()
        super().put(item, block, timeout)


class _Asking:
    """Asks the other side for a key frame (PLI, RFC 4585 section 6.3.1)."""

    def __init__(self, receiver: RTCRtpReceiver) -> None:
        self._receiver = receiver
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self) -> None:
        again: dict[int, int] = getattr(self._receiver, _RTX_SSRC)
        for ssrc in tuple(getattr(self._receiver, _ACTIVE)):
            if ssrc not in again:
                task = asyncio.create_task(self._receiver._send_rtcp_pli(ssrc), name="key frame")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)


def tap(recorder: Recorder, peer_id: str, connection: RTCPeerConnection) -> None:
    """Shows the recorder everything of a connection that has not started yet."""
    pictures = 0
    for transceiver in connection.getTransceivers():
        what = SOUND
        if transceiver.kind == "video":
            what, pictures = SCREEN if pictures else CAMERA, pictures + 1
        _tap(recorder, peer_id, what, transceiver)


def _tap(recorder: Recorder, peer_id: str, what: str, transceiver: RTCRtpTransceiver) -> None:
    receiver, sender = transceiver.receiver, transceiver.sender
    getattr(receiver, _DECODER_QUEUE)  # a renamed attribute must fail here
    seen = _Seen(partial(recorder.received, peer_id, what), _Asking(receiver))
    setattr(receiver, _DECODER_QUEUE, seen)
    if isinstance(sender, SoundSender | PictureSender):
        sender.see = partial(recorder.sent, peer_id, what)
