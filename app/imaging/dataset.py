"""Opening a DICOM object safely: attributes parsed, pixel bytes left where they are.

Nothing is allocated on the file's word: parsing runs over bytes already in memory, whose
reads are bounded by what is there, and the pixel element is only located, never copied.
"""

from __future__ import annotations

import io
import logging
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from app.imaging.attributes import text
from app.imaging.bare import LEAST_BYTES, head_of, is_compressed_without_saying_how
from app.imaging.errors import (
    MalformedError,
    MissingTransferSyntaxError,
    NotDicomError,
    TruncatedError,
    UnreadableError,
)

if TYPE_CHECKING:
    from pydicom import Dataset

HEAD_BYTES = 128 * 1024
DEFLATED = "1.2.840.10008.1.2.1.99"
IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
INFLATE_LIMIT = 1 << 30
_UNDEFINED = 0xFFFFFFFF
_PIXEL_KEYWORDS = {0x0008: "FloatPixelData", 0x0009: "DoubleFloatPixelData", 0x0010: "PixelData"}
_PIXEL_VRS = {b"OB", b"OW", b"OF", b"OD", b"UN"}


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel bytes are: `data[offset : offset + available]`.

    `declared` is the length the file claims, None for undefined length (encapsulated).
    """

    keyword: str
    offset: int
    available: int
    declared: int | None


@dataclass(frozen=True, slots=True)
class DicomObject:
    """One opened object: attributes before the pixels, the whole bytes, and where the pixels are.

    `pixels` is None when the object ends without a pixel element. The first `added` bytes of
    `data` are the head of a file that came without one (`app.imaging.bare`).
    """

    dataset: Dataset
    data: bytes
    transfer_syntax_uid: str
    pixels: PixelElement | None
    added: int = 0

    @property
    def nbytes(self) -> int:
        """Bytes held by this object."""
        return len(self.data)


def _parse(stream: BinaryIO) -> Dataset:
    from pydicom import config, dcmread
    from pydicom.errors import InvalidDicomError

    # Broken values are judged where they are read (`attributes`); pydicom's own complaints
    # would put the value, which may be a patient's name, into a warning or the log.
    config.settings.reading_validation_mode = config.IGNORE
    warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    try:
        return dcmread(stream, stop_before_pixels=True, force=True)
    except InvalidDicomError as error:
        raise NotDicomError("This is not a DICOM file.") from error
    except EOFError as error:
        raise TruncatedError("The file ends before its attributes do.") from error
    except RecursionError as error:
        raise MalformedError("The file is nested too deeply to be read.") from error
    except MemoryError as error:
        raise MalformedError("The file claims more than it can hold.") from error
    except Exception as error:  # whatever a malformed element makes pydicom raise
        raise MalformedError("The structure of the file is broken.") from error


def _headed(data: bytes) -> tuple[bytes, int]:
    """The data as a Part 10 file, and how many bytes were put before them for that."""
    if data[128:132] == b"DICM":
        return data, 0
    head = head_of(data[:LEAST_BYTES])
    if head is None:
        raise NotDicomError("This is not a DICOM file.")
    return head + data, len(head)


def data_start(data: bytes) -> int:
    """Where the data set begins: (0002,0000) says how long the meta group is (PS3.10 7.1)."""
    if data[132:140] != b"\x02\x00\x00\x00UL\x04\x00":
        raise MalformedError("The file does not say where its attributes begin.")
    return 144 + int.from_bytes(data[140:144], "little")


def _inflate(data: bytes) -> bytes:
    """Undo Deflated Explicit VR Little Endian (PS3.5 A.5), bounded by `INFLATE_LIMIT`.

    The answer says Explicit VR Little Endian in its meta group, so that it parses as such.
    """
    start = data_start(data)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        body = inflater.decompress(data[start:], INFLATE_LIMIT)
    except zlib.error as error:
        raise TruncatedError("The deflated part of the file is damaged.") from error
    if inflater.unconsumed_tail:
        raise MalformedError("The file would inflate beyond what can be held.")
    old = DEFLATED.encode()
    return data[:start].replace(old, EXPLICIT_LITTLE.encode().ljust(len(old), b"\0")) + body


def _transfer_syntax(dataset: Dataset) -> str:
    meta = getattr(dataset, "file_meta", None)
    syntax = text(meta, "TransferSyntaxUID") if meta is not None else ""
    if not syntax:
        raise MissingTransferSyntaxError(
            "The file does not say how its data are encoded (no transfer syntax)."
        )
    return syntax


def _locate_pixels(data: bytes, offset: int, syntax: str) -> PixelElement | None:
    order: Literal["little", "big"] = "big" if syntax == EXPLICIT_BIG else "little"
    head = data[offset : offset + 12]
    if len(head) < 8 or int.from_bytes(head[0:2], order) != 0x7FE0:
        return None
    keyword = _PIXEL_KEYWORDS.get(int.from_bytes(head[2:4], order))
    if keyword is None:
        return None
    # Some writers say explicit and write implicit: the VR's two letters decide.
    explicit = syntax != IMPLICIT_LITTLE and head[4:6] in _PIXEL_VRS
    if explicit and len(head) < 12:
        return None
    length = int.from_bytes(head[8:12] if explicit else head[4:8], order)
    start = offset + (12 if explicit else 8)
    rest = len(data) - start
    if length == _UNDEFINED:
        return PixelElement(keyword, start, rest, None)
    return PixelElement(keyword, start, min(rest, length), length)


def open_object(data: bytes) -> DicomObject:
    """Open a whole object from memory: a Part 10 file, or one without its preamble.

    Raises:
        NotDicomError, TruncatedError, MissingTransferSyntaxError, MalformedError.
    """
    data, added = _headed(data)
    deflated = DEFLATED.encode() in data[:4096]
    if deflated:
        data = _inflate(data)
    stream = io.BytesIO(data)
    dataset = _parse(stream)
    if not dataset:
        raise TruncatedError("The file ends before its attributes do.")
    syntax = _transfer_syntax(dataset)
    pixels = _locate_pixels(data, stream.tell(), syntax)
    encapsulated = pixels is not None and pixels.declared is None
    if added and is_compressed_without_saying_how(data[:added], encapsulated=encapsulated):
        raise MissingTransferSyntaxError(
            "The file does not say how its data are encoded (no transfer syntax)."
        )
    return DicomObject(dataset, data, DEFLATED if deflated else syntax, pixels, added)


def open_file(path: Path) -> DicomObject:
    """Open an object from a file; errors as `open_object`, and UnreadableError."""
    return open_object(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, with the operating system's refusal translated."""
    try:
        return path.read_bytes()
    except (OSError, MemoryError) as error:
        raise UnreadableError("The file cannot be read from the disk.") from error


def open_head(path: Path) -> DicomObject:
    """Open only as much of a file as its attributes need; `pixels` is then not reliable.

    For listing thousands of files: normally the first 128 KiB are read.
    Errors as `open_file`.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if len(head) < HEAD_BYTES:
                return open_object(head)
    except OSError as error:
        raise UnreadableError("The file cannot be read from the disk.") from error
    try:
        opened = open_object(head)
    except TruncatedError:
        return open_file(path)
    except MalformedError:
        return open_file(path)
    return opened if opened.pixels is not None else open_file(path)
