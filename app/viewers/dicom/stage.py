"""Tool bar, grid, menu and what cells do together: everything of the viewer but its source."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.imaging.geometry import Vector
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.annotations.marking import Marking
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.grid import Grid
from app.viewers.dicom.key_editor import KeyEditor
from app.viewers.dicom.looks import LookBook
from app.viewers.dicom.menus import fill, menu_words
from app.viewers.dicom.mpr.desk import PlanesDesk
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.objects.desk import ObjectsDesk
from app.viewers.dicom.objects.seen import seen_on
from app.viewers.dicom.output.desk import OutputDesk
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.presets import Choice, choices
from app.viewers.dicom.session import StudySession
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.together import Together
from app.viewers.dicom.toolbar import ViewerToolbar
from app.viewers.dicom.tools import LAYOUTS, NEIGHBOURS, Action, Tool

_MARK_MS = 40


class Hangs(Protocol):
    """Who hangs cases by protocols."""

    def act(self, action: str) -> bool:
        """Do what the table's entry says, if it is about hanging."""
        ...

    def is_on(self, action: str) -> bool:
        """Whether a switch of these rows is on."""
        ...

    @property
    def told(self) -> str:
        """The protocol and the stage in force, empty where none is."""
        ...

    def fill(self, menu: QMenu) -> None:
        """The protocols that suit, and the stages of the one in force."""
        ...


