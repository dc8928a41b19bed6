"""Rows and columns on the 4 px grid."""

from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.kit.theme import metrics

Item = QWidget | QLayout | int | None
"""A widget, a layout, a fixed gap in grid steps, or None for a stretch."""


LayoutT = TypeVar("LayoutT", bound=QBoxLayout)


def column(*items: Item, margin: int = 0, gap: int = 2) -> QVBoxLayout:
    return _fill(QVBoxLayout(), items, margin, gap)


def row(*items: Item, margin: int = 0, gap: int = 2) -> QHBoxLayout:
    return _fill(QHBoxLayout(), items, margin, gap)


def _fill(layout: LayoutT, items: tuple[Item, ...], margin: int, gap: int) -> LayoutT:
    step = metrics().grid
    layout.setContentsMargins(margin * step, margin * step, margin * step, margin * step)
    layout.setSpacing(gap * step)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item * step)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout


def arrange(layout: QBoxLayout, *, across: bool) -> None:
    """Its items side by side, or one below the other."""
    directions = QBoxLayout.Direction
    layout.setDirection(directions.LeftToRight if across else directions.TopToBottom)


def surface(kind: str, layout: QLayout, name: str = "") -> QFrame:
    """A frame drawn as one of the theme's surfaces: card, flat, raised, rail, banner, status."""
    frame = QFrame()
    frame.setProperty("surface", kind)
    if name:
        frame.setObjectName(name)
    frame.setLayout(layout)
    return frame


def fit_height(widget: QWidget, width: int) -> None:
    """Sizes it to `width` px and to the height its words need there, those just set among them:
    a layout inside another one says its new height only once it was activated."""
    for inner in (*reversed(widget.findChildren(QWidget)), widget):
        if (layout := inner.layout()) is not None:
            layout.activate()
    needed = widget.heightForWidth(width)
    widget.resize(width, needed if needed >= 0 else widget.sizeHint().height())


def scrolling(inner: QWidget) -> QScrollArea:
    """As wide as its place; scrolls up and down where that is too low."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(inner)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


class LowScroll(QScrollArea):
    """As wide as its place; scrolls only where not even the least height of what it holds has
    room, whereas `scrolling` gives that the height it likes best."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sought: QWidget | None = None
        self.setWidget(inner)

    def seek(self, part: QWidget) -> None:
        """Keeps a part whole in sight as long as it is shown; so does every such place around this
        one."""
        self._sought = part
        self._fit()
        around = self.parentWidget()
        while around is not None and not isinstance(around, LowScroll):
            around = around.parentWidget()
        if around is not None:
            around.seek(part)

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
        if self._sought is not None and self._sought.isVisible():
            self.ensureWidgetVisible(self._sought, 0, 0)

    def minimumSizeHint(self) -> QSize:
        least, part = super().minimumSizeHint(), self._sought
        if part is None or not part.isVisible():
            return least
        needed = max(part.minimumSizeHint().height(), part.heightForWidth(part.width()))
        return QSize(least.width(), max(least.height(), needed))

    def _least_height(self, width: int) -> int:
        layout = self.widget().layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.minimumHeightForWidth(width)
        return self.widget().minimumSizeHint().height()
