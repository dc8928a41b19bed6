"""The graphics, texts and overlays of the state that a cell's picture is under."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPainter

from app.imaging.resample import Viewport
from app.viewers.dicom.objects.idle import IdleLayer
from app.viewers.dicom.objects.lying import graphics_of
from app.viewers.dicom.objects.states import StatedShelf
from app.viewers.dicom.stack import StackView


class GraphicsLayer(IdleLayer):
    """A `PaneLayer` of one cell; `states` answers the shelf that knows of states."""

    def __init__(self, cell: StackView, states: Callable[[], StatedShelf | None]) -> None:
        super().__init__(cell)
        self._cell = cell
        self._states = states

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """The layers of the state, the lowest first."""
        states, ref, picture = self._states(), self._cell.ref, self._cell.pane.picture
        state = states.state_of(ref) if states is not None and ref is not None else None
        if states is None or ref is None or state is None or picture is None:
            return
        drawn = graphics_of(state, picture, ref, states.planes(ref))
        drawn.paint(painter, viewport, self._cell.pane.font())
