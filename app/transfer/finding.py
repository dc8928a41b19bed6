"""Which files there are to read: in folders, in archives, and by a disc's table of contents.

An archive is never unpacked by its own word: nothing is written under a name it gives, each
member is read, sealed on its way to the disk, up to a limit that its claimed size does not move,
and the whole is refused when it would grow beyond what pictures need. Everything blocks: for a
thread.
"""

import contextlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, NamedTuple

from app.imaging.errors import ImagingError, Reason
from app.imaging.source import files_below
from app.store.errors import DiskFull
from app.store.inbox import HEAD_BYTES
from app.store.sealed import Sealer, new_key
from app.store.sealed_reader import SealedReader
from app.transfer.dicomdir import NamedFile, absent_members, is_dicomdir, named_files
from app.transfer.identity import NOBODY, Identity
from app.transfer.reasons import ImageReason, TransferReason
from protocol.base import new_id

MOST_MEMBERS = 200_000
MOST_BYTES = 64 << 30
"""Of one archive, unpacked."""
MOST_RATIO = 250
"""Between unpacked and packed of a large member: pictures come to 2 to 20, emptiness to 1,000."""
LARGE = 64 << 20
MOST_TABLE_BYTES = 256 << 20
_NESTED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".iso")


class LeftOutName(NamedTuple):
    """A file that is not read, why, and which image it is as far as anybody says."""

    name: str
    code: ImageReason
    identity: Identity = NOBODY


class LeftOutError(Exception):
    """A file that is not read, and why."""

    def __init__(self, code: ImageReason, identity: Identity = NOBODY) -> None:
        super().__init__(code.value)
        self.code = code
        self.identity = identity


def left_out_of(
    name: str, identity: Identity, error: LeftOutError | ImagingError | DiskFull | OSError
) -> LeftOutName:
    """Of a file that could not be read or kept; `identity` is as far as it was known before."""
    match error:
        case LeftOutError():
            return LeftOutName(name, error.code, error.identity.or_(identity))
        case ImagingError():
            return LeftOutName(name, error.code, identity)
        case DiskFull():
            return LeftOutName(name, TransferReason.NOT_KEPT, identity)
        case OSError():
            return LeftOutName(name, Reason.UNREADABLE, identity)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file on the disk, or `member` of the archive at `path`."""

    path: Path
    member: zipfile.ZipInfo | None = None
    archive: zipfile.ZipFile | None = None
    identity: Identity = NOBODY
    """Which image it is by a table of contents."""

    @property
    def name(self) -> str:
        """For the person who chose it."""
        return self.path.name if self.member is None else _leaf(self.member.filename)


@dataclass(slots=True)
class FoundFiles:
    """Each file once; `close` when all have been read."""

    files: tuple[FoundFile, ...] = ()
    left_out: list[LeftOutName] = field(default_factory=list)
    archives: list[zipfile.ZipFile] = field(default_factory=list)

    def close(self) -> None:
        for archive in self.archives:
            archive.close()


def find_files(paths: tuple[Path, ...]) -> FoundFiles:
    """Folders are searched to the bottom, archives opened, and a DICOMDIR that is chosen itself is
    followed. In a folder with a DICOMDIR what it names and is not there is told as absent; what
    lies beside it unnamed is read as well."""
    found = FoundFiles()
    files: dict[Path, FoundFile] = {}
    archives: set[Path] = set()
    inside: list[FoundFile] = []
    named: dict[Path, Identity] = {}
    for path in paths:
        try:
            if path.is_dir():
                below = files_below(path)
                named |= _named_below(path, found)
            elif is_dicomdir(path):
                named |= (records := _by_records(path, found))
                below = tuple(records)
            else:
                below = (path,)
        except OSError:
            below = (path,)  # it is told as unreadable when its turn comes
        for file in below:
            if file in files or file in archives:
                continue
            if zipfile_at(file):
                archives.add(file)
                inside += _members(file, found)
            else:
                files[file] = FoundFile(file, identity=named.get(file, NOBODY))
    found.files = (*files.values(), *inside)
    return found


def zipfile_at(path: Path) -> bool:
    """By its first bytes: an archive may have any name, and an office document is one too."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
    except OSError:
        return False


def _named_below(folder: Path, found: FoundFiles) -> dict[Path, Identity]:
    """What tables of contents in a folder name; what is not there is told."""
    named: dict[Path, Identity] = {}
    for record in sorted(p for p in folder.rglob("*") if p.name.upper() == "DICOMDIR"):
        if is_dicomdir(record):
            named |= _by_records(record, found)
    return named


def _by_records(dicomdir: Path, found: FoundFiles) -> dict[Path, Identity]:
    try:
        there, absent, unsafe = named_files(dicomdir)
    except ImagingError as error:
        found.left_out.append(LeftOutName(dicomdir.name, error.code))
        return {}
    _tell(found, absent, TransferReason.NAMED_ABSENT)
    _tell(found, unsafe, TransferReason.UNSAFE_NAME)
    return there


