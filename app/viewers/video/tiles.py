"""Where the pictures of a call are: side by side, or one large and the others small beside it."""

import math

from PySide6.QtCore import QRect

GAP = 4
STRIP = 0.24
"""Of the longer side, for the small pictures beside a large one."""
SHAPE = 4 / 3


def tiles(
    count: int,
    area: QRect,
    large: int | None = None,
    strip: float = STRIP,
    *,
    below: bool = False,
) -> list[QRect]:
    """One rectangle a picture, in order, none overlapping another.

    Args:
        large: which picture is shown large.
        strip: of the longer side, for the small ones.
        below: they are below the large one, whatever the shape of the area.
    """
    if count == 0:
        return []
    if large is None or count == 1:
        return _even(count, area)
    return _one_large(count, area, large, strip, below=below)


def inset(area: QRect) -> QRect:
    """Where one's own picture is, over the lower right corner of the only other one."""
    width = round(area.width() * 0.26)
    made = QRect(0, 0, width, round(width / SHAPE))
    made.moveBottomRight(area.bottomRight())
    return made.translated(-2 * GAP, -2 * GAP)


def _even(count: int, area: QRect) -> list[QRect]:
    """As many columns as make the pictures largest."""

    def picture_width(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(area.width() / columns, area.height() / rows * SHAPE)

    columns = max(range(1, count + 1), key=picture_width)
    rows = math.ceil(count / columns)
    width = (area.width() - GAP * (columns - 1)) // columns
    height = (area.height() - GAP * (rows - 1)) // rows
    return [
        QRect(
            area.left() + (place % columns) * (width + GAP),
            area.top() + (place // columns) * (height + GAP),
            width,
            height,
        )
        for place in range(count)
    ]


def _one_large(count: int, area: QRect, large: int, share: float, *, below: bool) -> list[QRect]:
    beside = area.width() >= area.height() and not below
    length = area.width() if beside else area.height()
    thick = max(1, round(length * share))
    main, strip = QRect(area), QRect(area)
    if beside:
        main.setWidth(area.width() - thick - GAP)
        strip.setLeft(main.right() + 1 + GAP)
    else:
        main.setHeight(area.height() - thick - GAP)
        strip.setTop(main.bottom() + 1 + GAP)
    small = count - 1
    room = strip.height() if beside else strip.width()
    step = (room - GAP * (small - 1)) // small
    across = round(thick / SHAPE) if beside else round(thick * SHAPE)
    step = min(step, across)
    places = [
        QRect(strip.left(), strip.top() + n * (step + GAP), strip.width(), step)
        if beside
        else QRect(strip.left() + n * (step + GAP), strip.top(), step, strip.height())
        for n in range(small)
    ]
    return [*places[:large], main, *places[large:]]
