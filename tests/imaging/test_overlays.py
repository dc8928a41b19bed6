"""Overlay planes lie where the file says, bit for bit (PS3.3 C.9.2)."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from app.imaging.dataset import open_file, open_object
from app.imaging.decode import decode_frame
from app.imaging.overlays import OverlayKind, overlay_planes
from app.imaging.picture import make_picture
from tests.imaging.objects import altered, ct_object, ramp, with_overlay
from tests.imaging.peers import dcmtk_levels, files_of, name_of, run

SHAPE = (32, 48)


def some_bits(rows: int, columns: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((rows, columns)) < 0.3


def test_a_plane_is_read_bit_for_bit_with_its_words() -> None:
    bits = some_bits(*SHAPE)
    data = with_overlay(ct_object(ramp()), bits, kind="R", label="region")
    (plane,) = overlay_planes(open_object(data))
    assert np.array_equal(plane.bits, bits)
    assert (plane.kind, plane.label, plane.group) == (OverlayKind.REGION, "region", 0x6000)


@pytest.mark.parametrize("origin", [(1, 1), (5, 9), (-3, -7), (30, 40), (100, 100)])
def test_the_origin_places_a_plane_and_the_picture_cuts_it(origin: tuple[int, int]) -> None:
    bits = some_bits(10, 12)
    (plane,) = overlay_planes(open_object(with_overlay(ct_object(ramp()), bits, origin=[*origin])))
    expected = np.zeros(SHAPE, bool)
    for row, column in np.argwhere(bits):
        y, x = row + origin[0] - 1, column + origin[1] - 1
        if 0 <= y < SHAPE[0] and 0 <= x < SHAPE[1]:
            expected[y, x] = True
    assert np.array_equal(plane.placed(*SHAPE), expected)


def test_frames_of_an_overlay_begin_at_their_frame_of_the_picture() -> None:
    frames = np.stack([some_bits(5, 7, seed) for seed in (1, 2)])
    data = with_overlay(ct_object(ramp()), frames, frames=2, frame_origin=3)
    obj = open_object(data)
    assert overlay_planes(obj, 1) == ()
    assert np.array_equal(overlay_planes(obj, 2)[0].bits, frames[0])
    assert np.array_equal(overlay_planes(obj, 3)[0].bits, frames[1])
    assert overlay_planes(obj, 4) == ()


def test_one_plane_without_a_number_of_frames_lies_over_all_of_them() -> None:
    obj = open_object(with_overlay(ct_object(ramp()), some_bits(*SHAPE)))
    assert len(overlay_planes(obj, 7)) == 1


def test_bits_that_are_not_there_leave_the_plane_out_and_the_picture_open() -> None:
    def claim_more(ds: pydicom.Dataset) -> None:
        ds[0x6000, 0x0010].value = 60000

    data = altered(with_overlay(ct_object(ramp()), some_bits(*SHAPE)), claim_more)
    assert overlay_planes(open_object(data)) == ()
    assert make_picture(open_object(data), 0).overlays == ()


def in_unused_bit(position: int, bits: np.ndarray, stored: int = 12) -> bytes:
    pixels = (ramp() & 0x0FFF).astype(np.uint16) | (bits.astype(np.uint16) << position)

    def change(ds: pydicom.Dataset) -> None:
        ds.add_new((0x6000, 0x0010), "US", SHAPE[0])
        ds.add_new((0x6000, 0x0011), "US", SHAPE[1])
        ds.add_new((0x6000, 0x0040), "CS", "G")
        ds.add_new((0x6000, 0x0100), "US", 16)
        ds.add_new((0x6000, 0x0102), "US", position)

    base = ct_object(
        pixels.view(np.int16), BitsStored=stored, HighBit=stored - 1, PixelRepresentation=0
    )
    return altered(base, change)


def test_a_plane_in_unused_bits_of_the_pixels_is_found_and_kept_out_of_the_samples() -> None:
    bits = some_bits(*SHAPE)
    obj = open_object(in_unused_bit(14, bits))
    assert np.array_equal(overlay_planes(obj)[0].bits, bits)
    assert np.array_equal(decode_frame(obj).samples, ramp() & 0x0FFF)


def test_a_bit_of_the_picture_itself_is_no_overlay() -> None:
    assert overlay_planes(open_object(in_unused_bit(11, some_bits(*SHAPE)))) == ()


@pytest.mark.parametrize("way", ["dcmcrle", "dcmconv"])
def test_run_lengths_and_big_endian_words_keep_the_planes(way: str, tmp_path: Path) -> None:
    bits = some_bits(*SHAPE)
    data = with_overlay(in_unused_bit(14, bits), ~bits, group=0x6002)
    (tmp_path / "a.dcm").write_bytes(data)
    options = ["+tb"] if way == "dcmconv" else []
    assert run(way, *options, tmp_path / "a.dcm", tmp_path / "b.dcm")
    first, second = overlay_planes(open_file(tmp_path / "b.dcm"))
    assert np.array_equal(first.bits, bits)
    assert np.array_equal(second.bits, ~bits)


def overlaid() -> list[Path]:
    return [file for file in files_of("conformance/overlay") if overlay_planes(open_file(file))]


@pytest.mark.parametrize("file", overlaid(), ids=name_of)
def test_real_planes_are_those_of_dcmtk(file: Path, tmp_path: Path) -> None:
    obj = open_file(file)
    if obj.pixels is None:
        dataset = pydicom.dcmread(file)
        for plane in overlay_planes(obj):
            assert np.array_equal(plane.bits, dataset.overlay_array(plane.group) > 0)
        return
    for number, plane in enumerate(overlay_planes(obj), start=1):
        out = tmp_path / f"{number}.pnm"
        black = ("+Ww", 100000, 2)  # the picture itself is black under this window
        assert run("dcm2pnm", "-q", *black, "+O", number, file, out)
        assert dcmtk_levels(file, tmp_path, *black) is not None
        seen = np.frombuffer(out.read_bytes()[-plane.bits.size :], np.uint8)
        assert np.array_equal(seen.reshape(plane.bits.shape) > 0, plane.bits)
    assert overlay_planes(obj)
