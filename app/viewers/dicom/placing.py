"""Which series stands in which cell: chosen, dropped, stepped to, or given to empty cells."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.imaging.annotation import PlaneRef
from app.imaging.series import ObjectKind, Series, SliceRef
from app.viewers.dicom.hanging.times import Times
from app.viewers.dicom.mpr.words import plane_words
from app.viewers.dicom.session import StudySession
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.stage import Stage

translate = QCoreApplication.translate
_BY_THEMSELVES = (
    ObjectKind.WAVEFORM,
    ObjectKind.DOCUMENT,
    ObjectKind.VIDEO,
    ObjectKind.OTHER,
)
"""What is shown at once where a study has no pictures, the first kind there is."""


class Placing(QObject):
    """Puts series of the session into the cells of a stage."""

    other_chosen = Signal(object)
    """A `Series` that is no picture was chosen."""

    def __init__(self, stage: Stage, times: Times) -> None:
        super().__init__(stage)
        self.stage = stage
        self._times = times
        self._session: StudySession | None = None
        self.touched = False
        """Whether somebody has taken over: nothing is moved under their hands any more."""
        self.listed = False
        """Whether the source has named everything it holds."""
        self.held: tuple[int, int] | None = None
        """Rows and columns that somebody fills cell by cell: what is empty there stays so."""
        stage.arranged.connect(self.fill)
        stage.dropped.connect(self.drop)
        stage.series_asked.connect(self.step)

    def use_session(self, session: StudySession | None) -> None:
        """Where series come from now; nothing is listed and nobody has touched it."""
        self._session = session
        self.touched = self.listed = False

    def touch(self) -> None:
        """Somebody has taken over."""
        self.touched = True

    @property
    def images(self) -> list[Series]:
        """The series that are pictures, those of the current study first."""
        return [series for study in self._times.studies for series in study.images]

    def series_of(self, ref: SliceRef) -> Series | None:
        """The series a slice belongs to."""
        return next((series for series in self.images if ref in series.slices), None)

    def choose(self, uid: str) -> None:
        """Show a series in the active cell, which takes the keys."""
        cell = self.stage.grid.active
        self.show(cell, uid)
        cell.pane.setFocus()

    def choose_for_next(self, uid: str) -> None:
        """Show a series in the cell after the active one, which becomes active; the keys stay
        where they are, so that the next series can follow."""
        grid = self.stage.grid
        seen = grid.seen
        cell = seen[(seen.index(grid.active) + 1) % len(seen)]
        focused = self.stage.window().focusWidget()
        grid.activate(cell)
        self.show(cell, uid)
        if focused is not None:
            focused.setFocus()

    def drop(self, cell: StackView, uid: str) -> None:
        """Show a series in the cell it was dragged to."""
        self.stage.grid.activate(cell)
        self.show(cell, uid)
        cell.pane.setFocus()

    def show(self, cell: StackView, uid: str) -> None:
        """Show a series in a cell; one that is no picture is for others."""
        series = self._session.find(uid) if self._session is not None else None
        if series is None:
            return
        if series.kind is not ObjectKind.IMAGE:
            self.other_chosen.emit(series)
            return
        if cell.series is None or series.uid != cell.series.uid:
            self.touched = True
            self._open(cell, series)

    def place_words(self, ref: SliceRef) -> str:
        """Where a slice is found, series and number, or which plane it is."""
        if isinstance(ref, PlaneRef):
            return plane_words(ref.plane)
        series = self.series_of(ref)
        if series is None:
            return ""
        number = f"{series.slices.index(ref) + 1} / {len(series.slices)}"
        name = series.first.series_description or series.first.modality
        return f"{name} · {number}"

    def reveal(self, ref: SliceRef) -> None:
        """Show a slice in a cell that is on the screen with its series, else in the active one."""
        series, grid = self.series_of(ref), self.stage.grid
        if isinstance(ref, PlaneRef):
            if not self.stage.planes.room.reveal(ref.plane):
                text = translate("DicomViewer", "This lies on a plane: choose MPR of its series.")
                grid.active.pane.set_note(text)
            return
        if series is None:
            return
        self.stage.planes.leave()
        seen = (grid.active, *grid.seen)
        there = next((c for c in seen if c.series and c.series.uid == series.uid), None)
        if there is None:
            self.show(grid.active, series.uid)
        else:
            grid.activate(there)
        grid.active.scroll_to(series.slices.index(ref))

    def begin_without_pictures(self, every: Iterable[Series]) -> None:
        """Open the first series that is something by itself, where there are no pictures."""
        alone = [one for one in every if one.kind in _BY_THEMSELVES]
        if alone:
            self.other_chosen.emit(min(alone, key=lambda one: _BY_THEMSELVES.index(one.kind)))

    def place(self, cell: StackView, series: Series, index: int) -> None:
        """Show a slice (from 0) of a series in a cell; nobody has taken over by that. The beginning
        may be a picture that is seen already, see `_beginning`."""
        if index == 0:
            index = self._beginning(cell, series)
        if cell.series is None or cell.series.uid != series.uid:
            self._open(cell, series)
        else:
            cell.pane.reset()
        cell.follow_to(index)

    def _beginning(self, cell: StackView, series: Series) -> int:
        """Where a series begins in a cell: images that come from afar are looked at while others
        are on the way, and what somebody sees does not move by itself."""
        if cell.series is None or cell.series.uid != series.uid:
            return 0
        from_afar = series.series_instance_uid in cell.at_source
        return cell.index if from_afar and cell.pane.picture is not None else 0

    def _open(self, cell: StackView, series: Series) -> None:
        cell.show_series(series)
        if self.listed:
            cell.set_listed()

    def step(self, steps: int) -> None:
        """Go on from the active cell's series by that many."""
        images, cell = self.images, self.stage.grid.active
        shown = cell.series
        place = next((n for n, s in enumerate(images) if shown and s.uid == shown.uid), None)
        if place is not None and 0 <= place + steps < len(images):
            self.show(cell, images[place + steps].uid)

    def fill(self) -> None:
        """Cells without a series get the next ones that no cell shows."""
        if self.held == self.stage.grid.shape:
            return
        cells = self.stage.grid.cells
        shown = {cell.series.uid for cell in cells if cell.series is not None}
        left = iter([series for series in self.images if series.uid not in shown])
        for cell in cells:
            if cell.series is None and (series := next(left, None)) is not None:
                self._open(cell, series)

    def begin(self) -> None:
        """Begin at the beginning: the first series in the first cell, each from its first slice
        (see `_beginning`)."""
        for cell, series in zip(self.stage.grid.cells, self.images, strict=False):
            if cell.series is None or cell.series.uid != series.uid:
                cell.show_series(series)
            else:
                cell.follow_to(self._beginning(cell, series))

    def complete(self) -> None:
        """The source has named everything: gaps mean something from now on."""
        self.listed = True
        for cell in self.stage.grid.cells:
            cell.set_listed()
