"""What was drawn in studies that were closed, until the program ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.imaging.annotation import Annotation, Measured, Sheet
from app.imaging.identity import PatientText
from app.imaging.series import Instance
from app.viewers.dicom.annotations.sheet import AnnotationSheet


@dataclass(frozen=True, slots=True)
class _Kept:
    sheet: Sheet
    numbers: dict[Annotation, Measured]
    patients: dict[str, PatientText]


class MarkMemory:
    """Marks go back to the pictures they were drawn on, to no other patient's of that number."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    def keep(self, sheet: AnnotationSheet, instances: Iterable[Instance]) -> None:
        """A study is closed; `instances` are those it held."""
        drawn = sheet.sheet
        if drawn == Sheet():
            return
        found = {one: sheet.measured(one, None) for one in drawn.annotations}
        numbers = {one: known for one, known in found.items() if known is not None}
        patients = {one.sop_instance_uid: one.patient for one in instances}
        self._kept.append(_Kept(drawn, numbers, patients))

    def bring_back(self, sheet: AnnotationSheet, instances: Iterable[Instance]) -> int:
        """A study is open; answers how many marks of it came back."""
        if not self._kept:
            return 0
        here = {one.sop_instance_uid: one.patient for one in instances}
        count, left = 0, []
        for kept in self._kept:
            mine, others = _parted(kept, here)
            sheet.bring_back(mine, kept.numbers)
            count += len(mine.annotations) + len(mine.key_images) + len(mine.calibrations)
            if others != Sheet():
                left.append(replace(kept, sheet=others))
        self._kept = left
        return count


def _parted(kept: _Kept, here: dict[str, PatientText]) -> tuple[Sheet, Sheet]:
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
