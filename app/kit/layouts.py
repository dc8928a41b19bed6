"""Rows and columns on the 4 px grid."""

from typing import TypeVar

from PySide6.QtCore import Qt
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
