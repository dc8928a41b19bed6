"""Reading one file of the clinic's disk: what it is, whether it is whole, and its sealed copy.

Everything here blocks: for a thread.
"""

import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from app.imaging.attributes import integer, text
from app.imaging.dataset import DEFLATED, EXPLICIT_BIG, DicomObject, open_head, open_object
from app.imaging.errors import (
    ImagingError,
    MalformedError,
    MissingAttributeError,
    NotDicomError,
    PixelSizeError,
    TruncatedError,
    UnreadableError,
)
from app.imaging.series import describe_instance, is_image
from app.imaging.writing.wrapping import MOST_BYTES, Wrapping, foreign_kind, wrap
from app.net.studies import is_uid
from app.store.chosen import Whose
from app.store.sealed import Sealer
from app.transfer.finding import LeftOutError, Member
from app.transfer.identity import Identity, identity_at, identity_of
from app.transfer.ranking import chosen_by
from protocol.patients import PatientText

_ENDS_EARLY = "The file ends before its picture does."
_SHARED_COLOUR = {"YBR_FULL_422": 2, "YBR_PARTIAL_422": 2, "YBR_PARTIAL_420": 1}
"""Samples of a pixel at least, where neighbours share their colour (PS3.3 C.7.6.3.1.2)."""
_ITEM, _DELIMITER = 0xE000, 0xE0DD
MOST_ATTRIBUTES = 256 << 20
"""Bytes of an object without picture, or with an enormous head, that are read at once."""
_one_whole = threading.Lock()


@dataclass(frozen=True, slots=True)
class Head:
    """What the outbox must know of one object."""

    path: Path
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    study_description: str
    modality: str
    series_number: int
    instance_number: int
    patient: PatientText
    content: bytes | None = field(default=None, repr=False)
    """The object, where it was made of another file; else the file holds it."""
    sealed: Callable[[], BinaryIO] | None = field(default=None, repr=False)
    """Opens the object where its file is sealed."""
    added: bytes = field(default=b"", repr=False)
    """What a file without preamble needs before its own bytes (`app.imaging.bare`)."""
    name: str = ""
    """Of the file, for who chose it."""
    sop_class_uid: str = ""
    study_date: str = ""
    accession_number: str = ""
    chosen: frozenset[str] = frozenset()
    """Which instances it says are the ones to look at."""

    @property
    def identity(self) -> Identity:
        return Identity(self.study_instance_uid, self.sop_instance_uid)

    def open(self) -> BinaryIO:
        """The bytes of the object; raises OSError."""
        if self.content is not None:
            return io.BytesIO(self.content)
        return _headed(self.sealed or (lambda: self.path.open("rb")), self.added)


@dataclass(frozen=True, slots=True)
class Digest:
    """Over the exact bytes that are sent; size in bytes. `original_sha256` is that of the file,
    where another form of it is sent; `lossy`: one from which it does not come back."""

    sha256: str
    size: int
    original_sha256: str | None = None
    lossy: bool = False

    @property
    def source(self) -> str:
        """The SHA-256 of the clinic's file."""
        return self.original_sha256 or self.sha256


