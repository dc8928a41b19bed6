"""Painting a picture with what lies over it: the pane, exported pictures and paper alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.imaging.annotation import Annotation
from app.imaging.displayed import seen
from app.imaging.geometry import EdgeLetters
from app.imaging.picture import Picture, shape_of
from app.imaging.planes import Segment
from app.imaging.resample import Viewport
from app.imaging.voi import Voi
from app.viewers.dicom.annotations.painter import AnnotationPainter
from app.viewers.dicom.annotations.shapes import Glass
from app.viewers.dicom.bitmap import to_image
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.captions import Corners, ruler
from app.viewers.dicom.graphics_painter import GraphicsPainter
from app.viewers.dicom.objects.lying import Lying
from app.viewers.dicom.overlay import OverlayPainter
from app.viewers.dicom.study_band import band_height, paint_band

BACKGROUND = QColor(4, 5, 6)
NO_PICTURE = QColor(0, 0, 0)
"""What display levels are beside a picture."""
_RULER_SHARE = 0.22


@dataclass(frozen=True, slots=True)
class Lines:
    """Letters at the edges, and reference lines in picture coordinates with whether each is
    thin."""

    letters: EdgeLetters | None = None
    references: Sequence[tuple[Segment, bool]] = ()


Taken: TypeAlias = Callable[[], Sequence[QRectF]]
"""Where words stand; asked only where there are marks to be placed."""


def paint_over(
    painter: QPainter,
    over: OverlayPainter,
    viewport: Viewport,
    picture: Picture,
    lines: Lines,
    corners: Corners,
    marks: Callable[[Taken], None],
) -> None:
    """Overlay planes, reference lines, what `marks` paints, ruler and letters, in this order;
    `marks` may ask where words stand that it must leave free."""
    area = QRectF(0, 0, viewport.width, viewport.height)
    if picture.overlays:
        planes = GraphicsPainter(painter, viewport.to_screen, area, over.font)
        for plane in picture.overlays:
            planes.overlay(plane)
    for segment, thin in lines.references:
        over.reference(segment, viewport, thin=thin)
    scale = None
    if has_ruler(picture) and not over.is_small:
        scale = ruler(picture.scales.main, viewport.zoom, viewport.height * _RULER_SHARE)
    marks(partial(over.taken, corners, lines.letters, scale))
    if scale is not None:
        over.ruler(scale, corners)
    if lines.letters is not None:
        over.letters(lines.letters)


def has_ruler(picture: Picture) -> bool:
    """Whether one ruler speaks for a picture: not where most of it is a region without millimetres,
    as the trace of an ultrasound."""
    main = picture.scales.main
    return not picture.scales.regions or (main.x_unit, main.y_unit) == ("mm", "mm")


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape with the lines of text beside it."""

    shape: Annotation
    words: tuple[str, ...]
    chosen: bool = False


def paint_marks(
    painter: QPainter,
    viewport: Viewport,
    marks: Sequence[Mark],
    *,
    key_image: bool,
    ratio: float,
    taken: Sequence[QRectF] = (),
) -> None:
    """What a reader drew on a frame; no label stands on `taken`."""
    area = QRectF(0, 0, viewport.width, viewport.height)
    drawn = AnnotationPainter(painter, area, Glass(viewport), ratio)
    if key_image:
        drawn.star()
    for mark in marks:
        drawn.draw(mark.shape, chosen=mark.chosen)
    drawn.label(
        [(mark.shape, mark.words, mark.chosen) for mark in marks if mark.shape.points], taken
    )


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture as it is looked at, with everything over it; no widget and no session, so that
    it can be painted anywhere and in any thread. `lying` are the objects over it, `study` says
    that it is not of the current study."""

    picture: Picture
    camera: Camera = Camera()
    voi: Voi | None = None
    inverted: bool = False
    shuttered: bool = True
    overlays: bool = True
    corners: Corners = Corners()
    lines: Lines = Lines()
    marks: tuple[Mark, ...] = ()
    key_image: bool = False
    lying: Lying = Lying()
    study: str = ""


def paint_shot(
    painter: QPainter,
    shot: Shot,
    area: QRectF,
    font: QFont,
    *,
    ratio: float = 1.0,
    ground: QColor = NO_PICTURE,
) -> None:
    """Paint into a rectangle of the painter.

    `ratio` is the device's pixels in one of the painter's, which `font` counts too; the picture
    is resampled for the device. `ground` is what the picture does not cover.
    """
    if shot.study:
        band = min(area.height() / 2, band_height(shot.study, area.width(), font))
        top = QRectF(area.left(), area.top(), area.width(), band)
        paint_band(painter, top, shot.study, font)
        area = area.adjusted(0, band, 0, 0)
    across, down = max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio))
    viewport = shot.camera.viewport(shot.picture, across, down)
    levels = seen(shot.picture, viewport, shot.voi, invert=shot.inverted, shuttered=shot.shuttered)
    image = to_image(levels, ratio)
    width, height = max(1, int(across / ratio)), max(1, int(down / ratio))
    own = replace(viewport, width=width, height=height, zoom=viewport.zoom / ratio)
    painter.save()
    painter.translate(area.topLeft())
    painter.setClipRect(QRectF(0, 0, across / ratio, down / ratio))
    painter.fillRect(QRectF(0, 0, across / ratio, down / ratio), ground)
    # A viewport counts whole pixels: what is left over lies evenly at both sides.
    painter.translate((across / ratio - width) / 2, (down / ratio - height) / 2)
    painter.save()
    painter.setClipRect(covered(own, shot.picture), Qt.ClipOperation.IntersectClip)
    painter.drawImage(QPointF((width - across / ratio) / 2, (height - down / ratio) / 2), image)
    painter.restore()
    over = OverlayPainter(painter, QRectF(0, 0, width, height), font, ratio)
    _paint_over(painter, over, own, shot, font, ratio)
    painter.restore()


def _paint_over(
    painter: QPainter,
    over: OverlayPainter,
    viewport: Viewport,
    shot: Shot,
    font: QFont,
    ratio: float,
) -> None:
    if not shot.overlays:
        over.corners(Corners(badge=shot.corners.badge))
        return

    def marks(taken: Taken) -> None:
        shot.lying.paint(painter, viewport, font)
        _marks(painter, viewport, shot, ratio, taken())

    paint_over(painter, over, viewport, shot.picture, shot.lines, shot.corners, marks)
    over.corners(shot.corners)


def _marks(
    painter: QPainter, viewport: Viewport, shot: Shot, ratio: float, taken: Sequence[QRectF]
) -> None:
    painter.save()
    paint_marks(painter, viewport, shot.marks, key_image=shot.key_image, ratio=ratio, taken=taken)
    painter.restore()


def covered(viewport: Viewport, picture: Picture) -> QRectF:
    """The part of the screen on which a picture lies."""
    rows, columns = shape_of(picture)
    first, last = viewport.to_screen(0, 0), viewport.to_screen(columns, rows)
    return QRectF(QPointF(*first), QPointF(*last)).normalized()
