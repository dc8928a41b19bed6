"""The pages of the main window, one of them shown."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

LEAST_HEIGHT = 200


class PageStack(QStackedWidget):
    """Asks for the width of the page that is shown, whatever the others need; a page that is
    higher than its place scrolls."""

    def __init__(self, pages: Iterable[QWidget]) -> None:
        super().__init__()
        self._areas = {page: PageArea(page) for page in pages}
        for area in self._areas.values():
            self.addWidget(area)

    def show_page(self, page: QWidget) -> None:
        self.setCurrentWidget(self._areas[page])
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return self.currentWidget().minimumSizeHint()

    def sizeHint(self) -> QSize:
        return self.currentWidget().sizeHint()


class PageArea(QScrollArea):
    """Never narrower than its page; scrolls it only where the least height of the page is too much,
    which Qt's own way of resizing does not ask for."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        room = self.maximumViewportSize()
        width = room.width()
        if self._least_height(width) > room.height():
            width -= self.verticalScrollBar().sizeHint().width()
        self.widget().resize(width, max(room.height(), self._least_height(width)))

    def _least_height(self, width: int) -> int:
        layout = self.widget().layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.minimumHeightForWidth(width)
        return self.widget().minimumSizeHint().height()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if bar.maximum() > 0 else 0
        return QSize(self.widget().minimumSizeHint().width() + beside, LEAST_HEIGHT)

    def sizeHint(self) -> QSize:
        return self.widget().sizeHint()
