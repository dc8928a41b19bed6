"""Painting captions, letters, ruler and lines so that they read over any picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from app.imaging.geometry import EdgeLetters
from app.imaging.planes import Segment
from app.imaging.resample import Viewport
from app.viewers.dicom.captions import Corners, Ruler

# Over a picture the theme does not count: light letters with a dark rim read on black and white.
_INK = QColor(226, 230, 234)
_RIM = QColor(0, 0, 0, 210)
_PLATE = QColor(0, 0, 0, 150)
_TEXT_PLATE = QColor(0, 0, 0, 165)
"""Behind every text; ideographs have no rim, which would fill their counters."""
_LETTER = QColor(240, 200, 110)
BADGE = QColor(250, 190, 80)
"""Of warnings, and of what is not the current study."""
_LINE = QColor(110, 220, 150)
_THIN_LINE = QColor(110, 220, 150, 130)
_CROSS = QColor(255, 120, 200)
_MARGIN = 12.0
_SMALL_MARGIN = 8.0
_SMALL_WIDTH, _SMALL_HEIGHT = 340, 250
_TINY_WIDTH, _TINY_HEIGHT = 210, 140
_RIM_OFFSETS = tuple(
    QPointF(x, y) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0) if (x, y) != (0.0, 0.0)
)
_KEPT_TEXTS = 256
_EDGE = 2
_BLOCK_SHARE = 0.44
"""Of the width, for a block of text."""
_LONG_MARK, _SHORT_MARK = 9.0, 5.0


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of text at one side of the area, none wider than `room`."""

    lines: Sequence[str]
    top: float
    room: float
    right: bool
    warns: bool = False


@lru_cache(maxsize=_KEPT_TEXTS)
def _drawn(text: str, font: str, ink: int, ratio: float) -> QImage:
    """A text with its rim; nine strokes are too many to draw again for every slice.

    `font` as QFont.toString, `ink` as QColor.rgba.
    """
    plain = QFont()
    plain.fromString(font)
    face, metrics = _face_of(text, plain), QFontMetricsF(plain)
    width = text_width(text, plain) + 2 * _EDGE
    image = _empty(QSizeF(width, metrics.height() + 2 * _EDGE) * ratio, ratio)
    painter = QPainter(image)
    painter.setFont(face)
    at = QPointF(_EDGE, _EDGE + metrics.ascent())
    # Letters burnt into a picture, and bright anatomy, shine through a rim alone.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_TEXT_PLATE)
    painter.drawRoundedRect(QRectF(0, _EDGE, width, metrics.height()), 3, 3)
    if not _is_dense(text):
        painter.setPen(_RIM)
        for offset in _RIM_OFFSETS:
            painter.drawText(at + offset, text)
    painter.setPen(QColor.fromRgba(ink))
    painter.drawText(at, text)
    painter.end()
    return image


