"""Colours of decoded pictures, as the description of the object names them (PS3.3 C.7.6.3.1.2)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.pixels.processing import convert_color_space

from protocol.errors import ErrorCode
from server.domain.errors import Invalid

RGB, YBR_FULL, YBR_FULL_422 = "RGB", "YBR_FULL", "YBR_FULL_422"
_OF_CODECS = frozenset(("YBR_RCT", "YBR_ICT", "YBR_PARTIAL_420"))
"""What only a codestream can be: decoded, it is RGB."""

_STRIP = 1 << 20
"""Samples of a strip, about."""


def uncompressed(named: str) -> str:
    """What plain samples are where the object names this photometric interpretation."""
    return RGB if named in _OF_CODECS else named


def after_codec(named: str) -> str:
    """What a codec leaves that knows nothing of colours: each pixel has all of its samples."""
    return YBR_FULL if named == YBR_FULL_422 else uncompressed(named)


def by_strips(
    samples: NDArray[Any], draw: Callable[[NDArray[Any]], NDArray[np.uint8]]
) -> NDArray[np.uint8]:
    """What `draw` makes of (rows, columns) or (rows, columns, samples), some rows at a time: the
    steps between are wider than what is drawn, and are never held of a whole large picture."""
    rows = max(1, _STRIP // max(1, samples[0].size))
    first = draw(samples[:rows])
    if rows >= len(samples):
        return first
    drawn = np.empty((len(samples), *first.shape[1:]), np.uint8)
    drawn[:rows] = first
    for at in range(rows, len(samples), rows):
        drawn[at : at + rows] = draw(samples[at : at + rows])
    return drawn


def as_rgb(samples: NDArray[Any], colour: str) -> NDArray[Any]:
    """Samples by pixel; grey and palettes as they are."""
    if samples.ndim != 3 or colour != YBR_FULL or samples.dtype != np.uint8:
        return samples
    return by_strips(samples, lambda strip: convert_color_space(strip, YBR_FULL, RGB))


def packed(samples: NDArray[Any], colour: str, named: str, *, planar: bool) -> NDArray[Any]:
    """Decoded samples by pixel, which are `colour`, as plain samples of an object that names
    `named`: by plane where it says so, neighbours with one colour where they share it.

    Raises `Invalid` (not_acceptable) where such samples cannot be.
    """
    if samples.ndim != 3:
        return samples
    wanted, full = uncompressed(named), after_codec(named)
    if {colour, full} == {RGB, YBR_FULL}:
        samples = convert_color_space(samples, colour, full)
    if wanted == YBR_FULL_422:
        return _shared(samples)
    return np.moveaxis(samples, 2, 0) if planar else samples


def _shared(samples: NDArray[Any]) -> NDArray[Any]:
    """Y Y Cb Cr of two neighbours each."""
    rows, columns, _ = samples.shape
    if columns % 2:
        raise Invalid(
            ErrorCode.NOT_ACCEPTABLE,
            "pixels of this picture share their colour, and one has no neighbour; ask for it as "
            "it is stored (transfer-syntax=*)",
        )
    pairs = samples.reshape(rows, columns // 2, 2, 3)
    colours = (pairs[..., 1:].astype(np.uint32).sum(axis=2) + 1) // 2
    return np.concatenate([pairs[..., 0], colours.astype(samples.dtype)], axis=2)
