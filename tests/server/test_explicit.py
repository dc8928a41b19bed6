"""Objects made anew in Explicit VR Little Endian, piece by piece (PS3.18 8.7.3.5.2)."""

import io
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.utils import pixel_array
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLSLossless,
)

from protocol.errors import ErrorCode
from server.api.dicomweb.streaming import PIECE_BYTES
from server.api.dicomweb.transcoding import explicit
from server.domain.errors import Invalid
from tests.imaging.conftest import WHEEL
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import Valley
from tests.server.test_dicomweb_client import replace_pixels
from tests.server.test_wado import DICOM, get, path_of

UNKNOWN_TO_PYDICOM = tuple(f"1.2.840.10008.1.2.4.{last}" for last in ("51", "57", "70"))
LOSSY = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.91")


def anew(data: bytes) -> bytes:
    size, pieces = explicit(io.BytesIO(data))
    made = b"".join(pieces)
    assert len(made) == size
    return made


def cine(frames: list[NDArray[Any]]) -> Dataset:
    made = new_study(1)[0]
    made.Rows, made.Columns = frames[0].shape
    made.NumberOfFrames = len(frames)
    replace_pixels(made, JPEGLSLossless, imagecodecs.jpegls_encode(frames[0]))
    refill(made, frames)
    return made


def refill(made: Dataset, frames: list[NDArray[Any]]) -> None:
    made.PixelData = encapsulate([bytes(imagecodecs.jpegls_encode(one)) for one in frames])
    made["PixelData"].is_undefined_length = True


def test_a_long_sequence_is_made_with_one_frame_in_memory() -> None:
    frame = np.full((512, 512), 7, np.uint16)
    data = file_bytes(cine([frame] * 100))
    size, pieces = explicit(io.BytesIO(data))
    tracemalloc.start()
    try:
        made = sum(len(piece) for piece in pieces)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert made == size > 100 * frame.nbytes
    assert peak < 4 * PIECE_BYTES + 4 * frame.nbytes


def test_the_answer_says_its_length_before_it_is_made(valley: Valley) -> None:
    frames = [np.full((32, 32), number, np.uint16) for number in range(9)]
    made = cine(frames)
    assert stow(valley.doctor, [file_bytes(made)]).status_code == 200
    answer = get(valley.doctor, path_of(made), DICOM)
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert np.array_equal(pixel_array(io.BytesIO(answer.content)), np.stack(frames))


@pytest.mark.parametrize(
    "name",
    [
        "MR_small_bigendian.dcm",
        "MR_small_implicit.dcm",
        "SC_rgb_rle_16bit_2frame.dcm",
        "SC_rgb_small_odd_big_endian.dcm",
        "examples_ybr_color.dcm",
        "examples_palette.dcm",
        "rtdose_rle.dcm",
    ],
)
def test_pixels_of_pydicoms_own_files_stay_what_they_are(name: str) -> None:
    assert compare(WHEEL / name)


@pytest.mark.allow_logs("the conformance data hold values of wrong lengths, which pydicom tells")
def test_pixels_of_the_conformance_data_stay_what_they_are(shared_data: Path) -> None:
    done = sum(compare(file) for file in sorted((shared_data / "conformance").rglob("*.dcm")))
    assert done == 140


def compare(file: Path) -> bool:
    """False for what is no picture, or one that pydicom's codecs do not know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what these files do to the standard is not ours
        data = file.read_bytes()
        found = pydicom.dcmread(io.BytesIO(data))
        syntax = found.file_meta.TransferSyntaxUID
        if "PixelData" not in found or syntax in UNKNOWN_TO_PYDICOM:
            return False
        plain = pixel_array(io.BytesIO(data))
        made = pydicom.dcmread(io.BytesIO(anew(data)))
        mine = pixel_array(io.BytesIO(anew(data)))
        assert made.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert mine.shape == plain.shape
        most = 2 if syntax in LOSSY else 0
        assert np.abs(mine.astype(np.int64) - plain.astype(np.int64)).max() <= most
        left_out = {0x7FE00010, 0x7FE00001, 0x7FE00002}
        kept = {tag for tag in found.keys() if tag.group != 0xFFFE} - left_out  # noqa: SIM118
        assert kept <= set(made.keys())
    return True


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_what_lies_behind_the_pixels_comes_along(syntax: pydicom.uid.UID) -> None:
    made = new_study(1)[0]
    made.DataSetTrailingPadding = b"\0" * 32
    made.file_meta.TransferSyntaxUID = syntax
    plain = made.pixel_array if syntax == ImplicitVRLittleEndian else None
    found = pydicom.dcmread(io.BytesIO(anew(file_bytes(made))))
    assert found.DataSetTrailingPadding == b"\0" * 32
    if plain is not None:
        assert np.array_equal(found.pixel_array, plain)


def test_a_frame_of_another_size_ends_the_answer_instead_of_shifting_the_rest() -> None:
    made = cine([np.zeros((32, 32), np.uint16), np.zeros((32, 33), np.uint16)])
    _, pieces = explicit(io.BytesIO(file_bytes(made)))
    with pytest.raises(EOFError):
        list(pieces)


def test_fewer_frames_than_described_end_the_answer() -> None:
    made = cine([np.zeros((32, 32), np.uint16)] * 3)
    made.NumberOfFrames = 2
    assert len(pydicom.dcmread(io.BytesIO(anew(file_bytes(made)))).PixelData) == 2 * 32 * 32 * 2
    made.NumberOfFrames = 4
    with pytest.raises((EOFError, Invalid)):
        list(explicit(io.BytesIO(file_bytes(made)))[1])


def test_samples_narrower_than_described_are_written_as_described() -> None:
    made = cine([np.arange(1024, dtype=np.uint16).reshape(32, 32) % 256])
    refill(made, [np.full((32, 32), 9, np.uint8)])
    found = pydicom.dcmread(io.BytesIO(anew(file_bytes(made))))
    assert np.array_equal(found.pixel_array, np.full((32, 32), 9))


def test_pixels_of_another_size_than_described_are_refused_in_words() -> None:
    made = cine([np.zeros((32, 32), np.uint16)])
    made.Rows = 60_000
    with pytest.raises(Invalid) as refused:
        explicit(io.BytesIO(file_bytes(made)))
    assert refused.value.code == ErrorCode.NOT_ACCEPTABLE


def test_an_object_cut_in_the_middle_is_refused_in_words() -> None:
    """This server takes none; an archive may."""
    with pytest.raises(Invalid) as refused:
        explicit(io.BytesIO(file_bytes(cine([np.zeros((32, 32), np.uint16)] * 3))[:-20]))
    assert refused.value.code == ErrorCode.NOT_ACCEPTABLE
