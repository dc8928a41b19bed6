"""The presentation state of a series, taken along from the screen."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.picture import Picture
from app.imaging.presentation import PresentationState
from app.imaging.series import SliceRef
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.objects.lying import StateGraphics, graphics_of
from app.viewers.dicom.objects.rows import state_words_on
from app.viewers.dicom.objects.states import home_of, stated


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """`pixel_mm` is the size of the screen's pixels, None where unknown; all of it for any
    thread."""

    state: PresentationState
    pixel_mm: float | None = None

    def covers(self, ref: SliceRef) -> bool:
        """Whether the state is for a slice."""
        return self.state.covers(ref.sop_instance_uid, ref.frame)

    def picture(self, plain: Picture, ref: SliceRef) -> Picture:
        """A slice as its file has it, as it is seen under the state."""
        return stated(plain, self.state, ref) if self.covers(ref) else plain

    def home(self, picture: Picture, ref: SliceRef) -> Camera:
        """How a slice lies until somebody moves it."""
        if not self.covers(ref):
            return Camera()
        return home_of(picture, self.state, ref, self.pixel_mm)

    def graphics(
        self, picture: Picture, plain: Picture, ref: SliceRef, *, texts: bool
    ) -> StateGraphics | None:
        """What the state draws on a slice; without `texts` no words and no overlay planes."""
        if not self.covers(ref):
            return None
        drawn = graphics_of(self.state, picture, ref, plain.overlays)
        return drawn if texts else drawn.without_words()

    def words(self, ref: SliceRef, *, texts: bool) -> str:
        """What warns of the state; without `texts` not what it is called, which anybody typed."""
        return state_words_on(self.state, covered=self.covers(ref), named=texts)
