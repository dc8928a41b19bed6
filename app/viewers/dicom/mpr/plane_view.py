"""One cell of the planes: a picture cut out of the volume, with its captions and slider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.imaging.annotation import PlaneRef
from app.imaging.corner_text import shipped_corner_text
from app.imaging.geometry import edge_letters
from app.imaging.picture import GreyPicture
from app.imaging.planes import Plane, StackShape
from app.imaging.series import Instance
from app.imaging.voi import Voi, VoiFunction, Window, window
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.captions import Corners, Shown, corners, shape_words
from app.viewers.dicom.mpr.reslicer import Cut, Place
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.mpr.words import direction_name, slab_words, view_name
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.picture_painter import Mark
from app.viewers.dicom.presets import Wanted
from app.viewers.dicom.slice_bar import SliceBar
from app.viewers.dicom.stack_actions import PictureActions
from app.viewers.dicom.study_band import StudyBand
from app.viewers.dicom.tools import ViewState, view_state

translate = QCoreApplication.translate


class PlaneView(QWidget):
    """Shows what is cut for it; where its plane goes is decided elsewhere."""

    changed = Signal()
    """Anything that is seen changed."""
    stepped = Signal(int)
    """Voxels to move the plane by."""
    placed = Signal(int)
    """The place the plane shall go to, from 0."""

    def __init__(self, view: View, bindings: Bindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"plane_{view}")
        self.view = view
        self.texts = True
        self.corner_text = shipped_corner_text()
        self.pane = ImagePane(self, bindings)
        self.slider = SliceBar("plane_slider", self)
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
        self._actions = PictureActions(self)
        self._instance: Instance | None = None
        self._cut: Cut | None = None
        self.marks: Callable[[], tuple[Mark, ...]] = tuple
        """What lies on the plane that is shown."""
        self._shape = StackShape()
        self.pane.stepped.connect(self.scroll_by)
        self.pane.changed.connect(self.report)
        self.pane.region_chosen.connect(self._window_region)
        self.slider.valueChanged.connect(self.placed)
        self.slider.actionTriggered.connect(lambda _action: self.pane.touched.emit())
        self.words()

    @property
    def cut(self) -> Cut | None:
        """What is on the screen."""
        return self._cut

    @property
    def series_uid(self) -> str:
        """Series Instance UID of the volume shown, empty without one."""
        return self._instance.series_instance_uid if self._instance is not None else ""

    @property
    def modality(self) -> str:
        """Whose windows the keys choose, empty while nothing is shown."""
        return self._instance.modality if self._instance is not None else ""

    @property
    def presets(self) -> tuple[Voi, ...]:
        """The windows the picture offers."""
        picture = self.pane.picture
        return picture.presets if isinstance(picture, GreyPicture) else ()

    @property
    def ref(self) -> PlaneRef | None:
        """What marks on the plane that is shown refer to; None for slabs and while it is cut."""
        cut, instance = self._cut, self._instance
        if cut is None or instance is None or not cut.exact or cut.wish.slab.thickness > 0:
            return None
        return PlaneRef(instance.sop_instance_uid, -1, cut.wish.plane)

    @property
    def index(self) -> int:
        """The place of the plane that is shown, counted from 0."""
        return self._cut.wish.place.index if self._cut is not None else 0

    @property
    def state(self) -> ViewState | None:
        """What is seen now, None before the first picture."""
        cut, instance, viewport = self._cut, self._instance, self.pane.viewport()
        if cut is None or instance is None or viewport is None:
            return None
        uid = instance.series_instance_uid
        made = view_state(uid, None, viewport, self.pane.voi, inverted=self.pane.inverted)
        slab = cut.wish.slab
        thick = (str(slab.kind), slab.thickness) if slab.thickness else None
        return replace(made, plane=cut.wish.plane, slab=thick)

    # What is done to it

    def begin(self, instance: Instance, shape: StackShape) -> None:
        """Another volume, of the series with this instance; `shape` of its slices."""
        self.clear()
        self._instance, self._shape = instance, shape
        self.pane.set_message(translate("DicomViewer", "Loading…"))

    def clear(self) -> None:
        """Show nothing."""
        self._instance = self._cut = None
        self.pane.plane = None
        self.pane.reset()
        self.pane.set_captions(Corners(), None)
        self.pane.set_message("")
        self.pane.set_note("")

    def follow(self, place: Place) -> None:
        """The slider where the plane is."""
        self.slider.stand(place.index, place.count)

    def show_cut(self, cut: Cut) -> None:
        """Put a picture on the screen."""
        before, self._cut = self.pane.plane, cut
        self.pane.plane = cut.wish.plane
        if before is not None:
            self._stay(before, cut.wish.plane)
        self.pane.set_picture(cut.picture)
        self.report()

    def _stay(self, before: Plane, after: Plane) -> None:
        """A turned plane has another size: what was in the middle at a chosen zoom stays there."""
        camera = self.pane.camera
        shape = (before.rows, before.columns, before.orientation)
        if camera.zoom is None or shape == (after.rows, after.columns, after.orientation):
            return
        middle = before.point(camera.center_x * before.columns, camera.center_y * before.rows)
        x, y = after.picture(middle)
        x, y = min(1.0, max(0.0, x / after.columns)), min(1.0, max(0.0, y / after.rows))
        self.pane.set_camera(replace(camera, center_x=x, center_y=y))

    def scroll_by(self, steps: int) -> None:
        """Move the plane by voxels."""
        self.pane.set_note("")
        self.stepped.emit(steps)

    def scroll_to(self, index: int) -> None:
        """Move the plane to a place, counted from 0; beyond the ends the last or first."""
        self.pane.set_note("")
        self.placed.emit(max(self.slider.minimum(), min(self.slider.maximum(), index)))

    def set_window(self, center: float, width: float) -> None:
        """Set window centre and width in modality values (HU for CT)."""
        current = self.pane.voi
        function = current.function if isinstance(current, Window) else VoiFunction.LINEAR
        self.choose_voi(window(center, width, function))

    def choose_voi(self, voi: Voi | None) -> None:
        """Choose a window or table; None gives the volume's own."""
        self.pane.set_voi(voi)
        self.report()

    def choose(self, wanted: Wanted) -> None:
        """Choose a window that is offered."""
        self._actions.choose(wanted)

    def act(self, action: str) -> bool:
        """Do what an action of the table says, if it concerns one picture."""
        self.pane.set_note("")
        return self._actions.act(action)

    def _window_region(self, area: QRectF) -> None:
        self._actions.window_region(area)

    # Showing

    def report(self) -> None:
        """Captions and `changed` after anything changed."""
        cut, instance, viewport = self._cut, self._instance, self.pane.viewport()
        if cut is None or instance is None or viewport is None:
            return
        place = cut.wish.place
        shown = Shown(
            instance=instance,
            index=place.index,
            count=place.count,
            voi=self.pane.voi,
            zoom=viewport.zoom,
            partial=cut.picture.partial,
            lossy=cut.picture.lossy,
            invert=self.pane.inverted,
            resliced=True,
            corner_text=self.corner_text,
        )
        made = corners(shown, patient_texts=self.texts)
        name = direction_name(self.view.direction, straight=place.straight)
        number = f"{place.index + 1} / {place.count}"
        where = (f"{place.mm:.1f} mm", slab_words(cut.wish.slab))
        # A line each: in a small cell the millimetres must not be cut off.
        lines = (f"{name}  {number}", " · ".join(part for part in where if part))
        what = (*made.bottom_left[:-1], *lines)
        preview = "" if cut.exact else translate("DicomViewer", "Preview")
        # Between slices that are missing or uneven, values are made up of their neighbours'.
        warned = shape_words(replace(self._shape, tilt=0.0))
        badge = " · ".join(part for part in ("MPR", preview, *warned, made.badge) if part)
        letters = edge_letters(cut.wish.plane.orientation, self.pane.camera.turn)
        self.pane.set_captions(replace(made, bottom_left=what, badge=badge), letters)
        spoken = ", ".join(part for part in (number, *where) if part)
        self.pane.setAccessibleDescription(spoken)
        self.changed.emit()

    def words(self) -> None:
        """Every text of this widget, again after the language changed."""
        name = view_name(self.view)
        self.pane.setAccessibleName(name)
        place = translate("DicomViewer", "Place of the plane: {plane}").replace("{plane}", name)
        self.slider.setAccessibleName(place)
        self.report()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)
