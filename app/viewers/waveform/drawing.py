"""What is drawn of a waveform."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.waveform import WaveformGroup
from app.imaging.waveform_notes import Note
from app.viewers.waveform.scales import ChannelScale
from app.viewers.waveform.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the chart shows: multiplex group `number` (from 0); `names` stand beside the curves, one
    a channel."""

    group: WaveformGroup
    number: int
    scales: tuple[ChannelScale, ...]
    names: tuple[str, ...]
    sheet: Sheet
    speed: float
    gain: float
    notes: tuple[Note, ...] = ()
    chosen: Note | None = None
    pulse: bool = True
