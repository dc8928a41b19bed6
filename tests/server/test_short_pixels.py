"""Pixel data that are shorter than what describes them are refused when they come (PS3.5 8.1.1)."""

import pytest
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from protocol.imaging import FailureReason
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Valley, open_case
from tests.server.test_stow import reasons


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_pixel_data_shorter_than_described_are_refused_and_do_not_count(
    valley: Valley, syntax: UID
) -> None:
    slices = new_study(2)
    for one in slices:
        one.file_meta.TransferSyntaxUID = syntax
    slices[1].PixelData = slices[1].PixelData[:1000]
    files = [file_bytes(one) for one in slices]
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices, files)
    answer = stow(valley.doctor, files)
    assert answer.status_code == 202
    assert reasons(answer.json(), "00081198") == [FailureReason.PIXELS_TOO_SHORT]
    assert valley.doctor.act(case_id, "submit").status_code != 200


@pytest.mark.parametrize(
    ("bits", "samples", "photometric", "frames", "length"),
    [
        (16, 1, "MONOCHROME2", 1, 2048 + 512),  # padded
        (8, 3, "RGB", 1, 3 * 1024),
        (8, 3, "YBR_FULL_422", 2, 2 * 2 * 1024),
        (1, 1, "MONOCHROME2", 3, 384),
        (8, 1, "MONOCHROME2", 5, 5 * 1024),
    ],
)
def test_pixel_data_as_long_as_described_or_longer_are_taken(
    valley: Valley, bits: int, samples: int, photometric: str, frames: int, length: int
) -> None:
    for less in (0, 2):
        made = new_study(1)[0]
        made.BitsAllocated = made.BitsStored = bits
        made.HighBit, made.NumberOfFrames = bits - 1, frames
        made.SamplesPerPixel, made.PhotometricInterpretation = samples, photometric
        made.PlanarConfiguration = 0
        described = made.Rows * made.Columns * samples * bits * frames // 8
        if photometric == "YBR_FULL_422":
            described = described * 2 // 3
        made.PixelData = bytes(described - less if less else length)
        answer = stow(valley.doctor, [file_bytes(made)])
        assert answer.status_code == (409 if less else 200), answer.text


def test_an_odd_number_of_samples_needs_no_padding(valley: Valley) -> None:
    """31 × 31 samples of 8 bits, one byte less than an even length."""
    made = new_study(1, 31)[0]
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit = 7
    made.PixelData = bytes(962)
    whole = file_bytes(made)
    head = whole[:-962]
    odd = head[:-4] + (961).to_bytes(4, "little") + whole[-962:-1]
    assert stow(valley.doctor, [odd]).status_code == 200
