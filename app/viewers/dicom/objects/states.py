"""Pictures under presentation states: where cells find them, and how they lie in the pane."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.imaging.displayed import area_of
from app.imaging.errors import ImagingError
from app.imaging.geometry import Turn
from app.imaging.modality import ModalityLut
from app.imaging.overlays import OverlayPlane
from app.imaging.picture import GreyPicture, Picture, shape_of, under_state
from app.imaging.presentation import PresentationState, SizeMode
from app.imaging.resample import Region
from app.imaging.series import SliceRef
from app.viewers.background import Background
from app.viewers.dicom.camera import MAX_ZOOM, MIN_ZOOM, Camera
from app.viewers.dicom.session import StudySession

_KEPT = 16
"""As many as there are cells: what is made here shares its samples with the session's picture."""
_QUICK_SAMPLES = 1 << 20


def home_of(
    picture: Picture, state: PresentationState, ref: SliceRef, pixel_mm: float | None
) -> Camera:
    """How a state wants a picture to lie (PS3.3 C.10.4, C.10.6); `pixel_mm` of the screen.

    TRUE SIZE is fitted where the state or the screen does not say how large pixels are.
    """
    area, aspect = area_of(picture, state, ref.sop_instance_uid, ref.frame)
    # A state turns first and mirrors then.
    turn = Turn(state.quarter_turns)
    turn = turn.flipped() if state.flip else turn
    region = Region(area.left, area.top, area.right, area.bottom, aspect)
    zoom = None
    if area.mode is SizeMode.MAGNIFY:
        zoom = area.magnification
    elif area.mode is SizeMode.TRUE_SIZE and area.spacing is not None and pixel_mm:
        zoom = area.spacing[1] / pixel_mm
    rows, columns = shape_of(picture)
    return Camera(
        None if zoom is None else min(MAX_ZOOM, max(MIN_ZOOM, zoom)),
        (area.left + area.right) / 2 / columns,
        (area.top + area.bottom) / 2 / rows,
        turn,
        region,
    )


class StatedShelf(QObject):
    """A `Shelf` over the session's that shows each series under the state chosen for it.

    Overlays of a picture under a state are left to whoever draws the state's layers: `planes`.
    """

    came = Signal()
    """A picture that took its time is there."""

    def __init__(self, session: StudySession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._series: dict[str, str] = {}
        self._chosen: dict[str, PresentationState] = {}
        self._made: OrderedDict[SliceRef, tuple[Picture, PresentationState, Picture]]
        self._made = OrderedDict()
        self._slow = Background(self)
        self._making: SliceRef | None = None
        session.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._series = {
            instance.sop_instance_uid: series.series_instance_uid
            for series in self._session.series
            for instance in series.instances
        }

    def series_of(self, sop_instance_uid: str) -> str:
        """The Series Instance UID of an instance, empty where it is not here."""
        return self._series.get(sop_instance_uid, "")

    def use(self, series_instance_uid: str, state: PresentationState | None) -> None:
        """Show a series under a state from now on, or as it is."""
        self._chosen.pop(series_instance_uid, None)
        if state is not None:
            self._chosen[series_instance_uid] = state

    def chosen(self, series_instance_uid: str) -> PresentationState | None:
        """The state chosen for a series."""
        return self._chosen.get(series_instance_uid)

    def state_of(self, ref: SliceRef) -> PresentationState | None:
        """The state a picture is shown under: the one of its series, if it is for this picture."""
        state = self._chosen.get(self.series_of(ref.sop_instance_uid)) if self._chosen else None
        covers = state is not None and state.covers(ref.sop_instance_uid, ref.frame)
        return state if covers else None

    def planes(self, ref: SliceRef) -> tuple[OverlayPlane, ...]:
        """The picture's own overlays."""
        picture = self._session.picture(ref)
        return picture.overlays if picture is not None else ()

    # What cells ask (`shelf.Shelf`)

    def picture(self, ref: SliceRef) -> Picture | None:
        """A decoded slice, if it is at hand, under the state of its series."""
        plain, state = self._session.picture(ref), self.state_of(ref)
        if plain is None or state is None:
            return plain
        known = self._made.get(ref)
        if known is not None and known[0] is plain and known[1] is state:
            self._made.move_to_end(ref)
            return known[2]
        if self._is_slow(plain, state):
            if self._making != ref:
                self._making = ref
                work = partial(stated, plain, state, ref)
                self._slow.start(work, partial(self._on_made, ref, plain, state))
            return None
        return self._keep(ref, plain, state, stated(plain, state, ref))

    @staticmethod
    def _is_slow(picture: Picture, state: PresentationState) -> bool:
        if not isinstance(picture, GreyPicture) or not isinstance(state.modality, ModalityLut):
            return False
        return picture.samples.size > _QUICK_SAMPLES

    def _on_made(
        self, ref: SliceRef, plain: Picture, state: PresentationState, made: object
    ) -> None:
        self._making = None
        if isinstance(made, Picture):
            self._keep(ref, plain, state, made)
            self.came.emit()

    def _keep(
        self, ref: SliceRef, plain: Picture, state: PresentationState, made: Picture
    ) -> Picture:
        self._made[ref] = (plain, state, made)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made

    def error(self, ref: SliceRef) -> ImagingError | None:
        """Why a slice cannot be shown, if it was tried."""
        return self._session.error(ref)

    def pin(self, ref: SliceRef) -> None:
        """Keep a slice that is on the screen."""
        self._session.pin(ref)

    def unpin(self, ref: SliceRef) -> None:
        """Undo one `pin`."""
        self._session.unpin(ref)


def stated(plain: Picture, state: PresentationState, ref: SliceRef) -> Picture:
    """A picture under a state, its overlays left to whoever draws the state's layers."""
    made = under_state(plain, state, ref.sop_instance_uid, ref.frame)
    return replace(made, overlays=())
