"""A decoded frame ready for the screen: indices, ranges and what the file proposes for it.

Made once per frame in a decoding thread, so that showing it costs no arithmetic over the
whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.imaging.attributes import text
from app.imaging.calibration import Scales, scales_of
from app.imaging.colour import Rgb, to_rgb
from app.imaging.dataset import DicomObject
from app.imaging.decode import StoredFrame, decode_frame
from app.imaging.description import Photometric
from app.imaging.geometry import Spacing, pixel_spacing
from app.imaging.modality import ModalityLut, ModalityTransform, Rescale, modality_transform
from app.imaging.voi import Voi, Window, auto_window, file_presets, modality_presets

if TYPE_CHECKING:
    from pydicom import Dataset

MAX_TABLE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class GreyPicture:
    """One grey frame.

    `samples` (rows, columns) are stored values, except after a Modality LUT Sequence, which is
    applied here because interpolating its inputs would be wrong; then `modality` is identity.
    `low`…`high` is the range of samples that are not padding. `padding` marks background:
    (rows, columns) bool, None where there is none.
    """

    samples: NDArray[Any]
    low: float
    high: float
    padding: NDArray[np.bool_] | None
    modality: ModalityTransform
    presets: tuple[Voi, ...]
    inverse: bool
    spacing: Spacing
    partial: bool
    lossy: bool
    scales: Scales = Scales()

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.samples.nbytes) + (0 if self.padding is None else self.padding.nbytes)

    @property
    def uses_table(self) -> bool:
        """Whether a table over low…high is worth its size; else levels are computed directly."""
        return self.samples.dtype.kind in "iu" and self.high - self.low < MAX_TABLE - 1


@dataclass(frozen=True, slots=True, eq=False)
class ColourPicture:
    """One colour frame; `rgb` is (rows, columns, 3) uint8."""

    rgb: Rgb
    spacing: Spacing
    partial: bool
    lossy: bool
    scales: Scales = Scales()

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.rgb.nbytes)


Picture: TypeAlias = GreyPicture | ColourPicture


def shape_of(picture: Picture) -> tuple[int, int]:
    """(rows, columns)."""
    pixels = picture.samples if isinstance(picture, GreyPicture) else picture.rgb
    return int(pixels.shape[0]), int(pixels.shape[1])


def make_picture(obj: DicomObject, frame: int, stored: StoredFrame | None = None) -> Picture:
    """Prepare frame `frame` (from 0), decoding it unless `stored` is given.

    Errors as `decode_frame` and `to_rgb`.
    """
    stored = decode_frame(obj, frame) if stored is None else stored
    spacing = pixel_spacing(obj.dataset, frame)
    if stored.photometric.is_monochrome:
        return _grey(stored, obj.dataset, frame, spacing)
    rgb = to_rgb(stored, obj.dataset)
    rgb.flags.writeable = False
    scales = scales_of(obj.dataset, frame)
    return ColourPicture(rgb, spacing, stored.partial, stored.lossy, scales)


def _padding_mask(stored: StoredFrame) -> NDArray[np.bool_] | None:
    if stored.padding is None:
        return None
    first, last = stored.padding
    info = np.iinfo(stored.samples.dtype)
    if first > info.max or last < info.min:
        return None
    first, last = max(first, int(info.min)), min(last, int(info.max))
    mask: NDArray[np.bool_] = (stored.samples >= first) & (stored.samples <= last)
    return mask if mask.any() and not mask.all() else None


def _grey(stored: StoredFrame, dataset: Dataset, frame: int, spacing: Spacing) -> GreyPicture:
    mask = _padding_mask(stored)
    modality = modality_transform(dataset, frame, signed=stored.signed)
    samples: NDArray[Any] = stored.samples
    if isinstance(modality, ModalityLut):
        samples, modality = modality.table.apply(samples), Rescale(unit=modality.unit)
    shown = samples if mask is None else samples[~mask]
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    ends = modality.apply(np.array([low, high]))
    presets = _presets(dataset, frame, shown, modality, signed=bool(ends.min() < 0))
    return GreyPicture(
        samples=samples,
        low=low,
        high=high,
        padding=mask,
        modality=modality,
        presets=presets,
        inverse=_is_inverse(stored, dataset),
        spacing=spacing,
        partial=stored.partial,
        lossy=stored.lossy,
        scales=scales_of(dataset, frame),
    )


def _is_inverse(stored: StoredFrame, dataset: Dataset) -> bool:
    shape = text(dataset, "PresentationLUTShape").upper()
    if shape in ("INVERSE", "IDENTITY") and text(dataset, "Modality") in ("DX", "MG", "IO", "PX"):
        return shape == "INVERSE"
    return stored.photometric is Photometric.MONOCHROME1


def _presets(
    dataset: Dataset,
    frame: int,
    shown: NDArray[Any],
    modality: ModalityTransform,
    *,
    signed: bool,
) -> tuple[Voi, ...]:
    """The file's own first; an automatic one where it proposes none; then the modality's."""
    found: list[Voi] = list(file_presets(dataset, frame, signed=signed))
    if not found:
        step = max(1, shown.size // 262144)
        found.append(auto_window(modality.apply(shown.ravel()[::step])))
    seen = {(voi.center, voi.width) for voi in found if isinstance(voi, Window)}
    found.extend(
        preset
        for preset in modality_presets(text(dataset, "Modality"))
        if (preset.center, preset.width) not in seen
    )
    return tuple(found)
