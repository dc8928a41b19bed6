"""The face of a patient beside their name, so that nobody is taken for another."""

from contextlib import suppress

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel

from app.imaging.errors import ImagingError
from app.viewers.document.still import drawn

FACE = QSize(56, 72)


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
