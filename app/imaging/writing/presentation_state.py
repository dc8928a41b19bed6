"""Grayscale Softcopy Presentation States (PS3.3 A.33.1): how pictures were looked at and marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.imaging.annotation import Annotation, AnnotationKind, ellipse_axes, outline
from app.imaging.attributes import text
from app.imaging.calibration import Point
from app.imaging.series import SliceRef
from app.imaging.voi import Window
from app.imaging.writing.origin import (
    MODEL,
    Author,
    NewObject,
    distinct,
    finished,
    frames_of,
    software_version,
    source_head,
)

if TYPE_CHECKING:
    from highdicom.pr import GraphicAnnotation, GraphicLayer
    from pydicom import Dataset


LAYER = "ANNOTATIONS"
TOP_P_VALUE = 255


@dataclass(frozen=True, slots=True)
class Look:
    """How one series is shown: `window` None leaves each picture its own; `turn` quarter turns
    clockwise, after `mirrored` left to right."""

    window: Window | None = None
    inverted: bool = False
    turn: int = 0
    mirrored: bool = False


def write_presentation_state(
    shown: Sequence[SliceRef],
    annotations: Sequence[tuple[Annotation, Sequence[str]]],
    pictures: Mapping[str, Dataset],
    look: Look,
    author: Author,
    *,
    label: str = "REVIEW",
    new: NewObject | None = None,
) -> Dataset:
    """A state for grey pictures of one series. `annotations` come with the lines of text beside
    them; `pictures` by SOP Instance UID.

    Raises:
        MissingAttributeError: a picture has no UID.
        ValueError: there is no picture, or one is in colour or of another size than the others.
    """
    from highdicom.pr import GraphicLayer, GrayscaleSoftcopyPresentationState

    heads = _heads([*shown, *(one.ref for one, _ in annotations)], pictures)
    layer = GraphicLayer(LAYER, order=1) if annotations else None
    referenced = distinct(heads.values())
    state = GrayscaleSoftcopyPresentationState(
        referenced_images=referenced,
        manufacturer_model_name=MODEL,
        software_versions=software_version(),
        device_serial_number="0",
        content_label=label,
        content_creator_name=author.person_name,
        institution_name=author.institution or None,
        graphic_layers=[layer] if layer is not None else None,
        graphic_annotations=_drawn(annotations, heads, layer),
        voi_lut_transformations=_voi(look),
        **(new or NewObject(series_number=904)).arguments(),
    )
    _present(state, look, referenced)
    return finished(state)


def _heads(refs: Sequence[SliceRef], pictures: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """What is needed of each picture, by SOP Instance UID; grey ones only."""
    uids = dict.fromkeys(ref.sop_instance_uid for ref in refs)
    if not uids or not all(uid in pictures for uid in uids):
        raise ValueError("a picture that is shown is missing")
    heads = {uid: source_head(pictures[uid]) for uid in uids}
    kinds = {text(head, "PhotometricInterpretation") for head in heads.values()}
    if not all(kind.startswith("MONOCHROME") for kind in kinds):
        raise ValueError("a presentation state of this kind is for grey pictures")
    return heads


def _drawn(
    annotations: Sequence[tuple[Annotation, Sequence[str]]],
    heads: Mapping[str, Dataset],
    layer: GraphicLayer | None,
) -> list[GraphicAnnotation] | None:
    if layer is None:
        return None
    return [
        _graphics(one, lines, heads[one.ref.sop_instance_uid], layer) for one, lines in annotations
    ]


def _voi(look: Look) -> list[Any] | None:
    from highdicom.pr import SoftcopyVOILUTTransformation

    if look.window is None:
        return None
    return [
        SoftcopyVOILUTTransformation(
            window_center=look.window.center,
            window_width=look.window.width,
            voi_lut_function=str(look.window.function),
        )
    ]


def _present(state: Dataset, look: Look, pictures: Sequence[Dataset]) -> None:
    """Presentation LUT shape, rotation and flip, and the whole of each picture fitted."""
    first = pictures[0]
    # A state's own shape replaces what MONOCHROME1 would say (PS3.3 C.11.6.1).
    mono1 = text(first, "PhotometricInterpretation") == "MONOCHROME1"
    state.PresentationLUTShape = "INVERSE" if look.inverted != mono1 else "IDENTITY"
    # The standard turns first and mirrors then (C.10.6).
    turn = (-look.turn if look.mirrored else look.turn) % 4
    if turn or look.mirrored:
        state.ImageRotation = 90 * turn
        state.ImageHorizontalFlip = "Y" if look.mirrored else "N"
    corners = _corners(int(first.Columns), int(first.Rows), turn, mirrored=look.mirrored)
    for area in state.DisplayedAreaSelectionSequence:
        area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner = corners
        area.PresentationSizeMode = "SCALE TO FIT"


def _corners(columns: int, rows: int, turn: int, *, mirrored: bool) -> tuple[list[int], list[int]]:
    """The pixels at the upper left and lower right of the screen (C.10.4)."""
    around = [[1, 1], [columns, 1], [columns, rows], [1, rows]]
    upper_left, upper_right, lower_right, lower_left = (around[(n - turn) % 4] for n in range(4))
    return (upper_right, lower_left) if mirrored else (upper_left, lower_right)


def _graphics(
    annotation: Annotation, lines: Sequence[str], head: Dataset, layer: GraphicLayer
) -> GraphicAnnotation:
    from highdicom.pr import GraphicAnnotation, GraphicObject, TextObject

    drawn = [
        GraphicObject(graphic, np.array(points, dtype=np.float32), units="PIXEL")
        for graphic, points in _objects(annotation)
    ]
    words = "\r\n".join(lines)
    texts = []
    if words:
        anchor = max(annotation.points)
        texts = [TextObject(words, units="PIXEL", anchor_point=anchor, anchor_point_visible=False)]
    return GraphicAnnotation(
        referenced_images=[head],
        graphic_layer=layer,
        referenced_frame_number=annotation.ref.frame + 1 if frames_of(head) > 1 else None,
        graphic_objects=drawn or None,
        text_objects=texts or None,
    )


def _objects(annotation: Annotation) -> list[tuple[str, Sequence[Point]]]:
    """Graphic types and their points (PS3.3 C.10.5.1.2)."""
    points = annotation.points
    match annotation.kind:
        case AnnotationKind.ELLIPSE:
            return [("ELLIPSE", ellipse_axes(annotation))]
        case AnnotationKind.RECTANGLE | AnnotationKind.POLYGON:
            corners = outline(annotation)
            return [("POLYLINE", (*corners, corners[0]))]
        case AnnotationKind.COBB:
            return [("POLYLINE", points[:2]), ("POLYLINE", points[2:])]
        case AnnotationKind.TEXT:
            return []
        case _:
            return [("POLYLINE", points)]
