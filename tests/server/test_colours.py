"""Plain frames: what a client makes of them by the metadata is the picture, in its colours."""

import io
import warnings
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
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)

from protocol.errors import ErrorCode
from server.api.dicomweb.describing import bulk_data, metadata
from server.api.dicomweb.pixelfile import PixelFile
from server.api.dicomweb.rendering import PNG, render
from server.domain.errors import Invalid
from tests.imaging.conftest import WHEEL
from tests.server.images import file_bytes, new_study

ROWS, COLUMNS = 6, 8


def read_as_described(data: bytes, number: int = 1, *, plain: bool = False) -> NDArray[Any]:
    """A frame in RGB, as a client makes it of the metadata and the plain bytes alone."""
    described = Dataset.from_json(metadata(io.BytesIO(data), "", bulk=False, plain=plain))
    described.PixelData = PixelFile(io.BytesIO(data)).plain(number - 1)
    described["PixelData"].VR = "OW" if described.BitsAllocated > 8 else "OB"
    described.NumberOfFrames = 1
    described.file_meta = pydicom.dataset.FileMetaDataset()
    described.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return pixel_array(described)


def coloured(samples: NDArray[Any], photometric: str, *, planar: bool = False) -> Dataset:
    """Frames of (frames, rows, columns, 3), not compressed."""
    made = new_study(1)[0]
    made.NumberOfFrames, made.Rows, made.Columns = samples.shape[:3]
    made.SamplesPerPixel, made.PhotometricInterpretation = 3, photometric
    made.PlanarConfiguration = int(planar)
    made.BitsAllocated = made.BitsStored = samples.dtype.itemsize * 8
    made.HighBit = made.BitsStored - 1
    del made.RescaleSlope, made.RescaleIntercept, made.WindowCenter, made.WindowWidth
    ordered = np.moveaxis(samples, 3, 1) if planar else samples
    made.PixelData = ordered.tobytes()
    made["PixelData"].VR = "OB" if samples.dtype.itemsize == 1 else "OW"
    return made


def colours(seed: int = 1, kind: str = "u1", frames: int = 2) -> NDArray[Any]:
    random = np.random.default_rng(seed)
    return random.integers(0, 255, (frames, ROWS, COLUMNS, 3)).astype(kind)


def compressed(made: Dataset, syntax: UID, frames: list[bytes]) -> bytes:
    made.PixelData = encapsulate(frames)
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    made.file_meta.TransferSyntaxUID = syntax
    return file_bytes(made)


def rle(samples: NDArray[Any], photometric: str, *, planar: bool) -> bytes:
    made = coloured(samples, "RGB")
    made.compress(RLELossless, generate_instance_uid=False)
    made.PhotometricInterpretation, made.PlanarConfiguration = photometric, int(planar)
    return file_bytes(made)


def another_syntax(made: Dataset, syntax: UID) -> bytes:
    out = io.BytesIO()
    made.file_meta.TransferSyntaxUID = syntax
    little = syntax != ExplicitVRBigEndian
    made.save_as(out, enforce_file_format=True, implicit_vr=False, little_endian=little)
    return out.getvalue()


def jpeg(samples: NDArray[Any], photometric: str, coded: str) -> bytes:
    frames = [bytes(imagecodecs.jpeg8_encode(one, 90, outcolorspace=coded)) for one in samples]
    return compressed(coloured(samples, photometric), JPEGBaseline8Bit, frames)


@pytest.mark.parametrize(
    "name",
    [
        "SC_ybr_full_422_uncompressed.dcm",
        "SC_rgb_small_odd_jpeg.dcm",
        "SC_rgb_small_odd_big_endian.dcm",
        "SC_rgb_jpeg_dcmtk.dcm",
        "SC_rgb_rle_16bit_2frame.dcm",
        "examples_ybr_color.dcm",
        "examples_rgb_color.dcm",
        "examples_jpeg2k.dcm",
    ],
)
def test_pydicoms_own_colour_files_are_what_their_metadata_say(name: str) -> None:
    data = (WHEEL / name).read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what these files do to the standard is not ours
        mine = read_as_described(data, plain=True).astype(int)
        theirs = pixel_array(io.BytesIO(data), index=0).astype(int)
    # Neighbours in a JPEG may share the colour between them, which repacking averages.
    assert np.abs(mine - theirs).mean() <= 0.5


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
@pytest.mark.parametrize("syntax", [ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, "RLE"])
def test_samples_keep_their_colours_and_their_planes(
    syntax: str, photometric: str, planar: bool
) -> None:
    samples = colours()
    if syntax == "RLE":
        data = rle(samples, photometric, planar=planar)
    else:
        data = another_syntax(coloured(samples, photometric, planar=planar), UID(syntax))
    file = PixelFile(io.BytesIO(data))
    for number, frame in enumerate(samples):
        ordered = np.moveaxis(frame, 2, 0) if planar else frame
        assert file.plain(number) == ordered.tobytes()
    expected = pixel_array(coloured(samples, photometric), index=1)
    assert np.array_equal(read_as_described(data, 2), expected)
    drawn = imagecodecs.png_decode(render(PixelFile(io.BytesIO(data)), 1, PNG, None, 90))
    assert np.array_equal(drawn, expected)


def test_big_endian_words_come_as_little_endian_ones_also_as_bulk_data() -> None:
    samples = colours(kind="u2")
    made = coloured(samples.astype(">u2"), "RGB")
    data = another_syntax(made, ExplicitVRBigEndian)
    assert PixelFile(io.BytesIO(data)).plain(1) == samples[1].tobytes()
    assert bulk_data(io.BytesIO(data), "7FE00010") == samples.tobytes()


