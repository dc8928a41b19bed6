"""Palettes: stored values to colours (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import byte_order, numbers, raw, text
from app.imaging.errors import MissingAttributeError

if TYPE_CHECKING:
    from pydicom import Dataset

MOST_ENTRIES = 1 << 16
_COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """`colours[i]`, (entries, 3) uint8 RGB, is shown for the stored value `first + i`;
    values outside take the end colours."""

    first: int
    colours: NDArray[np.uint8]

    def apply(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        """Stored values of any shape to RGB, one more axis of 3."""
        index = stored.astype(np.int64) - self.first
        return np.take(self.colours, index, axis=0, mode="clip")


def read_palette(dataset: Dataset, *, signed: bool) -> Palette:
    """The palette of a picture; `signed` tells how its first mapped value is to be read.

    Raises:
        MissingAttributeError: a table is absent, broken or of another length than the others.
    """
    tables = [_table(dataset, colour) for colour in _COLOURS]
    size = min(table.size for table in tables)
    if not size:
        raise MissingAttributeError("RedPaletteColorLookupTableData")
    stacked = np.stack([table[:size] for table in tables], axis=-1)
    # Some writers describe a table of 16 bits and fill it with 8.
    if int(stacked.max()) > 255:
        stacked >>= 8
    first = int(numbers(dataset, "RedPaletteColorLookupTableDescriptor")[1])
    if signed and first >= 1 << 15:
        first -= 1 << 16
    if not signed and first < 0:
        first += 1 << 16
    return Palette(first, stacked.astype(np.uint8))


def supplement_of(dataset: Dataset, *, signed: bool) -> Palette | None:
    """The Supplemental Palette Color LUT of a grey picture (C.7.6.19): stored values from its first
    one on are shown in its colours, those below in grey. None without one, or where it is broken.
    """
    if text(dataset, "PixelPresentation").upper() not in ("COLOR", "MIXED"):
        return None
    try:
        return read_palette(dataset, signed=signed)
    except MissingAttributeError:
        return None


def _table(dataset: Dataset, colour: str) -> NDArray[np.uint16]:
    descriptor = numbers(dataset, f"{colour}PaletteColorLookupTableDescriptor")
    keyword = f"{colour}PaletteColorLookupTableData"
    if len(descriptor) != 3:
        raise MissingAttributeError(f"{colour}PaletteColorLookupTableDescriptor")
    count = int(descriptor[0]) & 0xFFFF or MOST_ENTRIES
    eight = int(descriptor[2]) == 8
    order = byte_order(dataset)
    data = raw(dataset, keyword)
    if isinstance(data, bytes) and data:
        narrow = eight and len(data) < 2 * count
        return _numbers(data, order, narrow=narrow)[:count]
    data = raw(dataset, f"Segmented{keyword}")
    if isinstance(data, bytes) and data:
        return _expanded(_numbers(data, order, narrow=eight).tolist(), count, keyword, eight=eight)
    raise MissingAttributeError(keyword)


def _numbers(data: bytes, order: str, *, narrow: bool) -> NDArray[np.uint16]:
    """Entries of 8 bits, or of 16; those of 8 lie in words, so big endian swaps them."""
    even = data[: len(data) // 2 * 2] if not narrow or order == ">" else data
    if not narrow:
        return np.frombuffer(even, f"{order}u2").astype(np.uint16)
    if order == ">":
        even = np.frombuffer(even, "u2").byteswap().tobytes()
    return np.frombuffer(even, np.uint8).astype(np.uint16)


def _expanded(segments: list[int], count: int, keyword: str, *, eight: bool) -> NDArray[np.uint16]:
    """A segmented table (PS3.3 C.7.9.2), never more than `count` entries of it."""
    found: list[int] = []
    try:
        _expand(segments, 0, len(segments), found, count, eight=eight)
    except (IndexError, ZeroDivisionError) as error:
        raise MissingAttributeError(keyword) from error
    return np.array(found[:count], dtype=np.uint16)


def _expand(
    segments: list[int], at: int, most: int, found: list[int], count: int, *, eight: bool
) -> None:
    """Append the entries of up to `most` segments from `at` on: discrete, linear, indirect."""
    done = 0
    while at < len(segments) - 1 and done < most and len(found) < count:
        kind, length = segments[at], segments[at + 1]
        done += 1
        if kind == 0:
            found.extend(segments[at + 2 : at + 2 + length])
            at += 2 + length
        elif kind == 1:
            start, end = found[-1], segments[at + 2]
            found.extend(
                round(start + (end - start) * step / length) for step in range(1, length + 1)
            )
            at += 3
        elif kind == 2 and most == len(segments):  # only a table may point to segments
            width = 4 if eight else 2
            parts = segments[at + 2 : at + 2 + width]
            offset = sum(part << (8 if eight else 16) * n for n, part in enumerate(parts))
            if offset >= at:
                raise IndexError("a segment points ahead of itself")
            _expand(segments, offset, min(length, most - 1), found, count, eight=eight)
            at += 2 + width
        else:
            raise IndexError("no such segment")
