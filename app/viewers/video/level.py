"""How loud one's own microphone is, so that one sees that one is heard."""

from collections.abc import Callable

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

LOOK_MS = 100
QUIETEST_DB, LOUDEST_DB = -60.0, -6.0
STEPS = 12


def share_of(level: float) -> float:
    """0 to 1 of a level in dBFS."""
    return min(1.0, max(0.0, (level - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)))


class LevelMeter(QWidget):
    """A row of bars; looks only while it is seen.

    Args:
        level: the level now, in dBFS.
    """

    def __init__(self, level: Callable[[], float]) -> None:
        super().__init__()
        self.level = level
        self.lit = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.refresh)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(84, 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 10)

    def refresh(self) -> None:
        """Takes the level now."""
        lit = round(share_of(self.level()) * STEPS)
        if lit != self.lit:
            self.lit = lit
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        roles = self.palette().ColorRole
        on, off = self.palette().color(roles.Highlight), self.palette().color(roles.Mid)
        width = self.width() / STEPS
        for step in range(STEPS):
            colour = on if step < self.lit else off
            painter.fillRect(
                round(step * width), 1, max(1, round(width) - 2), self.height() - 2, colour
            )
        painter.end()
