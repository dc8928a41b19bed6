"""One picture on the screen: paints it; what hands do to it is in `hands`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.imaging.geometry import EdgeLetters
from app.imaging.planes import Plane, Segment
from app.imaging.resample import Viewport
from app.imaging.voi import Voi
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.canvas import PictureCanvas
from app.viewers.dicom.captions import Corners
from app.viewers.dicom.hands import Hands
from app.viewers.dicom.lens import lens_viewport, paint_lens
from app.viewers.dicom.overlay import OverlayPainter, lower_right
from app.viewers.dicom.pane_layer import PaneLayer, Point
from app.viewers.dicom.picture_painter import BACKGROUND, Lines, Taken, paint_over
from app.viewers.dicom.probe import probe, probe_words
from app.viewers.dicom.tools import Tool

_QUIET_FRAME = QColor(120, 130, 140)


@dataclass(slots=True)
class Marks:
    """What is drawn over the picture besides its captions; `lines` are (segment, thin)."""

    lines: Sequence[tuple[Segment, bool]] = ()
    cross: Point | None = None
    note: str = ""
    badge: str = ""
    lens: QPointF | None = None
    probe: QPointF | None = None
    region: QRectF | None = None
    layers: list[PaneLayer] = field(default_factory=list)


class ImagePane(PictureCanvas):
    """Shows one picture with what lies over it; knows nothing of series or sources."""

    stepped = Signal(int)
    """Slices to move by, negative towards the first."""
    acted = Signal(str)
    """The id of an action or tool in the table."""
    touched = Signal()
    """A hand came here."""
    badged = Signal(str)
    """Of which study the picture is, for the band above it."""
    held_on = Signal(bool)
    """A hand takes hold by a button, or lets go."""
    wheeled = Signal(bool)
    """A wheel is about to enlarge, or has."""
    grasped = Signal()
    """A hand changed window, zoom or place by the mouse."""
    menu_asked = Signal(object)
    """A QPoint of the whole screen."""
    maximise_asked = Signal()
    region_chosen = Signal(object)
    """A QRectF in the pane's pixels."""
    pointed = Signal(object)
    """A picture point (x, y) to be shown in every cell; None when it is over."""
    _steps_due = Signal()

    def __init__(self, parent: QWidget | None = None, bindings: Bindings | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_pane")
        self._steps = 0
        self._steps_due.connect(self._step, Qt.ConnectionType.QueuedConnection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # The pane opens its menu itself: a right drag must not.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setMouseTracking(True)
        self.tool: str = Tool.WINDOW
        self.active = False
        self.overlays = True
        self.plane: Plane | None = None
        self.hovered: Point | None = None
        self._hands = Hands(self, bindings or Bindings(parent=self))
        self._corners = Corners()
        self._letters: EdgeLetters | None = None
        self._marks = Marks()
        self._taken: Taken = tuple
        """Where words stand that a layer must leave free while it paints."""

    # What lies over it

    @property
    def corners(self) -> Corners:
        """The captions on the screen."""
        return self._corners

    @property
    def letters(self) -> EdgeLetters | None:
        """The orientation letters on the screen."""
        return self._letters

    @property
    def marks(self) -> Marks:
        """What is drawn over the picture besides its captions."""
        return self._marks

    @property
    def layers(self) -> tuple[PaneLayer, ...]:
        """What lies over the picture and may take the mouse."""
        return tuple(self._marks.layers)

    def set_captions(self, corners: Corners, letters: EdgeLetters | None) -> None:
        """Replace the texts over the picture."""
        part = self._changed_words(corners, letters)
        self._corners, self._letters = corners, letters
        if part is None:
            self.update()
        elif not part.isEmpty():
            self.update(part)

    def _changed_words(self, corners: Corners, letters: EdgeLetters | None) -> QRect | None:
        """Where other words will stand; None for anywhere. While a hand drags the window only the
        lower right corner changes, and painting all of the pane would cost more than the window."""
        now = self._corners
        below = now.bottom_right, corners.bottom_right
        if (
            corners.lean
            or letters != self._letters
            or now != replace(corners, bottom_right=below[0])
            or len(below[0]) != len(below[1])
        ):
            return None
        return QRect() if below[0] == below[1] else lower_right(self.rect(), self.font(), below[0])

    def add_layer(self, layer: PaneLayer) -> None:
        """Let a layer paint over the picture and take the mouse."""
        self._marks.layers.append(layer)
        self.update()

    def set_lines(self, lines: Sequence[tuple[Segment, bool]]) -> None:
        """Reference lines in picture coordinates, with whether each is thin."""
        if tuple(lines) != tuple(self._marks.lines):
            self._marks.lines = tuple(lines)
            self.update()

    def set_cross(self, point: Point | None) -> None:
        """Where the 3D cursor is, in picture coordinates."""
        if point != self._marks.cross:
            self._marks.cross = point
            self.update()

    def set_note(self, text: str) -> None:
        """A short answer to a hand, until the next."""
        if text != self._marks.note:
            self._marks.note = text
            self.update()

    @property
    def taken(self) -> Sequence[QRectF]:
        """Where words stand over the picture, which labels leave free."""
        return self._taken()

    @property
    def held(self) -> bool:
        """Whether a hand is dragging here."""
        return self._hands.dragging

    @property
    def badge(self) -> str:
        """Which study this is, empty for the current one."""
        return self._marks.badge

    def set_badge(self, text: str) -> None:
        """Say that this is not of the current study, whatever else is hidden."""
        if text != self._marks.badge:
            self._marks.badge = text
            self.badged.emit(text)

    def show_lens(self, at: QPointF | None) -> None:
        """The magnifier, or none."""
        if at is not None or self._marks.lens is not None:
            self._marks.lens = at
            self.update()

    def show_probe(self, at: QPointF | None) -> None:
        """What the picture says at a point, or nothing."""
        if at is not None or self._marks.probe is not None:
            self._marks.probe = at
            self.update()

    def show_region(self, area: QRectF | None) -> None:
        """A rectangle being drawn."""
        self._marks.region = area
        self.update()

    def point_at(self, at: QPointF) -> None:
        """Show this point in every cell."""
        point = self.picture_point(at)
        if point is not None:
            self.pointed.emit(point)

    def stop_pointing(self) -> None:
        """End what `point_at` began."""
        if self._marks.cross is not None:
            self.pointed.emit(None)

    def set_voi(self, voi: Voi | None) -> None:
        super().set_voi(voi)
        if self._marks.lens is not None:
            self.update()  # it may lie beside the picture

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        self._refresh()
        if self._image is None or self.devicePixelRatioF() % 1:  # else the picture covers it all
            painter.fillRect(area, BACKGROUND)
        over = OverlayPainter(painter, area, self.font(), self.devicePixelRatioF())
        viewport = self.own_viewport()
        if self._picture is not None and self._image is not None and viewport is not None:
            painter.drawImage(QPointF(0, 0), self._image)
            self._paint_over(painter, over, viewport)
        else:
            over.message(self._message)
        over.corners(self._corners if self.overlays else Corners(badge=self._corners.badge))
        if self._marks.note:
            over.note(self._marks.note)
        if self.active:
            quiet = not self.hasFocus()
            over.frame(_QUIET_FRAME if quiet else self.palette().highlight().color(), 2)
        painter.end()

    def _paint_over(self, painter: QPainter, over: OverlayPainter, viewport: Viewport) -> None:
        marks, picture = self._marks, self._picture
        assert picture is not None
        if self.overlays:
            lines = Lines(self._letters, marks.lines)
            paint_over(
                painter,
                over,
                viewport,
                picture,
                lines,
                self._corners,
                lambda taken: self._lie_over(painter, taken, viewport),
            )
        if marks.cross is not None:
            over.cross(QPointF(*viewport.to_screen(*marks.cross)))
        if marks.region is not None:
            over.rectangle(marks.region)
        if marks.lens is not None:
            self._paint_lens(painter, marks.lens)
        if marks.probe is not None:
            self._paint_probe(over, marks.probe)

    def _lie_over(self, painter: QPainter, taken: Taken, viewport: Viewport) -> None:
        self._taken = taken
        self._layers(painter, viewport)

    def _layers(self, painter: QPainter, viewport: Viewport) -> None:
        for layer in self._marks.layers:
            painter.save()
            layer.paint(painter, viewport)
            painter.restore()

    def _paint_lens(self, painter: QPainter, at: QPointF) -> None:
        seen, picture, ratio = self.viewport(), self._picture, self.devicePixelRatioF()
        if seen is not None and picture is not None:
            view = lens_viewport(seen, (at.x() * ratio, at.y() * ratio), ratio)
            paint_lens(painter, at, picture, view, self.voi, ratio, invert=self._invert)

    def _paint_probe(self, over: OverlayPainter, at: QPointF) -> None:
        point = self.picture_point(at)
        found = probe(self._picture, *point) if self._picture is not None and point else None
        if found is not None and point is not None:
            place = self.plane.point(*point) if self.plane is not None else None
            over.beside(at, probe_words(found, place))

    # Hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._hands.wheel(event)
        event.accept()

    def step_soon(self, slices: int) -> None:
        """Ask for a step together with all that come before the screen is painted again: a wheel
        that turns faster than slices can be shown must not keep every one from being seen."""
        if not self._steps:
            self._steps_due.emit()
        self._steps += slices

    def _step(self) -> None:
        steps, self._steps = self._steps, 0
        if steps:
            self.stepped.emit(steps)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._hands.press(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._hands.move(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._hands.release(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._hands.double_click(event))

    def leaveEvent(self, event: QEvent) -> None:
        self.show_probe(None)
        self.stop_pointing()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.touched.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._hands.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Shift:
            self.stop_pointing()
        super().keyReleaseEvent(event)
