"""Contours lie on the slice they were drawn on, where another library says they lie."""

from dataclasses import replace
from typing import Any

import numpy as np
import pydicom
import pytest
from highdicom.spatial import ImageToReferenceTransformer

from app.imaging.contours import ContourType, StructureSet, read_structure_set, usual_gap
from app.imaging.dataset import open_object
from app.imaging.errors import ImagingError, MissingAttributeError, UnsupportedPixelsError
from app.imaging.planes import Plane
from app.imaging.series import describe_bytes
from tests.imaging.applied import (
    COLUMNS,
    FACING,
    GAP,
    ROWS,
    SLICES,
    SPACE,
    SPACING,
    contour,
    place_of,
    slices,
    structures,
)
from tests.imaging.hostile import scribbled
from tests.imaging.objects import altered, item

SQUARE = np.array([[4.0, 3.0], [12.0, 3.0], [12.0, 9.0], [4.0, 9.0]])


def plane_at(number: float, **changes: Any) -> Plane:
    x, y, z = place_of(number)
    a, b, c, d, e, f = FACING
    plane = Plane((x, y, z), (a, b, c, d, e, f), SPACING[0], SPACING[1], ROWS, COLUMNS, SPACE)
    return replace(plane, **changes)


def patient(points: np.ndarray, number: float) -> np.ndarray:
    """(points, 3) millimetres of picture points, by highdicom's own affine."""
    found = ImageToReferenceTransformer(place_of(number), FACING, SPACING)(points)
    return np.asarray(found, dtype=np.float64)


def read(rois: dict[str, Any], **more: Any) -> StructureSet:
    return read_structure_set(open_object(structures(rois, **more)))


def square_at(number: float) -> StructureSet:
    return read({"Heart": [contour(patient(SQUARE, number))]})


def test_a_contour_lies_where_it_was_drawn() -> None:
    (roi,) = square_at(2).rois
    (flat,) = roi.on(plane_at(2), GAP)
    assert flat.kind is ContourType.CLOSED_PLANAR
    assert np.allclose(flat.points, SQUARE, atol=1e-3)
    assert [bool(roi.on(plane_at(n), GAP)) for n in range(SLICES)] == [
        False,
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("place", "on"),
    [(2.3, [2]), (2.5, [2]), (1.51, [2]), (1.49, [1]), (4.5, [4]), (4.6, []), (-0.4, [0])],
)
def test_a_contour_between_slices_lies_on_exactly_one_of_them(place: float, on: list[int]) -> None:
    (roi,) = square_at(place).rois
    found = [n for n in range(SLICES) if roi.on(plane_at(n), GAP)]
    # Halfway it may be either neighbour, but never both.
    assert len(found) == len(on)
    assert found == on or place % 1 == 0.5


def test_a_contour_that_leaves_the_slice_is_not_drawn_on_it() -> None:
    points = patient(SQUARE, 2)
    points[2] = patient(SQUARE[2:3], 3)[0]
    (roi,) = read({"Heart": [contour(points)]}).rois
    assert not any(roi.on(plane_at(n), GAP) for n in range(SLICES))


@pytest.mark.parametrize(
    "changes",
    [
        {"frame_of_reference_uid": "2.25.6"},
        {"frame_of_reference_uid": ""},
        {"orientation": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)},
    ],
)
def test_another_space_or_direction_gets_no_contours(changes: dict[str, Any]) -> None:
    (roi,) = square_at(2).rois
    assert roi.on(plane_at(2), GAP)
    assert not roi.on(plane_at(2, **changes), GAP)


def test_the_kinds_of_contours() -> None:
    contours = [
        contour(patient(SQUARE, 1)),
        contour(patient(SQUARE, 1), "OPEN_PLANAR"),
        contour(patient(SQUARE[:1], 1), "POINT"),
        contour(patient(SQUARE, 1), "CLOSEDPLANAR_XOR"),
        contour(patient(SQUARE, 1), "OPEN_NONPLANAR"),
    ]
    (roi,) = read({"Heart": contours}).rois
    assert [flat.kind for flat in roi.on(plane_at(1), GAP)] == [
        ContourType.CLOSED_PLANAR,
        ContourType.OPEN_PLANAR,
        ContourType.POINT,
        ContourType.CLOSED_PLANAR_XOR,
    ]
    assert roi.unread == 1


def test_names_colours_and_who_made_it() -> None:
    found = read({"Heart": [contour(patient(SQUARE, 1))], "心包": []}, OperatorsName="Wang^Fang")
    heart, empty = found.rois
    assert (heart.name, heart.colour, heart.meaning) == ("Heart", (0, 255, 0), "ORGAN")
    assert (empty.name, empty.colour, empty.contours) == ("心包", None, ())
    assert (found.label, found.created, found.creator) == ("PLAN", "202611211405", "Wang^Fang")
    assert found.shares_space(SPACE)
    assert not found.shares_space("2.25.6")
    assert describe_bytes(structures({"Heart": []})).kind == "applied"


def test_broken_contours_are_left_out_and_counted_and_the_others_are_there() -> None:
    good = contour(patient(SQUARE, 1))
    half = item(ContourGeometricType="CLOSED_PLANAR", ContourData=["1", "2", "3", "4"])
    nothing = item(ContourGeometricType="CLOSED_PLANAR")
    words = item(ContourGeometricType="CIRCLE", ContourData=["1", "2", "3"])
    far = contour(np.full((3, 3), 1.0))
    far.ContourData = ["1e999"] * 9

    (roi,) = read({"Heart": [half, good, nothing, words]}).rois
    assert len(roi.contours) == 1
    assert roi.unread == 3
    (roi,) = read({"Heart": [far, good]}).rois
    assert (len(roi.contours), roi.unread) == (1, 1)


def test_what_is_no_structure_set_is_refused() -> None:
    with pytest.raises(UnsupportedPixelsError):
        read_structure_set(open_object(slices()[0]))

    def emptied(ds: pydicom.Dataset) -> None:
        del ds.StructureSetROISequence

    with pytest.raises(MissingAttributeError):
        read_structure_set(open_object(altered(structures({"Heart": []}), emptied)))


def test_mutated_structures_end_in_contours_or_a_reason() -> None:
    data = structures({"Heart": [contour(patient(SQUARE, n)) for n in range(SLICES)]})
    read_ones = 0
    for mutated in scribbled(data, 100, seed=12):
        try:
            found = read_structure_set(open_object(mutated))
            for roi in found.rois:
                roi.on(plane_at(2), GAP)
        except ImagingError:
            continue
        read_ones += 1
    assert read_ones > 0


def test_the_usual_gap_of_a_stack() -> None:
    assert usual_gap([plane_at(n) for n in (0, 1, 2, 4)]) == pytest.approx(GAP, abs=0.01)
    assert usual_gap([plane_at(1), None]) is None
    assert usual_gap([]) is None
