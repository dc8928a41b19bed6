"""Repairs of what aiortc 1.16 does to a received stream on a lossy link.

Stock aiortc waits for the next frame's first packet before it releases a picture, waits for a lost
packet without limit, asks for it (NACK, RFC 4585 section 6.2.1) once, and holds sound back for four
packets and for every hole. Here:

- a picture is released when its marker packet is there (RFC 3550 section 5.1: M ends a frame);
- a lost packet is asked for again every 40 ms, for one second;
- after 450 ms a picture with a hole is given up and a key frame asked for (PLI), at most
  every 300 ms; later where what is lost takes so long to come again that it may be asked for twice;
- sound is released at once, and a hole is skipped when three newer packets have come, unless they
  bring with them what it said (`app.media.redundancy`);
- the estimate of the line that a browser is told is our own (`app.media.estimating`);
- a picture that says it is larger than any camera's is not decoded (`app.media.picture_size`);
- of a stream that is joined in its middle (an SFU's, or one whose first packets came before we were
  ready) nothing is decoded before the first key frame, which is asked for at once.

The repaired parts replace private attributes of one receiver; nothing of aiortc is changed for
others. They fit `REPAIRED_VERSION` only, as what is done to senders does: with any other
(`fits_installed`) aiortc is left as it comes.
"""

import logging
import statistics
from collections import deque
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass

import aiortc
from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtcrtpreceiver import NackGenerator, StreamStatistics
from aiortc.rtp import RtpPacket
from aiortc.utils import uint16_add, uint16_gt

from app.media.estimating import ESTIMATOR, LineEstimate
from app.media.picture_size import VP8_START, too_large
from app.media.redundancy import HeardCodecs, take_apart

log = logging.getLogger(__name__)

REPAIRED_VERSION = "1.16.0"

NACK_EVERY = 0.04
NACK_FOR = 1.0
GIVE_UP_AFTER, GIVE_UP_MOST = 0.45, 0.8
ROUNDS, ROUND_S = 2, 0.15
"""So many times what is lost usually takes to come again, and so many seconds more, it is waited
for: a key frame would come later than what was sent again a second time."""
ROUNDS_KEPT = 16
PLI_EVERY = 0.3
AUDIO_PATIENCE = 3
"""Newer packets of sound after which a hole is skipped: 60 ms."""

VIDEO_CAPACITY = 512
AUDIO_CAPACITY = 16

_CODECS = "_RTCRtpReceiver__codecs"
_DECODER_QUEUE = "_RTCRtpReceiver__decoder_queue"
_HANDLE = "_handle_rtp_packet"
_TIMESTAMPS = "_RTCRtpReceiver__timestamp_mapper"
_JITTER_BUFFER = "_RTCRtpReceiver__jitter_buffer"
_NACK_GENERATOR = "_RTCRtpReceiver__nack_generator"
_REMOTE_STREAMS = "_RTCRtpReceiver__remote_streams"
_RTX_SSRC = "_RTCRtpReceiver__rtx_ssrc"
_PAYLOAD = "_data"
"""Where the receiver leaves a packet's payload without the codec's own header."""
_START_CODE = bytes.fromhex("00000001")
_KEY_UNITS = (5, 7)
"""NAL units of an IDR picture, and of a sequence parameter set (ISO/IEC 14496-10 table 7-1)."""


