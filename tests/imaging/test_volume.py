"""Planes and slabs through a volume: exact on fields that are known everywhere."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.imaging.dataset import open_file, open_object
from app.imaging.geometry import Orientation, Vector, orientation, position
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.planes import Plane
from app.imaging.slices import NotAVolume, Uneven, check_planes
from app.imaging.volume import (
    Direction,
    Slab,
    Volume,
    covering_plane,
    extent,
    make_volume,
    moved,
    patient_plane,
    reslice,
    turned,
)
from tests.imaging.objects import ct_object

AXIAL: Orientation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SLICES, ROWS, COLUMNS = 9, 12, 10
ROW_MM, COLUMN_MM, SLICE_MM = 2.0, 1.0, 3.0


def field(x: float, y: float, z: float) -> float:
    """A value for every place in the patient, linear in millimetres: interpolation is exact."""
    return 10 * x + 20 * y - 30 * z + 500


def plane_at(z: float, y: float = 0.0) -> Plane:
    return Plane((0.0, y, z), AXIAL, ROW_MM, COLUMN_MM, ROWS, COLUMNS, "2.25.5")


def picture_of(plane: Plane, **attributes: object) -> GreyPicture:
    values = np.empty((plane.rows, plane.columns), np.int16)
    for row in range(plane.rows):
        for column in range(plane.columns):
            values[row, column] = field(*plane.point(column + 0.5, row + 0.5))
    facts = {"PixelSpacing": [plane.row_spacing, plane.column_spacing], **attributes}
    made = make_picture(open_object(ct_object(values, **facts)), 0)
    assert isinstance(made, GreyPicture)
    return made


@pytest.fixture
def planes() -> list[Plane]:
    return [plane_at(SLICE_MM * n) for n in range(SLICES)]


@pytest.fixture
def volume(planes: list[Plane]) -> Volume:
    """Its slices given in no order."""
    order = [3, 0, 8, 1, 7, 2, 6, 4, 5]
    return make_volume([picture_of(planes[n]) for n in order], [planes[n] for n in order])


def expected(plane: Plane) -> NDArray[np.float64]:
    return np.array(
        [
            [field(*plane.point(column + 0.5, row + 0.5)) for column in range(plane.columns)]
            for row in range(plane.rows)
        ]
    )


def inside(plane: Plane) -> NDArray[np.bool_]:
    """Pixels between the centres of the outermost voxels."""
    top: Vector = (COLUMN_MM * (COLUMNS - 1), ROW_MM * (ROWS - 1), SLICE_MM * (SLICES - 1))
    mask = np.zeros((plane.rows, plane.columns), bool)
    for row in range(plane.rows):
        for column in range(plane.columns):
            place = plane.point(column + 0.5, row + 0.5)
            mask[row, column] = all(-1e-9 <= p <= t + 1e-9 for p, t in zip(place, top, strict=True))
    return mask


def test_the_slices_come_back_as_they_were(volume: Volume, planes: list[Plane]) -> None:
    for plane in planes:
        assert np.array_equal(reslice(volume, plane).samples, picture_of(plane).samples)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_plane_of_the_patient_shows_every_place_once(
    volume: Volume, direction: Direction
) -> None:
    plane = patient_plane(volume, direction)
    picture = reslice(volume, plane)
    assert (picture.spacing.row, picture.spacing.column) == (1.0, 1.0)
    mask = inside(plane)
    assert mask.sum() > 100
    assert np.abs(picture.samples - expected(plane))[mask].max() <= 0.5


def test_a_coronal_picture_has_the_head_above_and_the_left_at_the_right(volume: Volume) -> None:
    plane = patient_plane(volume, Direction.CORONAL)
    assert plane.point(5, 0)[2] > plane.point(5, 20)[2]
    assert plane.point(9, 5)[0] > plane.point(0, 5)[0]


@pytest.mark.parametrize("degrees", [10, 33, 77])
def test_an_oblique_plane_is_right_too(volume: Volume, degrees: float) -> None:
    start = patient_plane(volume, Direction.AXIAL)
    plane = turned(start, volume, volume.middle, (1.0, 1.0, 0.0), degrees)
    mask = inside(plane)
    assert mask.sum() > 60
    assert np.abs(reslice(volume, plane).samples - expected(plane))[mask].max() <= 0.5
    assert abs(plane.distance(volume.middle)) < 1e-6


@pytest.mark.parametrize("direction", list(Direction))
def test_along_the_voxels_and_across_them_values_agree(
    volume: Volume, direction: Direction
) -> None:
    """Straight planes are cut another way; a turn too small to see must change nothing."""
    straight = moved(patient_plane(volume, direction), 0.7)
    slant = np.radians(0.02)
    a, b, c = straight.across
    d, e, f = straight.down
    bent = tuple(p + q * slant for p, q in zip((a, b, c), (d, e, f), strict=True))
    across = replace(straight, orientation=(*bent, d, e, f))
    off = np.abs(reslice(volume, straight).samples.astype(int) - reslice(volume, across).samples)
    assert off[1:-1, 1:-1].max() <= 2


def test_how_far_one_voxel_is_depends_on_the_way(volume: Volume) -> None:
    assert volume.step_along((0.0, 0.0, 1.0)) == pytest.approx(SLICE_MM)
    assert volume.step_along((0.0, -1.0, 0.0)) == pytest.approx(ROW_MM)
    assert volume.step_along((1.0, 0.0, 0.0)) == pytest.approx(COLUMN_MM)


def test_planes_alone_tell_what_makes_no_volume(planes: list[Plane]) -> None:
    """Before anything is decoded."""
    assert check_planes(planes) == planes
    with pytest.raises(NotAVolume) as caught:
        check_planes([*planes[:2], *planes[7:]])
    assert caught.value.reason is Uneven.MISSING


def test_outside_of_the_volume_there_is_the_lowest_value(volume: Volume) -> None:
    plane = moved(patient_plane(volume, Direction.AXIAL), 500)
    assert set(np.unique(reslice(volume, plane).samples)) == {volume.first.low}
    low, high = extent(volume, patient_plane(volume, Direction.AXIAL))
    assert (low, high) == pytest.approx((-12.0, 12.0))


def test_slabs_take_the_highest_the_lowest_or_the_mean(volume: Volume) -> None:
    plane = plane_at(12.0)
    middle = picture_of(plane).samples.astype(float)
    across = 30 * 3.0  # the field falls by 30 a millimetre, three millimetres to either side
    for slab, off in ((Slab.MAXIMUM, across), (Slab.MINIMUM, -across), (Slab.MEAN, 0.0)):
        found = reslice(volume, plane, thickness=6.0, slab=slab).samples
        assert np.abs(found - (middle + off)).max() <= 0.5


def test_a_tilted_gantry_is_no_reason_for_wrong_places() -> None:
    """Slices that slide sideways as they go up, as under a tilted gantry."""
    planes = [plane_at(SLICE_MM * n, y=1.0 * n) for n in range(SLICES)]
    volume = make_volume([picture_of(plane) for plane in planes], planes)
    plane = covering_plane(volume, AXIAL, (4.0, 12.0, 13.5))
    found, wanted = reslice(volume, plane).samples, expected(plane)
    height = plane.position[2] / SLICE_MM
    rows = [r for r in range(plane.rows) if 0 <= plane.point(0, r + 0.5)[1] - height <= 22]
    assert len(rows) > 15
    assert np.abs(found[rows, :COLUMNS] - wanted[rows, :COLUMNS]).max() <= 0.5


def test_values_keep_their_unit_and_windows(volume: Volume) -> None:
    picture = reslice(volume, patient_plane(volume, Direction.SAGITTAL))
    assert picture.modality.unit == "HU"
    assert picture.presets == volume.first.presets


def test_slices_with_their_own_slopes_make_one_scale(planes: list[Plane]) -> None:
    """As in PET: the same values, stored under another slope in every slice."""
    pictures = []
    for number, plane in enumerate(planes):
        slope = 0.5 + 0.25 * number
        values = np.rint(expected(plane) / slope).astype(np.int16)
        facts = {"PixelSpacing": [ROW_MM, COLUMN_MM], "RescaleSlope": slope}
        made = make_picture(open_object(ct_object(values, RescaleIntercept=0, **facts)), 0)
        pictures.append(made)
    volume = make_volume(pictures, planes)
    plane = plane_at(12.0)
    found = reslice(volume, plane)
    assert np.abs(found.modality.apply(found.samples) - expected(plane)).max() <= 1.5


def test_padding_is_the_lowest_value(planes: list[Plane]) -> None:
    pictures = [picture_of(plane, PixelPaddingValue=500) for plane in planes]
    volume = make_volume(pictures, planes)
    assert volume.samples.min() == volume.first.low
    assert volume.first.padding is None


def test_what_makes_no_volume_is_refused_with_its_reason(planes: list[Plane]) -> None:
    pictures = [picture_of(plane) for plane in planes]

    def reason(some: list[GreyPicture], places: list[Plane | None]) -> Uneven:
        with pytest.raises(NotAVolume) as caught:
            make_volume(some, places)
        return caught.value.reason

    known: list[Plane | None] = list(planes)
    assert reason(pictures[:2], known[:2]) is Uneven.TOO_FEW
    assert reason(pictures, [None, *known[1:]]) is Uneven.PLACES
    assert reason(pictures[:2] + pictures[7:], known[:2] + known[7:]) is Uneven.MISSING
    sagittal = replace(planes[4], orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0))
    assert reason(pictures, [*known[:4], sagittal, *known[5:]]) is Uneven.DIRECTIONS
    wide = replace(planes[4], column_spacing=1.5)
    assert reason(pictures, [*known[:4], wide, *known[5:]]) is Uneven.SIZES
    assert reason([*pictures, pictures[0]], [*known, known[0]]) is Uneven.GAPS


@pytest.mark.parametrize(
    "heights",
    [
        [0, 3, 6, 9, 15, 18, 21, 24],
        [0, 3, 6.5, 9, 11, 15, 19, 21.5, 24],
        [0, 1, 2, 3, 4, 5, 10, 15, 20, 24],
    ],
    ids=["one missing", "uneven", "dense below"],
)
def test_uneven_slices_lie_at_their_real_places(heights: list[float]) -> None:
    planes = [plane_at(z) for z in heights]
    volume = make_volume([picture_of(plane) for plane in planes], list(planes))
    assert volume.shape.missing or volume.shape.uneven
    for plane in planes:
        assert np.array_equal(reslice(volume, plane).samples, picture_of(plane).samples)
        assert np.array_equal(
            volume.samples[volume.slice_at(plane.position)], picture_of(plane).samples
        )
    for direction in Direction:
        plane = patient_plane(volume, direction)
        mask = inside(plane)
        assert mask.sum() > 60
        assert np.abs(reslice(volume, plane).samples - expected(plane))[mask].max() <= 0.5
    oblique = turned(
        patient_plane(volume, Direction.AXIAL), volume, volume.middle, (1.0, 1.0, 0.0), 33
    )
    off = np.abs(reslice(volume, oblique).samples - expected(oblique))
    assert off[inside(oblique)].max() <= 0.5
    assert extent(volume, patient_plane(volume, Direction.AXIAL)) == pytest.approx((-12.0, 12.0))


def test_a_real_head_is_as_long_in_the_sagittal_plane_as_in_its_slices(shared_data: Path) -> None:
    """Real slices, one in eight, so that the test stays small; sides in millimetres must agree."""
    folder = shared_data / "ct-head-neck"
    heads = [(file, open_file(file)) for file in sorted(folder.iterdir())]
    placed = sorted(heads, key=lambda pair: (position(pair[1].dataset) or (0, 0, 0))[2])[::8]
    planes, pictures = [], []
    for _, obj in placed:
        place, direction = position(obj.dataset), orientation(obj.dataset)
        assert place is not None
        assert direction is not None
        picture = make_picture(obj, 0)
        rows, columns = int(obj.dataset.Rows), int(obj.dataset.Columns)
        spacing = picture.spacing
        planes.append(Plane(place, direction, spacing.row, spacing.column, rows, columns))
        pictures.append(picture)
    volume = make_volume(pictures, list(planes))
    sagittal = patient_plane(volume, Direction.SAGITTAL)
    height = math.dist(planes[0].position, planes[-1].position)
    assert sagittal.rows * sagittal.row_spacing == pytest.approx(height, abs=2 * volume.step)
    depth = planes[0].rows * planes[0].row_spacing
    assert sagittal.columns * sagittal.column_spacing == pytest.approx(depth, abs=2 * volume.step)
    bone = reslice(volume, sagittal, thickness=20, slab=Slab.MAXIMUM)
    assert float(bone.modality.apply(bone.samples).max()) > 1000
