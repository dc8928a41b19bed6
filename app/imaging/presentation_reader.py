"""Presentation state objects to values (PS3.3 A.33.1, A.33.2, A.33.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.imaging.attributes import integer, items, number, numbers, text
from app.imaging.dataset import EXPLICIT_BIG, DicomObject
from app.imaging.errors import UnsupportedPixelsError
from app.imaging.graphics_reader import graphics_of, layers_of, texts_of
from app.imaging.lut import LookupTable, read_table
from app.imaging.modality import modality_transform
from app.imaging.overlays import GROUPS, dataset_planes
from app.imaging.palette import read_palette
from app.imaging.presentation import (
    Annotation,
    DisplayedArea,
    PresentationState,
    Reference,
    Scope,
    SizeMode,
    SoftcopyVoi,
    StateKind,
)
from app.imaging.shutter import read_shutter
from app.imaging.voi import file_presets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydicom import Dataset

_KINDS = {
    "1.2.840.10008.5.1.4.1.1.11.1": StateKind.GREY,
    "1.2.840.10008.5.1.4.1.1.11.2": StateKind.COLOUR,
    "1.2.840.10008.5.1.4.1.1.11.3": StateKind.PSEUDO_COLOUR,
}


def is_presentation_state(sop_class_uid: str) -> bool:
    """Whether `read_presentation_state` reads objects of this class."""
    return sop_class_uid in _KINDS


def read_presentation_state(obj: DicomObject) -> PresentationState:
    """Read a state; broken items are left out.

    Raises:
        UnsupportedPixelsError: the object is no presentation state, or one of a kind that
            is not shown here (blending, volumes).
        MissingAttributeError: a pseudo-colour state without its palette.
    """
    ds = obj.dataset
    kind = _KINDS.get(text(ds, "SOPClassUID"))
    if kind is None:
        raise UnsupportedPixelsError("This is not a presentation state that can be shown.")
    planes = dataset_planes(ds, big_endian=obj.transfer_syntax_uid == EXPLICIT_BIG)
    table = _presentation_lut(ds)
    shutter = read_shutter(ds, planes)
    covering = shutter.bitmap.group if shutter is not None and shutter.bitmap is not None else None
    return PresentationState(
        kind=kind,
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        label=text(ds, "ContentLabel"),
        description=text(ds, "ContentDescription"),
        created=text(ds, "PresentationCreationDate") + text(ds, "PresentationCreationTime"),
        scope=Scope(_relationship(ds)),
        modality=modality_transform(ds),
        vois=_vois(ds),
        presentation_lut=table,
        inverse=table is None and text(ds, "PresentationLUTShape").upper() == "INVERSE",
        palette=read_palette(ds, signed=False) if kind is StateKind.PSEUDO_COLOUR else None,
        areas=tuple(area for area in map(_area, _areas(ds)) if area is not None),
        quarter_turns=(integer(ds, "ImageRotation") or 0) // 90 % 4,
        flip=text(ds, "ImageHorizontalFlip").upper() == "Y",
        shutter=shutter,
        overlays=tuple(plane for plane in planes if plane.group != covering),
        activations=_activations(ds),
        layers=layers_of(ds),
        annotations=_annotations(ds),
        creator=text(ds, "ContentCreatorName"),
    )


def _references(images: Iterable[Dataset]) -> tuple[Reference, ...]:
    found = []
    for image in images:
        frames = numbers(image, "ReferencedFrameNumber")
        uid = text(image, "ReferencedSOPInstanceUID")
        if uid:
            found.append(Reference(uid, frozenset(int(frame) - 1 for frame in frames)))
    return tuple(found)


def _relationship(ds: Dataset) -> tuple[Reference, ...]:
    """Every picture the state is for (C.11.11)."""
    return _references(
        image
        for series in items(ds, "ReferencedSeriesSequence")
        for image in items(series, "ReferencedImageSequence")
    )


def _scope(item: Dataset) -> Scope:
    return Scope(_references(items(item, "ReferencedImageSequence")))


def _vois(ds: Dataset) -> tuple[SoftcopyVoi, ...]:
    found = (
        SoftcopyVoi(_scope(item), file_presets(item))
        for item in items(ds, "SoftcopyVOILUTSequence")
    )
    return tuple(voi for voi in found if voi.presets)


def _presentation_lut(ds: Dataset) -> LookupTable | None:
    for item in items(ds, "PresentationLUTSequence"):
        table = read_table(item, signed_input=False)
        if table is not None:
            return table
    return None


def _areas(ds: Dataset) -> tuple[Dataset, ...]:
    return items(ds, "DisplayedAreaSelectionSequence")


def _area(item: Dataset) -> DisplayedArea | None:
    """The corners may be swapped: they are named as seen after the rotation (C.10.4)."""
    first = numbers(item, "DisplayedAreaTopLeftHandCorner")
    second = numbers(item, "DisplayedAreaBottomRightHandCorner")
    if len(first) != 2 or len(second) != 2:
        return None
    try:
        mode = SizeMode(text(item, "PresentationSizeMode").upper())
    except ValueError:
        mode = SizeMode.SCALE_TO_FIT
    magnification = number(item, "PresentationPixelMagnificationRatio")
    spacing, aspect = _spacing(item)
    return DisplayedArea(
        scope=_scope(item),
        left=min(first[0], second[0]) - 1,
        top=min(first[1], second[1]) - 1,
        right=max(first[0], second[0]),
        bottom=max(first[1], second[1]),
        mode=mode,
        magnification=magnification if magnification is not None and magnification > 0 else 1.0,
        spacing=spacing,
        aspect=aspect,
    )


def _spacing(item: Dataset) -> tuple[tuple[float, float] | None, float | None]:
    pair = numbers(item, "PresentationPixelSpacing")
    if len(pair) == 2 and min(pair) > 0:
        return (pair[0], pair[1]), pair[0] / pair[1]
    ratio = numbers(item, "PresentationPixelAspectRatio")
    if len(ratio) == 2 and min(ratio) > 0:
        return None, ratio[0] / ratio[1]
    return None, None


def _activations(ds: Dataset) -> tuple[tuple[int, str], ...]:
    found = ((group, text(ds, group << 16 | 0x1001)) for group in GROUPS)
    return tuple((group, layer) for group, layer in found if layer)


def _annotations(ds: Dataset) -> tuple[Annotation, ...]:
    return tuple(
        Annotation(_scope(item), text(item, "GraphicLayer"), graphics_of(item), texts_of(item))
        for item in items(ds, "GraphicAnnotationSequence")
    )
