"""A picture's size is read before a decoder takes memory for it."""

import av
import numpy as np
import pytest
from aiortc.rtp import RtpPacket

from app.media.encoders import encoder_for
from app.media.picture_size import size_of, too_large
from app.media.repairs import VideoJitterBuffer
from app.media.sources import VIDEO_TIME_BASE

OTHER = bytes.fromhex("110000 00000000 0000")


def vp8(width: int, height: int) -> bytes:
    sides = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return bytes.fromhex("100000 9d012a") + sides


@pytest.mark.parametrize("codec", ["VP8", "H264"])
@pytest.mark.parametrize("size", [(640, 480), (1280, 720)])
def test_the_size_is_that_of_the_picture(codec: str, size: tuple[int, int]) -> None:
    encoder = encoder_for(codec, sharp=False)
    assert encoder is not None
    encoded = None
    for at in range(4):  # x264 keeps one until the next comes
        frame = av.VideoFrame.from_ndarray(
            np.full((size[1] * 3 // 2, size[0]), 128, np.uint8), format="yuv420p"
        )
        frame.pts, frame.time_base = at * 3600, VIDEO_TIME_BASE
        encoded = encoder.encode(frame, 500_000, key=at == 0, alone=False)
        if encoded is not None:
            break
    assert encoded is not None
    assert size_of(encoded.data) == size
    assert not too_large(encoded.data)


def test_what_no_camera_gives_is_too_large() -> None:
    assert too_large(vp8(8000, 8000))
    assert too_large(vp8(4097, 100))
    assert not too_large(vp8(4096, 2304))
    assert not too_large(vp8(2304, 4096)), "a telephone held upright"
    assert not too_large(OTHER), "it says nothing"
    assert too_large(bytes.fromhex("00000001 67 42")), "a broken header"


def test_a_huge_picture_and_what_follows_it_are_not_decoded_until_one_fits() -> None:
    video = VideoJitterBuffer(lambda: 1.0)
    heard = []
    for at, data in enumerate((vp8(640, 480), vp8(8000, 8000), OTHER, vp8(640, 480), OTHER)):
        packet = RtpPacket(sequence_number=at, timestamp=at * 3600, marker=1)
        setattr(packet, "_data", data)  # noqa: B010 the receiver sets it
        frame = video.add(packet)[1]
        heard.append((frame is not None, video.too_large))
    assert heard == [(True, False), (False, True), (False, True), (True, False), (True, False)]
