"""Where frames lie and what tells those at one place apart (PS3.3 C.7.6.16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app.imaging.attributes import functional_group, integer, items, number, numbers, text
from app.imaging.geometry import Orientation, Vector, orientation, position

if TYPE_CHECKING:
    from pydicom import Dataset

Mark: TypeAlias = float | str | None
"""A value that tells pictures at one place apart: an echo time, a time point, a b value."""


@dataclass(frozen=True, slots=True)
class FramePlace:
    """Where one frame of a multi-frame object lies, and its marks (PS3.3 C.7.6.16)."""

    orientation: Orientation | None
    position: Vector | None
    marks: tuple[Mark, ...]


def patient_spacing(ds: Dataset) -> tuple[float, float] | None:
    """PixelSpacing of the object or its functional groups; only that one is patient space."""
    group = functional_group(ds, 0, "PixelMeasuresSequence")
    values = numbers(ds if group is None else group, "PixelSpacing")
    return (values[0], values[1]) if len(values) == 2 and min(values) > 0 else None


def marks(ds: Dataset) -> tuple[Mark, ...]:
    """What may tell single-frame pictures at one place apart, the most telling first."""
    return (
        number(ds, "TemporalPositionIdentifier"),
        number(ds, "EchoNumbers"),
        number(ds, "EchoTime"),
        number(ds, "DiffusionBValue"),
        number(ds, "InversionTime"),
        number(ds, "TriggerTime"),
        integer(ds, "AcquisitionNumber"),
        text(ds, "ImageType"),
        text(ds, "AcquisitionTime"),
    )


def _frame_marks(ds: Dataset, frame: int) -> tuple[Mark, ...]:
    content = functional_group(ds, frame, "FrameContentSequence")
    echo = functional_group(ds, frame, "MREchoSequence")
    diffusion = functional_group(ds, frame, "MRDiffusionSequence")
    dimensions = numbers(content, "DimensionIndexValues") if content is not None else ()
    return (
        number(content, "TemporalPositionIndex") if content is not None else None,
        number(echo, "EffectiveEchoTime") if echo is not None else None,
        number(diffusion, "DiffusionBValue") if diffusion is not None else None,
        *dimensions,
    )


def frame_places(ds: Dataset) -> tuple[FramePlace, ...]:
    """The place of every frame of an enhanced object; empty where the frames have none."""
    count = len(items(ds, "PerFrameFunctionalGroupsSequence"))
    if count < 2 or position(ds, 0) == position(ds, count - 1) is None:
        return ()
    found = [
        FramePlace(orientation(ds, frame), position(ds, frame), _frame_marks(ds, frame))
        for frame in range(count)
    ]
    longest = max(len(place.marks) for place in found)
    return tuple(
        FramePlace(p.orientation, p.position, p.marks + (None,) * (longest - len(p.marks)))
        for p in found
    )
