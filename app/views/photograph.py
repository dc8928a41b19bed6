"""The face of a patient beside their name, so that nobody is taken for another."""

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QLabel

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
            self.setPixmap(QPixmap.fromImage(drawn(photograph, FACE)))
            self.setVisible(not self.pixmap().isNull())


def drawn(picture: bytes, within: QSize) -> QImage:
    """As large as it is shown: a JPEG is decoded at that size, so that it takes no time."""
    buffer = QBuffer()
    buffer.setData(QByteArray(picture))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    reader.setScaledSize(size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
