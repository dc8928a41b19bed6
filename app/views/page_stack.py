"""The pages of the main window, one of them shown."""

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.kit.layouts import LowScroll

LEAST_HEIGHT = 200


class PageStack(QStackedWidget):
    """Asks for the width of the page that is shown, whatever the others need; a page that is
    higher than its place scrolls."""

    def __init__(self, pages: Iterable[QWidget]) -> None:
        super().__init__()
        self._areas = {page: LowScroll(page) for page in pages}
        for area in self._areas.values():
            self.addWidget(area)

    def show_page(self, page: QWidget) -> None:
        self.setCurrentWidget(self._areas[page])
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        area = self.currentWidget()
        if not isinstance(area, LowScroll):
            return super().minimumSizeHint()
        bar = area.verticalScrollBar()
        beside = bar.sizeHint().width() if bar.maximum() > 0 else 0
        return QSize(area.widget().minimumSizeHint().width() + beside, LEAST_HEIGHT)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()
