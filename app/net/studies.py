"""Studies of an archive, whichever way it is asked: the question, the answer, how far a fetch is.

Imports nothing heavy: the window speaks of these too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from protocol.base import Uid

MOST_FOUND = 500
"""Studies of one answer that are shown."""


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """What is looked for; empty asks for everything. Dates as DA (PS3.5 6.2), with both ends."""

    name: str = ""
    patient_id: str = ""
    accession_number: str = ""
    date_from: str = ""
    date_to: str = ""
    modality: str = ""
    study_instance_uid: str = ""

    def __repr__(self) -> str:
        return "StudyQuery(…)"


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """One study as an archive lists it; `images` is None where it does not say how many."""

    study_instance_uid: Uid
    patient_name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    study_date: str = ""
    accession_number: str = ""
    description: str = ""
    modalities: str = ""
    images: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answers to a search; `limited` where there were more than `MOST_FOUND`, `unread` counts
    answers that are no study."""

    studies: tuple[FoundStudy, ...]
    limited: bool = False
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Images of a study on its way: of a C-MOVE or C-GET as the archive counts its sub-operations
    (PS3.4 C.4.2.1.5 ff.), else as they are fetched."""

    remaining: int = 0
    completed: int = 0
    failed: int = 0
    warning: int = 0

    @property
    def total(self) -> int:
        return self.remaining + self.completed + self.failed + self.warning


def is_uid(text: str) -> bool:
    """Whether a unique identifier is said there (PS3.5 9.1)."""
    return len(text) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)*", text) is not None


def count_of(said: str) -> int | None:
    """A number of images, None where an archive says none."""
    return int(said) if said.isdigit() and int(said) > 0 else None


def distinct(found: Iterable[FoundStudy]) -> tuple[FoundStudy, ...]:
    """Each study once; the largest count an archive says of it."""
    known: dict[str, FoundStudy] = {}
    for one in found:
        before = known.get(one.study_instance_uid)
        if before is not None and before.images is not None:
            one = replace(one, images=max(before.images, one.images or 0))
        known[one.study_instance_uid] = one
    return tuple(known.values())
