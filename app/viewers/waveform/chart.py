"""The paper with its curves, as large as it is, in a window that moves over it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.imaging.waveform import WaveformGroup
from app.imaging.waveform_notes import Note
from app.kit.theme import Appearance
from app.viewers.waveform.calipers import Calipers, Reading
from app.viewers.waveform.curves import curve, polygon
from app.viewers.waveform.marks import Marks, draw_marks
from app.viewers.waveform.scales import ChannelScale
from app.viewers.waveform.sheet import Sheet, Trace
from app.viewers.waveform.sheet_painter import Inks, draw_calipers, draw_grid, draw_pulse

CHUNK_S = 1.0
_MOST_CHUNKS = 4096
_GRAB_MM = 3.0
_LIMIT_PX = 20_000.0
_PAN = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the chart shows: multiplex group `number` (from 0); `names` stand beside the curves, one
    a channel."""

    group: WaveformGroup
    number: int
    scales: tuple[ChannelScale, ...]
    names: tuple[str, ...]
    sheet: Sheet
    speed: float
    gain: float
    notes: tuple[Note, ...] = ()
    chosen: Note | None = None
    pulse: bool = True


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
        self._chunks: dict[tuple[int, int], list[QPolygonF]] = {}
        self._marks = Marks((), 0, 0)
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
        if not kept:
            self._chunks.clear()
        self._drawing, self._per_mm = drawing, per_mm
        if drawing is not None and not (
            kept and before is not None and drawing.notes is before.notes
        ):
            self._marks = Marks(drawing.notes, drawing.number, len(drawing.scales))
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
        drawing = self._drawing
        if drawing is not None:
            x, y = self._origin()
            draw_grid(painter, self._inks, self._per_mm, (x, y), self.viewport().size())
            painter.translate(-x, -y)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, trace in enumerate(drawing.sheet.traces):
                self._draw_trace(painter, drawing, number, trace)
            if self._calipers is not None:
                draw_calipers(painter, self._inks, self._calipers, self._per_mm, self._window_mm())
        painter.end()

    def _draw_trace(self, painter: QPainter, drawing: Drawing, number: int, trace: Trace) -> None:
        left, top, width, height = self._window_mm()
        row = drawing.sheet.row_mm
        if not top - 2 * row < trace.middle_mm < top + height + 2 * row:
            return
        seen_from = trace.start_s + (left - trace.left_mm) / drawing.speed
        first = max(trace.start_s, seen_from)
        last = min(trace.stop_s, seen_from + width / drawing.speed)
        scale = drawing.scales[trace.channel]
        if trace.first and drawing.pulse and scale.millivolts is not None:
            draw_pulse(
                painter, self._inks, self._per_mm, trace, speed=drawing.speed, gain=drawing.gain
            )
        if last <= first:
            return
        painter.save()
        painter.translate(trace.left_mm * self._per_mm, trace.middle_mm * self._per_mm)
        # Trap: Qt strokes a pen wider than one device pixel fifty times slower. Two thin lines
        # half a pixel apart look like one of 1.5.
        painter.setPen(QPen(self._inks.trace, 0))
        start = int((first - trace.start_s) // CHUNK_S)
        for chunk in range(start, int((last - trace.start_s) // CHUNK_S) + 1):
            for piece in self._chunk(drawing, number, trace, chunk):
                painter.drawPolyline(piece)
                painter.translate(0, 0.5)
                painter.drawPolyline(piece)
                painter.translate(0, -0.5)
        painter.restore()
        draw_marks(
            painter,
            self._inks,
            self._marks.between(trace.channel, first, last),
            drawing.chosen,
            trace,
            row_mm=row,
            per_mm=self._per_mm,
            speed=drawing.speed,
        )
        self._draw_words(painter, drawing, trace, max(left, trace.left_mm))

    def _chunk(self, drawing: Drawing, number: int, trace: Trace, chunk: int) -> list[QPolygonF]:
        """The lines of one stretch of a trace, in pixels from the trace's own origin."""
        found = self._chunks.get((number, chunk))
        if found is not None:
            return found
        if len(self._chunks) >= _MOST_CHUNKS:
            self._chunks.clear()
        begin = trace.start_s + chunk * CHUNK_S
        end = min(begin + CHUNK_S, trace.stop_s)
        per_s = drawing.speed * self._per_mm
        scale = drawing.scales[trace.channel]
        up = scale.mm_per_unit(drawing.gain) * self._per_mm
        made = []
        for piece in curve(drawing.group, trace.channel, begin, end, per_s):
            points: NDArray[np.float64] = np.empty_like(piece)
            points[:, 0] = (piece[:, 0] - trace.start_s) * per_s
            points[:, 1] = np.clip((scale.middle - piece[:, 1]) * up, -_LIMIT_PX, _LIMIT_PX)
            made.append(polygon(points))
        self._chunks[number, chunk] = made
        return made

    def _draw_words(self, painter: QPainter, drawing: Drawing, trace: Trace, at_mm: float) -> None:
        """The name of the curve at its left edge."""
        k = self._per_mm
        top = (trace.middle_mm - drawing.sheet.row_mm / 2) * k
        scale = drawing.scales[trace.channel]
        words = "   ".join(p for p in (drawing.names[trace.channel], scale.words) if p)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._inks.label)
        painter.drawText(QPointF(at_mm * k + 4, top + painter.fontMetrics().ascent()), words)

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
