"""Objects fetched and read away from the screen, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from app.imaging.attributes import text
from app.imaging.contours import StructureSet, is_structure_set, read_structure_set
from app.imaging.dataset import open_object
from app.imaging.presentation import PresentationState
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.segmentation import Segmentation
from app.imaging.segmentation_reader import is_segmentation, read_segmentation
from app.imaging.series import Instance, describe_file
from app.viewers.background import Background

Value: TypeAlias = PresentationState | Segmentation | StructureSet
Fetch: TypeAlias = Callable[[], bytes]


def read_value(data: bytes) -> Value:
    """What an object says; errors as `open_object` and the reader of its kind."""
    obj = open_object(data)
    sop_class_uid = text(obj.dataset, "SOPClassUID")
    if is_segmentation(sop_class_uid):
        return read_segmentation(obj)
    if is_structure_set(sop_class_uid):
        return read_structure_set(obj)
    return read_presentation_state(obj)


def described(files: tuple[Path, ...]) -> list[tuple[Instance, Path]]:
    """In a thread: what of these files can be told apart."""
    found = ((describe_file(file), file) for file in files)
    return [(one, file) for one, file in found if isinstance(one, Instance)]


class Reader(QObject):
    """Reads what is wanted, the most recently urgent first; says nothing after `forget`."""

    came = Signal(str, object)
    """A SOP Instance UID, and its `Value` or the `ImagingError` that stopped it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work = Background(self)
        self._wanted: dict[str, Fetch] = {}
        self._now = ""

    @property
    def waiting(self) -> frozenset[str]:
        """What is wanted and not read yet."""
        return frozenset((*self._wanted, self._now)) - {""}

    def want(self, uid: str, fetch: Fetch, *, urgent: bool = False) -> None:
        """Have an object read."""
        if uid == self._now:
            return
        if urgent:
            self._wanted = {uid: fetch, **{u: f for u, f in self._wanted.items() if u != uid}}
        else:
            self._wanted.setdefault(uid, fetch)
        self._go_on()

    def forget(self) -> None:
        """Nobody wants anything any more."""
        self._work.drop()
        self._wanted.clear()
        self._now = ""

    def _go_on(self) -> None:
        if self._now or not self._wanted:
            return
        self._now = next(iter(self._wanted))
        fetch = self._wanted.pop(self._now)
        self._work.start(lambda: read_value(fetch()), partial(self._came, self._now))

    def _came(self, uid: str, result: object) -> None:
        self._now = ""
        self.came.emit(uid, result)
        self._go_on()
