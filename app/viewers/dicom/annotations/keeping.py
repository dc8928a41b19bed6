"""Marks into DICOM files: made off the GUI thread, written where the reader chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.imaging.annotation import Annotation, Measured, Sheet
from app.imaging.dataset import open_object
from app.imaging.series import SliceRef
from app.imaging.writing.key_objects import write_key_objects
from app.imaging.writing.measurement_report import MEASURED, write_measurement_report
from app.imaging.writing.origin import Author, to_bytes
from app.imaging.writing.presentation_state import Look, write_presentation_state

if TYPE_CHECKING:
    from pydicom import Dataset

Fetch = Callable[[str], bytes]
"""SOP Instance UID to the whole object; errors as `StudySource.fetch`."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be kept: the sheet, the numbers known of it, the lines beside each shape, and how
    its series is looked at."""

    sheet: Sheet
    numbers: Mapping[Annotation, Measured]
    lines: Mapping[Annotation, Sequence[str]]
    look: Look = Look()


def datasets_of(marks: Marks, fetch: Fetch) -> dict[str, Dataset]:
    """The pictures that are marked, by SOP Instance UID; errors as `Fetch` and `open_object`."""
    refs = [*(one.ref for one in marks.sheet.annotations), *marks.sheet.key_images]
    uids = dict.fromkeys(ref.sop_instance_uid for ref in refs)
    return {uid: open_object(fetch(uid)).dataset for uid in uids}


def objects_of(marks: Marks, pictures: Mapping[str, Dataset], author: Author) -> list[Dataset]:
    """A measurement report, a presentation state a series and a key object document, each where
    there is something to say."""
    made: list[Dataset] = []
    findings = [
        (one, marks.numbers[one])
        for one in marks.sheet.annotations
        if one.kind in MEASURED and one in marks.numbers
    ]
    if findings:
        made.append(write_measurement_report(findings, pictures, author))
    for refs, shapes in _by_series(marks, pictures):
        made.append(write_presentation_state(refs, shapes, pictures, marks.look, author))
    if marks.sheet.key_images:
        keys = sorted({ref.sop_instance_uid for ref in marks.sheet.key_images})
        made.append(write_key_objects([pictures[uid] for uid in keys], author))
    return made


Shapes = list[tuple[Annotation, Sequence[str]]]


def _by_series(
    marks: Marks, pictures: Mapping[str, Dataset]
) -> list[tuple[list[SliceRef], Shapes]]:
    """Grey pictures only: a state for colour pictures is of another kind."""
    series: dict[tuple[str, int, int], Shapes] = {}
    for one in marks.sheet.annotations:
        head = pictures[one.ref.sop_instance_uid]
        if str(head.get("PhotometricInterpretation", "")).startswith("MONOCHROME"):
            key = (str(head.SeriesInstanceUID), int(head.Rows), int(head.Columns))
            series.setdefault(key, []).append((one, marks.lines.get(one, ())))
    return [([one.ref for one, _ in shapes], shapes) for shapes in series.values()]


def keep(marks: Marks, fetch: Fetch, folder: Path, author: Author) -> tuple[Path, ...]:
    """Write everything into a folder; the names of the files say nothing of the patient.

    Raises:
        ImagingError: a picture cannot be had.
        ValueError: there is nothing to keep, or a picture lacks what a reference needs.
        OSError: the folder cannot be written to.
    """
    made = objects_of(marks, datasets_of(marks, fetch), author)
    if not made:
        raise ValueError("there is nothing to keep")
    written = []
    for dataset in made:
        file = folder / f"{dataset.Modality}-{str(dataset.SOPInstanceUID)[-12:]}.dcm"
        file.write_bytes(to_bytes(dataset))
        written.append(file)
    return tuple(written)
