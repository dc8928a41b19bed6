"""One thread that cuts planes: the latest wanted wins, coarse first where exact takes long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.imaging.errors import CancelledError
from app.imaging.picture import GreyPicture
from app.imaging.planes import Plane
from app.imaging.volume import Volume, reslice
from app.viewers.dicom.mpr.trio import SlabChoice, View

_COARSE = 4
"""Pixels of the exact picture that one of the coarse one stands for, each way."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a picture's caption says of it: which of how many places a voxel apart, from 0; where
    on the patient's axis it is nearest to, millimetres; whether it is a plane of the patient."""

    index: int
    count: int
    mm: float
    straight: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What one cell wants to show; `quick` when exact is quick, so that nothing coarse is due."""

    view: View
    plane: Plane
    slab: SlabChoice
    place: Place
    quick: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A wish come true; coarse pictures have the size and place of the exact ones."""

    wish: Wish
    picture: GreyPicture
    exact: bool


def coarse(volume: Volume, wish: Wish) -> GreyPicture:
    """The picture in blocks, sixteen times quicker, and the layers of a slab further apart."""
    plane, size = wish.plane, _COARSE
    middle = (size - 1) / 2
    wide = replace(
        plane,
        position=plane.point(middle + 0.5, middle + 0.5),
        row_spacing=plane.row_spacing * size,
        column_spacing=plane.column_spacing * size,
        rows=-(-plane.rows // size),
        columns=-(-plane.columns // size),
    )
    slab = wish.slab
    step = volume.step * size
    small = reslice(volume, wide, thickness=slab.thickness, slab=slab.kind, layer_step=step)
    blocks = small.samples.repeat(size, 0).repeat(size, 1)[: plane.rows, : plane.columns]
    exact = reslice(volume, replace(plane, rows=1, columns=1))
    return replace(
        small, samples=np.ascontiguousarray(blocks), spacing=exact.spacing, scales=exact.scales
    )


class Reslicer:
    """Cuts what cells want; `say` is called from its thread with every `Cut`."""

    def __init__(self, volume: Volume, say: Callable[[Cut], None]) -> None:
        self._volume = volume
        self._say = say
        self._wake = threading.Condition()
        self._wanted: dict[View, Wish] = {}
        self._later: dict[View, Wish] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="mpr-reslice", daemon=True)
        self._thread.start()

    def want(self, wish: Wish) -> None:
        """Cut this; what the same cell wanted before is forgotten."""
        with self._wake:
            # Taken out first, so that the latest wish stands last.
            self._wanted.pop(wish.view, None)
            self._wanted[wish.view] = wish
            self._later.pop(wish.view, None)
            self._wake.notify_all()

    def close(self, timeout: float = 0.0) -> None:
        """Stop, and wait up to `timeout` seconds for the layer being cut."""
        with self._wake:
            self._closed = True
            self._wanted.clear()
            self._later.clear()
            self._wake.notify_all()
        if timeout > 0:
            self._thread.join(timeout)

    def _hurried(self) -> bool:
        return self._closed or bool(self._wanted)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not (self._closed or self._wanted or self._later):
                    self._wake.wait()
                if self._closed:
                    return
                first = bool(self._wanted)
                source = self._wanted if first else self._later
                wish = source.pop(next(iter(source)))
                if first and not wish.quick:
                    self._later[wish.view] = wish
            self._cut(wish, exact=wish.quick or not first)

    def _cut(self, wish: Wish, *, exact: bool) -> None:
        if not exact:
            self._say(Cut(wish, coarse(self._volume, wish), exact=False))
            return
        slab = wish.slab
        stop = (lambda: self._closed) if wish.quick else self._hurried
        try:
            picture = reslice(
                self._volume, wish.plane, thickness=slab.thickness, slab=slab.kind, stop=stop
            )
        except CancelledError:
            with self._wake:
                if wish.view not in self._wanted and not self._closed:
                    self._later.setdefault(wish.view, wish)
            return
        self._say(Cut(wish, picture, exact=True))
