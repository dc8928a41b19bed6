"""What an object says about body part, view and side, for hanging it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.imaging.attributes import functional_group, items, text, texts

if TYPE_CHECKING:
    from pydicom import Dataset

    from app.imaging.geometry import Orientation

_VIEWS = {
    "399162004": "CC",
    "R-10242": "CC",
    "399368009": "MLO",
    "R-10226": "MLO",
    "399260004": "ML",
    "R-10224": "ML",
    "399352003": "LM",
    "R-10228": "LM",
}
"""View codes of mammography (PS3.16 CID 4014), SNOMED CT and its older spelling."""
_LETTERS = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}
_WEIGHTS = (1.0, 0.6, 0.4)


@dataclass(frozen=True, slots=True)
class HangingFacts:
    """Empty where the object says nothing.

    `view` is ViewPosition ("PA", "MLO") or the mammographic view of its code; `laterality` "L",
    "R" or "B"; `region` the words of AnatomicRegionSequence; `patient_orientation` the letters of
    the directions of rows and columns (PS3.3 C.7.6.1.1.1).
    """

    body_part: str = ""
    region: str = ""
    view: str = ""
    laterality: str = ""
    patient_orientation: tuple[str, ...] = ()


NO_FACTS = HangingFacts()


def hanging_facts(ds: Dataset) -> HangingFacts:
    """Read the attributes, those of the first frame where the object has functional groups."""
    anatomy = functional_group(ds, 0, "FrameAnatomySequence")
    frame_side = text(anatomy, "FrameLaterality") if anatomy is not None else ""
    regions = items(ds, "AnatomicRegionSequence")
    if anatomy is not None:
        regions = (*items(anatomy, "AnatomicRegionSequence"), *regions)
    side = frame_side or text(ds, "ImageLaterality") or text(ds, "Laterality")
    return HangingFacts(
        body_part=text(ds, "BodyPartExamined").upper(),
        region=text(regions[0], "CodeMeaning") if regions else "",
        view=text(ds, "ViewPosition").upper() or _coded_view(ds),
        laterality=side.upper(),
        patient_orientation=tuple(part.upper() for part in texts(ds, "PatientOrientation")),
    )


def _coded_view(ds: Dataset) -> str:
    codes = items(ds, "ViewCodeSequence")
    return _VIEWS.get(text(codes[0], "CodeValue"), "") if codes else ""


def facing(patient_orientation: tuple[str, ...]) -> Orientation | None:
    """The letters of PatientOrientation as directions in the patient, the first letter of each
    weighing most: enough to turn a picture, not to measure in. None where they say nothing."""
    if len(patient_orientation) != 2:
        return None
    row, column = (_direction(part) for part in patient_orientation)
    if row is None or column is None:
        return None
    return (*row, *column)


def _direction(letters: str) -> tuple[float, float, float] | None:
    if not letters or len(letters) > len(_WEIGHTS) or not set(letters) <= set(_LETTERS):
        return None
    parts = [
        tuple(weight * value for value in _LETTERS[letter])
        for letter, weight in zip(letters, _WEIGHTS, strict=False)
    ]
    x, y, z = (sum(part[axis] for part in parts) for axis in range(3))
    return x, y, z
