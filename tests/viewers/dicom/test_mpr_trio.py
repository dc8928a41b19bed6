"""Three planes through one point, and the thread that cuts them."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from app.imaging.dataset import open_object
from app.imaging.errors import CancelledError
from app.imaging.geometry import Vector
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.planes import Plane
from app.imaging.volume import Direction, Slab, Volume, make_volume, reslice
from app.viewers.dicom.mpr.reslicer import Cut, Place, Reslicer, Wish, coarse
from app.viewers.dicom.mpr.trio import SlabChoice, Trio, View, angle_about, trio_of
from tests.viewers.dicom.fields import (
    COLUMN_MM,
    COLUMNS,
    ROW_MM,
    ROWS,
    SLICE_MM,
    SLICES,
    expected,
    farthest,
    slice_bytes,
)

AXIAL, CORONAL, SAGITTAL = Direction
ACROSS: Vector = (1.0, 0.0, 0.0)
THIN = SlabChoice()
PLACE = Place(0, 1, 0.0, straight=True)


def picture(number: int) -> GreyPicture:
    made = make_picture(open_object(slice_bytes(number)), 0)
    assert isinstance(made, GreyPicture)
    return made


@pytest.fixture(scope="module")
def volume() -> Volume:
    planes = [
        Plane((0, 0, n * SLICE_MM), (1, 0, 0, 0, 1, 0), ROW_MM, COLUMN_MM, ROWS, COLUMNS)
        for n in range(SLICES)
    ]
    return make_volume([picture(n) for n in range(SLICES)], planes)


@pytest.fixture
def trio(volume: Volume) -> Trio:
    return trio_of(volume)


def test_the_planes_begin_on_a_voxel(trio: Trio) -> None:
    """Between voxels a picture is softer than the slices it is made of."""
    assert trio.cursor == (12.0, 14.0, 20.0)
    assert np.array_equal(reslice(trio.volume, trio.plane(AXIAL)).samples, picture(10).samples)


@pytest.mark.parametrize(
    ("direction", "count"), [(AXIAL, SLICES), (CORONAL, ROWS), (SAGITTAL, COLUMNS)]
)
def test_every_voxel_is_one_place_of_a_plane(trio: Trio, direction: Direction, count: int) -> None:
    assert trio.place(direction)[1] == count
    places = [trio.at_index(direction, n) for n in range(count)]
    assert [place.place(direction)[0] for place in places] == list(range(count))
    for place in places:
        voxel = trio.volume.from_patient @ [*place.cursor, 1.0]
        assert np.abs(voxel - np.rint(voxel)).max() < 1e-6


def test_a_step_moves_one_plane_by_a_voxel_and_leaves_the_others_the_same(trio: Trio) -> None:
    moved = trio.stepped(AXIAL, 3)
    assert moved.cursor == pytest.approx((12.0, 14.0, 26.0))
    assert moved.plane(CORONAL) is trio.plane(CORONAL)
    assert moved.plane(SAGITTAL) is trio.plane(SAGITTAL)


def test_a_plane_stays_in_the_volume(trio: Trio) -> None:
    assert trio.stepped(AXIAL, 1000).cursor[2] == pytest.approx(38.0)
    assert trio.stepped(AXIAL, -1000).cursor[2] == pytest.approx(0.0)


def test_pointing_moves_every_plane_and_stays_inside(trio: Trio) -> None:
    there = trio.pointed((3.0, 4.0, 5.0))
    for direction in Direction:
        assert there.plane(direction).distance((3.0, 4.0, 5.0)) == pytest.approx(0.0, abs=1e-9)
    assert trio.pointed((-50.0, 4.0, 500.0)).cursor == pytest.approx((0.0, 4.0, 38.0))


def test_an_oblique_plane_shows_the_field(trio: Trio) -> None:
    turned = trio.turned(CORONAL, ACROSS, 25.0)
    assert not turned.is_straight(CORONAL)
    plane = turned.plane(CORONAL)
    assert farthest(reslice(trio.volume, plane).samples, plane) <= 0.5
    assert plane.distance(trio.cursor) == pytest.approx(0.0, abs=1e-9)


def test_moving_a_plane_leaves_an_oblique_one_where_it_is(trio: Trio) -> None:
    turned = trio.turned(CORONAL, ACROSS, 25.0)
    moved = turned.stepped(AXIAL, 4)
    assert moved.plane(CORONAL) is turned.plane(CORONAL)
    assert moved.plane(AXIAL).distance((0.0, 0.0, 28.0)) == pytest.approx(0.0, abs=1e-9)


def test_straightening_keeps_the_point(trio: Trio) -> None:
    moved = trio.turned(CORONAL, ACROSS, 25.0).pointed((3.0, 4.0, 6.0)).straightened()
    assert moved.cursor == pytest.approx((3.0, 4.0, 6.0))
    assert all(moved.is_straight(direction) for direction in Direction)


def test_parallel_planes_have_no_line(trio: Trio) -> None:
    turned = trio.turned(CORONAL, ACROSS, 90.0)
    assert turned.line(CORONAL, turned.plane(AXIAL)) is None
    assert turned.line(SAGITTAL, turned.plane(AXIAL)) is not None


def test_turning_by_the_angle_of_a_hand_follows_the_hand(trio: Trio) -> None:
    """What the handle pointed at is on the line afterwards."""
    picture_ = trio.plane(AXIAL)
    start: Vector = (22.0, 14.0, 20.0)
    now: Vector = (20.0, 20.0, 20.0)
    degrees = angle_about(picture_, trio.cursor, start, now)
    turned = trio.turned(CORONAL, picture_.normal, degrees)
    assert trio.plane(CORONAL).distance(start) == pytest.approx(0.0, abs=1e-9)
    assert turned.plane(CORONAL).distance(now) == pytest.approx(0.0, abs=1e-9)


def test_slabs_have_five_thicknesses() -> None:
    slab, seen = SlabChoice(), [0.0]
    for _ in range(6):
        slab = slab.stepped(1)
        seen.append(slab.thickness)
    assert seen == [0.0, 5.0, 10.0, 20.0, 50.0, 50.0, 50.0]
    assert slab.stepped(-9).thickness == 0.0


# Cutting


def test_a_coarse_picture_lies_where_the_exact_one_does(trio: Trio) -> None:
    plane = trio.turned(CORONAL, ACROSS, 25.0).plane(CORONAL)
    found = coarse(trio.volume, Wish(View.CORONAL, plane, SlabChoice(), PLACE, quick=False))
    exact = reslice(trio.volume, plane)
    assert found.samples.shape == exact.samples.shape
    assert found.spacing == exact.spacing
    # In a linear field the middle of a block of four by four is the mean of its pixels.
    rows, columns = (n // 4 for n in exact.samples.shape)
    wanted = expected(plane)[: rows * 4, : columns * 4].reshape(rows, 4, columns, 4)
    off = np.abs(found.samples[: rows * 4 : 4, : columns * 4 : 4] - wanted.mean(axis=(1, 3)))
    assert np.isfinite(off).sum() > 20
    assert float(np.nanmax(off)) <= 0.5


def test_a_slab_can_be_given_up_between_its_layers(trio: Trio) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(CancelledError):
        reslice(trio.volume, trio.plane(AXIAL), thickness=20.0, slab=Slab.MEAN, stop=stop)
    assert len(asked) == 4


class Shown:
    """Takes cuts; the first one waits until `go`, so that more can be wanted meanwhile."""

    def __init__(self) -> None:
        self.cuts: list[Cut] = []
        self.go, self.begun = threading.Event(), threading.Event()
        self.last = threading.Semaphore(0)

    def __call__(self, cut: Cut) -> None:
        self.cuts.append(cut)
        self.begun.set()
        assert self.go.wait(10)
        self.last.release()


def wish(trio: Trio, view: View, slab: SlabChoice = THIN, *, quick: bool = True) -> Wish:
    return Wish(view, trio.plane(view.direction), slab, PLACE, quick)


def test_of_one_cells_wishes_the_latest_wins(trio: Trio) -> None:
    shown = Shown()
    reslicer = Reslicer(trio.volume, shown)
    reslicer.want(wish(trio, View.AXIAL))
    assert shown.begun.wait(10)
    steps = [trio.stepped(AXIAL, n) for n in (1, 2, 3)]
    for step in steps:
        reslicer.want(wish(step, View.AXIAL))
    reslicer.want(wish(trio, View.CORONAL))
    shown.go.set()
    for _ in range(3):
        assert shown.last.acquire(timeout=10)
    reslicer.close(10)
    planes = [cut.wish.plane for cut in shown.cuts]
    assert planes == [trio.plane(AXIAL), steps[-1].plane(AXIAL), trio.plane(CORONAL)]


def test_what_takes_long_comes_coarse_first_and_then_exact(trio: Trio) -> None:
    shown = Shown()
    shown.go.set()
    reslicer = Reslicer(trio.volume, shown)
    slab = SlabChoice(10.0, Slab.MAXIMUM)
    reslicer.want(wish(trio, View.AXIAL, slab, quick=False))
    for _ in range(2):
        assert shown.last.acquire(timeout=10)
    reslicer.close(10)
    assert [cut.exact for cut in shown.cuts] == [False, True]
    wanted = reslice(trio.volume, trio.plane(AXIAL), thickness=10.0, slab=Slab.MAXIMUM)
    assert np.array_equal(shown.cuts[1].picture.samples, wanted.samples)


def test_every_coarse_picture_comes_before_any_exact_one(trio: Trio) -> None:
    shown = Shown()
    reslicer = Reslicer(trio.volume, shown)
    reslicer.want(wish(trio, View.AXIAL))
    assert shown.begun.wait(10)
    slab = SlabChoice(10.0)
    for view in (View.CORONAL, View.SAGITTAL):
        reslicer.want(wish(trio, view, slab, quick=False))
    shown.go.set()
    for _ in range(5):
        assert shown.last.acquire(timeout=10)
    reslicer.close(10)
    found = [(cut.wish.view, cut.exact) for cut in shown.cuts[1:]]
    assert found == [
        (View.CORONAL, False),
        (View.SAGITTAL, False),
        (View.CORONAL, True),
        (View.SAGITTAL, True),
    ]


def test_closing_ends_the_thread(trio: Trio) -> None:
    shown = Shown()
    shown.go.set()
    reslicer = Reslicer(trio.volume, shown)
    reslicer.want(wish(trio, View.AXIAL, SlabChoice(50.0), quick=False))
    reslicer.close(10)
    assert [t for t in threading.enumerate() if t.name == "mpr-reslice"] == []


def test_float_volumes_are_cut_too(volume: Volume) -> None:
    values = volume.samples.astype(np.float32)
    trio = trio_of(replace(volume, samples=values))
    plane = trio.plane(SAGITTAL)
    assert farthest(reslice(trio.volume, plane).samples, plane) <= 0.01
