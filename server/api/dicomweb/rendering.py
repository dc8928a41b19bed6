"""Rendered frames (PS3.18 8.7.4): the transformations of PS3.3 C.11 applied to a picture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from server.api.dicomweb.colours import by_strips
from server.api.dicomweb.pixelfile import PixelFile
from server.api.dicomweb.scaling import Viewport
from server.api.dicomweb.tables import coloured, table_of
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
    if samples.ndim == 2 and file.dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        picture = coloured(samples, file.dataset)
    elif samples.ndim == 2:
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
    signed = bool(found.get("PixelRepresentation", 0))
    modality = table_of(found, "ModalityLUTSequence", signed=signed)
    slope, intercept = _scale(found)

    def values(strip: NDArray[Any]) -> NDArray[Any]:
        if modality is not None:
            return modality.apply(strip)
        return strip.astype(np.float64) * slope + intercept

    # The first input of a VOI LUT is signed where its inputs can be negative (C.11.2.1.1).
    negative = modality is None and _lowest(found) < 0
    voi = None if window else table_of(found, "VOILUTSequence", signed=negative)
    if voi is not None:
        steps = _bytes(np.arange(1 << 16, dtype=np.float64) * (255 / voi.top))
        return by_strips(samples, lambda strip: steps[voi.apply(values(strip))])
    chosen = window or _proposed(found) or _whole_range(samples, values)
    return by_strips(
        samples, lambda strip: _windowed(values(strip).astype(np.float64, copy=False), chosen)
    )


def _whole_range(samples: NDArray[Any], values: Callable[[NDArray[Any]], NDArray[Any]]) -> Window:
    """From the lowest value of the picture to its highest."""
    ends = [(float(one.min()), float(one.max())) for one in map(values, samples)]
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    return Window((low + high) / 2, high - low or 1)


def _number(found: Dataset, keyword: str) -> float | None:
    """The first value as a number, if it is one."""
    value = found.get(keyword)
    first = value[0] if isinstance(value, MultiValue) and value else value
    try:
        return float(first)
    except (TypeError, ValueError):
        return None


def _proposed(found: Dataset) -> Window | None:
    """The first window of the file (PS3.3 C.11.2.1.2), unless none could be meant by it."""
    center, width = _number(found, "WindowCenter"), _number(found, "WindowWidth")
    if center is None or width is None or width <= 0:
        return None
    function = str(found.get("VOILUTFunction", "")).lower().replace("_", "-")
    return Window(center, width, function)


def _scale(found: Dataset) -> tuple[float, float]:
    """Slope and intercept (PS3.3 C.11.1.1.2)."""
    slope, intercept = _number(found, "RescaleSlope"), _number(found, "RescaleIntercept")
    return (1.0, 0.0) if not slope or intercept is None else (slope, intercept)


def _lowest(found: Dataset) -> float:
    """The lowest value that rescaling can have, be it in this picture or not."""
    top = 1 << int(_number(found, "BitsStored") or 16)
    low, high = (-top // 2, top // 2 - 1) if found.get("PixelRepresentation") else (0, top - 1)
    slope, intercept = _scale(found)
    return min(low * slope, high * slope) + intercept


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
