"""Colours survive the way through the codec's format, whatever the picture's size."""

import av
import numpy as np
import pytest

from app.media.colour import bgra_from_frame, frame_from_bgr

COLOURS = {
    "red": (30, 40, 200),
    "green": (40, 180, 60),
    "blue": (210, 60, 40),
    "skin": (150, 178, 214),
}


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (130, 96)])
@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS)
def test_a_colour_comes_back(size: tuple[int, int], colour: tuple[int, int, int]) -> None:
    width, height = size
    frame = frame_from_bgr(np.full((height, width, 3), colour, np.uint8))
    assert (frame.format.name, frame.width, frame.height) == ("yuv420p", width, height)
    back = bgra_from_frame(frame)
    assert back.shape == (height, width, 4)
    assert (back[..., 3] == 255).all()
    assert np.abs(back[..., :3].astype(int) - colour).max() <= 6


def test_it_agrees_with_swscale() -> None:
    ramp = np.zeros((48, 64, 3), np.uint8)
    ramp[...] = np.linspace(0, 255, 64, dtype=np.uint8)[None, :, None]
    frame = frame_from_bgr(ramp)
    theirs = frame.to_ndarray(format="bgra").astype(int)
    assert np.abs(bgra_from_frame(frame).astype(int) - theirs).max() <= 4


def test_a_camera_format_is_taken_too() -> None:
    grey = av.VideoFrame.from_ndarray(np.full((48, 64), 128, np.uint8), format="gray")
    assert bgra_from_frame(grey).shape == (48, 64, 4)
