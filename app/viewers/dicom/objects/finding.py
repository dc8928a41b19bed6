"""The first picture of a series that an object lies on; for a thread, for it may decode frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from app.imaging.contours import usual_gap
from app.imaging.planes import Plane
from app.imaging.presentation import PresentationState
from app.imaging.segmentation import Segmentation, SegmentFrame, SegmentShape
from app.imaging.segmentation_cut import shapes_across
from app.imaging.series import Series, SliceRef
from app.viewers.dicom.objects.reading import Value

Shapes: TypeAlias = Callable[[Segmentation, SegmentFrame], Sequence[SegmentShape]]


def first_of(value: Value, number: int | None, series: Series, shapes: Shapes) -> int | None:
    """The first slice (from 0) that an object, or the part of that number, lies on.

    None where it lies on none; `shapes` answers what a frame of a segmentation shows.

    Raises:
        PixelError: a frame of a segmentation cannot be decoded.
    """
    planes = series.planes()
    gap = usual_gap(planes)
    for n, ref in enumerate(series.slices):
        plane = planes[n]
        if isinstance(value, PresentationState):
            found = value.covers(ref.sop_instance_uid, ref.frame)
        elif isinstance(value, Segmentation):
            found = _marks(value, number, ref, plane, gap, shapes)
        else:
            rois = (roi for roi in value.rois if number in (None, roi.number))
            found = plane is not None and any(roi.on(plane, gap) for roi in rois)
        if found:
            return n
    return None


def _marks(
    value: Segmentation,
    number: int | None,
    ref: SliceRef,
    plane: Plane | None,
    gap: float | None,
    shapes: Shapes,
) -> bool:
    frames = value.frames_on(ref, plane, gap)
    if not frames and plane is not None and not value.names(ref):
        cut = shapes_across(value, plane, partial(shapes, value))
        return any(number in (None, shape.number) for shape in cut)
    wanted = (frame for frame in frames if number is None or frame.segment in (None, number))
    return any(number in (None, shape.number) for frame in wanted for shape in shapes(value, frame))
