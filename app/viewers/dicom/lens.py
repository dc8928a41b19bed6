"""A magnifier: part of the picture, enlarged from its own pixels, under the pointer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.imaging.picture import Picture
from app.imaging.pipeline import display
from app.imaging.resample import Viewport, resample
from app.imaging.voi import Voi
from app.viewers.dicom.bitmap import to_image

SIZE = 208
TIMES = 2.5
_RIM = QColor(226, 230, 234)


def lens_viewport(viewport: Viewport, at: tuple[float, float], ratio: float) -> Viewport:
    """What the lens sees: the picture point under `at` (device pixels) in its middle."""
    x, y = viewport.to_picture(*at)
    side = round(SIZE * ratio)
    zoom = max(viewport.zoom * TIMES, ratio)
    return replace(viewport, width=side, height=side, zoom=zoom, center_x=x, center_y=y)


def paint_lens(
    painter: QPainter,
    at: QPointF,
    picture: Picture,
    view: Viewport,
    voi: Voi | None,
    ratio: float,
    *,
    invert: bool,
) -> None:
    """Draw the lens around `at`, in the painter's pixels."""
    levels = display(resample(picture, view), voi, invert=invert)
    image = to_image(levels, ratio)
    area = QRectF(at.x() - SIZE / 2, at.y() - SIZE / 2, SIZE, SIZE)
    path = QPainterPath()
    path.addEllipse(area)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(path)
    painter.drawImage(area.topLeft(), image)
    painter.setClipping(False)
    painter.setPen(QPen(QColor(0, 0, 0), 4))
    painter.drawEllipse(area)
    painter.setPen(QPen(_RIM, 2))
    painter.drawEllipse(area)
    painter.restore()
