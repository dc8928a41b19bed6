"""How a case sounds while it rings, a call, and a finding: one burst of pulses for each.

The bursts follow those of IEC 60601-1-8 (6.3.3): two pulses for what may wait, three for what
needs somebody soon, and ten, in groups of three and two, for what needs somebody now. A pulse is a
note below 1 kHz with its harmonics and soft edges, so that it is heard and nobody is startled. A
call is no alarm: two long pulses, as a telephone has them. A critical finding is of high priority,
in another pitch than a critical case.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.media.ringing_messages import Sound
from app.media.sources import AUDIO_RATE

_HARMONICS = (1.0, 0.5, 0.35, 0.25, 0.15)
_EDGE = 0.2
"""Of a pulse's length, for each of its edges."""
_LOUD = 0.5
"""Of full scale."""
_TAIL_S = 0.2


@dataclass(frozen=True, slots=True)
class Tone:
    """`onsets_s`: when each pulse begins. `pitches_hz`: of the pulses in turn, the last one for all
    that follow. `every_s`: from one burst's beginning to the next one's."""

    pulse_s: float
    onsets_s: tuple[float, ...]
    pitches_hz: tuple[float, ...]
    every_s: float


_GROUP = (0.0, 0.225, 0.45, 0.9, 1.125)
_TWICE = (*_GROUP, *(1.775 + at for at in _GROUP))
TONES = {
    Sound.ROUTINE: Tone(0.2, (0.0, 0.4), (523.0, 440.0), 20.0),
    Sound.URGENT: Tone(0.2, (0.0, 0.4, 0.8), (523.0,), 12.0),
    Sound.EMERGENCY: Tone(0.2, (0.0, 0.4, 0.8), (587.0, 587.0, 784.0), 6.0),
    Sound.CALL: Tone(0.4, (0.0, 0.6), (494.0, 415.0), 4.0),
    Sound.FINDING: Tone(0.15, _TWICE, (659.0,), 30.0),
    Sound.CRITICAL: Tone(0.15, _TWICE, (784.0,), 6.0),
}


def burst(sound: Sound, *, soft: bool = False) -> NDArray[np.int16]:
    """One burst and the silence that lets it end: samples of one channel at `AUDIO_RATE`.

    Args:
        soft: a quarter as loud.
    """
    tone = TONES[sound]
    whole = np.zeros(round((tone.onsets_s[-1] + tone.pulse_s + _TAIL_S) * AUDIO_RATE))
    for number, onset in enumerate(tone.onsets_s):
        pulse = _pulse(tone.pitches_hz[min(number, len(tone.pitches_hz) - 1)], tone.pulse_s)
        begin = round(onset * AUDIO_RATE)
        whole[begin : begin + pulse.size] = pulse
    loudness = _LOUD * (0.25 if soft else 1.0)
    return (whole * loudness * np.iinfo(np.int16).max).astype(np.int16)


def _pulse(pitch_hz: float, length_s: float) -> NDArray[np.float64]:
    """From -1 to 1, silent at both ends."""
    at = np.arange(round(length_s * AUDIO_RATE)) / AUDIO_RATE
    waves = [
        share * np.sin(2 * np.pi * pitch_hz * (order + 1) * at)
        for order, share in enumerate(_HARMONICS)
    ]
    wave = np.sum(waves, axis=0)
    edge = round(at.size * _EDGE)
    hull = np.ones(at.size)
    hull[:edge] = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    hull[-edge:] = hull[:edge][::-1]
    shaped: NDArray[np.float64] = wave / np.abs(wave).max() * hull
    return shaped
