"""Colour frames to 8-bit RGB (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5, C.7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
from numpy.typing import NDArray

from app.imaging.description import Photometric
from app.imaging.errors import UnsupportedPixelsError
from app.imaging.palette import read_palette

if TYPE_CHECKING:
    from pydicom import Dataset

    from app.imaging.decode import StoredFrame

Rgb = NDArray[np.uint8]

_FULL = np.array(
    [[1, 0, 1.402], [1, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587], [1, 1.772, 0]]
)


def ybr_full_to_rgb(samples: NDArray[Any], bits: int = 8) -> NDArray[Any]:
    """YBR_FULL to RGB by the inverse of the standard's matrix, rounded to nearest.

    `samples` is (rows, columns, 3) unsigned of `bits`; the answer has its shape and type.
    """
    middle, top = 1 << (bits - 1), (1 << bits) - 1
    luminance = samples[..., 0].astype(np.float32)
    blue = samples[..., 1].astype(np.float32) - middle
    red = samples[..., 2].astype(np.float32) - middle
    out = np.empty_like(samples)
    for channel, (_, from_blue, from_red) in enumerate(_FULL):
        mixed = luminance + np.float32(from_blue) * blue + np.float32(from_red) * red
        np.rint(mixed, out=mixed)
        np.clip(mixed, 0, top, out=mixed)
        out[..., channel] = mixed
    return out


def _to_eight_bits(samples: NDArray[Any], bits: int) -> Rgb:
    if bits == 8:
        return np.ascontiguousarray(samples.astype(np.uint8, copy=False))
    if bits < 8:
        return np.rint(samples.astype(np.float64) * 255 / ((1 << bits) - 1)).astype(np.uint8)
    return np.ascontiguousarray((samples >> samples.dtype.type(bits - 8)).astype(np.uint8))


def ybr_partial_to_rgb(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """The retired YBR_PARTIAL_422 to RGB: luminance 16…235, chrominance 16…240, 8 bits.

    (rows, columns, 3) uint8 to the same; the inverse of the matrix of PS3.3-2004 C.7.6.3.1.2.
    """
    spread = samples.astype(np.float32)
    luminance = (spread[..., 0] - 16) * np.float32(255 / 219)
    blue, red = (spread[..., n] - 128 for n in (1, 2))
    out = np.empty(samples.shape, np.uint8)
    for channel, (_, from_blue, from_red) in enumerate(_FULL):
        scale = np.float32(255 / 224)
        mixed = luminance + scale * (np.float32(from_blue) * blue + np.float32(from_red) * red)
        out[..., channel] = np.clip(np.rint(mixed), 0, 255)
    return out


def to_rgb(frame: StoredFrame, dataset: Dataset) -> Rgb:
    """A colour frame as (rows, columns, 3) uint8 RGB.

    Raises:
        MissingAttributeError: a palette picture without its palette.
        UnsupportedPixelsError: retired colour spaces, or a monochrome frame.
    """
    photometric = frame.photometric
    match photometric:
        case Photometric.PALETTE_COLOR:
            palette = read_palette(dataset, signed=frame.signed)
            return palette.apply(frame.samples)
        case Photometric.RGB | Photometric.YBR_RCT | Photometric.YBR_ICT:
            return _to_eight_bits(frame.samples, frame.bits_stored)
        case Photometric.YBR_FULL | Photometric.YBR_FULL_422:
            converted = ybr_full_to_rgb(frame.samples, frame.bits_stored)
            return _to_eight_bits(converted, frame.bits_stored)
        case Photometric.YBR_PARTIAL_422 if frame.bits_stored == 8:
            return ybr_partial_to_rgb(frame.samples)
        case Photometric.YBR_PARTIAL_420 | Photometric.YBR_PARTIAL_422:
            raise UnsupportedPixelsError(f"Pictures of the kind {photometric} cannot be shown.")
        case Photometric.MONOCHROME1 | Photometric.MONOCHROME2:
            raise UnsupportedPixelsError("A grey picture has no colours.")
        case _:
            assert_never(photometric)
