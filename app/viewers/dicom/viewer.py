"""`DicomViewer`: the facade of the image viewer, and what a source's news do to its cells."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable

from PySide6.QtCore import QEvent, QSettings, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from app.imaging.cache import ByteCache, default_budget
from app.imaging.errors import UnreadableError
from app.imaging.listed import ListedSeries
from app.imaging.loader import FrameDecoder, Loaded
from app.imaging.picture import Picture
from app.imaging.priors import CaseStudy
from app.imaging.series import BadFile, Instance, Series, SliceRef
from app.imaging.source import StudySource
from app.kit.layouts import column, row
from app.models.tips import plain_tip
from app.viewers.dicom.annotations.marking import Marking
from app.viewers.dicom.arrangement import Arranger
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.captions import kept_corner_text
from app.viewers.dicom.entry import Group
from app.viewers.dicom.graphics_painter import forget_letters
from app.viewers.dicom.grid import Grid
from app.viewers.dicom.hanging.hanging import Hanging
from app.viewers.dicom.hanging.times import Times
from app.viewers.dicom.overlay import forget_texts
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.pane_layer import PaneLayer
from app.viewers.dicom.placing import Placing
from app.viewers.dicom.problems import Problems
from app.viewers.dicom.session import StudySession
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.stage import Stage
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.tools import ViewState

TAKING_OVER = (Group.WINDOW, Group.PLACE, Group.SLICES, Group.CINE, Group.LAYOUT, Group.PLANES)
"""Whoever asks for one of these wants the pictures to stay as they are."""


class DicomViewer(QWidget):
    """Shows the image series of a `StudySource`: series at the left, tools above a grid of cells.

    Args:
        decoder: who decodes; None decodes in threads of this process. The product gives a
            `guard.GuardedDecoder`.
        budget: bytes of decoded pictures to keep, a quarter of this machine's memory by default.
        settings: where the keys and mouse buttons a person chose are kept.
        layers: called for every new cell; what it makes lies over the cell's pictures.
        clock: drives cines, in seconds.
    """

    view_changed = Signal(object)
    """A `ViewState` of the active cell: of the planes while they are shown."""
    sought = Signal(object)
    """See `StudySession.sought`."""
    first_image_shown = Signal()
    failed = Signal(object)
    """A list of `BadFile`, everything that could not be opened so far."""
    other_series_chosen = Signal(object)
    """A `Series` that is no picture; the workspace opens it in its own viewer."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        decoder: FrameDecoder | None = None,
        budget: int | None = None,
        settings: QSettings | None = None,
        layers: Callable[[StackView], PaneLayer] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dicom_viewer")
        self._decoder = decoder
        self._pictures: ByteCache[SliceRef, Picture] = ByteCache(budget or default_budget())
        self._session: StudySession | None = None
        self._shown_once = False
        self._asked_thumbnails: set[str] = set()
        self._layers = layers
        self._stage = Stage(Bindings(settings, parent=self), self, clock)
        self._times = Times(self._stage)
        self._placing = Placing(self._stage, self._times)
        self.marking = Marking(self, self)
        self._stage.marking = self.marking
        self.marking.measure_on(self._stage.planes.room)
        self.hanging = Hanging(self._placing, lambda: self._times.studies, settings)
        self._stage.hanging = self.hanging
        self.arranger = Arranger(self._stage, self._placing)
        self.objects = self._stage.objects
        self._strip = ThumbnailStrip(self)
        self._problems = Problems(self)
        self._corner_text = kept_corner_text(settings, self._problems.refuse)
        for view in self._stage.planes.room.cells.values():
            view.corner_text = self._corner_text
        for cell in self._stage.grid.cells:
            self._watch(cell)
        self._lay_out()
        self._connect()
        self.words()

    def _lay_out(self) -> None:
        right = column(self._stage, self._problems, gap=0)
        right.setStretch(0, 1)
        sides = self.marking.panel, self.objects.panel
        outer = row(self._strip, right, *sides, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)
        self.setFocusProxy(self.pane)

    def _connect(self) -> None:
        stage = self._stage
        self._strip.chosen.connect(self._placing.choose)
        self._strip.chosen_for_next.connect(self._placing.choose_for_next)
        self._placing.other_chosen.connect(self.other_series_chosen)
        stage.changed.connect(self._report)
        stage.looked.connect(self._look)
        stage.activated.connect(self._on_activated)
        stage.acted.connect(self._on_acted)
        self.hanging.changed.connect(stage.mark)
        stage.grid.cell_made.connect(self._watch)
        self.marking.changed.connect(stage.mark)
        self.marking.kept.connect(self.objects.take)
        self.objects.failed.connect(self._on_failed)

    def _watch(self, cell: StackView) -> None:
        cell.corner_text = self._corner_text
        cell.at_source = self._strip.at_source
        cell.scrolled.connect(self._placing.touch)
        cell.pane.grasped.connect(self._placing.touch)
        self.objects.watch(cell)
        cell.pane.add_layer(self.marking.layer_for(cell))
        if self._layers is not None:
            cell.pane.add_layer(self._layers(cell))

    # What others call

    def open_source(self, source: StudySource) -> None:
        """Show what a source holds; its first image series appears as soon as it is there."""
        self.close_source(wait=False)
        session = StudySession(source, self._pictures, self._decoder, self)
        self._session = session
        session.changed.connect(self._on_changed)
        session.listed.connect(self._on_listed)
        session.loaded.connect(self._on_loaded)
        session.thumbnail.connect(self._strip.set_thumbnail)
        session.failed.connect(self._on_failed)
        session.sought.connect(self.sought)
        self._stage.use_session(session)
        self._placing.use_session(session)
        self.pane.set_message(self.tr("Loading images…"))
        session.start()

    def close_source(self, *, wait: bool = True) -> None:
        """Let go of the source; `wait` for frames being decoded."""
        self.marking.close(self.series)
        session, self._session = self._session, None
        self._stage.use_session(None, 5.0 if wait else 0.0)
        self._placing.use_session(None)
        self._times.now_own(None)
        self._times.refresh(())
        self.hanging.forget()
        if session is not None:
            session.blockSignals(True)
            session.close(5.0 if wait else 0.0)
            session.deleteLater()
        self._shown_once = False
        self._asked_thumbnails.clear()
        self._pictures.clear()
        self._strip.forget()
        self._problems.clear()
        forget_texts()
        forget_letters()

    def add_instance(self, instance: Instance) -> None:
        """Take in an instance of the source that came to exist later."""
        if self._session is not None:
            self._session.add(instance)

    def renew(self, sop_instance_uid: str) -> None:
        """There is more of an instance now whose beginning was given, or there never will be."""
        if self._session is not None:
            self._session.renew(sop_instance_uid)

    def expect(self, listed: Iterable[ListedSeries], own: Collection[str] | None = None) -> None:
        """What the source has, so that what is not here yet is told; and which studies are the
        case's own, None where all are."""
        news = (self._strip.now_at_source(listed), self._times.now_own(own))
        if any(news):
            self._on_changed()
            self._stage.grid.report()

    def preview(self, series_instance_uid: str, jpeg: bytes) -> None:
        """A small picture of a series of which nothing is here yet."""
        self._strip.set_preview(series_instance_uid, jpeg)

    def retry(self) -> None:
        """Fetch again what failed, after the network came back."""
        if self._session is not None:
            self._session.retry()
            for cell in self._stage.grid.cells:
                cell.refresh()
            self._look()

    @Slot(str)
    def show_series(self, uid: str) -> None:
        """Show a series in the active cell from its first slice, with windows of its own.

        `uid` is a `Series.uid`, or a Series Instance UID, whose first stack is meant. Planes go.
        """
        self._stage.planes.leave()
        self._placing.show(self.active, uid)

    @Slot(int)
    def scroll_to(self, index: int) -> None:
        """Show slice or plane `index` of the cell seen, from 0; at most the last one."""
        self._stage.cell.scroll_to(index)

    @Slot(int)
    def scroll_by(self, steps: int) -> None:
        """Move the cell seen by slices or planes."""
        self._stage.cell.scroll_by(steps)

    def set_window(self, center: float, width: float) -> None:
        """Set window centre and width in modality values (HU for CT) in the cell seen."""
        self._stage.cell.set_window(center, width)

    @property
    def state(self) -> ViewState | None:
        """What the cell seen shows now, None before the first picture."""
        return self._stage.cell.state

    @property
    def grid(self) -> Grid:
        """The cells."""
        return self._stage.grid

    @property
    def stage(self) -> Stage:
        """Who does what keys, menus and tool bar ask for."""
        return self._stage

    @property
    def active(self) -> StackView:
        """The active cell of the grid, also while planes are shown over it: `stage.cell`."""
        return self._stage.grid.active

    @property
    def pane(self) -> ImagePane:
        """The pane of the active cell."""
        return self.active.pane

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series known so far, one of mixed directions as several."""
        return self._session.series if self._session is not None else ()

    @property
    def studies(self) -> tuple[CaseStudy, ...]:
        """The studies of the case, the current one first."""
        return self._times.studies

    @property
    def index(self) -> int:
        """The slice or plane shown in the cell seen, counted from 0."""
        return self._stage.cell.index

    # What marking asks (`marking.Source`)

    def place_words(self, ref: SliceRef) -> str:
        """Where a slice is found: series, number of slices."""
        return self._placing.place_words(ref)

    def go_to(self, ref: SliceRef) -> None:
        """Show a slice in a cell that is on the screen with its series, else in the active one."""
        self._placing.reveal(ref)

    def fetch(self, sop_instance_uid: str) -> bytes:
        """A whole object of the opened source; runs in a thread.

        Raises:
            UnreadableError: nothing is open, or it cannot be had now.
        """
        session = self._session
        if session is None:
            raise UnreadableError("No study is open.")
        return session.fetch(sop_instance_uid)

    # What the session tells

    @Slot()
    def _on_changed(self) -> None:
        session = self._session
        if session is None:
            return
        self._times.refresh(session.series)
        missing = self._strip.show_series(self._times.studies)
        for cell in self._stage.grid.cells:
            series = session.find(cell.series.uid) if cell.series is not None else None
            if series is not None:
                cell.follow(series)
        self._placing.fill()
        self._look()
        self.marking.panel.model.refresh()  # numbers of slices move while a series grows
        for series in missing:
            # The first series' own picture is on its way already; the rest wait for the list.
            if series.uid not in self._asked_thumbnails:
                self._asked_thumbnails.add(series.uid)
                session.want_thumbnail(series)

    @Slot()
    def _on_listed(self) -> None:
        """Everything is known: unless somebody has taken over, hang it or begin at the first."""
        if not self._placing.images:
            self.pane.set_message(self.tr("There are no pictures to show."))
            self._placing.begin_without_pictures(self.series)
            return
        self._placing.complete()
        if not (self._placing.touched or self.arranger.begin() or self.hanging.begin()):
            self._placing.begin()
        self._look()
        said = self.marking.bring_back(self.series)
        if said:
            self.pane.set_note(said)

    @Slot(str)
    def _on_acted(self, action: str) -> None:
        table = self._stage.bindings.table
        if action in table and table[action].group in TAKING_OVER:
            self._placing.touch()

    @Slot(object)
    def _on_loaded(self, loaded: Loaded) -> None:
        for cell in self._stage.grid.seen:
            if cell.ref == loaded.ref:
                cell.refresh()
        self._problems.add_picture(loaded, self.place_words)

    @Slot(object)
    def _on_failed(self, bad: tuple[BadFile, ...]) -> None:
        self._problems.add(bad)
        self._stage.grid.refresh({one.label for one in bad})
        self.failed.emit(list(self._problems.files))

    # Showing

    def _look(self) -> None:
        """Have decoded what the cells show, the active one's neighbours first."""
        if self._session is None:
            return
        seen = self._stage.grid.seen
        ordered = (self.active, *(cell for cell in seen if cell is not self.active))
        looked = [at for cell in ordered if (at := cell.looked_at()) is not None]
        if looked:
            self._session.look_at(looked)

    @Slot()
    def _on_activated(self) -> None:
        self.setFocusProxy(self._stage.cell.pane)
        if self.active.series is not None:
            self._strip.select(self.active.series.uid)

    @Slot()
    def _report(self) -> None:
        state = self.state
        if state is not None:
            self.view_changed.emit(state)
        if self.pane.picture is not None and not self._shown_once:
            self._shown_once = True
            self.first_image_shown.emit()

    # Words and end

    def words(self) -> None:
        """Every text of this widget, again after the language changed."""
        self.setAccessibleName(self.tr("Image viewer"))
        self._strip.setAccessibleName(self.tr("Series"))
        hint = self.tr("Enter: the active picture. Shift+Enter: the next one. Or drag it there.")
        self._strip.setAccessibleDescription(hint)
        self._strip.setToolTip(plain_tip(hint))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._stage.toolbar.words()
            self._problems.words()
            self._strip.show_series(self._times.studies)
            self._times.words()
            self.hanging.words()
            self.objects.words()
            self.words()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_source()
        super().closeEvent(event)
