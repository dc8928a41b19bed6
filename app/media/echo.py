"""Echo cancellation, noise suppression and gain by WebRTC's audio processing (the livekit wheel).

Without it whoever speaks hears themselves from the loudspeaker on the other side. What the
loudspeaker plays is the reference; one's own sound is cleaned of it before it is sent, measured or
called speech. The library is loaded with the first call that has real devices, and connects to
nothing; where there is no wheel of it sound goes out as it is, and the window says so.
"""

import logging
from typing import Protocol

import av
import numpy as np
from numpy.typing import NDArray

from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES

log = logging.getLogger(__name__)

BLOCK = AUDIO_RATE // 100
"""Samples of 10 ms: what the processing takes at once."""
KEPT = AUDIO_RATE // 5
"""Samples that may wait of a peer whose clock is faster than one's own microphone's."""
DELAY_MS = 120
"""From handing sound to the loudspeaker until the microphone hears it; it is refined by itself."""


class Treatment(Protocol):
    """What is done to one's own sound."""

    def played(self, peer_id: str, frame: av.AudioFrame) -> None:
        """This goes to the loudspeaker now."""
        ...

    def forget(self, peer_id: str) -> None:
        """The peer left."""
        ...

    def cleaned(self, frame: av.AudioFrame) -> av.AudioFrame:
        """One's own 20 ms (s16, mono, `AUDIO_RATE`) without what the loudspeaker played."""
        ...


class Untreated:
    """Sound goes out as it is."""

    def played(self, peer_id: str, frame: av.AudioFrame) -> None:
        """Nothing is subtracted."""

    def forget(self, peer_id: str) -> None:
        """Nothing is held."""

    def cleaned(self, frame: av.AudioFrame) -> av.AudioFrame:
        return frame


class Played:
    """What the loudspeaker plays, all peers together, in the steps of one's own microphone."""

    def __init__(self) -> None:
        self._waiting: dict[str, NDArray[np.int16]] = {}
        self._resamplers: dict[str, av.AudioResampler] = {}

    def add(self, peer_id: str, frame: av.AudioFrame) -> None:
        if peer_id not in self._resamplers:
            self._resamplers[peer_id] = av.AudioResampler("s16", "mono", AUDIO_RATE)
        parts = [part.to_ndarray()[0] for part in self._resamplers[peer_id].resample(frame)]
        before = self._waiting.get(peer_id, np.zeros(0, np.int16))
        self._waiting[peer_id] = np.concatenate([before, *parts])[-KEPT:]

    def forget(self, peer_id: str) -> None:
        self._waiting.pop(peer_id, None)
        self._resamplers.pop(peer_id, None)

    def take(self) -> NDArray[np.int16]:
        """The next 20 ms, `AUDIO_SAMPLES` of them; silence where a peer has not sent enough."""
        mixed = np.zeros(AUDIO_SAMPLES, np.int32)
        for peer_id, waiting in self._waiting.items():
            part = waiting[:AUDIO_SAMPLES]
            mixed[: len(part)] += part
            self._waiting[peer_id] = waiting[AUDIO_SAMPLES:]
        return np.clip(mixed, -32768, 32767).astype(np.int16)


class EchoCancelling:
    """WebRTC's audio processing module.

    Raises:
        ImportError, OSError: there is no such library for this computer.
    """

    def __init__(self) -> None:
        from livekit import rtc

        self._frame = rtc.AudioFrame
        self._processing = rtc.AudioProcessingModule(
            echo_cancellation=True,
            noise_suppression=True,
            high_pass_filter=True,
            auto_gain_control=True,
        )
        self._processing.set_stream_delay_ms(DELAY_MS)
        self._played = Played()

    def played(self, peer_id: str, frame: av.AudioFrame) -> None:
        self._played.add(peer_id, frame)

    def forget(self, peer_id: str) -> None:
        self._played.forget(peer_id)

    def cleaned(self, frame: av.AudioFrame) -> av.AudioFrame:
        reference = self._played.take()
        own = frame.to_ndarray()[0]
        parts = []
        for start in range(0, AUDIO_SAMPLES, BLOCK):
            block = slice(start, start + BLOCK)
            played = self._frame(reference[block].tobytes(), AUDIO_RATE, 1, BLOCK)
            self._processing.process_reverse_stream(played)
            sound = self._frame(own[block].tobytes(), AUDIO_RATE, 1, BLOCK)
            self._processing.process_stream(sound)
            parts.append(np.frombuffer(sound.data, np.int16))
        made = av.AudioFrame.from_ndarray(
            np.concatenate(parts)[None, :], format="s16", layout="mono"
        )
        made.sample_rate = AUDIO_RATE
        return made


def echo_cancelling() -> Treatment | None:
    """The processing, or None where this computer has no library for it."""
    try:
        return EchoCancelling()
    except (ImportError, OSError) as error:
        log.info("no echo cancellation here: %s", type(error).__name__)
        return None
