"""Softcopy Presentation States (PS3.3 A.33.1, A.33.2): how pictures were looked at and marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.imaging.annotation import Annotation, AnnotationKind, ellipse_axes, outline
from app.imaging.attributes import text
from app.imaging.calibration import Point
from app.imaging.geometry import Turn
from app.imaging.series import SliceRef
from app.imaging.writing.look import Look, images, set_grey_levels, set_place
from app.imaging.writing.origin import (
    MODEL,
    Author,
    NewObject,
    distinct,
    finished,
    frames_of,
    need_one_patient,
    software_version,
    source_head,
)
from app.imaging.writing.valid import shortened

if TYPE_CHECKING:
    from highdicom.pr import GraphicAnnotation, GraphicLayer
    from pydicom import Dataset


LAYER = "ANNOTATIONS"


def write_presentation_state(
    shown: Sequence[SliceRef],
    annotations: Sequence[tuple[Annotation, Sequence[str]]],
    pictures: Mapping[str, Dataset],
    look: Look,
    author: Author,
    *,
    label: str = "REVIEW",
    description: str = "",
    new: NewObject | None = None,
) -> Dataset:
    """A state for pictures of one size, all grey or all in colour: a Color Softcopy Presentation
    State holds no window and no inversion, only how pictures lie and what is drawn on them.

    `annotations` come with the lines of text beside them; `pictures` by SOP Instance UID; `label`
    is a CS, `description` says the same in words (PS3.3 10.9).

    Raises:
        MissingAttributeError: a picture has no UID.
        ValueError: there is no picture, or one is of another kind, size, study or patient than
            the others.
    """
    refs = list(dict.fromkeys([*shown, *(one.ref for one, _ in annotations)]))
    heads = _heads(refs, pictures)
    arguments = _arguments(heads, annotations, author, new, Turn(look.turn, look.mirrored))
    arguments |= _told(label, description)
    first = pictures[refs[0].sop_instance_uid]
    if is_grey(first):
        state = _grey_state(arguments)
        set_grey_levels(state, look, refs, pictures)
    else:
        state = _colour_state(arguments)
    for series in state.ReferencedSeriesSequence:
        uids = {image.ReferencedSOPInstanceUID for image in series.ReferencedImageSequence}
        of_series = [ref for ref in refs if ref.sop_instance_uid in uids]
        series.ReferencedImageSequence = images(of_series, pictures)
    set_place(state, look, first, refs[0].frame)
    return finished(state, [pictures[uid] for uid in heads])


def _arguments(
    heads: Mapping[str, Dataset],
    annotations: Sequence[tuple[Annotation, Sequence[str]]],
    author: Author,
    new: NewObject | None,
    turn: Turn,
) -> dict[str, Any]:
    """What highdicom takes for a state of either kind."""
    from highdicom.pr import GraphicLayer

    layer = GraphicLayer(LAYER, order=1) if annotations else None
    return {
        "referenced_images": distinct(heads.values()),
        "manufacturer_model_name": MODEL,
        "software_versions": software_version(),
        "device_serial_number": "0",
        "content_creator_name": author.person_name,
        "institution_name": author.institution_name,
        "graphic_layers": [layer] if layer is not None else None,
        "graphic_annotations": _drawn(annotations, heads, layer, turn),
        **(new or NewObject(series_number=904)).arguments(),
    }


def _told(label: str, description: str) -> dict[str, str | None]:
    """What a list of states shows of one (PS3.3 10.9)."""
    said = shortened("LO", description) or None
    return {"content_label": label, "content_description": said}


def is_grey(picture: Dataset) -> bool:
    """Whether a picture takes a grey state; a colour one takes all others."""
    return text(picture, "PhotometricInterpretation").startswith("MONOCHROME")


def _heads(refs: Sequence[SliceRef], pictures: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """What is needed of each picture, by SOP Instance UID; all of one kind."""
    uids = dict.fromkeys(ref.sop_instance_uid for ref in refs)
    if not uids or not all(uid in pictures for uid in uids):
        raise ValueError("a picture that is shown is missing")
    need_one_patient(pictures[uid] for uid in uids)
    heads = {uid: source_head(pictures[uid]) for uid in uids}
    if len({is_grey(head) for head in heads.values()}) > 1:
        raise ValueError("a presentation state is for grey pictures or for coloured ones")
    for head in heads.values():
        if not is_grey(head):
            head.SamplesPerPixel = 3  # a palette's pictures are coloured as well (A.33.2)
    return heads


def _grey_state(arguments: Mapping[str, Any]) -> Dataset:
    """Without grey levels of its own: highdicom would take those of the pictures, which it can not
    where they stand in functional groups. `set_grey_levels` replaces what is said here."""
    from highdicom import ModalityLUTTransformation
    from highdicom.pr import GrayscaleSoftcopyPresentationState, SoftcopyVOILUTTransformation

    return GrayscaleSoftcopyPresentationState(
        modality_lut_transformation=ModalityLUTTransformation(
            rescale_intercept=0.0, rescale_slope=1.0, rescale_type="US"
        ),
        voi_lut_transformations=[
            SoftcopyVOILUTTransformation(window_center=128.0, window_width=256.0)
        ],
        **arguments,
    )


def _colour_state(arguments: Mapping[str, Any]) -> Dataset:
    from highdicom.pr import ColorSoftcopyPresentationState

    return ColorSoftcopyPresentationState(icc_profile=_srgb(), **arguments)


def _srgb() -> bytes:
    """The profile of sRGB, for which colours are taken here, as one of an input device: that is
    what a state has to hold (C.11.15)."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:12] + b"scnr" + profile[16:]


def _drawn(
    annotations: Sequence[tuple[Annotation, Sequence[str]]],
    heads: Mapping[str, Dataset],
    layer: GraphicLayer | None,
    turn: Turn,
) -> list[GraphicAnnotation] | None:
    if layer is None:
        return None
    return [
        _graphics(one, lines, heads[one.ref.sop_instance_uid], layer, turn)
        for one, lines in annotations
    ]


def _graphics(
    annotation: Annotation, lines: Sequence[str], head: Dataset, layer: GraphicLayer, turn: Turn
) -> GraphicAnnotation:
    from highdicom.pr import GraphicAnnotation, GraphicObject, TextObject

    end = float(head.Columns), float(head.Rows)
    drawn = [
        GraphicObject(graphic, np.clip(np.array(points, np.float32), 0, end), units="PIXEL")
        for graphic, points in _objects(annotation)
    ]
    words = shortened("ST", "\r\n".join(lines))
    texts = []
    if words:
        x, y = max(_outer(annotation), key=_beside(turn))
        anchor = min(max(x, 0.0), end[0]), min(max(y, 0.0), end[1])
        texts = [TextObject(words, units="PIXEL", anchor_point=anchor, anchor_point_visible=False)]
    return GraphicAnnotation(
        referenced_images=[head],
        graphic_layer=layer,
        referenced_frame_number=annotation.ref.frame + 1 if frames_of(head) > 1 else None,
        graphic_objects=drawn or None,
        text_objects=texts or None,
    )


def _outer(annotation: Annotation) -> Sequence[Point]:
    """Points that no part of a shape lies beyond."""
    if annotation.kind is AnnotationKind.ELLIPSE:
        return ellipse_axes(annotation)
    return outline(annotation)


def _beside(turn: Turn) -> Callable[[Point], tuple[float, float]]:
    """The order in which points lie to the right on the screen, and then up: texts begin there
    and run to the right, so that they do not cross their own shape."""

    def order(point: Point) -> tuple[float, float]:
        across, down = turn.apply(*point)
        return across, -down

    return order


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
