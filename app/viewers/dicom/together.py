"""What cells do together: scroll, share window and zoom, show each other's planes and points."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.imaging.geometry import Calibration, Vector
from app.imaging.planes import Plane, Segment, are_parallel, cut
from app.viewers.dicom.grid import Grid
from app.viewers.dicom.pane_layer import Point
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.tools import Action

_NEAR_MM = 10.0


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where a cell stood when scrolling together began: the manual offset."""

    index: int
    plane: Plane | None


class Together(QObject):
    """Follows the active cell of a grid with the others."""

    changed = Signal()
    """A switch was turned."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._on = {Action.LINES: True}
        self._anchors: dict[StackView, _Anchor] = {}
        self._busy = False
        self.pointed: Vector | None = None
        """Where the 3D cursor was last, millimetres in the patient."""
        grid.cell_made.connect(self._watch)
        grid.activated.connect(self.draw_lines)
        grid.arranged.connect(self.draw_lines)
        for cell in grid.cells:
            self._watch(cell)

    def _watch(self, cell: StackView) -> None:
        cell.scrolled.connect(lambda: self._scrolled(cell))
        cell.changed.connect(lambda: self._changed(cell))
        cell.opened.connect(self._opened)
        cell.looked.connect(self.draw_lines)
        cell.pane.pointed.connect(lambda point: self._pointed(cell, point))

    def is_on(self, switch: str) -> bool:
        """Whether one of the switches of the group "Together" is on."""
        return any(on for action, on in self._on.items() if action == switch)

    def act(self, action: str) -> bool:
        """Turn a switch; answers whether it was one of this group."""
        switches = (Action.SYNC, Action.LINK_WINDOW, Action.LINK_ZOOM, Action.LINES)
        chosen = next((switch for switch in switches if switch == action), None)
        if chosen is None:
            return False
        self.turn(chosen, not self._on.get(chosen, False))
        return True

    def turn(self, switch: Action, on: bool) -> None:
        """Turn one of this group on or off; what scrolls together does so from where it is now."""
        self._on[switch] = on
        self._anchor()
        self.draw_lines()
        self._changed(self._grid.active)
        self.changed.emit()

    def _others(self, cell: StackView) -> tuple[StackView, ...]:
        shown = self._grid.seen
        return tuple(c for c in shown if c is not cell and c.series is not None)

    # Scrolling together

    def _opened(self) -> None:
        self.pointed = None  # of another series, perhaps of another patient
        self._anchor()
        self.draw_lines()

    def _anchor(self) -> None:
        self._anchors = {cell: _Anchor(cell.index, cell.plane) for cell in self._grid.cells}

    def _scrolled(self, cell: StackView) -> None:
        if self._busy or not self.is_on(Action.SYNC) or cell is not self._grid.active:
            return
        self._busy = True
        try:
            for other in self._others(cell):
                index = self._follower(cell, other)
                if index is not None:
                    other.follow_to(index)
        finally:
            self._busy = False
        cell.looked.emit()

    def _follower(self, cell: StackView, other: StackView) -> int | None:
        """The slice of `other` that belongs to what `cell` shows."""
        plane, there = cell.plane, other.plane
        if plane is not None and there is not None and plane.shares_space(there):
            even = other.finder.nearest(plane.middle, prefer=other.index, parallel_to=plane)
            if even is not None:
                return even
            return other.finder.nearest(self._cursor(cell, plane), prefer=other.index)
        return self._offset(cell, other)

    @staticmethod
    def _cursor(cell: StackView, plane: Plane) -> Vector:
        point = cell.pane.marks.cross or cell.pane.hovered
        return plane.point(*point) if point is not None else plane.middle

    def _offset(self, cell: StackView, other: StackView) -> int | None:
        """As far as `cell` has gone, in millimetres where both know them, else in slices."""
        begun, begun_there = self._anchors.get(cell), self._anchors.get(other)
        if begun is None or begun_there is None:
            return None
        plane, first, first_there = cell.plane, begun.plane, begun_there.plane
        if plane is None or first is None or first_there is None:
            return begun_there.index + cell.index - begun.index
        if are_parallel(first, first_there):
            gone = first.distance(plane.position)
            x, y, z = first_there.middle
            a, b, c = first.normal
            target = (x + a * gone, y + b * gone, z + c * gone)
            return other.finder.nearest(target, prefer=other.index)
        return begun_there.index + cell.index - begun.index

    # Window and zoom

    def _changed(self, cell: StackView) -> None:
        if self._busy or cell is not self._grid.active or cell.instance is None:
            return
        self._busy = True
        try:
            for other in self._others(cell):
                if other.instance is None or other.instance.modality != cell.instance.modality:
                    continue
                if self.is_on(Action.LINK_WINDOW):
                    self._same_window(cell, other)
                if self.is_on(Action.LINK_ZOOM):
                    self._same_zoom(cell, other)
        finally:
            self._busy = False

    @staticmethod
    def _same_window(cell: StackView, other: StackView) -> None:
        if other.pane.chosen_voi is not cell.pane.chosen_voi:
            other.choose_voi(cell.pane.chosen_voi)

    @staticmethod
    def _same_zoom(cell: StackView, other: StackView) -> None:
        mine, theirs = cell.pane.picture, other.pane.picture
        own = other.pane.camera
        camera = replace(cell.pane.camera, turn=own.turn, side=own.side)
        if mine is None or theirs is None:
            return
        known = Calibration.NONE not in (mine.spacing.calibration, theirs.spacing.calibration)
        if camera.zoom is not None and known:
            camera = replace(camera, zoom=camera.zoom * theirs.spacing.column / mine.spacing.column)
        if camera != other.pane.camera:
            other.pane.set_camera(camera)
            other.report()

    # Planes and points of each other

    def draw_lines(self) -> None:
        """Where the active cell's plane, and the ends of its stack, cut the other pictures."""
        active = self._grid.active
        for cell in self._grid.seen:
            lines: list[tuple[Segment, bool]] = []
            if self.is_on(Action.LINES) and cell is not active:
                lines = _lines(active, cell)
            cell.pane.set_lines(lines)

    def _pointed(self, cell: StackView, point: Point | None) -> None:
        """The same point of the patient in every cell of one Frame of Reference."""
        plane = cell.plane
        cell.pane.set_cross(point)
        if point is not None and plane is not None:
            self.pointed = plane.point(*point)
        for other in self._others(cell):
            there = other.plane
            if point is None or plane is None or there is None or not plane.shares_space(there):
                other.pane.set_cross(None)
                continue
            place = plane.point(*point)
            index = other.finder.nearest(place, prefer=other.index)
            if index is not None:
                other.follow_to(index)
            there = other.plane
            near = there is not None and abs(there.distance(place)) <= _NEAR_MM
            other.pane.set_cross(there.picture(place) if near and there is not None else None)
        if point is not None:
            cell.looked.emit()


def _lines(active: StackView, cell: StackView) -> list[tuple[Segment, bool]]:
    """(segment, thin) of the active cell's stack in another cell's picture."""
    plane, picture, series = active.plane, cell.plane, active.series
    if plane is None or picture is None or series is None or not plane.shares_space(picture):
        return []
    ends = [series.plane(0), series.plane(len(series.slices) - 1)]
    found = [(cut(end, picture), True) for end in ends if end is not None and end != plane]
    found.append((cut(plane, picture), False))
    return [(segment, thin) for segment, thin in found if segment is not None]
