"""Where pictures lie on a sheet of paper, in millimetres; no printer and no screen."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.geometry import Calibration
from app.imaging.picture import Picture, shape_of

GRIDS: dict[int, tuple[int, int]] = {
    1: (1, 1),
    2: (2, 1),
    4: (2, 2),
    6: (3, 2),
    9: (3, 3),
    12: (4, 3),
    20: (5, 4),
}
"""Pictures a page → rows and columns."""
MARGIN_MM = 10.0
HEAD_MM, FOOT_MM = 15.0, 11.0
CAPTION_MM, GAP_MM = 8.0, 3.0
INCH_MM = 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the paper, millimetres from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Slot:
    """Room for one picture, and below it for its words."""

    picture: Box
    words: Box


def slots(width: float, height: float, per_page: int) -> tuple[Slot, ...]:
    """The slots of a page of that size, by rows; a page lying on its side has its grid turned.

    Raises:
        KeyError: there is no grid for that number (`GRIDS`).
    """
    rows, columns = GRIDS[per_page]
    if width > height:
        rows, columns = columns, rows
    left, top = MARGIN_MM, MARGIN_MM + HEAD_MM
    across = (width - 2 * MARGIN_MM - (columns - 1) * GAP_MM) / columns
    room = height - 2 * MARGIN_MM - HEAD_MM - FOOT_MM
    down = (room - (rows - 1) * GAP_MM) / rows
    found = []
    for place in range(rows * columns):
        row, column = divmod(place, columns)
        x, y = left + column * (across + GAP_MM), top + row * (down + GAP_MM)
        picture = Box(x, y, across, down - CAPTION_MM)
        found.append(Slot(picture, Box(x, y + down - CAPTION_MM, across, CAPTION_MM)))
    return tuple(found)


def page_count(pictures: int, per_page: int) -> int:
    """How many pages that many pictures take."""
    return -(-pictures // per_page)


def size_mm(picture: Picture) -> tuple[float, float] | None:
    """How wide and high a picture is, None where it does not say."""
    if picture.spacing.calibration is Calibration.NONE:
        return None
    rows, columns = shape_of(picture)
    return columns * picture.spacing.column, rows * picture.spacing.row
