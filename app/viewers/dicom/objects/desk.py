"""Objects over the pictures of one viewer: found, read, listed, chosen, drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.imaging.contours import StructureSet
from app.imaging.dataset import read_bytes
from app.imaging.errors import ImagingError, PicturesAbsentError
from app.imaging.presentation import PresentationState
from app.imaging.segmentation import Segmentation
from app.imaging.series import BadFile, Instance, ObjectKind, Series, SliceRef
from app.viewers.background import Background
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.grid import Grid
from app.viewers.dicom.objects.choice import Choice
from app.viewers.dicom.objects.collection import Collection, Held, Key
from app.viewers.dicom.objects.entries import ObjectAction
from app.viewers.dicom.objects.finding import first_of
from app.viewers.dicom.objects.graphics_layer import GraphicsLayer
from app.viewers.dicom.objects.layer import ObjectLayer, ShapeShelf
from app.viewers.dicom.objects.panel import ObjectPanel
from app.viewers.dicom.objects.reading import Reader, described
from app.viewers.dicom.objects.rows import rows_for, state_words_on
from app.viewers.dicom.objects.seen import Gaze, Seen
from app.viewers.dicom.objects.states import StatedShelf, home_of
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.screen import mm_per_pixel
from app.viewers.dicom.session import StudySession
from app.viewers.dicom.stack import StackView

MOST_READ_UNASKED = 64
"""Presentation states that are fetched without anybody asking; others are when they are chosen."""


class ObjectsDesk(QObject):
    """Belongs to a viewer. States are read once everything is listed, so that they can be told by
    what they are for; segmentations and structures, which are large, when they are to be shown."""

    failed = Signal(object)
    """A tuple of `BadFile`."""
    changed = Signal()
    """The panel came or went."""

    def __init__(self, grid: Grid, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid
        self._session: StudySession | None = None
        self._shelf: StatedShelf | None = None
        self._files: dict[str, Path] = {}
        self._told: set[str] = set()
        self._awaited = ""
        self._counts: dict[str, tuple[Series, int]] = {}
        self._listed = self._planes = False
        self.collection = Collection(self)
        self._shapes = ShapeShelf()
        self._layers: list[ObjectLayer] = []
        self._reader = Reader(self)
        self._search = Background(self)
        self._kept = Background(self)
        self.panel = ObjectPanel(parent)
        self.panel.hide()
        self._reader.came.connect(self._on_read)
        self.collection.changed.connect(self._on_collected)
        self.panel.checked.connect(self._on_checked)
        self.panel.wanted.connect(self.go_to_first)
        self.panel.look_changed.connect(self._on_look)
        grid.activated.connect(self._show)
        # A cell that was out of the layout has not heard what was chosen meanwhile.
        grid.arranged.connect(self._refresh)

    # What the viewer calls

    def watch(self, cell: StackView) -> None:
        """Draw over a cell's pictures, below everything that is added later."""
        self._add_layer(cell.pane, Gaze(cell).seen)
        cell.pane.add_layer(GraphicsLayer(cell, lambda: self._shelf))
        cell.over = self._over
        cell.changed.connect(lambda: self._follow(cell))
        cell.opened.connect(self._show)

    def watch_plane(self, pane: ImagePane, seen: Callable[[], Seen | None]) -> None:
        """Draw segments and contours over planes through a volume."""
        self._add_layer(pane, seen)

    def _add_layer(self, pane: ImagePane, seen: Callable[[], Seen | None]) -> None:
        layer = ObjectLayer(pane, self.collection, self._shapes, seen)
        layer.failed.connect(self._on_failed_pixels)
        pane.add_layer(layer)
        self._layers.append(layer)

    def use_session(self, session: StudySession | None) -> StatedShelf | None:
        """Another study, or none; answers where cells find their pictures now."""
        self.forget()
        self._session = session
        if session is not None:
            self._shelf = StatedShelf(session, session)
            self._shelf.came.connect(self._refresh)
            session.changed.connect(self._on_changed)
            session.listed.connect(self._on_listed)
        return self._shelf

    def forget(self) -> None:
        """Let go of everything; what is being fetched is wanted no more."""
        self._session = self._shelf = None
        self._listed = False
        self._awaited = ""
        self._reader.forget()
        self._search.drop()
        self._kept.drop()
        for layer in self._layers:
            layer.forget()
        self._shapes.forget()
        self._files.clear()
        self._told.clear()
        self.collection.forget()
        for cell in self._grid.cells:
            cell.pane.home = Camera()

    def show_planes(self, *, on: bool) -> None:
        """Whether planes through a series stand in the place of the cells."""
        self._planes = on
        self._show()

    def take(self, files: Sequence[Path]) -> None:
        """Objects that this program has just written; those for pictures can be chosen at once."""
        self._kept.start(partial(described, tuple(files)), self._on_kept)

    def reveal(self, sop_instance_uid: str) -> None:
        """Something referred to an object: list the objects, and that one chosen."""
        self.panel.show()
        self.panel.choose(Key(sop_instance_uid))
        self.panel.tree.setFocus()
        self.changed.emit()

    def act(self, action: str) -> bool:
        """Do what the table's entry says, if it is about objects."""
        match action:
            case ObjectAction.PANEL:
                self.panel.setVisible(self.panel.isHidden())
                if self.panel.isVisible():
                    self.panel.tree.setFocus()
                self.changed.emit()
            case ObjectAction.NEXT_STATE:
                self._next_state()
            case ObjectAction.ORIGINAL:
                self.choose_state("")
            case _:
                return False
        return True

    def is_on(self, action: str) -> bool:
        """Whether a switch of these rows is on."""
        return action == ObjectAction.PANEL and not self.panel.isHidden()

    # Objects as they come

    def _series(self) -> tuple[Series, ...]:
        return self._session.series if self._session is not None else ()

    def _on_changed(self) -> None:
        applied = [one for one in self._series() if one.kind is ObjectKind.APPLIED]
        new = self.collection.add(i for series in applied for i in series.instances)
        if self._listed:
            self._read_states(new)

    def _on_listed(self) -> None:
        self._listed = True
        self._read_states(self.collection.held)
        if not self._images():
            for one in self.collection.held:
                self._tell(one.instance.sop_instance_uid, PicturesAbsentError())
        self._show()

    def _read_states(self, held: Sequence[Held]) -> None:
        for one in [one for one in held if one.is_state][:MOST_READ_UNASKED]:
            self._read(one)

    def _read(self, held: Held, *, urgent: bool = False) -> None:
        session, uid = self._session, held.instance.sop_instance_uid
        if held.value is not None or session is None:
            return
        file = self._files.get(uid)
        fetch = partial(session.fetch, uid) if file is None else partial(read_bytes, file)
        self._reader.want(uid, fetch, urgent=urgent)
        self._show()

    @Slot(str, object)
    def _on_read(self, uid: str, result: object) -> None:
        if isinstance(result, ImagingError):
            self._tell(uid, result)
            self.collection.put(uid, result)
        elif isinstance(result, PresentationState | Segmentation | StructureSet):
            self.collection.put(uid, result)
            if uid == self._awaited:
                self.choose_state(uid)

    def _on_failed_pixels(self, uid: str, error: ImagingError) -> None:
        self._tell(uid, error)

    def _tell(self, uid: str, error: ImagingError) -> None:
        """Each object once."""
        held = self.collection.find(uid)
        if held is not None and uid not in self._told:
            self._told.add(uid)
            first = held.instance
            label = " ".join(part for part in (first.modality, f"…{uid[-12:]}") if part)
            self.failed.emit((BadFile(label, error.code, error.reason),))

    def _on_kept(self, found: object) -> None:
        pairs: list[tuple[Instance, Path]] = found if isinstance(found, list) else []
        applied = [(i, file) for i, file in pairs if i.kind is ObjectKind.APPLIED]
        self._files.update((i.sop_instance_uid, file) for i, file in applied)
        self._read_states(self.collection.add(i for i, _ in applied))

    @property
    def waiting(self) -> bool:
        """Whether objects are still to be fetched and read."""
        return bool(self._reader.waiting)

    # Choosing

    @property
    def states(self) -> tuple[PresentationState, ...]:
        """The states for the active cell's series."""
        series = self._grid.active.series
        held = self.collection.concerning(series) if series is not None else ()
        values = [one.value for one in held]
        return tuple(value for value in values if isinstance(value, PresentationState))

    @property
    def chosen(self) -> PresentationState | None:
        """The state that the active cell's series is shown under."""
        series = self._grid.active.series
        return self.state_for(series) if series is not None else None

    def state_for(self, series: Series) -> PresentationState | None:
        """The state that a series is shown under."""
        return self._shelf.chosen(series.series_instance_uid) if self._shelf else None

    def choice(self) -> Choice:
        """The segments and contours that are switched on, for any thread."""
        return self.collection.choice(self._shapes.of_frame)

    def choose_state(self, sop_instance_uid: str) -> None:
        """Show the active cell's series under a state, everywhere; with "" as it is. A state that
        is not for this series, or not read yet, changes nothing."""
        series, shelf = self._grid.active.series, self._shelf
        states = {"": None, **{one.sop_instance_uid: one for one in self.states}}
        if series is None or shelf is None or sop_instance_uid not in states:
            return
        uid = series.series_instance_uid
        shelf.use(uid, states[sop_instance_uid])
        for cell in self._grid.cells:
            if cell.series is not None and cell.series.series_instance_uid == uid:
                cell.pane.home = Camera()
                cell.pane.reset()
                cell.refresh()
        self._show()

    def _next_state(self) -> None:
        states = self.states
        if not states:
            self._grid.active.pane.set_note(
                self.tr("There are no presentation states for this series.")
            )
            return
        uids = ["", *(state.sop_instance_uid for state in states)]
        now = self.chosen
        place = uids.index(now.sop_instance_uid) if now in states and now is not None else 0
        self.choose_state(uids[(place + 1) % len(uids)])

    def show_object(self, key: Key, *, on: bool) -> None:
        """Show or hide a segmentation, structures, or a part of them; read first where needed."""
        held = self.collection.find(key.uid)
        if held is None:
            return
        self.collection.show(key, on=on)
        if on:
            self._read(held, urgent=True)

    @Slot(object, bool)
    def _on_checked(self, key: Key, on: bool) -> None:
        held = self.collection.find(key.uid)
        self._awaited = ""
        if held is not None and not held.is_state:
            self.show_object(key, on=on)
        elif held is not None and held.value is None:
            self._awaited = key.uid
            self._read(held, urgent=True)
        else:
            self.choose_state(key.uid if on else "")

    @Slot(float, bool)
    def _on_look(self, opacity: float, outlined: bool) -> None:
        self.collection.set_look(opacity=opacity, outlined=outlined)

    # Going there

    @Slot(object)
    def go_to_first(self, key: Key) -> None:
        """Show the first picture of the active cell's series that something lies on."""
        held, cell = self.collection.find(key.uid), self._grid.active
        if held is None or cell.series is None:
            return
        if held.value is None:
            self.show_object(key, on=True)
            return
        if isinstance(held.value, ImagingError):
            return
        work = partial(first_of, held.value, key.number, cell.series, self._shapes.of_frame)
        self._search.start(work, partial(self._go, cell, cell.series))

    def _go(self, cell: StackView, series: Series, found: object) -> None:
        if cell.series is not series:
            return
        if isinstance(found, int):
            cell.scroll_to(found)
            self._show()
        else:
            self.panel.say(self.tr("It lies on no picture of this series."))

    # Showing

    def _over(self, series: Series, ref: SliceRef) -> tuple[str, int]:
        """What a picture's corners say: the state it is under, how many objects are for it."""
        known = self._counts.get(series.uid)
        if known is None or known[0] is not series:
            found = self.collection.concerning(series)
            known = self._counts[series.uid] = (series, len(found))
        state = self.state_for(series)
        if state is None:
            return "", known[1]
        covered = state.covers(ref.sop_instance_uid, ref.frame)
        return state_words_on(state, covered=covered), known[1]

    def _follow(self, cell: StackView) -> None:
        """A picture lies as its state says until somebody moves it."""
        ref, pane, shelf = cell.ref, cell.pane, self._shelf
        if ref is None or shelf is None or pane.picture is None:
            return
        state = shelf.state_of(ref)
        pixel = mm_per_pixel(pane.screen())
        home = Camera() if state is None else home_of(pane.picture, state, ref, pixel)
        before = pane.home
        if home == before:
            return
        pane.home = home
        if pane.camera == before:
            pane.set_camera(home)
            cell.report()

    def _refresh(self) -> None:
        for cell in self._grid.seen:
            cell.refresh()

    def _on_collected(self) -> None:
        self._counts.clear()
        self._show()
        for cell in self._grid.seen:
            cell.report()

    def _show(self) -> None:
        series = self._grid.active.series
        self.panel.show_rows(rows_for(self.collection, series, self.chosen))
        self.panel.say(" ".join(self._sentences()))

    def _sentences(self) -> list[str]:
        said = []
        if self._planes:
            said.append(self.tr("Planes show the pictures without presentation states."))
            said.append(self.tr("Contours lie on planes that are parallel to theirs."))
        if self.waiting:
            said.append(self.tr("Loading…"))
        away = self.collection.elsewhere(self._images())
        if away:
            said.append(self.tr("%n object(s) are for pictures that are not here.", "", away))
        return said

    def _images(self) -> tuple[Series, ...]:
        return tuple(one for one in self._series() if one.kind is ObjectKind.IMAGE)

    def words(self) -> None:
        """Rows and sentences, again after the language changed."""
        self._show()
