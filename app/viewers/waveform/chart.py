"""The paper with its curves, as large as it is, in a window that moves over it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.kit.theme import Appearance
from app.viewers.waveform.calipers import Calipers, Reading
from app.viewers.waveform.drawing import Drawing
from app.viewers.waveform.sheet_painter import Inks, draw_calipers, draw_grid
from app.viewers.waveform.traces import Traces

_GRAB_MM = 3.0
_PAN = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(slots=True)
class _Hands:
    """What a mouse button holds."""

    end: int | None = None
    from_: QPointF | None = None
    at: tuple[int, int] = field(default=(0, 0))


class Chart(QAbstractScrollArea):
    """Paints a `Drawing` at `per_mm` pixels a millimetre; pans with mouse and keys."""

    measured = Signal(object)
    """A `Reading`, None when the calipers are put away."""
    resized = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waveform_chart")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._appearance = appearance
        self._inks = Inks.of(appearance)
        self._drawing: Drawing | None = None
        self._per_mm = 4.0
        self._calipers: Calipers | None = None
        self._hands = _Hands()
        self._traces: Traces | None = None
        appearance.changed.connect(self._recolour)

    # --- what it shows -------------------------------------------------------------------

    @property
    def drawing(self) -> Drawing | None:
        """What is shown."""
        return self._drawing

    @property
    def calipers(self) -> Calipers | None:
        """None while they are put away."""
        return self._calipers

    @property
    def per_mm(self) -> float:
        """Pixels of a millimetre of paper."""
        return self._per_mm

    def show_drawing(self, drawing: Drawing | None, per_mm: float) -> None:
        """Show another drawing or another size; the place of the window is kept."""
        before = self._drawing
        kept = (
            before is not None
            and drawing is not None
            and per_mm == self._per_mm
            and replace(drawing, notes=(), chosen=None) == replace(before, notes=(), chosen=None)
        )
        self._drawing, self._per_mm = drawing, per_mm
        if drawing is None:
            self._traces = None
        elif kept and self._traces is not None:
            self._traces.again(drawing)
        else:
            self._traces = Traces(drawing, per_mm)
        self._set_bars()
        self.viewport().update()
        self._measure()

    def toggle_calipers(self) -> None:
        """Lay the calipers on the row in the middle of what is seen, or put them away."""
        if self._calipers is not None or self._drawing is None:
            self._calipers = None
        else:
            left, top, width, height = self._window_mm()
            x, reach = left + width / 2, self._drawing.speed * 0.5
            rows = (trace.middle_mm for trace in self._drawing.sheet.traces)
            y = min(rows, key=lambda row: abs(row - top - height / 2))
            self._calipers = Calipers(((x - reach, y), (x + reach, y)))
        self._measure()

    def set_calipers(self, calipers: Calipers | None) -> None:
        """Lay them somewhere."""
        self._calipers = calipers
        self._measure()

    def look_at(self, seconds: float) -> None:
        """Bring a time of the record into the middle."""
        if self._drawing is None:
            return
        for trace in self._drawing.sheet.traces:
            if trace.start_s <= seconds <= trace.stop_s:
                x = trace.left_mm + (seconds - trace.start_s) * self._drawing.speed
                half = self.viewport().width() / 2
                self.horizontalScrollBar().setValue(int(x * self._per_mm - half))
                return

    def reading(self) -> Reading | None:
        """What the calipers say."""
        drawing, calipers = self._drawing, self._calipers
        if drawing is None or calipers is None:
            return None
        volts = all(scale.millivolts is not None for scale in drawing.scales)
        return calipers.read(speed=drawing.speed, gain=drawing.gain if volts else None)

    def _measure(self) -> None:
        self.viewport().update()
        self.measured.emit(self.reading())

    def _recolour(self) -> None:
        self._inks = Inks.of(self._appearance)
        self.viewport().update()

    # --- the window over the paper -------------------------------------------------------

    def _set_bars(self) -> None:
        sheet = self._drawing.sheet if self._drawing is not None else None
        view = self.viewport().size()
        width = math.ceil(sheet.width_mm * self._per_mm) if sheet else 0
        height = math.ceil(sheet.height_mm * self._per_mm) if sheet else 0
        for bar, whole, seen in (
            (self.horizontalScrollBar(), width, view.width()),
            (self.verticalScrollBar(), height, view.height()),
        ):
            bar.setRange(0, max(0, whole - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(max(1, int(5 * self._per_mm)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_bars()
        self.resized.emit()

    def _origin(self) -> tuple[int, int]:
        return self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    def _window_mm(self) -> tuple[float, float, float, float]:
        x, y = self._origin()
        view = self.viewport().size()
        numbers = (x, y, view.width(), view.height())
        left, top, width, height = (n / self._per_mm for n in numbers)
        return left, top, width, height

    def _paper_mm(self, at: QPointF) -> tuple[float, float]:
        x, y = self._origin()
        return (at.x() + x) / self._per_mm, (at.y() + y) / self._per_mm

    # --- painting ------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._inks.paper)
        if self._traces is not None:
            x, y = self._origin()
            draw_grid(painter, self._inks, self._per_mm, (x, y), self.viewport().size())
            painter.translate(-x, -y)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._traces.paint(painter, self._inks, self._window_mm())
            if self._calipers is not None:
                draw_calipers(painter, self._inks, self._calipers, self._per_mm, self._window_mm())
        painter.end()

    # --- hands ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        here = self._paper_mm(event.position())
        end = None
        if self._calipers is not None and event.button() is Qt.MouseButton.LeftButton:
            end = self._calipers.nearest(here, _GRAB_MM)
        self._hands = _Hands(end, event.position(), self._origin())
        if end is not None and self._calipers is not None:
            self.set_calipers(self._calipers.moved(end, here))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hands = self._hands
        if hands.from_ is None:
            return
        if hands.end is not None and self._calipers is not None:
            self.set_calipers(self._calipers.moved(hands.end, self._paper_mm(event.position())))
            return
        gone = event.position() - hands.from_
        self.horizontalScrollBar().setValue(int(hands.at[0] - gone.x()))
        self.verticalScrollBar().setValue(int(hands.at[1] - gone.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hands = _Hands()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _PAN:
            self._arrow(*_PAN[key], far=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            event.ignore()

    def swap_ends(self) -> None:
        """Take hold of the other end of the calipers."""
        if self._calipers is not None:
            self.set_calipers(self._calipers.swapped())

    def go_to_end(self, *, last: bool) -> None:
        """Show where the curves begin, or their last part."""
        horizontal = self.horizontalScrollBar()
        horizontal.setValue(horizontal.maximum() if last else 0)

    def _arrow(self, dx: int, dy: int, *, far: bool) -> None:
        if self._calipers is not None:
            step = 5.0 if far else 0.25
            self.set_calipers(self._calipers.nudged(dx * step, dy * step))
            return
        for bar, sign in ((self.horizontalScrollBar(), dx), (self.verticalScrollBar(), dy)):
            step = bar.pageStep() if far else bar.singleStep()
            bar.setValue(bar.value() + sign * step)

    def event(self, event: QEvent) -> bool:
        # Esc puts the calipers away before it means "back" to anybody above.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._calipers is not None
        ):
            self.toggle_calipers()
            event.accept()
            return True
        return super().event(event)
