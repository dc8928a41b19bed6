"""The first use of Qt by each painting module, in the GUI thread."""

from __future__ import annotations

from functools import cache
from uuid import UUID

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainterPath

from app.imaging.annotation import Annotation, AnnotationKind
from app.imaging.geometry import EdgeLetters, Spacing
from app.imaging.graphics import (
    Anchor,
    Graphic,
    GraphicLayer,
    GraphicType,
    TextObject,
    Units,
)
from app.imaging.overlays import OverlayKind, OverlayPlane
from app.imaging.picture import ColourPicture
from app.imaging.presentation import DisplayedArea, LayerContent, Scope
from app.imaging.segmentation import SegmentFrame, onto, shape_of_segment
from app.imaging.series import SliceRef
from app.viewers.dicom.captions import Corners
from app.viewers.dicom.objects.lying import Lying, StateGraphics
from app.viewers.dicom.output.leaf import Leaf, draw, encoded, rgb_of
from app.viewers.dicom.picture_painter import Lines, Mark, Shot, paint_shot
from app.viewers.paper import Paper, paint_scale, preview

_SIDE = 360


@cache
def touch() -> None:
    """Paint a small picture with everything over it, once in the life of the program.

    Trap: PySide looks through the source of a module when its code touches Qt for the first time,
    and holds a lock meanwhile. Two threads that do so at once wait for each other for ever.
    """
    shot = _shot()
    leaf = Leaf(_SIDE, _SIDE, 1.0, [(QRectF(0, 0, _SIDE, _SIDE), lambda: shot)])
    image = draw(leaf, QFont())
    encoded(image, "PNG")
    rgb_of(image)
    preview(_Page(shot), 0, 20.0)


def _shot() -> Shot:
    plane = OverlayPlane(0x6000, OverlayKind.GRAPHIC, 0, 0, np.ones((8, 8), np.bool_))
    picture = ColourPicture(np.zeros((8, 8, 3), np.uint8), Spacing(), False, False, (plane,))
    line = Annotation(UUID(int=0), SliceRef("", 0), AnnotationKind.LENGTH, ((1.0, 1.0), (5.0, 5.0)))
    return Shot(
        picture,
        corners=Corners(("",), ("",), ("",), (".",), "."),
        lines=Lines(EdgeLetters("L", "R", "H", "F"), ((((0.0, 0.0), (8.0, 8.0)), False),)),
        marks=(Mark(line, (".",)),),
        key_image=True,
        lying=_objects(),
        study=".",
    )


def _objects() -> Lying:
    """A segment, a contour, a line and a text."""
    frame = SegmentFrame(0, 1, None)
    shape = shape_of_segment(1, frame, np.full((2, 2), 255, np.uint8))
    assert shape is not None
    ink = QColor(255, 0, 0)
    ends = ((1.0, 1.0), (5.0, 1.0))
    content = LayerContent(
        GraphicLayer("", 0),
        (),
        (Graphic(GraphicType.POLYLINE, Units.PIXEL, ends),),
        (TextObject(".", None, Anchor(Units.PIXEL, (1.0, 1.0), visible=True)),),
    )
    path = QPainterPath(QPointF(1, 1))
    path.lineTo(5, 5)
    return Lying(
        ((shape, onto(None, None), ink),),
        (((path, ((2.0, 2.0),)), ink),),
        0.4,
        StateGraphics((content,), DisplayedArea(Scope(), 0, 0, 8, 8)),
    )


class _Page:
    """A page with the least of everything; `paper.Pages`."""

    count = 1
    lying = False

    def __init__(self, shot: Shot) -> None:
        self._shot = shot

    def paint(self, paper: Paper, number: int) -> None:
        """See `paper.Pages`."""
        paint_shot(paper.painter, self._shot, QRectF(0, 0, _SIDE, _SIDE), QFont())
        paint_scale(paper, 0.0, 10.0)
