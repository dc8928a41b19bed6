"""`DicomViewer`: series at the left, one stack of pictures, tools above."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from app.imaging.cache import ByteCache, default_budget
from app.imaging.geometry import edge_letters
from app.imaging.loader import FrameDecoder, Loaded
from app.imaging.order import Direction
from app.imaging.picture import GreyPicture, Picture
from app.imaging.series import BadFile, Instance, ObjectKind, Series, SliceRef
from app.imaging.source import StudySource
from app.imaging.voi import VoiFunction, Window, window
from app.viewers.dicom.captions import Corners, Shown, corners
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.problems import Problems
from app.viewers.dicom.reasons import reason_words
from app.viewers.dicom.session import StudySession
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.toolbar import ViewerToolbar
from app.viewers.dicom.tools import PAGE, STEPS, Action, ViewState, view_state

_ZOOM_STEP = 1.25


class DicomViewer(QWidget):
    """Shows the image series of a `StudySource`.

    Args:
        decoder: who decodes; None decodes in threads of this process. The product gives a
            `guard.GuardedDecoder`.
        budget: bytes of decoded pictures to keep, a quarter of this machine's memory by default.
    """

    view_changed = Signal(object)
    """A `ViewState`."""
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
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dicom_viewer")
        self._decoder = decoder
        self._pictures: ByteCache[SliceRef, Picture] = ByteCache(budget or default_budget())
        self._session: StudySession | None = None
        self._series: Series | None = None
        self._index = 0
        self._pinned: SliceRef | None = None
        self._texts = True
        self._touched = False
        self._shown_once = False
        self._asked_thumbnails: set[str] = set()
        self._pane = ImagePane(self)  # first in the tab order
        self._toolbar = ViewerToolbar(self)
        self._strip = ThumbnailStrip(self)
        self._slider = QScrollBar(Qt.Orientation.Vertical, self)
        self._slider.setObjectName("slice_slider")
        self._slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._problems = Problems(self)
        self._lay_out()
        self._connect()
        self.words()

    def _lay_out(self) -> None:
        stage = QHBoxLayout()
        stage.setSpacing(0)
        stage.addWidget(self._pane, 1)
        stage.addWidget(self._slider)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._toolbar)
        right.addLayout(stage, 1)
        right.addWidget(self._problems)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._strip)
        outer.addLayout(right, 1)
        self.setFocusProxy(self._pane)

    def _connect(self) -> None:
        self._strip.chosen.connect(self.show_series)
        self._toolbar.tool_chosen.connect(lambda tool: setattr(self._pane, "tool", tool))
        self._toolbar.acted.connect(self._act)
        self._toolbar.preset_chosen.connect(self._choose_preset)
        self._pane.stepped.connect(self.scroll_by)
        self._pane.acted.connect(self._act)
        self._pane.preset_chosen.connect(self._choose_preset)
        self._pane.changed.connect(self._report)
        self._slider.valueChanged.connect(self.scroll_to)

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
        self._pane.set_message(self.tr("Loading images…"))
        session.start()

    def close_source(self, *, wait: bool = True) -> None:
        """Let go of the source; `wait` for frames being decoded."""
        session, self._session = self._session, None
        if session is not None:
            session.blockSignals(True)
            session.close(5.0 if wait else 0.0)
            session.deleteLater()
        self._series, self._index = None, 0
        self._touched = self._shown_once = False
        self._asked_thumbnails.clear()
        self._pin(None)
        self._pictures.clear()
        self._strip.forget()
        self._problems.clear()
        self._pane.reset()
        self._pane.set_captions(Corners(), None)
        self._pane.set_message("")
        self._set_slider()

    def add_instance(self, instance: Instance) -> None:
        """Take in an instance of the source that came to exist later."""
        if self._session is not None:
            self._session.add(instance)

    def retry(self) -> None:
        """Fetch again what failed, after the network came back."""
        if self._session is not None:
            self._session.retry()
            self._show()

    @Slot(str)
    def show_series(self, uid: str) -> None:
        """Show a series from its first slice, with windows of its own."""
        series = self._session.find(uid) if self._session is not None else None
        if series is None:
            return
        if series.kind is not ObjectKind.IMAGE:
            self.other_series_chosen.emit(series)
            return
        if self._series is not None and series.uid == self._series.uid:
            return
        self._touched = True
        self._open(series)

    @Slot(int)
    def scroll_to(self, index: int) -> None:
        """Show slice `index`, counted from 0; beyond the ends the last or first."""
        if self._series is None:
            return
        index = max(0, min(len(self._series.slices) - 1, index))
        if index == self._index:
            return
        direction = Direction.FORWARD if index > self._index else Direction.BACKWARD
        self._touched = True
        self._index = index
        self._show(direction)

    @Slot(int)
    def scroll_by(self, steps: int) -> None:
        """Move by slices."""
        self.scroll_to(self._index + steps)

    def set_window(self, center: float, width: float) -> None:
        """Set window centre and width in modality values (HU for CT)."""
        current = self._pane.voi
        function = current.function if isinstance(current, Window) else VoiFunction.LINEAR
        self._pane.set_voi(window(center, width, function))
        self._report()

    @property
    def state(self) -> ViewState | None:
        """What is seen now, None before the first picture."""
        viewport = self._pane.viewport()
        if self._series is None or viewport is None:
            return None
        ref, voi = self._series.slices[self._index], self._pane.voi
        return view_state(self._series.uid, ref, viewport, voi, inverted=self._pane.inverted)

    @property
    def pane(self) -> ImagePane:
        """The pane that shows the picture."""
        return self._pane

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series known so far."""
        return self._session.series if self._session is not None else ()

    @property
    def index(self) -> int:
        """The slice shown, counted from 0."""
        return self._index

    # What the session tells

    @Slot()
    def _on_changed(self) -> None:
        session = self._session
        if session is None:
            return
        missing = self._strip.show_series(session.series)
        if self._series is None:
            first = next((s for s in session.series if s.kind is ObjectKind.IMAGE), None)
            if first is not None:
                self._open(first)
        else:
            self._follow(session.find(self._series.uid))
        for series in missing:
            # The first series' own picture is on its way already; the rest wait for the list.
            if series.uid not in self._asked_thumbnails:
                self._asked_thumbnails.add(series.uid)
                session.want_thumbnail(series)

    def _follow(self, series: Series | None) -> None:
        """The shown series grew: the picture on the screen stays, its number may change."""
        if series is None or self._series is None or series.slices == self._series.slices:
            return
        shown = self._series.slices[self._index]
        self._series = series
        self._index = series.slices.index(shown) if shown in series.slices else 0
        self._set_slider()
        self._show()

    @Slot()
    def _on_listed(self) -> None:
        """Everything is known: unless somebody has taken over, begin at the beginning."""
        first = next((s for s in self.series if s.kind is ObjectKind.IMAGE), None)
        if first is None:
            self._pane.set_message(self.tr("There are no pictures to show."))
            return
        if not self._touched:
            if self._series is None or first.uid != self._series.uid:
                self._open(first)
            elif self._index != 0:
                self._index = 0
                self._show()

    @Slot(object)
    def _on_loaded(self, loaded: Loaded) -> None:
        if self._series is None or loaded.ref != self._series.slices[self._index]:
            return
        self._show()

    @Slot(object)
    def _on_failed(self, bad: tuple[BadFile, ...]) -> None:
        self._problems.add(bad)
        self.failed.emit(list(self._problems.files))

    # Showing

    def _open(self, series: Series) -> None:
        self._series, self._index = series, 0
        self._pane.reset()
        self._strip.select(series.uid)
        self._set_slider()
        self._show()

    def _set_slider(self) -> None:
        count = len(self._series.slices) if self._series is not None else 1
        blocked = self._slider.blockSignals(True)
        self._slider.setRange(0, count - 1)
        self._slider.setPageStep(max(1, min(PAGE, count // 4)))
        self._slider.setValue(self._index)
        self._slider.setVisible(count > 1)
        self._slider.blockSignals(blocked)

    def _pin(self, ref: SliceRef | None) -> None:
        if ref == self._pinned:
            return
        if ref is not None:
            self._pictures.pin(ref)
        if self._pinned is not None:
            self._pictures.unpin(self._pinned)
        self._pinned = ref

    def _show(self, direction: Direction = Direction.STILL) -> None:
        """Put the current slice on the screen, or ask for it and say so."""
        if self._series is None or self._session is None:
            return
        ref = self._series.slices[self._index]
        self._pin(ref)
        self._session.look_at(self._series, self._index, direction)
        picture = self._session.picture(ref)
        if picture is not None:
            self._pane.set_picture(picture)
        else:
            # The old picture must not stand under the new slice's number.
            error = self._session.error(ref)
            loading = self.tr("Loading…")
            self._pane.set_message(loading if error is None else reason_words(error.code))
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(self._index)
        self._slider.blockSignals(blocked)
        self._report()
        if picture is not None and not self._shown_once:
            self._shown_once = True
            self.first_image_shown.emit()

    def _report(self) -> None:
        """Captions, toolbar and `view_changed` after anything changed."""
        series, picture = self._series, self._pane.picture
        if series is None:
            return
        ref = series.slices[self._index]
        instance = series.instance(ref.sop_instance_uid) or series.first
        viewport = self._pane.viewport()
        zoom = viewport.zoom if viewport is not None else 1.0
        shown = Shown(
            instance=instance,
            index=self._index,
            count=len(series.slices),
            voi=self._pane.voi,
            zoom=zoom,
            partial=picture.partial if picture is not None else False,
            lossy=picture.lossy if picture is not None else instance.lossy,
            invert=self._pane.inverted,
        )
        plane = instance.orientation
        letters = edge_letters(plane) if plane is not None else None
        self._pane.set_captions(corners(shown, patient_texts=self._texts), letters)
        self._pane.setAccessibleDescription(f"{self._index + 1} / {len(series.slices)}")
        presets = picture.presets if isinstance(picture, GreyPicture) else ()
        if picture is not None:
            self._toolbar.show_presets(presets)
        self._toolbar.mark(self._pane.voi, inverted=self._pane.inverted, texts=self._texts)
        state = self.state
        if state is not None:
            self.view_changed.emit(state)

    # What hands ask for

    @Slot(int)
    def _choose_preset(self, index: int) -> None:
        picture = self._pane.picture
        if isinstance(picture, GreyPicture) and 0 <= index < len(picture.presets):
            self._pane.set_voi(picture.presets[index])
            self._report()

    @Slot(Action)
    def _act(self, action: Action) -> None:
        match action:
            case Action.INVERT:
                self._pane.set_inverted(not self._pane.inverted)
                self._report()
            case Action.FIT:
                self._pane.reset()
                self._report()
            case Action.ONE_TO_ONE:
                self._pane.one_to_one()
            case Action.ZOOM_IN | Action.ZOOM_OUT:
                self._pane.zoom_by(_ZOOM_STEP if action is Action.ZOOM_IN else 1 / _ZOOM_STEP)
            case Action.TEXTS:
                self._texts = not self._texts
                self._report()
            case _:
                self.scroll_by(STEPS[action])

    # Words and end

    def words(self) -> None:
        """Every text of this widget, again after the language changed."""
        self.setAccessibleName(self.tr("Image viewer"))
        self._pane.setAccessibleName(self.tr("Image"))
        self._strip.setAccessibleName(self.tr("Series"))
        self._slider.setAccessibleName(self.tr("Slice"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._toolbar.words()
            self._problems.words()
            self.words()
            self._report()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_source()
        super().closeEvent(event)
