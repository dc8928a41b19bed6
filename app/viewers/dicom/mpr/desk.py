"""From a series to its planes and back: gathering, refusing, showing, leaving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.imaging.annotation import ON_PLANES
from app.imaging.geometry import Vector
from app.imaging.series import Series
from app.imaging.volume import Volume
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Group
from app.viewers.dicom.grid import Grid
from app.viewers.dicom.mpr.entries import MprAction
from app.viewers.dicom.mpr.gather import Gatherer, Hindrance, Refusal
from app.viewers.dicom.mpr.room import PlanesRoom
from app.viewers.dicom.mpr.strip import PlanesStrip
from app.viewers.dicom.session import StudySession
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.tools import Tool

translate = QCoreApplication.translate


class PlanesDesk(QObject):
    """Puts the room of planes in the grid's place, and the grid back as it was."""

    turned = Signal()
    """The planes came or went."""

    def __init__(self, grid: Grid, bindings: Bindings, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid
        self._bindings = bindings
        self._parent = parent
        self.room = PlanesRoom(bindings, parent)
        self.room.hide()
        for view in self.room.cells.values():
            view.pane.held_on.connect(self._on_held)
        self.reader: Callable[[StackView], Vector | None] = lambda _cell: None
        """Where somebody who looks at a cell is, millimetres in the patient."""
        self.strip = PlanesStrip(parent)
        self.strip.ended.connect(self.escape)
        self._gatherer: Gatherer | None = None
        self._session: StudySession | None = None
        self._series: Series | None = None
        self._source: StackView | None = None

    @property
    def on(self) -> bool:
        """Whether planes are shown."""
        return self.room.trio is not None

    @property
    def busy(self) -> bool:
        """Whether slices are being gathered."""
        return self._gatherer is not None and self._gatherer.busy

    def use_session(self, session: StudySession | None, timeout: float = 0.0) -> None:
        """Where slices come from now; waits up to `timeout` seconds for each thread."""
        self.strip.clear()
        if self.on:
            self.leave(timeout)
        gatherer, self._gatherer = self._gatherer, None
        if gatherer is not None:
            gatherer.close(timeout)
            gatherer.deleteLater()
        self._session, self._series, self._source = session, None, None
        if session is not None:
            gatherer = Gatherer(session, self._parent)
            gatherer.progressed.connect(self.strip.show_progress)
            gatherer.refused.connect(self.strip.show_refusal)
            gatherer.made.connect(self._show)
            self._gatherer = gatherer

    def toggle(self) -> None:
        """Planes of the active cell's series; or back, or no planes after all."""
        if self.on:
            self.leave()
        elif self.busy:
            self.escape()
        else:
            self._begin(self._grid.active)

    def _begin(self, cell: StackView) -> None:
        if self._gatherer is None or cell.series is None:
            self.strip.show_refusal(Refusal(Hindrance.NOTHING))
        elif not cell.listed:
            self.strip.show_refusal(Refusal(Hindrance.LISTING))
        else:
            self._series, self._source = cell.series, cell
            self._gatherer.begin(cell.series)

    @Slot(object)
    def _show(self, volume: Volume) -> None:
        series, source = self._series, self._source
        if series is None or source is None:
            return
        self.strip.clear()
        room, grid = self.room, self._grid
        room.use_tool(grid.tool)
        room.show_texts(grid.texts)
        room.show_overlays(grid.overlays)
        room.begin(volume, series, self.reader(source))
        room.set_levels(source.pane.chosen_voi, inverted=source.pane.inverted)
        grid.hide()
        room.show()
        room.active.pane.setFocus()
        self.turned.emit()

    def leave(self, timeout: float = 0.0) -> None:
        """Back to the cells as they were."""
        if not self.on:
            return
        self.room.clear(timeout)
        if self._gatherer is not None:
            self._gatherer.release()
        focused = self.room.isAncestorOf(self._parent.window().focusWidget() or self._grid)
        self.room.hide()
        self._grid.show()
        if focused:
            self._grid.active.pane.setFocus()
        self.turned.emit()

    def escape(self) -> bool:
        """What Esc means: a message read, no planes after all, or back to the cells; answers
        whether it meant anything."""
        if self.busy and self._gatherer is not None:
            self._gatherer.cancel()
            self.strip.clear()
        elif self.strip.isVisibleTo(self._parent):
            self.strip.clear()
        elif self.on:
            self.leave()
        else:
            return False
        return True

    def act(self, action: str) -> bool:
        """Do what the table's entry says, if it is about planes or meant for their cells."""
        table = self._bindings.table
        group = table[action].group if action in table else None
        if action == MprAction.MPR:
            self.toggle()
        elif self.on and group in (Group.MEASURE, Group.CINE):
            self._measure(action, cine=group is Group.CINE)
        elif self.on and self.room.act(action):
            pass
        elif group is Group.PLANES:
            text = translate("DicomViewer", "There are no planes yet: choose MPR first.")
            self._grid.active.pane.set_note(text)
        else:
            return False
        return True

    @Slot(bool)
    def _on_held(self, held: bool) -> None:
        """A drag with a tool that is not for planes does nothing here, and says so."""
        tool = self.room.active.pane.tool
        if held and tool not in tuple(Tool):
            self._measure(tool, cine=False)

    def _measure(self, action: str, *, cine: bool) -> None:
        """What measures does so on planes too; the rest is for slices."""
        view = self.room.active
        if any(layer.act(action) for layer in view.pane.layers):
            return
        if action not in ON_PLANES or view.cut is None:
            self._decline(cine=cine)
        elif view.cut.wish.slab.thickness > 0:
            text = translate("DicomViewer", "Measure on a plane: this picture is a slab.")
            view.pane.set_note(text)

    def _decline(self, *, cine: bool) -> None:
        measure = translate("DicomViewer", "Mark this on the slices themselves (Esc).")
        play = translate("DicomViewer", "Cine plays the slices themselves (Esc).")
        self.room.active.pane.set_note(play if cine else measure)

    def is_on(self, action: str) -> bool:
        """Whether a switch of these rows is on."""
        return self.on if action == MprAction.MPR else self.on and self.room.is_on(action)
