"""How much of the loudspeaker's sound is left in what is sent: echo return loss, in decibels.

The path is simulated: what the loudspeaker plays comes back through the air after 50 ms, and from
the walls for another 50 ms, with a little noise of the room.
"""

import time
from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from app.media.echo import Treatment, Untreated, echo_cancelling
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES
from tests.bench.errors import BenchFailed
from tests.bench.measure import Measure

Samples = NDArray[np.float64]


def speech_like(seconds: float, seed: int) -> Samples:
    """Coloured noise in syllables of a tenth of a second, as loud as speech near by."""
    rng = np.random.default_rng(seed)
    count = round(seconds * AUDIO_RATE / AUDIO_SAMPLES) * AUDIO_SAMPLES
    syllables = np.repeat(rng.random(count // 4800 + 1) > 0.35, 4800)[:count]
    noise = rng.normal(0, 4000, count) * syllables
    coloured: Samples = np.convolve(noise, np.ones(8) / 8, "same")
    return coloured


def frame_of(samples: Samples) -> av.AudioFrame:
    """s16 mono at `AUDIO_RATE`."""
    whole = np.clip(samples, -32768, 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(whole[None, :], format="s16", layout="mono")
    frame.sample_rate = AUDIO_RATE
    return frame


def decibels(samples: Samples) -> float:
    """Mean power, in dB of one step squared."""
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-9))


class EchoPath:
    """One far side's speech, and what a microphone hears of it."""

    def __init__(self, far: Samples) -> None:
        rng = np.random.default_rng(0)
        room = np.zeros(4800)
        room[2400] = 0.5
        room[2400:] += rng.normal(0, 0.03, 2400) * np.exp(-np.arange(2400) / 600)
        self.far = far
        self.echo: Samples = np.convolve(far, room)[: len(far)] + rng.normal(0, 8, len(far))

    def through(self, treatment: Treatment, near: Samples | None = None) -> Samples:
        """What goes out when the microphone hears the echo, and somebody near it."""
        heard = self.echo if near is None else self.echo + near
        out = []
        for start in range(0, len(self.far), AUDIO_SAMPLES):
            part = slice(start, start + AUDIO_SAMPLES)
            treatment.played("far", frame_of(self.far[part]))
            out.append(treatment.cleaned(frame_of(heard[part])).to_ndarray()[0])
        return np.concatenate(out).astype(np.float64)


def echo_return_loss(treatment: Treatment, seconds: float = 20.0) -> tuple[float, float]:
    """Decibels by which the echo is weaker after half the time; share of a core that it took."""
    path = EchoPath(speech_like(seconds, seed=1))
    began = time.process_time()
    left = path.through(treatment)
    share = (time.process_time() - began) / seconds
    learnt = slice(len(left) // 2, None)
    return decibels(path.echo[learnt]) - decibels(left[learnt]), share


def run() -> Iterator[Measure]:
    treatment = echo_cancelling()
    if treatment is None:
        raise BenchFailed("there is no livekit wheel for this computer")
    loss, share = echo_return_loss(treatment)
    yield Measure(
        "call: echo return loss on a simulated path",
        loss,
        "dB",
        beside="no processing",
        beside_value=echo_return_loss(Untreated())[0],
    )
    yield Measure("call: share of a core for echo, noise and gain", share * 100, "%")
