"""The annotations of one pane: drawing new ones, taking hold of old ones, painting them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from app.imaging.annotation import POINTS, Annotation, AnnotationKind, measured
from app.imaging.calibration import Point
from app.imaging.picture import Picture, shape_of
from app.imaging.resample import Viewport
from app.imaging.series import SliceRef
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.annotations.shapes import Glass, handle_at, touches
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.annotations.words import lines
from app.viewers.dicom.picture_painter import Mark, paint_marks
from protocol.base import new_id

_DRAGGED = 4.0
"""Screen pixels from which a press and its release are two points, not one."""
WORDED = (AnnotationKind.TEXT, AnnotationKind.ARROW)


class PaneView(Protocol):
    """What the layer must know of its pane."""

    tool: str

    @property
    def taken(self) -> Sequence[QRectF]:
        """Where words stand that labels leave free."""
        ...

    @property
    def picture(self) -> Picture | None: ...

    def own_viewport(self) -> Viewport | None: ...

    def devicePixelRatioF(self) -> float: ...

    def rect(self) -> QRect: ...

    def isVisible(self) -> bool: ...

    def update(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Grab:
    """What the mouse holds: a whole shape, or one of its points."""

    before: Annotation
    handle: int | None
    start: Point


class AnnotationLayer(QObject):
    """A `PaneLayer` on the sheet that all panes share."""

    words_wanted = Signal(object)
    """A text or arrow was placed: its `Annotation`, which `finish_words` completes."""

    def __init__(
        self,
        sheet: AnnotationSheet,
        pane: PaneView,
        where: Callable[[], SliceRef | None],
        parent: QObject,
        *,
        kinds: frozenset[AnnotationKind] = frozenset(AnnotationKind),
    ) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self._sheet = sheet
        self._pane = pane
        self._where = where
        self._draft: Annotation | None = None
        self._cursor: Point | None = None
        self._pressed: QPointF | None = None
        self._on_screen = False
        self._grab: _Grab | None = None
        self._held: Annotation | None = None
        self._told = QTimer(self, singleShot=True, interval=0)
        self._told.timeout.connect(sheet.changed)
        sheet.changed.connect(self._on_changed)

    # --- what is shown and done ------------------------------------------------------------

    @property
    def tools(self) -> frozenset[str]:
        """See `PaneLayer`."""
        return frozenset(AnnotationKind)

    @property
    def _kind(self) -> AnnotationKind | None:
        """What the next press begins; None leaves only taking hold of what is there."""
        tool = self._pane.tool
        return AnnotationKind(tool) if tool in self._kinds else None

    @property
    def _ref(self) -> SliceRef | None:
        return self._where()

    def _stale(self) -> bool:
        """Whether the shape being drawn is of another frame or another tool than now."""
        draft = self._draft
        return draft is not None and (draft.ref != self._ref or draft.kind is not self._kind)

    @property
    def drawing(self) -> Annotation | None:
        """The shape being drawn, without the point that follows the mouse."""
        return self._draft

    def cancel(self) -> None:
        """Drop what is being drawn or moved."""
        self._draft = self._cursor = self._pressed = self._grab = self._held = None
        self._pane.update()

    def finish_words(self, annotation: Annotation, text: str) -> None:
        """The reader's words for a text or arrow; a text without words is not kept."""
        if text or annotation.kind is AnnotationKind.ARROW:
            self._sheet.put(replace(annotation, text=text), self._pane.picture)

    def _on_changed(self) -> None:
        self._pane.update()

    # --- the mouse ------------------------------------------------------------------------

    def _glass(self) -> Glass | None:
        viewport = self._pane.own_viewport()
        return None if viewport is None else Glass(viewport)

    def press(self, point: Point, event: QMouseEvent) -> bool:
        """The left button: a point of the shape being drawn, or a hold on one that is there."""
        glass = self._glass()
        if event.button() is not Qt.MouseButton.LeftButton or glass is None or self._ref is None:
            return False
        if self._stale():
            self.cancel()
        self._pressed, self._on_screen = event.position(), self._pane.isVisible()
        if self._draft is not None:
            self._place(point)
            return True
        if self._take_hold(event.position(), point, glass):
            return True
        self._sheet.select(None)
        if self._kind is None:
            return False
        self._draft = Annotation(new_id(), self._ref, self._kind, ())
        self._place(point)
        return True

    def _take_hold(self, at: QPointF, point: Point, glass: Glass) -> bool:
        assert self._ref is not None
        for one in reversed(self._sheet.sheet.on(self._ref)):
            handle = handle_at(one, at, glass)
            if handle is not None or touches(one, at, glass):
                self._sheet.select(one.id)
                self._grab, self._held = _Grab(one, handle, point), one
                return True
        return False

    def _place(self, point: Point) -> None:
        draft = self._draft
        assert draft is not None
        self._draft = replace(draft, points=(*draft.points, self._inside(point)))
        self._cursor = None
        if POINTS[draft.kind] == len(self._draft.points):
            self._finish()
        self._pane.update()

    def _inside(self, point: Point) -> Point:
        picture = self._pane.picture
        if picture is None:
            return point
        rows, columns = shape_of(picture)
        return min(float(columns), max(0.0, point[0])), min(float(rows), max(0.0, point[1]))

    def _finish(self) -> None:
        draft, self._draft, self._cursor, self._pressed = self._draft, None, None, None
        if draft is None or not draft.complete:
            return
        if draft.kind in WORDED:
            self.words_wanted.emit(draft)
        else:
            self._sheet.put(draft, self._pane.picture)
            self._sheet.select(draft.id)

    def move(self, point: Point, event: QMouseEvent) -> bool:
        """The mouse moved, with or without a button."""
        if self._grab is not None:
            self._held = self._shifted(self._grab, point)
            self._pane.update()
            return True
        if self._stale():
            self.cancel()
        if self._draft is None:
            return False
        self._cursor = self._inside(point)
        self._pane.update()
        return True

    def _shifted(self, grab: _Grab, point: Point) -> Annotation:
        if grab.handle is not None:
            return grab.before.with_point(grab.handle, self._inside(point))
        return self._moved(grab.before, (point[0] - grab.start[0], point[1] - grab.start[1]))

    def _moved(self, shape: Annotation, by: Point) -> Annotation:
        """As far as the picture goes: outside of it a state cannot draw (PS3.3 C.10.5.1.2)."""
        picture = self._pane.picture
        if picture is None:
            return shape.moved(by)
        rows, columns = shape_of(picture)
        step = []
        for axis, end in enumerate((columns, rows)):
            along = [point[axis] for point in shape.points]
            step.append(max(-min(along), min(end - max(along), by[axis])))
        return shape.moved((step[0], step[1]))

    def release(self, point: Point, event: QMouseEvent) -> bool:
        """The end of a hold, or the second point of a line that was dragged."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        if self._on_screen and not self._pane.isVisible():
            self.cancel()  # planes took its place while the button was held
            return True
        if self._grab is not None:
            held, self._grab, self._held = self._held, None, None
            if held is not None:
                self._sheet.put(held, self._pane.picture)
            return True
        pressed, self._pressed = self._pressed, None
        if self._draft is None:
            return False
        if pressed is not None:
            off = event.position() - pressed
            if math.hypot(off.x(), off.y()) >= _DRAGGED:
                self._place(point)
        return True

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        """Closes a polygon; asks for new words for a text or arrow."""
        if self._draft is not None:
            self._close_polygon()
            return True
        chosen = self._chosen()
        if chosen is not None and chosen.kind in WORDED:
            self.words_wanted.emit(chosen)
            return True
        return chosen is not None

    def _close_polygon(self) -> None:
        if self._draft is not None and POINTS[self._draft.kind] is None and self._draft.complete:
            self._finish()
            self._pane.update()

    def _chosen(self) -> Annotation | None:
        id_ = self._sheet.selected
        found = None if id_ is None else self._sheet.sheet.find(id_)
        return found if found is not None and found.ref == self._ref else None

    def act(self, action: str) -> bool:
        """Key image, deleting, and putting a shape without a mouse."""
        match action:
            case MarkAction.KEY_IMAGE if self._ref is not None and self._ref.frame >= 0:
                if self._pane.picture is not None:
                    self._sheet.toggle_key_image(self._ref)
            case MarkAction.PLACE:
                self.place_default()
            case MarkAction.REMOVE:
                chosen = self._chosen()
                if chosen is not None:
                    self._sheet.remove(chosen.id)
            case _:
                return False
        return True

    # --- the keyboard ---------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Enter closes a polygon, Backspace takes its last point back, Esc drops it; Alt and arrows
        move a chosen shape."""
        key = event.key()
        if self._draft is not None:
            return self._draft_key(key)
        chosen = self._chosen()
        if chosen is None:
            return False
        if key == Qt.Key.Key_Escape:
            self._sheet.select(None)
            return True
        steps = {
            Qt.Key.Key_Left: (-1.0, 0.0),
            Qt.Key.Key_Right: (1.0, 0.0),
            Qt.Key.Key_Up: (0.0, -1.0),
            Qt.Key.Key_Down: (0.0, 1.0),
        }
        if key in steps and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._sheet.put(self._moved(chosen, steps[Qt.Key(key)]), self._pane.picture)
            return True
        return False

    def _draft_key(self, key: int) -> bool:
        draft = self._draft
        assert draft is not None
        if key == Qt.Key.Key_Escape:
            self.cancel()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close_polygon()
        elif key == Qt.Key.Key_Backspace:
            left = draft.points[:-1]
            self._draft = replace(draft, points=left) if left else None
            self._pane.update()
        else:
            return False
        return True

    def place_default(self) -> None:
        """Without a mouse: the chosen kind of shape in the middle of the picture, to be moved with
        Alt and arrows."""
        viewport, picture = self._pane.own_viewport(), self._pane.picture
        if self._kind is None or self._ref is None or viewport is None or picture is None:
            return
        x, y = self._inside((viewport.center_x, viewport.center_y))
        reach = min(shape_of(picture)) / 8
        around = ((-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0))
        wanted = POINTS[self._kind] or len(around)
        points = tuple((x + dx * reach, y + dy * reach) for dx, dy in around[:wanted])
        self._draft = Annotation(new_id(), self._ref, self._kind, points)
        self._finish()

    # --- painting -------------------------------------------------------------------------

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Everything on this frame, the shape in hand instead of where it was."""
        ref = self._ref
        if ref is None or self._pane.picture is None:
            return
        shapes: list[tuple[Annotation, bool]] = []
        for one in self._sheet.sheet.on(ref):
            shown = self._held if self._held is not None and self._held.id == one.id else one
            shapes.append((shown, one.id == self._sheet.selected))
        draft = None if self._stale() else self._draft
        if draft is not None:
            points = draft.points if self._cursor is None else (*draft.points, self._cursor)
            shapes.append((replace(draft, points=points), True))
        key_image = ref in self._sheet.sheet.key_images
        if not shapes and not key_image:
            return
        paint_marks(
            painter,
            viewport,
            [self._mark(shape, chosen=chosen) for shape, chosen in shapes],
            key_image=key_image,
            ratio=self._pane.devicePixelRatioF(),
            taken=self._pane.taken if shapes else (),
        )

    def lying(self) -> tuple[Mark, ...]:
        """What lies on this frame, for files and paper."""
        there = self._sheet.sheet.on(self._ref) if self._ref is not None else ()
        return tuple(self._mark(one, chosen=False) for one in there)

    def _mark(self, annotation: Annotation, *, chosen: bool) -> Mark:
        picture = self._pane.picture
        found = self._sheet.measured(annotation, None)
        if found is None and picture is not None and annotation.complete:
            if self._sheet.sheet.find(annotation.id) == annotation:
                # What came back from the disk is measured when its picture is seen first.
                found = self._sheet.measured(annotation, picture)
                self._told.start()  # the list shows it too
            else:
                found = measured(annotation, picture)  # in hand: it changes with every movement
        return Mark(annotation, lines(annotation, found), chosen)