class Stage(QWidget):
    """A `menus.Doer`: hands every action of the table to whom it concerns."""

    changed = Signal()
    """What the active cell shows changed."""
    looked = Signal()
    """Other slices are wanted."""
    activated = Signal()
    """Another cell is active, or the active one shows another series."""
    arranged = Signal()
    dropped = Signal(object, str)
    """A `StackView`, and the series dragged onto it."""
    acted = Signal(str)
    """The id of an entry that a person asked for, before it is done."""
    series_asked = Signal(int)
    """Series to move by, negative towards the first."""

    def __init__(
        self,
        bindings: Bindings,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("viewer_stage")
        self.bindings = bindings
        # A hand moves the window faster than anybody reads the tool bar.
        self._mark_due = QTimer(self, singleShot=True, interval=_MARK_MS)
        self._mark_due.timeout.connect(self.mark)
        self.marking: Marking | None = None
        self.hanging: Hangs | None = None
        self.grid = Grid(bindings, self, clock)
        self.together = Together(self.grid)
        self.planes = PlanesDesk(self.grid, bindings, self)
        self.planes.reader = self._reader_at
        self.objects = ObjectsDesk(self.grid, self)
        for view in self.planes.room.cells.values():
            self.objects.watch_plane(view.pane, partial(seen_on, view))
        self.looks = LookBook(
            self.grid,
            lambda: tuple(self.planes.room.cells.values()),
            lambda step: self.marking.sheet.aside(step) if self.marking is not None else None,
        )
        for view in self.planes.room.cells.values():
            self._note_hands(view.pane)
        self.output = OutputDesk(self)
        self.toolbar = ViewerToolbar(bindings, self, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bars = QHBoxLayout()
        bars.setSpacing(0)
        bars.addWidget(self.toolbar, 1)
        bars.addWidget(self.toolbar.always)
        column.addLayout(bars)
        column.addWidget(self.grid, 1)
        column.addWidget(self.planes.room, 1)
        column.addWidget(self.planes.strip)
        self.grid.cell_made.connect(self._watch)
        for cell in self.grid.cells:
            self._watch(cell)
        self.grid.activated.connect(self._on_activated)
        self.grid.arranged.connect(self._on_arranged)
        self.together.changed.connect(self.mark)
        self.objects.changed.connect(self.mark)
        self.planes.turned.connect(self._on_activated)
        self.planes.turned.connect(lambda: self.objects.show_planes(on=self.planes.on))
        self.planes.room.changed.connect(self._on_plane)
        self.planes.room.activated.connect(self._on_plane)
        self.planes.room.acted.connect(self.act)
        self.planes.room.menu_asked.connect(self.open_menu)
        self.mark()

    @property
    def cell(self) -> StackView | PlaneView:
        """The cell that keys and tools speak to: of the planes where they are shown, else of the
        grid."""
        return self.planes.room.active if self.planes.on else self.grid.active

    def use_session(self, session: StudySession | None, timeout: float = 0.0) -> None:
        """Where pictures come from now; waits up to `timeout` seconds for what planes still do."""
        self.planes.use_session(session, timeout)
        shelf = self.objects.use_session(session)
        self.output.use_session(session)
        self.grid.use_shelf(shelf)

    def _reader_at(self, cell: StackView) -> Vector | None:
        """On the slice that is shown: where the 3D cursor pointed, or the last mark lies, else the
        middle of what is seen."""
        plane, viewport = cell.plane, cell.pane.own_viewport()
        if plane is None or viewport is None:
            return plane.middle if plane is not None else None
        pointed = self.together.pointed
        if pointed is not None and cell.finder.nearest(pointed, prefer=cell.index) == cell.index:
            return pointed
        marks = self.marking.sheet.sheet.on(cell.ref) if self.marking and cell.ref else ()
        if marks:
            across, down = zip(*marks[-1].points, strict=True)
            return plane.point(sum(across) / len(across), sum(down) / len(down))
        return plane.point(viewport.center_x, viewport.center_y)

    def _watch(self, cell: StackView) -> None:
        cell.changed.connect(lambda: self._on_changed(cell))
        cell.looked.connect(self.looked)
        cell.opened.connect(lambda: self._on_opened(cell))
        cell.dropped.connect(lambda uid: self.dropped.emit(cell, uid))
        cell.pane.acted.connect(self.act)
        cell.pane.menu_asked.connect(self.open_menu)
        self._note_hands(cell.pane)

    def _note_hands(self, pane: ImagePane) -> None:
        looks = self.looks
        pane.held_on.connect(lambda held: looks.begin() if held else looks.end())
        pane.wheeled.connect(lambda begins: looks.begin() if begins else looks.end("wheel"))

    def _on_changed(self, cell: StackView) -> None:
        if cell is self.cell:
            if not cell.pane.held:
                self.mark()
            elif not self._mark_due.isActive():
                self._mark_due.start()
            self.changed.emit()

    def _on_plane(self) -> None:
        self.mark()
        self.changed.emit()

    def _on_opened(self, cell: StackView) -> None:
        if cell is self.grid.active:
            self.planes.leave()
            self._on_activated()

    def _on_activated(self) -> None:
        self.mark()
        self.activated.emit()
        self.looked.emit()
        self.changed.emit()

    def _on_arranged(self) -> None:
        self.mark()
        self.arranged.emit()
        self.looked.emit()

    # What menus and tool bar ask for

    def act(self, action: str) -> None:
        """Do what the table's entry says."""
        self.acted.emit(action)
        if action in (MarkAction.UNDO, MarkAction.REDO):
            self._mark(action)
        else:
            with self.looks.step():
                self._act(action)
        self.mark()

    def _act(self, action: str) -> None:
        planes = self.planes
        if self.bindings.table.is_tool(action):
            self._use_tool(action)
        elif action in LAYOUTS:
            self.choose_layout(*LAYOUTS[action])
        elif action in NEIGHBOURS:
            cells = planes.room if planes.on else self.grid
            cells.activate_beside(*NEIGHBOURS[action])
        elif not (
            self._act_here(action)
            or self._act_together(action)
            or self._mark(action)
            or self._hang(action)
            or self.objects.act(action)
            or self.output.act(action)
            or planes.act(action)
            or planes.on
        ):
            self.grid.active.act(action)

    def _use_tool(self, tool: str) -> None:
        # What measures says in a cell of the planes that it does not there.
        self.grid.use_tool(tool)
        self.planes.room.use_tool(tool)
        if self.planes.on and tool not in tuple(Tool):
            self.planes.act(tool)

    def _act_together(self, action: str) -> bool:
        done = self.together.act(action)
        self.planes.room.show_lines(self.together.is_on(Action.LINES))
        return done

    def _mark(self, action: str) -> bool:
        return self.marking is not None and self.marking.act(action)

    def _hang(self, action: str) -> bool:
        return self.hanging is not None and self.hanging.act(action)

    def _act_here(self, action: str) -> bool:
        match action:
            case Action.PREVIOUS_SERIES:
                self.series_asked.emit(-1)
            case Action.NEXT_SERIES:
                self.series_asked.emit(1)
            case Action.TEXTS:
                self.grid.show_texts(not self.grid.texts)
                self.planes.room.show_texts(self.grid.texts)
            case Action.SHUTTER:
                self.grid.show_shutters(not self.grid.shutters)
            case Action.OVERLAYS:
                self.grid.show_overlays(not self.grid.overlays)
                self.planes.room.show_overlays(self.grid.overlays)
            case Action.MAXIMISE:
                (self.planes.room if self.planes.on else self.grid).toggle_alone()
            case Action.MENU:
                pane = self.cell.pane
                self.open_menu(pane.mapToGlobal(QPoint(24, 24)))
            case Action.EDIT_KEYS:
                KeyEditor(self.bindings, self).open()
            case _:
                return False
        return True

    def is_on(self, action: str) -> bool:
        """Whether a tool is the active one, or a switch is on."""
        cell = self.grid.active
        alone = self.planes.room.alone if self.planes.on else self.grid.alone
        switches = {
            str(Action.INVERT): self.cell.pane.inverted,
            str(Action.TEXTS): self.grid.texts,
            str(Action.OVERLAYS): self.grid.overlays,
            str(Action.SHUTTER): self.grid.shutters,
            str(Action.MAXIMISE): alone,
            str(Action.PLAY): cell.cine.playing,
            str(Action.SWEEP): cell.cine.sweeping,
        }
        if action in switches:
            return switches[action]
        hanging = self.hanging is not None and self.hanging.is_on(action)
        rooms = (self.planes, self.together, self.objects)
        if hanging or any(room.is_on(action) for room in rooms):
            return True
        marked = self.marking is not None and self.marking.is_on(action, cell.ref)
        return marked or action == self.cell.pane.tool

    def presets(self) -> tuple[Choice, ...]:
        """The windows offered for the active picture."""
        return choices(self.cell.presets, self.cell.modality)

    def choose_preset(self, index: int) -> None:
        """Window the active picture by one of `presets`."""
        presets = self.presets()
        if 0 <= index < len(presets):
            with self.looks.step():
                self.cell.choose(presets[index].wanted)

    def choose_layout(self, rows: int, columns: int) -> None:
        """Show rows × columns cells."""
        self.planes.leave()
        self.grid.set_layout(rows, columns)

    def layout_shape(self) -> tuple[int, int]:
        """Rows and columns now."""
        return self.grid.shape

    def hanging_told(self) -> str:
        """How this case hangs, empty where no protocol is in force."""
        return self.hanging.told if self.hanging is not None else ""

    def fill_hanging(self, menu: QMenu) -> None:
        """The ways to hang this case."""
        if self.hanging is not None:
            self.hanging.fill(menu)

    def open_menu(self, at: QPoint) -> QMenu:
        """Every entry of the table, at a point of the screen."""
        menu = QMenu(self)
        menu.setObjectName("pane_menu")
        menu.setAccessibleName(menu_words())
        fill(menu, self.bindings, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def mark(self) -> None:
        """Show in the tool bar what is in force."""
        cell = self.cell
        if cell.pane.picture is not None:
            self.toolbar.show_presets(self.presets())
        self.toolbar.mark(cell.pane.voi)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.planes.escape():
            super().keyPressEvent(event)
