"""A decoded frame ready for the screen: indices, ranges and what the file proposes for it.

Made once per frame in a decoding thread, so that showing it costs no arithmetic over the
whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from app.imaging.lut import LookupTable
from app.imaging.modality import ModalityLut, ModalityTransform, Rescale, modality_transform
from app.imaging.overlays import OverlayPlane, overlay_planes
from app.imaging.palette import Palette, supplement_of
from app.imaging.readings import Readings, readings_of
from app.imaging.shutter import Shutter, read_shutter
from app.imaging.voi import (
    Voi,
    VoiFunction,
    VoiLut,
    Window,
    auto_window,
    file_presets,
    modality_presets,
    window,
)

if TYPE_CHECKING:
    from pydicom import Dataset

    from app.imaging.presentation import PresentationState

MAX_TABLE = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class GreyPicture:
    """One grey frame.

    `samples` (rows, columns) are stored values, except after a Modality LUT Sequence, which is
    applied here because interpolating its inputs would be wrong; then `modality` is identity and
    `untabled` keeps the stored values for presentation states, which bring a table of their own.
    `low`…`high` is the range of samples that are not padding. `padding` marks background:
    (rows, columns) bool, None where there is none. `presentation` is the Presentation LUT of
    the presentation state the picture was made under, `palette` that of a pseudo-colour state.
    `overlays` and `shutter` are the file's, or the state's. `readings` is what the modality values
    mean besides: SUV, real world values. Under a state `own` is the picture without it, where that
    knows its modality values: those are measured, for a state says how a picture is displayed
    (PS3.4 N.2) and not what its values mean. `coloured` marks the pixels, (rows, columns) bool,
    that `supplement` gives colours (C.7.6.19); None where all is grey. `coming`
    while the rest of its bytes is on the way: it is coarse, and its values are not those of the
    whole picture.
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
    presentation: LookupTable | None = None
    palette: Palette | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None
    scales: Scales = Scales()
    bits_stored: int = 16
    untabled: NDArray[Any] | None = None
    readings: Readings = Readings()
    own: GreyPicture | None = None
    supplement: Palette | None = None
    coloured: NDArray[np.bool_] | None = None
    coming: bool = False

    @property
    def background(self) -> NDArray[np.bool_] | None:
        """Where no grey is shown and none must run into its neighbours: padding and colours."""
        if self.padding is None or self.coloured is None:
            return self.padding if self.coloured is None else self.coloured
        return self.padding | self.coloured

    @property
    def measurable(self) -> GreyPicture:
        """The picture whose samples and transform a probe or a region reads."""
        return self.own or self

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        planes = sum(plane.nbytes for plane in self.overlays)
        parts = (self.padding, self.untabled, self.coloured)
        extra = sum(int(part.nbytes) for part in parts if part is not None)
        return int(self.samples.nbytes) + extra + planes

    @property
    def uses_table(self) -> bool:
        """Whether a table over low…high is worth its size; else levels are computed directly."""
        return self.samples.dtype.kind in "iu" and self.high - self.low < MAX_TABLE - 1


@dataclass(frozen=True, slots=True, eq=False)
class ColourPicture:
    """One colour frame; `rgb` is (rows, columns, 3) uint8; `coming` as in `GreyPicture`."""

    rgb: Rgb
    spacing: Spacing
    partial: bool
    lossy: bool
    overlays: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None
    scales: Scales = Scales()
    coming: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.rgb.nbytes) + sum(plane.nbytes for plane in self.overlays)


Picture: TypeAlias = GreyPicture | ColourPicture


def shape_of(picture: Picture) -> tuple[int, int]:
    """(rows, columns)."""
    pixels = picture.samples if isinstance(picture, GreyPicture) else picture.rgb
    return int(pixels.shape[0]), int(pixels.shape[1])


