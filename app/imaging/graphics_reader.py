"""Graphic annotations of a data set to values (PS3.3 C.10.5, C.10.7).

An object that is broken is left out; the others are drawn. Compound graphics are not read:
whoever writes one repeats it as plain graphics and texts for readers like this (C.10.5).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from app.imaging.attributes import integer, items, number, numbers, raw, text
from app.imaging.graphics import (
    Anchor,
    Graphic,
    GraphicLayer,
    GraphicType,
    Justification,
    Point,
    Style,
    TextBox,
    TextObject,
    Units,
)
from app.imaging.lab import Colour, lab_colour, level_of

if TYPE_CHECKING:
    from pydicom import Dataset

Choice = TypeVar("Choice", bound=StrEnum)
_POINTS = {GraphicType.POINT: (1, 1), GraphicType.CIRCLE: (2, 2), GraphicType.ELLIPSE: (4, 4)}
_MOST_POINTS = 100_000
_MOST_LETTERS = 10_000


def _choice(kind: type[Choice], dataset: Dataset, keyword: str) -> Choice | None:
    try:
        return kind(text(dataset, keyword).upper())
    except ValueError:
        return None


def _points(dataset: Dataset, keyword: str) -> tuple[Point, ...]:
    flat = numbers(dataset, keyword)
    return tuple(zip(flat[0::2], flat[1::2], strict=False))


def _lab(dataset: Dataset, keyword: str) -> Colour | None:
    return lab_colour(numbers(dataset, keyword))


def _style(item: Dataset) -> Style:
    style = Style()
    line = next(iter(items(item, "LineStyleSequence")), None)
    fill = next(iter(items(item, "FillStyleSequence")), None)
    letters = next(iter(items(item, "TextStyleSequence")), None)
    if line is None and fill is None and letters is None:
        return style
    width = None if line is None else number(line, "LineThickness")
    opacity = None if fill is None else number(fill, "PatternOnOpacity")
    return Style(
        line=None if line is None else _lab(line, "PatternOnColorCIELabValue"),
        fill=None if fill is None else _lab(fill, "PatternOnColorCIELabValue"),
        text=None if letters is None else _lab(letters, "TextColorCIELabValue"),
        width=min(width, 100.0) if width is not None and width > 0 else None,
        dashed=line is not None and text(line, "LineDashingStyle").upper() == "DASHED",
        opacity=1.0 if opacity is None else min(1.0, max(0.0, opacity)),
    )


def _graphic(item: Dataset) -> Graphic | None:
    kind = _choice(GraphicType, item, "GraphicType")
    units = _choice(Units, item, "GraphicAnnotationUnits")
    points = _points(item, "GraphicData")
    if kind is None or units is None:
        return None
    least, most = _POINTS.get(kind, (2, _MOST_POINTS))
    if not least <= len(points) <= most:
        return None
    filled = text(item, "GraphicFilled").upper() == "Y"
    return Graphic(kind, units, points, filled, _style(item))


def graphics_of(annotation: Dataset) -> tuple[Graphic, ...]:
    """The graphic objects of one item of the Graphic Annotation Sequence."""
    found = (_graphic(item) for item in items(annotation, "GraphicObjectSequence"))
    return tuple(graphic for graphic in found if graphic is not None)


def _box(item: Dataset) -> TextBox | None:
    units = _choice(Units, item, "BoundingBoxAnnotationUnits")
    first = _points(item, "BoundingBoxTopLeftHandCorner")
    second = _points(item, "BoundingBoxBottomRightHandCorner")
    if units is None or len(first) != 1 or len(second) != 1:
        return None
    stands = _choice(Justification, item, "BoundingBoxTextHorizontalJustification")
    return TextBox(units, first[0], second[0], stands or Justification.LEFT)


def _anchor(item: Dataset) -> Anchor | None:
    units = _choice(Units, item, "AnchorPointAnnotationUnits")
    point = _points(item, "AnchorPoint")
    if units is None or len(point) != 1:
        return None
    return Anchor(units, point[0], text(item, "AnchorPointVisibility").upper() == "Y")


def _text(item: Dataset) -> TextObject | None:
    value = raw(item, "UnformattedTextValue")
    box, anchor = _box(item), _anchor(item)
    if not isinstance(value, str) or not value.strip() or (box is None and anchor is None):
        return None
    lines = value[:_MOST_LETTERS].replace("\r\n", "\n").replace("\r", "\n").strip("\n\0 ")
    return TextObject(lines, box, anchor, _style(item))


def texts_of(annotation: Dataset) -> tuple[TextObject, ...]:
    """The text objects of one item of the Graphic Annotation Sequence."""
    found = (_text(item) for item in items(annotation, "TextObjectSequence"))
    return tuple(told for told in found if told is not None)


def layers_of(dataset: Dataset) -> tuple[GraphicLayer, ...]:
    """The graphic layers of a state (C.10.7)."""
    found = []
    for item in items(dataset, "GraphicLayerSequence"):
        level = integer(item, "GraphicLayerRecommendedDisplayGrayscaleValue")
        found.append(
            GraphicLayer(
                name=text(item, "GraphicLayer"),
                order=integer(item, "GraphicLayerOrder") or 0,
                level=255 if level is None else level_of(level),
                colour=_layer_colour(item),
                description=text(item, "GraphicLayerDescription"),
            )
        )
    return tuple(found)


def _layer_colour(item: Dataset) -> Colour | None:
    """CIELab, or the retired RGB value some writers still use."""
    colour = _lab(item, "GraphicLayerRecommendedDisplayCIELabValue")
    old = numbers(item, "GraphicLayerRecommendedDisplayRGBValue")
    if colour is not None or len(old) != 3:
        return colour
    red, green, blue = (level_of(int(part)) for part in old)
    return red, green, blue