def _tell(found: FoundFiles, files: tuple[NamedFile, ...], code: ImageReason) -> None:
    found.left_out += [LeftOutName(one.name, code, one.identity) for one in files]


# --- archives ------------------------------------------------------------------------------


def _members(path: Path, found: FoundFiles) -> list[FoundFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        found.left_out.append(LeftOutName(path.name, TransferReason.ARCHIVE_DAMAGED))
        return []
    found.archives.append(archive)
    members = [info for info in archive.infolist() if not info.is_dir()]
    if (
        len(members) > MOST_MEMBERS
        or sum(info.file_size for info in members) > MOST_BYTES
        or any(_bomb(info.file_size, info.compress_size) for info in members)
    ):
        found.left_out.append(LeftOutName(path.name, TransferReason.ARCHIVE_BOMB))
        return []
    taken = []
    for info in members:
        why = _why_not(info)
        if why is not None:
            found.left_out.append(LeftOutName(_leaf(info.filename), why))
        elif not _aside(info.filename):
            taken.append(FoundFile(path, info, archive))
        elif _leaf(info.filename).upper() == "DICOMDIR":
            _tell_absent_members(archive, info, found)
    return taken


def _tell_absent_members(
    archive: zipfile.ZipFile, table: zipfile.ZipInfo, found: FoundFiles
) -> None:
    """As `_named_below`, of a disc that was packed."""
    data, name = bytearray(), _leaf(table.filename)
    try:
        if table.file_size > MOST_TABLE_BYTES:
            raise LeftOutError(TransferReason.ARCHIVE_BOMB)
        _copy(archive, table, data.extend)
        if data[128:132] != b"DICM":
            return
        folder = PurePosixPath(table.filename.replace("\\", "/")).parent
        absent = absent_members(bytes(data), folder, archive.namelist())
        _tell(found, absent, TransferReason.NAMED_ABSENT)
    except (LeftOutError, ImagingError) as error:
        found.left_out.append(LeftOutName(name, error.code))


def _bomb(unpacked_bytes: int, packed_bytes: int) -> bool:
    return unpacked_bytes > LARGE and unpacked_bytes > MOST_RATIO * max(1, packed_bytes)


def _why_not(info: zipfile.ZipInfo) -> ImageReason | None:
    name = info.filename.replace("\\", "/")
    drive = PureWindowsPath(info.filename).drive
    if name.startswith("/") or drive or ".." in PurePosixPath(name).parts:
        return TransferReason.UNSAFE_NAME
    if info.flag_bits & 0x1:
        return TransferReason.ARCHIVE_ENCRYPTED
    if name.lower().endswith(_NESTED):
        return TransferReason.ARCHIVE_NESTED
    return None


def _aside(name: str) -> bool:
    """Hidden files, what a Mac adds, and the table of contents."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return hidden or parts[-1].upper() == "DICOMDIR"


def _leaf(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name or name


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive, sealed at `path` for as long as it is read.

    `start` are its first bytes, all of them where it is small; `size` is of the whole."""

    path: Path
    start: bytes = field(repr=False)
    size: int
    open: Callable[[], BinaryIO]


class Unpacking:
    """A folder for members of archives that are being read.

    A crash leaves only bytes there whose key died with the process, and `sweep` removes them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealer = Sealer(new_key())

    def sweep(self) -> None:
        """Removes what a crash left; nothing may be unpacked meanwhile."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def unpacked(self, found: FoundFile) -> Iterator[Path | Member]:
        """The file, or a sealed copy of the archive's member that goes at the end of the block.

        Raises:
            LeftOutError: the member is damaged, locked, or grows beyond what it claims.
            DiskFull: no room for the copy.
        """
        if found.member is None or found.archive is None:
            yield found.path
            return
        name = new_id().hex
        path = self._folder / f"{name}.member"
        start, size = bytearray(), 0

        try:
            with self._sealer.sealing(path, name) as write:

                def put(data: bytes) -> None:
                    nonlocal size
                    size += len(data)
                    start.extend(data[: HEAD_BYTES - len(start)])
                    write(data)

                _copy(found.archive, found.member, put)
            yield Member(path, bytes(start), size, lambda: self._opened(path, name))
        finally:
            path.unlink(missing_ok=True)

    def _opened(self, path: Path, purpose: str) -> BinaryIO:
        return io.BufferedReader(SealedReader(self._sealer, path, purpose), 1 << 20)


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError)
"""What the packers raise of flipped bytes; a name that is no text is a `UnicodeDecodeError`."""


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, write: Callable[[bytes], object]
) -> None:
    left = member.file_size
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise LeftOutError(TransferReason.ARCHIVE_BOMB)
                write(chunk)
    except _DAMAGED as error:
        raise LeftOutError(TransferReason.ARCHIVE_DAMAGED) from error
    except (RuntimeError, NotImplementedError) as error:
        raise LeftOutError(TransferReason.ARCHIVE_ENCRYPTED) from error
    except OSError as error:
        raise LeftOutError(Reason.UNREADABLE) from error
