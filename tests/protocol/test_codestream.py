"""What a compressed frame announces, whatever its codec wrote around it."""

import imagecodecs
import numpy as np
import pytest

from protocol.codestream import CodestreamShape, run_lengths_fit, shape_of

PICTURE = np.zeros((6, 8, 3), np.uint8)
SHAPE = CodestreamShape(rows=6, columns=8, samples=3, bits=8)
JPEG = bytes(imagecodecs.jpeg8_encode(PICTURE, 90))
JPEG_2000 = bytes(imagecodecs.jpeg2k_encode(PICTURE, codecformat="j2k", level=0))
JP2 = bytes(imagecodecs.jpeg2k_encode(PICTURE, codecformat="jp2", level=0))


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


@pytest.mark.parametrize(
    "data",
    [
        JPEG,
        bytes(imagecodecs.ljpeg_encode(PICTURE[..., 0])),
        bytes(imagecodecs.jpegls_encode(PICTURE)),
        JPEG_2000,
        JP2,
        bytes(imagecodecs.htj2k_encode(PICTURE, rgb=False)),
    ],
    ids=["jpeg", "lossless", "jpeg-ls", "jpeg 2000", "jp2", "htj2k"],
)
def test_every_codec_announces_the_picture_it_made(data: bytes) -> None:
    found = shape_of(data)
    assert found is not None
    assert (found.rows, found.columns, found.bits) == (6, 8, 8)


def test_samples_of_twelve_bits_are_announced_as_such() -> None:
    grey = np.zeros((6, 8), np.uint16)
    data = imagecodecs.jpeg2k_encode(grey, codecformat="j2k", level=0, bitspersample=12)
    assert shape_of(bytes(data)) == CodestreamShape(6, 8, 1, 12)


def test_a_codestream_that_a_box_before_it_pretends_is_not_the_one_that_is_decoded() -> None:
    at = JP2.index(b"ftyp") - 4
    pretended = JPEG_2000.replace((8).to_bytes(4, "big"), (4).to_bytes(4, "big"), 1)
    decoyed = JP2[:at] + box(b"xml ", pretended) + JP2[at:]
    assert shape_of(decoyed) == SHAPE


def test_fill_bytes_before_a_marker_hide_nothing() -> None:
    assert shape_of(JPEG[:2] + b"\xff\xff\xff" + JPEG[2:]) == SHAPE


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", JPEG[:12], JPEG_2000[:30], JP2[:40], b"\0" * 9])
def test_what_is_cut_before_it_says_anything_announces_nothing(data: bytes) -> None:
    assert shape_of(data) is None


def test_run_lengths_cannot_be_a_picture_of_more_than_64_times_their_length() -> None:
    assert run_lengths_fit(64 + 2 * 64, 4096)
    assert not run_lengths_fit(3_000, 16_000 * 16_000)
    assert not run_lengths_fit(100_000_000, 4096)
