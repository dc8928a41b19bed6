"""Grey levels are the standard's formula in double precision (PS3.3 C.11.2), rounded once."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.imaging.dataset import open_file, open_object
from app.imaging.geometry import UNTURNED, Turn
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import display, render
from app.imaging.resample import GreyView, Viewport, fit, resample, whole
from app.imaging.voi import VoiFunction, Window, auto_window, window
from tests.imaging.conftest import WHEEL
from tests.imaging.objects import ct_object, ramp
from tests.imaging.peers import name_of, single

Floats = NDArray[np.float64]


def formula(x: Floats, c: float, w: float, function: VoiFunction) -> Floats:
    """C.11.2.1.2.1, C.11.2.1.3.2 and C.11.2.1.3.1, written a second time and pixel by pixel."""
    out = []
    for value in x.ravel():
        if function is VoiFunction.SIGMOID:
            out.append(255.0 / (1.0 + np.exp(np.clip(-4.0 * (value - c) / w, -700, 700))))
            continue
        shift, span = (0.5, w - 1) if function is VoiFunction.LINEAR else (0.0, w)
        if value <= c - shift - span / 2:
            out.append(0.0)
        elif value > c - shift + span / 2:
            out.append(255.0)
        else:
            out.append(((value - (c - shift)) / span + 0.5) * 255.0)
    return np.array(out).reshape(x.shape)


def distinct(shown: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Up to 2,000 different samples from the lowest to the highest, and where each one is."""
    values, where = np.unique(shown, return_index=True)
    chosen = np.unique(np.linspace(0, values.size - 1, min(values.size, 2000)).astype(np.intp))
    return values[chosen], where[chosen]


@pytest.mark.parametrize("file", single(grey=True), ids=name_of)
def test_levels_are_within_half_a_level_of_the_formula(file: Path) -> None:
    picture = make_picture(open_file(file), 0)
    assert isinstance(picture, GreyPicture)
    shown = picture.samples if picture.padding is None else picture.samples[~picture.padding]
    stored, where = distinct(shown)
    values = picture.modality.apply(stored)
    middle, spread = float(np.median(values)), float(np.ptp(values)) or 1.0
    for function in VoiFunction:
        for c, w in ((middle, max(1.0, spread / 3)), (40.0, 400.0), (middle + 0.3, 1.0)):
            levels = render(picture, Window(c, w, function)).astype(np.float64)
            levels = levels if picture.padding is None else levels[~picture.padding]
            expected = formula(values, c, w, function)
            if picture.inverse:
                expected = 255.0 - expected
            assert np.abs(levels.ravel()[where] - expected).max() <= 0.5 + 1e-9


def test_a_linear_window_of_width_one_is_a_threshold() -> None:
    levels = window(0, 0.2).levels(np.array([-1.0, -0.5, -0.4, 0.0, 1.0]))
    assert levels.tolist() == [0, 0, 255, 255, 255]


def test_inversion_mirrors_every_level() -> None:
    picture = make_picture(open_object(ct_object(ramp())), 0)
    shown = render(picture, Window(0, 500)).astype(int)
    mirrored = render(picture, Window(0, 500), invert=True).astype(int)
    assert np.abs(shown + mirrored - 255).max() <= 1


def test_monochrome1_shows_low_values_bright() -> None:
    obj = open_object(ct_object(ramp(), PhotometricInterpretation="MONOCHROME1"))
    levels = render(make_picture(obj, 0), Window(0, 500))
    assert levels[0, 0] == 255
    assert levels[-1, -1] == 0


def test_a_viewport_at_one_to_one_gives_the_very_levels_of_the_whole_picture() -> None:
    picture = make_picture(open_file(WHEEL / "CT_small.dcm"), 0)
    seen = render(picture, viewport=Viewport(128, 128, 1.0, 64.0, 64.0))
    assert np.array_equal(seen, render(picture))


def test_reduction_takes_the_mean_of_whole_blocks() -> None:
    pixels = ramp(64, 64)
    picture = make_picture(open_object(ct_object(pixels)), 0)
    view = resample(picture, Viewport(16, 16, 0.25, 32.0, 32.0))
    assert isinstance(view, GreyView)
    seen = view.values.astype(int) - 1 + int(view.picture.low)
    means = pixels.reshape(16, 4, 16, 4).mean(axis=(1, 3))
    assert np.abs(seen - means).max() <= 1


