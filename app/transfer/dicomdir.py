"""A disc's table of contents (DICOMDIR, PS3.3 F), read by its records."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from app.imaging.attributes import raw
from app.imaging.dataset import DicomObject, open_file, open_object
from app.imaging.errors import MalformedError

if TYPE_CHECKING:
    from pydicom import Dataset

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
MOST_RECORDS = 1_000_000


def is_dicomdir(path: Path) -> bool:
    """By name, and by the prefix of a Part 10 file."""
    if path.name.upper() != "DICOMDIR" or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(132)[128:] == b"DICM"
    except OSError:
        return False


def named_files(dicomdir: Path) -> tuple[tuple[Path, ...], tuple[str, ...], tuple[str, ...]]:
    """The files of its records that are there, the names of those that are not, and names that
    lead out of the disc.

    Raises:
        ImagingError: it cannot be read.
    """
    home = dicomdir.parent.resolve()
    there: dict[Path, None] = {}
    absent, unsafe = [], []
    for parts in _file_ids(open_file(dicomdir)):
        found = _below(dicomdir.parent, parts)
        if found is None:
            absent.append(parts[-1])
        elif not found.resolve().is_relative_to(home):
            unsafe.append(parts[-1])
        else:
            there.setdefault(found)
    return tuple(there), tuple(absent), tuple(unsafe)


def absent_members(data: bytes, folder: PurePosixPath, members: Iterable[str]) -> tuple[str, ...]:
    """The names of files that a table of contents in an archive lists and the archive lacks.

    Args:
        data: the table, which lies in `folder` of the archive.
        members: the names of everything in the archive.

    Raises:
        ImagingError: it cannot be read.
    """
    there = {PurePosixPath(name.replace("\\", "/").lower()) for name in members}
    return tuple(
        parts[-1]
        for parts in _file_ids(open_object(data))
        if PurePosixPath(str(folder.joinpath(*parts)).lower()) not in there
    )


def _file_ids(opened: DicomObject) -> Iterator[tuple[str, ...]]:
    records = raw(opened.dataset, "DirectoryRecordSequence")
    if records is None:
        raise MalformedError("The table of contents lists nothing.")
    for record in list(records)[:MOST_RECORDS]:
        if parts := _file_id(record):
            yield parts


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
