"""Frames that announce another picture than their object, or one that no memory should hold."""

import io
from collections.abc import Callable

import imagecodecs
import numpy as np
import pytest
from pydicom.uid import UID, RLELossless

from protocol.content import Unsaid
from protocol.errors import ErrorCode
from server.api.dicomweb.content import content_of
from server.api.dicomweb.encoding import HTJ2K, JPEG_2000, JPEG_LS, encoded, encoded_frame
from server.api.dicomweb.pixelfile import PixelFile
from server.api.dicomweb.rendering import PNG, render
from server.api.dicomweb.transcoding import explicit
from server.domain.errors import Invalid
from tests.server.images import file_bytes, new_study
from tests.server.test_colours import compressed

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
LARGER = np.zeros((96, 96), np.uint16)
"""What every codec announces below tags of 16 rows and columns."""
FRAMES = {
    JPEG_LOSSLESS: bytes(imagecodecs.ljpeg_encode(LARGER)),
    JPEG_LS: bytes(imagecodecs.jpegls_encode(LARGER)),
    JPEG_2000: bytes(imagecodecs.jpeg2k_encode(LARGER, codecformat="j2k", level=0)),
    HTJ2K: bytes(imagecodecs.htj2k_encode(LARGER)),
    str(RLELossless): b"\1\0\0\0\x40" + b"\0" * 59 + b"\x81\0" * 8,
}
Use = Callable[[io.BytesIO], object]
WAYS: dict[str, Use] = {
    "a plain frame": lambda source: PixelFile(source).plain(0),
    "a picture": lambda source: render(PixelFile(source), 0, PNG, None, 90),
    "another syntax": lambda source: encoded(source, HTJ2K),
    "a frame in another syntax": lambda source: encoded_frame(PixelFile(source), 0, HTJ2K),
    "the object anew": explicit,
}


def holding(syntax: str, frame: bytes, size: int) -> bytes:
    made = new_study(1, 16)[0]
    made.Rows = made.Columns = size
    return compressed(made, UID(syntax), [frame])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("syntax", FRAMES)
def test_a_frame_of_another_size_than_the_tags_is_decoded_nowhere(syntax: str, way: str) -> None:
    # Eight runs of 128 are more than 64 times what tags of 4096 rows and columns need.
    size = 4096 if syntax == RLELossless else 16
    with pytest.raises(Invalid) as refused:
        WAYS[way](io.BytesIO(holding(syntax, FRAMES[syntax], size)))
    assert refused.value.code == ErrorCode.NOT_ACCEPTABLE
    assert "cannot be decoded" in str(refused.value)


@pytest.mark.parametrize("way", WAYS)
def test_a_frame_that_no_memory_should_hold_is_refused_before_it_is_decoded(way: str) -> None:
    with pytest.raises(Invalid, match="larger than 512 MiB"):
        WAYS[way](io.BytesIO(holding(JPEG_LS, FRAMES[JPEG_LS], 0xFFFF)))


@pytest.mark.parametrize("size", [16, 0xFFFF])
def test_what_is_not_decoded_has_no_digest_and_still_goes_as_it_is_stored(size: int) -> None:
    data = holding(JPEG_LS, FRAMES[JPEG_LS], size)
    with pytest.raises(Unsaid):
        content_of(io.BytesIO(data))
    assert PixelFile(io.BytesIO(data)).stored(0).rstrip(b"\0") == FRAMES[JPEG_LS].rstrip(b"\0")


def test_a_picture_larger_than_a_strip_is_drawn_as_a_small_one_is() -> None:
    """Every way to draw one works some rows at a time."""
    grey = new_study(1, 16)[0]
    grey.Rows, grey.Columns = 1500, 1000
    words = np.arange(1500 * 1000, dtype=np.uint32).astype("<u2").reshape(1500, 1000)
    grey.PixelData = words.tobytes()
    drawn = imagecodecs.png_decode(
        render(PixelFile(io.BytesIO(file_bytes(grey))), 0, PNG, None, 90)
    )
    grey.Rows = 3
    for at in (0, 1046, 1049, 1497):  # on both sides of the end of a strip
        grey.PixelData = words[at : at + 3].tobytes()
        small = render(PixelFile(io.BytesIO(file_bytes(grey))), 0, PNG, None, 90)
        assert np.array_equal(drawn[at : at + 3], imagecodecs.png_decode(small))
