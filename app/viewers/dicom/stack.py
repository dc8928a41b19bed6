"""One cell: a series in a pane with its own slice, window, place and cine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.imaging.corner_text import shipped_corner_text
from app.imaging.geometry import edge_letters
from app.imaging.hanging.facts import facing
from app.imaging.order import Direction, Looked
from app.imaging.picture import GreyPicture, Picture
from app.imaging.planes import Plane, PlaneFinder, StackShape, shape_of_series
from app.imaging.series import Instance, Series, SliceRef
from app.imaging.voi import Voi, VoiFunction, Window, window
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.captions import Corners, corners
from app.viewers.dicom.cine import Cine, frame_times
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.presets import Wanted
from app.viewers.dicom.reasons import reason_words
from app.viewers.dicom.shelf import Pin, Shelf
from app.viewers.dicom.slice_bar import SliceBar
from app.viewers.dicom.stack_actions import StackActions
from app.viewers.dicom.study_band import StudyBand
from app.viewers.dicom.telling import told
from app.viewers.dicom.thumbnails import SERIES_MIME
from app.viewers.dicom.tools import ViewState, view_state

translate = QCoreApplication.translate


class StackView(QWidget):
    """Shows one series, slice by slice. `clock` drives the cine, in seconds."""

    changed = Signal()
    """Anything that is seen changed."""
    looked = Signal()
    """Another slice is wanted."""
    scrolled = Signal()
    """A hand or the cine moved to another slice; not when it follows another cell."""
    opened = Signal()
    """Another series is shown."""
    dropped = Signal(str)
    """A series was dragged here."""

    def __init__(
        self,
        bindings: Bindings,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("stack_view")
        self.setAcceptDrops(True)
        self.pane = ImagePane(self, bindings)
        self.slider = SliceBar("slice_slider", self)
        band = StudyBand(self)
        self.pane.badged.connect(band.show_badge)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.pane, 1)
        row.addWidget(self.slider)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(band)
        whole.addLayout(row, 1)
        self.setFocusProxy(self.pane)
        self.texts = True
        self.corner_text = shipped_corner_text()
        self.at_source: Mapping[str, int] = {}
        """Slices that the source has, by Series Instance UID."""
        self.over: Callable[[Series, SliceRef], tuple[str, int]] = lambda *_: ("", 0)
        self.listed = False
        self.prepared: Callable[[Series, SliceRef, Picture], Picture] = lambda _s, _r, p: p
        """What a picture is shown as, before anything is drawn over it."""
        self._place = (1, 1)
        self.cine = Cine(self, clock)
        self._actions = StackActions(self)
        self._shelf: Shelf | None = None
        self._series: Series | None = None
        self._index = 0
        self._direction = Direction.STILL
        self._pin = Pin()
        self._finder: PlaneFinder | None = None
        self._shape: StackShape | None = None
        self.pane.stepped.connect(self.scroll_by)
        self.pane.changed.connect(self.report)
        self.pane.region_chosen.connect(self._window_region)
        self.slider.valueChanged.connect(self.scroll_to)
        # Before the value changes, so that this cell leads when cells scroll together.
        self.slider.actionTriggered.connect(lambda _action: self.pane.touched.emit())
        self.cine.due.connect(self._play_to)
        self.cine.changed.connect(self.report)
        self._set_slider()
        self.words()

    # What it shows

    @property
    def series(self) -> Series | None:
        """The series shown."""
        return self._series

    @property
    def series_uid(self) -> str:
        """`Series.uid` of the series shown, empty without one."""
        return self._series.uid if self._series is not None else ""

    @property
    def index(self) -> int:
        """The slice shown, counted from 0."""
        return self._index

    @property
    def ref(self) -> SliceRef | None:
        """The slice shown."""
        return self._series.slices[self._index] if self._series is not None else None

    @property
    def instance(self) -> Instance | None:
        """The instance the slice belongs to."""
        ref = self.ref
        if self._series is None or ref is None:
            return None
        return self._series.instance(ref.sop_instance_uid) or self._series.first

    @property
    def plane(self) -> Plane | None:
        """Where the slice lies in the patient."""
        return self._series.plane(self._index) if self._series is not None else None

    @property
    def finder(self) -> PlaneFinder:
        """Finds slices of this series by place."""
        if self._finder is None:
            self._finder = PlaneFinder(self._series.planes() if self._series is not None else ())
        return self._finder

    @property
    def state(self) -> ViewState | None:
        """What is seen now, None before the first picture."""
        viewport, ref = self.pane.viewport(), self.ref
        if self._series is None or ref is None or viewport is None:
            return None
        uid = self._series.series_instance_uid
        made = view_state(uid, ref, viewport, self.pane.voi, inverted=self.pane.inverted)
        state = self._shelf.state_of(ref) if self._shelf is not None else None
        return replace(made, presentation_state_uid=state.sop_instance_uid) if state else made

    def looked_at(self) -> Looked[SliceRef] | None:
        """What this cell wants decoded."""
        if self._series is None:
            return None
        return Looked(self._series.uid, self._series.slices, self._index, self._direction)

    # What is done to it

    def use_shelf(self, shelf: Shelf | None) -> None:
        """Where pictures come from now; forgets the series."""
        self.clear()
        self._shelf = shelf

    def clear(self) -> None:
        """Show nothing."""
        self.cine.stop()
        self._series, self._index = None, 0
        self._finder = self._shape = None
        self.listed = False
        self._pin.set(None, None)
        self.pane.plane = None
        self.pane.reset()
        self.pane.set_captions(Corners(), None)
        self.pane.set_lines(())
        self.pane.set_cross(None)
        self.pane.set_message("")
        self._set_slider()

    def show_series(self, series: Series) -> None:
        """Show a series from its first slice, with windows of its own."""
        self.cine.stop()
        self._series, self._index = series, 0
        self._finder = self._shape = None
        self._direction = Direction.STILL
        self.pane.reset()
        self._set_slider()
        self.refresh()
        self.opened.emit()
        self.looked.emit()

    def follow(self, series: Series) -> None:
        """More of the series has come or is known: the picture on the screen stays, its number may
        change."""
        if self._series is None or series == self._series:
            return
        shown = self._series.slices[self._index]
        self._series = series
        self._finder = self._shape = None
        self._index = series.slices.index(shown) if shown in series.slices else 0
        if self.cine.playing:
            self.cine.follow(frame_times(series), self._index)
        self._set_slider()
        self.refresh()

    def set_listed(self) -> None:
        """The series is complete: gaps mean something from now on."""
        self.listed = True
        self._shape = None
        self.report()

    def scroll_to(self, index: int) -> None:
        """Show slice `index`, counted from 0; beyond the ends the last or first."""
        if self._move(index):
            self.cine.stop()
            self.scrolled.emit()

    def scroll_by(self, steps: int) -> None:
        """Move by slices."""
        self.scroll_to(self._index + steps)

    def follow_to(self, index: int) -> None:
        """`scroll_to` because another cell moved, which says `looked` for both."""
        self._move(index, quiet=True)

    def _play_to(self, index: int) -> None:
        # A slice that is not there yet is left out; what was seen last stays.
        ref = self._series.slices[index] if self._series is not None else None
        if ref is None or self._shelf is None or self._shelf.picture(ref) is not None:
            self._move(index)
            self.scrolled.emit()

    def _move(self, index: int, *, quiet: bool = False) -> bool:
        if self._series is None:
            return False
        index = max(0, min(len(self._series.slices) - 1, index))
        if index == self._index:
            return False
        self._direction = Direction.FORWARD if index > self._index else Direction.BACKWARD
        self._index = index
        self.pane.set_note("")
        self.refresh()
        if not quiet:
            self.looked.emit()
        return True

    def set_window(self, center: float, width: float) -> None:
        """Set window centre and width in modality values (HU for CT)."""
        current = self.pane.voi
        function = current.function if isinstance(current, Window) else VoiFunction.LINEAR
        self.choose_voi(window(center, width, function))

    def choose_voi(self, voi: Voi | None) -> None:
        """Choose a window or table; None gives each picture its own."""
        self.pane.set_voi(voi)
        self.report()

    def choose(self, wanted: Wanted) -> None:
        """Choose a window that is offered."""
        self._actions.choose(wanted)

    def act(self, action: str) -> bool:
        """Do what an action of the table says, if it concerns one cell."""
        self.pane.set_note("")
        return self._actions.act(action) or any(layer.act(action) for layer in self.pane.layers)

    def _window_region(self, area: QRectF) -> None:
        self._actions.window_region(area)

    # Showing

    def _set_slider(self) -> None:
        series = self._series
        here = [] if series is None else [not series.awaits(ref) for ref in series.slices]
        count = len(here) or 1
        self.slider.stand(self._index, count)
        self.slider.setVisible(count > 1)
        self.slider.show_here(here)

    def refresh(self) -> None:
        """Put the current slice on the screen, or say why it is not there."""
        ref = self.ref
        if ref is None or self._shelf is None:
            return
        self._pin.set(self._shelf, ref)
        self.pane.plane = self.plane
        picture = self._shelf.picture(ref)
        if picture is not None and self._series is not None:
            self.pane.set_picture(self.prepared(self._series, ref, picture))
        else:
            # The old picture must not stand under the new slice's number.
            error = self._shelf.error(ref)
            coming = self._coming_words(ref)
            self.pane.set_message(coming if error is None else reason_words(error.code))
        self.slider.stand(self._index, self.slider.maximum() + 1)
        self.report()

    def _coming_words(self, ref: SliceRef) -> str:
        if self._series is None or not self._series.awaits(ref):
            return translate("DicomViewer", "Loading…")
        return translate("DicomViewer", "Not here yet: shown as soon as it comes")

    def report(self) -> None:
        """Captions and `changed` after anything changed."""
        series, instance, picture = self._series, self.instance, self.pane.picture
        if series is None or instance is None:
            return
        shown = told(self, series, self._index, picture)
        camera, plane = self.pane.camera, self.plane
        seen = plane.orientation if plane is not None else instance.orientation
        seen = seen or facing(instance.hanging.patient_orientation)
        letters = edge_letters(seen, camera.turn) if seen is not None else None
        words = corners(shown, patient_texts=self.texts)
        self.pane.set_captions(replace(words, lean=-camera.edge), letters)
        at = f"{self._index + 1} / {len(series.slices)}"
        if instance.awaited:
            at += ", " + translate("DicomViewer", "not here yet")
        self.pane.setAccessibleDescription(at)
        self.changed.emit()

    def stack_shape(self) -> StackShape:
        """What a reader must know of the stack, once all of it is listed."""
        if not self.listed or self._series is None:
            return StackShape()
        if self._shape is None:
            every = zip(self._series.slices, self.finder.planes, strict=True)
            planes = [p for ref, p in every if p is not None and not self._series.awaits(ref)]
            self._shape = shape_of_series(planes, self._series.first.gantry_detector_tilt)
        return self._shape

    def cine_words(self) -> str:
        """How fast the cine plays, empty while it does not."""
        if not self.cine.playing:
            return ""
        way = " ⇄" if self.cine.sweeping else ""
        return (
            translate("DicomViewer", "Cine") + f" {self.cine.rate:.3g}/s ×{self.cine.speed:g}{way}"
        )

    @property
    def modality(self) -> str:
        """Whose windows the keys choose, empty while nothing is shown."""
        return self._series.first.modality if self._series is not None else ""

    @property
    def presets(self) -> tuple[Voi, ...]:
        """The windows the picture offers."""
        picture = self.pane.picture
        return picture.presets if isinstance(picture, GreyPicture) else ()

    def toggle_cine(self) -> None:
        """Play or stay."""
        if self.cine.playing:
            self.cine.stop()
        elif self._series is not None:
            self.cine.play(frame_times(self._series), self._index)

    # Words, drops and end

    def say_place(self, number: int, count: int) -> None:
        """Which cell this is, from 1, for those who do not see it."""
        if (number, count) != self._place:
            self._place = (number, count)
            self.words()

    def words(self) -> None:
        """Every text of this widget, again after the language changed."""
        name = translate("DicomViewer", "Image")
        number, count = self._place
        if count > 1:
            name = translate("DicomViewer", "Image {n} of {count}")
            name = name.replace("{n}", str(number)).replace("{count}", str(count))
        self.pane.setAccessibleName(name)
        self.slider.setAccessibleName(translate("DicomViewer", "Slice"))
        self.report()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cine.stop()
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(SERIES_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(SERIES_MIME):
            event.acceptProposedAction()
            self.dropped.emit(bytes(event.mimeData().data(SERIES_MIME).data()).decode())
