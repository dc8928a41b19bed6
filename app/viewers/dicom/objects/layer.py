"""What lies over the picture of one cell: segments and contours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter

from app.imaging.cache import ByteCache
from app.imaging.errors import ImagingError
from app.imaging.planes import Plane
from app.imaging.resample import Viewport
from app.imaging.segmentation import Matrix, Segmentation, SegmentFrame, SegmentShape, onto
from app.viewers.background import Background
from app.viewers.dicom.objects.choice import Choice, coloured, segments_on
from app.viewers.dicom.objects.collection import Collection, Key
from app.viewers.dicom.objects.idle import IdleLayer
from app.viewers.dicom.objects.lying import Drawn, drawn_on, segment_colour
from app.viewers.dicom.objects.painter import ObjectPainter
from app.viewers.dicom.objects.seen import Seen
from app.viewers.dicom.pane import ImagePane

KEPT_BYTES = 64 << 20
_KEPT_PATHS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The segments of one object on one picture, each with its way onto it."""

    found: tuple[tuple[SegmentShape, Matrix], ...] = ()

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return 64 + sum(shape.nbytes for shape, _ in self.found)


Place = tuple[str, Seen]
"""An object and a picture."""


class ShapeShelf:
    """Segments by picture, made in threads; all cells share one."""

    def __init__(self) -> None:
        self._made: ByteCache[Place, Shapes] = ByteCache(KEPT_BYTES)
        self._frames: ByteCache[tuple[str, int], Shapes] = ByteCache(KEPT_BYTES)

    def get(self, place: Place) -> Shapes | None:
        """What was made for a picture."""
        return self._made.get(place)

    def make(self, segmentation: Segmentation, place: Place) -> None:
        """Decode what lies on a picture; runs in a thread.

        Raises:
            PixelError: a frame cannot be decoded; its picture stays without segments.
        """
        try:
            found = segments_on(segmentation, place[1], self.of_frame)
        except Exception:  # else it would be asked for again with every painting
            self._made.put(place, Shapes())
            raise
        self._made.put(place, Shapes(found))

    def of_frame(self, segmentation: Segmentation, frame: SegmentFrame) -> tuple[SegmentShape, ...]:
        """What a frame shows; a plane across the frames needs all of them while it moves.

        Raises:
            PixelError: the frame cannot be decoded.
        """
        key = (segmentation.sop_instance_uid, frame.frame)
        known = self._frames.get(key)
        if known is None:
            made = segmentation.shapes(frame)
            known = Shapes(tuple((shape, onto(None, None)) for shape in made))
            self._frames.put(key, known)
        return tuple(shape for shape, _ in known.found)

    def forget(self) -> None:
        """Another study."""
        self._made.clear()
        self._frames.clear()


class ObjectLayer(IdleLayer):
    """A `PaneLayer` that only paints; `seen` answers what it lies over."""

    failed = Signal(str, object)
    """A SOP Instance UID whose pixels cannot be shown, and the `ImagingError`."""

    def __init__(
        self,
        pane: ImagePane,
        collection: Collection,
        shapes: ShapeShelf,
        seen: Callable[[], Seen | None],
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._collection = collection
        self._shapes = shapes
        self._seen = seen
        self._work = Background(self)
        self._busy = False
        self._paths: dict[tuple[Key, Seen], Drawn] = {}
        collection.changed.connect(pane.update)

    # Painting

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Everything that is shown on this picture, segments lowest."""
        seen = self._seen()
        if seen is None:
            return
        drawn = ObjectPainter(painter, viewport)
        choice = self._collection.choice(self._shapes.of_frame)
        self._paint_segments(drawn, seen, choice)
        if seen.plane is not None:
            self._paint_contours(drawn, seen, seen.plane, choice)

    def _paint_segments(self, drawn: ObjectPainter, seen: Seen, choice: Choice) -> None:
        missing: list[tuple[Segmentation, Place]] = []
        for one, hidden in choice.segmentations:
            place = (one.sop_instance_uid, seen)
            shapes = self._shapes.get(place)
            if shapes is None:
                missing.append((one, place))
                continue
            for shape, matrix in shapes.found:
                if shape.number not in hidden:
                    colour = segment_colour(one, shape.number)
                    drawn.segment(shape, matrix, colour, opacity=choice.opacity)
        # One at a time: what comes while a plane is dragged must not pile up.
        if missing and not self._busy:
            self._busy = True
            self._work.start(partial(self._make, self._shapes, missing), self._on_made)

    @staticmethod
    def _make(
        shapes: ShapeShelf, missing: list[tuple[Segmentation, Place]]
    ) -> dict[str, ImagingError]:
        """In a thread; answers what could not be made."""
        failed = {}
        for segmentation, place in missing:
            try:
                shapes.make(segmentation, place)
            except ImagingError as error:
                failed[segmentation.sop_instance_uid] = error
        return failed

    def _on_made(self, failed: object) -> None:
        self._busy = False
        for uid, error in failed.items() if isinstance(failed, dict) else ():
            self.failed.emit(uid, error)
        self._pane.update()

    def _paint_contours(
        self, drawn: ObjectPainter, seen: Seen, plane: Plane, choice: Choice
    ) -> None:
        for one, hidden in choice.structures:
            for roi, colour in coloured(one, hidden):
                known = (Key(one.sop_instance_uid, roi.number), seen)
                if known not in self._paths:
                    while len(self._paths) >= _KEPT_PATHS:
                        self._paths.pop(next(iter(self._paths)))
                    self._paths[known] = drawn_on(roi, plane, seen.gap)
                drawn.contours(*self._paths[known], colour)

    def forget(self) -> None:
        """Another study."""
        self._work.drop()
        self._busy = False
        self._paths.clear()
