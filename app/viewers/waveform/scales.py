"""How high each curve is drawn: millimetres of paper a unit, and what is in the middle."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.coded import unit_words
from app.imaging.waveform import Waveform, WaveformGroup, WaveformKind
from app.imaging.waveform_notes import Note
from app.viewers.waveform.curves import middle_and_range, nice

_FILLS_MM = 12.0
_TEN = 10.0
VOLTAGE_KINDS = (WaveformKind.ECG, WaveformKind.ELECTROPHYSIOLOGY)


@dataclass(frozen=True, slots=True)
class ChannelScale:
    """Of one channel.

    Args:
        middle: the value on the middle line of its row, in its unit.
        millivolts: of one unit; None where the curve is drawn by its own range.
        per_ten_mm: units of 10 mm where drawn by its own range.
        unit: as it is written.
    """

    middle: float
    millivolts: float | None
    per_ten_mm: float
    unit: str

    def mm_per_unit(self, gain: float) -> float:
        """Millimetres upwards of one unit; `gain` in mm/mV."""
        return self.millivolts * gain if self.millivolts is not None else _TEN / self.per_ten_mm

    @property
    def words(self) -> str:
        """The scale of a curve drawn by its own range, "" for a voltage."""
        if self.millivolts is not None:
            return ""
        return f"{self.per_ten_mm:g} {self.unit}".strip() + " / 10 mm"


@dataclass(frozen=True, slots=True)
class Record:
    """A waveform ready to be drawn: a scale for every channel of every group, and those of its
    notes that have a place in time."""

    waveform: Waveform
    scales: tuple[tuple[ChannelScale, ...], ...]
    marks: tuple[Note, ...]


def prepare(waveform: Waveform) -> Record:
    """Look through a waveform for its scales; takes a while for long records."""
    by_gain = waveform.kind in VOLTAGE_KINDS
    return Record(
        waveform,
        tuple(
            tuple(_scale(group, n, by_gain=by_gain) for n in range(len(group.channels)))
            for group in waveform.groups
        ),
        tuple(note for note in waveform.notes if note.spans),
    )


def _scale(group: WaveformGroup, number: int, *, by_gain: bool) -> ChannelScale:
    channel = group.channels[number]
    middle, height = middle_and_range(group, number)
    millivolts = channel.to_millivolts if by_gain else None
    unit = unit_words(channel.unit) if channel.calibrated else ""
    return ChannelScale(middle, millivolts, nice(height / _FILLS_MM * _TEN), unit)
