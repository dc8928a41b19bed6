"""Speech that a browser sends twice: RED (RFC 2198), each packet of which repeats earlier ones.

What a lost packet said comes with the next, without the round trip of asking for it. We only
receive it: our own sound goes out twice by `app.media.sending`, which any receiver understands.
"""

from dataclasses import replace

from aiortc import RTCRtpTransceiver
from aiortc.codecs import CODECS, get_capabilities
from aiortc.rtcrtpparameters import RTCRtpCodecCapability, RTCRtpCodecParameters

from app.media.sources import AUDIO_RATE

_RED, _OPUS = "red", "opus"
_PAYLOAD_TYPE = 63
"""Chromium's own; aiortc takes over another one only from 96 on."""
_HEADER, _LAST_HEADER = 4, 1


def offer_red() -> None:
    """Lets aiortc negotiate RED, as the last of its codecs of sound."""
    if any(is_red(codec) for codec in CODECS["audio"]):
        return
    opus = next(codec for codec in CODECS["audio"] if codec.name.lower() == _OPUS)
    red = RTCRtpCodecParameters(
        mimeType=f"audio/{_RED}",
        clockRate=AUDIO_RATE,
        channels=2,
        payloadType=_PAYLOAD_TYPE,
        parameters=_of(opus),
    )
    CODECS["audio"].append(red)


def preferred_sound(*, red: bool) -> list[RTCRtpCodecCapability]:
    """The codecs of sound with RED first, without which nobody sends it, or without it."""
    known = get_capabilities("audio").codecs
    first = [codec for codec in known if is_red(codec)]
    others = [codec for codec in known if not is_red(codec)]
    return [*first, *others] if red else others


def name_opus(transceiver: RTCRtpTransceiver) -> None:
    """What RED repeats is named by the payload type that was agreed on for this connection."""
    opus = next((one for one in transceiver._codecs if one.name.lower() == _OPUS), None)
    for codec in transceiver._codecs:
        if is_red(codec) and opus is not None:
            codec.parameters = _of(opus)


def is_red(codec: RTCRtpCodecParameters | RTCRtpCodecCapability) -> bool:
    return codec.name.lower() == _RED


def take_apart(payload: bytes) -> tuple[tuple[int, bytes], ...]:
    """The blocks of a payload (RFC 2198 section 3): (how much earlier, in samples; what was said).

    The last one is the packet's own; raises ValueError when it is no such payload.
    """
    heads: list[tuple[int, int]] = []
    at = 0
    while payload[at : at + 1] and payload[at] & 0x80:
        head = int.from_bytes(payload[at : at + _HEADER], "big")
        heads.append((head >> 10 & 0x3FFF, head & 0x3FF))
        at += _HEADER
    at += _LAST_HEADER
    if at + sum(length for _, length in heads) > len(payload):
        raise ValueError("a RED payload is shorter than its headers say")
    blocks = []
    for earlier, length in heads:
        blocks.append((earlier, payload[at : at + length]))
        at += length
    return (*blocks, (0, payload[at:]))


class HeardCodecs(dict[int, RTCRtpCodecParameters]):
    """A receiver's codecs by their payload types: what comes as RED is decoded as Opus."""

    def __init__(self) -> None:
        super().__init__()
        self.red: set[int] = set()

    def __setitem__(self, payload_type: int, codec: RTCRtpCodecParameters) -> None:
        if is_red(codec):
            self.red.add(payload_type)
            codec = replace(codec, mimeType=f"audio/{_OPUS}", parameters={})
        super().__setitem__(payload_type, codec)


def _of(opus: RTCRtpCodecParameters) -> dict[str, int | str | None]:
    return {f"{opus.payloadType}/{opus.payloadType}": None}
