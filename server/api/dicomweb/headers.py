"""What the server needs of a DICOM file without its pixels."""

import io
import struct
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydicom.charset import convert_encodings, decode_bytes
from pydicom.datadict import tag_for_keyword
from pydicom.uid import UID
from pydicom.valuerep import TEXT_VR_DELIMS, PersonName

from protocol.base import Uid
from protocol.charsets import mended
from protocol.patients import PatientText
from server.api.dicomweb.structure import PREAMBLE, Element, NotDicom, Truncated, Walker
from server.domain.ports import ObjectReader

_DEFLATED = "1.2.840.10008.1.2.1.99"
_IMPLICIT = "1.2.840.10008.1.2"
_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_META_LENGTH, _SYNTAX = 0x00020000, 0x00020010
_META_AT = PREAMBLE + 4 + 12
"""Group 2 says its own length first (PS3.10 7.1)."""
_MOST_META_BYTES = 64 * 1024
_MOST_INFLATED_BYTES = 64 * 1024 * 1024
_KEYWORDS = (
    "SpecificCharacterSet",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "StudyID",
    "StudyDescription",
    "ReferringPhysicianName",
    "Modality",
    "SeriesNumber",
    "SeriesDescription",
    "InstanceNumber",
    "Rows",
    "Columns",
    "NumberOfFrames",
)
_TAG = {keyword: tag_for_keyword(keyword) or 0 for keyword in _KEYWORDS}
_TAG |= {
    "SamplesPerPixel": 0x00280002,
    "PhotometricInterpretation": 0x00280004,
    "PlanarConfiguration": 0x00280006,
    "BitsAllocated": 0x00280100,
}
_WANTED = frozenset(_TAG.values())
_LAYOUT = frozenset(
    _TAG[keyword]
    for keyword in (
        *("Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "BitsAllocated"),
        *("PhotometricInterpretation", "PlanarConfiguration"),
    )
)
_NAMES = frozenset(("PatientName", "ReferringPhysicianName"))
_BINARY = frozenset(("Rows", "Columns", "SamplesPerPixel", "PlanarConfiguration", "BitsAllocated"))
_SHARED_COLOUR = {"YBR_FULL_422": 2, "YBR_PARTIAL_422": 2, "YBR_PARTIAL_420": 1}
"""Samples of a pixel at least, where neighbours share their colour (PS3.3 C.7.6.3.1.2)."""


@dataclass(frozen=True, slots=True)
class Header:
    """UIDs as in the file, and the values of the three tables."""

    sop_uid: Uid
    series_uid: Uid
    study_uid: Uid
    study: dict[str, Any]
    series: dict[str, Any]
    instance: dict[str, Any]
    pixels_missing: int = 0
    """Bytes by which pixel data that are not compressed are shorter than what describes them."""
    patient: PatientText = PatientText()
    """Whose it says to be."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the pixels of a file are; `pixels_at` is the first byte of their element."""

    syntax: UID
    pixels_at: int | None
    rows: int
    columns: int
    samples: int
    bits: int
    frames: int
    photometric: str = ""
    planar: bool = False

    @property
    def frame_bytes(self) -> int:
        """Of a frame that is not compressed; a decoded one is longer where pixels share colours."""
        samples = _samples_of(self.samples, self.photometric)
        return self.rows * self.columns * samples * self.bits // 8

    @property
    def decoded_bytes(self) -> int:
        """Of a frame in memory: every pixel has all of its samples, a single bit takes a byte."""
        return self.rows * self.columns * self.samples * max(1, -(-self.bits // 8))


def read_header(source: ObjectReader, size: int) -> Header:
    """Raises `NotDicom` or `Truncated`; the file is whole when it answers."""
    try:
        walker, syntax, start = _open(source, size)
        walker.check(start, _WANTED)
        values = _Values(walker.found, little=syntax != _BIG_ENDIAN)
        found = _header(values, syntax)
        if walker.pixels_length is None or UID(syntax).is_encapsulated:
            return found
        return replace(found, pixels_missing=max(0, _described(values) - walker.pixels_length))
    except (ValueError, LookupError, TypeError) as error:
        raise NotDicom(f"it cannot be read as DICOM: {type(error).__name__}") from error


def _described(values: "_Values") -> int:
    """Bytes of all frames (PS3.5 8.1.1); single bits and 12 of them lie without gaps (8.1.2)."""
    samples = _samples_of(
        values.number("SamplesPerPixel") or 1, values.text("PhotometricInterpretation")
    )
    bits = samples * (values.number("BitsAllocated") or 0) * (values.number("NumberOfFrames") or 1)
    return ((values.number("Rows") or 0) * (values.number("Columns") or 0) * bits + 7) // 8


def _samples_of(samples: int, photometric: str) -> int:
    """Samples of a pixel at least, in pixel data that are not compressed."""
    return _SHARED_COLOUR.get(photometric, samples) if samples == 3 else samples


def layout_of(source: ObjectReader) -> Layout:
    """Where the pixels of a stored object are; it was whole when it was stored."""
    size = source.seek(0, 2)
    walker, syntax, start = _open(source, size)
    walker.check(start, _LAYOUT, stop_at_pixels=True)
    values = _Values(walker.found, little=syntax != _BIG_ENDIAN)
    return Layout(
        syntax=UID(syntax),
        pixels_at=walker.pixels_at,
        rows=values.number("Rows") or 0,
        columns=values.number("Columns") or 0,
        samples=values.number("SamplesPerPixel") or 1,
        bits=values.number("BitsAllocated") or 0,
        frames=values.number("NumberOfFrames") or 1,
        photometric=values.text("PhotometricInterpretation"),
        planar=values.number("PlanarConfiguration") == 1,
    )


def beginning(source: ObjectReader) -> int:
    """Where the data set of an object begins that is not deflated."""
    return _open(source, source.seek(0, 2))[2]


def after_pixels(source: ObjectReader) -> int:
    """Where the element of the pixel data ends; where the file does, if it has none."""
    size = source.seek(0, 2)
    walker, _, start = _open(source, size)
    walker.check(start)
    return size if walker.pixels_end is None else walker.pixels_end


def inflated(source: ObjectReader) -> bytes:
    """The data set of an object in the Deflated syntax, which is Explicit VR Little Endian."""
    source.seek(PREAMBLE + 4)
    source.seek(_META_AT + _meta_length(source.read(12)))
    return _inflated(source)


def _open(source: ObjectReader, size: int) -> tuple[Walker, str, int]:
    """A walker of the data set, its transfer syntax, and where it begins."""
    source.seek(0)
    if source.read(PREAMBLE + 4)[PREAMBLE:] != b"DICM":
        raise NotDicom("there is no DICOM prefix at byte 128")
    length = _meta_length(source.read(12))
    if _META_AT + length > size:
        raise Truncated("the file ends inside its meta information")
    syntax, start = _syntax(source.read(length)), _META_AT + length
    if syntax == _DEFLATED:
        data = _inflated(source)
        source, start, size = io.BytesIO(data), 0, len(data)
    walker = Walker(source, size, explicit=syntax != _IMPLICIT, little=syntax != _BIG_ENDIAN)
    return walker, syntax, start


def _meta_length(head: bytes) -> int:
    if len(head) != 12:
        raise Truncated("the file ends before its meta information")
    group, element, vr, _, length = struct.unpack("<HH2sHI", head)
    if group << 16 | element != _META_LENGTH or vr != b"UL" or length > _MOST_META_BYTES:
        raise NotDicom("the file meta information has no length")
    return int(length)


def _syntax(meta: bytes) -> str:
    walker = Walker(io.BytesIO(meta), len(meta), explicit=True, little=True)
    walker.check(0, frozenset((_SYNTAX,)))
    found = walker.found.get(_SYNTAX)
    text = "" if found is None else found.value.decode("ascii", "replace").strip("\0 ")
    if not is_uid(text):
        raise NotDicom("the file meta information has no transfer syntax")
    return text


def _inflated(source: ObjectReader) -> bytes:
    """The data set of the Deflated syntax (PS3.5 A.5); a bomb is refused."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflate.decompress(source.read(), _MOST_INFLATED_BYTES)
    except zlib.error as error:
        raise Truncated("the deflated data set is damaged") from error
    if inflate.unconsumed_tail:
        raise NotDicom("the deflated data set is larger than this server takes")
    if not inflate.eof:
        raise Truncated("the deflated data set ends too early")
    return data


class _Values:
    """Wanted values as text, decoded by the file's character sets (PS3.5 6.1.2)."""

    def __init__(self, found: Mapping[int, Element], *, little: bool) -> None:
        self._found = found
        self._order: Literal["little", "big"] = "little" if little else "big"
        named = self._raw("SpecificCharacterSet").decode("ascii", "replace")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._encodings = convert_encodings([part.strip() for part in named.split("\\")])

    def _raw(self, keyword: str) -> bytes:
        element = self._found.get(_TAG[keyword])
        return b"" if element is None else element.value

    def uid(self, keyword: str) -> str:
        value = self._raw(keyword).decode("ascii", "replace").strip("\0 ")
        if not is_uid(value):
            raise NotDicom(f"{keyword} is absent or not a UID")
        return value

    def text(self, keyword: str) -> str:
        raw = self._raw(keyword).replace(b"\0", b"").rstrip(b" ")
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode("ascii").strip()[:256]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if keyword in _NAMES:
                text = str(PersonName(raw, self._encodings).decode())
            else:
                text = decode_bytes(raw, self._encodings, TEXT_VR_DELIMS).strip()
        return mended(text, self._encodings)[:256]

    def number(self, keyword: str) -> int | None:
        raw = self._raw(keyword)
        if keyword in _BINARY:
            return int.from_bytes(raw[:2], self._order) if len(raw) >= 2 else None
        try:
            return int(float(raw.split(b"\\")[0].strip(b"\0 ")))
        except (ValueError, OverflowError):
            return None


def is_uid(text: str) -> bool:
    """Whether a text is a UID (PS3.5 9.1): digits and dots, at most 64."""
    return 0 < len(text) <= 64 and all(part.isdigit() for part in text.split("."))


def _patient(found: _Values) -> PatientText:
    return PatientText(
        found.text("PatientName"),
        found.text("PatientID"),
        found.text("PatientBirthDate"),
        found.text("PatientSex"),
    )


def _header(found: _Values, syntax: str) -> Header:
    sop, series, study = (
        found.uid(name) for name in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
    )
    patient = _patient(found)
    return Header(
        sop,
        series,
        study,
        study={
            "patient_id": patient.patient_id,
            "patient_name": patient.name,
            "patient_birth_date": patient.birth_date,
            "patient_sex": patient.sex,
            "study_date": found.text("StudyDate"),
            "study_time": found.text("StudyTime"),
            "accession_number": found.text("AccessionNumber"),
            "study_id": found.text("StudyID"),
            "description": found.text("StudyDescription"),
            "referring_physician": found.text("ReferringPhysicianName"),
        },
        series={
            "study_uid": study,
            "modality": found.text("Modality"),
            "number": found.number("SeriesNumber"),
            "description": found.text("SeriesDescription"),
        },
        instance={
            "sop_class": found.text("SOPClassUID"),
            "transfer_syntax": syntax,
            "number": found.number("InstanceNumber"),
            "rows": found.number("Rows"),
            "columns": found.number("Columns"),
            "frames": found.number("NumberOfFrames") or 1,
        },
        patient=patient,
    )
