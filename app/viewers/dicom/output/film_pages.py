"""Pictures in rows and columns on paper, with the patient's line; at true size where asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QColor, QFont, QFontInfo, QPainter

from app.imaging.film import FOOT_MM, INCH_MM, MARGIN_MM, Box, page_count, size_mm, slots
from app.imaging.picture import shape_of
from app.imaging.series import Instance
from app.viewers.dicom.annotations.words import calibration_words
from app.viewers.dicom.captions import Corners, person_name
from app.viewers.dicom.output.scene import Over
from app.viewers.dicom.output.wish import Cell, Pictures, Screen, What, Wish, shot_of
from app.viewers.dicom.picture_painter import Shot, covered, paint_shot
from app.viewers.paper import BLACK, WHITE, Paper, Printed, paint_foot, paint_head, paint_scale

translate = QCoreApplication.translate

_LOSSLESS = QPainter.RenderHint.LosslessImageRendering  # touched here, see `first_touch`
_LETTERS_DPI = 120.0
"""Over a picture on paper letters are as large as on a screen of this resolution."""


@dataclass(frozen=True, slots=True)
class FilmWish:
    """`named` prints the patient's line; `true` a millimetre as a millimetre where known."""

    what: What = What.PICTURE
    per_page: int = 1
    true: bool = False
    white: bool = False
    named: bool = True
    drawn: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Item:
    """`seen` is the width and height of the cell on the screen, in its device's pixels."""

    instance: Instance
    make: Callable[[], Shot]
    seen: tuple[float, float]


class FilmPages:
    """The pages of a wish; `paper.Pages`."""

    def __init__(
        self, wish: FilmWish, screen: Screen, pictures: Pictures, printed: Printed
    ) -> None:
        self._wish = wish
        self._printed = printed
        self._font = QFont(screen.font)
        if self._font.pixelSize() < 0:
            # In points it would grow with the resolution of the paper, and words lose their place.
            self._font.setPixelSize(QFontInfo(screen.font).pixelSize())
        self._items = _items(wish, screen, pictures)
        self.study = screen.study_of(wish.what)
        """Of all pictures; empty where they are of several."""

    @property
    def pictures(self) -> int:
        """How many pictures, on all pages."""
        return len(self._items)

    @property
    def count(self) -> int:
        """How many pages."""
        return page_count(len(self._items), self._wish.per_page)

    @property
    def lying(self) -> bool:
        """The paper stands."""
        return False

    def paint(self, paper: Paper, number: int) -> None:
        """Page `number`, counted from 0."""
        wish = self._wish
        ground = WHITE if wish.white else BLACK
        paper = replace(paper, ink=BLACK if wish.white else WHITE)
        paper.painter.fillRect(paper.pixels(Box(0, 0, paper.width, paper.height)), ground)
        first = number * wish.per_page
        items = self._items[first : first + wish.per_page]
        several = len({item.instance.patient for item in self._items}) > 1
        if wish.named and not several:
            paint_head(paper, items[0].instance)
        places = slots(paper.width, paper.height, wish.per_page)
        for item, slot in zip(items, places, strict=False):
            shot = item.make()
            words = self._paint_picture(paper, shot, item.seen, slot.picture, ground)
            if wish.named and several:
                words = (person_name(item.instance.patient.name), *words)
            paper.write(slot.words, " · ".join(part for part in words if part), wrap=True)
        note = ""
        if wish.true:
            paint_scale(paper, MARGIN_MM, paper.height - MARGIN_MM - FOOT_MM + 4.5)
            note = translate("paper", "Print at 100 %, without fitting to the page.")
        paint_foot(paper, self._printed, number + 1, self.count, note)

    def _paint_picture(
        self, paper: Paper, shot: Shot, seen: tuple[float, float], box: Box, ground: QColor
    ) -> tuple[str, ...]:
        """Answers the words below it."""
        words = _words(shot.corners)
        painter, area = paper.painter, paper.pixels(box)
        shot = as_seen(shot, seen, (area.width(), area.height()))
        if self._wish.true:
            shot, said = true_sized(shot, box, paper.dpi)
            words = (*words, *said)
        # On whole pixels, so that the picture's pixels are the paper's.
        area = QRectF(round(area.left()), round(area.top()), int(area.width()), int(area.height()))
        ratio = paper.dpi / _LETTERS_DPI
        if self._wish.white:
            shot, area = trimmed(shot, area)
        painter.save()
        painter.setRenderHint(_LOSSLESS)
        painter.translate(area.topLeft())
        painter.scale(ratio, ratio)
        local = QRectF(0, 0, area.width() / ratio, area.height() / ratio)
        bare = replace(shot, corners=Corners(badge=shot.corners.badge))
        paint_shot(painter, bare, local, self._font, ratio=ratio, ground=ground)
        painter.restore()
        return words


