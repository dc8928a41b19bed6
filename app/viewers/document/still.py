"""A picture of a document, as large as it is shown."""

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from app.imaging.errors import MalformedError, PixelSizeError

MOST_PIXELS = 24_000_000
"""A picture that announces more is not drawn."""


def drawn(picture: bytes, within: QSize) -> QImage:
    """As large as it is shown: a JPEG is decoded at that size, so that it takes no time. Raises
    PixelSizeError where it announces more than `MOST_PIXELS`, MalformedError where it is damaged.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(picture))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > MOST_PIXELS:
        raise PixelSizeError("The picture is too large.")
    reader.setScaledSize(size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read() if size.isValid() else QImage()
    if image.isNull():
        raise MalformedError("The picture is damaged.")
    return image