def test_bytes_in_big_endian_words_are_turned_back() -> None:
    """An odd frame begins in the middle of a word (PS3.5 8.1.2)."""
    samples = colours()[:, :3, :5]
    made = coloured(samples, "RGB")
    made.PixelData = np.frombuffer(samples.tobytes(), ">u2").astype("<u2").tobytes()
    made["PixelData"].VR = "OW"
    file = PixelFile(io.BytesIO(another_syntax(made, ExplicitVRBigEndian)))
    assert [file.plain(0), file.plain(1)] == [frame.tobytes() for frame in samples]


def test_neighbours_that_share_their_colour_are_not_cut_at_three_samples_a_pixel() -> None:
    made = coloured(colours(), "YBR_FULL_422")
    length = ROWS * COLUMNS * 2
    made.PixelData = bytes(range(2 * length))
    file = PixelFile(io.BytesIO(file_bytes(made)))
    assert [file.plain(0), file.plain(1)] == [made.PixelData[:length], made.PixelData[length:]]
    big = another_syntax(made, ExplicitVRBigEndian)
    assert PixelFile(io.BytesIO(big)).plain(1) == made.PixelData[length:]
    assert np.array_equal(read_as_described(file_bytes(made), 2), pixel_array(made, index=1))


@pytest.mark.parametrize("coded", ["YCBCR", "RGB"])
@pytest.mark.parametrize("photometric", ["YBR_FULL", "YBR_FULL_422"])
def test_a_jpeg_comes_in_the_colours_its_metadata_name(photometric: str, coded: str) -> None:
    gradient = np.linspace(0, 255, ROWS * COLUMNS).reshape(ROWS, COLUMNS, 1).repeat(3, 2)
    samples = gradient.astype(np.uint8)[None]
    mine = read_as_described(jpeg(samples, photometric, coded)).astype(int)
    assert np.abs(mine - imagecodecs.jpeg8_decode(jpeg_of(samples[0], coded)).astype(int)).max() < 5


def test_neighbours_that_cannot_share_a_colour_are_refused_in_words() -> None:
    samples = np.zeros((1, 4, 5, 3), np.uint8)
    with pytest.raises(Invalid) as refused:
        PixelFile(io.BytesIO(jpeg(samples, "YBR_FULL_422", "YCBCR"))).plain(0)
    assert refused.value.code == ErrorCode.NOT_ACCEPTABLE


def jpeg_of(frame: NDArray[Any], coded: str) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(frame, 90, outcolorspace=coded))


def test_a_codec_that_knows_no_colours_leaves_the_samples_as_named() -> None:
    samples = colours(frames=1)
    frame = bytes(imagecodecs.jpegls_encode(samples[0]))
    data = compressed(coloured(samples, "YBR_FULL"), JPEGLSLossless, [frame])
    assert PixelFile(io.BytesIO(data)).plain(0) == samples[0].tobytes()
    expected = pixel_array(coloured(samples, "YBR_FULL"), index=0)
    drawn = imagecodecs.png_decode(render(PixelFile(io.BytesIO(data)), 0, PNG, None, 90))
    assert np.array_equal(drawn, expected)


def test_colours_that_only_a_codestream_has_are_rgb_in_metadata_that_ask_for_plain_ones() -> None:
    samples = colours(frames=1)
    frame = imagecodecs.jpeg2k_encode(samples[0], reversible=True, level=0, codecformat="J2K")
    data = compressed(coloured(samples, "YBR_RCT"), JPEG2000Lossless, [bytes(frame)])
    stored = metadata(io.BytesIO(data), "")
    plain = metadata(io.BytesIO(data), "", plain=True)
    assert stored["00280004"]["Value"] == ["YBR_RCT"]
    assert stored["00083002"]["Value"] == [JPEG2000Lossless]
    assert plain["00280004"]["Value"] == ["RGB"]
    assert plain["00083002"]["Value"] == [ExplicitVRLittleEndian]
    assert np.array_equal(read_as_described(data, plain=True), samples[0])


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_single_bits_stay_packed_and_each_frame_begins_with_a_byte(syntax: UID) -> None:
    bits = np.random.default_rng(2).integers(0, 2, (2, 3, 5)).astype(np.uint8)
    made = new_study(1)[0]
    made.NumberOfFrames, made.Rows, made.Columns = bits.shape
    made.BitsAllocated = made.BitsStored = 1
    made.HighBit = 0
    made.PixelData = np.packbits(bits.ravel(), bitorder="little").tobytes()
    made["PixelData"].VR = "OB"
    file = PixelFile(io.BytesIO(another_syntax(made, syntax)))
    for number, frame in enumerate(bits):
        mine = np.unpackbits(np.frombuffer(file.plain(number), np.uint8), bitorder="little")
        assert np.array_equal(mine[:15], frame.ravel())
        assert len(mine) == 16


def test_narrow_samples_of_a_codec_come_as_wide_as_the_metadata_say() -> None:
    made = new_study(1)[0]
    frame = np.full((32, 32), 9, np.uint8)
    data = compressed(made, JPEGLSLossless, [bytes(imagecodecs.jpegls_encode(frame))])
    assert PixelFile(io.BytesIO(data)).plain(0) == frame.astype("<u2").tobytes()
