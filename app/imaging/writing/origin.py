"""What every written object has in common: whose pictures, who wrote it, with which program."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from app.imaging.attributes import integer, raw, text
from app.imaging.errors import MissingAttributeError

if TYPE_CHECKING:
    from highdicom.sr import ObserverContext
    from pydicom import Dataset

MANUFACTURER = "Huizhen"
MODEL = "Huizhen"
_TEXTS = ("PN", "LO", "SH", "ST", "LT", "UT", "UC")
_NEEDED = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
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
    """Who signs what is written, as a person reads it."""

    name: str
    institution: str = ""

    @property
    def person_name(self) -> str:
        """As a PN."""
        return person_name(self.name)


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
        }


def software_version() -> str:
    """This program's version."""
    return version("huizhen")


def source_head(dataset: Dataset) -> Dataset:
    """What a written object takes from a picture it refers to: no pixels, and empty where the
    file lacks what must at least be present.

    Raises:
        MissingAttributeError: without its UIDs a picture cannot be referred to.
    """
    from pydicom import Dataset as New

    head = New()
    for element in dataset:
        if element.tag.group in (0x0008, 0x0010, 0x0018, 0x0020, 0x0028, 0x0040, 0x0054):
            head[element.tag] = element
            if element.VR in _TEXTS and element.value and element.keyword:
                setattr(head, element.keyword, text(dataset, element.keyword))
    for keyword in _NEEDED:
        if not text(head, keyword):
            raise MissingAttributeError(keyword)
    for keyword in _MAY_BE_EMPTY:
        if raw(head, keyword) is None:
            setattr(head, keyword, "")
    return head


def observer(author: Author) -> ObserverContext:
    """Who observed, for structured reports (PS3.16 TID 1002, 1003)."""
    from highdicom.sr import ObserverContext as Context
    from highdicom.sr import PersonObserverIdentifyingAttributes
    from pydicom.sr.codedict import codes

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


def finished(dataset: Dataset) -> Dataset:
    """Says that the texts are UTF-8 (PS3.3 C.12.1.1.2), so that Chinese survives in any reader, and
    that no side of the body is meant where none was told (Laterality, C.7.3.1)."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    if text(dataset, "Modality") in ("PR", "OT") and "Laterality" not in dataset:
        dataset.Laterality = ""
    return dataset


def distinct(datasets: Iterable[Dataset]) -> list[Dataset]:
    """Each picture once, in order."""
    found: dict[str, Dataset] = {}
    for dataset in datasets:
        found.setdefault(text(dataset, "SOPInstanceUID"), dataset)
    return list(found.values())
