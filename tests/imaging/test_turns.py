"""Rotated and mirrored pictures: the same pixels elsewhere, and points, letters agree with them."""

import subprocess
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.imaging.dataset import open_object
from app.imaging.geometry import UNTURNED, Turn, edge_letters
from app.imaging.picture import GreyPicture, Picture, make_picture
from app.imaging.pipeline import render
from app.imaging.resample import GreyView, Viewport, fit, resample
from app.imaging.voi import Window
from tests.imaging.objects import ct_object, ramp

DCM2PNM = Path("/usr/bin/dcm2pnm")
TURNS = [Turn(quarters, mirrored) for mirrored in (False, True) for quarters in range(4)]
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def name(turn: Turn) -> str:
    return f"{turn.quarters * 90}°{' mirrored' if turn.mirrored else ''}"


def picture(**attributes: object) -> Picture:
    return make_picture(open_object(ct_object(ramp(), **attributes)), 0)


@pytest.mark.parametrize("turn", TURNS, ids=name)
def test_points_go_to_the_screen_and_back(turn: Turn) -> None:
    view = Viewport(300, 200, 2.5, 10, 20, aspect=1.25, turn=turn)
    for x, y in product((0.0, 3.25, 40.0), (0.0, 7.5)):
        assert view.to_picture(*view.to_screen(x, y)) == pytest.approx((x, y))


@pytest.mark.parametrize("turn", TURNS, ids=name)
def test_every_screen_pixel_is_the_picture_pixel_that_to_picture_names(turn: Turn) -> None:
    grey = picture()
    assert isinstance(grey, GreyPicture)
    view = Viewport(40, 30, 1.0, 24, 16, turn=turn)
    shown = resample(grey, view)
    assert isinstance(shown, GreyView)
    rows, columns = grey.samples.shape
    for down, across in product(range(view.height), range(view.width)):
        x, y = view.to_picture(across + 0.5, down + 0.5)
        inside = 0 <= x < columns and 0 <= y < rows
        wanted = int(grey.samples[int(y), int(x)]) - int(grey.low) + 1 if inside else 0
        assert shown.values[down, across] == wanted


@pytest.mark.parametrize("turn", TURNS, ids=name)
@pytest.mark.parametrize("zoom", [0.37, 1.9, 7.3])
def test_turning_interpolates_nothing_again(turn: Turn, zoom: float) -> None:
    grey = picture(PixelSpacing=[0.5, 0.4])
    view = Viewport(61, 47, zoom, 20.2, 11.7, grey.spacing.aspect, turn)
    straight = render(grey, viewport=view.unturned())
    mirrored = np.fliplr(straight) if turn.mirrored else straight
    assert np.array_equal(render(grey, viewport=view), np.rot90(mirrored, -turn.quarters))


@pytest.mark.parametrize("turn", TURNS, ids=name)
def test_letters_stand_where_the_patient_s_sides_are(turn: Turn) -> None:
    letters = edge_letters(AXIAL, turn)
    view = Viewport(100, 100, 1.0, 0, 0, turn=turn)
    places: dict[tuple[float, float], str] = {
        (50 + 50, 50): letters.right,
        (0, 50): letters.left,
        (50, 0): letters.top,
        (50, 100): letters.bottom,
    }
    # Columns count to the patient's left, rows to the back.
    for step, letter in (((50, 0), "L"), ((-50, 0), "R"), ((0, 50), "P"), ((0, -50), "A")):
        assert places[view.to_screen(*step)] == letter


@pytest.mark.parametrize("turn", TURNS, ids=name)
def test_hands_turn_what_they_see(turn: Turn) -> None:
    """Rotating and mirroring are told in screen directions, whatever was done before."""
    x, y = turn.apply(3, 1)
    assert turn.rotated(1).apply(3, 1) == (-y, x)
    assert turn.rotated(-1).apply(3, 1) == (y, -x)
    assert turn.flipped().apply(3, 1) == (-x, y)
    assert turn.flipped(vertically=True).apply(3, 1) == (x, -y)


def test_four_quarters_and_two_mirrors_change_nothing() -> None:
    assert UNTURNED.rotated(4) == UNTURNED
    for turn in TURNS:
        assert turn.flipped().flipped() == turn
        assert turn.flipped(vertically=True).flipped(vertically=True) == turn


@pytest.mark.parametrize("turn", TURNS, ids=name)
def test_a_turned_picture_still_fits(turn: Turn) -> None:
    view = fit(picture(), 300, 100, turn)
    corners = [view.to_screen(x, y) for x, y in product((0, 48), (0, 32))]
    assert min(x for x, _ in corners) >= -1e-9
    assert max(x for x, _ in corners) <= 300 + 1e-9
    assert min(y for _, y in corners) >= -1e-9
    assert max(y for _, y in corners) <= 100 + 1e-9


@pytest.mark.skipif(not DCM2PNM.exists(), reason="dcmtk is not installed")
@pytest.mark.parametrize(
    ("option", "turn"),
    [
        ("+Rr", Turn(1)),
        ("+Rtd", Turn(2)),
        ("+Rl", Turn(3)),
        ("+Lh", Turn(0, True)),
        ("+Lv", UNTURNED.flipped(vertically=True)),
    ],
)
def test_dcmtk_turns_the_same_way(tmp_path: Path, option: str, turn: Turn) -> None:
    data = ct_object(ramp())
    (tmp_path / "a.dcm").write_bytes(data)
    made = tmp_path / "a.pgm"
    subprocess.run(
        [DCM2PNM, "--write-raw-pnm", option, "+Ww", "0", "900", tmp_path / "a.dcm", made],
        check=True,
    )
    theirs = cv2.imread(str(made), cv2.IMREAD_GRAYSCALE)
    assert theirs is not None
    height, width = theirs.shape
    view = Viewport(width, height, 1.0, 24, 16, turn=turn)
    ours = render(picture(), Window(0, 900), viewport=view)
    assert np.abs(ours.astype(int) - theirs).max() <= 1
