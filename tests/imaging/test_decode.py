"""Stored values are what the file holds, bit for bit where the syntax is lossless."""

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels.utils import pixel_array

from app.imaging.colour import ybr_full_to_rgb
from app.imaging.dataset import open_file, open_object
from app.imaging.decode import decode_frame
from app.imaging.description import Photometric
from app.imaging.picture import ColourPicture, make_picture
from tests.imaging.conftest import WHEEL
from tests.imaging.objects import ct_object, ramp

NATIVE_AND_LOSSLESS = [
    "CT_small.dcm",
    "ExplVR_BigEnd.dcm",
    "GDCMJ2K_TextGBR.dcm",
    "J2K_pixelrep_mismatch.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_padded.dcm",
    "SC_rgb_jpeg_dcmd.dcm",
    "SC_rgb_rle.dcm",
    "SC_rgb_rle_16bit_2frame.dcm",
    "SC_rgb_rle_32bit.dcm",
    "SC_rgb_small_odd.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "examples_jpeg2k.dcm",
    "examples_overlay.dcm",
    "examples_palette.dcm",
    "examples_rgb_color.dcm",
    "image_dfl.dcm",
    "liver_1frame.dcm",
    "liver_expb_1frame.dcm",
    "rtdose.dcm",
    "rtdose_expb.dcm",
    "rtdose_rle.dcm",
]


@pytest.mark.parametrize("name", NATIVE_AND_LOSSLESS)
def test_samples_are_those_of_pydicom(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pixel_array(pydicom.dcmread(WHEEL / name), raw=True, index=0)
    stored = decode_frame(open_file(WHEEL / name))
    assert stored.samples.shape == expected.shape
    assert stored.samples.dtype == expected.dtype.newbyteorder("=")
    assert np.array_equal(stored.samples, expected)
    assert not stored.partial


def test_jpeg_lossless_and_jpeg_ls_agree_with_the_uncompressed_original(wheel: Path) -> None:
    original = decode_frame(open_file(wheel / "MR_small.dcm"))
    for name in ("MR_small_jpeg_ls_lossless.dcm", "MR_small_RLE.dcm"):
        assert decode_frame(open_file(wheel / name)).sha256() == original.sha256()


def test_every_frame_of_a_cine_is_the_one_asked_for(wheel: Path) -> None:
    cine = open_file(wheel / "examples_ybr_color.dcm")
    expected = pixel_array(pydicom.dcmread(wheel / "examples_ybr_color.dcm"), raw=True)
    for frame in range(30):
        difference = decode_frame(cine, frame).samples.astype(int) - expected[frame]
        assert np.abs(difference).max() <= 1


def test_unused_bits_are_removed_and_the_sign_is_extended() -> None:
    stored = np.array([[0x0FFF, 0x0800, 0x07FF, 0x0001]], np.int16)
    dirty = (stored | np.int16(0x5000)).astype(np.int16)
    obj = open_object(ct_object(dirty, BitsStored=12, HighBit=11))
    assert decode_frame(obj).samples.tolist() == [[-1, -2048, 2047, 1]]


def test_samples_below_a_high_bit_at_the_top_are_shifted_down() -> None:
    stored = np.array([[0x1230, 0x7FF0]], np.int16)
    obj = open_object(ct_object(stored, BitsStored=12, HighBit=15, PixelRepresentation=0))
    assert decode_frame(obj).samples.tolist() == [[0x123, 0x7FF]]


def test_ybr_full_becomes_rgb_within_one_level_of_the_standard() -> None:
    y, b, r = np.meshgrid(*[np.arange(0, 256, 5)] * 3, indexing="ij")
    samples = np.stack([y.ravel(), b.ravel(), r.ravel()], axis=-1)[None].astype(np.uint8)
    forward = np.array(
        [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]
    )
    exact = (samples.astype(np.float64) - [0, 128, 128]) @ np.linalg.inv(forward).T
    shown = ybr_full_to_rgb(samples).astype(np.float64)
    assert np.abs(shown - np.clip(exact, 0, 255)).max() <= 0.51


def test_a_palette_picture_becomes_colours(wheel: Path) -> None:
    picture = make_picture(open_file(wheel / "examples_palette.dcm"), 0)
    assert isinstance(picture, ColourPicture)
    assert picture.rgb.shape == (350, 800, 3)
    assert picture.rgb.max() > 200


def test_a_codec_that_undid_the_colour_transform_answers_rgb(wheel: Path) -> None:
    stored = decode_frame(open_file(wheel / "examples_jpeg2k.dcm"))
    assert stored.photometric is Photometric.RGB


def test_the_same_mammogram_opens_as_jpeg_2000_and_as_12_bit_jpeg(shared_data: Path) -> None:
    folder = shared_data / "mg-14mp"
    first, second = (decode_frame(open_file(file)) for file in sorted(folder.iterdir()))
    assert first.samples.shape == second.samples.shape == (4664, 3064)
    difference = np.abs(first.samples.astype(np.int32) - second.samples.astype(np.int32))
    assert float(np.median(difference)) <= 16  # of 4096: two lossy codecs
    assert abs(float(first.samples.mean()) - float(second.samples.mean())) <= 1


def test_every_compressed_conformance_picture_opens(shared_data: Path) -> None:
    files = [f for f in (shared_data / "conformance" / "compression1").rglob("*") if f.is_file()]
    for file in files:
        assert decode_frame(open_file(file)).samples.size > 0
    assert len(files) >= 30


def test_the_fingerprint_ignores_how_memory_is_laid_out() -> None:
    pixels = ramp()
    one = decode_frame(open_object(ct_object(pixels)))
    assert one.sha256() == decode_frame(open_object(ct_object(pixels.copy()))).sha256()
    assert one.sha256() != decode_frame(open_object(ct_object(pixels + 1))).sha256()
