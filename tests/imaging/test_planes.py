"""Planes in the patient, on made planes and on a lumbar spine in several directions."""

from pathlib import Path

import numpy as np
import pytest
from highdicom.spatial import ImageToReferenceTransformer, get_volume_positions

from app.imaging.planes import (
    Plane,
    PlaneFinder,
    StackShape,
    angle,
    are_parallel,
    cut,
    shape_of_series,
    shape_of_stack,
)
from app.imaging.series import Instance, Series, group
from app.imaging.source import FolderSource

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def axial(z: float, *, x: float = 0, y: float = 0) -> Plane:
    """100 × 100 pixels of 2 mm between rows and 1 mm between columns."""
    return Plane((x, y, z), AXIAL, 2.0, 1.0, 100, 100, "2.25.9")


def sagittal(x: float) -> Plane:
    """Rows run down from z = 100, columns back from y = 0; 1 mm each."""
    return Plane((x, 0, 100), SAGITTAL, 1.0, 1.0, 200, 150, "2.25.9")


def tilted(z: float, degrees: float) -> Plane:
    turn = np.radians(degrees)
    down = (0.0, float(np.cos(turn)), float(np.sin(turn)))
    return Plane((0, 0, z), (1.0, 0.0, 0.0, *down), 1.0, 1.0, 64, 64)


def test_the_position_is_the_centre_of_the_first_pixel() -> None:
    assert axial(5).point(0.5, 0.5) == pytest.approx((0, 0, 5))
    assert axial(5).point(1.5, 2.5) == pytest.approx((1, 4, 5))


def test_points_go_into_the_picture_and_back() -> None:
    plane = tilted(7, 23)
    point = plane.point(12.25, 40.5)
    assert plane.picture(point) == pytest.approx((12.25, 40.5))
    assert plane.distance(point) == pytest.approx(0)


def test_a_point_off_the_plane_is_told_where_it_falls_and_how_far_it_is() -> None:
    assert axial(5).picture((10, 20, 8)) == pytest.approx((10.5, 10.5))
    assert axial(5).distance((10, 20, 8)) == pytest.approx(3)
    assert axial(5).distance((10, 20, 1)) == pytest.approx(-4)


def test_parallel_means_within_five_degrees_whichever_way_the_planes_face() -> None:
    assert are_parallel(tilted(0, 0), tilted(0, 4.9))
    assert not are_parallel(tilted(0, 0), tilted(0, 5.1))
    assert angle((0, 0, 1), (0, 0, -1)) == 0
    assert angle((0, 0, 1), (0, 1, 0)) == 90


def test_an_axial_plane_cuts_a_sagittal_picture_in_a_level_line() -> None:
    segment = cut(axial(40), sagittal(30))
    assert segment is not None
    (ax, ay), (bx, by) = segment
    assert (ay, by) == pytest.approx((60.5, 60.5))  # z 40 is 60 mm below the first row's centre
    # The axial picture reaches from y = -1 to 199, the sagittal one to its column 150.
    assert sorted((ax, bx)) == pytest.approx([0, 150])


def test_the_line_ends_where_the_cutting_picture_ends() -> None:
    segment = cut(axial(40, y=50), sagittal(30))
    assert segment is not None
    assert min(end[0] for end in segment) == pytest.approx(49.5)


def test_planes_that_are_parallel_or_do_not_meet_have_no_line() -> None:
    assert cut(axial(0), axial(10)) is None
    assert cut(axial(40), sagittal(130)) is None
    assert cut(axial(140), sagittal(30)) is None


def test_the_nearest_slice_lies_nearest_along_the_normal() -> None:
    finder = PlaneFinder([axial(z) for z in (0, 5, 10)])
    assert finder.nearest((70, 3, 6.9)) == 1
    assert finder.nearest((0, 0, -100)) == 0


def test_of_slices_at_one_place_the_one_nearest_to_the_present_is_taken() -> None:
    finder = PlaneFinder([axial(z) for z in (0, 5, 10, 0, 5, 10)])
    assert finder.nearest((0, 0, 5), prefer=5) == 4
    assert finder.nearest((0, 0, 5), prefer=0) == 1


def test_slices_without_a_place_are_never_found() -> None:
    assert PlaneFinder([None, axial(3), None]).nearest((0, 0, 50)) == 1
    assert PlaneFinder([None]).nearest((0, 0, 0)) is None
    assert PlaneFinder([]).nearest((0, 0, 0)) is None


def test_only_parallel_slices_count_where_a_plane_is_given() -> None:
    finder = PlaneFinder([axial(0), sagittal(20), axial(30)])
    assert finder.nearest((21, 0, 5), parallel_to=axial(5)) == 0
    assert finder.nearest((21, 0, 5)) == 1
    assert finder.nearest((0, 0, 0), parallel_to=tilted(0, 45)) is None


