"""Where the other planes cut a picture: lines to take hold of, with handles that turn them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from app.imaging.geometry import Vector
from app.imaging.planes import Plane
from app.imaging.resample import Viewport
from app.imaging.volume import Direction
from app.kit.theme import colours
from app.viewers.dicom.mpr.trio import SlabChoice, Trio, View, angle_about
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.pane_layer import Point
from app.viewers.dicom.tools import Tool

_TOKENS = {Direction.AXIAL: "error", Direction.CORONAL: "success", Direction.SAGITTAL: "accent"}
_RIM = QColor(0, 0, 0, 150)
_REACH, _GAP, _HANDLE, _NEAR, _NEAR_HANDLE = 0.36, 12.0, 4.0, 5.0, 9.0
_STRIP = 3.0


def ink(direction: Direction) -> QColor:
    """The colour of a plane: over pictures, which are dark in both themes, the dark theme's."""
    return QColor(colours("dark")[_TOKENS[direction]])


class Desk(Protocol):
    """Who holds the planes."""

    lines: bool

    @property
    def trio(self) -> Trio | None:
        """The planes now."""
        ...

    def set_trio(self, trio: Trio) -> None:
        """Move them."""
        ...

    def slab(self, view: View) -> SlabChoice:
        """The slab of a cell."""
        ...


class _Way(Enum):
    """What holding means."""

    MOVE = "move"
    TURN = "turn"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class _Hold:
    """What the mouse holds, and where things stood when it took it."""

    way: _Way
    direction: Direction
    trio: Trio
    start: Vector


@dataclass(frozen=True, slots=True)
class Mark:
    """A line on the screen: its middle, where the planes meet, and a unit vector along it."""

    direction: Direction
    middle: QPointF
    along: QPointF

    def ends(self, reach: float) -> tuple[QPointF, QPointF]:
        """Both points at a distance from the middle."""
        return self.middle - self.along * reach, self.middle + self.along * reach

    def distance(self, at: QPointF) -> float:
        """Pixels from the line."""
        off = at - self.middle
        return abs(off.x() * self.along.y() - off.y() * self.along.x())


def _length(by: QPointF) -> float:
    return math.hypot(by.x(), by.y())


