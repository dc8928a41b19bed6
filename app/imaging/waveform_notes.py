"""What a waveform object says about its curves: statements, measurements, marks (PS3.3 C.10.10)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from app.imaging.attributes import integer, items, numbers, text
from app.imaging.coded import Code, code_of, unit_words

if TYPE_CHECKING:
    from pydicom import Dataset

MAX_NOTES = 20_000
MAX_POINTS = 4096


@dataclass(frozen=True, slots=True)
class Note:
    """One annotation.

    Args:
        concept: what is named or measured; None for free text.
        words: the text, or the value with its unit; empty where the name alone is the message.
        number: AnnotationGroupNumber.
        channels: (multiplex group, channel), both from 0; channel None means all of the group.
        spans: (begin, end) in seconds after the first sample of the group; equal for a point,
            None for an end that lies outside the record. Empty for the whole record.
    """

    concept: Code | None
    words: str
    number: int | None
    channels: tuple[tuple[int, int | None], ...]
    spans: tuple[tuple[float | None, float | None], ...]

    @property
    def title(self) -> str:
        """What it is about, or the text itself."""
        return self.concept.words if self.concept is not None else self.words

    @property
    def begin_s(self) -> float | None:
        """Where it begins, None where it is about the whole."""
        for begin, end in self.spans:
            return end if begin is None else begin
        return None

    def applies(self, group: int, channel: int) -> bool:
        """Whether it is about that curve."""
        return any(g == group and c in (None, channel) for g, c in self.channels)


def notes_of(dataset: Dataset, frequencies: tuple[float, ...]) -> tuple[Note, ...]:
    """Every annotation that says something; `frequencies` in Hz, one a multiplex group."""
    found = items(dataset, "WaveformAnnotationSequence")[:MAX_NOTES]
    notes = (_note(item, frequencies) for item in found)
    return tuple(note for note in notes if note.title)


def _note(item: Dataset, frequencies: tuple[float, ...]) -> Note:
    channels = _channels(item)
    return Note(
        concept=code_of(item, "ConceptNameCodeSequence"),
        words=_words(item),
        number=integer(item, "AnnotationGroupNumber"),
        channels=channels,
        spans=_spans(item, channels, frequencies),
    )


def _words(item: Dataset) -> str:
    free = text(item, "UnformattedTextValue")
    if free:
        return free
    values = numbers(item, "NumericValue")
    if values:
        unit = unit_words(code_of(item, "MeasurementUnitsCodeSequence"))
        return " ".join(part for part in (", ".join(f"{v:g}" for v in values), unit) if part)
    value = code_of(item, "ConceptCodeSequence")
    return value.words if value is not None else ""


def _channels(item: Dataset) -> tuple[tuple[int, int | None], ...]:
    pairs = [int(value) for value in numbers(item, "ReferencedWaveformChannels")][:MAX_POINTS]
    return tuple(
        (group - 1, channel - 1 if channel > 0 else None)
        for group, channel in zip(pairs[::2], pairs[1::2], strict=False)
        if group > 0
    )


def _spans(
    item: Dataset, channels: tuple[tuple[int, int | None], ...], frequencies: tuple[float, ...]
) -> tuple[tuple[float | None, float | None], ...]:
    points = list(numbers(item, "ReferencedTimeOffsets")[:MAX_POINTS])
    positions = numbers(item, "ReferencedSamplePositions")[:MAX_POINTS]
    group = channels[0][0] if channels else 0
    if positions and 0 <= group < len(frequencies):
        points = [(position - 1) / frequencies[group] for position in positions]
    if not points:
        return ()
    match text(item, "TemporalRangeType").upper():
        case "SEGMENT" | "MULTISEGMENT":
            return tuple(pair for n, pair in enumerate(pairwise(points)) if n % 2 == 0)
        case "BEGIN":
            return ((points[0], None),)
        case "END":
            return ((None, points[0]),)
        case _:
            return tuple((point, point) for point in points)
