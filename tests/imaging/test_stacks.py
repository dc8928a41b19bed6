"""Which pictures are read together, and in which order."""

import io
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import EnhancedMRImageStorage

from app.imaging.order import Direction, Looked, Wanted
from app.imaging.series import Instance, Series, describe_bytes, group, make_series, split_series
from app.imaging.source import FolderSource
from tests.imaging.objects import ct_object, ramp

AXIAL = [1, 0, 0, 0, 1, 0]
SAGITTAL = [0, 1, 0, 0, 0, -1]
CORONAL = [1, 0, 0, 0, 0, -1]


def instance(number: int, place: float, plane: Sequence[float] = AXIAL, **more: Any) -> Instance:
    axis = int(np.argmax(np.abs(np.cross(plane[:3], plane[3:]))))
    position = [0.0, 0.0, 0.0]
    position[axis] = place
    return describe_bytes(
        ct_object(
            ramp(4, 4),
            ImagePositionPatient=position,
            ImageOrientationPatient=list(plane),
            InstanceNumber=number,
            PixelSpacing=[1, 1],
            **more,
        )
    )


def numbers(series: Series) -> list[int | None]:
    return [i.instance_number for i in series.instances]


def test_the_planes_of_a_localiser_become_stacks_of_their_own() -> None:
    mixed = [
        instance(n, n, plane)
        for n, plane in enumerate((AXIAL, SAGITTAL, CORONAL, AXIAL, SAGITTAL), start=1)
    ]
    stacks = split_series("2.25.2", mixed)
    assert [numbers(stack) for stack in stacks] == [[1, 4], [2, 5], [3]]
    assert [stack.uid for stack in stacks] == ["2.25.2", "2.25.2#2", "2.25.2#3"]
    assert {stack.series_instance_uid for stack in stacks} == {"2.25.2"}


def test_a_stack_keeps_its_uid_while_the_series_grows() -> None:
    mixed = [instance(9, 0, SAGITTAL), instance(1, 0), instance(2, 5), instance(3, 5, SAGITTAL)]
    before = {s.uid: s.first.orientation for s in split_series("s", mixed[:2])}
    after = {s.uid: s.first.orientation for s in split_series("s", mixed)}
    assert before == after


def test_a_picture_without_a_place_stands_apart_and_leaves_the_others_their_uid() -> None:
    capture = describe_bytes(ct_object(ramp(4, 4), InstanceNumber=7))
    stacks = split_series("s", [capture, instance(1, 0), instance(2, 5)])
    assert [(stack.uid, numbers(stack)) for stack in stacks] == [("s", [7]), ("s#2", [1, 2])]


def test_discs_at_changing_angles_stay_one_stack() -> None:
    leaning = [
        [1, 0, 0, 0, float(np.cos(t)), float(np.sin(t))] for t in np.radians([0, 20, 40, 60])
    ]
    discs = [instance(n, n * 10, plane) for n, plane in enumerate(leaning, start=1)]
    assert len(split_series("s", discs)) == 1


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("EchoTime", (20, 80)),
        ("TemporalPositionIdentifier", (1, 2)),
        ("DiffusionBValue", (0, 800)),
        ("AcquisitionNumber", (3, 4)),
    ],
)
@pytest.mark.parametrize("interleaved", [True, False])
def test_what_lies_at_one_place_is_read_phase_after_phase(
    keyword: str, values: tuple[float, float], interleaved: bool
) -> None:
    made = []
    for n, (phase, value) in product(range(3), enumerate(values)):
        mark: dict[str, Any] = {keyword: value}
        number = 1 + (n * 2 + phase if interleaved else phase * 3 + n)
        made.append(instance(number, n * 5, **mark))
    series = make_series("s", made)
    wanted = [1, 3, 5, 2, 4, 6] if interleaved else [1, 2, 3, 4, 5, 6]
    assert numbers(series) == wanted


def test_a_time_that_differs_from_slice_to_slice_makes_no_phases() -> None:
    made = [
        instance(
            n + 1, [0, 5, 0, 5][n], AcquisitionTime=f"1200{n:02}", EchoTime=[20, 20, 80, 80][n]
        )
        for n in (3, 1, 0, 2)
    ]
    assert numbers(make_series("s", made)) == [1, 2, 3, 4]


