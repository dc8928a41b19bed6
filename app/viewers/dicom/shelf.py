"""Where cells find their pictures, and how they keep what they show."""

from __future__ import annotations

from typing import Protocol

from app.imaging.errors import ImagingError
from app.imaging.picture import Picture
from app.imaging.presentation import PresentationState
from app.imaging.series import SliceRef


class Shelf(Protocol):
    """Decoded slices; all cells share one."""

    def picture(self, ref: SliceRef) -> Picture | None:
        """A decoded slice, if it is at hand."""
        ...

    def state_of(self, ref: SliceRef) -> PresentationState | None:
        """The presentation state a slice is shown under."""
        ...

    def error(self, ref: SliceRef) -> ImagingError | None:
        """Why a slice cannot be shown, if it was tried."""
        ...

    def pin(self, ref: SliceRef) -> None:
        """Keep a slice that is on the screen."""
        ...

    def unpin(self, ref: SliceRef) -> None:
        """Undo one `pin`."""
        ...


class Pin:
    """Keeps one slice at a time."""

    def __init__(self) -> None:
        self._held: tuple[Shelf, SliceRef] | None = None

    def set(self, shelf: Shelf | None, ref: SliceRef | None) -> None:
        """Keep this slice and let go of the one before; None keeps nothing."""
        wanted = (shelf, ref) if shelf is not None and ref is not None else None
        if wanted == self._held:
            return
        before, self._held = self._held, wanted
        if wanted is not None:
            wanted[0].pin(wanted[1])
        if before is not None:
            before[0].unpin(before[1])
