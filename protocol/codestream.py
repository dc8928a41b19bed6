"""What a compressed frame announces itself to be, read before any codec allocates for it.

Both sides decode files nobody vouches for: three kilobytes can announce a picture of gigabytes.
"""

from __future__ import annotations

from dataclasses import dataclass

_SIZ = b"\xff\x4f\xff\x51"
"""SOC and SIZ, with which every JPEG 2000 codestream begins (ISO/IEC 15444-1 A.4, A.5)."""
_JP2 = b"\0\0\0\x0cjP  "
_MOST_BOXES = 64
_NO_FRAME = (0xC4, 0xC8, 0xCC)
"""Markers from C0 to CF that begin no frame: DHT, JPG, DAC (ITU-T T.81 table B.1)."""
_BARE = (0x01, *range(0xD0, 0xD9))
"""Markers without a length: TEM, RSTn, SOI."""
_MOST_EXPANSION = 64
"""Two bytes of a run become 128 at most (PS3.5 G.3)."""
_RLE_HEADER = 64


@dataclass(frozen=True, slots=True)
class CodestreamShape:
    """The picture a codestream announces; `bits` is the largest precision of its samples."""

    rows: int
    columns: int
    samples: int
    bits: int


def shape_of(data: bytes) -> CodestreamShape | None:
    """Of a JPEG, JPEG-LS or JPEG 2000 codestream (HTJ2K too), bare or in a JP2 file.

    None where it announces nothing that can be found.
    """
    if data[:2] == b"\xff\xd8":
        return _jpeg(data)
    start = _in_boxes(data) if data[:8] == _JP2 else 0
    return None if start is None else _jpeg_2000(data, start)


def _jpeg_2000(data: bytes, start: int) -> CodestreamShape | None:
    if data[start : start + 4] != _SIZ or len(data) < start + 45:
        return None
    right, bottom, left, top = (_number(data, start + at, 4) for at in (8, 12, 16, 20))
    samples = _number(data, start + 40, 2)
    depths = data[start + 42 : start + 42 + 3 * samples : 3]
    bits = max((one & 0x7F for one in depths), default=0) + 1
    return CodestreamShape(bottom - top, right - left, samples, bits)


def _in_boxes(data: bytes) -> int | None:
    """Where the codestream of a JP2 file begins (ISO/IEC 15444-1 I.4)."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at + 8 > len(data):
            return None
        length, kind, head = _number(data, at, 4), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = _number(data, at + 8, 8), 16
        if kind == b"jp2c":
            return at + head
        if length < head:
            return None
        at += length
    return None


def _jpeg(data: bytes) -> CodestreamShape | None:
    """From the frame header (ITU-T T.81 B.2.2, T.87 C.2.2)."""
    at = 2
    while at + 10 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:  # a fill byte, or one that stands alone
            at += 1 if marker == 0xFF else 2
        elif (0xC0 <= marker <= 0xCF and marker not in _NO_FRAME) or marker == 0xF7:
            rows, columns = _number(data, at + 5, 2), _number(data, at + 7, 2)
            shape = CodestreamShape(rows, columns, data[at + 9], data[at + 4])
            return shape if rows else None
        elif marker == 0xDA:
            return None
        else:
            at += 2 + _number(data, at + 2, 2)
    return None


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def run_lengths_fit(length: int, decoded: int) -> bool:
    """Whether run lengths of so many bytes can be a frame of `decoded` bytes (PS3.5 G).

    No run becomes more than 64 times its length, and no encoder makes a frame twice as long.
    """
    return decoded <= _MOST_EXPANSION * length and length <= 2 * decoded + 2 * _RLE_HEADER
