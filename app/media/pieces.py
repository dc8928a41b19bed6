"""A piece of a recording: some seconds of every track in one Matroska file (RFC 9559), in memory.

Nothing is encoded again: the pictures and the sound are those that came or went. A piece need not
begin with a key frame; its reader goes on decoding from the piece before.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av

from app.media.picture_size import vp8_size

MILLISECOND = Fraction(1, 1000)
CODECS = {"VP8": "vp8", "H264": "h264", "opus": "opus", "OPUS": "opus"}
"""RTP names (lower case only where aiortc has them so) and FFmpeg's."""
CAMERA, SCREEN, SOUND = "camera", "screen", "sound"
SOUND_RATE = 48_000
_SPS, _PPS, _IDR = 7, 8, 5
"""NAL unit types, ITU-T H.264 table 7-1."""


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One picture or 20 ms of sound; `at_ms` on the recording's clock."""

    data: bytes
    at_ms: int
    key: bool


@dataclass(slots=True)
class TrackPart:
    """What one track has of a piece. `title` is `PEER camera` and the like, `size` in pixels.

    `parameters`: H.264 parameter sets, where the piece may begin without them.
    """

    title: str
    codec: str
    size: tuple[int, int] = (0, 0)
    parameters: bytes = b""
    packets: list[EncodedPacket] = field(default_factory=list)


def matroska(parts: Sequence[TrackPart]) -> bytes:
    """The parts as one file; raises av.FFmpegError when a packet cannot be written."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        packets: list[av.Packet[Any]] = []
        for part in parts:
            packets += _packets(container, part)
        packets.sort(key=lambda packet: packet.dts or 0)
        for packet in packets:
            container.mux(packet)
    return out.getvalue()


def _packets(container: av.container.OutputContainer, part: TrackPart) -> "list[av.Packet[Any]]":
    name = CODECS[part.codec]
    if name == "opus":
        stream = container.add_mux_stream(name, rate=SOUND_RATE, time_base=MILLISECOND)
    else:
        width, height = part.size
        stream = container.add_mux_stream(name, width=width, height=height, time_base=MILLISECOND)
    stream.metadata["title"] = part.title
    made = []
    for number, one in enumerate(part.packets):
        first = number == 0 and name == "h264" and not parameter_sets(one.data)
        packet = av.Packet(part.parameters + one.data if first else one.data)
        packet.stream = stream
        packet.pts = packet.dts = one.at_ms
        packet.time_base = MILLISECOND
        packet.is_keyframe = one.key
        made.append(packet)
    return made


def is_key(codec: str, data: bytes) -> bool:
    """Whether a picture can be decoded without an earlier one."""
    if codec == "VP8":
        return bool(data) and not data[0] & 1  # RFC 6386 section 9.1
    return _IDR in _units(data)


def parameter_sets(data: bytes) -> bytes:
    """The H.264 parameter sets in a picture's bit stream (Annex B), b"" without any."""
    found = b""
    for unit in data.split(b"\x00\x00\x01")[1:]:
        if unit and unit[0] & 0x1F in (_SPS, _PPS):
            found += b"\x00\x00\x00\x01" + unit.rstrip(b"\x00")
    return found


def _units(data: bytes) -> set[int]:
    return {unit[0] & 0x1F for unit in data.split(b"\x00\x00\x01")[1:] if unit}


def size_of(codec: str, key_frame: bytes) -> tuple[int, int]:
    """Width and height of a key frame in pixels; (0, 0) when it cannot be read."""
    if codec == "VP8":
        return vp8_size(key_frame) if len(key_frame) >= 10 else (0, 0)
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    try:
        for packet in (av.Packet(key_frame), None):
            for frame in decoder.decode(packet):
                return frame.width, frame.height
    except av.FFmpegError:
        pass
    return 0, 0
