"""What a JPEG file says of itself, and the file without what a camera added (ITU-T T.81 B)."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.errors import DecodeError

_BASELINE, _SCAN = 0xC0, 0xDA
_EXIF = b"Exif\0\0"
_KEPT_APPLICATION = {0xE0, 0xEE}
"""JFIF and Adobe, which tell the colours; other application segments and comments go."""
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


@dataclass(frozen=True, slots=True)
class JpegParts:
    """`bare` is the file without Exif, comments and the like; its scan is untouched."""

    bare: bytes
    rows: int
    columns: int
    samples: int
    is_baseline: bool
    """Baseline of 8 bits in one or three components: what JPEG Baseline (Process 1) means."""
    is_upright: bool
    photometric: str


def read_jpeg(data: bytes) -> JpegParts:
    """Raises DecodeError: the file ends before its scan, or has no frame."""
    kept, position = bytearray(data[:2]), 2
    frame: bytes | None = None
    marker_of_frame, upright, adobe_rgb = 0, True, False
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            break
        marker, length = (
            data[position + 1],
            int.from_bytes(data[position + 2 : position + 4], "big"),
        )
        if marker == 0xFF:  # fill bytes (B.1.1.2)
            position += 1
            continue
        segment = data[position + 4 : position + 2 + length]
        if marker == _SCAN:
            if frame is None:
                break
            return _parts(bytes(kept) + data[position:], marker_of_frame, frame, upright, adobe_rgb)
        if marker in _FRAMES:
            marker_of_frame, frame = marker, segment
        if marker == 0xE1 and segment.startswith(_EXIF):
            upright = orientation(segment[len(_EXIF) :]) == 1
        if marker == 0xEE and segment[:5] == b"Adobe" and len(segment) >= 12:
            adobe_rgb = segment[11] == 0
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in _KEPT_APPLICATION:
            kept += data[position : position + 2 + length]
        position += 2 + length
    raise DecodeError("The picture is damaged or ends early.")


def _parts(bare: bytes, marker: int, frame: bytes, upright: bool, rgb: bool) -> JpegParts:
    if len(frame) < 6 or len(frame) < 6 + 3 * frame[5]:
        raise DecodeError("The picture is damaged or ends early.")
    samples = frame[5]
    halved = samples == 3 and frame[7] != 0x11
    baseline = marker == _BASELINE and frame[0] == 8 and samples in (1, 3)
    # A halved picture that says RGB, or of other ids, is decoded rather than described.
    photometric = "RGB" if rgb else "YBR_FULL_422" if halved else "YBR_FULL"
    return JpegParts(
        bare=bare + b"\0" * (len(bare) % 2),
        rows=int.from_bytes(frame[1:3], "big"),
        columns=int.from_bytes(frame[3:5], "big"),
        samples=samples,
        is_baseline=baseline,
        is_upright=upright,
        photometric=photometric,
    )


def orientation(tiff: bytes) -> int:
    """Orientation of Exif (tag 0x0112 of IFD0, 1 upright … 8); 1 where it says nothing readable."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    first = number(4, 4)
    for entry in range(min(number(first, 2), 512)):
        at = first + 2 + 12 * entry
        if number(at, 2) == 0x0112:
            found = number(at + 8, 2)
            return found if 1 <= found <= 8 else 1
    return 1