class Crosshair:
    """A `PaneLayer` of one plane's cell."""

    def __init__(self, desk: Desk, view: View, pane: ImagePane) -> None:
        self._desk = desk
        self._view = view
        self._pane = pane
        self._hold: _Hold | None = None

    @property
    def tools(self) -> frozenset[str]:
        """See `PaneLayer`: no tool is this layer's alone."""
        return frozenset()

    @property
    def reach(self) -> float:
        """How far handles are from the middle, pixels of the pane."""
        return _REACH * min(self._pane.width(), self._pane.height())

    def marks(self, viewport: Viewport) -> tuple[Mark, ...]:
        """The lines of the other planes as they lie on the screen."""
        trio, picture = self._desk.trio, self._pane.plane
        if trio is None or picture is None or not self._desk.lines:
            return ()
        found = [
            _mark(trio, direction, picture, viewport)
            for direction in Direction
            if direction is not self._view.direction
        ]
        return tuple(mark for mark in found if mark is not None)

    # The mouse

    def _held_at(self, at: QPointF) -> tuple[_Way, Direction] | None:
        viewport = self._pane.own_viewport()
        marks = self.marks(viewport) if viewport is not None else ()
        if not marks:
            return None
        for mark in marks:
            if min(_length(at - end) for end in mark.ends(self.reach)) <= _NEAR_HANDLE:
                return _Way.TURN, mark.direction
        if _length(at - marks[0].middle) <= _NEAR_HANDLE:
            return _Way.ALL, marks[0].direction
        nearest = min(marks, key=lambda mark: mark.distance(at))
        return (_Way.MOVE, nearest.direction) if nearest.distance(at) <= _NEAR else None

    def press(self, point: Point, event: QMouseEvent) -> bool:
        """Take hold of a line, of a handle, or of where the lines cross."""
        trio, picture = self._desk.trio, self._pane.plane
        tool = self._pane.tool
        measures = tool not in tuple(Tool)  # which may begin upon a line as well
        if event.button() is not Qt.MouseButton.LeftButton or tool == Tool.CURSOR or measures:
            return False
        held = self._held_at(event.position())
        if held is None or trio is None or picture is None:
            return False
        self._hold = _Hold(*held, trio, picture.point(*point))
        return True

    def move(self, point: Point, event: QMouseEvent) -> bool:
        """Move or turn what is held; else show what could be."""
        hold, picture = self._hold, self._pane.plane
        if hold is None:
            self._show_shape(event.position())
            return False
        if picture is None:
            return True
        now, trio = picture.point(*point), hold.trio
        match hold.way:
            case _Way.MOVE:
                plane = trio.plane(hold.direction)
                by = plane.distance(now) - plane.distance(hold.start)
                self._desk.set_trio(trio.moved(hold.direction, by))
            case _Way.ALL:
                self._desk.set_trio(trio.pointed(now))
            case _Way.TURN:
                degrees = angle_about(picture, trio.cursor, hold.start, now)
                self._desk.set_trio(trio.turned(hold.direction, picture.normal, degrees))
        return True

    def _show_shape(self, at: QPointF) -> None:
        shapes = {
            _Way.MOVE: Qt.CursorShape.SizeAllCursor,
            _Way.ALL: Qt.CursorShape.CrossCursor,
            _Way.TURN: Qt.CursorShape.PointingHandCursor,
        }
        held = self._held_at(at) if self._pane.tool != Tool.CURSOR else None
        if held is None:
            self._pane.unsetCursor()
        else:
            self._pane.setCursor(shapes[held[0]])

    def release(self, point: Point, event: QMouseEvent) -> bool:
        """Let go."""
        held, self._hold = self._hold, None
        return held is not None

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        """Nothing here needs it."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """Esc puts back what is being dragged."""
        if self._hold is None or event.key() != Qt.Key.Key_Escape:
            return False
        hold, self._hold = self._hold, None
        self._desk.set_trio(hold.trio)
        return True

    def act(self, action: str) -> bool:
        """No action is this layer's alone."""
        return False

    # Painting

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The lines, open where they cross, so that what they point at stays visible."""
        area = QRectF(self._pane.rect())
        painter.fillRect(QRectF(0, 0, area.width(), _STRIP), ink(self._view.direction))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        far = area.width() + area.height()
        for mark in self.marks(viewport):
            colour = ink(mark.direction)
            for side in (-1.0, 1.0):
                near, end = mark.middle + mark.along * (side * _GAP), mark.along * (side * far)
                line = QLineF(near, mark.middle + end)
                self._line(painter, line, colour, Qt.PenStyle.SolidLine)
            self._slab_edges(painter, mark, viewport, far)
            for end in mark.ends(self.reach):
                painter.setPen(QPen(_RIM, 3.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(end, _HANDLE, _HANDLE)
                painter.setPen(QPen(colour, 1.5))
                painter.setBrush(QColor(0, 0, 0, 120))
                painter.drawEllipse(end, _HANDLE, _HANDLE)

    @staticmethod
    def _line(painter: QPainter, line: QLineF, colour: QColor, style: Qt.PenStyle) -> None:
        painter.setPen(QPen(_RIM, 2.5, style))
        painter.drawLine(line)
        painter.setPen(QPen(colour, 1.0, style))
        painter.drawLine(line)

    def _slab_edges(self, painter: QPainter, mark: Mark, viewport: Viewport, far: float) -> None:
        """How thick the slab of the line's own cell is."""
        trio, picture = self._desk.trio, self._pane.plane
        slab = self._desk.slab(View(mark.direction.value))
        if slab.thickness <= 0 or trio is None or picture is None:
            return
        plane = trio.plane(mark.direction)
        for side in (-0.5, 0.5):
            # Its edge cuts this picture farther off the more it is tilted against it.
            tilt = abs(sum(a * b for a, b in zip(plane.normal, picture.normal, strict=True)))
            off = side * slab.thickness / math.sqrt(max(1e-3, 1 - tilt * tilt))
            by = off * viewport.zoom / picture.column_spacing
            middle = mark.middle + QPointF(-mark.along.y(), mark.along.x()) * by
            line = QLineF(middle - mark.along * far, middle + mark.along * far)
            self._line(painter, line, ink(mark.direction), Qt.PenStyle.DotLine)


def _mark(trio: Trio, direction: Direction, picture: Plane, viewport: Viewport) -> Mark | None:
    line = trio.line(direction, picture)
    if line is None:
        return None
    point, way = line
    x, y, z = (a + b for a, b in zip(point, way, strict=True))
    middle = QPointF(*viewport.to_screen(*picture.picture(point)))
    ahead = QPointF(*viewport.to_screen(*picture.picture((x, y, z)))) - middle
    length = _length(ahead)
    return Mark(direction, middle, ahead * (1 / length)) if length > 0 else None
