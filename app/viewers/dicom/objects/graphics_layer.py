"""The graphics, texts and overlays of the state that a cell's picture is under."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.imaging.displayed import area_of
from app.imaging.resample import Viewport
from app.viewers.dicom.graphics_painter import GraphicsPainter
from app.viewers.dicom.objects.idle import IdleLayer
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
        area, _ = area_of(picture, state, ref.sop_instance_uid, ref.frame)
        first = QPointF(*viewport.to_screen(area.left, area.top))
        room = QRectF(first, QPointF(*viewport.to_screen(area.right, area.bottom))).normalized()
        content = state.content(ref.sop_instance_uid, ref.frame, states.planes(ref))
        font = self._cell.pane.font()
        GraphicsPainter(painter, viewport.to_screen, room, font).layers(content)
