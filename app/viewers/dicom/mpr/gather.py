"""The slices of a series, decoded and stacked as a volume without the screen waiting for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.imaging.errors import ImagingError
from app.imaging.loader import Loaded
from app.imaging.picture import GreyPicture, Picture
from app.imaging.planes import Plane
from app.imaging.series import Series, SliceRef
from app.imaging.slices import LEAST_SHARE, NotAVolume, Uneven, check_planes, fitting
from app.imaging.volume import Volume, make_volume
from app.viewers.dicom.session import StudySession
from app.viewers.gate import Gate

Shares: TypeAlias = tuple[tuple[SliceRef, GreyPicture], ...]

_SAMPLE_BYTES = 2
"""Of a slice that is not decoded yet."""


class Hindrance(Enum):
    """Why a series that may be even becomes no volume here and now."""

    NOTHING = "no series"
    LISTING = "still being listed"
    TOO_LARGE = "too large for the memory of pictures"
    UNREADABLE = "a slice that cannot be opened"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no volume; `needed` and `there` in bytes where memory is the reason, `number`
    the slice, from 1, where one cannot be opened."""

    why: Uneven | Hindrance
    needed: int = 0
    there: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """One gathering: the slices it is to be of, where they lie, and which of them are there."""

    series: Series
    planes: dict[SliceRef, Plane | None]
    found: dict[SliceRef, Picture]

    @property
    def missing(self) -> list[SliceRef]:
        return [ref for ref in self.planes if ref not in self.found]

    def can_do_without(self, ref: SliceRef) -> bool:
        """Leaves out a slice that cannot be opened, if enough others make a volume."""
        left = {one: plane for one, plane in self.planes.items() if one != ref}
        try:
            check_planes(tuple(left.values()))
        except NotAVolume:
            return False
        if len(left) < LEAST_SHARE * len(self.series.slices):
            return False
        del self.planes[ref]
        return True


