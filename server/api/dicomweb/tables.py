"""Lookup tables in a data set: Modality and VOI LUT Sequences (PS3.3 C.11.1.1.1, C.11.2.1.1),
and palettes (C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from protocol.errors import ErrorCode
from server.api.dicomweb.colours import by_strips
from server.domain.errors import Invalid

_MOST_ENTRIES = 1 << 16
_MOST_STEPS = 1 << 17
"""So many segments are followed of one table: an indirect one repeats others."""
_COLOURS = ("Red", "Green", "Blue")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """`data[n]` is put out for `first + n`; inputs outside take the ends."""

    first: int
    bits: int
    data: NDArray[np.uint16]

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """Outputs for values of any shape; fractions go to the nearest entry."""
        index = np.rint(values).astype(np.int64) - self.first
        found: NDArray[np.uint16] = np.take(self.data, index, mode="clip")
        return found

    @property
    def top(self) -> int:
        """The largest output there can be, at least 1."""
        return max((1 << self.bits) - 1, int(self.data.max()), 1)


def table_of(found: Dataset, sequence: str, *, signed: bool) -> Table | None:
    """The table of the first item of a sequence; None without one that can be used.

    `signed` says whether inputs can be negative. That, and not the VR the file happens to give its
    descriptor, decides how the first mapped value is read.
    """
    try:
        item = found[sequence].value[0]
        count, first, bits = _descriptor(item.LUTDescriptor, signed=signed)
        value = item.LUTData
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        return None
    if isinstance(value, bytes):
        data = _entries(value, count, bits, little=_is_little(found))
    else:
        numbers: NDArray[Any] = np.atleast_1d(np.asarray(value, dtype=np.int64))
        data = (numbers & 0xFFFF)[:count].astype(np.uint16)
    if not data.size:
        return None
    return Table(first, bits if 1 <= bits <= 16 else 16, data)


def coloured(samples: NDArray[Any], found: Dataset) -> NDArray[np.uint8]:
    """(rows, columns) of PALETTE COLOR to (rows, columns, 3) RGB.

    Raises `Invalid` (not_acceptable) when the palette is absent or broken.
    """
    try:
        signed = bool(found.get("PixelRepresentation", 0))
        first = _descriptor(found.RedPaletteColorLookupTableDescriptor, signed=signed)[1]
        tables = [_palette(found, colour) for colour in _COLOURS]
        size = min(table.size for table in tables)
        entries: NDArray[Any] = np.stack([table[:size] for table in tables], axis=-1)
        top = int(entries.max())
    except (KeyError, AttributeError, IndexError, TypeError, ValueError) as error:
        raise Invalid(
            ErrorCode.NOT_ACCEPTABLE,
            "the palette of this picture is missing or broken, so it cannot be drawn here; ask for "
            "the object as it is stored (transfer-syntax=*)",
        ) from error
    if top > 0xFF:  # else described with 16 bits, and filled with 8
        entries = entries >> 8
    shown = entries.astype(np.uint8)

    def draw(strip: NDArray[Any]) -> NDArray[np.uint8]:
        return np.take(shown, strip.astype(np.int64) - first, axis=0, mode="clip")

    return by_strips(samples, draw)


def _descriptor(value: Any, *, signed: bool) -> tuple[int, int, int]:
    """Number of entries, first mapped value, bits; raises `ValueError` or `TypeError`."""
    count, first, bits = (int(part) for part in value)
    first &= 0xFFFF
    if signed and first >= 1 << 15:
        first -= 1 << 16
    return count & 0xFFFF or _MOST_ENTRIES, first, bits


def _is_little(found: Dataset) -> bool:
    return found.original_encoding[1] is not False


def _words(value: bytes, *, little: bool) -> NDArray[np.uint16]:
    even = value[: len(value) // 2 * 2]
    return np.frombuffer(even, "<u2" if little else ">u2").astype(np.uint16)


def _entries(value: bytes, count: int, bits: int, *, little: bool) -> NDArray[np.uint16]:
    """Entries of 16 bits, or of 8 where the value is too short for those."""
    if bits <= 8 and count <= len(value) < 2 * count:
        return _octets(value, little=little)[:count]
    return _words(value, little=little)[:count]


def _octets(value: bytes, *, little: bool) -> NDArray[np.uint16]:
    if not little:  # two entries lie in a word
        value = _words(value, little=False).astype("<u2").tobytes()
    return np.frombuffer(value, np.uint8).astype(np.uint16)


def _palette(found: Dataset, colour: str) -> NDArray[np.uint16]:
    """Raises what is raised for a value that is absent or of another kind."""
    name = f"{colour}PaletteColorLookupTable"
    count, _, bits = _descriptor(found[f"{name}Descriptor"].value, signed=False)
    little = _is_little(found)
    if f"{name}Data" in found:
        return _entries(found[f"{name}Data"].value, count, bits, little=little)
    value: bytes = found[f"Segmented{name}Data"].value
    numbers = (_octets if bits == 8 else _words)(value, little=little)
    made: list[int] = []
    for segment in _segments(numbers.tolist(), wide=bits != 8):
        made.extend(segment(made[-1]) if callable(segment) else segment)
        if len(made) >= count:
            break
    return np.array(made[:count], dtype=np.uint16)


class _Ramp:
    """A linear segment (C.7.9.2.2): from the entry before it in equal steps to its end."""

    def __init__(self, length: int, end: int) -> None:
        self._length, self._end = length, end

    def __call__(self, start: int) -> list[int]:
        rise = (self._end - start) / self._length
        return [round(start + rise * step) for step in range(1, self._length + 1)]


def _segments(numbers: list[int], *, wide: bool) -> Iterator["list[int] | _Ramp"]:
    """Discrete segments as their entries and linear ones as ramps; indirect ones are followed."""
    at, until, left, back = 0, len(numbers), -1, 0
    for _ in range(_MOST_STEPS):
        if left == 0:  # the end of what an indirect segment repeats
            at, left = back, -1
        if at >= until - 1:  # at most the byte that makes the length even is left
            return
        kind, length = numbers[at : at + 2]
        left -= left > 0
        if kind == 0:
            yield numbers[at + 2 : at + 2 + length]
            at += 2 + length
        elif kind == 1:
            yield _Ramp(length, numbers[at + 2])
            at += 3
        elif kind == 2 and left < 0:
            size, shift = (2, 16) if wide else (4, 8)
            parts = numbers[at + 2 : at + 2 + size]
            back = at + 2 + size
            target = sum(part << shift * place for place, part in enumerate(parts))
            if target >= at:
                raise ValueError("a segment points ahead of itself")
            at, left = target, length
        else:
            raise ValueError("there is no such segment")
    raise ValueError("the table repeats itself without end")
