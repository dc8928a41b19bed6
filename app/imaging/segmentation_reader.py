"""Segmentation objects to values (PS3.3 C.8.20.2, C.8.20.3)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.imaging.attributes import functional_group, integer, items, number, numbers, text
from app.imaging.coded import code_of
from app.imaging.dataset import DicomObject
from app.imaging.description import PixelDescription, describe
from app.imaging.errors import MissingAttributeError, UnsupportedPixelsError
from app.imaging.frame_places import patient_spacing
from app.imaging.geometry import orientation, position
from app.imaging.lab import lab_colour
from app.imaging.planes import Plane
from app.imaging.segmentation import Segment, Segmentation, SegmentationType, SegmentFrame
from app.imaging.series import SliceRef

if TYPE_CHECKING:
    from pydicom import Dataset

_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
_BACKGROUND = ("125040", "DCM")
MOST_SEGMENTS = 4096
MOST_FRAMES = 100_000


def is_segmentation(sop_class_uid: str) -> bool:
    """Whether `read_segmentation` reads objects of this class."""
    return sop_class_uid in _CLASSES


def read_segmentation(obj: DicomObject) -> Segmentation:
    """Read what an object marks and where; no frame is decoded.

    Raises:
        UnsupportedPixelsError: the object is no segmentation, or one of an unknown type.
        MissingAttributeError: it names no segments, or its frames do not say which they show.
        PixelError: its pixels are not there, or are claimed larger than they are.
    """
    ds = obj.dataset
    if not is_segmentation(text(ds, "SOPClassUID")):
        raise UnsupportedPixelsError("This is not a segmentation.")
    try:
        kind = SegmentationType(text(ds, "SegmentationType").upper())
    except ValueError as error:
        raise UnsupportedPixelsError("Segmentations of this type cannot be shown.") from error
    shape = describe(obj)
    segments = _segments(ds)
    frames = _frames(ds, kind, shape)
    return Segmentation(
        obj=obj,
        kind=kind,
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        label=text(ds, "ContentLabel"),
        description=text(ds, "ContentDescription") or text(ds, "SeriesDescription"),
        creator=text(ds, "ContentCreatorName"),
        created=text(ds, "ContentDate") + text(ds, "ContentTime"),
        segments=segments,
        frames=frames,
        rows=shape.rows,
        columns=shape.columns,
        top=max(1, integer(ds, "MaximumFractionalValue") or 255),
        gap=_gap(ds, frames),
        frame_of_reference_uid=text(ds, "FrameOfReferenceUID"),
        named=frozenset(ref.sop_instance_uid for frame in frames for ref in frame.sources),
    )


def _segments(ds: Dataset) -> tuple[Segment, ...]:
    """What is marked; the background that a label map describes as well is no segment."""
    described = tuple(map(_segment, items(ds, "SegmentSequence")[:MOST_SEGMENTS]))
    if not described:
        raise MissingAttributeError("SegmentSequence")
    return tuple(one for one in described if one.kind is None or not one.kind.same(*_BACKGROUND))


def _segment(item: Dataset) -> Segment:
    return Segment(
        number=integer(item, "SegmentNumber") or 0,
        label=text(item, "SegmentLabel") or text(item, "SegmentDescription"),
        category=code_of(item, "SegmentedPropertyCategoryCodeSequence"),
        kind=code_of(item, "SegmentedPropertyTypeCodeSequence"),
        colour=lab_colour(numbers(item, "RecommendedDisplayCIELabValue")),
    )


def _frames(
    ds: Dataset, kind: SegmentationType, shape: PixelDescription
) -> tuple[SegmentFrame, ...]:
    """Those of which it is known what they show."""
    count = min(shape.frames, len(items(ds, "PerFrameFunctionalGroupsSequence")), MOST_FRAMES)
    found = []
    for n in range(count):
        named = functional_group(ds, n, "SegmentIdentificationSequence")
        segment = None if named is None else integer(named, "ReferencedSegmentNumber")
        if kind is SegmentationType.LABELMAP:
            segment = None
        elif segment is None:
            continue
        plane = _plane(ds, n, shape.rows, shape.columns)
        found.append(SegmentFrame(n, segment, plane, frozenset(_sources(ds, n))))
    if not found:
        raise MissingAttributeError("PerFrameFunctionalGroupsSequence")
    return tuple(found)


def _plane(ds: Dataset, frame: int, rows: int, columns: int) -> Plane | None:
    place, facing, spacing = position(ds, frame), orientation(ds, frame), patient_spacing(ds)
    if place is None or facing is None or spacing is None:
        return None
    return Plane(place, facing, *spacing, rows, columns, text(ds, "FrameOfReferenceUID"))


def _sources(ds: Dataset, frame: int) -> list[SliceRef]:
    derived = functional_group(ds, frame, "DerivationImageSequence")
    found: list[SliceRef] = []
    for source in items(derived, "SourceImageSequence") if derived is not None else ():
        uid = text(source, "ReferencedSOPInstanceUID")
        frames = numbers(source, "ReferencedFrameNumber") or (0.0,)
        found.extend(SliceRef(uid, int(number_) - 1) for number_ in frames if uid)
    return found


def _gap(ds: Dataset, frames: tuple[SegmentFrame, ...]) -> float | None:
    """SpacingBetweenSlices; else the smallest step between frames, or their thickness if less."""
    measures = functional_group(ds, 0, "PixelMeasuresSequence")
    told = None if measures is None else number(measures, "SpacingBetweenSlices")
    if told:
        return abs(told)
    thick = None if measures is None else number(measures, "SliceThickness")
    planes = [frame.plane for frame in frames if frame.plane is not None]
    steps = [abs(thick)] if thick else []
    if planes:
        way = np.array(planes[0].normal)
        along = np.unique(np.round([float(way @ np.array(p.position)) for p in planes], 2))
        steps.extend(float(b - a) for a, b in pairwise(along))
    return min(steps) if steps else None