class Gatherer(QObject):
    """Makes one volume at a time and keeps its slices in the memory of pictures until `release`.

    The samples are held once: the pictures of the slices look at the volume's until then, except
    where padding or scales of their own make the two differ.
    """

    progressed = Signal(int, int)
    """Slices at hand, slices in all."""
    made = Signal(object)
    """A `Volume`."""
    refused = Signal(object)
    """A `Refusal`."""
    _ended = Signal(object, object, object)

    def __init__(self, session: StudySession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._work: _Work | None = None
        self._pinned: tuple[SliceRef, ...] = ()
        self._shared: Shares = ()
        self._threads: list[threading.Thread] = []
        self._gate = Gate()
        parent.destroyed.connect(self._gate.close)
        session.loaded.connect(self._on_loaded)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a volume is being made."""
        return self._work is not None

    def begin(self, series: Series) -> None:
        """Make a volume of a series; answers by `made` or `refused`."""
        self.release()
        every = series.planes()
        planes = {series.slices[n]: every[n] for n in fitting(every)}
        try:
            known = check_planes(tuple(planes.values()))
        except NotAVolume as error:
            self.refused.emit(Refusal(error.reason))
            return
        # While the volume is made, slices and volume are in memory both.
        needed = 2 * len(known) * known[0].rows * known[0].columns * _SAMPLE_BYTES
        if needed > self._session.budget:
            refusal = Refusal(Hindrance.TOO_LARGE, needed, self._session.budget)
            self.refused.emit(refusal)
            return
        work = _Work(series, planes, {})
        self._work, self._pinned = work, tuple(planes)
        for ref in self._pinned:
            self._session.pin(ref)
            picture = self._session.picture(ref)
            if picture is not None and not picture.coming:
                work.found[ref] = picture
            elif self._session.error(ref) is not None and not work.can_do_without(ref):
                self._refuse(ref)
                return
        self.progressed.emit(len(work.found), len(work.planes))
        self._session.want_slices(work.missing)
        self._go_on(work)

    def cancel(self) -> None:
        """Give up what is being made."""
        work, self._work = self._work, None
        if work is not None:
            self._session.drop_slices(work.missing)
            self.release()

    def release(self) -> None:
        """The volume is no longer shown: its slices may leave the memory of pictures."""
        self._work = None
        pinned, self._pinned = self._pinned, ()
        shared, self._shared = self._shared, ()
        if shared and not self._gate.closed:
            self._start(partial(self._part, shared, pinned))
        else:
            self._unpin(pinned)

    def _unpin(self, refs: Sequence[SliceRef]) -> None:
        for ref in refs:
            self._session.unpin(ref)

    def _part(self, shared: Shares, pinned: Sequence[SliceRef]) -> None:
        """In its own thread. Trap: one slice that looks at the volume keeps all of it alive."""
        for ref, picture in shared:
            if self._gate.closed:
                break
            if self._session.picture(ref) is picture:
                self._session.keep(ref, replace(picture, samples=picture.samples.copy()))
        self._unpin(pinned)

    def _start(self, job: Callable[[], None]) -> None:
        thread = threading.Thread(target=job, name="mpr-volume", daemon=True)
        self._threads = [*(t for t in self._threads if t.is_alive()), thread]
        thread.start()

    def close(self, timeout: float = 0.0) -> None:
        """Afterwards no signal comes; waits up to `timeout` seconds for each thread."""
        self._gate.close()
        self.cancel()
        self.release()
        if timeout > 0:
            for thread in self._threads:
                thread.join(timeout)

    def _refuse(self, ref: SliceRef) -> None:
        work = self._work
        assert work is not None
        number = work.series.slices.index(ref) + 1
        self.cancel()
        self.refused.emit(Refusal(Hindrance.UNREADABLE, number=number))

    @Slot(object)
    def _on_loaded(self, loaded: Loaded) -> None:
        work = self._work
        if work is None or loaded.ref in work.found or loaded.ref not in work.planes:
            return  # also of what was left out, and came when it was tried again
        if not isinstance(loaded.result, ImagingError):
            work.found[loaded.ref] = loaded.result
        elif not work.can_do_without(loaded.ref):
            self._refuse(loaded.ref)
            return
        self.progressed.emit(len(work.found), len(work.planes))
        self._go_on(work)

    def _go_on(self, work: _Work) -> None:
        if len(work.found) == len(work.planes):
            self._start(partial(self._make, work))

    def _make(self, work: _Work) -> None:
        """In its own thread."""
        refs, planes = tuple(work.planes), tuple(work.planes.values())
        pictures = [work.found[ref] for ref in refs]
        budget = self._session.budget
        needed = 2 * sum(picture.nbytes for picture in pictures)
        answer: Volume | Refusal
        shared: Shares = ()
        try:
            if needed > budget:
                answer = Refusal(Hindrance.TOO_LARGE, needed, budget)
            else:
                answer = make_volume(pictures, planes)
                shared = _shared(answer, refs, pictures, planes)
        except NotAVolume as error:
            answer = Refusal(error.reason)
        except MemoryError:
            answer = Refusal(Hindrance.TOO_LARGE, needed, budget)
        self._gate.say(self._ended.emit, work, answer, shared)

    @Slot(object, object, object)
    def _on_ended(self, work: _Work, answer: Volume | Refusal, shared: Shares) -> None:
        if work is not self._work:
            return  # cancelled meanwhile
        self._work = None
        if isinstance(answer, Refusal):
            self.release()
            self.refused.emit(answer)
            return
        self._shared = shared
        for ref, picture in shared:
            self._session.keep(ref, picture)
        self.made.emit(answer)


def _shared(
    volume: Volume,
    refs: Sequence[SliceRef],
    pictures: Sequence[Picture],
    planes: Sequence[Plane | None],
) -> Shares:
    """The slices that can look at the volume's samples instead of holding their own."""
    found: list[tuple[SliceRef, GreyPicture]] = []
    for ref, picture, plane in zip(refs, pictures, planes, strict=True):
        if not isinstance(picture, GreyPicture) or plane is None or picture.padding is not None:
            continue
        same_scale = picture.modality == volume.first.modality
        if same_scale and picture.samples.dtype == volume.samples.dtype:
            at = volume.slice_at(plane.position)
            found.append((ref, replace(picture, samples=volume.samples[at])))
    return tuple(found)
