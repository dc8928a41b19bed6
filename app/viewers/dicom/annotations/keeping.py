"""Marks into DICOM files: made off the GUI thread, written where the reader chose."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.imaging.annotation import Annotation, Measured, PlaneRef, Sheet, measured
from app.imaging.attributes import text
from app.imaging.dataset import DicomObject, open_object
from app.imaging.errors import ImagingError, MissingAttributeError
from app.imaging.geometry import pixel_spacing
from app.imaging.guard import decode_once
from app.imaging.hand_calibration import Pictures, calibrated, valid_for
from app.imaging.modality import Rescale, modality_transform
from app.imaging.picture import GreyPicture, Picture, make_picture, shape_of
from app.imaging.series import SliceRef
from app.imaging.voi import Voi, Window, file_presets
from app.imaging.writing.key_objects import write_key_objects
from app.imaging.writing.look import Look, own_inverse
from app.imaging.writing.measurement_report import MEASURED, write_measurement_report
from app.imaging.writing.origin import Author, by_patient, lacking, to_bytes
from app.imaging.writing.presentation_state import is_grey, write_presentation_state
from app.imaging.writing.wording import ENGLISH, Wording

if TYPE_CHECKING:
    from pydicom import Dataset

log = logging.getLogger(__name__)

Fetch = Callable[[str], bytes]
"""SOP Instance UID to the whole object; errors as `StudySource.fetch`."""


class Part(StrEnum):
    """What is written, each by itself."""

    REPORT = "report"
    STATE = "state"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be kept: the sheet, the numbers known of it, the lines beside each shape, and how
    each marked frame is looked at."""

    sheet: Sheet
    numbers: Mapping[Annotation, Measured]
    lines: Mapping[Annotation, Sequence[str]]
    looks: Mapping[SliceRef, Look] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lost:
    """A part that could not be made: the attribute that the picture's file lacks, or the kind and
    place of what nobody expected. With `places` only what lies there is missing in it."""

    part: Part
    lacks: str = ""
    code: str = ""
    places: tuple[SliceRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it: the files, what could not be made, and the marks that are safe now."""

    files: tuple[Path, ...]
    lost: tuple[Lost, ...] = ()
    saved: Sheet = field(default_factory=Sheet)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One object that is to be made, and the marks it holds."""

    part: Part
    make: Callable[[], Dataset]
    marks: Sheet


Shapes = list[tuple[Annotation, Sequence[str]]]


def objects_of(marks: Marks, fetch: Fetch) -> dict[str, DicomObject]:
    """The pictures that are marked, by SOP Instance UID; errors as `Fetch` and `open_object`."""
    refs = [*(one.ref for one in marks.sheet.annotations), *marks.sheet.key_images]
    uids = dict.fromkeys(ref.sop_instance_uid for ref in refs)
    return {uid: open_object(fetch(uid)) for uid in uids}


def wanted(
    marks: Marks, objects: Mapping[str, DicomObject], author: Author, wording: Wording = ENGLISH
) -> list[Wanted]:
    """For each study of each patient: measurement reports, presentation states for the pictures
    seen alike, and a key object document, each where there is something to say."""
    made: list[Wanted] = []
    for some in by_patient(one.dataset for one in objects.values()):
        uids = {text(picture, "SOPInstanceUID") for picture in some}
        sheet = _only(marks.sheet, partial(_is_of, uids))
        made += _wanted_of_one(replace(marks, sheet=sheet), objects, author, wording)
    return made


def _wanted_of_one(
    marks: Marks, objects: Mapping[str, DicomObject], author: Author, wording: Wording
) -> list[Wanted]:
    made: list[Wanted] = []
    pictures = {uid: one.dataset for uid, one in objects.items()}
    findings = [
        (one, marks.numbers[one])
        for one in marks.sheet.annotations
        if one.kind in MEASURED and one in marks.numbers
    ]
    # What lies on planes is a report of its own: few programs read places in the patient.
    on_planes = [finding for finding in findings if isinstance(finding[0].ref, PlaneRef)]
    on_slices = [finding for finding in findings if finding not in on_planes]
    for some in (on_slices, on_planes):
        if some:
            report = partial(write_measurement_report, some, pictures, author, wording)
            made.append(Wanted(Part.REPORT, report, Sheet(tuple(one for one, _ in some))))
    for shapes in _seen_alike(marks, pictures):
        state = partial(_state, marks, shapes, objects, author, wording)
        made.append(Wanted(Part.STATE, state, Sheet(tuple(one for one, _ in shapes))))
    if marks.sheet.key_images:
        keys = sorted({ref.sop_instance_uid for ref in marks.sheet.key_images})
        named = partial(write_key_objects, [pictures[uid] for uid in keys], author)
        made.append(Wanted(Part.KEYS, named, Sheet((), marks.sheet.key_images)))
    return made


def _is_of(uids: set[str], ref: SliceRef) -> bool:
    return ref.sop_instance_uid in uids


def _only(sheet: Sheet, here: Callable[[SliceRef], bool]) -> Sheet:
    """What lies on some pictures."""
    return replace(
        sheet,
        annotations=tuple(one for one in sheet.annotations if here(one.ref)),
        key_images=frozenset(ref for ref in sheet.key_images if here(ref)),
    )


def _left_out(sheet: Sheet, objects: Mapping[str, DicomObject]) -> tuple[Sheet, list[Lost]]:
    """What can be referred to, and what must be left out for what its picture's file lacks."""

    def lacks(ref: SliceRef) -> str:
        found = lacking(objects[ref.sop_instance_uid].dataset)
        if not found and isinstance(ref, PlaneRef) and not ref.plane.frame_of_reference_uid:
            return "FrameOfReferenceUID"
        return found

    concerned: list[tuple[Part, SliceRef]] = []
    for one in sheet.annotations:
        if one.kind in MEASURED:
            concerned.append((Part.REPORT, one.ref))
        if not isinstance(one.ref, PlaneRef):
            concerned.append((Part.STATE, one.ref))
    concerned += [(Part.KEYS, ref) for ref in sorted(sheet.key_images, key=_order)]
    places: dict[tuple[Part, str], dict[SliceRef, None]] = {}
    for part, ref in concerned:
        if lacks(ref):
            places.setdefault((part, lacks(ref)), {})[ref] = None
    lost = [Lost(part, lacks=lack, places=tuple(refs)) for (part, lack), refs in places.items()]
    return _only(sheet, lambda ref: not lacks(ref)), lost


def _order(ref: SliceRef) -> tuple[str, int]:
    return ref.sop_instance_uid, ref.frame


def _saved(done: Sequence[Sheet], failed: Sequence[Sheet]) -> Sheet:
    """The marks that every object they belong into holds now."""
    lost = {one for sheet in failed for one in sheet.annotations}
    drawn = dict.fromkeys(one for sheet in done for one in sheet.annotations)
    keys = frozenset(ref for sheet in done for ref in sheet.key_images)
    return Sheet(tuple(one for one in drawn if one not in lost), keys)


def _all_measured(
    marks: Marks, objects: Mapping[str, DicomObject]
) -> tuple[Marks, dict[SliceRef, ImagingError]]:
    """With the numbers of marks on pictures that nobody has seen since they came from the disk; and
    which of these cannot be opened."""
    unseen: dict[SliceRef, list[Annotation]] = {}
    for one in marks.sheet.annotations:
        if one not in marks.numbers and one.kind in MEASURED and not isinstance(one.ref, PlaneRef):
            unseen.setdefault(one.ref, []).append(one)
    numbers = dict(marks.numbers)
    failed: dict[SliceRef, ImagingError] = {}
    for ref, some in unseen.items():
        obj = objects[ref.sop_instance_uid]
        try:
            picture = _picture(obj, ref.frame)
        except ImagingError as error:  # one picture must not take the others with it
            failed[ref] = error
            continue
        series = text(obj.dataset, "SeriesInstanceUID")
        by = valid_for(marks.sheet.calibrations, Pictures(ref, series, shape_of(picture)))
        seen = picture if by is None else calibrated(picture, by)
        numbers.update((one, measured(one, seen)) for one in some)
    return replace(marks, numbers=numbers), failed


def _picture(obj: DicomObject, frame: int) -> Picture:
    return make_picture(obj, frame, decode_once(obj, frame))


def _seen_alike(marks: Marks, pictures: Mapping[str, Dataset]) -> list[Shapes]:
    """What one state can say: a series, a size, a modality transform, one place and inversion."""
    groups: dict[object, Shapes] = {}
    for one in marks.sheet.annotations:
        if isinstance(one.ref, PlaneRef):
            continue  # there is no picture a state could refer to
        picture, frame = pictures[one.ref.sop_instance_uid], one.ref.frame
        look = marks.looks.get(one.ref, Look())
        transform = modality_transform(picture, frame)
        key = (
            text(picture, "SeriesInstanceUID"),
            (int(picture.Rows), int(picture.Columns)),
            (is_grey(picture), own_inverse(picture)),
            transform if isinstance(transform, Rescale) else one.ref.sop_instance_uid,
            pixel_spacing(picture, frame).aspect,
            (look.inverted, look.inverse, look.turn, look.mirrored, look.area),
        )
        groups.setdefault(key, []).append((one, marks.lines.get(one, ())))
    return list(groups.values())


def _state(
    marks: Marks,
    shapes: Shapes,
    objects: Mapping[str, DicomObject],
    author: Author,
    wording: Wording,
) -> Dataset:
    refs = list(dict.fromkeys(one.ref for one, _ in shapes))
    pictures = {uid: one.dataset for uid, one in objects.items()}
    looks = {ref: marks.looks.get(ref, Look()) for ref in refs}
    vois: dict[SliceRef, Voi] = {}
    for ref, look in looks.items():
        voi = look.voi or _own_voi(objects[ref.sop_instance_uid], ref.frame)
        if voi is not None:
            vois[ref] = voi
    look = replace(looks[refs[0]], voi=None, vois=vois)
    return write_presentation_state(refs, shapes, pictures, look, author, description=wording.drawn)


def _own_voi(obj: DicomObject, frame: int) -> Voi | None:
    """What a picture is first shown with; without a window of the file that takes its pixels."""
    if not is_grey(obj.dataset):
        return None
    first = next(iter(file_presets(obj.dataset, frame)), None)
    if isinstance(first, Window):
        return first
    picture = _picture(obj, frame)
    return picture.presets[0] if isinstance(picture, GreyPicture) else None


def keep(
    marks: Marks, fetch: Fetch, folder: Path, author: Author, wording: Wording = ENGLISH
) -> Kept:
    """Write everything that can be made into a folder; the names of the files say nothing of the
    patient.

    Raises:
        ImagingError: a picture cannot be had.
        ValueError: there is nothing to keep.
        OSError: the folder cannot be written to.
    """
    objects = objects_of(marks, fetch)
    sheet, lost = _left_out(marks.sheet, objects)
    sound, unseen = _all_measured(replace(marks, sheet=sheet), objects)
    lost += [Lost(Part.REPORT, code=_place(why), places=(ref,)) for ref, why in unseen.items()]
    asked = wanted(sound, objects, author, wording)
    if not asked and not lost:
        raise ValueError("there is nothing to keep")
    written: list[Path] = []
    done: list[Sheet] = []
    unmeasured = (one for ref in unseen for one in sheet.on(ref) if one.kind in MEASURED)
    failed = [Sheet(tuple(unmeasured))]
    for one in asked:
        try:
            dataset = one.make()
            data = to_bytes(dataset)
        except MissingAttributeError as error:
            lost.append(Lost(one.part, lacks=error.keyword))
            failed.append(one.marks)
            continue
        except Exception as error:  # one object must not take the others with it
            log_failure(f"a {one.part} of marks", error)
            lost.append(Lost(one.part, code=_place(error)))
            failed.append(one.marks)
            continue
        file = folder / f"{dataset.Modality}-{str(dataset.SOPInstanceUID)[-12:]}.dcm"
        file.write_bytes(data)
        written.append(file)
        done.append(one.marks)
    return Kept(tuple(written), tuple(dict.fromkeys(lost)), _saved(done, failed))


def log_failure(what: str, error: Exception) -> None:
    """Kind and place of a failure; its words may tell values of the file, and stay out."""
    log.error("%s cannot be written: %s", what, _place(error))


def _place(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
