"""What every written object has in common: whose pictures, who wrote it, with which program."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from app.imaging.attributes import integer, raw, text
from app.imaging.errors import MissingAttributeError
from app.imaging.writing.valid import put, shortened, valid_element, valid_uid
from protocol.patients import PatientText, apart

if TYPE_CHECKING:
    from highdicom.sr import ObserverContext
    from pydicom import Dataset

MANUFACTURER = "Huizhen"
MODEL = "Huizhen"
UTF_8 = "ISO_IR 192"
"""The character set of what is written, whatever the picture's is (PS3.3 C.12.1.1.2)."""
_NEEDED = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
_IDENTITY = ("PatientName", "PatientID")
"""Said as the picture says them, however long: the patient of both must be one."""
_PATIENT = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex")
_UIDS = (*_NEEDED[1:], "FrameOfReferenceUID")
_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_FRAMES_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.4"
_MAY_BE_EMPTY = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ReferringPhysicianName",
    "StudyID",
)
"""Type 2 attributes of Patient and General Study (PS3.3 C.7.1.1, C.7.2.1)."""


def _new_uid() -> str:
    from pydicom.uid import generate_uid

    return str(generate_uid(prefix=None))


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs what is written, as a person reads it; a blank name is nobody."""

    name: str
    institution: str = ""

    @property
    def person_name(self) -> str:
        """As a PN, empty for nobody."""
        name = self.name.strip()
        return shortened("PN", person_name(name)) if name else ""

    @property
    def institution_name(self) -> str | None:
        """As an LO."""
        return shortened("LO", self.institution) or None


def person_name(name: str) -> str:
    """A name as people write it as a PN (PS3.5 6.2.1); ideographs go into their own group, a single
    word is a family name."""
    if any(ord(letter) > 0x2E7F for letter in name):
        return f"={name}^"
    given, _, family = name.rpartition(" ")
    return f"{family}^{given}"


@dataclass(frozen=True, slots=True)
class NewObject:
    """The identity of an object about to be written: a series of its own each time."""

    number: int = 1
    series_number: int = 901
    series_instance_uid: str = field(default_factory=_new_uid)
    sop_instance_uid: str = field(default_factory=_new_uid)

    def arguments(self) -> dict[str, Any]:
        """As highdicom's constructors take it."""
        return {
            "series_instance_uid": self.series_instance_uid,
            "series_number": self.series_number,
            "sop_instance_uid": self.sop_instance_uid,
            "instance_number": self.number,
            "manufacturer": MANUFACTURER,
            "transfer_syntax_uid": "1.2.840.10008.1.2.1",
            "specific_character_set": UTF_8,
        }


def software_version() -> str:
    """This program's version."""
    return version("huizhen")


def lacking(dataset: Dataset) -> str:
    """The keyword of what a picture lacks to be referred to, empty where it lacks nothing."""
    return next((keyword for keyword in _NEEDED if not text(dataset, keyword)), "")


def patient_of(dataset: Dataset) -> PatientText:
    """The patient as a picture's file names them."""
    said = (text(dataset, keyword) for keyword in _PATIENT)
    return PatientText(*said)


def by_patient(pictures: Iterable[Dataset]) -> list[list[Dataset]]:
    """Pictures by study and patient: what an object may refer to (PS3.3 A.1.2)."""
    studies: dict[str, list[Dataset]] = {}
    for picture in pictures:
        studies.setdefault(text(picture, "StudyInstanceUID"), []).append(picture)
    return [some for study in studies.values() for some in apart(study, patient_of)]


def need_one_patient(pictures: Iterable[Dataset]) -> None:
    """Raises ValueError: pictures are of several studies or of several patients."""
    if len(by_patient(pictures)) > 1:
        raise ValueError("an object is about one study of one patient")


