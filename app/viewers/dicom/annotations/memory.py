"""What was drawn in studies: of this session in memory, and sealed on disk until it is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from app.imaging.annotation import Sheet
from app.imaging.series import Instance
from app.viewers.dicom.annotations.mark_store import Kept, MarkDisk, MarkStore
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from protocol.patients import PatientText


class MarkMemory:
    """Marks go back to the pictures they were drawn on, to no other patient's of that number.

    What was saved as DICOM is in its files and does not come back: both would be drawn. With a
    store, what is not saved outlives the program; its record goes when it is saved, or when nothing
    is left of it. No DICOM file holds a calibration by hand, so that one always comes back.
    """

    def __init__(self) -> None:
        self._kept: list[Kept] = []
        self._disk: MarkDisk | None = None
        self._name = ""
        """Of the record of what is open."""
        self._told = Sheet()
        """What the record holds."""
        self._saved = Sheet()
        """What is in DICOM files of what is open."""

    @property
    def outlives(self) -> bool:
        """Whether there is a store."""
        return self._disk is not None

    def use(self, store: MarkStore, failed: Callable[[], None]) -> None:
        """Keep what is not saved in a store; `failed` is called from another thread."""
        self._disk = MarkDisk(store, failed)

    def note(self, sheet: AnnotationSheet, instances: Iterable[Instance]) -> None:
        """Bring the record up to what is drawn now."""
        drawn, disk = _without(sheet.sheet, self._saved), self._disk
        if disk is None or drawn == self._told:
            return
        self._told = drawn
        if drawn == Sheet():
            disk.drop(self._name)
            self._name = ""
            return
        self._name = disk.keep(Kept(drawn, {}, _patients(instances), self._name))

    def saved(self, saved: Sheet, sheet: AnnotationSheet, instances: Iterable[Instance]) -> None:
        """Some marks are in DICOM files now, also where their study was closed meanwhile: their
        records have done their duty."""
        self._saved = Sheet(
            (*self._saved.annotations, *saved.annotations),
            self._saved.key_images | saved.key_images,
        )
        self.note(sheet, instances)
        left = []
        for kept in self._kept:
            rest = _without(kept.sheet, saved)
            if rest == kept.sheet:
                left.append(kept)
            elif rest != Sheet():
                left.append(self._rewritten(replace(kept, sheet=rest)))
            elif self._disk is not None:
                self._disk.drop(kept.name)
        self._kept = left

    def keep(self, sheet: AnnotationSheet, instances: Iterable[Instance]) -> None:
        """A study is closed; `instances` are those it held."""
        held = list(instances)
        self.note(sheet, held)
        drawn = _without(sheet.sheet, self._saved)
        if drawn != Sheet():
            found = {one: sheet.measured(one, None) for one in drawn.annotations}
            numbers = {one: known for one, known in found.items() if known is not None}
            self._kept.append(Kept(drawn, numbers, _patients(held), self._name))
        self._name, self._told, self._saved = "", Sheet(), Sheet()
        if self._disk is not None:
            self._disk.wait()

    def bring_back(self, sheet: AnnotationSheet, instances: Iterable[Instance]) -> int:
        """A study is open; answers how many marks of it came back."""
        if self._disk is not None:
            self._kept += self._disk.loaded()
        if not self._kept:
            return 0
        held = list(instances)
        here = _patients(held)
        count, left = 0, []
        gone: list[str] = []
        for kept in self._kept:
            mine, others = _parted(kept, here)
            sheet.bring_back(mine, kept.numbers)
            count += len(mine.annotations) + len(mine.key_images) + len(mine.calibrations)
            if others == Sheet():
                gone.append(kept.name)
            elif mine == Sheet():
                left.append(kept)
            else:
                left.append(self._rewritten(replace(kept, sheet=others)))
        self._kept = left
        self.note(sheet, held)  # before the records it comes from go
        if self._disk is not None:
            for name in gone:
                self._disk.drop(name)
        return count

    def _rewritten(self, kept: Kept) -> Kept:
        if self._disk is not None and kept.name:
            self._disk.keep(kept)
        return kept


def _patients(instances: Iterable[Instance]) -> dict[str, PatientText]:
    return {one.sop_instance_uid: one.patient for one in instances}


def _without(drawn: Sheet, saved: Sheet) -> Sheet:
    """What is not saved; a shape that was changed since is not."""
    known = set(saved.annotations)
    return replace(
        drawn,
        annotations=tuple(one for one in drawn.annotations if one not in known),
        key_images=drawn.key_images - saved.key_images,
    )


def _parted(kept: Kept, here: dict[str, PatientText]) -> tuple[Sheet, Sheet]:
    """What lies on pictures that are here, and the rest."""

    def is_here(uid: str) -> bool:
        return uid in here and here[uid] == kept.patients.get(uid)

    drawn = kept.sheet

    def part(*, wanted: bool) -> Sheet:
        return Sheet(
            tuple(a for a in drawn.annotations if is_here(a.ref.sop_instance_uid) == wanted),
            frozenset(k for k in drawn.key_images if is_here(k.sop_instance_uid) == wanted),
            tuple(c for c in drawn.calibrations if is_here(c.of.ref.sop_instance_uid) == wanted),
        )

    return part(wanted=True), part(wanted=False)
