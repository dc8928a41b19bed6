"""Axial, coronal and sagittal planes and a slab beside each other, moved through one volume."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from app.imaging.geometry import Vector
from app.imaging.planes import Plane, dot
from app.imaging.series import Series
from app.imaging.voi import Voi
from app.imaging.volume import Direction, Slab, Volume
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.grid import BETWEEN, GAP
from app.viewers.dicom.mpr.crosshair import Crosshair
from app.viewers.dicom.mpr.entries import SLABS, TURNS, MprAction
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.mpr.reslicer import Cut, Place, Reslicer, Wish
from app.viewers.dicom.mpr.trio import SlabChoice, Trio, View, trio_of
from app.viewers.dicom.pane_layer import Point
from app.viewers.gate import Gate

TURN_DEGREES = 5.0
_FIRST_SLABS = {view: SlabChoice() for view in View} | {View.SLAB: SlabChoice(20.0)}
_KINDS = {MprAction.MIP: Slab.MAXIMUM, MprAction.MINIP: Slab.MINIMUM, MprAction.MEAN: Slab.MEAN}


class _Bench:
    """Where the volume that is shown is cut; `number` counts volumes."""

    def __init__(self) -> None:
        self.number = 0
        self.reslicer: Reslicer | None = None
        self._gate = Gate()

    def begin(self, volume: Volume, came: SignalInstance) -> None:
        """Cut another volume; `came` is emitted with its number and every `Cut`."""
        self.number += 1
        gate, number = Gate(), self.number
        self._gate = gate
        self.reslicer = Reslicer(volume, lambda cut: gate.say(came.emit, number, cut))

    def close(self, timeout: float) -> None:
        """Afterwards nothing comes; waits up to `timeout` seconds."""
        self._gate.close()
        reslicer, self.reslicer = self.reslicer, None
        if reslicer is not None:
            reslicer.close(timeout)


class PlanesRoom(QWidget):
    """Two by two cells; wishes go to a thread, pictures come back and are shown.

    Windows and inversion are those of all cells: it is one volume.
    """

    changed = Signal()
    """What the active cell shows changed."""
    activated = Signal()
    acted = Signal(str)
    """The id of an action or tool in the table."""
    menu_asked = Signal(object)
    """A QPoint of the whole screen."""
    _came = Signal(int, object)

    def __init__(self, bindings: Bindings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("planes_room")
        self.lines = True
        self._trio: Trio | None = None
        self._slabs = dict(_FIRST_SLABS)
        self._wishes: dict[View, Wish] = {}
        self._waiting: dict[View, Cut] = {}
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._show_next)
        self._bench = _Bench()
        # A parent says so before it deletes its children.
        parent.destroyed.connect(partial(self._bench.close, 0.0))
        self._alone = self._busy = False
        self._active = View.AXIAL
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, BETWEEN)
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.cells = {view: PlaneView(view, bindings, self) for view in View}
        for view, cell in self.cells.items():
            self._watch(view, cell)
        self._came.connect(self._on_cut, Qt.ConnectionType.QueuedConnection)
        self._arrange()

    def _watch(self, view: View, cell: PlaneView) -> None:
        pane = cell.pane
        pane.add_layer(Crosshair(self, view, pane))
        cell.stepped.connect(partial(self.step, view))
        cell.placed.connect(partial(self._place, view))
        cell.changed.connect(partial(self._on_changed, view))
        pane.touched.connect(partial(self.activate, view))
        pane.pointed.connect(partial(self._pointed, view))
        pane.maximise_asked.connect(self.toggle_alone)
        pane.acted.connect(self.acted)
        pane.menu_asked.connect(self.menu_asked)

    # What is shown

    @property
    def trio(self) -> Trio | None:
        """The planes now, None without a volume."""
        return self._trio

    @property
    def active(self) -> PlaneView:
        """The cell that keys and tools speak to."""
        return self.cells[self._active]

    @property
    def alone(self) -> bool:
        """Whether the active cell fills the room for a while."""
        return self._alone

    @property
    def exact(self) -> bool:
        """Whether every cell shows what is wanted, to the last voxel."""
        shown = {view: cell.cut for view, cell in self.cells.items()}
        return bool(self._wishes) and all(
            (cut := shown[view]) is not None and cut.exact and cut.wish == wish
            for view, wish in self._wishes.items()
        )

    def slab(self, view: View) -> SlabChoice:
        """The slab of a cell."""
        return self._slabs[view]

    def begin(self, volume: Volume, series: Series, at: Vector | None = None) -> None:
        """Show the planes of the patient through a place, by default the middle of a volume."""
        self.clear()
        self._bench.begin(volume, self._came)
        self._slabs = dict(_FIRST_SLABS)
        for cell in self.cells.values():
            cell.begin(series.first, volume.shape)
        self._active, self._alone = View.AXIAL, False
        self._arrange()
        self.set_trio(trio_of(volume, at))

    def clear(self, timeout: float = 0.0) -> None:
        """Let go of the volume; waits up to `timeout` seconds for what is being cut."""
        self._bench.close(timeout)
        self._trio = None
        self._wishes.clear()
        self._waiting.clear()
        for cell in self.cells.values():
            cell.clear()

    # Planes

    def set_trio(self, trio: Trio) -> None:
        """Move the planes; only what changed is cut again."""
        self._trio = trio
        self._want()

    def _want(self) -> None:
        trio, reslicer = self._trio, self._bench.reslicer
        if trio is None or reslicer is None:
            return
        # The active cell first.
        for view in sorted(View, key=lambda v: v is not self._active):
            wish = self._wish(view, trio)
            self.cells[view].follow(wish.place)
            if wish != self._wishes.get(view):
                self._wishes[view] = wish
                reslicer.want(wish)
            else:
                # Its lines have moved; the others are painted when their picture comes.
                self.cells[view].pane.update()

    def _wish(self, view: View, trio: Trio) -> Wish:
        direction = view.direction
        plane, straight = trio.plane(direction), trio.is_straight(direction)
        normal = [abs(part) for part in plane.normal]
        mm = trio.cursor[normal.index(max(normal))]
        place = Place(*trio.place(direction), round(mm, 3), straight)
        slab = self._slabs[view]
        return Wish(view, plane, slab, place, quick=straight and slab.thickness == 0)

    @Slot(int, object)
    def _on_cut(self, number: int, cut: Cut) -> None:
        # A picture of the volume before may have been on its way.
        if self._trio is not None and number == self._bench.number:
            self._waiting[cut.wish.view] = cut
            if not self._next.isActive():
                self._next.start()

    def _show_next(self) -> None:
        """One picture a round of the event loop: four at once take longer than a frame."""
        if self._waiting:
            view = next(iter(self._waiting))
            self.cells[view].show_cut(self._waiting.pop(view))
        if self._waiting:
            self._next.start()

    def step(self, view: View, steps: int) -> None:
        """Move the plane of a cell by voxels."""
        if self._trio is not None:
            self.set_trio(self._trio.stepped(view.direction, steps))

    def _place(self, view: View, index: int) -> None:
        if self._trio is not None:
            self.set_trio(self._trio.at_index(view.direction, index))

    def _pointed(self, view: View, point: Point | None) -> None:
        plane = self.cells[view].pane.plane
        if self._trio is not None and point is not None and plane is not None:
            self.set_trio(self._trio.pointed(plane.point(*point)))

    def _turn(self, tilt: int, turn: int) -> None:
        trio, direction = self._trio, self._active.direction
        if trio is not None:
            plane = trio.plane(direction)
            axis, steps = (plane.across, tilt) if tilt else (plane.down, turn)
            self.set_trio(trio.turned(direction, axis, steps * TURN_DEGREES))

    def half_step(self, view: View) -> float:
        """Half the way to the next place of a cell's plane, millimetres."""
        cut, bench = self.cells[view].cut, self._bench.reslicer
        if self._trio is None or cut is None or bench is None:
            return 0.0
        return self._trio.volume.step_along(cut.wish.plane.normal) / 2

    def reveal(self, plane: Plane) -> bool:
        """Show a plane again; answers whether it is one of this volume's."""
        trio = self._trio
        if trio is None or plane.frame_of_reference_uid != trio.volume.frame_of_reference_uid:
            return False
        facing = [abs(dot(trio.plane(d).normal, plane.normal)) for d in Direction]
        direction = list(Direction)[facing.index(max(facing))]
        if max(facing) > 1 - 1e-6:
            self.set_trio(trio.moved(direction, trio.plane(direction).distance(plane.position)))
        else:
            self.set_trio(trio.shown(direction, plane))
        return True

    def set_slab(self, slab: SlabChoice) -> None:
        """The slab of the active cell."""
        self._slabs[self._active] = slab
        self._want()

    # Cells

    def _arrange(self) -> None:
        for cell in self.cells.values():
            self._layout.removeWidget(cell)
        for number, (view, cell) in enumerate(self.cells.items()):
            seen = not self._alone or view is self._active
            row, column = (0, 0) if self._alone else divmod(number, 2)
            if seen:
                self._layout.addWidget(cell, row, column)
            cell.setVisible(seen)
        for line in range(2):
            stretch = 1 if line == 0 or not self._alone else 0
            self._layout.setRowStretch(line, stretch)
            self._layout.setColumnStretch(line, stretch)
        ordered = list(self.cells.values())
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(before.pane, after.pane)
        self._mark()

    def _mark(self) -> None:
        for view, cell in self.cells.items():
            cell.pane.active = view is self._active
            cell.pane.update()

    def toggle_alone(self) -> None:
        """Fill the room with the active cell, or show all again."""
        self._alone = not self._alone
        self._arrange()
        self.active.pane.setFocus()

    def activate(self, view: View) -> None:
        """Make a cell the one that keys and tools speak to."""
        if view is not self._active:
            self._active = view
            self._mark()
            self.activated.emit()

    def activate_beside(self, rows: int, columns: int) -> None:
        """Go to the neighbour that many rows down and columns right, if there is one."""
        views = list(View)
        row, column = divmod(views.index(self._active), 2)
        row, column = row + rows, column + columns
        if not self._alone and 0 <= row < 2 and 0 <= column < 2:
            view = views[row * 2 + column]
            self.activate(view)
            self.cells[view].pane.setFocus()

    def _on_changed(self, view: View) -> None:
        if self._busy or view is not self._active:
            return
        self._busy = True
        try:
            for cell in self.cells.values():
                if cell is not self.active:
                    self._same_levels(cell)
        finally:
            self._busy = False
        self.changed.emit()

    def _same_levels(self, cell: PlaneView) -> None:
        pane, active = cell.pane, self.active.pane
        if pane.chosen_voi is not active.chosen_voi or pane.inverted != active.inverted:
            pane.set_levels(active.chosen_voi, inverted=active.inverted)
            cell.report()

    def set_levels(self, voi: Voi | None, *, inverted: bool) -> None:
        """The window of every cell, None for the volume's own, and whether it is inverted."""
        for cell in self.cells.values():
            cell.pane.set_levels(voi, inverted=inverted)
            cell.report()

    def use_tool(self, tool: str) -> None:
        """What dragging does in every cell."""
        for cell in self.cells.values():
            cell.pane.tool = tool
            cell.pane.show_probe(None)

    def show_texts(self, texts: bool) -> None:
        """Say who the patient is, or not, in every cell."""
        for cell in self.cells.values():
            cell.texts = texts
            cell.report()

    def show_overlays(self, overlays: bool) -> None:
        """Draw over the pictures, or only warnings."""
        for cell in self.cells.values():
            cell.pane.overlays = overlays
            cell.pane.update()

    def show_lines(self, lines: bool) -> None:
        """Show where planes cut each other, or not."""
        self.lines = lines
        for cell in self.cells.values():
            cell.pane.update()

    # Actions

    def act(self, action: str) -> bool:
        """Do what the table's entry says, if it concerns planes or one picture."""
        slab = self._slabs[self._active]
        if action in TURNS:
            self._turn(*TURNS[action])
        elif action in SLABS:
            self.set_slab(SlabChoice(SLABS[action], slab.kind))
        elif action in _KINDS:
            self.set_slab(SlabChoice(slab.thickness, _KINDS[MprAction(action)]))
        elif action == MprAction.THICKER:
            self.set_slab(slab.stepped(1))
        elif action == MprAction.THINNER:
            self.set_slab(slab.stepped(-1))
        elif action == MprAction.NEXT_KIND:
            kinds = list(Slab)
            after = kinds[(kinds.index(slab.kind) + 1) % len(kinds)]
            self.set_slab(SlabChoice(slab.thickness, after))
        elif action == MprAction.STRAIGHTEN:
            if self._trio is not None:
                self.set_trio(self._trio.straightened())
        else:
            return self.active.act(action)
        return True

    def is_on(self, action: str) -> bool:
        """Whether a switch of the planes is on."""
        slab = self._slabs[self._active]
        if action in SLABS:
            return SLABS[action] == slab.thickness
        return action in _KINDS and _KINDS[MprAction(action)] is slab.kind
