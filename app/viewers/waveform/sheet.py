"""Where each curve lies on the paper: rows and columns in millimetres, no screen yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.imaging.leads import RHYTHM, STANDARD

MARGIN_MM = 12.0
"""Left of the curves: room for the calibration pulse."""
PAGE_S = 10.0
"""What a layout in columns shows at once."""
_ROW_MM = {1: 16.0, 2: 20.0, 4: 28.0}
_EDGE_MM = 6.0


class Layout(Enum):
    """Columns of the twelve leads; the value is how many there are."""

    COLUMNS_4 = 4
    """3 × 4 with a rhythm strip."""
    COLUMNS_2 = 2
    """6 × 2."""
    ROWS = 1
    """Every channel in a row of its own, over the whole record."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One curve: `channel` from `start_s` to `stop_s`, its zero line at `middle_mm`."""

    channel: int
    row: int
    left_mm: float
    middle_mm: float
    start_s: float
    stop_s: float
    first: bool
    """Whether it begins its row."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper with its curves; the origin is the upper left corner."""

    traces: tuple[Trace, ...]
    rows: int
    row_mm: float
    width_mm: float
    height_mm: float


def make_sheet(
    layout: Layout,
    channels: int,
    leads: Mapping[str, int],
    duration_s: float,
    *,
    speed: float,
    gain: float,
    start_s: float = 0.0,
) -> Sheet:
    """Lay out a group of `channels` curves.

    `leads` names the twelve (empty: rows are the only layout), `speed` is in mm/s, `gain` in
    mm/mV; `start_s` is where a layout in columns begins.
    """
    if layout is Layout.ROWS or not leads:
        return _in_rows(channels, leads, duration_s, speed, _row_mm(1, gain))
    shown = min(PAGE_S, duration_s)
    start = max(0.0, min(start_s, duration_s - shown))
    return _in_columns(layout, leads, start, shown, speed, _row_mm(layout.value, gain))


def _in_rows(
    channels: int, leads: Mapping[str, int], duration_s: float, speed: float, row_mm: float
) -> Sheet:
    order = [leads[name] for name in STANDARD] if leads else []
    order += [number for number in range(channels) if number not in order]
    traces = tuple(
        Trace(number, row, MARGIN_MM, _middle(row, row_mm), 0.0, duration_s, first=True)
        for row, number in enumerate(order)
    )
    return _sheet(traces, len(order), row_mm, duration_s * speed)


def _in_columns(
    layout: Layout,
    leads: Mapping[str, int],
    start: float,
    shown: float,
    speed: float,
    row_mm: float,
) -> Sheet:
    each = shown / layout.value
    rows = len(STANDARD) // layout.value
    traces = []
    for number, name in enumerate(STANDARD):
        column, row = divmod(number, rows)
        left = MARGIN_MM + column * each * speed
        begin = start + column * each
        middle = _middle(row, row_mm)
        traces.append(Trace(leads[name], row, left, middle, begin, begin + each, first=column == 0))
    if layout is Layout.COLUMNS_4:
        middle = _middle(rows, row_mm)
        traces.append(
            Trace(leads[RHYTHM], rows, MARGIN_MM, middle, start, start + shown, first=True)
        )
        rows += 1
    return _sheet(tuple(traces), rows, row_mm, shown * speed)


def _sheet(traces: tuple[Trace, ...], rows: int, row_mm: float, curves_mm: float) -> Sheet:
    return Sheet(
        traces, rows, row_mm, MARGIN_MM + curves_mm + _EDGE_MM, rows * row_mm + 2 * _EDGE_MM
    )


def _row_mm(columns: int, gain: float) -> float:
    return _ROW_MM[columns] * (1.5 if gain > 10 else 1.0)


def _middle(row: int, row_mm: float) -> float:
    return _EDGE_MM + (row + 0.5) * row_mm
