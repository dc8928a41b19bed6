"""What can go wrong with an object or its pixels.

ImagingError
├── ObjectError                     the bytes cannot be opened as a DICOM object
│   ├── UnreadableError             the file or its transfer could not be read at all
│   ├── NotDicomError
│   ├── TruncatedError              it ends before the attributes do
│   ├── MissingTransferSyntaxError
│   ├── MissingAttributeError
│   ├── PicturesAbsentError         it lies over pictures that are not there
│   └── MalformedError              nested beyond reason, wrong value representation
├── PixelError                      the object opens, its pixels do not
│   ├── NoPixelDataError
│   ├── PixelSizeError              the size the file claims and the bytes it has disagree
│   ├── FrameIndexError
│   ├── UnsupportedPixelsError
│   ├── DecodeError
│   └── DecodeTimeoutError          the decoder did not finish in its time and was ended
├── OutputError                     a file for somebody else cannot be written
│   ├── DiskFullError
│   ├── NotWritableError            read-only, forbidden, or gone
│   └── NameTakenError              a file of that name is there already
└── CancelledError                  nobody wants the result any more

Every error has a plain English `reason` without patient data and a `code` from which the
screen chooses the words in the reader's language.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Reason(StrEnum):
    """Why an object or a frame cannot be shown; the key for translated words."""

    UNREADABLE = "unreadable"
    NOT_DICOM = "not-dicom"
    TRUNCATED = "truncated"
    MISSING_TRANSFER_SYNTAX = "missing-transfer-syntax"
    MISSING_ATTRIBUTE = "missing-attribute"
    MALFORMED = "malformed"
    NO_PIXEL_DATA = "no-pixel-data"
    PIXEL_SIZE = "pixel-size"
    FRAME_INDEX = "frame-index"
    UNSUPPORTED = "unsupported"
    DECODE = "decode"
    DECODE_TIMEOUT = "decode-timeout"
    CANCELLED = "cancelled"
    DISK_FULL = "disk-full"
    NOT_WRITABLE = "not-writable"
    NAME_TAKEN = "name-taken"
    NOT_AN_IMAGE = "not-an-image"
    SAME_UID = "same-uid"
    PICTURES_ABSENT = "pictures-absent"


class ImagingError(Exception):
    """Root of the tree; `reason` is one plain sentence without patient data."""

    code: ClassVar[Reason] = Reason.MALFORMED

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ObjectError(ImagingError):
    """The bytes cannot be opened as a DICOM object."""


class UnreadableError(ObjectError):
    """The file or its transfer could not be read at all."""

    code = Reason.UNREADABLE


class NotDicomError(ObjectError):
    """Neither the DICM prefix nor a plausible first element is there."""

    code = Reason.NOT_DICOM


class TruncatedError(ObjectError):
    """The bytes end before the attributes do."""

    code = Reason.TRUNCATED


class MissingTransferSyntaxError(ObjectError):
    """(0002,0010) is absent, so the encoding of the rest is unknown."""

    code = Reason.MISSING_TRANSFER_SYNTAX


class MissingAttributeError(ObjectError):
    """An attribute that the pixels cannot be understood without is absent or unreadable."""

    code = Reason.MISSING_ATTRIBUTE

    def __init__(self, keyword: str) -> None:
        super().__init__(f"The file does not say its {keyword}, or says it unreadably.")
        self.keyword = keyword


class PicturesAbsentError(ObjectError):
    """A state, segmentation or structures without the pictures they are for."""

    code = Reason.PICTURES_ABSENT

    def __init__(self) -> None:
        super().__init__("The object belongs to pictures that are not here.")


class MalformedError(ObjectError):
    """The structure of the data set is broken."""

    code = Reason.MALFORMED


class PixelError(ImagingError):
    """The object opens, its pixels do not."""

    code = Reason.DECODE


class NoPixelDataError(PixelError):
    """The object carries no picture."""

    code = Reason.NO_PIXEL_DATA


class PixelSizeError(PixelError):
    """The size the file claims and the bytes it has disagree."""

    code = Reason.PIXEL_SIZE


class FrameIndexError(PixelError):
    """The asked frame does not exist."""

    code = Reason.FRAME_INDEX


class UnsupportedPixelsError(PixelError):
    """A transfer syntax, photometric interpretation or sample layout nobody here decodes."""

    code = Reason.UNSUPPORTED


class DecodeError(PixelError):
    """The codec refused the frame."""

    code = Reason.DECODE


class DecodeTimeoutError(PixelError):
    """The decoder did not finish in its time and was ended."""

    code = Reason.DECODE_TIMEOUT


class OutputError(ImagingError):
    """A file for somebody else cannot be written."""

    code = Reason.NOT_WRITABLE


class DiskFullError(OutputError):
    """There is no room left."""

    code = Reason.DISK_FULL


class NotWritableError(OutputError):
    """The place is read-only, forbidden, or gone."""

    code = Reason.NOT_WRITABLE


class NameTakenError(OutputError):
    """A file of that name is there already and is not written over."""

    code = Reason.NAME_TAKEN


class CancelledError(ImagingError):
    """Nobody wants the result any more."""

    code = Reason.CANCELLED


def all_error_types() -> tuple[type[ImagingError], ...]:
    """Every concrete class of the tree, for a child process that names its error."""
    found: list[type[ImagingError]] = []
    pending: list[type[ImagingError]] = [ImagingError]
    while pending:
        kind = pending.pop()
        found.append(kind)
        pending.extend(kind.__subclasses__())
    return tuple(found)
