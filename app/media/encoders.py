"""Encoders whose rate follows the controller without being built anew.

Neither libvpx nor libx264 lets FFmpeg change the rate of an open encoder. But both give a picture
the bits of the time it stands for: an encoder opened for B bit/s that is told that each picture
stands r/B of its true time spends r bit/s. So an encoder lives as long as the size of the pictures
does, and its rate is exact from one picture to the next. Only beyond a factor of two, where its
buffer would be a wrong one, it is opened again (which costs a key frame).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.opus import OpusEncoder
from aiortc.codecs.vpx import Vp8Encoder
from av.frame import Frame
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from app.media.sources import VIDEO_CLOCK

_CLOCK = 1_000_000
"""Ticks a second of an encoder's own time."""
_NOMINAL_FPS = 15
LONGEST_S = 1.0
"""A pause gives the picture after it no more bits than this."""
_KEEP_WITHIN = 2.0
_GOP = 3000
"""Pictures between unasked key frames."""
SHARP = 2
PICTURE_IDS = 1 << 15
READABLE = 48
"""The coarsest quantizer of VP8 for pictures with text: what it does not fit into is left out."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """RTP payloads of one picture; `timestamp` in ticks of `VIDEO_CLOCK`, `data` its bit stream."""

    payloads: list[bytes]
    timestamp: int
    is_key: bool
    data: bytes


class PictureEncoder(ABC):
    """Encodes the pictures of one stream: the open codec and its own time.

    What is particular to one codec its subclass says.
    """

    name: ClassVar[str]

    def __init__(self) -> None:
        self._codec: VideoCodecContext | None = None
        self._opened_bps = 0.0
        self._own_time = 0
        self._last: int | None = None
        self._due: dict[int, int] = {}

    @abstractmethod
    def _prepare(self, codec: VideoCodecContext, bps: int) -> None:
        """Sets the options of a codec that is not open yet."""

    @abstractmethod
    def _payloads(self, data: bytes) -> list[bytes]:
        """One picture's bit stream in RTP payloads."""

    def encode(
        self,
        frame: av.VideoFrame,
        bps: float,
        *,
        key: bool,
        alone: bool,
        longest_s: float = LONGEST_S,
    ) -> Encoded | None:
        """One I420 picture at the present rate; None when the encoder left it out or keeps it.

        Args:
            key: it must be readable without earlier ones.
            alone: nothing follows for seconds; it is not kept back.
            longest_s: however long ago the picture before it was, it gets the bits of no more.
        """
        codec = self._codec_for(frame, bps)
        told = self._retimed(frame, bps, longest_s)
        told.pict_type = PictureType.I if key else PictureType.NONE
        packets = codec.encode(told)
        if alone and not packets:
            packets = codec.encode(None)
            self._codec = None
        if not packets:
            return None
        shown = self._shown(packets[0].pts, frame.pts or 0)
        data = b"".join(bytes(packet) for packet in packets)
        is_key = any(packet.is_keyframe for packet in packets)
        return Encoded(self._payloads(data), shown, is_key, data)

    def _retimed(self, frame: av.VideoFrame, bps: float, longest_s: float) -> av.VideoFrame:
        """The picture in the encoder's own time, standing for as long as `bps` give it bits."""
        timestamp = frame.pts or 0
        last, self._last = self._last, timestamp
        passed = 1 / _NOMINAL_FPS if last is None else (timestamp - last) / VIDEO_CLOCK
        stands_for = min(longest_s, max(0.001, passed)) * bps / self._opened_bps
        told = _copy(frame)
        told.pts, told.time_base = self._own_time, Fraction(1, _CLOCK)
        told.duration = max(1, round(stands_for * _CLOCK))
        self._due[told.pts] = timestamp
        self._own_time += told.duration
        return told

    def _shown(self, own: int | None, timestamp: int) -> int:
        """The timestamp of the picture given at `own` time; `timestamp` where that is not known."""
        shown = self._due.pop(own, timestamp) if own is not None else timestamp
        self._due = {at: due for at, due in self._due.items() if own is None or at > own}
        return shown

    def _codec_for(self, frame: av.VideoFrame, bps: float) -> VideoCodecContext:
        codec = self._codec
        if codec is not None and self._fits(codec, frame, bps):
            return codec
        made = av.CodecContext.create(self.name, "w")
        assert isinstance(made, VideoCodecContext)
        made.width, made.height, made.pix_fmt = frame.width, frame.height, "yuv420p"
        made.time_base, made.framerate = Fraction(1, _CLOCK), Fraction(_NOMINAL_FPS)
        made.bit_rate, made.gop_size = round(bps), _GOP
        made.thread_count = 1
        self._prepare(made, round(bps))
        self._codec, self._opened_bps = made, bps
        self._own_time, self._due = 0, {}
        return made

    def _fits(self, codec: VideoCodecContext, frame: av.VideoFrame, bps: float) -> bool:
        same_size = (codec.width, codec.height) == (frame.width, frame.height)
        return same_size and 1 / _KEEP_WITHIN <= bps / self._opened_bps <= _KEEP_WITHIN


