"""One picture on the screen: paints it, and turns mouse, wheel and keys into wishes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.imaging.geometry import EdgeLetters
from app.imaging.picture import ColourPicture, Picture
from app.imaging.pipeline import default_voi, display
from app.imaging.resample import View, Viewport, resample
from app.imaging.voi import Voi, Window, window
from app.viewers.dicom.bitmap import to_image
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.captions import Corners, ruler
from app.viewers.dicom.overlay import OverlayPainter
from app.viewers.dicom.tools import BUTTONS, KEYS, PRESET_KEYS, Action, Tool

_BACKGROUND = QColor(4, 5, 6)
_ZOOM_PER_NOTCH = 1.15
_NOTCH = 120
_PIXELS_PER_SLICE = 12.0


@dataclass(frozen=True, slots=True)
class _Drag:
    """A drag in progress: what it does and where things stood when it began."""

    tool: Tool
    button: Qt.MouseButton
    start: QPointF
    last: QPointF
    window: Window | None
    scrolled: int


class ImagePane(QWidget):
    """Shows one picture; knows nothing of series or sources.

    The viewport-sized resample is kept, so that changing the window costs one table lookup.
    """

    stepped = Signal(int)
    """Slices to move by, negative towards the first."""
    acted = Signal(Action)
    preset_chosen = Signal(int)
    """Index of a preset key, from 0."""
    changed = Signal()
    """Window, zoom, place or inversion changed here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_pane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.tool = Tool.WINDOW
        self._picture: Picture | None = None
        self._voi: Voi | None = None
        self._invert = False
        self._camera = Camera()
        self._view: View | None = None
        self._viewport: Viewport | None = None
        self._levels: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._corners = Corners()
        self._letters: EdgeLetters | None = None
        self._message = ""
        self._drag: _Drag | None = None
        self._wheel = 0

    # What is shown

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
    def corners(self) -> Corners:
        """The captions on the screen."""
        return self._corners

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

    def set_picture(self, picture: Picture | None) -> None:
        """Show another picture with the same window choice and place."""
        if picture is not self._picture:
            self._picture = picture
            self._moved()
        self._message = "" if picture is not None else self._message

    def set_message(self, text: str) -> None:
        """Words instead of a picture."""
        self._message = text
        self.set_picture(None)
        self.update()

    def set_captions(self, corners: Corners, letters: EdgeLetters | None) -> None:
        """Replace the texts over the picture."""
        self._corners, self._letters = corners, letters
        self.update()

    def set_voi(self, voi: Voi | None) -> None:
        """Choose a window or table; None gives each picture its own."""
        self._voi = voi
        self._relevelled()

    def set_inverted(self, inverted: bool) -> None:
        """Invert grey levels, or not."""
        self._invert = inverted
        self._relevelled()

    def set_camera(self, camera: Camera) -> None:
        """Change zoom and place."""
        self._camera = camera
        self._moved()

    def reset(self) -> None:
        """Fitted, not inverted, each picture with its own window."""
        self._voi, self._invert, self._camera = None, False, Camera()
        self._moved()

    def one_to_one(self) -> None:
        """One picture column to one device pixel."""
        viewport = self.viewport()
        if self._picture is not None and viewport is not None:
            middle = (viewport.width / 2, viewport.height / 2)
            camera = self._camera.zoomed(self._picture, viewport, 1 / viewport.zoom, middle)
            self.set_camera(camera)
            self.changed.emit()

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

    # Painting

    def sizeHint(self) -> QSize:
        """Room for a 512² picture."""
        return QSize(640, 560)

    def _moved(self) -> None:
        self._view = self._viewport = None
        self._relevelled()

    def _relevelled(self) -> None:
        self._image = None
        self.update()

    def _refresh(self) -> None:
        if self._image is not None or self._picture is None:
            return
        viewport = self.viewport()
        assert viewport is not None
        if self._view is None:
            self._view = resample(self._picture, viewport)
        # The image looks at the levels, so they are not written again while it lives.
        self._levels = display(self._view, self.voi, invert=self._invert)
        self._image = to_image(self._levels, self.devicePixelRatioF())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(area, _BACKGROUND)
        self._refresh()
        overlay = OverlayPainter(painter, area, self.font())
        if self._picture is not None and self._image is not None:
            painter.drawImage(QPointF(0, 0), self._image)
            self._paint_scale(overlay)
        elif self._message:
            overlay.message(self._message)
        overlay.corners(self._corners)
        if self._letters is not None and self._picture is not None:
            overlay.letters(self._letters)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_scale(self, overlay: OverlayPainter) -> None:
        viewport = self.viewport()
        if viewport is None or self._picture is None:
            return
        zoom = viewport.zoom / self.devicePixelRatioF()
        scale = ruler(self._picture.spacing, zoom, self.height() * 0.22)
        if scale is not None and self.height() > 300:
            overlay.ruler(scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._moved()
        super().resizeEvent(event)
        if self._picture is not None:
            self.changed.emit()

    # Hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(_ZOOM_PER_NOTCH ** (turned / _NOTCH), event.position())
        else:
            # Touch pads send parts of a notch: they add up.
            self._wheel += turned
            notches = int(self._wheel / _NOTCH)
            self._wheel -= notches * _NOTCH
            if notches:
                self.stepped.emit(-notches)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in BUTTONS or self._picture is None:
            super().mousePressEvent(event)
            return
        tool = BUTTONS[event.button()] or self.tool
        voi = self.voi
        if isinstance(self._picture, ColourPicture) and voi is None:
            voi = window(128, 256)
        current = voi if isinstance(voi, Window) else None
        at = event.position()
        self._drag = _Drag(tool, event.button(), at, at, current, 0)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None:
            super().mouseMoveEvent(event)
            return
        scrolled = self._dragged(drag, event.position())
        self._drag = _Drag(
            drag.tool, drag.button, drag.start, event.position(), drag.window, scrolled
        )
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None and event.button() == self._drag.button:
            self._drag = None
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def _dragged(self, drag: _Drag, at: QPointF) -> int:
        """Carry out a drag up to `at`; answers the slices it has moved by so far."""
        match drag.tool:
            case Tool.WINDOW:
                self._drag_window(drag, at)
            case Tool.ZOOM:
                self.zoom_by(1.01 ** (drag.last.y() - at.y()), drag.start)
            case Tool.PAN:
                self._drag_place(at - drag.last)
            case Tool.SCROLL:
                slices = int((at.y() - drag.start.y()) / _PIXELS_PER_SLICE)
                if slices != drag.scrolled:
                    self.stepped.emit(slices - drag.scrolled)
                return slices
        return drag.scrolled

    def _drag_window(self, drag: _Drag, at: QPointF) -> None:
        if drag.window is None:
            return
        # A wide window moves in large steps, a narrow one in small ones.
        step = max(drag.window.width / 300.0, 1e-6)
        moved = at - drag.start
        least = 1.0 if drag.window.width >= 1.0 else 1e-6
        width = max(least, drag.window.width + moved.x() * step)
        center = drag.window.center + moved.y() * step
        self.set_voi(window(center, width, drag.window.function))
        self.changed.emit()

    def _drag_place(self, by: QPointF) -> None:
        viewport = self.viewport()
        if self._picture is None or viewport is None:
            return
        ratio = self.devicePixelRatioF()
        moved = self._camera.moved(self._picture, viewport, by.x() * ratio, by.y() * ratio)
        self.set_camera(moved)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if held == Qt.KeyboardModifier.NoModifier and key in PRESET_KEYS:
            self.preset_chosen.emit(PRESET_KEYS.index(key))
        elif held == Qt.KeyboardModifier.NoModifier and key in KEYS:
            self.acted.emit(KEYS[key])
        else:
            super().keyPressEvent(event)
