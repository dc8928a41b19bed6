"""Segments lie where another library says they lie, and on no other slice."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.spatial import ImageToImageTransformer

from app.imaging.dataset import open_file, open_object
from app.imaging.errors import ImagingError, MissingAttributeError, UnsupportedPixelsError
from app.imaging.planes import Plane
from app.imaging.segmentation import Segmentation, SegmentationType, onto, outline
from app.imaging.segmentation_cut import shapes_across
from app.imaging.segmentation_reader import read_segmentation
from app.imaging.series import SliceRef, describe_bytes
from tests.imaging.applied import (
    COLUMNS,
    FACING,
    GAP,
    ROWS,
    SLICES,
    SPACE,
    SPACING,
    blobs,
    heads,
    place_of,
    segmentation,
    slices,
    written,
)
from tests.imaging.hostile import scribbled
from tests.imaging.objects import altered


def plane_at(number: float, **changes: Any) -> Plane:
    """The picture at that place of the stack."""
    x, y, z = place_of(number)
    a, b, c, d, e, f = FACING
    plane = Plane((x, y, z), (a, b, c, d, e, f), SPACING[0], SPACING[1], ROWS, COLUMNS, SPACE)
    return replace(plane, **changes)


def ref(number: int) -> SliceRef:
    return SliceRef(f"2.25.{100 + number}", 0)


FOREIGN = SliceRef("2.25.999", 0)


def mask(found: Segmentation, number: int, at: SliceRef, plane: Plane | None) -> np.ndarray:
    """(rows, columns) levels of a segment in the pixels of its frames that lie on a picture."""
    levels = np.zeros((found.rows, found.columns), np.uint8)
    for frame in found.frames_on(at, plane):
        for shape in found.shapes(frame):
            if shape.number == number:
                rows, columns = shape.levels.shape
                part = slice(shape.top, shape.top + rows), slice(shape.left, shape.left + columns)
                levels[part] = np.maximum(levels[part], shape.levels)
    return levels


def read(made: highdicom.seg.Segmentation) -> Segmentation:
    return read_segmentation(open_object(written(made)))


KINDS = [
    ("BINARY", {}),
    ("LABELMAP", {}),
    ("LABELMAP", {"transfer_syntax_uid": pydicom.uid.RLELossless}),
    ("FRACTIONAL", {"max_fractional_value": 1}),
]


@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_each_slice_gets_its_own_mask_whichever_type_the_object_is_of(
    kind: str, more: dict[str, Any]
) -> None:
    pixels = blobs()
    labels = pixels[..., 0] + 2 * pixels[..., 1]
    given = labels if kind == "LABELMAP" else pixels
    given = given.astype(np.float64) if kind == "FRACTIONAL" else given
    found = read(segmentation(heads(slices()), given, kind, **more))
    assert found.kind is SegmentationType(kind)
    assert [segment.label for segment in found.segments] == ["Liver", "Spleen"]
    shown = {shape.number for frame in found.frames for shape in found.shapes(frame)}
    assert shown == {1, 2}
    for n in range(SLICES):
        for number in (1, 2):
            expected = np.where(pixels[n, ..., number - 1], 255, 0)
            assert np.array_equal(mask(found, number, ref(n), plane_at(n)), expected)
            # The same place without being named as a source: by geometry alone.
            assert np.array_equal(mask(found, number, FOREIGN, plane_at(n)), expected)


def test_highdicom_reads_the_same_from_the_object() -> None:
    made = segmentation(heads(slices()), blobs())
    found = read(made)
    theirs = made.get_pixels_by_source_instance([f"2.25.{100 + n}" for n in range(SLICES)])
    ours = np.stack(
        [
            np.stack([mask(found, s, ref(n), plane_at(n)) for s in (1, 2)], axis=-1)
            for n in range(SLICES)
        ]
    )
    assert np.array_equal(ours > 0, theirs > 0)


def test_a_fraction_is_how_much_of_a_pixel_belongs_to_the_segment() -> None:
    shares = np.zeros((SLICES, ROWS, COLUMNS))
    shares[2, 5, 4:9] = [0.25, 0.4, 0.5, 0.75, 1.0]
    both = np.stack([shares, np.zeros_like(shares)], axis=-1)
    found = read(segmentation(heads(slices()), both, "FRACTIONAL", max_fractional_value=200))
    assert mask(found, 1, ref(2), plane_at(2))[5, 4:9].tolist() == [64, 102, 128, 191, 255]
    (frame,) = [f for f in found.frames_on(ref(2), plane_at(2)) if f.segment == 1]
    (shape,) = found.shapes(frame)
    # The edge goes around what belongs to it by half or more.
    assert shape.edges[:, [0, 2]].min() == 6
    assert shape.edges[:, [0, 2]].max() == 9


def test_what_a_segment_is_called_and_coded_and_coloured() -> None:
    found = read(segmentation(heads(slices()), blobs()))
    liver, spleen = found.segments
    assert (liver.label, spleen.label) == ("Liver", "Spleen")
    assert liver.kind is not None
    assert liver.kind.same("10200004", "SCT")
    assert liver.category is not None
    assert liver.category.words == "Organ"
    assert liver.colour is not None
    # CIELab 53.2, 80.1, 67.2 under D65 is red.
    assert max(abs(a - b) for a, b in zip(liver.colour, (255, 0, 0), strict=True)) <= 3
    assert spleen.colour is None
    assert (found.label, found.description) == ("ORGANS", "abdomen")
    assert found.gap == pytest.approx(GAP)


@pytest.mark.parametrize(
    ("plane", "drawn"),
    [
        (plane_at(2), True),
        (plane_at(2.4), True),
        (plane_at(4.6), False),
        (plane_at(-1), False),
        (plane_at(2, frame_of_reference_uid="2.25.6"), False),
        (plane_at(2, frame_of_reference_uid=""), False),
        (plane_at(2, orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0)), False),
    ],
)
def test_a_picture_of_another_series_gets_segments_by_place_only(plane: Plane, drawn: bool) -> None:
    found = read(segmentation(heads(slices()), blobs()))
    assert bool(found.frames_on(FOREIGN, plane)) is drawn


def test_a_picture_between_two_frames_gets_the_nearer_one() -> None:
    found = read(segmentation(heads(slices()), blobs()))
    for place, nearest in ((1.4, 1), (1.6, 2)):
        expected = np.where(blobs()[nearest, ..., 0], 255, 0)
        assert np.array_equal(mask(found, 1, FOREIGN, plane_at(place)), expected)


def test_a_plane_that_is_tilted_by_a_degree_is_another_plane() -> None:
    found = read(segmentation(heads(slices()), blobs()))
    tilt = math.radians(1)
    normal = np.cross(FACING[:3], FACING[3:])
    down = np.array(FACING[3:]) * math.cos(tilt) + normal * math.sin(tilt)
    facing = (FACING[0], FACING[1], FACING[2], *map(float, down))
    assert not found.frames_on(FOREIGN, plane_at(2, orientation=facing))


def test_a_source_that_lies_elsewhere_is_not_drawn_on() -> None:
    found = read(segmentation(heads(slices()), blobs()))
    assert found.frames_on(ref(2), plane_at(2))
    assert not found.frames_on(ref(2), plane_at(4))
    assert not found.frames_on(ref(4), plane_at(2))


def test_pictures_without_a_place_get_what_names_them() -> None:
    found = read(segmentation(heads(slices()), blobs()))
    assert np.array_equal(mask(found, 1, ref(1), None) > 0, blobs()[1, ..., 0] > 0)
    assert not found.frames_on(FOREIGN, None)


def test_a_finer_grid_lies_on_the_picture_where_highdicom_puts_it() -> None:
    """The segmentation has a corner, spacing and row direction of its own."""
    position = plane_at(2).point(18.5, 15.5)
    a, b, c, d, e, f = FACING
    own = Plane(position, (-a, -b, -c, -d, -e, -f), 0.25, 0.4, 30, 26, SPACE)
    theirs = ImageToImageTransformer(
        own.position, own.orientation, (0.25, 0.4), place_of(2), FACING, SPACING
    )
    points = np.array([[0.0, 0.0], [26.0, 0.0], [3.5, 17.25], [26.0, 30.0]])
    m = onto(own, plane_at(2))
    ours = np.column_stack(
        [
            m[0] * points[:, 0] + m[2] * points[:, 1] + m[4],
            m[1] * points[:, 0] + m[3] * points[:, 1] + m[5],
        ]
    )
    assert np.allclose(ours, theirs(points))


def test_lines_run_around_pixels() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        region = rng.random((7, 9)) < 0.5
        edges = outline(region)
        ink = np.zeros((2 * 7 + 1, 2 * 9 + 1), bool)
        for x0, y0, x1, y1 in edges:
            assert x0 == x1 or y0 == y1
            for step in np.arange(0.5, max(x1 - x0, y1 - y0), 1.0):
                x, y = (x0 + step, y0) if y0 == y1 else (x0, y0 + step)
                ink[int(2 * y), int(2 * x)] = True
        padded = np.pad(region, 1)
        assert np.array_equal(ink[::2, 1::2], padded[1:, 1:-1] != padded[:-1, 1:-1])
        assert np.array_equal(ink[1::2, ::2], padded[1:-1, 1:] != padded[1:-1, :-1])


def test_a_liver_by_others_is_read_as_pydicom_reads_it(wheel: Path) -> None:
    file = wheel / "liver_1frame.dcm"
    found = read_segmentation(open_file(file))
    pixels = pydicom.dcmread(file).pixel_array
    (frame,) = found.frames
    levels = np.zeros(pixels.shape, np.uint8)
    for shape in found.shapes(frame):
        rows, columns = shape.levels.shape
        levels[shape.top : shape.top + rows, shape.left : shape.left + columns] = shape.levels
    assert np.array_equal(levels > 0, pixels > 0)
    assert levels.any()
    assert [segment.label for segment in found.segments] == ["Liver"]
    (name,) = frame.sources
    assert frame.plane is not None
    assert found.frames_on(name, frame.plane) == (frame,)


def test_a_segmentation_is_no_picture_of_its_own() -> None:
    data = written(segmentation(heads(slices()), blobs()))
    assert describe_bytes(data).kind == "applied"


def _without(keyword: str) -> bytes:
    def change(ds: pydicom.Dataset) -> None:
        delattr(ds, keyword)

    return altered(written(segmentation(heads(slices()), blobs())), change)


def test_what_lacks_its_segments_or_frames_is_refused_with_the_attribute() -> None:
    for keyword in ("SegmentSequence", "PerFrameFunctionalGroupsSequence"):
        with pytest.raises(MissingAttributeError) as told:
            read_segmentation(open_object(_without(keyword)))
        assert told.value.keyword == keyword
    with pytest.raises(UnsupportedPixelsError):
        read_segmentation(open_object(_without("SegmentationType")))
    with pytest.raises(UnsupportedPixelsError):
        read_segmentation(open_object(slices()[0]))


def test_a_file_that_claims_more_than_it_has_allocates_nothing() -> None:
    data = written(segmentation(heads(slices()), blobs()))

    def lie(ds: pydicom.Dataset) -> None:
        ds.Rows, ds.Columns, ds.NumberOfFrames = 65535, 65535, 2_000_000_000

    with pytest.raises(ImagingError):
        read_segmentation(open_object(altered(data, lie)))

    def many(ds: pydicom.Dataset) -> None:
        ds.NumberOfFrames = 2_000_000_000

    assert len(read_segmentation(open_object(altered(data, many))).frames) == 5


def test_frames_that_are_cut_off_end_in_a_reason() -> None:
    data = written(segmentation(heads(slices()), blobs()))
    found = read_segmentation(open_object(data[: -ROWS * COLUMNS // 8 * 2]))
    with pytest.raises(ImagingError):
        found.shapes(found.frames[-1])


def test_mutated_segmentations_end_in_segments_or_a_reason() -> None:
    data = written(segmentation(heads(slices()), blobs()))
    read_ones = 0
    for mutated in scribbled(data, 60, seed=11):
        try:
            found = read_segmentation(open_object(mutated))
            for frame in found.frames:
                found.shapes(frame)
                found.frames_on(FOREIGN, plane_at(2))
        except ImagingError:
            continue
        read_ones += 1
    assert 0 < read_ones < 60


def planes_across() -> list[Plane]:
    """A sagittal, an axial and an oblique one through the middle of the stack, none of them
    parallel to its frames, each finer than the frames."""
    middle = np.array(plane_at(2.1).point(12.3, 10.2))
    found = []
    for right, down in (
        ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
        ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
        ((0.6, 0.8, 0.0), (-0.48, 0.36, -0.8)),
    ):
        corner = middle - 12 * np.array(right) - 12 * np.array(down)
        x, y, z = (float(part) for part in corner)
        found.append(Plane((x, y, z), (*right, *down), 0.4, 0.4, 60, 60, SPACE))
    return found


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_plane_across_the_frames_gets_the_voxels_of_highdicom_s_volume(
    number: int, kind: str
) -> None:
    pixels = blobs()
    labels = pixels[..., 0] + 2 * pixels[..., 1]
    made = segmentation(heads(slices()), labels if kind == "LABELMAP" else pixels, kind)
    found, plane = read(made), planes_across()[number]
    ours = np.zeros((plane.rows, plane.columns, 2), bool)
    for shape in shapes_across(found, plane, found.shapes):
        rows, columns = shape.levels.shape
        part = slice(shape.top, shape.top + rows), slice(shape.left, shape.left + columns)
        ours[(*part, shape.number - 1)] = shape.levels > 0
    volume = made.get_volume(combine_segments=False)
    voxels = np.asarray(volume.array)
    points = np.array(
        [
            [(*plane.point(column + 0.5, row + 0.5), 1.0) for column in range(plane.columns)]
            for row in range(plane.rows)
        ]
    )
    index = np.floor(points @ np.asarray(volume.inverse_affine).T + 0.5)[..., :3].astype(int)
    inside = ((index >= 0) & (index < voxels.shape[:3])).all(axis=-1)
    at = tuple(np.where(inside, index[..., axis], 0) for axis in range(3))
    theirs = (voxels[at] > 0) & inside[..., None]
    assert theirs.any()
    # A pixel halfway between two voxels may go to either.
    assert np.count_nonzero(ours != theirs) <= 0.002 * theirs.size


def test_a_plane_in_another_space_is_not_cut() -> None:
    found = read(segmentation(heads(slices()), blobs()))
    for space in ("2.25.6", ""):
        plane = replace(planes_across()[0], frame_of_reference_uid=space)
        assert not shapes_across(found, plane, found.shapes)
