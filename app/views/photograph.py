"""The face of a patient beside their name, so that nobody is taken for another."""

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
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
            self.setPixmap(_drawn(photograph))
            self.setVisible(not self.pixmap().isNull())


def _drawn(photograph: bytes) -> QPixmap:
    """As large as it is shown: a JPEG is decoded at that size, so that it takes no time."""
    buffer = QBuffer()
    buffer.setData(QByteArray(photograph))
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QPixmap()
    reader.setScaledSize(size.scaled(FACE, Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())
