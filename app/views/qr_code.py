"""A QR code on the screen."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

QUIET_SQUARES = 4
"""The margin that a reader of the code needs, ISO/IEC 18004 5.3.8."""
CODE_SIDE = 228


class QrCode(QWidget):
    """Draws a QR code: dark on light in every theme, as readers of it expect."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._squares: tuple[bytes, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_squares(self, squares: tuple[bytes, ...]) -> None:
        if squares != self._squares:
            self._squares = squares
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Whole pixels for every square, and no more margin than it needs."""
        across = len(self._squares) + 2 * QUIET_SQUARES
        side = max(1, CODE_SIDE // across) * across
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._squares:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        across = len(self._squares) + 2 * QUIET_SQUARES
        whole = self.devicePixelRatioF()
        side = int(min(self.width(), self.height()) * whole / across) / whole
        left = (self.width() - side * across) / 2 + side * QUIET_SQUARES
        top = (self.height() - side * across) / 2 + side * QUIET_SQUARES
        for y, squares in enumerate(self._squares):
            for x, dark in enumerate(squares):
                if dark:
                    where = QRectF(left + x * side, top + y * side, side, side)
                    painter.fillRect(where, Qt.GlobalColor.black)
        painter.end()