def source_head(dataset: Dataset) -> Dataset:
    """What a written object takes from a picture it refers to, every value valid: no pixels and no
    items, empty where the file lacks or garbles what must at least be present.

    UIDs and SOP classes that highdicom does not take stand in for the file's until `finished`.

    Raises:
        MissingAttributeError: without its UIDs a picture cannot be referred to.
    """
    from pydicom import Dataset as New

    lacks = lacking(dataset)
    if lacks:
        raise MissingAttributeError(lacks)
    head = New()
    for tag in list(dataset.keys()):
        if tag.group in (0x0008, 0x0010, 0x0018, 0x0020, 0x0028, 0x0040, 0x0054):
            _take(head, dataset, tag)
    head.SpecificCharacterSet = UTF_8
    for keyword in _UIDS:
        if text(dataset, keyword):
            setattr(head, keyword, valid_uid(text(dataset, keyword)))
    head.SOPClassUID = _known_class(dataset)
    for keyword in _MAY_BE_EMPTY:
        if raw(head, keyword) is None:
            setattr(head, keyword, "")
    return head


def _take(head: Dataset, dataset: Dataset, tag: Any) -> None:
    """One element, unless its value cannot be read or told."""
    try:
        element = dataset[tag]
        made = valid_element(element, text(dataset, tag))
    except Exception:  # pydicom raises whatever the conversion of a broken value raises
        return
    if made is not None:
        head[tag] = made


def _known_class(dataset: Dataset) -> str:
    """A SOP class highdicom knows, in which the picture may have its frames: retired and private
    ones have a capture's."""
    from highdicom import _standard_utils as standard

    said = text(dataset, "SOPClassUID")
    many = frames_of(dataset) > 1
    stands_in = _FRAMES_CAPTURE if many else _CAPTURE
    if said not in standard.get_sop_class_iod_map() or not standard.does_iod_have_pixel_data(said):
        return stands_in
    fits = not many or standard.is_attribute_in_iod("NumberOfFrames", said)
    return said if fits else stands_in


def observer(author: Author) -> ObserverContext | None:
    """Who observed, for structured reports (PS3.16 TID 1002, 1003); None, which leaves the context
    out, where nobody is named: the name may not be empty there (Type 1, PS3.3 C.17.3.2.1)."""
    from highdicom.sr import ObserverContext as Context
    from highdicom.sr import PersonObserverIdentifyingAttributes
    from pydicom.sr.codedict import codes

    if not author.person_name:
        return None
    person = PersonObserverIdentifyingAttributes(name=author.person_name)
    return Context(codes.DCM.Person, person)


def frames_of(dataset: Dataset) -> int:
    """How many frames a picture has, at least 1."""
    return max(1, integer(dataset, "NumberOfFrames") or 1)


def to_bytes(dataset: Dataset) -> bytes:
    """A Part 10 file, Explicit VR Little Endian, its texts in UTF-8."""
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def finished(dataset: Dataset, pictures: Iterable[Dataset]) -> Dataset:
    """Names the patient and `pictures` as their files do, says that the texts are UTF-8, so that
    Chinese survives in any reader, and that no side of the body is meant where none was told
    (Laterality, C.7.3.1)."""
    dataset.SpecificCharacterSet = UTF_8
    if text(dataset, "Modality") in ("PR", "OT") and "Laterality" not in dataset:
        dataset.Laterality = ""
    known = list(pictures)
    for keyword in _IDENTITY:
        said = text(known[0], keyword)
        if said != text(dataset, keyword):
            put(dataset, keyword, said)
    said_uids = {text(one, keyword) for one in known for keyword in _UIDS}
    uids = {valid_uid(uid): uid for uid in said_uids if uid and valid_uid(uid) != uid}
    classes = {text(one, "SOPInstanceUID"): text(one, "SOPClassUID") for one in known}
    for part in _everything(dataset):
        for element in list(part) if uids else ():
            if element.VR == "UI" and str(element.value) in uids:
                put(part, element.keyword, uids[str(element.value)])
        refers = text(part, "ReferencedSOPInstanceUID")
        if refers in classes and text(part, "ReferencedSOPClassUID") != classes[refers]:
            put(part, "ReferencedSOPClassUID", classes[refers])
    return dataset


def _everything(dataset: Dataset) -> Iterator[Dataset]:
    """A data set and all items in it."""
    yield dataset
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from _everything(item)


def distinct(datasets: Iterable[Dataset]) -> list[Dataset]:
    """Each picture once, in order."""
    found: dict[str, Dataset] = {}
    for dataset in datasets:
        found.setdefault(text(dataset, "SOPInstanceUID"), dataset)
    return list(found.values())
