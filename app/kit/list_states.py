"""The four drawn states of a list: loading, empty, error, content (and a line when offline)."""

from enum import Enum, auto

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.kit.layouts import column, row
from app.kit.widgets import button, label, set_words


class ListState(Enum):
    LOADING = auto()
    EMPTY = auto()
    ERROR = auto()
    CONTENT = auto()


class Skeleton(QWidget):
    """Grey bars where rows will be; it does not move."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self.palette().mid().color()
        width = self.width() - 48
        for index in range(min(7, max(1, (self.height() - 24) // 48))):
            y = 24 + index * 48
            painter.fillRect(QRect(24, y, int(width * 0.18), 12), colour)
            painter.fillRect(QRect(24 + int(width * 0.22), y, int(width * 0.38), 12), colour)
            painter.fillRect(QRect(24 + int(width * 0.7), y, int(width * 0.2), 12), colour)
        painter.end()


class ListStates(QStackedWidget):
    """Shows `content` or one of the states; `retry` and `act` are its two buttons."""

    retried = Signal()
    acted = Signal()

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._loading = Skeleton()
        self._empty_title, self._empty_text = label(kind="lead"), label(kind="muted", wrap=True)
        self._error_title, self._error_text = label(kind="lead"), label(kind="muted", wrap=True)
        self._act = button("emptyAction", self.acted.emit, "primary")
        self._retry = button("retry", self.retried.emit)
        self._pages = {
            ListState.LOADING: self._loading,
            ListState.EMPTY: _centred(self._empty_title, self._empty_text, self._act),
            ListState.ERROR: _centred(self._error_title, self._error_text, self._retry),
            ListState.CONTENT: content,
        }
        for page in self._pages.values():
            self.addWidget(page)

    def set_words(self, empty: tuple[str, str, str], error: tuple[str, str, str]) -> None:
        """(title, text, button) of the empty and of the error state; no button where empty."""
        self._empty_title.setText(empty[0])
        self._empty_text.setText(empty[1])
        set_words(self._act, empty[2])
        self._act.setVisible(bool(empty[2]))
        self._error_title.setText(error[0])
        self._error_text.setText(error[1])
        set_words(self._retry, error[2])

    def show_state(self, state: ListState) -> None:
        self.setCurrentWidget(self._pages[state])


def _centred(title: QWidget, text: QWidget, action: QWidget) -> QWidget:
    page = QWidget()
    page.setLayout(
        column(None, row(None, title, None), row(None, text, None), row(None, action, None), None)
    )
    return page