def test_without_any_mark_the_numbers_at_each_place_make_the_phases() -> None:
    made = [instance(n, place) for n, place in ((1, 0), (2, 0), (3, 5), (4, 5))]
    assert numbers(make_series("s", made)) == [1, 3, 2, 4]


def enhanced(places: list[float], echoes: list[float] | None = None) -> Instance:
    """An enhanced MR whose frames lie at these heights, in this order."""
    ds = pydicom.dcmread(io.BytesIO(ct_object(ramp(4, 4))))
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    ds.NumberOfFrames = len(places)
    ds.PixelData = ds.PixelData * len(places)
    shared = Dataset()
    orientation, measures = Dataset(), Dataset()
    orientation.ImageOrientationPatient = AXIAL
    measures.PixelSpacing = [0.5, 0.5]
    shared.PlaneOrientationSequence = [orientation]
    shared.PixelMeasuresSequence = [measures]
    ds.SharedFunctionalGroupsSequence = [shared]
    ds.PerFrameFunctionalGroupsSequence = []
    for n, place in enumerate(places):
        frame, position = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, place]
        frame.PlanePositionSequence = [position]
        if echoes is not None:
            echo = Dataset()
            echo.EffectiveEchoTime = echoes[n]
            frame.MREchoSequence = [echo]
        ds.PerFrameFunctionalGroupsSequence.append(frame)
    stream = io.BytesIO()
    ds.save_as(stream)
    return describe_bytes(stream.getvalue())


def test_frames_of_an_enhanced_object_go_by_their_own_places() -> None:
    series = make_series("s", [enhanced([0, 20, 10, 30])])
    assert [ref.frame for ref in series.slices] == [0, 2, 1, 3]
    plane = series.plane(1)
    assert plane is not None
    assert plane.position == pytest.approx((0, 0, 10))
    assert plane.column_spacing == 0.5


def test_frames_at_one_place_go_by_their_echoes() -> None:
    series = make_series("s", [enhanced([0, 0, 5, 5], [20, 80, 20, 80])])
    assert [ref.frame for ref in series.slices] == [0, 2, 1, 3]


def test_a_cine_without_places_keeps_its_order() -> None:
    made = describe_bytes(ct_object(ramp(4, 4), NumberOfFrames=3))
    assert [ref.frame for ref in make_series("s", [made]).slices] == [0, 1, 2]


def test_the_lumbar_localiser_splits_and_the_discs_do_not(shared_data: Path) -> None:
    found = FolderSource([shared_data / "mr-lumbar"]).instances()
    (study,) = group(i for i in found if isinstance(i, Instance))
    parts: dict[str, list[int]] = {}
    for series in study.series:
        parts.setdefault(series.first.series_description, []).append(len(series.slices))
    assert parts["3-Plane Loc"] == [5, 5, 5]
    assert parts["Ax FRFSE PD"] == [23]


# What is decoded first


def look(key: str, count: int, current: int, way: Direction = Direction.STILL) -> Looked[str]:
    return Looked(key, [f"{key}{n}" for n in range(count)], current, way)


def test_first_what_is_on_the_screen_then_three_of_the_active_cell_for_one_other() -> None:
    wanted = Wanted([look("a", 9, 4), look("b", 5, 0), look("c", 5, 2)])
    assert list(wanted[:3]) == ["a4", "b0", "c2"]
    assert list(wanted[3:8]) == ["a5", "a3", "a6", "b1", "a2"]


def test_every_slice_is_wanted_once_even_when_two_cells_show_one_series() -> None:
    wanted = Wanted([look("a", 9, 4), look("a", 9, 0), look("b", 5, 0)])
    assert len(wanted) == 14
    assert sorted(wanted) == sorted({*look("a", 9, 0).slices, *look("b", 5, 0).slices})


def test_cells_that_disagree_about_a_growing_series_break_nothing() -> None:
    wanted = Wanted([look("a", 4, 1), look("a", 9, 8)])
    assert list(wanted) == ["a1", "a2", "a0", "a3"]


def test_nothing_looked_at_is_nothing_wanted() -> None:
    assert list(Wanted([])) == []