class _Headed(io.RawIOBase):
    """A file with some bytes before its own; read once from the first to the last, or from where
    it was put."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream, self._at = head, stream, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            self._at = len(self._head) + self._stream.seek(offset, whence)
            return self._at
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        self._stream.seek(max(0, self._at - len(self._head)))
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # narrower than Buffer
        if self._at < len(self._head):
            data = self._head[self._at : self._at + len(buffer)]
        else:
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _headed(opened: Callable[[], BinaryIO], head: bytes) -> BinaryIO:
    return io.BufferedReader(_Headed(head, opened()), 1 << 20) if head else opened()


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self._size = 0

    def read(self, count: int) -> bytes:
        data = self._stream.read(count)
        self._sha256.update(data)
        self._size += len(data)
        return data

    def digest(self) -> Digest:
        return Digest(self._sha256.hexdigest(), self._size)


def read_head(path: Path, wrapping: Wrapping | None = None) -> Head:
    """What a file is; with `wrapping` a photograph or a PDF becomes an object.

    Raises:
        ImagingError: it is nothing that can be sent, and why.
    """
    try:
        opened = open_head(path)
    except NotDicomError:
        if wrapping is None:
            raise
        return _wrapped(path, wrapping)
    return _whole_head(path, opened, path.stat().st_size, lambda: path.open("rb"))


def read_found(place: Path | Member, wrapping: Wrapping | None = None) -> Head:
    """As `read_head`, of a file or of an archive's member.

    Raises:
        NotDicomError: it is no DICOM object.
        LeftOutError: it is one that cannot be sent, and which.
    """
    try:
        if isinstance(place, Path):
            return read_head(place, wrapping)
        return read_arrived(place.path, place.start, place.size, place.open)
    except NotDicomError:
        raise
    except ImagingError as error:
        said = identity_at(place) if isinstance(place, Path) else identity_of(place.start)
        raise LeftOutError(error.code, said) from error


def read_arrived(path: Path, start: bytes, size: int, sealed: Callable[[], BinaryIO]) -> Head:
    """What an object is that came over the network and lies sealed at `path`.

    Args:
        start: the first bytes of the object, all of them where it is small.
        size: of the whole object.
        sealed: opens the plain bytes.

    Raises:
        ImagingError: it is nothing that can be sent, and why.
    """
    opened = _opened(start, size, sealed)
    return replace(_whole_head(path, opened, size, sealed), sealed=sealed)


def _opened(start: bytes, size: int, sealed: Callable[[], BinaryIO]) -> DicomObject:
    try:
        opened = open_object(start)
    except (TruncatedError, MalformedError):
        opened = None
    if opened is None or (opened.pixels is None and size > len(start)):
        if size > MOST_ATTRIBUTES:
            raise MalformedError("The attributes of the object are larger than can be read.")
        with _one_whole, sealed() as stream:
            opened = open_object(stream.read())
    return opened


def read_measured(path: Path, start: bytes, size: int, sealed: Callable[[], BinaryIO]) -> Head:
    """As `read_arrived`, of an object whose sender forgets it once it is taken: pixel data that are
    not compressed must also be as long as what describes them (PS3.5 8.1.1).

    Raises:
        ImagingError: it is nothing that can be sent, and why.
    """
    opened = _opened(start, size, sealed)
    head = replace(_whole_head(path, opened, size, sealed), sealed=sealed)
    declared = opened.pixels.declared if opened.pixels is not None else None
    if declared is not None and declared < _described_bytes(opened):
        raise PixelSizeError("The picture is shorter than the file says.")
    return head


def _described_bytes(opened: DicomObject) -> int:
    """Of pixel data that are not compressed, without padding."""
    said = partial(integer, opened.dataset)
    samples = said("SamplesPerPixel") or 1
    shared = _SHARED_COLOUR.get(text(opened.dataset, "PhotometricInterpretation"), samples)
    pixels = (said("Rows") or 0) * (said("Columns") or 0) * (said("NumberOfFrames") or 1)
    return pixels * min(samples, shared) * (said("BitsAllocated") or 0) // 8


def _whole_head(
    path: Path, opened: DicomObject, size: int, reopened: Callable[[], BinaryIO]
) -> Head:
    """`size` and `reopened` are of the file as it lies there."""
    added = opened.data[: opened.added]
    _require_whole(opened, size + len(added), partial(_headed, reopened, added))
    return replace(_head_of(path, opened), added=added)


def _wrapped(path: Path, wrapping: Wrapping) -> Head:
    with path.open("rb") as stream:
        kind = foreign_kind(stream.read(1024))
        if kind is None:
            raise NotDicomError("The file is no DICOM object, photograph or PDF.")
        stream.seek(0)
        data = stream.read(MOST_BYTES + 1)
    taken = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    content = wrap(data, kind, path.stem, taken, wrapping)
    return replace(_head_of(path, open_object(content)), content=content)


def _head_of(path: Path, opened: DicomObject) -> Head:
    instance = describe_instance(opened)
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
        uid = text(opened.dataset, keyword)
        if not uid:
            raise MissingAttributeError(keyword)
        if not is_uid(uid):
            raise MalformedError(f"The {keyword} of the file is not a UID.")
    return Head(
        path=path,
        sop_instance_uid=instance.sop_instance_uid,
        series_instance_uid=instance.series_instance_uid,
        study_instance_uid=instance.study_instance_uid,
        study_description=instance.study_description[:200].strip(),
        modality=instance.modality,
        series_number=instance.series_number or 0,
        instance_number=instance.instance_number or 0,
        patient=instance.patient,
        sop_class_uid=instance.sop_class_uid,
        study_date=instance.study_date,
        accession_number=text(opened.dataset, "AccessionNumber"),
        chosen=chosen_by(opened, instance.sop_class_uid),
    )


def whose(patient: PatientText) -> Whose:
    """The patient of a file as choices name them."""
    return Whose(
        name=patient.name,
        patient_id=patient.patient_id,
        birth_date=patient.birth_date,
        sex=patient.sex,
    )


def seal_copy(head: Head, sealer: Sealer, target: Path) -> Digest:
    """Copies an object sealed, hashing the very bytes that are sealed.

    Raises:
        UnreadableError: the file cannot be read (any more).
        DiskFull: no room for the copy.
    """
    try:
        stream = head.open()
    except OSError as error:
        raise UnreadableError("The file cannot be read from the disk.") from error
    with stream, sealer.sealing(target, head.sop_instance_uid) as write:
        hashing = _Hashing(stream)
        while chunk := _read(hashing):
            write(chunk)
        return hashing.digest()


def digest_of(head: Head) -> Digest:
    """Hashes an object; raises UnreadableError."""
    try:
        with head.open() as stream:
            hashing = _Hashing(stream)
            while _read(hashing):
                pass
            return hashing.digest()
    except OSError as error:
        raise UnreadableError("The file cannot be read from the disk.") from error


def same_data_set(one: BinaryIO, other: BinaryIO) -> bool:
    """Whether two Part 10 files say the same after their meta groups (PS3.10 7.1)."""
    for stream in (one, other):
        meta = stream.read(144)  # preamble, prefix, (0002,0000) UL and its value
        if meta[132:136] != b"\x02\x00\x00\x00":
            return False
        stream.seek(int.from_bytes(meta[140:144], "little"), 1)
    while mine := one.read(1 << 20):
        if mine != other.read(1 << 20):
            return False
    return not other.read(1)


def _read(hashing: _Hashing) -> bytes:
    try:
        return hashing.read(1 << 20)
    except OSError as error:
        raise UnreadableError("The file cannot be read from the disk.") from error


def _require_whole(opened: DicomObject, size: int, reopened: Callable[[], BinaryIO]) -> None:
    """Only the head was read: compares what the pixel element claims with the object's length."""
    sized = bool(integer(opened.dataset, "Rows") and integer(opened.dataset, "Columns"))
    if is_image(opened) and (opened.pixels is None or not sized):
        raise TruncatedError(_ENDS_EARLY)
    if opened.transfer_syntax_uid == DEFLATED:
        return
    if opened.pixels is None:
        if sized:
            raise TruncatedError(_ENDS_EARLY)
        return
    if opened.pixels.declared is not None:
        if opened.pixels.offset + opened.pixels.declared > size:
            raise TruncatedError(_ENDS_EARLY)
        return
    order = "big" if opened.transfer_syntax_uid == EXPLICIT_BIG else "little"
    with reopened() as stream:
        stream.seek(opened.pixels.offset)
        _walk_fragments(stream, size, big=order == "big")


def _walk_fragments(stream: BinaryIO, size: int, *, big: bool) -> None:
    """Steps from fragment to fragment to the delimiter (PS3.5 A.4)."""
    while True:
        head = stream.read(8)
        if len(head) < 8:
            raise TruncatedError(_ENDS_EARLY)
        element = int.from_bytes(head[2:4], "big" if big else "little")
        length = int.from_bytes(head[4:8], "big" if big else "little")
        if element == _DELIMITER:
            return
        if element != _ITEM:
            raise MalformedError("The structure of the file is broken.")
        if stream.tell() + length > size:
            raise TruncatedError(_ENDS_EARLY)
        stream.seek(length, 1)
