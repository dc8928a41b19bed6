"""Overlay planes (60xx, PS3.3 C.9.2): bitmaps that lie over a picture.

The bits are in OverlayData, or in bits of the pixels that BitsStored leaves unused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import integer, numbers, raw, text
from app.imaging.dataset import EXPLICIT_BIG, DicomObject
from app.imaging.decode import raw_words
from app.imaging.description import PixelDescription, describe
from app.imaging.errors import ImagingError

if TYPE_CHECKING:
    from pydicom import Dataset

Bits = NDArray[np.bool_]
GROUPS = range(0x6000, 0x6020, 2)
"""The sixteen groups a data set may use (PS3.5 7.6)."""
MAX_SIDE = 65535


class OverlayKind(StrEnum):
    """OverlayType (60xx,0040)."""

    GRAPHIC = "G"
    REGION = "R"


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlane:
    """One plane for one frame.

    `bits` is (rows, columns) bool; its upper left bit lies over the picture's pixel
    `row`, `column`, counted from 0, which may be outside of the picture.
    """

    group: int
    kind: OverlayKind
    row: int
    column: int
    bits: Bits
    label: str = ""
    description: str = ""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.bits.nbytes)

    def placed(self, rows: int, columns: int) -> Bits:
        """The plane as a mask of a picture of `rows` × `columns`."""
        mask = np.zeros((rows, columns), np.bool_)
        height, width = self.bits.shape
        top, left = max(0, self.row), max(0, self.column)
        bottom, right = min(rows, self.row + height), min(columns, self.column + width)
        if top < bottom and left < right:
            part = self.bits[top - self.row : bottom - self.row, left - self.column :]
            mask[top:bottom, left:right] = part[:, : right - left]
        return mask


def overlay_planes(obj: DicomObject, frame: int = 0) -> tuple[OverlayPlane, ...]:
    """The planes that belong to frame `frame` (from 0), by group.

    A plane that is broken, or lies in bits a codec has dropped, is left out: it never keeps
    the picture from opening.
    """
    present = [group for group in GROUPS if integer(obj.dataset, _tag(group, 0x0010))]
    if not present:
        return ()
    big = obj.transfer_syntax_uid == EXPLICIT_BIG
    found = []
    for group in present:
        bits = _bits(obj.dataset, group, frame, big=big)
        if bits is None:
            bits = _embedded(obj, group, frame)
        if bits is not None:
            found.append(_plane(obj.dataset, group, bits))
    return tuple(found)


def dataset_planes(dataset: Dataset, *, big_endian: bool = False) -> tuple[OverlayPlane, ...]:
    """The planes a presentation state carries itself."""
    found = ((group, _bits(dataset, group, 0, big=big_endian)) for group in GROUPS)
    return tuple(_plane(dataset, group, bits) for group, bits in found if bits is not None)


def _tag(group: int, element: int) -> int:
    return group << 16 | element


def _plane(dataset: Dataset, group: int, bits: Bits) -> OverlayPlane:
    origin = numbers(dataset, _tag(group, 0x0050))
    row, column = (int(origin[0]), int(origin[1])) if len(origin) == 2 else (1, 1)
    kind = text(dataset, _tag(group, 0x0040)).upper()
    return OverlayPlane(
        group=group,
        kind=OverlayKind.REGION if kind == "R" else OverlayKind.GRAPHIC,
        row=row - 1,
        column=column - 1,
        bits=bits,
        label=text(dataset, _tag(group, 0x1500)),
        description=text(dataset, _tag(group, 0x0022)),
    )


def _own_frame(dataset: Dataset, group: int, frame: int) -> int | None:
    """Which frame of the overlay lies over a frame of the picture (PS3.3 C.9.3).

    Without a number of frames the one plane lies over every frame.
    """
    count = integer(dataset, _tag(group, 0x0015))
    if count is None:
        return 0
    own = frame - ((integer(dataset, _tag(group, 0x0051)) or 1) - 1)
    return own if 0 <= own < count else None


def _size(dataset: Dataset, group: int) -> tuple[int, int] | None:
    rows = integer(dataset, _tag(group, 0x0010)) or 0
    columns = integer(dataset, _tag(group, 0x0011)) or 0
    return (rows, columns) if 0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE else None


def _bits(dataset: Dataset, group: int, frame: int, *, big: bool) -> Bits | None:
    """OverlayData: one bit a pixel, least significant first, frames packed one after another."""
    data = raw(dataset, _tag(group, 0x3000))
    size, own = _size(dataset, group), _own_frame(dataset, group, frame)
    if not isinstance(data, bytes) or not data or size is None or own is None:
        return None
    if big and _is_words(dataset, group) and len(data) % 2 == 0:
        data = np.frombuffer(data, "u2").byteswap().tobytes()
    count = size[0] * size[1]
    first = own * count
    if (first + count + 7) // 8 > len(data):
        return None
    packed = np.frombuffer(data, np.uint8)[first // 8 : (first + count + 7) // 8]
    flat = np.unpackbits(packed, bitorder="little")[first % 8 : first % 8 + count]
    return flat.reshape(size).astype(np.bool_)


def _is_words(dataset: Dataset, group: int) -> bool:
    element: Any = dataset.get(_tag(group, 0x3000))
    return str(element.VR) == "OW"


def _embedded(obj: DicomObject, group: int, frame: int) -> Bits | None:
    """The plane in an unused bit of the pixels; None where there is no such bit."""
    if raw(obj.dataset, _tag(group, 0x3000)) is not None or obj.pixels is None:
        return None
    position = integer(obj.dataset, _tag(group, 0x0102))
    if position is None or _own_frame(obj.dataset, group, frame) is None:
        return None
    try:
        description = describe(obj)
        if not _is_unused(position, description):
            return None
        words = raw_words(obj, description, frame)
    except ImagingError:
        return None
    bits: Bits = (words >> words.dtype.type(position)) & words.dtype.type(1) != 0
    return bits if _size(obj.dataset, group) == bits.shape else None


def _is_unused(position: int, description: PixelDescription) -> bool:
    lowest = description.high_bit + 1 - description.bits_stored
    inside = 0 <= position < description.bits_allocated
    return inside and not lowest <= position <= description.high_bit and description.samples == 1
