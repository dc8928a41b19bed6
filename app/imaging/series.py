"""What belongs together: instances into series and studies, slices in order.

A file that cannot be opened becomes a `BadFile` with its reason; the rest opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app.imaging.attributes import integer, number, numbers, text
from app.imaging.corner_text import Values, corner_values
from app.imaging.dataset import DicomObject, open_head, open_object
from app.imaging.decode import is_lossy
from app.imaging.description import believable_frames
from app.imaging.errors import ImagingError, MissingAttributeError, Reason
from app.imaging.frame_places import FramePlace, Mark, frame_places, marks, patient_spacing
from app.imaging.geometry import Orientation, Vector, orientation, position
from app.imaging.hanging.facts import NO_FACTS, HangingFacts, hanging_facts
from app.imaging.planes import Plane
from app.imaging.stacks import Entry, clusters, entries_of, in_order
from protocol.patients import PatientText, apart


class ObjectKind(StrEnum):
    """What an instance is, from its SOP class."""

    IMAGE = "image"
    WAVEFORM = "waveform"
    DOCUMENT = "document"
    VIDEO = "video"
    APPLIED = "applied"
    """A presentation state, a segmentation or structures: seen over the pictures they are for."""
    OTHER = "other"


_STORAGE = "1.2.840.10008.5.1.4.1.1."
_VIDEO_SYNTAXES = tuple(f"1.2.840.10008.1.2.4.10{n}" for n in range(2, 9))
_DOCUMENTS = (f"{_STORAGE}104.", f"{_STORAGE}88.")
_APPLIED = (f"{_STORAGE}66.4", f"{_STORAGE}66.7", f"{_STORAGE}481.3")
_NOT_SHOWN = (f"{_STORAGE}88.59", f"{_STORAGE}66", f"{_STORAGE}481.")


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
    pixel_spacing: tuple[float, float] | None = None
    gantry_detector_tilt: float | None = None
    marks: tuple[Mark, ...] = ()
    frame_places: tuple[FramePlace, ...] = ()
    frame_time_vector_ms: tuple[float, ...] = ()
    recommended_display_frame_rate: float | None = None
    cine_rate: float | None = None
    hanging: HangingFacts = NO_FACTS
    corner_values: Values = ()
    awaited: bool = False
    """Its place is known from a list (`awaiting`), and nothing of it is here."""

    def plane(self, frame: int = 0) -> Plane | None:
        """Where a frame (from 0) lies, None where that is not known in millimetres."""
        place: FramePlace | Instance = self
        if self.frame_places:
            if not 0 <= frame < len(self.frame_places):
                return None
            place = self.frame_places[frame]
        if place.orientation is None or place.position is None or self.pixel_spacing is None:
            return None
        return Plane(
            place.position,
            place.orientation,
            *self.pixel_spacing,
            self.rows,
            self.columns,
            self.frame_of_reference_uid,
        )


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
    """Pictures of one series that are read together, in order, and every frame as a slice.

    A series of mixed directions becomes several: `uid` is the Series Instance UID of the first
    and has "#2", "#3" … added for the others, "~2" in another study; `part` counts them from 1 up
    to `parts`.
    """

    uid: str
    instances: tuple[Instance, ...]
    slices: tuple[SliceRef, ...]
    part: int = 1
    parts: int = 1
    _by_uid: dict[str, Instance] = field(default_factory=dict, compare=False, repr=False)
    _awaited: set[str] = field(default_factory=set, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_uid.update((i.sop_instance_uid, i) for i in self.instances)
        self._awaited.update(i.sop_instance_uid for i in self.instances if i.awaited)

    @property
    def here(self) -> int:
        """How many of the slices have come."""
        return len(self.slices) - len(self._awaited)

    def awaits(self, ref: SliceRef) -> bool:
        """Whether nothing of a slice has come."""
        return ref.sop_instance_uid in self._awaited

    def come(self) -> tuple[SliceRef, ...]:
        """The slices that have come, in order."""
        if not self._awaited:
            return self.slices
        return tuple(ref for ref in self.slices if not self.awaits(ref))

    @property
    def first(self) -> Instance:
        """The instance that speaks for the series, one that is here."""
        return next((one for one in self.instances if not one.awaited), self.instances[0])

    @property
    def kind(self) -> ObjectKind:
        """What the series holds."""
        return self.first.kind

    @property
    def series_instance_uid(self) -> str:
        """The Series Instance UID, the same for all parts."""
        return self.first.series_instance_uid

    def instance(self, sop_instance_uid: str) -> Instance | None:
        """The instance of this series with that UID."""
        return self._by_uid.get(sop_instance_uid)

    def filled(self, come: Mapping[str, Instance]) -> Series:
        """The same stack with instances, by SOP Instance UID, that have come to their places."""
        if not self._by_uid.keys() & come.keys():
            return self
        instances = tuple(come.get(i.sop_instance_uid, i) for i in self.instances)
        return Series(self.uid, instances, self.slices, self.part, self.parts)

    def plane(self, index: int) -> Plane | None:
        """Where slice `index` (from 0) lies."""
        ref = self.slices[index]
        instance = self._by_uid.get(ref.sop_instance_uid)
        return instance.plane(ref.frame) if instance is not None else None

    def planes(self) -> tuple[Plane | None, ...]:
        """Where each slice lies."""
        return tuple(self.plane(index) for index in range(len(self.slices)))


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
    if sop_class_uid in _APPLIED or sop_class_uid.startswith(f"{_STORAGE}11."):
        return ObjectKind.APPLIED
    if sop_class_uid.startswith(_NOT_SHOWN) and not has_pixels:
        return ObjectKind.OTHER
    if sop_class_uid.startswith(_DOCUMENTS):
        return ObjectKind.DOCUMENT
    return ObjectKind.IMAGE if has_pixels else ObjectKind.OTHER


def is_image(obj: DicomObject) -> bool:
    """Whether the class is an IOD of images, which have rows, columns and pixels (PS3.3 C.7.6.3);
    not where the pixels are elsewhere by a URL (JPIP, PS3.5 A.6)."""
    from pydicom.uid import UID

    meta = getattr(obj.dataset, "file_meta", None)
    named = text(obj.dataset, "SOPClassUID") or (
        text(meta, "MediaStorageSOPClassUID") if meta else ""
    )
    return "Image Storage" in UID(named).name and "PixelDataProviderURL" not in obj.dataset


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
        pixel_spacing=patient_spacing(ds),
        gantry_detector_tilt=number(ds, "GantryDetectorTilt"),
        marks=marks(ds),
        frame_places=frame_places(ds),
        frame_time_vector_ms=numbers(ds, "FrameTimeVector"),
        recommended_display_frame_rate=number(ds, "RecommendedDisplayFrameRate"),
        cine_rate=number(ds, "CineRate"),
        hanging=hanging_facts(ds),
        corner_values=corner_values(ds),
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


def _series(uid: str, entries: Iterable[Entry], part: int = 1, parts: int = 1) -> Series:
    ordered = in_order(entries)
    instances = tuple({e.instance.sop_instance_uid: e.instance for e in ordered}.values())
    slices = tuple(
        SliceRef(e.instance.sop_instance_uid, frame) for e in ordered for frame in e.frames
    )
    return Series(uid, instances, slices, part, parts)


def split_series(uid: str, instances: Iterable[Instance]) -> tuple[Series, ...]:
    """A series as the stacks it is read in (`stacks.clusters`), which keep their `uid` while the
    series grows. Pictures of two patients never stand in one, whatever number they share."""
    stacks = [
        stack
        for theirs in apart(instances, lambda one: one.patient)
        for stack in clusters(entries_of(theirs))
    ]
    return tuple(
        _series(uid if n == 0 else f"{uid}#{n + 1}", members, n + 1, len(stacks))
        for n, members in enumerate(stacks)
    )


def make_series(uid: str, instances: Iterable[Instance]) -> Series:
    """One series with its slices in order, whatever their directions."""
    return _series(uid, entries_of(instances))


def group(instances: Iterable[Instance]) -> tuple[Study, ...]:
    """Instances into studies by date and time, series by number; a repeated UID counts once."""
    by_study: dict[str, dict[str, dict[str, Instance]]] = {}
    for instance in instances:
        series = by_study.setdefault(instance.study_instance_uid, {})
        members = series.setdefault(instance.series_instance_uid, {})
        members.setdefault(instance.sop_instance_uid, instance)
    studies: list[Study] = []
    known: dict[str, int] = {}
    for study_uid, found in by_study.items():
        parts: list[Series] = []
        for uid, members in found.items():
            # Two studies that share the number of a series must not answer for each other.
            known[uid] = known.get(uid, 0) + 1
            own = uid if known[uid] == 1 else f"{uid}~{known[uid]}"
            parts.extend(split_series(own, members.values()))
        studies.append(Study(study_uid, tuple(sorted(parts, key=_order))))
    return tuple(sorted(studies, key=_when))


def _when(study: Study) -> tuple[str, str, str]:
    first = study.series[0].first
    return first.study_date, first.study_time, study.uid


def _order(series: Series) -> tuple[int, str, int, int]:
    numbers_ = (series.first.series_number, series.instances[0].instance_number)
    at, begins = (1 << 30 if number_ is None else number_ for number_ in numbers_)
    return (at, series.series_instance_uid, begins, series.part)
