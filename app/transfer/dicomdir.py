"""A disc's table of contents (DICOMDIR, PS3.3 F), read by its records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from app.imaging.attributes import raw
from app.imaging.dataset import DicomObject, open_file, open_object
from app.imaging.errors import MalformedError
from app.transfer.identity import Identity

if TYPE_CHECKING:
    from pydicom import Dataset

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
MOST_RECORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class NamedFile:
    """What a record says of a file: its folders and its name, and which image it is."""

    parts: tuple[str, ...]
    identity: Identity

    @property
    def name(self) -> str:
        return self.parts[-1]


def is_dicomdir(path: Path) -> bool:
    """By name, and by the prefix of a Part 10 file."""
    if path.name.upper() != "DICOMDIR" or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(132)[128:] == b"DICM"
    except OSError:
        return False


def named_files(
    dicomdir: Path,
) -> tuple[dict[Path, Identity], tuple[NamedFile, ...], tuple[NamedFile, ...]]:
    """The files of its records that are there and which image each is, those that are not there,
    and those whose names lead out of the disc.

    Raises:
        ImagingError: it cannot be read.
    """
    home = dicomdir.parent.resolve()
    there: dict[Path, Identity] = {}
    absent, unsafe = [], []
    for one in _files(open_file(dicomdir)):
        found = _below(dicomdir.parent, one.parts)
        if found is None:
            absent.append(one)
        elif not found.resolve().is_relative_to(home):
            unsafe.append(one)
        else:
            there.setdefault(found, one.identity)
    return there, tuple(absent), tuple(unsafe)


def absent_members(
    data: bytes, folder: PurePosixPath, members: Iterable[str]
) -> tuple[NamedFile, ...]:
    """The files that a table of contents in an archive lists and the archive lacks.

    Args:
        data: the table, which lies in `folder` of the archive.
        members: the names of everything in the archive.

    Raises:
        ImagingError: it cannot be read.
    """
    there = {PurePosixPath(name.replace("\\", "/").lower()) for name in members}
    return tuple(
        one
        for one in _files(open_object(data))
        if PurePosixPath(str(folder.joinpath(*one.parts)).lower()) not in there
    )


def _files(opened: DicomObject) -> Iterator[NamedFile]:
    """Every record that names a file, in the order of the table."""
    records = raw(opened.dataset, "DirectoryRecordSequence")
    if records is None:
        raise MalformedError("The table of contents lists nothing.")
    listed = list(records)[:MOST_RECORDS]
    study_of = _studies(opened.dataset, listed)
    for record in listed:
        if parts := _file_id(record):
            sop = raw(record, "ReferencedSOPInstanceUIDInFile")
            yield NamedFile(parts, Identity.said(study_of.get(id(record)), sop))


def _studies(table: "Dataset", records: list["Dataset"]) -> dict[int, str]:
    """The Study Instance UID of each record below one of a study, by the records' `id`: records are
    linked by where they begin in the file (PS3.3 F.2.2), whatever their order in it."""
    by_place = {getattr(one, "seq_item_tell", None): one for one in records}
    found: dict[int, str] = {}
    first = raw(table, "OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity")
    waiting = [(first, "")]
    while waiting:
        place, study = waiting.pop()
        record = by_place.pop(place, None)
        if record is None:
            continue  # the end of a level, or a loop
        below = study
        if raw(record, "DirectoryRecordType") == "STUDY":
            below = str(raw(record, "StudyInstanceUID") or "")
        found[id(record)] = study
        waiting.append((raw(record, "OffsetOfTheNextDirectoryRecord"), study))
        waiting.append((raw(record, "OffsetOfReferencedLowerLevelDirectoryEntity"), below))
    return found


def _file_id(record: "Dataset") -> tuple[str, ...]:
    """Referenced File ID (0004,1500): one value a folder, the file's name last."""
    value = raw(record, "ReferencedFileID")
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(part) for part in value)


def _below(folder: Path, parts: tuple[str, ...]) -> Path | None:
    """The file of that name; discs are written in capitals and mounted in either case."""
    place = folder
    for part in parts:
        exact = place / part
        if exact.exists():
            place = exact
            continue
        try:
            alike = [one for one in place.iterdir() if one.name.lower() == part.lower()]
        except OSError:
            return None
        if not alike:
            return None
        place = alike[0]
    return place if place.is_file() else None
