"""Painting the curves of a drawing, on the screen and on paper."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.viewers.waveform.curves import curve, polygon
from app.viewers.waveform.drawing import Drawing
from app.viewers.waveform.marks import Marks, draw_marks
from app.viewers.waveform.sheet import Trace
from app.viewers.waveform.sheet_painter import Inks, draw_pulse

Window: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height of a part of the paper, millimetres."""

CHUNK_S = 1.0
_MOST_CHUNKS = 4096
_LIMIT_PX = 20_000.0


class Traces:
    """The curves at `per_mm` pixels a millimetre; stretches that were seen are kept as lines."""

    def __init__(self, drawing: Drawing, per_mm: float) -> None:
        self.drawing = drawing
        self.per_mm = per_mm
        self.marks = Marks(drawing.notes, drawing.number, len(drawing.scales))
        self.gap = 4.0
        """Pixels from where a curve begins to its name."""
        self.wide = 0.0
        """Pixels of a line; 0 is for the screen."""
        self._chunks: dict[tuple[int, int], list[QPolygonF]] = {}

    def again(self, drawing: Drawing) -> None:
        """Take a drawing with the same curves, and other notes."""
        if drawing.notes is not self.drawing.notes:
            self.marks = Marks(drawing.notes, drawing.number, len(drawing.scales))
        self.drawing = drawing

    def paint(self, painter: QPainter, inks: Inks, window: Window) -> None:
        """What lies in a window over the paper; the painter's origin is the paper's."""
        for number, trace in enumerate(self.drawing.sheet.traces):
            self._draw_trace(painter, inks, window, number, trace)

    def _draw_trace(
        self, painter: QPainter, inks: Inks, window: Window, number: int, trace: Trace
    ) -> None:
        drawing = self.drawing
        left, top, width, height = window
        row = drawing.sheet.row_mm
        if not top - 2 * row < trace.middle_mm < top + height + 2 * row:
            return
        seen_from = trace.start_s + (left - trace.left_mm) / drawing.speed
        first = max(trace.start_s, seen_from)
        last = min(trace.stop_s, seen_from + width / drawing.speed)
        scale = drawing.scales[trace.channel]
        if trace.first and drawing.pulse and scale.millivolts is not None:
            draw_pulse(painter, inks, self.per_mm, trace, speed=drawing.speed, gain=drawing.gain)
        if last <= first:
            return
        self._draw_lines(painter, inks, number, trace, (first, last))
        draw_marks(
            painter,
            inks,
            self.marks.between(trace.channel, first, last),
            drawing.chosen,
            trace,
            row_mm=row,
            per_mm=self.per_mm,
            speed=drawing.speed,
        )
        self._draw_words(painter, inks, trace, max(left, trace.left_mm))

    def _draw_lines(
        self, painter: QPainter, inks: Inks, number: int, trace: Trace, span: tuple[float, float]
    ) -> None:
        first, last = span
        painter.save()
        painter.translate(trace.left_mm * self.per_mm, trace.middle_mm * self.per_mm)
        # Trap: Qt strokes a pen wider than one device pixel fifty times slower. Two thin lines
        # half a pixel apart look like one of 1.5.
        painter.setPen(QPen(inks.trace, self.wide))
        start = int((first - trace.start_s) // CHUNK_S)
        for chunk in range(start, int((last - trace.start_s) // CHUNK_S) + 1):
            for piece in self._chunk(number, trace, chunk):
                painter.drawPolyline(piece)
                if not self.wide:
                    painter.translate(0, 0.5)
                    painter.drawPolyline(piece)
                    painter.translate(0, -0.5)
        painter.restore()

    def _chunk(self, number: int, trace: Trace, chunk: int) -> list[QPolygonF]:
        """The lines of one stretch of a trace, in pixels from the trace's own origin."""
        drawing = self.drawing
        found = self._chunks.get((number, chunk))
        if found is not None:
            return found
        if len(self._chunks) >= _MOST_CHUNKS:
            self._chunks.clear()
        begin = trace.start_s + chunk * CHUNK_S
        end = min(begin + CHUNK_S, trace.stop_s)
        per_s = drawing.speed * self.per_mm
        scale = drawing.scales[trace.channel]
        up = scale.mm_per_unit(drawing.gain) * self.per_mm
        made = []
        for piece in curve(drawing.group, trace.channel, begin, end, per_s):
            points: NDArray[np.float64] = np.empty_like(piece)
            points[:, 0] = (piece[:, 0] - trace.start_s) * per_s
            points[:, 1] = np.clip((scale.middle - piece[:, 1]) * up, -_LIMIT_PX, _LIMIT_PX)
            made.append(polygon(points))
        self._chunks[number, chunk] = made
        return made

    def _draw_words(self, painter: QPainter, inks: Inks, trace: Trace, at_mm: float) -> None:
        """The name of the curve at its left edge."""
        drawing, k = self.drawing, self.per_mm
        top = (trace.middle_mm - drawing.sheet.row_mm / 2) * k
        scale = drawing.scales[trace.channel]
        words = "   ".join(p for p in (drawing.names[trace.channel], scale.words) if p)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(inks.label)
        painter.drawText(QPointF(at_mm * k + self.gap, top + painter.fontMetrics().ascent()), words)
