"""What lies over the picture of one cell: a state's graphics, segments, contours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath

from app.imaging.cache import ByteCache
from app.imaging.contours import ContourType, usual_gap
from app.imaging.displayed import area_of
from app.imaging.errors import ImagingError
from app.imaging.planes import Plane
from app.imaging.resample import Viewport
from app.imaging.segmentation import Matrix, Segmentation, SegmentShape, onto
from app.imaging.series import Series, SliceRef
from app.viewers.background import Background
from app.viewers.dicom.graphics_painter import GraphicsPainter
from app.viewers.dicom.objects.collection import Collection, Key
from app.viewers.dicom.objects.painter import ObjectPainter, colour_of, contour_path
from app.viewers.dicom.objects.states import StatedShelf
from app.viewers.dicom.pane_layer import Point
from app.viewers.dicom.stack import StackView

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


Place = tuple[str, SliceRef, float | None]
"""An object, a picture, and the gap of its series."""


class ShapeShelf:
    """Segments by picture, made in threads; all cells share one."""

    def __init__(self) -> None:
        self._made: ByteCache[Place, Shapes] = ByteCache(KEPT_BYTES)

    def get(self, place: Place) -> Shapes | None:
        """What was made for a picture."""
        return self._made.get(place)

    def make(self, segmentation: Segmentation, plane: Plane | None, place: Place) -> None:
        """Decode what lies on a picture; runs in a thread.

        Raises:
            PixelError: a frame cannot be decoded; its picture stays without segments.
        """
        _, ref, gap = place
        try:
            found = tuple(
                (shape, onto(frame.plane, plane))
                for frame in segmentation.frames_on(ref, plane, gap)
                for shape in segmentation.shapes(frame)
            )
        except Exception:  # else it would be asked for again with every painting
            self._made.put(place, Shapes())
            raise
        self._made.put(place, Shapes(found))

    def forget(self) -> None:
        """Another study."""
        self._made.clear()


class ObjectLayer(QObject):
    """A `PaneLayer` that only paints. `states` answers the shelf that knows of states."""

    failed = Signal(str, object)
    """A SOP Instance UID whose pixels cannot be shown, and the `ImagingError`."""

    def __init__(
        self,
        cell: StackView,
        collection: Collection,
        shapes: ShapeShelf,
        states: Callable[[], StatedShelf | None],
    ) -> None:
        super().__init__(cell)
        self._cell = cell
        self._collection = collection
        self._shapes = shapes
        self._states = states
        self._work = Background(self)
        self._asked: frozenset[Place] = frozenset()
        self._paths: dict[tuple[Key, Place], tuple[QPainterPath, list[Point]]] = {}
        self._gap: tuple[Series | None, float | None] = (None, None)
        collection.changed.connect(cell.pane.update)

    # What a pane asks and this does not answer

    @property
    def tools(self) -> frozenset[str]:
        """See `PaneLayer`."""
        return frozenset()

    def press(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def move(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def release(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def act(self, action: str) -> bool:
        """See `PaneLayer`."""
        return False

    # Painting

    @property
    def gap(self) -> float | None:
        """Millimetres between the pictures of the series that is shown."""
        series = self._cell.series
        if series is not self._gap[0]:
            self._gap = (series, None if series is None else usual_gap(self._cell.finder.planes))
        return self._gap[1]

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Everything that is shown on this frame, segments lowest."""
        ref = self._cell.ref
        if ref is None:
            return
        drawn = ObjectPainter(painter, viewport)
        self._paint_segments(drawn, ref)
        if self._cell.plane is not None:
            self._paint_contours(drawn, ref, self._cell.plane)
        self._paint_state(painter, viewport, ref)

    def _paint_segments(self, drawn: ObjectPainter, ref: SliceRef) -> None:
        collection, missing = self._collection, []
        opacity = None if collection.outlined else collection.opacity
        for one in collection.segmentations():
            place = (one.sop_instance_uid, ref, self.gap)
            shapes = self._shapes.get(place)
            if shapes is None:
                missing.append((one, place))
                continue
            recommended = {segment.number: segment.colour for segment in one.segments}
            for shape, matrix in shapes.found:
                if collection.is_shown(Key(one.sop_instance_uid, shape.number)):
                    colour = colour_of(recommended.get(shape.number), shape.number - 1)
                    drawn.segment(shape, matrix, colour, opacity=opacity)
        asked = frozenset(place for _, place in missing)
        if asked and asked != self._asked:
            self._asked = asked
            work = partial(self._make, self._shapes, missing, self._cell.plane)
            self._work.start(work, self._on_made)

    @staticmethod
    def _make(
        shapes: ShapeShelf, missing: list[tuple[Segmentation, Place]], plane: Plane | None
    ) -> dict[str, ImagingError]:
        """In a thread; answers what could not be made."""
        failed = {}
        for segmentation, place in missing:
            try:
                shapes.make(segmentation, plane, place)
            except ImagingError as error:
                failed[segmentation.sop_instance_uid] = error
        return failed

    def _on_made(self, failed: object) -> None:
        self._asked = frozenset()
        for uid, error in failed.items() if isinstance(failed, dict) else ():
            self.failed.emit(uid, error)
        self._cell.pane.update()

    def _paint_contours(self, drawn: ObjectPainter, ref: SliceRef, plane: Plane) -> None:
        for one in self._collection.structures():
            for n, roi in enumerate(one.rois):
                key = Key(one.sop_instance_uid, roi.number)
                if not self._collection.is_shown(key):
                    continue
                known = (key, (one.sop_instance_uid, ref, self.gap))
                if known not in self._paths:
                    flat = roi.on(plane, self.gap)
                    points: list[Point] = [
                        (float(x), float(y))
                        for contour in flat
                        if contour.kind is ContourType.POINT
                        for x, y in contour.points
                    ]
                    while len(self._paths) >= _KEPT_PATHS:
                        self._paths.pop(next(iter(self._paths)))
                    self._paths[known] = (contour_path(flat), points)
                drawn.contours(*self._paths[known], colour_of(roi.colour, n))

    def _paint_state(self, painter: QPainter, viewport: Viewport, ref: SliceRef) -> None:
        states, picture = self._states(), self._cell.pane.picture
        state = states.state_of(ref) if states is not None else None
        if states is None or state is None or picture is None:
            return
        area, _ = area_of(picture, state, ref.sop_instance_uid, ref.frame)
        first = QPointF(*viewport.to_screen(area.left, area.top))
        room = QRectF(first, QPointF(*viewport.to_screen(area.right, area.bottom))).normalized()
        content = state.content(ref.sop_instance_uid, ref.frame, states.planes(ref))
        font = self._cell.pane.font()
        GraphicsPainter(painter, viewport.to_screen, room, font).layers(content)

    def forget(self) -> None:
        """Another study."""
        self._work.drop()
        self._asked = frozenset()
        self._paths.clear()
        self._gap = (None, None)
