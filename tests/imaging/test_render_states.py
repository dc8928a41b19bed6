"""`huizhen render` with overlays, shutters and presentation states, drawn by the one painter."""

import argparse
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QCoreApplication

from app.cli import render
from app.imaging.dataset import open_file, open_object
from app.imaging.displayed import plain, shown
from app.imaging.overlays import overlay_planes
from app.imaging.picture import make_picture
from app.imaging.pipeline import render as render_levels
from tests.imaging.objects import ct_object, item, ramp, state_for, with_overlay
from tests.imaging.peers import files_of

GRAPHICS = "1.2.276.0.7230010.3.200.9"
OVERLAYS = "1.2.276.0.7230010.3.200.12"
CURVES = (5, 6, 7, 8)


@pytest.fixture(autouse=True)
def _application(qapp: QCoreApplication) -> None:
    """Letters need the one application object of the process, which other tests use as well."""


def rendered(tmp_path: Path, file: Path, *options: object) -> np.ndarray:
    parser = argparse.ArgumentParser()
    render.add_arguments(parser)
    out = tmp_path / "x.png"
    argv = [str(part) for part in (file, "--out", out, *options)]
    assert render.run(parser.parse_args(argv)) == 0
    return np.asarray(imagecodecs.png_decode(out.read_bytes()))


def annotated(tmp_path: Path, pixels: np.ndarray, *graphics: Any, **more: Any) -> np.ndarray:
    """The picture with these items of one layer, its state's other attributes in `more`."""
    data = ct_object(pixels, WindowCenter=0, WindowWidth=2)
    note = item(GraphicLayer="A")
    note.GraphicObjectSequence = [g for g in graphics if "GraphicType" in g]
    note.TextObjectSequence = [g for g in graphics if "GraphicType" not in g]
    layer = item(GraphicLayer="A", GraphicLayerOrder=1)
    for keyword in [k for k in more if k.startswith("GraphicLayer")]:
        setattr(layer, keyword, more.pop(keyword))
    window = item(WindowCenter=0, WindowWidth=2)
    (tmp_path / "image.dcm").write_bytes(data)
    (tmp_path / "state.dcm").write_bytes(
        state_for(
            data,
            GraphicAnnotationSequence=[note],
            GraphicLayerSequence=[layer],
            SoftcopyVOILUTSequence=[window],
            **more,
        )
    )
    return rendered(tmp_path, tmp_path / "image.dcm", "--pr", tmp_path / "state.dcm")


def line(*points: float, **more: Any) -> pydicom.Dataset:
    kind = more.pop("kind", "POLYLINE")
    units = more.pop("units", "PIXEL")
    found = item(GraphicType=kind, GraphicAnnotationUnits=units, GraphicData=list(points))
    for keyword, value in more.items():
        setattr(found, keyword, value)
    return found


BLACK = np.full((100, 160), -500, np.int16)
WHITE = np.full((100, 160), 500, np.int16)