def test_an_even_stack_has_nothing_to_tell() -> None:
    assert shape_of_stack([axial(z) for z in (3, 6, 9, 12)]) == StackShape()


def test_a_gap_of_several_steps_counts_the_slices_that_lack() -> None:
    shape = shape_of_stack([axial(z) for z in (0, 3, 6, 15, 18, 24)])
    assert shape == StackShape(missing=3)


def test_any_other_gap_is_uneven() -> None:
    assert shape_of_stack([axial(z) for z in (0, 3, 6, 10.5, 13.5)]) == StackShape(uneven=True)


def test_phases_at_one_place_are_no_gaps() -> None:
    assert shape_of_stack([axial(z) for z in (0, 0, 3, 3, 6, 6)]) == StackShape()


def test_planes_that_lean_against_their_stack_are_a_tilted_gantry() -> None:
    shape = shape_of_stack([tilted(z, 15) for z in (0, 5, 10, 15)])
    assert shape.tilt == pytest.approx(15)
    assert (shape.missing, shape.uneven) == (0, False)


def test_the_detector_s_tilt_is_told_where_positions_cannot() -> None:
    assert shape_of_series([axial(0)], -12.0).tilt == 12.0
    assert shape_of_series([axial(z) for z in (0, 1, 2)], -12.0).tilt == 0.0


# A real spine


@pytest.fixture(scope="module")
def lumbar(shared_data: Path) -> dict[str, Series]:
    found = FolderSource([shared_data / "mr-lumbar"]).instances()
    (study,) = group(i for i in found if isinstance(i, Instance))
    return {f"{s.first.series_description} {s.part}": s for s in study.series}


def test_a_disc_plane_cuts_the_sagittal_picture_where_the_scanner_planned_it(
    lumbar: dict[str, Series],
) -> None:
    """The line's own points, taken back into the patient, lie in both planes."""
    discs, spine = lumbar["Ax FRFSE PD 1"], lumbar["Sag T2 frFSE S 1"]
    picture = spine.plane(6)
    assert picture is not None
    cuts = 0
    for plane in discs.planes():
        assert plane is not None
        assert plane.shares_space(picture)
        segment = cut(plane, picture)
        if segment is None:
            continue
        cuts += 1
        for end in segment:
            point = picture.point(*end)
            # The file rounds its direction cosines.
            assert plane.distance(point) == pytest.approx(0, abs=0.01)
            x, y = plane.picture(point)
            assert -0.01 <= x <= plane.columns + 0.01
            assert -0.01 <= y <= plane.rows + 0.01
    assert cuts == len(discs.slices)


def test_the_two_sagittal_series_find_each_other_s_slices(lumbar: dict[str, Series]) -> None:
    finder = PlaneFinder(lumbar["Sag T1 Flair 1"].planes())
    for index, plane in enumerate(lumbar["Sag T2 frFSE S 1"].planes()):
        assert plane is not None
        assert finder.nearest(plane.middle, parallel_to=plane) == index


def test_the_spine_s_series_are_even(lumbar: dict[str, Series]) -> None:
    for key in ("Sag T2 frFSE S 1", "Ax T2 frFSE S 1", "48 FOV Loc 1"):
        planes = [plane for plane in lumbar[key].planes() if plane is not None]
        assert shape_of_series(planes) == StackShape(), key


# Beside highdicom


def test_points_agree_with_highdicom(lumbar: dict[str, Series]) -> None:
    for series in lumbar.values():
        plane = series.plane(len(series.slices) // 2)
        assert plane is not None
        theirs = ImageToReferenceTransformer(
            image_position=plane.position,
            image_orientation=plane.orientation,
            pixel_spacing=(plane.row_spacing, plane.column_spacing),
        )
        points = np.array([[0.0, 0.0], [0.5, 0.5], [100.25, 37.75]])
        ours = [plane.point(x, y) for x, y in points.tolist()]
        # The file rounds its direction cosines; ours are made to length 1.
        assert np.abs(theirs(points) - np.array(ours)).max() < 0.01


def test_even_stacks_agree_with_highdicom(lumbar: dict[str, Series]) -> None:
    for key in ("Sag T2 frFSE S 1", "48 FOV Loc 1"):
        planes = [plane for plane in lumbar[key].planes() if plane is not None]
        spacing, _places = get_volume_positions(
            [plane.position for plane in planes], planes[0].orientation
        )
        assert spacing is not None
        gap = abs(planes[0].distance(planes[1].position))
        assert spacing == pytest.approx(gap, abs=0.01)