class PersistentNack(NackGenerator):
    """Asks for a missing packet again until it comes or is too old to be of use.

    Args:
        now: monotonic seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self._now = now
        self._asked = now()
        self._since: dict[int, float] = {}

    def add(self, packet: RtpPacket) -> bool:
        """Marks a packet as received; True when the missing ones are to be asked for now."""
        noticed = super().add(packet)
        now = self._now()
        self._since = {seq: self._since.get(seq, now) for seq in self.missing}
        for seq, since in tuple(self._since.items()):
            if now - since > NACK_FOR:
                self.missing.discard(seq)
                del self._since[seq]
        if not self.missing or not (noticed or now - self._asked >= NACK_EVERY):
            return False
        self._asked = now
        return True


class VideoJitterBuffer(JitterBuffer):
    """Puts pictures together: released when complete, given up when a hole stays.

    Args:
        now: monotonic seconds.
        joins: the stream may have begun before: the first key frame is waited for.
    """

    def __init__(self, now: Callable[[], float], *, joins: bool = False) -> None:
        super().__init__(VIDEO_CAPACITY, is_video=True)
        self.frames_received = 0
        self.too_large = False
        self._joins = joins
        self._now = now
        self._newest: int | None = None
        self._missing: dict[int, float] = {}
        self._took: deque[float] = deque(maxlen=ROUNDS_KEPT)
        self._key_asked: float | None = None

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Takes a packet; returns (ask for a key frame now, a complete encoded picture)."""
        self._note(packet.sequence_number)
        wants_key, frame = super().add(packet)
        if frame is None and self._give_up():
            wants_key = True
            frame = self._remove_frame(packet.sequence_number)
        if frame is not None and too_large(frame.data):
            self.too_large = self._joins = True
            return False, None
        if frame is not None and self._joins:
            self._joins = not is_key(frame.data)
            wants_key, frame = wants_key or self._joins, None if self._joins else frame
        if frame is not None:
            self.frames_received += 1
            self.too_large = False
        return wants_key and self._may_ask(), frame

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        packets: list[RtpPacket] = []
        for offset in range(self._capacity):
            packet = self._at(offset)
            if packet is None or (packets and packet.timestamp != packets[0].timestamp):
                return None
            packets.append(packet)
            if packet.marker:
                self.remove(len(packets))
                data = b"".join(getattr(part, _PAYLOAD) for part in packets)
                return JitterFrame(data, packet.timestamp)
        return None

    def _at(self, offset: int) -> RtpPacket | None:
        if self._origin is None:
            return None
        return self._packets[(self._origin + offset) % self._capacity]

    def _note(self, sequence: int) -> None:
        """Remembers when each hole was noticed."""
        now = self._now()
        if self._newest is None:
            self._newest = sequence
        elif uint16_gt(sequence, self._newest):
            if uint16_add(sequence, -self._newest) > self._capacity:
                self._missing.clear()
            else:
                hole = uint16_add(self._newest, 1)
                while hole != sequence:
                    self._missing[hole] = now
                    hole = uint16_add(hole, 1)
            self._newest = sequence
        elif uint16_add(self._newest, -sequence) > self._capacity:
            self._missing.clear()  # the sender started anew
            self._newest = sequence
        elif sequence in self._missing:
            self._took.append(now - self._missing[sequence])
        self._missing.pop(sequence, None)

    def _give_up(self) -> bool:
        """Drops the first picture if its hole is too old, as far as a marker bounds it."""
        hole = next((at for at in range(self._capacity) if self._at(at) is None), None)
        if hole is None or self._origin is None:
            return False
        # A hole nobody noted (the notes were cleared, the buffer moved) ages from now on.
        noticed = self._missing.setdefault(uint16_add(self._origin, hole), self._now())
        if self._now() - noticed <= self._patience():
            return False
        for offset in range(hole + 1, self._capacity):
            packet = self._at(offset)
            if packet is not None and packet.marker:
                for lost in range(offset + 1):
                    self._missing.pop(uint16_add(self._origin, lost), None)
                self.remove(offset + 1)
                return True
        return False

    def _patience(self) -> float:
        """Seconds a hole is waited for."""
        usual = statistics.median(self._took) if self._took else 0.0
        return min(GIVE_UP_MOST, max(GIVE_UP_AFTER, ROUNDS * usual + ROUND_S))

    def _may_ask(self) -> bool:
        now = self._now()
        if self._key_asked is not None and now - self._key_asked < PLI_EVERY:
            return False
        self._key_asked = now
        return True


