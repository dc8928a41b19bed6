"""Samples of a stored object as words by pixel, with every bit they have."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.api.dicomweb.pixelfile import PixelFile

WHOLE_BYTES = (8, 16, 32)


class Odd(ValueError):
    """Samples that are no words by pixel: of bits, of 64 of them, or ones that share colours."""


@dataclass(frozen=True, slots=True)
class Depth:
    """What the bits of a sample are (PS3.3 C.7.6.3.1)."""

    allocated: int
    stored: int
    high: int
    signed: bool

    @property
    def spare(self) -> int:
        """Unused bits of each word."""
        return self.allocated - self.stored


def depth_of(file: PixelFile) -> Depth:
    """As the object says; of floats every bit counts."""
    found, allocated = file.dataset, file.layout.bits
    stored = int(found.get("BitsStored", allocated))
    high = int(found.get("HighBit", stored - 1))
    return Depth(allocated, stored, high, bool(found.get("PixelRepresentation", 0)))


def native_words(file: PixelFile, index: int) -> NDArray[Any]:
    """Unsigned words of a frame that is not compressed, (rows, columns) or with samples last;
    raises `Odd`, and as `PixelFile.plain`."""
    layout = file.layout
    if layout.bits not in WHOLE_BYTES or (layout.samples > 1 and "_42" in layout.photometric):
        raise Odd
    shape = (layout.rows, layout.columns)
    words = np.frombuffer(file.plain(index), f"<u{layout.bits // 8}")
    if layout.samples == 1:
        return words.reshape(shape)
    if layout.planar:
        return np.moveaxis(words.reshape(layout.samples, *shape), 0, -1)
    return words.reshape(*shape, layout.samples)


def decoded_words(file: PixelFile) -> Iterator[NDArray[Any]]:
    """Samples of every compressed frame; one is held at a time."""
    _ = file.dataset  # read before: from here on the place in the file counts
    for samples, _colour in file.each():
        yield samples