def test_outside_of_the_picture_is_black_even_when_inverted() -> None:
    picture = make_picture(open_object(ct_object(ramp(20, 20))), 0)
    view = resample(picture, fit(picture, 100, 20))
    levels = display(view, Window(0, 100), invert=True)
    assert not levels[:, :39].any()
    assert not levels[:, 61:].any()


def test_padding_never_bleeds_into_its_neighbours() -> None:
    pixels = np.full((16, 16), 100, np.int16)
    pixels[:, :8] = -2000
    picture = make_picture(open_object(ct_object(pixels, PixelPaddingValue=-2000)), 0)
    levels = render(picture, Window(100, 20), viewport=fit(picture, 333, 333))
    assert set(np.unique(levels)) == {0, render(picture, Window(100, 20))[0, 15]}


def test_the_file_s_presets_come_first_with_their_explanations() -> None:
    obj = open_object(
        ct_object(
            ramp(),
            WindowCenter=[50, -600],
            WindowWidth=[350, 1500],
            WindowCenterWidthExplanation=["纵隔窗", "肺窗"],
        )
    )
    picture = make_picture(obj, 0)
    assert isinstance(picture, GreyPicture)
    assert [p.explanation for p in picture.presets[:3]] == ["纵隔窗", "肺窗", "Soft tissue"]


def test_without_a_window_the_percentiles_of_the_picture_make_one() -> None:
    automatic = auto_window(np.arange(1001.0))
    assert (automatic.center, automatic.width) == (500.0, 980.0)


def test_rescale_slope_and_intercept_come_before_the_window() -> None:
    obj = open_object(ct_object(ramp(), RescaleSlope="0.5", RescaleIntercept="-10"))
    picture = make_picture(obj, 0)
    expected = formula(ramp().astype(np.float64) * 0.5 - 10, 0, 300, VoiFunction.LINEAR)
    assert np.abs(render(picture, Window(0, 300)) - expected).max() <= 0.5


def test_whole_keeps_every_stored_value() -> None:
    pixels = ramp()
    picture = make_picture(open_object(ct_object(pixels)), 0)
    view = whole(picture)
    assert isinstance(view, GreyView)
    assert np.array_equal(view.values.astype(int) - 1 + int(pixels.min()), pixels)


@pytest.mark.parametrize("zoom", [1.3, 2.05, 3.999])
@pytest.mark.parametrize("turn", [UNTURNED, Turn(1, mirrored=True)], ids=["straight", "turned"])
def test_enlarging_is_linear_interpolation_between_pixel_centres(zoom: float, turn: Turn) -> None:
    samples = np.random.default_rng(5).integers(-1000, 3000, (48, 64)).astype(np.int16)
    picture = make_picture(open_object(ct_object(samples)), 0)
    seen = Viewport(97, 81, zoom, 30.3, 21.8, turn=turn).snapped()
    view = resample(picture, seen)
    assert isinstance(view, GreyView)
    for y, x in ((40, 48), (30, 41), (57, 66), (47, 60)):
        column, row = seen.to_picture(x + 0.5, y + 0.5)
        expected = _between(samples, column - 0.5, row - 0.5)
        shown = int(view.values[y, x]) - 1 + int(view.picture.low)
        assert shown == pytest.approx(expected, abs=0.51)


def _between(samples: NDArray[np.int16], x: float, y: float) -> float:
    x0, y0 = math.floor(x), math.floor(y)
    block = samples[y0 : y0 + 2, x0 : x0 + 2].astype(float)
    return float(np.array([1 - y + y0, y - y0]) @ block @ np.array([1 - x + x0, x - x0]))


@pytest.mark.parametrize("turn", [UNTURNED, Turn(3)], ids=["straight", "turned"])
def test_a_snapped_viewport_lies_on_whole_screen_pixels_half_a_pixel_away(turn: Turn) -> None:
    loose = Viewport(97, 80, 1.7, 30.31, 21.83, aspect=1.2, turn=turn)
    snapped = loose.snapped()
    assert snapped.to_screen(0, 0) == pytest.approx([round(at) for at in snapped.to_screen(0, 0)])
    assert loose.to_screen(0, 0) == pytest.approx(snapped.to_screen(0, 0), abs=0.5 + 1e-9)