def _items(wish: FilmWish, screen: Screen, pictures: Pictures) -> Sequence[_Item]:
    seen = Wish(what=wish.what, over=Over(drawn=wish.drawn, texts=wish.named))
    active = screen.cells[screen.active]

    def item(cell: Cell, index: int | None = None) -> _Item:
        instance = cell.instance
        if cell.scene is not None and index is not None:
            instance = cell.scene.instance(index)
        size = cell.place.size()
        room = size.width() * screen.ratio, size.height() * screen.ratio
        return _Item(instance, shot_of(cell, seen, pictures, index), room)

    if wish.what is What.SERIES and active.scene is not None:
        return [item(active, index) for index in active.scene.come()]
    return [item(cell) for cell in screen.cells_of(wish.what)]


def _words(said: Corners) -> tuple[str, ...]:
    """Series, slice and window, as the captions have them; the zoom of the screen is not the
    paper's."""
    return (*said.bottom_left, *said.bottom_right[:-1])


def as_seen(shot: Shot, seen: tuple[float, float], room: tuple[float, float]) -> Shot:
    """What is seen in a cell of one size, in room of another; both in their device's pixels."""
    if shot.camera.zoom is None:
        return shot
    share = min(room[0] / seen[0], room[1] / seen[1])
    return replace(shot, camera=replace(shot.camera, zoom=shot.camera.zoom * share))


def trimmed(shot: Shot, area: QRectF) -> tuple[Shot, QRectF]:
    """The same picture in the part of a rectangle that it covers, in the device's pixels: letters
    made for dark pictures do not read on white paper."""
    size = int(area.width()), int(area.height())
    viewport = shot.camera.viewport(shot.picture, *size)
    seen = covered(viewport, shot.picture)
    if shot.overlays and shot.lying.graphics is not None:
        # A state may draw beside the picture, within the area that it wants seen.
        seen = seen.united(shot.lying.graphics.room(viewport))
    seen = seen.intersected(QRectF(0, 0, *size))
    left, top = round(seen.left()), round(seen.top())
    width, height = max(1, round(seen.right()) - left), max(1, round(seen.bottom()) - top)
    x, y = viewport.to_picture(left + width / 2, top + height / 2)
    rows, columns = shape_of(shot.picture)
    camera = replace(shot.camera, zoom=viewport.zoom, center_x=x / columns, center_y=y / rows)
    place = QRectF(area.left() + left, area.top() + top, width, height)
    return replace(shot, camera=camera), place


def true_sized(shot: Shot, box: Box, dpi: float) -> tuple[Shot, tuple[str, ...]]:
    """The same picture with a millimetre of it as one of the paper, and what must be said of it;
    as it was where it does not know its millimetres."""
    size = size_mm(shot.picture)
    if size is None:
        return shot, (translate("paper", "No true size: the picture is not calibrated"),)
    spacing = shot.picture.spacing
    across, down = reversed(size) if shot.camera.turn.swaps else size
    # Not as a state wants the pixels' shape: a millimetre down is one across.
    camera = replace(shot.camera, zoom=spacing.column * dpi / INCH_MM, region=None)
    if across <= box.width and down <= box.height:
        camera = replace(camera, center_x=0.5, center_y=0.5)
        part = ""
    else:
        part = translate("paper", "Only a part fits on the paper")
    basis = calibration_words(spacing.calibration)
    one = translate("paper", "True size 1:1")
    said = (f"{one} ({basis})" if basis else one, part)
    return replace(shot, camera=camera), tuple(words for words in said if words)
