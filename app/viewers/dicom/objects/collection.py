"""The objects of a study that lie over its pictures, and which of them are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from app.imaging.contours import StructureSet, is_structure_set
from app.imaging.errors import ImagingError
from app.imaging.presentation import PresentationState
from app.imaging.segmentation import Segmentation
from app.imaging.segmentation_reader import is_segmentation
from app.imaging.series import Instance, Series
from app.viewers.dicom.objects.choice import Choice, OfFrame
from app.viewers.dicom.objects.reading import Value


class Key(NamedTuple):
    """An object, or the segment or region of that number; an empty `uid` is no state at all."""

    uid: str
    number: int | None = None


@dataclass(slots=True)
class Held:
    """One object; `value` None until it was read."""

    instance: Instance
    value: Value | ImagingError | None = None

    @property
    def is_state(self) -> bool:
        """Whether it says how pictures are seen, instead of lying over them."""
        return not (self.is_segmentation or is_structure_set(self.instance.sop_class_uid))

    @property
    def is_segmentation(self) -> bool:
        """Whether it marks pixels."""
        return is_segmentation(self.instance.sop_class_uid)

    def concerns(self, series: Series) -> bool:
        """Whether it is for pictures of a series, as far as is known before it was read."""
        first, value = series.first, self.value
        if isinstance(value, PresentationState):
            named = (one.sop_instance_uid for one in value.scope.references)
            return any(series.instance(uid) is not None for uid in named)
        if isinstance(value, StructureSet):
            return value.shares_space(first.frame_of_reference_uid)
        if isinstance(value, Segmentation) and any(map(series.instance, value.named)):
            return True
        space = self.instance.frame_of_reference_uid
        if space and not self.is_state:
            return space == first.frame_of_reference_uid
        return self.instance.study_instance_uid == first.study_instance_uid


class Collection(QObject):
    """`opacity` 0…1 of filled segments; with `outlined` only their edges are drawn."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._held: dict[str, Held] = {}
        self._shown: set[str] = set()
        self._hidden: set[Key] = set()
        self._concerns: dict[tuple[str, str], tuple[Series, object, bool]] = {}
        self.opacity = 0.4
        self.outlined = False

    @property
    def held(self) -> tuple[Held, ...]:
        """Every object, in the order in which they were listed."""
        return tuple(self._held.values())

    def find(self, uid: str) -> Held | None:
        """The object of that SOP Instance UID."""
        return self._held.get(uid)

    def concerning(self, series: Series) -> tuple[Held, ...]:
        """The objects for pictures of a series."""
        return tuple(one for one in self._held.values() if self._is_for(one, series))

    def _is_for(self, held: Held, series: Series) -> bool:
        """`Held.concerns`, found out once: lists of references are long, and asked for often."""
        key = (held.instance.sop_instance_uid, series.uid)
        known = self._concerns.get(key)
        if known is None or known[0] is not series or known[1] is not held.value:
            known = self._concerns[key] = (series, held.value, held.concerns(series))
        return known[2]

    def elsewhere(self, series: Sequence[Series]) -> int:
        """How many objects are for none of these series; those not read yet do not count."""
        return sum(
            1
            for one in self._held.values()
            if one.value is not None
            and not isinstance(one.value, ImagingError)
            and not any(self._is_for(one, each) for each in series)
        )

    def add(self, instances: Iterable[Instance]) -> tuple[Held, ...]:
        """Take in objects; answers those that are new."""
        new = [one for one in instances if one.sop_instance_uid not in self._held]
        self._held.update((one.sop_instance_uid, Held(one)) for one in new)
        if new:
            self.changed.emit()
        return tuple(self._held[one.sop_instance_uid] for one in new)

    def put(self, uid: str, value: Value | ImagingError) -> None:
        """An object was read, or cannot be."""
        held = self._held.get(uid)
        if held is None:
            return
        held.value = value
        if isinstance(value, ImagingError):
            self._shown.discard(uid)
        self.changed.emit()

    def show(self, key: Key, *, on: bool) -> None:
        """Show or hide an object, or a part of one."""
        if key.number is not None:
            (self._hidden.discard if on else self._hidden.add)(key)
            if on:
                self._shown.add(key.uid)
        else:
            (self._shown.add if on else self._shown.discard)(key.uid)
        self.changed.emit()

    def set_look(self, *, opacity: float | None = None, outlined: bool | None = None) -> None:
        """How segments are drawn."""
        self.opacity = self.opacity if opacity is None else opacity
        self.outlined = self.outlined if outlined is None else outlined
        self.changed.emit()

    def is_shown(self, key: Key) -> bool:
        """Whether an object, or a part of one, is to be seen."""
        if key.number is not None and key in self._hidden:
            return False
        return key.uid in self._shown

    def is_hidden(self, key: Key) -> bool:
        """Whether a part is left out when its object is shown."""
        return key in self._hidden

    def choice(self, of_frame: OfFrame) -> Choice:
        """What is to be drawn now; `of_frame` answers what a frame of a segmentation shows."""
        hidden: dict[str, set[int]] = {}
        for key in self._hidden:
            if key.number is not None:
                hidden.setdefault(key.uid, set()).add(key.number)
        shown = [
            (held.value, frozenset(hidden.get(uid, ())))
            for uid, held in self._held.items()
            if uid in self._shown
        ]
        return Choice(
            tuple((value, out) for value, out in shown if isinstance(value, Segmentation)),
            tuple((value, out) for value, out in shown if isinstance(value, StructureSet)),
            None if self.outlined else self.opacity,
            of_frame,
        )

    def forget(self) -> None:
        """Another study."""
        self._held.clear()
        self._concerns.clear()
        self._shown.clear()
        self._hidden.clear()
        self.changed.emit()
