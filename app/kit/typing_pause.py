"""When what is being typed is told: soon after a pause, and now and then while nobody pauses."""

from PySide6.QtCore import QObject, QTimer, Signal

PAUSE_MS = 400
LONGEST_MS = 1500
"""A power cut takes no more than this from somebody who types without a pause."""


class TypingPause(QObject):
    """`touch` at every letter; `due` when it is time to tell."""

    due = Signal()

    def __init__(
        self, parent: QObject, pause_ms: int = PAUSE_MS, longest_ms: int = LONGEST_MS
    ) -> None:
        super().__init__(parent)
        self._pause, self._longest = QTimer(self), QTimer(self)
        for timer, interval in ((self._pause, pause_ms), (self._longest, longest_ms)):
            timer.setSingleShot(True)
            timer.setInterval(interval)
            timer.timeout.connect(self._tell)

    @property
    def active(self) -> bool:
        """Whether something typed has not been told yet."""
        return self._pause.isActive()

    def touch(self) -> None:
        """Something was typed."""
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def stop(self) -> None:
        """What was typed is told, or does not count."""
        self._pause.stop()
        self._longest.stop()

    def _tell(self) -> None:
        self.stop()
        self.due.emit()
