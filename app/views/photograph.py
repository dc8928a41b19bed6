"""The face of a patient beside their name, so that nobody is taken for another."""

from contextlib import suppress

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel

from app.imaging.errors import ImagingError, MalformedError, PixelSizeError

FACE = QSize(56, 72)
MOST_PIXELS = 24_000_000
"""A picture that announces more is not drawn."""


class Photograph(QLabel):
    """Nothing where there is none, or where it cannot be drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recordPhotograph")
        self.setFixedSize(FACE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown = b""
        self.hide()

    def show_bytes(self, photograph: bytes) -> None:
        """JPEG or PNG."""
        if photograph != self._shown:
            self._shown = photograph
            face = QPixmap()
            with suppress(ImagingError):
                face = QPixmap.fromImage(drawn(photograph, FACE))
            self.setPixmap(face)
            self.setVisible(not face.isNull())


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
