"""Mouse, wheel and keys over one pane, turned into what the bindings say they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from app.imaging.picture import ColourPicture
from app.imaging.voi import VoiLut, Window, window
from app.viewers.dicom.bindings import BUTTONS, LEFT, MOVE, WHEEL, Bindings
from app.viewers.dicom.entry import Kind
from app.viewers.dicom.pane_layer import PaneLayer, Point
from app.viewers.dicom.tools import Tool

if TYPE_CHECKING:
    from app.viewers.dicom.pane import ImagePane

_ZOOM_PER_NOTCH = 1.15
_NOTCH = 120
_PIXELS_PER_SLICE = 12.0
_CLICK_PIXELS = 4.0
_HELD_TOOLS = (Tool.MAGNIFIER, Tool.PROBE, Tool.CURSOR)
"""Tools that show something while the button is held, moved or not."""


@dataclass(frozen=True, slots=True)
class _Drag:
    """A drag in progress: what it does and where things stood when it began."""

    tool: str
    button: Qt.MouseButton
    start: QPointF
    last: QPointF
    window: Window | None
    scrolled: int = 0
    moved: bool = False


class Hands:
    """What hands do to a pane; the pane passes its events here."""

    def __init__(self, pane: ImagePane, bindings: Bindings) -> None:
        self._pane = pane
        self._bindings = bindings
        self._drag: _Drag | None = None
        self._layer: PaneLayer | None = None
        self._last_point: Point = (0.0, 0.0)
        self._wheel = 0

    def cancel(self) -> None:
        """Forget a drag whose release will not come."""
        if self._drag is not None:
            self._pane.held_on.emit(False)
        self._drag = self._layer = None

    # Mouse

    def press(self, event: QMouseEvent) -> bool:
        """A button went down; answers whether it meant something."""
        pane = self._pane
        button = BUTTONS.get(event.button())
        if button is None:
            return False
        pane.touched.emit()
        if pane.picture is None:
            # Without a picture there is still a menu.
            if self._drag is None:
                pane.held_on.emit(True)
            self._drag = _Drag("", event.button(), event.position(), event.position(), None)
            return True
        tool = self._bindings.of_chord(button, event.modifiers())
        if tool is None and button == LEFT:
            tool = pane.tool
            point = pane.picture_point(event.position())
            for layer in pane.layers:
                if point is not None and layer.press(point, event):
                    self._layer, self._last_point = layer, point
                    return True
        at = event.position()
        if self._drag is None:  # a second button goes on with the gesture
            pane.held_on.emit(True)
        self._drag = _Drag(tool or "", event.button(), at, at, self._current_window())
        if tool in _HELD_TOOLS:
            self._carry_out(self._drag, at)
        return True

    def _current_window(self) -> Window | None:
        voi = self._pane.voi
        if isinstance(self._pane.picture, ColourPicture) and voi is None:
            return window(128, 256)
        return voi.as_window() if isinstance(voi, VoiLut) else voi

    @property
    def dragging(self) -> bool:
        """Whether a button is held down that means something."""
        return self._drag is not None

    def move(self, event: QMouseEvent) -> bool:
        """The mouse moved, held or not."""
        pane, at = self._pane, event.position()
        point = pane.picture_point(at)
        if self._layer is not None:
            # The slice under a drag may still be loading: the layer stays where it was.
            self._last_point = point or self._last_point
            return self._layer.move(self._last_point, event)
        drag = self._drag
        if drag is None:
            return self._hover(event)
        far = (at - drag.start).manhattanLength() >= _CLICK_PIXELS
        right = drag.button == Qt.MouseButton.RightButton
        if right and not (drag.moved or far) and drag.tool not in _HELD_TOOLS:
            return True  # may still become a click that asks for the menu
        scrolled = self._carry_out(drag, at)
        self._drag = replace(drag, last=at, scrolled=scrolled, moved=drag.moved or far)
        return True

    def _hover(self, event: QMouseEvent) -> bool:
        pane = self._pane
        point = pane.picture_point(event.position())
        if point is not None:
            for layer in pane.layers:
                if layer.move(point, event):
                    return True
        tool = self._bindings.of_chord(MOVE, event.modifiers())
        pane.show_probe(
            event.position() if Tool.PROBE in (tool, pane.tool) and tool != Tool.CURSOR else None
        )
        if tool == Tool.CURSOR:
            pane.point_at(event.position())
        else:
            pane.stop_pointing()
            pane.hovered = point
        return tool is not None

    def release(self, event: QMouseEvent) -> bool:
        """A button went up."""
        pane, at = self._pane, event.position()
        if self._layer is not None:
            layer, self._layer = self._layer, None
            return layer.release(pane.picture_point(at) or self._last_point, event)
        drag = self._drag
        if drag is None or event.button() != drag.button:
            return False
        self._drag = None
        pane.show_lens(None)
        if drag.tool == Tool.PROBE and pane.tool != Tool.PROBE:
            pane.show_probe(None)
        if drag.tool == Tool.CURSOR:
            pane.stop_pointing()
        if drag.tool == Tool.REGION:
            pane.show_region(None)
            pane.region_chosen.emit(QRectF(drag.start, at).normalized())
        pane.held_on.emit(False)
        still = not drag.moved and drag.tool not in _HELD_TOOLS
        if still and drag.button == Qt.MouseButton.RightButton:
            pane.menu_asked.emit(pane.mapToGlobal(at.toPoint()))
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        """Fills the grid with this picture, unless a layer has a use for it."""
        pane = self._pane
        if event.button() != Qt.MouseButton.LeftButton:
            return self.press(event)
        point = pane.picture_point(event.position())
        if point is not None and any(l_.double_click(point, event) for l_ in pane.layers):
            return True
        pane.maximise_asked.emit()
        return True

    def _carry_out(self, drag: _Drag, at: QPointF) -> int:
        """Do what a drag up to `at` means; answers the slices it has moved by so far."""
        pane = self._pane
        pane.grasped.emit()
        match drag.tool:
            case Tool.WINDOW:
                self._drag_window(drag, at)
            case Tool.ZOOM:
                pane.zoom_by(1.01 ** (drag.last.y() - at.y()), drag.start)
            case Tool.PAN:
                pane.pan_by(at - drag.last)
            case Tool.SCROLL:
                slices = int((at.y() - drag.start.y()) / _PIXELS_PER_SLICE)
                if slices != drag.scrolled:
                    pane.stepped.emit(slices - drag.scrolled)
                return slices
            case Tool.MAGNIFIER:
                pane.show_lens(at)
            case Tool.PROBE:
                pane.show_probe(at)
            case Tool.CURSOR:
                pane.point_at(at)
            case Tool.REGION:
                pane.show_region(QRectF(drag.start, at).normalized())
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
        self._pane.set_voi(window(center, width, drag.window.function))
        self._pane.changed.emit()

    # Wheel and keys

    def wheel(self, event: QWheelEvent) -> None:
        """Scrolls or zooms, as the chord says; elsewhere it scrolls."""
        pane = self._pane
        pane.touched.emit()
        # Alt turns the wheel sideways on some systems.
        turned = event.angleDelta().y() or event.angleDelta().x()
        tool = self._bindings.of_chord(WHEEL, event.modifiers())
        if tool == Tool.ZOOM:
            pane.grasped.emit()
            pane.wheeled.emit(True)
            pane.zoom_by(_ZOOM_PER_NOTCH ** (turned / _NOTCH), event.position())
            pane.wheeled.emit(False)
        elif tool == Tool.SCROLL or not event.modifiers():
            # Touch pads send parts of a notch: they add up.
            self._wheel += turned
            notches = int(self._wheel / _NOTCH)
            self._wheel -= notches * _NOTCH
            if notches:
                pane.step_soon(-notches)

    def key(self, event: QKeyEvent) -> bool:
        """Answers whether the key meant something."""
        if any(layer.key(event) for layer in self._pane.layers):
            return True
        found = self._bindings.of_key(event)
        if found is None:
            return False
        # A switch held down must not flicker.
        if not (event.isAutoRepeat() and self._bindings.table[found].kind is Kind.SWITCH):
            self._pane.acted.emit(found)
        return True
