"""What belongs together: instances into series and studies, slices in order.

A file that cannot be opened becomes a `BadFile` with its reason; the rest opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.imaging.attributes import integer, number, text
from app.imaging.dataset import DicomObject, open_head, open_object
from app.imaging.decode import is_lossy
from app.imaging.description import believable_frames
from app.imaging.errors import ImagingError, MissingAttributeError, Reason
from app.imaging.geometry import Orientation, Vector, along_normal, orientation, position


class ObjectKind(StrEnum):
    """What an instance is, from its SOP class."""

    IMAGE = "image"
    WAVEFORM = "waveform"
    DOCUMENT = "document"
    VIDEO = "video"
    OTHER = "other"


_STORAGE = "1.2.840.10008.5.1.4.1.1."
_VIDEO_SYNTAXES = tuple(f"1.2.840.10008.1.2.4.10{n}" for n in range(2, 9))
_DOCUMENTS = (f"{_STORAGE}104.", f"{_STORAGE}88.")
_NOT_SHOWN = (f"{_STORAGE}11.", f"{_STORAGE}88.59", f"{_STORAGE}66", f"{_STORAGE}481.")


@dataclass(frozen=True, slots=True)
class PatientText:
    """The patient as the file names them, decoded from its character set."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """The attributes of one instance that listing, ordering and corner texts need."""

    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    study_instance_uid: str
    kind: ObjectKind
    modality: str
    patient: PatientText
    study_date: str
    study_time: str
    study_description: str
    series_number: int | None
    series_description: str
    instance_number: int | None
    frames: int
    frame_time_ms: float | None
    rows: int
    columns: int
    orientation: Orientation | None
    position: Vector | None
    slice_location: float | None
    frame_of_reference_uid: str
    transfer_syntax_uid: str
    lossy: bool
    institution: str


@dataclass(frozen=True, slots=True)
class BadFile:
    """One file or instance that cannot be shown. `label` never carries a patient's name."""

    label: str
    code: Reason
    reason: str


@dataclass(frozen=True, slots=True)
class SliceRef:
    """One picture of a series: an instance and a frame counted from 0."""

    sop_instance_uid: str
    frame: int


@dataclass(frozen=True, slots=True)
class Series:
    """One series, its instances in order, and every frame as a slice."""

    uid: str
    instances: tuple[Instance, ...]
    slices: tuple[SliceRef, ...]

    @property
    def first(self) -> Instance:
        """The instance that speaks for the series."""
        return self.instances[0]

    @property
    def kind(self) -> ObjectKind:
        """What the series holds."""
        return self.first.kind

    def instance(self, sop_instance_uid: str) -> Instance | None:
        """The instance of this series with that UID."""
        return next((i for i in self.instances if i.sop_instance_uid == sop_instance_uid), None)


@dataclass(frozen=True, slots=True)
class Study:
    """One study, its series by number."""

    uid: str
    series: tuple[Series, ...]


def object_kind(sop_class_uid: str, transfer_syntax_uid: str, *, has_pixels: bool) -> ObjectKind:
    """What an object is; unknown classes with pixels are pictures."""
    if transfer_syntax_uid in _VIDEO_SYNTAXES:
        return ObjectKind.VIDEO
    if sop_class_uid.startswith(f"{_STORAGE}9."):
        return ObjectKind.WAVEFORM
    if sop_class_uid.startswith(_NOT_SHOWN) and not has_pixels:
        return ObjectKind.OTHER
    if sop_class_uid.startswith(_DOCUMENTS):
        return ObjectKind.DOCUMENT
    return ObjectKind.IMAGE if has_pixels else ObjectKind.OTHER


