"""Measurements: exact on drawn shapes, and true to what calibrated pictures say of themselves."""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from app.cli import measure
from app.imaging.calibration import Point, Scale, by_hand, scales_of
from app.imaging.dataset import open_object
from app.imaging.geometry import Calibration
from app.imaging.measurement import (
    Patch,
    Quantity,
    angle,
    cobb,
    ellipse_area,
    ellipse_patch,
    length,
    pixel_value,
    polygon_area,
    polygon_patch,
    rectangle,
    statistics,
)
from app.imaging.picture import make_picture
from tests.imaging.objects import ct_object, ramp

MM = Scale(0.5, 0.5, "mm", "mm", Calibration.PATIENT)
TALL = Scale(1.0, 2.0, "mm", "mm", Calibration.PATIENT)
COORDINATES = st.floats(-50, 50, allow_nan=False)
POINTS = st.tuples(COORDINATES, COORDINATES)


def asked(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    measure.add_arguments(parser)
    assert measure.run(parser.parse_args([str(file), "--json", *words])) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_length_follows_the_spacing_of_each_axis() -> None:
    assert length((0, 0), (30, 40), MM) == (Quantity(25.0, "mm"),)
    assert length((0, 0), (3, 2), TALL) == (Quantity(5.0, "mm"),)
    assert length((0, 0), (3, 4), Scale()) == (Quantity(5.0, "px"),)


def test_axes_of_different_kinds_are_told_apart() -> None:
    """A Doppler trace: seconds across, velocity down; a slanting length means nothing."""
    doppler = Scale(0.01, 2.0, "s", "cm/s", Calibration.ULTRASOUND)
    assert length((0, 0), (50, -10), doppler) == (Quantity(0.5, "s"), Quantity(20.0, "cm/s"))
    assert angle((0, 0), (1, 1), (2, 0), doppler) is None
    assert polygon_area([(0, 0), (1, 0), (1, 1)], doppler) is None


def test_an_angle_is_that_of_the_patient_not_of_the_pixels() -> None:
    assert angle((10, 0), (0, 0), (0, 10), MM) == Quantity(90.0, "deg")
    tall = angle((1, 0), (0, 0), (2, 1), TALL)
    assert tall is not None
    assert tall.value == pytest.approx(45.0)
    assert angle((0, 0), (0, 0), (1, 1), MM) is None


def test_cobb_is_the_acute_angle_whichever_way_the_lines_were_drawn() -> None:
    line = ((0.0, 0.0), (10.0, 0.0))
    slanting = ((0.0, 5.0), (10.0, 5.0 + 10 * math.tan(math.radians(20))))
    for second in (slanting, slanting[::-1]):
        found = cobb(line, second, MM)
        assert found is not None
        assert found.value == pytest.approx(20.0)


@given(POINTS, POINTS, POINTS)
def test_areas_do_not_depend_on_where_one_begins(a: Point, b: Point, c: Point) -> None:
    areas = [polygon_area(order, MM) for order in ([a, b, c], [b, c, a], [c, b, a])]
    assert all(area is not None for area in areas)
    values = [area.value for area in areas if area is not None]
    assert values == pytest.approx([values[0]] * 3, abs=1e-9)


def test_areas_of_known_shapes() -> None:
    assert polygon_area(rectangle((1, 1), (5, 4)), TALL) == Quantity(24.0, "mm²")
    found = ellipse_area((0, 0), (20, 20), MM)
    assert found is not None
    assert found.value == pytest.approx(math.pi * 25)
    assert ellipse_area((0, 0), (2, 2), Scale()) == Quantity(math.pi, "px²")


def test_a_region_holds_the_pixels_whose_centres_it_holds() -> None:
    mask = polygon_patch(rectangle((1, 1), (4, 3)), (6, 6)).whole((6, 6))
    expected = np.zeros((6, 6), bool)
    expected[1:3, 1:4] = True
    assert np.array_equal(mask, expected)
    assert not polygon_patch(rectangle((1.6, 1.6), (2.4, 2.4)), (6, 6)).mask.any()


@given(st.integers(3, 40), st.integers(3, 40))
def test_an_ellipse_covers_as_many_pixels_as_its_area(width: int, height: int) -> None:
    mask = ellipse_patch((5, 5), (5 + width, 5 + height), (60, 60)).mask
    assert mask.sum() == pytest.approx(math.pi * width * height / 4, abs=2 * (width + height))


def test_regions_beyond_the_picture_are_cut_off() -> None:
    assert polygon_patch(rectangle((-5, -5), (100, 100)), (6, 7)).mask.sum() == 42
    assert not polygon_patch(rectangle((50, 50), (60, 60)), (6, 7)).mask.any()


def test_statistics_are_of_modality_values() -> None:
    pixels = ramp(8, 8)
    obj = open_object(ct_object(pixels, RescaleSlope=2, RescaleIntercept=-10))
    patch = polygon_patch(rectangle((2, 1), (5, 4)), (8, 8))
    found = statistics(make_picture(obj, 0), patch)
    values = pixels[1:4, 2:5] * 2.0 - 10
    assert found is not None
    assert (found.count, found.unit) == (9, "HU")
    told = [found.mean, found.deviation, found.minimum, found.maximum]
    assert told == pytest.approx([values.mean(), values.std(), values.min(), values.max()])


def test_padding_is_no_part_of_a_region() -> None:
    pixels = np.full((4, 4), 100, np.int16)
    pixels[:, 2:] = -2000
    obj = open_object(ct_object(pixels, PixelPaddingValue=-2000))
    picture = make_picture(obj, 0)
    found = statistics(picture, Patch(0, 0, np.ones((4, 4), bool)))
    assert found is not None
    assert (found.count, found.minimum, found.deviation) == (8, 100.0, 0.0)
    assert pixel_value(picture, (3.5, 1.0)) is None
    assert pixel_value(picture, (0.5, 1.0)) == Quantity(100.0, "HU")
    assert pixel_value(picture, (4.5, 1.0)) is None


def test_a_calibration_by_hand_makes_the_line_that_long() -> None:
    spacing = by_hand((0, 0), (30, 40), 100.0)
    assert (spacing.row, spacing.column, spacing.calibration) == (2.0, 2.0, Calibration.MANUAL)
    with pytest.raises(ValueError, match="two points"):
        by_hand((1, 1), (1, 1), 10)


def region(left: int, right: int, unit_x: int, unit_y: int, delta: float) -> Dataset:
    made = Dataset()
    made.RegionLocationMinX0, made.RegionLocationMaxX1 = left, right
    made.RegionLocationMinY0, made.RegionLocationMaxY1 = 0, 99
    made.PhysicalUnitsXDirection, made.PhysicalUnitsYDirection = unit_x, unit_y
    made.PhysicalDeltaX, made.PhysicalDeltaY = delta, -delta
    return made


def test_ultrasound_is_measured_within_one_region_or_in_pixels() -> None:
    dataset = Dataset()
    dataset.SequenceOfUltrasoundRegions = [region(0, 99, 3, 3, 0.02), region(100, 199, 4, 7, 0.5)]
    picture = scales_of(dataset).at([(10, 10), (20, 20)])
    assert (picture.x, picture.y) == pytest.approx((0.2, 0.2))
    assert picture.x_unit == "mm"
    trace = scales_of(dataset).at([(110, 10), (120, 20)])
    assert (trace.x_unit, trace.y_unit) == ("s", "cm/s")
    across = scales_of(dataset).at([(10, 10), (150, 20)])
    assert (across.x_unit, across.calibration) == ("px", Calibration.NONE)


def test_pixel_spacing_holds_only_outside_of_ultrasound_regions() -> None:
    dataset = Dataset()
    dataset.PixelSpacing = [0.5, 0.5]
    dataset.SequenceOfUltrasoundRegions = [region(0, 99, 3, 3, 0.02), region(100, 199, 4, 7, 0.5)]
    scales = scales_of(dataset)
    assert scales.at([(10, 10), (20, 20)]).calibration is Calibration.ULTRASOUND
    trace = scales.at([(110, 10), (120, 20)])
    assert (trace.x_unit, trace.y_unit) == ("s", "cm/s")
    beside = scales.at([(210, 10), (220, 20)])
    assert (beside.x, beside.x_unit, beside.calibration) == (0.5, "mm", Calibration.PATIENT)
    assert scales.at([(90, 10), (110, 10)]).x_unit == "px"
    assert scales.at([(150, -5), (150, 700)]).x_unit == "px", "a line across a trace"


def test_pixel_spacing_is_no_millimetre_in_a_region_of_unknown_units() -> None:
    dataset = Dataset()
    dataset.PixelSpacing = [0.5, 0.5]
    dataset.SequenceOfUltrasoundRegions = [region(0, 99, 0, 0, 0.02)]
    assert scales_of(dataset).at([(10, 10), (20, 20)]).x_unit == "px"


def test_a_line_out_of_a_region_stays_millimetres_where_both_scales_agree() -> None:
    dataset = Dataset()
    dataset.PixelSpacing = [0.2, 0.2]
    dataset.SequenceOfUltrasoundRegions = [region(0, 99, 3, 3, 0.02)]
    assert scales_of(dataset).at([(90, 10), (110, 10)]).x_unit == "mm"


@pytest.mark.parametrize("trace_first", [False, True])
def test_of_regions_that_overlap_the_one_in_front_counts(trace_first: bool) -> None:
    dataset = Dataset()
    behind, front = region(0, 199, 3, 3, 0.02), region(50, 99, 4, 7, 0.5)
    behind.RegionFlags, front.RegionFlags = 1, 0
    both = [front, behind] if trace_first else [behind, front]
    dataset.SequenceOfUltrasoundRegions = both
    assert scales_of(dataset).at([(60, 10), (70, 10)]).x_unit == "s"
    assert scales_of(dataset).at([(10, 10), (20, 10)]).x_unit == "mm"


def test_the_main_scale_is_that_of_the_largest_region() -> None:
    dataset = Dataset()
    dataset.SequenceOfUltrasoundRegions = [region(0, 9, 3, 3, 0.02), region(10, 199, 4, 7, 0.5)]
    assert scales_of(dataset).main.x_unit == "s"


BAR = ("--length", "155", "409", "355", "409")


@pytest.mark.parametrize(
    ("spacings", "expected", "calibration", "note"),
    [
        ("Pixel Spacing and Imager", 50.0, "calibrated", "Used fiducial"),
        ("Only Imager", 200 * 0.5 / 1.5, "magnification-corrected", None),
    ],
)
def test_the_bar_is_as_long_as_its_picture_says(
    shared_data: Path,
    capsys: pytest.CaptureFixture[str],
    spacings: str,
    expected: float,
    calibration: str,
    note: str | None,
) -> None:
    """The pictures print the acceptable lengths of their bar, and that its kind must be told."""
    folder = shared_data / "conformance" / "pixel-spacing"
    files = [
        file
        for file in folder.iterdir()
        if spacings in pydicom.dcmread(file, stop_before_pixels=True).SeriesDescription
    ]
    assert len(files) == 4
    for file in files:
        told = asked(capsys, file, *BAR)
        assert told["length"] == {"value": pytest.approx(expected), "unit": "mm"}
        assert (told["calibration"], told.get("note")) == (calibration, note)


def test_circles_are_round_where_pixels_are_not_square(
    shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared_data / "conformance" / "pixel-nonsquare"
    file = next(f for f in folder.iterdir() if f.name.startswith("2.16"))
    across = asked(capsys, file, "--length", "0", "0", "100", "0")
    down = asked(capsys, file, "--length", "0", "0", "0", "50")
    assert across["length"] == down["length"] == {"value": pytest.approx(10.0), "unit": "mm"}


def test_regions_and_probes_from_the_command_line(
    wheel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = wheel / "CT_small.dcm"
    dataset = pydicom.dcmread(file)
    values = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    told = asked(capsys, file, "--roi", "rectangle", "10", "20", "30", "40")
    assert told["mean"] == {"value": pytest.approx(values[20:40, 10:30].mean()), "unit": "HU"}
    assert told["pixels"] == 400
    assert told["area"]["value"] == pytest.approx(400 * float(dataset.PixelSpacing[0]) ** 2)
    assert asked(capsys, file, "--probe", "5.5", "7.5")["value"]["value"] == values[7, 5]


@pytest.mark.parametrize(
    "words",
    [
        ("--roi", "circle", "1", "1", "2", "2"),
        ("--roi", "polygon", "1", "1", "2", "2"),
        ("--roi", "rectangle", "1", "1", "2"),
        ("--roi", "ellipse", "a", "b", "c", "d"),
        ("--length", "nan", "1", "2", "2"),
        ("--angle", "1", "1", "2", "inf", "3", "3"),
        ("--roi", "rectangle", "nan", "1", "2", "2"),
    ],
)
def test_a_wrong_question_is_answered_in_one_line(
    wheel: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    parser = argparse.ArgumentParser()
    measure.add_arguments(parser)
    assert measure.run(parser.parse_args([str(wheel / "CT_small.dcm"), *words])) == 2
    assert capsys.readouterr().err.startswith("huizhen measure: a ")


@pytest.mark.parametrize(
    "words",
    [
        ("--probe", "500", "3"),
        ("--probe", "-1", "3"),
        ("--roi", "rectangle", "200", "200", "300", "300"),
        ("--roi", "ellipse", "-30", "10", "-10", "20"),
    ],
)
def test_what_lies_outside_of_the_picture_is_no_measurement(
    wheel: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    parser = argparse.ArgumentParser()
    measure.add_arguments(parser)
    assert measure.run(parser.parse_args([str(wheel / "CT_small.dcm"), *words])) == 2
    told = capsys.readouterr()
    assert "outside of the picture of 128 columns and 128 rows" in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    ("shape", "points", "pixels"),
    [
        ("rectangle", (-50, -50, 10, 20), 200.0),
        ("polygon", (-10, 0, 10, 0, 10, 10, -10, 10), 100.0),
        ("ellipse", (-40, 20, 40, 60), math.pi * 40 * 20 / 2),
    ],
)
def test_a_region_that_reaches_outside_counts_what_lies_inside_and_says_so(
    wheel: Path,
    capsys: pytest.CaptureFixture[str],
    shape: str,
    points: tuple[float, ...],
    pixels: float,
) -> None:
    file = wheel / "CT_small.dcm"
    told = asked(capsys, file, "--roi", shape, *map(str, points))
    square = float(pydicom.dcmread(file).PixelSpacing[0]) ** 2
    assert told["area"]["value"] == pytest.approx(pixels * square, rel=1e-4)
    assert "outside" in told["clipped"]


def test_an_area_counts_pixels_that_are_not_square_as_lengths_do() -> None:
    """PixelAspectRatio 2\\1 without a spacing: a row is twice as high as a column is wide."""
    scale = Scale(1.0, 2.0)
    square = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
    assert length((0.0, 0.0), (0.0, 100.0), scale) == (Quantity(200.0, "px"),)
    assert polygon_area(square, scale) == Quantity(20_000.0, "px²")
    round_ = ellipse_area((0.0, 0.0), (100.0, 50.0), scale)
    assert round_ is not None
    assert round_.value == pytest.approx(math.pi * 50**2)