def make_picture(
    obj: DicomObject,
    frame: int,
    stored: StoredFrame | None = None,
    *,
    state: PresentationState | None = None,
) -> Picture:
    """Prepare frame `frame` (from 0), decoding it unless `stored` is given.

    With `state`, the grey pipeline, the overlays and the shutter are those of the presentation
    state, and what the file proposes itself counts nothing (PS3.4 N.2).
    Errors as `decode_frame` and `to_rgb`.
    """
    stored = decode_frame(obj, frame) if stored is None else stored
    planes = overlay_planes(obj, frame)
    shutter = read_shutter(obj.dataset, planes)
    parts = _Parts(obj.dataset, frame, planes, shutter)
    if stored.photometric.is_monochrome:
        plain = _grey(stored, parts)
        if state is None:
            return plain
        return under_state(plain, state, text(obj.dataset, "SOPInstanceUID"), frame)
    rgb = to_rgb(stored, obj.dataset)
    rgb.flags.writeable = False
    spacing = pixel_spacing(obj.dataset, frame)
    return ColourPicture(
        rgb,
        spacing,
        stored.partial,
        stored.lossy,
        planes,
        shutter if state is None else state.shutter,
        scales_of(obj.dataset, frame),
    )


def under_state(
    picture: Picture, state: PresentationState, sop_instance_uid: str, frame: int
) -> Picture:
    """What `make_picture` makes of that frame with a state, from the picture made without one.

    Nothing is decoded again, and the samples are shared unless the state has a Modality LUT.
    """
    if isinstance(picture, ColourPicture):
        return replace(picture, shutter=state.shutter)
    samples = picture.samples if picture.untabled is None else picture.untabled
    stored = StoredFrame(
        samples=samples,
        photometric=Photometric.MONOCHROME2,
        bits_stored=picture.bits_stored,
        signed=samples.dtype.kind == "i",
        padding=None,
        partial=picture.partial,
        lossy=picture.lossy,
    )
    return _grey_as_stated(stored, state, sop_instance_uid, frame, picture)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a picture is made of beside its samples."""

    dataset: Dataset
    frame: int
    planes: tuple[OverlayPlane, ...]
    shutter: Shutter | None


def _padding_mask(stored: StoredFrame) -> NDArray[np.bool_] | None:
    """Where samples are padding, or no numbers at all; None where that is nowhere or all."""
    mask: NDArray[np.bool_]
    if stored.samples.dtype.kind == "f":
        mask = ~np.isfinite(stored.samples)
        if stored.padding is not None:
            first, last = stored.padding
            mask |= (stored.samples >= first) & (stored.samples <= last)
    elif stored.padding is not None:
        first, last = stored.padding
        info = np.iinfo(stored.samples.dtype)
        if first > info.max or last < info.min:
            return None
        low, high = max(int(first), int(info.min)), min(int(last), int(info.max))
        mask = (stored.samples >= low) & (stored.samples <= high)
    else:
        return None
    return mask if mask.any() and not mask.all() else None


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """Samples after a Modality LUT, where there is one, and their range without padding."""

    samples: NDArray[Any]
    shown: NDArray[Any]
    padding: NDArray[np.bool_] | None
    modality: ModalityTransform
    low: float
    high: float
    signed: bool
    """Whether modality values can be negative, be they so in this picture or not: that decides the
    VR of a table's first mapped value (PS3.3 C.11.2.1.1)."""


def _prepared(stored: StoredFrame, modality: ModalityTransform) -> _Prepared:
    mask = _padding_mask(stored)
    samples: NDArray[Any] = stored.samples
    if samples.dtype.kind == "f" and mask is None and not np.isfinite(samples).all():
        samples = np.zeros_like(samples)  # nothing in it is a number
    if isinstance(modality, ModalityLut):
        samples, modality = modality.table.apply(samples), Rescale(unit=modality.unit)
    shown = samples if mask is None else samples[~mask]
    low, high = float(shown.min()), float(shown.max())
    signed = samples is stored.samples and _range(stored, modality)[0] < 0
    return _Prepared(samples, shown, mask, modality, low, high, signed)


