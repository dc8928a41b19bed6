"""Rendered frames (PS3.18 8.7.4): the transformations of PS3.3 C.11 applied to a picture."""

import warnings
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from server.api.dicomweb.pixelfile import PixelFile
from server.api.dicomweb.scaling import Viewport
from server.domain.errors import invalid_field

PNG, JPEG = "image/png", "image/jpeg"


@dataclass(frozen=True, slots=True)
class Window:
    """The query parameter `window=center,width,function` (PS3.18 8.3.5.1.4)."""

    center: float
    width: float
    function: str = "linear"

    @classmethod
    def of(cls, text: str) -> "Window":
        parts = text.split(",")
        try:
            window = cls(float(parts[0]), float(parts[1]), *parts[2:3])
        except (ValueError, IndexError) as error:
            raise invalid_field("give center,width,function", "window") from error
        if window.function not in ("linear", "linear-exact", "sigmoid") or window.width <= 0:
            raise invalid_field("give linear, linear-exact or sigmoid and a width", "window")
        return window


def render(
    file: PixelFile,
    index: int,
    media_type: str,
    window: Window | None,
    quality: int,
    viewport: Viewport | None = None,
) -> bytes:
    """One frame as PNG or JPEG, 8 bits."""
    samples = file.samples(index)
    if samples.ndim == 2:
        grey = _grey(samples, file.dataset, window)
        picture = 255 - grey if _inverse(file.dataset) else grey
    else:
        spare = max(0, int(file.dataset.BitsStored) - 8)
        picture = (samples >> spare).astype(np.uint8)
    if viewport is not None:
        picture = viewport.show(picture)
    picture = np.ascontiguousarray(picture)
    if media_type == JPEG:
        return bytes(imagecodecs.jpeg8_encode(picture, level=quality))
    return bytes(imagecodecs.png_encode(picture))


def _inverse(found: Dataset) -> bool:
    shape = str(found.get("PresentationLUTShape", ""))
    return shape == "INVERSE" or (
        not shape and str(found.get("PhotometricInterpretation", "")) == "MONOCHROME1"
    )


def _grey(samples: NDArray[Any], found: Dataset, window: Window | None) -> NDArray[np.uint8]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # As wide as both ends of a signed table: pydicom compares it in the samples' own type.
        values = apply_modality_lut(samples.astype(np.int32), found)
        if window is not None:
            return _windowed(values.astype(np.float64), window)
        shown = apply_voi_lut(values, found)
    if shown is values:  # neither window nor table: the full range
        low, high = float(values.min()), float(values.max())
        return _windowed(values.astype(np.float64), Window((low + high) / 2, high - low or 1))
    low, high = _output_range(found, shown)
    return _bytes((shown.astype(np.float64) - low) / (high - low or 1) * 255)


def _output_range(found: Dataset, shown: NDArray[Any]) -> tuple[float, float]:
    table = found.get("VOILUTSequence")
    if table:
        return 0.0, float(2 ** int(table[0].LUTDescriptor[2]) - 1)
    # pydicom answers a window over the range of the modality output (PS3.3 C.11.2.1.2).
    bits, signed = int(found.BitsStored), bool(found.PixelRepresentation)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    slope = float(found.get("RescaleSlope", 1) or 1)
    intercept = float(found.get("RescaleIntercept", 0) or 0)
    ends = (low * slope + intercept, high * slope + intercept)
    return min(ends), max(ends)


def _windowed(values: NDArray[np.float64], window: Window) -> NDArray[np.uint8]:
    """PS3.3 C.11.2.1.2 (LINEAR) and C.11.2.1.3 (SIGMOID, LINEAR_EXACT), to 0…255."""
    match window.function:
        case "sigmoid":
            return _bytes(255 / (1 + np.exp(-4 * (values - window.center) / window.width)))
        case "linear-exact":
            return _bytes(((values - window.center) / window.width + 0.5) * 255)
        case _:
            width = max(window.width - 1, 1e-9)
            return _bytes(((values - (window.center - 0.5)) / width + 0.5) * 255)


def _bytes(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    clipped: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return clipped
