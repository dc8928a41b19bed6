"""What may lie over a picture and take the mouse: all that the pane knows of measurements."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from app.imaging.resample import Viewport

Point = tuple[float, float]
"""Picture coordinates: columns and rows from the upper left corner of the upper left pixel
(PS3.3 C.10.5.1.2)."""


class PaneLayer(Protocol):
    """A layer of one pane, asked in the order in which layers were added.

    The pane asks `press` for every press of the chord that carries the active tool, whichever
    tool that is, so that a layer may offer handles at any time; `ImagePane.tool` says which. A
    layer that answers True has the mouse until its release. `move` comes while the layer has the
    mouse, and, with no button held, for hovering.
    """

    @property
    def tools(self) -> frozenset[str]:
        """Ids of the tools (`entry.Entry.id`) that only this layer serves."""
        ...

    def press(self, point: Point, event: QMouseEvent) -> bool:
        """A button went down; True takes the mouse."""
        ...

    def move(self, point: Point, event: QMouseEvent) -> bool:
        """The mouse moved; True when the layer uses it and the pane should do nothing."""
        ...

    def release(self, point: Point, event: QMouseEvent) -> bool:
        """The button of a taken press went up."""
        ...

    def double_click(self, point: Point, event: QMouseEvent) -> bool:
        """True keeps the pane from filling the grid."""
        ...

    def key(self, event: QKeyEvent) -> bool:
        """A key before the bindings see it; True uses it up."""
        ...

    def act(self, action: str) -> bool:
        """An action of the table (undo, a key image, …); True when it was this layer's."""
        ...

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Draw over the picture; `viewport` counts the painter's own pixels."""
        ...