def describe_instance(obj: DicomObject, file_bytes: int = 0) -> Instance:
    """Read the listing attributes; `file_bytes` where `obj` is only the head of a file.

    Raises:
        MissingAttributeError: without SOP Instance UID the object cannot be told apart.
    """
    ds = obj.dataset
    uid = text(ds, "SOPInstanceUID")
    if not uid:
        raise MissingAttributeError("SOPInstanceUID")
    return Instance(
        sop_instance_uid=uid,
        sop_class_uid=text(ds, "SOPClassUID"),
        series_instance_uid=text(ds, "SeriesInstanceUID") or uid,
        study_instance_uid=text(ds, "StudyInstanceUID"),
        kind=object_kind(
            text(ds, "SOPClassUID"), obj.transfer_syntax_uid, has_pixels=obj.pixels is not None
        ),
        modality=text(ds, "Modality"),
        patient=PatientText(
            name=text(ds, "PatientName"),
            patient_id=text(ds, "PatientID"),
            birth_date=text(ds, "PatientBirthDate"),
            sex=text(ds, "PatientSex"),
        ),
        study_date=text(ds, "StudyDate"),
        study_time=text(ds, "StudyTime"),
        study_description=text(ds, "StudyDescription"),
        series_number=integer(ds, "SeriesNumber"),
        series_description=text(ds, "SeriesDescription"),
        instance_number=integer(ds, "InstanceNumber"),
        frames=believable_frames(obj, max(file_bytes, len(obj.data))),
        frame_time_ms=number(ds, "FrameTime"),
        rows=integer(ds, "Rows") or 0,
        columns=integer(ds, "Columns") or 0,
        orientation=orientation(ds),
        position=position(ds),
        slice_location=number(ds, "SliceLocation"),
        frame_of_reference_uid=text(ds, "FrameOfReferenceUID"),
        transfer_syntax_uid=obj.transfer_syntax_uid,
        lossy=is_lossy(obj),
        institution=text(ds, "InstitutionName"),
    )


def describe_bytes(data: bytes) -> Instance:
    """`describe_instance` of an object in memory."""
    return describe_instance(open_object(data))


def describe_file(path: Path) -> Instance | BadFile:
    """The instance in a file, or why there is none."""
    try:
        return describe_instance(open_head(path), path.stat().st_size)
    except OSError:
        return BadFile(path.name, Reason.UNREADABLE, "The file cannot be read from the disk.")
    except ImagingError as error:
        return BadFile(path.name, error.code, error.reason)


def sorted_instances(instances: Iterable[Instance]) -> tuple[Instance, ...]:
    """Stacks of one orientation by position along their normal.

    The instance numbers only say at which end to begin. Mixed orientations stay apart, in the
    order of their first instance number; slices without a position go by instance number.
    """
    stacks: dict[tuple[float, ...], list[Instance]] = {}
    for instance in instances:
        plane = instance.orientation if instance.position is not None else None
        key = () if plane is None else tuple(round(part, 2) + 0.0 for part in plane)
        stacks.setdefault(key, []).append(instance)

    def number_of(instance: Instance) -> int:
        return instance.instance_number if instance.instance_number is not None else 1 << 30

    def place(instance: Instance) -> tuple[float, int, str]:
        along = 0.0
        if instance.orientation is not None and instance.position is not None:
            along = round(along_normal(instance.orientation, instance.position), 3)
        return along, number_of(instance), instance.sop_instance_uid

    ordered = sorted(stacks.values(), key=lambda stack: min(number_of(i) for i in stack))
    found: list[Instance] = []
    for stack in ordered:
        along = sorted(stack, key=place)
        found.extend(reversed(along) if number_of(along[0]) > number_of(along[-1]) else along)
    return tuple(found)


def make_series(uid: str, instances: Iterable[Instance]) -> Series:
    """A series with its slices in order."""
    ordered = sorted_instances(instances)
    slices = tuple(
        SliceRef(instance.sop_instance_uid, frame)
        for instance in ordered
        for frame in range(instance.frames)
    )
    return Series(uid, ordered, slices)


def group(instances: Iterable[Instance]) -> tuple[Study, ...]:
    """Instances into studies by date and time, series by number; a repeated UID counts once."""
    by_study: dict[str, dict[str, dict[str, Instance]]] = {}
    for instance in instances:
        series = by_study.setdefault(instance.study_instance_uid, {})
        members = series.setdefault(instance.series_instance_uid, {})
        members.setdefault(instance.sop_instance_uid, instance)
    studies = [
        Study(
            uid, tuple(sorted((make_series(s, m.values()) for s, m in found.items()), key=_order))
        )
        for uid, found in by_study.items()
    ]
    return tuple(sorted(studies, key=_when))


def _when(study: Study) -> tuple[str, str, str]:
    first = study.series[0].first
    return first.study_date, first.study_time, study.uid


def _order(series: Series) -> tuple[int, str]:
    number_ = series.first.series_number
    return (number_ if number_ is not None else 1 << 30, series.uid)
