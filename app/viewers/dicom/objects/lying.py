"""What lies over one picture: found in any thread, held apart from the screen, painted anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath

from app.imaging.contours import ContourType, Roi
from app.imaging.displayed import area_of
from app.imaging.overlays import OverlayPlane
from app.imaging.picture import Picture
from app.imaging.planes import Plane
from app.imaging.presentation import DisplayedArea, LayerContent, PresentationState
from app.imaging.resample import Viewport
from app.imaging.segmentation import Matrix, Segmentation, SegmentShape
from app.imaging.series import SliceRef
from app.viewers.dicom.graphics_painter import GraphicsPainter
from app.viewers.dicom.objects.painter import ObjectPainter, colour_of, contour_path

Drawn: TypeAlias = tuple[QPainterPath, tuple[tuple[float, float], ...]]
"""The lines of a region on a picture, and its points, in picture coordinates."""


@dataclass(frozen=True, slots=True, eq=False)
class StateGraphics:
    """What a state wants drawn on a picture, the lowest layer first; positions in DISPLAY units
    are fractions of `area` (PS3.3 C.10.5)."""

    contents: tuple[LayerContent, ...]
    area: DisplayedArea

    def room(self, viewport: Viewport) -> QRectF:
        """Where the displayed area lies on the screen."""
        area = self.area
        first = QPointF(*viewport.to_screen(area.left, area.top))
        return QRectF(first, QPointF(*viewport.to_screen(area.right, area.bottom))).normalized()

    def paint(self, painter: QPainter, viewport: Viewport, font: QFont) -> None:
        """On a painter whose coordinates are the viewport's."""
        drawn = GraphicsPainter(painter, viewport.to_screen, self.room(viewport), font)
        drawn.layers(self.contents)

    def without_words(self) -> StateGraphics:
        """The lines alone: texts may name somebody, and so may what overlay planes draw."""
        bare = tuple(replace(content, overlays=(), texts=()) for content in self.contents)
        return replace(self, contents=bare)


def graphics_of(
    state: PresentationState, picture: Picture, ref: SliceRef, planes: tuple[OverlayPlane, ...]
) -> StateGraphics:
    """For a picture under its state; `planes` are the picture's own overlays."""
    area, _ = area_of(picture, state, ref.sop_instance_uid, ref.frame)
    return StateGraphics(state.content(ref.sop_instance_uid, ref.frame, planes), area)


def drawn_on(roi: Roi, plane: Plane, gap: float | None) -> Drawn:
    """The contours of a region that lie on a picture; `gap` as for `Roi.on`."""
    flat = roi.on(plane, gap)
    points = tuple(
        (float(x), float(y))
        for contour in flat
        if contour.kind is ContourType.POINT
        for x, y in contour.points
    )
    return contour_path(flat), points


def segment_colour(segmentation: Segmentation, number: int) -> QColor:
    """What the object recommends for a segment, else one of the theme's."""
    named = (one.colour for one in segmentation.segments if one.number == number)
    return colour_of(next(named, None), number - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Lying:
    """Segments with their way onto the picture, filled with `opacity` 0…1 or, with None, only
    their edges; contours; the graphics of a state."""

    segments: tuple[tuple[SegmentShape, Matrix, QColor], ...] = ()
    contours: tuple[tuple[Drawn, QColor], ...] = ()
    opacity: float | None = None
    graphics: StateGraphics | None = None

    def paint(self, painter: QPainter, viewport: Viewport, font: QFont) -> None:
        """Segments lowest, graphics last."""
        painter.save()
        drawn = ObjectPainter(painter, viewport)
        for shape, matrix, colour in self.segments:
            drawn.segment(shape, matrix, colour, opacity=self.opacity)
        for (path, points), colour in self.contours:
            drawn.contours(path, points, colour)
        painter.restore()
        if self.graphics is not None:
            painter.save()
            self.graphics.paint(painter, viewport, font)
            painter.restore()
