"""The face of a patient beside their name, so that nobody is taken for another."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel

from app.viewers.background import Background
from app.viewers.document.guarded import guarded_picture

FACE = QSize(56, 72)


class Photograph(QLabel):
    """Nothing where there is none, where it cannot be drawn, and until it has been: nobody vouches
    for it, so it is read in a process of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recordPhotograph")
        self.setFixedSize(FACE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown = b""
        self._drawing = Background(self)
        self.is_drawing = False
        self.hide()

    def show_bytes(self, photograph: bytes) -> None:
        """JPEG or PNG. The face before it is gone at once: it may be another's."""
        if photograph == self._shown:
            return
        self._shown = photograph
        self._drawing.drop()
        self._show(None)
        if photograph:
            self.is_drawing = True
            self._drawing.start(lambda: guarded_picture(photograph, FACE), self._show)

    def _show(self, drawn: object) -> None:
        self.is_drawing = False
        face = QPixmap.fromImage(drawn) if isinstance(drawn, QImage) else QPixmap()
        self.setPixmap(face)
        self.setVisible(not face.isNull())
