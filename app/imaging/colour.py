"""Colour frames to 8-bit RGB (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5, C.7.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
from numpy.typing import NDArray

from app.imaging.description import Photometric
from app.imaging.errors import MissingAttributeError, UnsupportedPixelsError

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


def _palette(frame: StoredFrame, dataset: Dataset) -> Rgb:
    from pydicom.pixels.processing import apply_color_lut

    try:
        colours = apply_color_lut(frame.samples, dataset)
    except Exception as error:  # absent or inconsistent tables
        raise MissingAttributeError("PaletteColorLookupTable") from error
    if colours.shape[-1] > 3:
        colours = colours[..., :3]
    # Some writers describe a table of 16 bits and fill it with 8.
    if colours.dtype.itemsize == 2 and int(colours.max(initial=0)) > 255:
        return _to_eight_bits(colours, 16)
    return colours.astype(np.uint8)


def to_rgb(frame: StoredFrame, dataset: Dataset) -> Rgb:
    """A colour frame as (rows, columns, 3) uint8 RGB.

    Raises:
        MissingAttributeError: a palette picture without its palette.
        UnsupportedPixelsError: retired colour spaces, or a monochrome frame.
    """
    photometric = frame.photometric
    match photometric:
        case Photometric.PALETTE_COLOR:
            return _palette(frame, dataset)
        case Photometric.RGB | Photometric.YBR_RCT | Photometric.YBR_ICT:
            return _to_eight_bits(frame.samples, frame.bits_stored)
        case Photometric.YBR_FULL | Photometric.YBR_FULL_422:
            converted = ybr_full_to_rgb(frame.samples, frame.bits_stored)
            return _to_eight_bits(converted, frame.bits_stored)
        case Photometric.YBR_PARTIAL_420 | Photometric.YBR_PARTIAL_422:
            raise UnsupportedPixelsError(f"Pictures of the kind {photometric} cannot be shown.")
        case Photometric.MONOCHROME1 | Photometric.MONOCHROME2:
            raise UnsupportedPixelsError("A grey picture has no colours.")
        case _:
            assert_never(photometric)
