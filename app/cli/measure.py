"""`huizhen measure FILE --length …`: what the viewer's tools would say, and what it rests on."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.imaging.calibration import Point
    from app.imaging.measurement import Quantity

SHAPES = ("rectangle", "ellipse", "polygon")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --frame, --length or --angle or --cobb or --roi or --probe, --json."""
    parser.description = (
        "Measure on one frame by the code of the viewer's tools. Coordinates are columns and rows "
        "from the upper left corner of the picture; a pixel's centre lies at +0.5."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a DICOM file")
    parser.add_argument(
        "--frame", type=int, default=1, metavar="N", help="frame, counted from 1 (default 1)"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    line = ("X0", "Y0", "X1", "Y1")
    what.add_argument("--length", type=float, nargs=4, metavar=line, help="between two points")
    what.add_argument(
        "--angle",
        type=float,
        nargs=6,
        metavar=("X0", "Y0", "XV", "YV", "X1", "Y1"),
        help="at the middle point",
    )
    what.add_argument(
        "--cobb", type=float, nargs=8, metavar=(*line, "X2", "Y2", "X3", "Y3"), help="of two lines"
    )
    what.add_argument(
        "--roi",
        nargs="+",
        metavar="SHAPE X Y",
        help="area and values: rectangle or ellipse with two corners, polygon with its points",
    )
    what.add_argument("--probe", type=float, nargs=2, metavar=("X", "Y"), help="value of one pixel")
    parser.add_argument("--json", action="store_true", help="print one JSON line")


def run(args: argparse.Namespace) -> int:
    """Print what was measured; 1 when the file cannot be opened, 2 when the question is wrong."""
    from app.imaging.errors import ImagingError

    try:
        facts = _measured(args)
    except ImagingError as error:
        print(f"huizhen measure: {error.reason}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"huizhen measure: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(facts, ensure_ascii=False))
        return 0
    for name, value in facts.items():
        words = f"{value['value']:.6g} {value['unit']}" if isinstance(value, dict) else value
        print(f"{name:<12} {words}".rstrip())
    return 0


def _measured(args: argparse.Namespace) -> dict[str, Any]:
    from app.imaging.dataset import open_file
    from app.imaging.guard import decode_once
    from app.imaging.picture import make_picture

    obj = open_file(args.file)
    picture = make_picture(obj, args.frame - 1, decode_once(obj, args.frame - 1))
    shape, points = _asked(args)
    _require_finite(points)
    scale = picture.scales.at(points)
    facts = _facts(shape, points, picture, scale)
    if shape != "probe":
        facts["calibration"] = str(scale.calibration)
        if scale.note:
            facts["note"] = scale.note
    return facts


def _asked(args: argparse.Namespace) -> tuple[str, list[Point]]:
    if args.roi is None:
        shape = next(
            n for n in ("length", "angle", "cobb", "probe") if getattr(args, n) is not None
        )
        numbers = getattr(args, shape)
    else:
        shape, *words = args.roi
        if shape not in SHAPES:
            raise ValueError(f"a region is one of {', '.join(SHAPES)}")
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            raise ValueError("a region's corners are numbers") from None
        least = 6 if shape == "polygon" else 4
        if len(numbers) % 2 or len(numbers) < least or (shape != "polygon" and len(numbers) > 4):
            raise ValueError(f"a {shape} needs {'at least 3' if least == 6 else '2'} points")
    return shape, list(zip(numbers[::2], numbers[1::2], strict=True))


def _require_finite(points: list[Point]) -> None:
    if not all(math.isfinite(part) for point in points for part in point):
        raise ValueError("a point is two numbers; nan and inf are none")


def _facts(shape: str, points: list[Point], picture: Any, scale: Any) -> dict[str, Any]:
    from app.imaging import measurement as m

    match shape:
        case "length":
            found = m.length(points[0], points[1], scale)
            names = ("length",) if len(found) == 1 else ("across", "down")
            return {name: _told(one) for name, one in zip(names, found, strict=True)}
        case "angle":
            return {"angle": _told(m.angle(points[0], points[1], points[2], scale))}
        case "cobb":
            lines = (points[0], points[1]), (points[2], points[3])
            return {"angle": _told(m.cobb(*lines, scale))}
        case "probe":
            value = m.pixel_value(picture, points[0])
            if value is None:
                raise ValueError(_no_value(picture, points[0]))
            if not isinstance(value, m.Quantity):
                return {"value": value}
            return {"value": _told(value), **_further(picture, value.value)}
    return _region(shape, points, picture, scale)


def _region(shape: str, points: list[Point], picture: Any, scale: Any) -> dict[str, Any]:
    from app.imaging import measurement as m
    from app.imaging.picture import shape_of

    rows_columns = shape_of(picture)
    if shape == "ellipse":
        outline = m.ellipse_outline(points[0], points[1])
        area = m.ellipse_area(points[0], points[1], scale)
        patch = m.ellipse_patch(points[0], points[1], rows_columns)
    else:
        outline = list(m.rectangle(*points)) if shape == "rectangle" else points
        area = m.polygon_area(outline, scale)
        patch = m.polygon_patch(outline, rows_columns)
    inside = m.clipped(outline, rows_columns)
    if not inside:
        raise ValueError(_outside(rows_columns, "the region"))
    reaches_out = inside != list(outline)
    if reaches_out:
        area = m.polygon_area(inside, scale)
    facts: dict[str, Any] = {"area": _told(area)}
    if reaches_out:
        facts["clipped"] = "the region reaches outside of the picture: only what lies in it counts"
    values = m.statistics(picture, patch)
    if values is not None:
        facts["pixels"] = values.count
        for name in ("mean", "deviation", "minimum", "maximum"):
            facts[name] = {"value": getattr(values, name), "unit": values.unit}
            for reading in picture.readings.known:
                read = values.read_as(reading)
                if read is not None:
                    told = {"value": getattr(read, name), "unit": read.unit}
                    facts[f"{reading.name or read.unit} {name}"] = told
        facts |= _no_suv(picture)
    return facts


def _no_value(picture: Any, point: Point) -> str:
    from app.imaging.picture import shape_of

    rows, columns = shape_of(picture)
    if 0 <= point[0] < columns and 0 <= point[1] < rows:
        return "there is padding at that point, which has no value"
    return _outside((rows, columns), "the point")


def _outside(shape: tuple[int, int], what: str) -> str:
    return f"{what} lies outside of the picture of {shape[1]} columns and {shape[0]} rows"


def _further(picture: Any, value: float) -> dict[str, Any]:
    """A modality value in its other readings."""
    facts: dict[str, Any] = {}
    for reading in picture.readings.known:
        read = reading.of(value)
        if read is not None:
            facts[reading.name or reading.unit] = {"value": read, "unit": reading.unit}
    return facts | _no_suv(picture)


def _no_suv(picture: Any) -> dict[str, Any]:
    """Why a PET picture has no SUV."""
    from app.imaging.picture import GreyPicture

    lack = picture.readings.no_suv if isinstance(picture, GreyPicture) else None
    return {} if lack is None else {"no SUV": str(lack)}


def _told(quantity: Quantity | None) -> dict[str, Any] | None:
    return None if quantity is None else {"value": quantity.value, "unit": quantity.unit}
