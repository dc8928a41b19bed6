"""The line of known length on one pane, and what becomes of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from app.imaging.calibration import Point
from app.imaging.hand_calibration import (
    LEAST_PIXELS,
    HandCalibration,
    Pictures,
    can_be_calibrated,
)
from app.imaging.picture import shape_of
from app.imaging.resample import Viewport
from app.imaging.series import SliceRef
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.annotations.shapes import REACH
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.calibrating.entries import CalibrationRow
from app.viewers.dicom.calibrating.entry import LengthEntry, Told
from app.viewers.dicom.pane import ImagePane

translate = QCoreApplication.translate

_INK, _RIM = QColor(255, 140, 90), QColor(0, 0, 0, 200)
_TICK = 6.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pane is: the frame shown, and its series with the number of its pictures."""

    ref: SliceRef
    series_instance_uid: str
    count: int


class CalibrationLayer(QObject):
    """A `PaneLayer`: drag a line, take hold of its ends, type its length."""

    def __init__(
        self,
        sheet: AnnotationSheet,
        pane: ImagePane,
        where: Callable[[], Place | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self._pane = pane
        self._where = where
        self._ref: SliceRef | None = None
        self._line: tuple[Point, Point] | None = None
        self._held: int | None = None
        self.entry = LengthEntry(pane)
        self.entry.told.connect(self._calibrate)
        self.entry.dropped.connect(self.cancel)
        pane.changed.connect(self._follow)

    @property
    def tools(self) -> frozenset[str]:
        """See `PaneLayer`."""
        return frozenset((CalibrationRow.CALIBRATE,))

    def cancel(self) -> None:
        """Drop the line."""
        self._line = self._held = self._ref = None
        self.entry.put_away()
        self._pane.update()

    def _stale(self) -> bool:
        place = self._where()
        return self._line is not None and (
            place is None or place.ref != self._ref or self._pane.tool not in self.tools
        )

    def follow(self) -> None:
        """The pane may show something else: a line of another picture is dropped."""
        if self._stale():
            self.cancel()

    def _follow(self) -> None:
        if not self.entry.isHidden():
            self._ask()

    # --- the mouse ------------------------------------------------------------------------

    def press(self, point: Point, event: QMouseEvent) -> bool:
        """Takes hold of an end of the line, or begins another."""
        self.follow()
        place = self._where()
        left = event.button() is Qt.MouseButton.LeftButton
        if self._pane.tool not in self.tools or not left or place is None:
            return False
        self._pane.set_note("")
        if not self._allowed():
            return True
        self._held = self._end_at(event.position())
        if self._held is None:
            self.entry.put_away()
            self._ref, self._line, self._held = place.ref, (point, point), 1
        self._pane.update()
        return True

    def _allowed(self) -> bool:
        picture = self._pane.picture
        if picture is None:
            return False
        if not can_be_calibrated(picture.scales):
            self._pane.set_note(
                translate(
                    "DicomViewer",
                    "This picture has parts in seconds or velocities: it cannot be calibrated.",
                )
            )
            return False
        return True

    def _end_at(self, at: QPointF) -> int | None:
        viewport = self._pane.own_viewport()
        if self._line is None or viewport is None:
            return None
        for number, end in enumerate(self._line):
            off = QPointF(*viewport.to_screen(*end)) - at
            if math.hypot(off.x(), off.y()) <= REACH:
                return number
        return None

    def move(self, point: Point, event: QMouseEvent) -> bool:
        """The held end follows."""
        if self._line is None or self._held is None:
            return False
        picture = self._pane.picture
        if picture is not None:
            rows, columns = shape_of(picture)
            point = min(float(columns), max(0.0, point[0])), min(float(rows), max(0.0, point[1]))
        self._line = (point, self._line[1]) if self._held == 0 else (self._line[0], point)
        self._pane.update()
        return True

    def release(self, point: Point, event: QMouseEvent) -> bool:
        """Asks how long the line is."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._held = None
        if self._line is not None:
            (x0, y0), (x1, y1) = self._line
            if math.hypot(x1 - x0, y1 - y0) < LEAST_PIXELS:
                self.cancel()
                self._pane.set_note(
                    translate("DicomViewer", "Draw a line over something of known length.")
                )
            else:
                self._ask()
        return True

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        """Nothing, but the grid must stay while a line is drawn."""
        return self._pane.tool in self.tools

    def _ask(self) -> None:
        viewport, place = self._pane.own_viewport(), self._where()
        if self._line is None or viewport is None or place is None:
            return
        ends = [viewport.to_screen(*end) for end in self._line]
        x, y = max(ends)
        self.entry.ask(QPoint(round(x), round(y)), count=place.count)

    # --- keys and actions -----------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Esc drops the line."""
        if self._line is not None and event.key() == Qt.Key.Key_Escape:
            self.cancel()
            return True
        return False

    def act(self, action: str) -> bool:
        """Without a mouse a line is put across the middle; and a calibration is taken off."""
        if action == MarkAction.PLACE and self._pane.tool in self.tools:
            self._put_default()
        elif action == CalibrationRow.TAKE_OFF:
            self._take_off()
        else:
            return False
        return True

    def _put_default(self) -> None:
        place, picture, viewport = self._where(), self._pane.picture, self._pane.own_viewport()
        if place is None or picture is None or viewport is None or not self._allowed():
            return
        columns = shape_of(picture)[1]
        x, y, reach = viewport.center_x, viewport.center_y, columns / 8
        self._ref = place.ref
        self._line = (max(0.0, x - reach), y), (min(float(columns), x + reach), y)
        self._ask()
        self._pane.update()

    def _take_off(self) -> None:
        pictures = self._pictures()
        if pictures is None or not self._sheet.uncalibrate(pictures):
            self._pane.set_note(translate("DicomViewer", "This picture is not calibrated by hand."))

    def _pictures(self) -> Pictures | None:
        place, picture = self._where(), self._pane.picture
        if place is None or picture is None:
            return None
        return Pictures(place.ref, place.series_instance_uid, shape_of(picture))

    def _calibrate(self, told: Told) -> None:
        line, pictures, picture = self._line, self._pictures(), self._pane.picture
        stale = self._stale()
        self.cancel()
        if line is None or pictures is None or picture is None or stale:
            return
        aspect = picture.spacing.aspect
        self._sheet.calibrate(
            HandCalibration(pictures, line, told.millimetres, told.whole_series, aspect)
        )

    # --- painting -------------------------------------------------------------------------

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The line with a tick at each end."""
        if self._line is None or self._stale():
            return
        p, q = (QPointF(*viewport.to_screen(*end)) for end in self._line)
        along = q - p
        length = math.hypot(along.x(), along.y()) or 1.0
        tick = QPointF(-along.y(), along.x()) * (_TICK / length)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for ink, width in ((_RIM, 3.5), (_INK, 1.5)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(p, q)
            for end in (p, q):
                painter.drawLine(end - tick, end + tick)
