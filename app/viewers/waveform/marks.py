"""The file's marks over the curves, found quickly however many there are."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.imaging.waveform_notes import Note
from app.viewers.waveform.sheet import Trace
from app.viewers.waveform.sheet_painter import Inks

Span = tuple[float, float, Note]
_TICK_MM = 1.5
_MOST = 500
"""Marks of one trace that are drawn at once; more would be a solid bar."""


class Marks:
    """The marks of one multiplex group, by channel and time."""

    def __init__(self, notes: tuple[Note, ...], group: int, channels: int) -> None:
        everything: list[Span] = []
        by_channel: list[list[Span]] = [[] for _ in range(channels)]
        for note in notes:
            spans = [
                (-math.inf if begin is None else begin, math.inf if end is None else end, note)
                for begin, end in note.spans
            ]
            for of_group, channel in note.channels:
                if of_group == group and channel is None:
                    everything += spans
                elif of_group == group and channel is not None and channel < channels:
                    by_channel[channel] += spans
        self._spans = [sorted(everything + own, key=_begin) for own in by_channel]
        self._longest = [
            max((end - begin for begin, end, _ in spans), default=0.0) for spans in self._spans
        ]

    def between(self, channel: int, first_s: float, last_s: float) -> list[Span]:
        """The marks of a channel that touch a stretch of time."""
        spans = self._spans[channel]
        start = bisect_left(spans, first_s - self._longest[channel], key=_begin)
        stop = bisect_right(spans, last_s, key=_begin)
        return [span for span in spans[start:stop] if span[1] >= first_s][:_MOST]


def _begin(span: Span) -> float:
    return span[0]


def draw_marks(
    painter: QPainter,
    inks: Inks,
    spans: list[Span],
    chosen: Note | None,
    trace: Trace,
    *,
    row_mm: float,
    per_mm: float,
    speed: float,
) -> None:
    """Ticks above the curve; the chosen one goes through the whole row with its name."""
    top = (trace.middle_mm - row_mm / 2) * per_mm
    shade = QColor(inks.mark)
    shade.setAlpha(40)
    ticks = []
    for begin, end, note in spans:
        height = (row_mm if note is chosen else _TICK_MM) * per_mm
        x0, x1 = (
            (trace.left_mm + (min(max(t, trace.start_s), trace.stop_s) - trace.start_s) * speed)
            * per_mm
            for t in (begin, end)
        )
        if x1 - x0 > 1:
            painter.fillRect(QRectF(x0, top, x1 - x0, height), shade)
        ticks.append(QLineF(x0, top, x0, top + height))
        if note is chosen:
            painter.setPen(inks.mark)
            painter.drawText(QPointF(x0 + 3, top + height - 3), note.title)
    painter.setPen(QPen(inks.mark, 1.0))
    painter.drawLines(ticks)
