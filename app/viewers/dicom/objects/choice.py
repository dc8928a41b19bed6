"""The segments and contours that are switched on, taken along from the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from app.imaging.contours import Roi, StructureSet
from app.imaging.segmentation import Matrix, Segmentation, SegmentFrame, SegmentShape, onto
from app.imaging.segmentation_cut import shapes_across
from app.imaging.series import SliceRef
from app.viewers.dicom.objects.lying import Lying, drawn_on, segment_colour
from app.viewers.dicom.objects.painter import colour_of

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from app.viewers.dicom.objects.seen import Seen

OfFrame: TypeAlias = Callable[[Segmentation, SegmentFrame], Sequence[SegmentShape]]
"""What a frame shows; raises `PixelError` where it cannot be decoded."""
Hidden: TypeAlias = frozenset[int]
"""Numbers of segments or regions that are left out."""
_NOWHERE = SliceRef("", 0)


def segments_on(
    segmentation: Segmentation, seen: Seen, of_frame: OfFrame
) -> tuple[tuple[SegmentShape, Matrix], ...]:
    """The segments that lie on a picture, each with its way onto it; may decode frames.

    Raises:
        PixelError: a frame cannot be decoded.
    """
    ref = seen.ref or _NOWHERE
    frames = segmentation.frames_on(ref, seen.plane, seen.gap)
    if not frames and seen.plane is not None and not segmentation.names(ref):
        cut = shapes_across(segmentation, seen.plane, partial(of_frame, segmentation))
        return tuple((shape, onto(None, None)) for shape in cut)
    return tuple(
        (shape, onto(frame.plane, seen.plane))
        for frame in frames
        for shape in of_frame(segmentation, frame)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Taken in the GUI thread, used in any. `opacity` as in `Lying`."""

    segmentations: tuple[tuple[Segmentation, Hidden], ...] = ()
    structures: tuple[tuple[StructureSet, Hidden], ...] = ()
    opacity: float | None = None
    of_frame: OfFrame = Segmentation.shapes

    def __bool__(self) -> bool:
        """Whether anything is switched on."""
        return bool(self.segmentations or self.structures)

    def on(self, seen: Seen) -> Lying:
        """What lies on a picture; may decode frames.

        Raises:
            PixelError: a frame cannot be decoded.
        """
        segments = tuple(
            (shape, matrix, segment_colour(one, shape.number))
            for one, hidden in self.segmentations
            for shape, matrix in segments_on(one, seen, self.of_frame)
            if shape.number not in hidden
        )
        plane = seen.plane
        if plane is None:
            return Lying(segments, opacity=self.opacity)
        contours = tuple(
            (drawn_on(roi, plane, seen.gap), colour)
            for one, hidden in self.structures
            for roi, colour in coloured(one, hidden)
        )
        return Lying(segments, contours, self.opacity)


def coloured(structures: StructureSet, hidden: Hidden) -> tuple[tuple[Roi, QColor], ...]:
    """The regions to be drawn, each in its colour."""
    return tuple(
        (roi, colour_of(roi.colour, n))
        for n, roi in enumerate(structures.rois)
        if roi.number not in hidden
    )