class SteadyVp8(PictureEncoder):
    """VP8 by libvpx in real time mode, dropping a picture rather than overspending.

    Its denoiser is off: of a noisy picture it lets some pass as hardly anything and then sends one
    of nine times the usual size, which keeps all others waiting; and it cost 1 to 2 dB.
    """

    name = "libvpx"

    def __init__(self, *, sharp: bool = False) -> None:
        super().__init__()
        self._sharp = sharp
        self._picture_id = 0

    def _payloads(self, data: bytes) -> list[bytes]:
        payloads = Vp8Encoder._packetize(data, self._picture_id)
        self._picture_id = (self._picture_id + 1) % PICTURE_IDS
        return payloads

    def _prepare(self, codec: VideoCodecContext, bps: int) -> None:
        codec.qmin, codec.qmax = SHARP, READABLE if self._sharp else 63
        codec.options = {
            "bufsize": str(bps * 6 // 10),
            "minrate": str(bps),
            "maxrate": str(bps),
            "cpu-used": "-8",
            "deadline": "realtime",
            "lag-in-frames": "0",
            "drop-threshold": "30",
            "max-intra-rate": "450",
            "noise-sensitivity": "0",
            "static-thresh": "0" if self._sharp else "1",
            "overshoot-pct": "15",
            "undershoot-pct": "100",
        }


class SteadyH264(PictureEncoder):
    """H.264 by x264, superfast and without lookahead.

    Pictures of unequal length (force-cfr=0) make x264 keep one picture until the next one comes.
    """

    name = "libx264"

    def _payloads(self, data: bytes) -> list[bytes]:
        payloads: list[bytes] = H264Encoder._packetize(H264Encoder._split_bitstream(data))
        return payloads

    def _prepare(self, codec: VideoCodecContext, bps: int) -> None:
        codec.profile = "Baseline"
        codec.options = {
            "preset": "superfast",
            "tune": "zerolatency",
            "maxrate": str(bps),
            "bufsize": str(bps // 2),
            "sc_threshold": "0",
            "forced-idr": "1",
            "x264-params": "force-cfr=0",
        }


class SpeechEncoder(OpusEncoder):
    """Opus in mono at the controller's rate; timestamps follow the samples, also over a change.

    Args:
        kbps: without headers.
    """

    def __init__(self, kbps: int) -> None:
        super().__init__()
        self.kbps = kbps
        codec = av.CodecContext.create("libopus", "w")
        codec.bit_rate = kbps * 1000
        codec.format = "s16"
        codec.layout = "mono"
        codec.options = {"application": "voip", "packet_loss": "5", "fec": "1"}
        codec.sample_rate = self.codec.sample_rate
        codec.time_base = self.codec.time_base
        self.codec = codec

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Takes 20 ms of s16 mono at 48 kHz, gives their packet."""
        if not isinstance(frame, av.AudioFrame):
            return [], 0
        packets = self.codec.encode(frame)
        return [bytes(packet) for packet in packets], frame.pts or 0


def encoder_for(codec_name: str, *, sharp: bool = False) -> PictureEncoder | None:
    """The encoder of an RTP codec, None when there is none of ours."""
    match codec_name.upper():
        case "VP8":
            return SteadyVp8(sharp=sharp)
        case "H264":
            return SteadyH264()
        case _:
            return None


def _copy(frame: av.VideoFrame) -> av.VideoFrame:
    """The same picture as another frame: one frame goes to the encoders of all peers."""
    return av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
