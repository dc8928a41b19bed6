"""How pictures were seen, as a presentation state tells it (PS3.3 C.10.4, C.10.6, C.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from app.imaging.attributes import text
from app.imaging.geometry import pixel_spacing
from app.imaging.modality import ModalityLut, modality_transform
from app.imaging.resample import Region
from app.imaging.series import SliceRef
from app.imaging.voi import Voi, Window
from app.imaging.writing.origin import frames_of

if TYPE_CHECKING:
    from pydicom import Dataset

_RESCALE = ("RescaleSlope", "RescaleIntercept", "RescaleType")


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures of one size are shown.

    `voi` None leaves each picture the one of `vois`, and none where that has nothing. `inverted`
    turns the picture's own grey levels round; where `inverse` is known, it tells instead how the
    levels end. `turn` quarter turns clockwise, after `mirrored` left to right. `area` is the part
    that is seen, the whole picture where it is None; its aspect does not count.
    """

    voi: Voi | None = None
    inverted: bool = False
    turn: int = 0
    mirrored: bool = False
    area: Region | None = None
    inverse: bool | None = None
    vois: Mapping[SliceRef, Voi] = field(default_factory=dict)


def own_inverse(picture: Dataset) -> bool:
    """Whether a grey picture ends inverse by itself; its shape counts more than MONOCHROME1."""
    shape = text(picture, "PresentationLUTShape").upper()
    if shape in ("INVERSE", "IDENTITY"):
        return shape == "INVERSE"
    return text(picture, "PhotometricInterpretation") == "MONOCHROME1"


def images(refs: Sequence[SliceRef], pictures: Mapping[str, Dataset]) -> list[Dataset]:
    """Image SOP Instance References (PS3.3 10-3); frames are named where a picture has several."""
    from pydicom import Dataset as New

    frames: dict[str, set[int]] = {}
    for ref in refs:
        frames.setdefault(ref.sop_instance_uid, set()).add(ref.frame + 1)
    made = []
    for uid, numbers in frames.items():
        item = New()
        item.ReferencedSOPClassUID = pictures[uid].SOPClassUID
        item.ReferencedSOPInstanceUID = uid
        if frames_of(pictures[uid]) > 1:
            item.ReferencedFrameNumber = sorted(numbers)
        made.append(item)
    return made


def set_grey_levels(
    state: Dataset, look: Look, refs: Sequence[SliceRef], pictures: Mapping[str, Dataset]
) -> None:
    """Modality LUT, VOI LUT and Presentation LUT modules of a grey state (C.11.1, C.11.8, C.11.6).

    All frames share one modality transform: a state has room for one only.
    """
    first = pictures[refs[0].sop_instance_uid]
    _set_modality(state, first, refs[0].frame)
    _set_vois(state, look, refs, pictures)
    # A state's own shape replaces what MONOCHROME1 would say (PS3.3 C.11.6.1).
    inverse = look.inverted != own_inverse(first) if look.inverse is None else look.inverse
    state.PresentationLUTShape = "INVERSE" if inverse else "IDENTITY"


def _set_modality(state: Dataset, picture: Dataset, frame: int) -> None:
    from pydicom.valuerep import DSfloat

    for keyword in _RESCALE:
        if keyword in state:
            delattr(state, keyword)
    transform = modality_transform(picture, frame)
    if isinstance(transform, ModalityLut):
        state.ModalityLUTSequence = picture.ModalityLUTSequence
    elif (transform.slope, transform.intercept, transform.unit) != (1.0, 0.0, ""):
        state.RescaleSlope = DSfloat(float(transform.slope), auto_format=True)
        state.RescaleIntercept = DSfloat(float(transform.intercept), auto_format=True)
        state.RescaleType = transform.unit or "US"


def _set_vois(
    state: Dataset, look: Look, refs: Sequence[SliceRef], pictures: Mapping[str, Dataset]
) -> None:
    """One item for each transform, with the pictures it is for unless it is for all."""
    seen: dict[Voi, list[SliceRef]] = {}
    for ref in refs:
        voi = look.voi or look.vois.get(ref)
        if voi is not None:
            seen.setdefault(voi, []).append(ref)
    if "SoftcopyVOILUTSequence" in state:
        del state.SoftcopyVOILUTSequence
    made = []
    for voi, shown in seen.items():
        item = _voi_item(voi)
        if len(shown) < len(refs):
            item.ReferencedImageSequence = images(shown, pictures)
        made.append(item)
    if made:
        state.SoftcopyVOILUTSequence = made


def _voi_item(voi: Voi) -> Dataset:
    from pydicom import Dataset as New
    from pydicom.valuerep import DSfloat

    item = New()
    if isinstance(voi, Window):
        item.WindowCenter = DSfloat(float(voi.center), auto_format=True)
        item.WindowWidth = DSfloat(float(voi.width), auto_format=True)
        item.VOILUTFunction = str(voi.function)
        return item
    table, lut = voi.table, New()
    # A state knows outputs of 8 and 16 bits only (C.11.8); 65536 entries are told as 0, and the VR
    # is that of the inputs (C.11.2.1.1).
    data, bits = table.data, 8
    if table.top != 0xFF:
        data, bits = np.rint(data * (0xFFFF / table.top)), 16
    descriptor = [data.size & 0xFFFF, table.first, bits]
    lut.add_new("LUTDescriptor", "SS" if table.first < 0 else "US", descriptor)
    if table.explanation:
        lut.LUTExplanation = table.explanation
    lut.add_new("LUTData", "OW", data.astype("<u2").tobytes())
    item.VOILUTSequence = [lut]
    return item


def set_place(state: Dataset, look: Look, picture: Dataset, frame: int) -> None:
    """Spatial Transformation (C.10.6) and Displayed Area (C.10.4), fitted to the screen."""
    # The standard turns first and mirrors then.
    turn = (-look.turn if look.mirrored else look.turn) % 4
    if turn or look.mirrored:
        state.ImageRotation = 90 * turn
        state.ImageHorizontalFlip = "Y" if look.mirrored else "N"
    area = look.area or Region(0, 0, int(picture.Columns), int(picture.Rows), 1.0)
    corners = _corners(area, turn, mirrored=look.mirrored)
    aspect = Fraction(pixel_spacing(picture, frame).aspect).limit_denominator(10_000)
    for item in state.DisplayedAreaSelectionSequence:
        item.DisplayedAreaTopLeftHandCorner, item.DisplayedAreaBottomRightHandCorner = corners
        item.PresentationSizeMode = "SCALE TO FIT"
        item.PresentationPixelAspectRatio = [aspect.numerator, aspect.denominator]


def _corners(area: Region, turn: int, *, mirrored: bool) -> tuple[list[int], list[int]]:
    """The pixels at the upper left and lower right of the screen, counted from 1 (C.10.4)."""
    left, top = round(area.left) + 1, round(area.top) + 1
    right, bottom = max(left, round(area.right)), max(top, round(area.bottom))
    around = [[left, top], [right, top], [right, bottom], [left, bottom]]
    upper_left, upper_right, lower_right, lower_left = (around[(n - turn) % 4] for n in range(4))
    return (upper_right, lower_left) if mirrored else (upper_left, lower_right)
