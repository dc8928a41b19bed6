"""A picture in a widget: grey levels, zoom, place and turn; no words and no hands."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.imaging.displayed import closed, shutter_mask
from app.imaging.geometry import Turn
from app.imaging.picture import Picture, shape_of
from app.imaging.pipeline import default_voi, display
from app.imaging.resample import View, Viewport, resample
from app.imaging.voi import Voi, VoiLut
from app.viewers.dicom.bitmap import to_image
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.pane_layer import Point


def _falls(voi: Voi | None) -> bool:
    return isinstance(voi, VoiLut) and voi.falls


class PictureCanvas(QWidget):
    """Holds one picture as it is to be painted.

    The viewport-sized resample is kept, so that changing the window costs one table lookup.
    `home` is the place that `reset` goes to: fitted and not turned, unless somebody says otherwise.
    """

    changed = Signal()
    """Window, zoom, place or inversion changed here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(80, 60)
        self._picture: Picture | None = None
        self._voi: Voi | None = None
        self._invert = False
        self._camera = self.home = Camera()
        self._view: View | None = None
        self._viewport: Viewport | None = None
        self._levels: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._spare: QImage | None = None
        self._surround_kept = False
        self._message = ""
        self._shuttered = True
        self._covered: NDArray[np.bool_] | None = None

    @property
    def picture(self) -> Picture | None:
        """The picture on the screen."""
        return self._picture

    @property
    def voi(self) -> Voi | None:
        """What makes its grey levels now."""
        if self._voi is not None or self._picture is None:
            return self._voi
        return default_voi(self._picture)

    @property
    def chosen_voi(self) -> Voi | None:
        """The window or table a person chose, None while each picture brings its own."""
        return self._voi

    @property
    def inverted(self) -> bool:
        """Whether grey levels are inverted."""
        return self._invert

    @property
    def shuttered(self) -> bool:
        """Whether display shutters are closed."""
        return self._shuttered

    @property
    def camera(self) -> Camera:
        """Zoom, place and turn."""
        return self._camera

    @property
    def message(self) -> str:
        """The words in the middle, empty while a picture is shown."""
        return self._message

    @property
    def levels(self) -> NDArray[np.uint8] | None:
        """The display levels on the screen, (height, width) or (height, width, 3)."""
        self._refresh()
        return self._levels

    def viewport(self) -> Viewport | None:
        """Which part of the picture is seen, in device pixels."""
        if self._picture is None:
            return None
        if self._viewport is None:
            ratio = self.devicePixelRatioF()
            width, height = round(self.width() * ratio), round(self.height() * ratio)
            self._viewport = self._camera.viewport(self._picture, max(1, width), max(1, height))
        return self._viewport

    def own_viewport(self) -> Viewport | None:
        """`viewport` in the pane's own pixels, for painting and for the mouse."""
        seen = self.viewport()
        if seen is None:
            return None
        zoom = seen.zoom / self.devicePixelRatioF()
        return replace(seen, width=self.width(), height=self.height(), zoom=zoom)

    def picture_point(self, at: QPointF) -> Point | None:
        """The picture point under a point of the pane, None without a picture."""
        viewport = self.own_viewport()
        return viewport.to_picture(at.x(), at.y()) if viewport is not None else None

    def set_picture(self, picture: Picture | None) -> None:
        """Show another picture with the same window choice and place."""
        if picture is not self._picture:
            self._picture = picture
            self._moved()
        if picture is None:
            self._spare = None
        else:
            self._message = ""

    def set_message(self, text: str) -> None:
        """Words instead of a picture."""
        self._message = text
        self.set_picture(None)
        self.update()

    def set_voi(self, voi: Voi | None) -> None:
        """Choose a window or table; None gives each picture its own.

        Where a table that falls makes way for a window, or comes back, grey levels are turned
        round, so that the picture does not become its negative.
        """
        before = self.voi
        self._voi = voi
        if _falls(before) != _falls(self.voi):
            self._invert = not self._invert
        self._relevelled(self._picture_rect())

    def set_inverted(self, inverted: bool) -> None:
        """Invert grey levels, or not."""
        self._invert = inverted
        self._relevelled()

    def set_levels(self, voi: Voi | None, *, inverted: bool) -> None:
        """A window or table together with inversion, as they were before or are elsewhere: nothing
        is turned round."""
        self._voi, self._invert = voi, inverted
        self._relevelled()

    def set_shuttered(self, shuttered: bool) -> None:
        """Close the display shutter of pictures that have one, or show what it covers."""
        self._shuttered = shuttered
        self._relevelled()

    def set_camera(self, camera: Camera) -> None:
        """Change zoom, place and turn."""
        self._camera = camera
        self._moved()

    def set_turn(self, turn: Turn) -> None:
        """Rotate and mirror."""
        self.set_camera(self._camera.turned(turn))

    def reset(self) -> None:
        """As at `home`, not inverted, each picture with its own window."""
        self._voi, self._invert, self._camera = None, False, self.home
        self._moved()

    def zoom_to(self, zoom: float) -> None:
        """Device pixels per picture column, around the middle."""
        viewport = self.viewport()
        if viewport is not None:
            self.zoom_by(zoom / viewport.zoom)

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a point of the pane, its middle by default."""
        viewport = self.viewport()
        if self._picture is None or viewport is None:
            return
        ratio = self.devicePixelRatioF()
        point = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        where = (point.x() * ratio, point.y() * ratio)
        self.set_camera(self._camera.zoomed(self._picture, viewport, factor, where))
        self.changed.emit()

    def pan_by(self, by: QPointF) -> None:
        """Move the picture by pixels of the pane."""
        viewport = self.viewport()
        if self._picture is None or viewport is None:
            return
        ratio = self.devicePixelRatioF()
        moved = self._camera.moved(self._picture, viewport, by.x() * ratio, by.y() * ratio)
        self.set_camera(moved)
        self.changed.emit()

    def sizeHint(self) -> QSize:
        """Room for a 512² picture."""
        return QSize(640, 560)

    def _moved(self) -> None:
        self._view = self._viewport = self._covered = None
        self._relevelled()

    def _picture_rect(self) -> QRect:
        """Where the picture lies on the pane, in the pane's own pixels."""
        viewport = self.own_viewport()
        if viewport is None or self._picture is None:
            return self.rect()
        rows, columns = shape_of(self._picture)
        corner, opposite = viewport.to_screen(0, 0), viewport.to_screen(columns, rows)
        lying = QRectF(QPointF(*corner), QPointF(*opposite)).normalized()
        return lying.toAlignedRect().adjusted(-1, -1, 1, 1).intersected(self.rect())

    def _relevelled(self, part: QRect | None = None) -> None:
        """Grey levels are to be made again; `part` where what surrounds it stays as it is."""
        self._surround_kept = part is not None and (self._surround_kept or self._image is not None)
        self._spare, self._image = self._image or self._spare, None
        if part is None:
            self.update()
        else:
            self.update(part)

    def _columns_to_make(self) -> slice:
        """Columns of the screen that a new window changes; black beside the picture stays."""
        if not self._surround_kept:
            return slice(None)
        ratio, part = self.devicePixelRatioF(), self._picture_rect()
        return slice(math.floor(part.left() * ratio), math.ceil((part.right() + 1) * ratio))

    def _refresh(self) -> None:
        if self._image is not None or self._picture is None:
            return
        viewport = self.viewport()
        assert viewport is not None
        if self._view is None:
            self._view = resample(self._picture, viewport)
        levels = display(self._view, self.voi, invert=self._invert)
        if self._shuttered and self._picture.shutter is not None:
            if self._covered is None:
                self._covered = shutter_mask(self._picture, viewport)
            if self._covered is not None:
                levels = closed(levels, self._picture.shutter, self._covered)
        self._levels = levels
        self._image = to_image(
            levels, self.devicePixelRatioF(), reused=self._spare, columns=self._columns_to_make()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._moved()
        super().resizeEvent(event)
        if self._picture is not None:
            self.changed.emit()
