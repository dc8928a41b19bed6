"""Lookup table sequences: Modality LUT, VOI LUT (PS3.3 C.11.1.1.1, C.11.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import byte_order, numbers, raw, text

if TYPE_CHECKING:
    from pydicom import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class LookupTable:
    """`data[i]` is the output for the input `first + i`; inputs outside take the end values."""

    first: int
    bits: int
    data: NDArray[np.uint16]
    explanation: str

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """The outputs for `values`, any shape; fractional inputs go to the nearest entry."""
        index = np.rint(np.asarray(values, dtype=np.float64)) - self.first
        found: NDArray[np.uint16] = self.data[np.clip(index, 0, self.data.size - 1).astype(np.intp)]
        return found

    def for_input(self, *, signed: bool) -> LookupTable:
        """This table with its first mapped value read as inputs of that sign would be.

        A presentation state is read before it is known which picture it is applied to.
        """
        first = self.first
        if signed and first >= 1 << 15:
            first -= 1 << 16
        if not signed and first < 0:
            first += 1 << 16
        return replace(self, first=first)

    @property
    def top(self) -> int:
        """The largest value the output can have."""
        return max((1 << self.bits) - 1, int(self.data.max(initial=0)), 1)


def _entries(item: Dataset, count: int, bits: int) -> NDArray[np.uint16] | None:
    value = raw(item, "LUTData")
    if isinstance(value, bytes):
        order, even = byte_order(item), value[: len(value) // 2 * 2]
        if len(value) < 2 * count <= 2 * len(value) and bits <= 8:
            if order == ">":  # entries of 8 bits lie in words, which are swapped
                value = np.frombuffer(even, "u2").byteswap().tobytes()
            return np.frombuffer(value[:count], np.uint8).astype(np.uint16)
        return np.frombuffer(even, f"{order}u2").astype(np.uint16)[:count]
    parts = numbers(item, "LUTData")
    if not parts:
        return None
    # LUTData read as SS carries negative numbers for the upper half.
    return (np.asarray(parts, dtype=np.int64) & 0xFFFF).astype(np.uint16)[:count]


def read_table(item: Dataset, *, signed_input: bool) -> LookupTable | None:
    """The table of one sequence item, None when it is not a usable one.

    `signed_input` tells how to read the first mapped value, whose VR is that of the input.
    """
    descriptor = numbers(item, "LUTDescriptor")
    if len(descriptor) != 3:
        return None
    count = int(descriptor[0]) & 0xFFFF or 65536
    first, bits = int(descriptor[1]), int(descriptor[2])
    data = _entries(item, count, bits)
    if data is None or data.size == 0:
        return None
    bits = bits if 1 <= bits <= 16 else 16
    explanation = text(item, "LUTExplanation") or text(item, "ModalityLUTType")
    return LookupTable(first, bits, data, explanation).for_input(signed=signed_input)
