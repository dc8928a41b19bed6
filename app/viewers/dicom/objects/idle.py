"""A layer that paints and leaves the mouse and the keys to others."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.viewers.dicom.pane_layer import Point


class IdleLayer(QObject):
    """Every answer of a `PaneLayer` but `paint`."""

    @property
    def tools(self) -> frozenset[str]:
        """See `PaneLayer`."""
        return frozenset()

    def press(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def move(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def release(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """See `PaneLayer`."""
        return False

    def act(self, action: str) -> bool:
        """See `PaneLayer`."""
        return False
