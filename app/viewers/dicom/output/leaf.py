"""Pictures on one image: a cell alone, or all cells as they lie on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter

from app.imaging.displayed import LARGEST_SIDE
from app.imaging.errors import OutputError
from app.imaging.picture import Picture, shape_of
from app.imaging.resample import Region
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.grid import BETWEEN
from app.viewers.dicom.picture_painter import Shot, paint_shot

LETTERS_PER_SIDE = 900
"""Letters have their size on the screen up to a picture of that many pixels, then they grow."""
JPEG_QUALITY = 95
MARK_INK, MARK_EDGE = QColor(170, 170, 170), 3


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """`parts` are places and what is painted there; making a shot may decode and take long.

    `width` and `height` are the image's; a pixel of letters and of the places is `ratio` of them.
    """

    width: int
    height: int
    ratio: float
    parts: Sequence[tuple[QRectF, Callable[[], Shot]]]


def own_size(picture: Picture, camera: Camera) -> tuple[int, int, float]:
    """Width, height and ratio of a leaf on which a picture, or the region of it that the camera
    fits, has a pixel a column; fewer where it asks for more room than there is."""
    wide, high = _extent(picture, camera)
    share = min(1.0, _most(picture) / max(wide, high))
    width, height = round(wide * share), round(high * share)
    if camera.turn.swaps:
        width, height = height, width
    ratio = max(1.0, max(width, height) / LETTERS_PER_SIDE)
    return max(1, width), max(1, height), ratio


def pixel_by_pixel(picture: Picture, camera: Camera) -> Camera:
    """How the picture lies on a leaf of its `own_size`."""
    if max(_extent(picture, camera)) > _most(picture):
        return camera.fitted()
    rows, columns = shape_of(picture)
    region = camera.region or Region(0, 0, columns, rows, picture.spacing.aspect)
    x, y = (region.left + region.right) / 2, (region.top + region.bottom) / 2
    return replace(camera.fitted(), zoom=1.0, center_x=x / columns, center_y=y / rows)


def _extent(picture: Picture, camera: Camera) -> tuple[float, float]:
    """Columns, and as many high as they look."""
    if camera.region is None:
        rows, columns = shape_of(picture)
        return columns, rows * picture.spacing.aspect
    region = camera.region
    return region.right - region.left, (region.bottom - region.top) * region.aspect


def _most(picture: Picture) -> float:
    return max(LARGEST_SIDE, *shape_of(picture))


def draw(leaf: Leaf, font: QFont) -> QImage:
    """RGB32, without a word in its metadata; runs in any thread."""
    image = QImage(leaf.width, leaf.height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(leaf.ratio)
    image.fill(BETWEEN)
    painter = QPainter(image)
    try:
        for area, make in leaf.parts:
            painter.setFont(font)
            paint_shot(painter, make(), area, font, ratio=leaf.ratio)
    finally:
        painter.end()
    return image


def marked(image: QImage, words: str, font: QFont) -> QImage:
    """The same with a strip below it for the words: no pixel of the picture is covered. Words that
    are wider stand in lines."""
    ratio = image.devicePixelRatio()
    fonts = QFontMetricsF(font)
    width, height = image.width() / ratio, image.height() / ratio
    room = QRectF(MARK_EDGE, height + MARK_EDGE, width - 2 * MARK_EDGE, 10 * fonts.height())
    lines = int(Qt.TextFlag.TextWrapAnywhere)
    strip = fonts.boundingRect(room, lines, words).height() + 2 * MARK_EDGE
    whole = QImage(image.width(), round((height + strip) * ratio), image.format())
    whole.setDevicePixelRatio(ratio)
    whole.fill(BETWEEN)
    painter = QPainter(whole)
    try:
        painter.drawImage(0, 0, image)
        painter.setFont(font)
        painter.setPen(MARK_INK)
        painter.drawText(room, lines, words)
    finally:
        painter.end()
    return whole


def encoded(image: QImage, form: str) -> bytes:
    """As PNG or JPEG.

    Raises:
        OutputError: it cannot be encoded.
    """
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, form.encode())
    if form == "JPEG":
        writer.setQuality(JPEG_QUALITY)
    if not writer.write(image):
        raise OutputError("The picture cannot be encoded.")
    buffer.close()
    return bytes(kept.data())


def rgb_of(image: QImage) -> NDArray[np.uint8]:
    """(rows, columns, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows, width, stride = plain.height(), plain.width(), plain.bytesPerLine()
    flat = np.frombuffer(plain.constBits(), np.uint8, rows * stride).reshape(rows, stride)
    return flat[:, : width * 3].reshape(rows, width, 3).copy()
