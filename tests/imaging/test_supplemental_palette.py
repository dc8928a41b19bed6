"""Grey pictures whose upper values have colours (PS3.3 C.7.6.19)."""

from typing import Any

import numpy as np
import pytest

from app.imaging.dataset import open_object
from app.imaging.geometry import Turn
from app.imaging.measurement import pixel_value
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import render
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.resample import Viewport
from app.imaging.voi import Window
from tests.imaging.objects import ct_object, state_for

FIRST = 2000
WINDOW = Window(500.0, 1000.0)
COLOURS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [200, 100, 50]], np.uint8)


def pixels() -> np.ndarray:
    """Grey everywhere but in the middle, where two rows of colours lie."""
    made = np.tile(np.arange(0, 800, 50), (12, 1)).astype(np.int16)
    made[5:7, 4:8] = FIRST + np.arange(4)
    return made


def doppler(**changes: Any) -> bytes:
    """A grey object with a supplemental palette of four colours."""
    tables: dict[str, Any] = {"PixelPresentation": "MIXED"}
    for n, colour in enumerate(("Red", "Green", "Blue")):
        tables[f"{colour}PaletteColorLookupTableDescriptor"] = [4, FIRST, 8]
        tables[f"{colour}PaletteColorLookupTableData"] = COLOURS[:, n].tobytes()
    return ct_object(pixels(), **{**tables, **changes})


def picture_of(data: bytes) -> GreyPicture:
    made = make_picture(open_object(data), 0)
    assert isinstance(made, GreyPicture)
    return made


@pytest.mark.parametrize("invert", [False, True])
def test_upper_values_have_their_colours_and_lower_ones_their_grey(invert: bool) -> None:
    shown = render(picture_of(doppler()), WINDOW, invert=invert)
    grey = render(picture_of(doppler(PixelPresentation="MONOCHROME")), WINDOW, invert=invert)
    assert grey.ndim == 2
    coloured = pixels() >= FIRST
    assert np.array_equal(shown[~coloured], np.repeat(grey[..., None], 3, axis=-1)[~coloured])
    assert np.array_equal(shown[5, 4:8], COLOURS)


@pytest.mark.parametrize("quarters", [0, 1, 2])
def test_colours_are_never_mixed_with_each_other_or_with_grey(quarters: int) -> None:
    size = (48, 64) if quarters % 2 else (64, 48)
    viewport = Viewport(*size, 4.0, 8.0, 6.0, turn=Turn(quarters))
    shown = np.rot90(render(picture_of(doppler()), WINDOW, viewport=viewport), quarters)
    assert np.array_equal(shown[20:28, 16:32], COLOURS[np.arange(16) // 4][None].repeat(8, axis=0))
    around = shown[:20]
    assert (around[..., 0] == around[..., 1]).all()
    flat = render(picture_of(ct_object(np.minimum(pixels(), 750))), WINDOW, viewport=viewport)
    assert np.array_equal(around[:14, :, 0], np.rot90(flat, quarters)[:14])


def test_a_probe_reads_the_value_below_a_colour() -> None:
    found = pixel_value(picture_of(doppler()), (4.5, 5.5))
    assert not isinstance(found, tuple)
    assert found is not None
    assert found.value == FIRST


def test_the_automatic_window_is_that_of_the_grey_values() -> None:
    (auto, *_) = picture_of(doppler(Modality="OT")).presets
    assert isinstance(auto, Window)
    assert auto.center + auto.width / 2 < FIRST


def test_a_broken_palette_leaves_the_picture_grey() -> None:
    assert render(picture_of(doppler(BluePaletteColorLookupTableData=b"")), WINDOW).ndim == 2


def test_a_grey_presentation_state_is_grey() -> None:
    data = doppler()
    state = read_presentation_state(open_object(state_for(data)))
    assert render(make_picture(open_object(data), 0, state=state)).ndim == 2
