"""The first picture of a series that an object lies on; for a thread, for it may decode frames."""

from __future__ import annotations

from app.imaging.contours import usual_gap
from app.imaging.planes import Plane
from app.imaging.presentation import PresentationState
from app.imaging.segmentation import Segmentation
from app.imaging.series import Series, SliceRef
from app.viewers.dicom.objects.reading import Value


def first_of(value: Value, number: int | None, series: Series) -> int | None:
    """The first slice (from 0) that an object, or the part of that number, lies on.

    None where it lies on none.

    Raises:
        PixelError: a frame of a segmentation cannot be decoded.
    """
    planes = series.planes()
    gap = usual_gap(planes)
    for n, ref in enumerate(series.slices):
        if _lies(value, number, ref, planes[n], gap):
            return n
    return None


def _lies(
    value: Value, number: int | None, ref: SliceRef, plane: Plane | None, gap: float | None
) -> bool:
    if isinstance(value, PresentationState):
        return value.covers(ref.sop_instance_uid, ref.frame)
    if isinstance(value, Segmentation):
        return any(
            number in (None, shape.number)
            for frame in value.frames_on(ref, plane, gap)
            if number is None or frame.segment in (None, number)
            for shape in value.shapes(frame)
        )
    wanted = (roi for roi in value.rois if number in (None, roi.number))
    return plane is not None and any(roi.on(plane, gap) for roi in wanted)