class AudioJitterBuffer(JitterBuffer):
    """Releases sound at once, and skips a hole when three newer packets wait behind it.

    Args:
        red: payload types of packets that repeat earlier ones.
    """

    def __init__(self, red: Container[int] = ()) -> None:
        super().__init__(AUDIO_CAPACITY)
        self._red = red

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Takes a packet; returns (False, the next 20 ms of encoded sound)."""
        if packet.payload_type in self._red:
            try:
                *earlier, (_, own) = take_apart(packet.payload)
            except ValueError:
                return False, None
            setattr(packet, _PAYLOAD, own)
            for steps, (samples, said) in enumerate(reversed(earlier), start=1):
                self._fill(packet, steps, samples, said)
        return super().add(packet)

    def more(self) -> JitterFrame | None:
        """The next 20 ms where more wait than a hole is waited for: one packet may bring two."""
        waiting = sum(packet is not None for packet in self._packets)
        return self._remove_frame(0) if waiting >= AUDIO_PATIENCE else None

    def _fill(self, packet: RtpPacket, steps: int, samples: int, said: bytes) -> None:
        """What was said so many packets before, where that packet is missing."""
        sequence = uint16_add(packet.sequence_number, -steps)
        place = sequence % self._capacity
        if self._origin is None or not said or self._packets[place] is not None:
            return
        if uint16_add(sequence, -self._origin) < self._capacity:
            timestamp = (packet.timestamp - samples) & 0xFFFFFFFF
            repeated = RtpPacket(sequence_number=sequence, timestamp=timestamp)
            setattr(repeated, _PAYLOAD, said)
            self._packets[place] = repeated

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        if self._origin is None:
            return None
        if self._packets[self._origin % self._capacity] is None:
            if sum(packet is not None for packet in self._packets) < AUDIO_PATIENCE:
                return None
            while self._packets[self._origin % self._capacity] is None:
                self.remove(1)
        packet = self._packets[self._origin % self._capacity]
        if packet is None:
            return None
        self.remove(1)
        return JitterFrame(getattr(packet, _PAYLOAD), packet.timestamp)


def is_key(data: bytes) -> bool:
    """Whether a picture of VP8 (RFC 6386 section 9.1) or H.264 (Annex B) needs no other."""
    if data.startswith(_START_CODE):
        units = data.split(_START_CODE)[1:]
        return any(unit[0] & 0x1F in _KEY_UNITS for unit in units if unit)
    return data[3:6] == VP8_START and not data[0] & 1


@dataclass(frozen=True, slots=True)
class RepairedReceiver:
    """What a repaired receiver can count beyond aiortc's statistics."""

    streams: dict[int, StreamStatistics]
    retransmissions: dict[int, int]
    kind: str
    pictures: VideoJitterBuffer | None

    @property
    def frames_received(self) -> int:
        """Complete encoded pictures."""
        return self.pictures.frames_received if self.pictures is not None else 0

    @property
    def too_large(self) -> bool:
        """Pictures come that are too large to be decoded."""
        return self.pictures is not None and self.pictures.too_large

    @property
    def packets_expected(self) -> int:
        """Packets the other side sent, by their sequence numbers."""
        return sum(
            stream.packets_expected
            for ssrc, stream in self.streams.items()
            if ssrc not in self.retransmissions
        )

    @property
    def packets_lost(self) -> int:
        """Packets lost on their first way (aiortc's report mixes in the retransmissions')."""
        return sum(
            max(0, stream.packets_lost)
            for ssrc, stream in self.streams.items()
            if ssrc not in self.retransmissions
        )


def fits_installed() -> bool:
    """Whether the installed aiortc is the one our receivers and senders were made for."""
    return aiortc.__version__ == REPAIRED_VERSION


def repair(
    receiver: RTCRtpReceiver, kind: str, now: Callable[[], float], *, joins: bool = False
) -> RepairedReceiver | None:
    """Repairs a receiver that has not received anything yet.

    Args:
        joins: the stream may have begun before (`VideoJitterBuffer`).

    Returns:
        Its counts, or None when it is left as it is (`fits_installed`).
    """
    if not fits_installed():
        log.warning("aiortc %s is not the repaired version", aiortc.__version__)
        return None
    pictures: VideoJitterBuffer | None = None
    if kind == "video":
        pictures = VideoJitterBuffer(now, joins=joins)
        _replace(receiver, _NACK_GENERATOR, PersistentNack(now))
        _replace(receiver, _JITTER_BUFFER, pictures)
        _replace(receiver, ESTIMATOR, LineEstimate(now))
    else:
        _repair_sound(receiver)
    return RepairedReceiver(
        streams=getattr(receiver, _REMOTE_STREAMS),
        retransmissions=getattr(receiver, _RTX_SSRC),
        kind=kind,
        pictures=pictures,
    )


def _repair_sound(receiver: RTCRtpReceiver) -> None:
    codecs = HeardCodecs()
    sound = AudioJitterBuffer(codecs.red)
    _replace(receiver, _CODECS, codecs)
    _replace(receiver, _JITTER_BUFFER, sound)
    stock: Callable[..., Awaitable[None]] = getattr(receiver, _HANDLE)

    async def handle(packet: RtpPacket, arrival_time_ms: int) -> None:
        await stock(packet, arrival_time_ms=arrival_time_ms)
        codec = codecs.get(packet.payload_type)
        while codec is not None and (frame := sound.more()) is not None:
            frame.timestamp = getattr(receiver, _TIMESTAMPS).map(frame.timestamp)
            getattr(receiver, _DECODER_QUEUE).put((codec, frame))

    _replace(receiver, _HANDLE, handle)


def _replace(receiver: RTCRtpReceiver, name: str, part: object) -> None:
    getattr(receiver, name)  # a renamed attribute must fail here, not be added beside it
    setattr(receiver, name, part)