def spread(levels: np.ndarray) -> np.ndarray:
    return cv2.dilate((levels > 100).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


@pytest.mark.parametrize("number", [n for n in range(1, 20) if n not in CURVES])
def test_real_graphics_lie_where_the_picture_of_their_result_has_them(
    number: int, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "conformance" / "pr-graphics"
    image, result = (folder / f"{GRAPHICS}.{number}.{part}.dcm" for part in (1, 2))
    ours = rendered(tmp_path, image, "--pr", folder / f"{GRAPHICS}.0.{number}.dcm")
    theirs = rendered(tmp_path, result, "--window", 128, 256)
    missing = ((theirs > 100) & ~spread(ours)).sum()
    invented = ((ours > 100) & ~spread(theirs)).sum()
    # Ellipses are drawn with other chords there, points with other marks.
    assert missing <= max(10, 0.07 * (theirs > 100).sum())
    assert invented <= max(30, 0.15 * (theirs > 100).sum())


@pytest.mark.parametrize("number", CURVES)
def test_real_curves_pass_through_every_vertex(
    number: int, shared_data: Path, tmp_path: Path
) -> None:
    """How to interpolate is left open (C.10.5.1.2); the result's curve is another one."""
    folder = shared_data / "conformance" / "pr-graphics"
    image = folder / f"{GRAPHICS}.{number}.1.dcm"
    ours = spread(rendered(tmp_path, image, "--pr", folder / f"{GRAPHICS}.0.{number}.dcm"))
    for x, y in ((128, 256), (192, 128), (320, 128), (384, 256), (320, 384), (192, 384)):
        assert ours[y, x]
    assert ours[256, 256] == (number % 2 == 0)  # filled


def test_the_six_overlays_of_picture_and_state_are_those_of_the_result(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "conformance" / "overlay"
    image, state = (folder / f"{OVERLAYS}.{part}.dcm" for part in ("1.1", "0.1"))
    ours = rendered(tmp_path, image, "--pr", state)
    theirs = rendered(tmp_path, folder / f"{OVERLAYS}.1.2.dcm", "--window", 128, 256)
    planes = [*overlay_planes(open_file(image)), *overlay_planes(open_file(state))]
    assert len(planes) == 6
    drawn = np.any([plane.placed(512, 512) for plane in planes], axis=0)
    assert (ours[drawn] == 255).all()
    # The result has the same letters, softened: each of ours lies on ink of theirs.
    assert (cv2.dilate(theirs, np.ones((3, 3), np.uint8))[drawn] > 60).all()


def test_overlays_are_drawn_bit_for_bit_and_only_when_asked_for(tmp_path: Path) -> None:
    bits = np.random.default_rng(3).random((20, 30)) < 0.4
    data = with_overlay(ct_object(ramp(40, 60)), bits, origin=[5, 9])
    (tmp_path / "a.dcm").write_bytes(data)
    levels = render_levels(make_picture(open_object(data), 0))
    assert np.array_equal(rendered(tmp_path, tmp_path / "a.dcm"), levels)
    expected = levels.copy()
    expected[4:24, 8:38][bits] = 255
    assert np.array_equal(rendered(tmp_path, tmp_path / "a.dcm", "--overlay"), expected)


@pytest.mark.parametrize(("turn", "flip"), [(90, "N"), (180, "Y"), (270, "N"), (90, "Y")])
def test_overlays_turn_with_their_picture_bit_for_bit(turn: int, flip: str, tmp_path: Path) -> None:
    bits = np.random.default_rng(3).random((100, 160)) < 0.4
    data = with_overlay(ct_object(BLACK), bits)
    (tmp_path / "a.dcm").write_bytes(data)
    spatial = {"ImageRotation": turn, "ImageHorizontalFlip": flip}
    window = item(WindowCenter=0, WindowWidth=2)
    raw = pydicom.dcmread(
        pydicom.filebase.DicomBytesIO(state_for(data, SoftcopyVOILUTSequence=[window], **spatial))
    )
    raw.add_new((0x6000, 0x1001), "CS", "A")
    raw.save_as(tmp_path / "b.dcm")
    seen = rendered(tmp_path, tmp_path / "a.dcm", "--pr", tmp_path / "b.dcm") > 0
    turned = np.rot90(bits, -turn // 90)
    assert np.array_equal(seen, turned[:, ::-1] if flip == "Y" else turned)


def test_the_shutter_closes_only_when_asked_for(tmp_path: Path) -> None:
    file = files_of("conformance/shutter")[0] if files_of("conformance/shutter") else None
    if file is None:
        pytest.skip("no shared test data beside the project (HUIZHEN_SHARED)")
    picture = make_picture(open_file(file), 0)
    assert np.array_equal(rendered(tmp_path, file), render_levels(picture))
    closed = rendered(tmp_path, file, "--shutter")
    assert np.array_equal(closed, shown(picture, plain(picture)))
    assert not np.array_equal(closed, render_levels(picture))


@pytest.mark.parametrize("under", [BLACK, WHITE], ids=["black", "white"])
def test_a_white_line_reads_over_black_and_over_white(under: np.ndarray, tmp_path: Path) -> None:
    levels = annotated(tmp_path, under, line(20, 50.5, 140, 50.5))
    across = levels[44:58, 80].astype(int)
    assert across.max() == 255
    assert across.max() - across.min() > 120
    assert (levels[:40] == levels[0, 0]).all()


def test_lines_are_one_pixel_wide_where_nothing_else_is_asked_for(tmp_path: Path) -> None:
    levels = annotated(tmp_path, BLACK, line(20, 50.5, 140, 50.5))
    assert (levels[:, 80] > 128).sum() == 1
    style = item(LineThickness=5.0)
    wide = annotated(tmp_path, BLACK, line(20, 50.5, 140, 50.5, LineStyleSequence=[style]))
    assert (wide[:, 80] > 128).sum() == 5


def test_a_layer_s_colour_makes_a_colour_picture(tmp_path: Path) -> None:
    red = [34900, 53400, 50100]
    levels = annotated(
        tmp_path,
        BLACK,
        line(20, 50.5, 140, 50.5),
        GraphicLayerRecommendedDisplayCIELabValue=red,
    )
    assert levels.shape == (100, 160, 3)
    assert levels[50, 80, 0] > 200 > 60 > levels[50, 80, 1:].max()


def test_display_positions_are_fractions_of_what_is_seen_also_when_it_is_turned(
    tmp_path: Path,
) -> None:
    point = line(0.25, 0.1, kind="POINT", units="DISPLAY")
    levels = annotated(tmp_path, BLACK, point, ImageRotation=90)
    assert levels.shape == (160, 100)
    y, x = np.argwhere(levels > 100).mean(axis=0)
    assert (x, y) == (pytest.approx(25, abs=1), pytest.approx(16, abs=1))


def test_a_circle_is_round_on_the_screen_also_where_pixels_are_not_square(tmp_path: Path) -> None:
    area = item(
        DisplayedAreaTopLeftHandCorner=[1, 1], DisplayedAreaBottomRightHandCorner=[160, 100]
    )
    area.PresentationSizeMode = "SCALE TO FIT"
    area.PresentationPixelAspectRatio = [2, 1]
    circle = line(80, 50, 110, 50, kind="CIRCLE")
    levels = annotated(tmp_path, BLACK, circle, DisplayedAreaSelectionSequence=[area])
    height, width = np.ptp(np.argwhere(levels > 100), axis=0)
    assert levels.shape == (200, 160)
    assert abs(int(height) - int(width)) <= 1
    assert int(width) == pytest.approx(60, abs=2)


def told(text: str, **more: Any) -> pydicom.Dataset:
    return item(UnformattedTextValue=text, **more)


BOX = {
    "BoundingBoxAnnotationUnits": "PIXEL",
    "BoundingBoxTopLeftHandCorner": [30.0, 20.0],
    "BoundingBoxBottomRightHandCorner": [130.0, 50.0],
}


@pytest.mark.parametrize("text", ["nodule", "two lines\r\nof a finding"])
@pytest.mark.parametrize("stands", ["LEFT", "CENTER", "RIGHT"])
def test_a_text_stays_in_its_box(text: str, stands: str, tmp_path: Path) -> None:
    box = {**BOX, "BoundingBoxTextHorizontalJustification": stands}
    levels = annotated(tmp_path, BLACK, told(text, **box))
    rows, columns = np.nonzero(levels > 60)
    assert rows.size > 20
    assert rows.min() >= 18
    assert rows.max() <= 52
    assert columns.min() >= 28
    assert columns.max() <= 132


def test_a_text_too_long_for_its_box_stays_legible_and_begins_in_it(tmp_path: Path) -> None:
    long = told("a very long finding that would never fit in there", **BOX)
    rows, columns = np.nonzero(annotated(tmp_path, BLACK, long) > 60)
    assert np.ptp(rows) >= 5
    assert 28 <= columns.min() <= 34


def test_a_visible_anchor_is_joined_to_its_text(tmp_path: Path) -> None:
    anchor: dict[str, Any] = {
        "AnchorPointAnnotationUnits": "PIXEL",
        "AnchorPoint": [150.0, 90.0],
        "AnchorPointVisibility": "Y",
    }
    with_line = annotated(tmp_path, BLACK, told("x", **BOX, **anchor))
    assert (with_line[60:89, 131:150] > 100).any()
    without = annotated(
        tmp_path, BLACK, told("x", **BOX, **{**anchor, "AnchorPointVisibility": "N"})
    )
    assert not (without[60:, 131:] > 0).any()


def test_positions_beyond_all_reason_draw_nothing_and_hurt_nobody(tmp_path: Path) -> None:
    far = line(1e30, 1e30, -1e30, 1e30)
    assert annotated(tmp_path, BLACK, far).shape == (100, 160)


def test_a_state_for_another_picture_is_refused_in_one_plain_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, other = ct_object(ramp()), ct_object(ramp())
    (tmp_path / "a.dcm").write_bytes(data)
    (tmp_path / "b.dcm").write_bytes(state_for(other))
    parser = argparse.ArgumentParser()
    render.add_arguments(parser)
    argv = [tmp_path / "a.dcm", "--out", tmp_path / "x.png", "--pr", tmp_path / "b.dcm"]
    assert render.run(parser.parse_args([str(part) for part in argv])) == 2
    assert capsys.readouterr().err == (
        "huizhen render: the presentation state is for another picture\n"
    )