@lru_cache(maxsize=16)
def _scale(pixels: float, ratio: float) -> QImage:
    """A vertical line of a length with eleven marks; many strokes as well."""
    size = QSizeF(_LONG_MARK + 2 * _EDGE, pixels + 2 * _EDGE) * ratio
    image = _empty(size, ratio)
    painter = QPainter(image)
    painter.translate(_EDGE, _EDGE)
    marks = [QLineF(0, 0, 0, pixels)]
    for step in range(11):
        y = pixels * step / 10
        marks.append(QLineF(0, y, _LONG_MARK if step % 5 == 0 else _SHORT_MARK, y))
    for colour, width in ((_RIM, 3.5), (_INK, 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawLines(marks)
    painter.end()
    return image


def _empty(size: QSizeF, ratio: float) -> QImage:
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(math.ceil(size.width()), math.ceil(size.height()), form)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    return image


def lower_right(area: QRect, font: QFont, lines: Sequence[str]) -> QRect:
    """What a block of lines in the lower right corner may cover at most."""
    height = math.ceil(_MARGIN + (len(lines) + 1) * QFontMetricsF(font).lineSpacing())
    width = math.ceil(area.width() * _BLOCK_SHARE + _MARGIN) + _EDGE
    return QRect(area.right() + 1 - width, area.bottom() + 1 - height, width, height)


@lru_cache(maxsize=_KEPT_TEXTS)
def _fitted(text: str, font: str, room: float) -> tuple[str, float]:
    """A text shortened to `room`, and its width."""
    plain = QFont()
    plain.fromString(font)
    metrics = QFontMetricsF(_face_of(text, plain))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    return shown, metrics.horizontalAdvance(shown)


def _is_dense(text: str) -> bool:
    """Whether there are ideographs, whose narrow counters a rim would fill."""
    return any("\u2e80" <= letter <= "\u9fff" or letter > "\uf8ff" for letter in text)


def _face_of(text: str, plain: QFont) -> QFont:
    if not _is_dense(text):
        return plain
    face = QFont(plain)
    face.setWeight(QFont.Weight.Medium)
    return face


def text_width(text: str, font: QFont) -> float:
    """How wide `rimmed_text` makes a text."""
    return QFontMetricsF(_face_of(text, font)).horizontalAdvance(text)


def is_small(area: QRectF) -> bool:
    """Whether an area has room for the most needed words only."""
    return area.width() < _SMALL_WIDTH or area.height() < _SMALL_HEIGHT


def forget_texts() -> None:
    """Keep no words of a patient who is no longer shown."""
    _drawn.cache_clear()
    _fitted.cache_clear()


def rimmed_text(painter: QPainter, at: QPointF, text: str, ink: QColor, ratio: float) -> None:
    """`at` is where the base line begins."""
    if not text:
        return
    image = _drawn(text, painter.font().toString(), ink.rgba(), ratio)
    corner = at - QPointF(_EDGE, _EDGE + QFontMetricsF(painter.font()).ascent())
    # On whole pixels, else the letters blur.
    painter.drawImage(QPointF(round(corner.x()), round(corner.y())), image)


class OverlayPainter:
    """Draws over a picture of the given rectangle with the widget's own font.

    Small areas get fewer lines: what a reader needs there is which series, which slice, and
    every warning. `ratio` is the device pixel ratio.
    """

    def __init__(self, painter: QPainter, area: QRectF, font: QFont, ratio: float = 1.0) -> None:
        self._painter = painter
        self._ratio = ratio
        self._area = area
        self._small = is_small(area)
        self._tiny = area.width() < _TINY_WIDTH or area.height() < _TINY_HEIGHT
        self._margin = _SMALL_MARGIN if self._small else _MARGIN
        self._font = QFont(font)
        if self._small and font.pixelSize() > 0:
            self._font.setPixelSize(font.pixelSize() - 1)
        painter.setFont(self._font)
        self._metrics = QFontMetricsF(self._font)
        self._face = self._font.toString()

    @property
    def font(self) -> QFont:
        """What it writes with."""
        return self._font

    @property
    def is_small(self) -> bool:
        """Whether there is room for the most needed words only."""
        return self._small

    def corners(self, corners: Corners) -> None:
        """The four blocks of text, and the badge below the upper right one; all of them at one side
        where the corners lean."""
        for block in self._blocks(corners):
            self._block(block)

    def taken(
        self, corners: Corners, letters: EdgeLetters | None, ruler: Ruler | None = None
    ) -> list[QRectF]:
        """Where words in the corners, letters at the edges and the ruler stand."""
        found = [] if ruler is None else list(self._ruled(ruler, corners))
        height = self._metrics.lineSpacing()
        for block in self._blocks(corners):
            top = block.top
            for line in block.lines:
                _, width = _fitted(line, self._face, block.room)
                found.append(QRectF(self._left(block, width), top, width, height))
                top += height
        if letters is not None:
            found += [
                QRectF(x, y - height, 3 * height, height) for _, x, y in self._placed(letters)
            ]
        return found

    def _blocks(self, corners: Corners) -> Iterator[_Block]:
        top, bottom = self._area.top() + self._margin, self._area.bottom() - self._margin
        height = self._metrics.lineSpacing()
        who = corners.top_left[:1] if self._small else corners.top_left
        where = () if self._small else corners.top_right
        how = corners.bottom_right[:-1] if self._small else corners.bottom_right
        what = corners.bottom_left
        if self._tiny:
            who, how, what = (), (), what[1:]
        if corners.lean:
            who, where, what, how = (*who, *where), (), (*how, *what), ()
        right, room = corners.lean > 0, self._area.width() * _BLOCK_SHARE
        yield _Block(who, top, room, right=right)
        yield _Block(where, top, room, right=True)
        if corners.badge:
            above = len(who if right else where)
            yield self._badge(corners.badge, top + above * height)
        yield _Block(what, bottom - height * len(what), room, right=right)
        yield _Block(how, bottom - height * len(how), room, right=True)

    def _badge(self, badge: str, top: float) -> _Block:
        """A warning is never cut: its parts go one below the other where one line is too long."""
        room = self._area.width() * (0.62 if self._small else _BLOCK_SHARE)
        parts = [badge]
        if text_width(badge, self._font) > room:
            parts = badge.split(" · ")
        return _Block(parts, top, room, right=True, warns=True)

    def _left(self, block: _Block, width: float) -> float:
        if block.right:
            return self._area.right() - self._margin - width
        return self._area.left() + self._margin

    def _block(self, block: _Block) -> None:
        top = block.top
        for line in block.lines:
            shown, width = _fitted(line, self._face, block.room)
            at = QPointF(self._left(block, width), top + self._metrics.ascent())
            ink = BADGE if block.warns else _INK
            rimmed_text(self._painter, at, shown, ink, self._ratio)
            top += self._metrics.lineSpacing()

    def letters(self, letters: EdgeLetters) -> None:
        """Patient directions at the middle of each edge."""
        self._painter.setFont(self._bold)
        for text, x, y in self._placed(letters):
            self._letter(text, x, y)
        self._painter.setFont(self._font)

    @property
    def _bold(self) -> QFont:
        font = QFont(self._font)
        font.setBold(True)
        return font

    def _placed(self, letters: EdgeLetters) -> Iterator[tuple[str, float, float]]:
        """Each letter with where its base line begins."""
        metrics = QFontMetricsF(self._bold)
        middle = self._area.center()
        line = middle.y() + metrics.ascent() / 2
        yield letters.left, self._area.left() + self._margin, line
        width = metrics.horizontalAdvance(letters.right)
        yield letters.right, self._area.right() - self._margin - width, line
        for text, y in (
            (letters.top, self._area.top() + self._margin + metrics.ascent()),
            (letters.bottom, self._area.bottom() - self._margin - metrics.descent()),
        ):
            yield text, middle.x() - metrics.horizontalAdvance(text) / 2, y

    def _letter(self, text: str, x: float, y: float) -> None:
        if text:
            rimmed_text(self._painter, QPointF(x, y), text, _LETTER, self._ratio)

    def ruler(self, ruler: Ruler, corners: Corners) -> None:
        """A vertical scale at the right edge, below the pane's middle and above the words in the
        corner; at the left where words lean there."""
        line, words = self._ruled(ruler, corners)
        corner = QPointF(round(line.left()) - _EDGE, round(line.top()) - _EDGE)
        self._painter.drawImage(corner, _scale(ruler.pixels, self._ratio))
        at = QPointF(words.left(), words.top() + self._metrics.ascent())
        rimmed_text(self._painter, at, ruler.text, _INK, self._ratio)

    def _ruled(self, ruler: Ruler, corners: Corners) -> tuple[QRectF, QRectF]:
        """Where the scale and its words stand."""
        lean, height = corners.lean, self._metrics.lineSpacing()
        below = len(corners.bottom_right) + (len(corners.bottom_left) if lean else 0)
        x = self._area.right() - _MARGIN - 34
        if lean < 0:
            x = self._area.left() + _MARGIN + 24
        top = self._area.center().y() + height * 1.5
        top = min(top, self._area.bottom() - ruler.pixels - (below + 3) * height)
        width = text_width(ruler.text, self._font)
        left = self._area.left() + _MARGIN if lean < 0 else self._area.right() - _MARGIN - width
        line = QRectF(x, top, _LONG_MARK, ruler.pixels)
        return line, QRectF(left, line.bottom() + 4, width, height)

    def message(self, text: str) -> None:
        """Words in the middle, for waiting and for failure, wrapped to the room there is."""
        room = self._area.adjusted(self._margin, 0, -self._margin, 0)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        self._painter.setPen(_INK)
        self._painter.drawText(room, flags, text)

    def note(self, text: str) -> None:
        """A short answer to what a hand asked for, above the lower edge."""
        width = text_width(text, self._font)
        line = self._area.bottom() - self._margin - 3.5 * self._metrics.lineSpacing()
        at = QPointF(self._area.center().x() - width / 2, line)
        plate = QRectF(at.x(), line - self._metrics.ascent(), width, self._metrics.height())
        self._painter.fillRect(plate.adjusted(-8, -4, 8, 4), _PLATE)
        rimmed_text(self._painter, at, text, BADGE, self._ratio)

    def beside(self, at: QPointF, lines: Sequence[str]) -> None:
        """Lines beside a point, kept inside the area, and a small cross on it."""
        self._rimmed(QLineF(at.x() - 6, at.y(), at.x() + 6, at.y()), _INK, 1.0)
        self._rimmed(QLineF(at.x(), at.y() - 6, at.x(), at.y() + 6), _INK, 1.0)
        width = max((text_width(line, self._font) for line in lines), default=0.0)
        height = self._metrics.lineSpacing() * len(lines)
        x = at.x() + 14 if at.x() + 14 + width < self._area.right() else at.x() - 14 - width
        y = at.y() + 14 if at.y() + 14 + height < self._area.bottom() else at.y() - 14 - height
        # On bone a rim alone is too little for small figures.
        self._painter.fillRect(QRectF(x, y, width, height).adjusted(-4, -4, 4, 4), _PLATE)
        for line in lines:
            rimmed_text(
                self._painter, QPointF(x, y + self._metrics.ascent()), line, _INK, self._ratio
            )
            y += self._metrics.lineSpacing()

    def _rimmed(self, line: QLineF, ink: QColor, width: float) -> None:
        for colour, wide in ((_RIM, width + 2), (ink, width)):
            self._painter.setPen(QPen(colour, wide))
            self._painter.drawLine(line)

    def reference(self, segment: Segment, viewport: Viewport, *, thin: bool) -> None:
        """Where another cell's plane cuts this picture; `thin` for the ends of its stack."""
        (ax, ay), (bx, by) = (viewport.to_screen(*end) for end in segment)
        line = QLineF(ax, ay, bx, by)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if thin:
            self._painter.setPen(QPen(_THIN_LINE, 1.0, Qt.PenStyle.DashLine))
            self._painter.drawLine(line)
        else:
            self._rimmed(line, _LINE, 1.5)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def cross(self, at: QPointF) -> None:
        """The 3D cursor: open in the middle, so that what it points at stays visible."""
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start, end = at + QPointF(dx * 4, dy * 4), at + QPointF(dx * 14, dy * 14)
            self._rimmed(QLineF(start, end), _CROSS, 1.5)

    def rectangle(self, area: QRectF) -> None:
        """A rectangle being drawn."""
        for colour, width in ((_RIM, 3.0), (_INK, 1.0)):
            self._painter.setPen(QPen(colour, width))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRect(area)

    def frame(self, ink: QColor, width: float) -> None:
        """A border inside the edge of the area."""
        half = width / 2
        self._painter.setPen(QPen(ink, width))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(self._area.adjusted(half, half, -half, -half))
