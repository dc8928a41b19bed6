"""How long nobody has touched the program."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

TOUCHES = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)
LOOK_MS = 1000


class IdleWatch(QObject):
    """Says `idle` when no window has had any input for a while, once until there is some again.

    It filters the events of windows, not of widgets: those are few.

    Args:
        clock: seconds that only go on (`time.monotonic`).
    """

    idle = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._touched = clock()
        self._told = False
        self.after_s: int | None = None
        """None: it says nothing."""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._watch)
        for window in QGuiApplication.topLevelWindows():
            self._watch(window)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def touch(self) -> None:
        self._touched, self._told = self._clock(), False

    def idle_s(self) -> float:
        """How long ago somebody last touched the program."""
        return self._clock() - self._touched

    def look(self) -> None:
        """Whether it is time."""
        if self.after_s is None or self._told:
            return
        if self.idle_s() >= self.after_s:
            self._told = True
            self.idle.emit()

    def end(self) -> None:
        self._timer.stop()
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def _watch(self, window: QWindow | None) -> None:
        """Installed again it moves to the front: a filter is there once."""
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self.touch()
        return False