def _grey(stored: StoredFrame, parts: _Parts) -> GreyPicture:
    dataset, frame = parts.dataset, parts.frame
    modality = modality_transform(dataset, frame, signed=stored.signed)
    ready = _prepared(stored, modality)
    supplement = (
        None
        if ready.samples is not stored.samples
        else supplement_of(dataset, signed=stored.signed)
    )
    coloured = None if supplement is None else ready.samples >= supplement.first
    if coloured is not None and not coloured.any():
        supplement = coloured = None
    shown = ready.shown if coloured is None else ready.samples[~coloured]
    shown = shown if shown.size else ready.shown
    presets = _presets(dataset, frame, shown, ready.modality, signed=ready.signed)
    return replace(
        _frame_of(stored, parts),
        samples=ready.samples,
        low=ready.low,
        high=ready.high,
        padding=ready.padding,
        modality=ready.modality,
        presets=presets,
        inverse=_is_inverse(stored, dataset),
        untabled=stored.samples if isinstance(modality, ModalityLut) else None,
        readings=readings_of(dataset, frame, modality),
        supplement=supplement,
        coloured=coloured,
    )


def _frame_of(stored: StoredFrame, parts: _Parts) -> GreyPicture:
    """What is the same for a frame whatever state it is seen under; its grey pipeline is empty."""
    return GreyPicture(
        samples=stored.samples,
        low=0.0,
        high=0.0,
        padding=None,
        modality=Rescale(),
        presets=(),
        inverse=False,
        spacing=pixel_spacing(parts.dataset, parts.frame),
        partial=stored.partial,
        lossy=stored.lossy,
        overlays=parts.planes,
        shutter=parts.shutter,
        scales=scales_of(parts.dataset, parts.frame),
        bits_stored=stored.bits_stored,
    )


def _grey_as_stated(
    stored: StoredFrame, state: PresentationState, uid: str, frame: int, same: GreyPicture
) -> GreyPicture:
    """Padding is shown like any other value: a state leaves no room for it."""
    modality = state.modality
    if isinstance(modality, ModalityLut):
        modality = ModalityLut(modality.table.for_input(signed=stored.signed), modality.unit)
    ready = _prepared(replace(stored, padding=None), modality)
    presets = tuple(
        VoiLut(voi.table.for_input(signed=ready.signed)) if isinstance(voi, VoiLut) else voi
        for voi in state.presets(uid, frame)
    )
    return replace(
        same,
        samples=ready.samples,
        low=ready.low,
        high=ready.high,
        padding=ready.padding,
        modality=ready.modality,
        presets=presets or (_identity(stored, state.modality),),
        inverse=state.inverse,
        presentation=state.presentation_lut,
        palette=state.palette,
        shutter=state.shutter,
        untabled=None,
        readings=Readings(),
        own=same if same.modality != Rescale() else None,
        supplement=None,
        coloured=None,
    )


def _range(stored: StoredFrame, modality: ModalityTransform) -> tuple[float, float]:
    """The least and the largest value the modality transform can give."""
    if isinstance(modality, ModalityLut):
        return 0.0, float(modality.table.top)
    if stored.samples.dtype.kind == "f":
        found = stored.samples[np.isfinite(stored.samples)]
        ends = modality.apply(np.array([found.min(initial=0), found.max(initial=1)]))
    else:
        least = -(1 << (stored.bits_stored - 1)) if stored.signed else 0
        ends = modality.apply(np.array([least, least + (1 << stored.bits_stored) - 1]))
    return float(ends.min()), float(ends.max())


def _identity(stored: StoredFrame, modality: ModalityTransform) -> Window:
    """Every value the modality transform can give, from black to white (PS3.3 C.11.6.1)."""
    low, high = _range(stored, modality)
    return window((low + high) / 2, high - low, VoiFunction.LINEAR_EXACT)


def _is_inverse(stored: StoredFrame, dataset: Dataset) -> bool:
    """The shape decides where the file has one, for every modality as in other viewers."""
    shape = text(dataset, "PresentationLUTShape").upper()
    if shape in ("INVERSE", "IDENTITY"):
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
