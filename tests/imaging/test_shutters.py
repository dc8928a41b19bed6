"""Display shutters cover what lies outside of every shape (PS3.3 C.7.6.11, C.7.6.15)."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.imaging.dataset import open_file, open_object
from app.imaging.displayed import plain, shown
from app.imaging.picture import GreyPicture, Picture, make_picture
from app.imaging.shutter import Shutter
from app.imaging.voi import Window
from tests.imaging.objects import ct_object, ramp
from tests.imaging.peers import files_of, name_of

WHITE = Window(-100000, 2)


def covered(picture: Picture) -> np.ndarray:
    """Where the shutter is, seen on the screen: the picture itself is white."""
    return shown(picture, plain(picture), WHITE) < 255


def shuttered(**attributes: Any) -> GreyPicture:
    picture = make_picture(open_object(ct_object(ramp(40, 60), **attributes)), 0)
    assert isinstance(picture, GreyPicture)
    return picture


RECTANGLE = {
    "ShutterLeftVerticalEdge": 5,
    "ShutterRightVerticalEdge": 50,
    "ShutterUpperHorizontalEdge": 3,
    "ShutterLowerHorizontalEdge": 30,
}
CIRCLE = {"CenterOfCircularShutter": [20, 30], "RadiusOfCircularShutter": 12}


def test_a_rectangle_keeps_its_own_edges() -> None:
    hidden = covered(shuttered(ShutterShape="RECTANGULAR", **RECTANGLE))
    assert not hidden[2:30, 4:50].any()
    assert hidden.sum() == 40 * 60 - 28 * 46


def test_several_shapes_leave_what_lies_in_all_of_them() -> None:
    both = covered(shuttered(ShutterShape=["RECTANGULAR", "CIRCULAR"], **RECTANGLE, **CIRCLE))
    one = covered(shuttered(ShutterShape="RECTANGULAR", **RECTANGLE))
    other = covered(shuttered(ShutterShape="CIRCULAR", **CIRCLE))
    assert np.array_equal(both, one | other)


def test_a_polygon_covers_all_but_its_inside() -> None:
    corners = [5, 10, 5, 40, 35, 40, 35, 10]
    hidden = covered(shuttered(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=corners))
    assert not hidden[4:35, 9:40].any()
    assert hidden.sum() == 40 * 60 - 31 * 31


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
def test_a_circle_is_round_in_millimetres_also_where_pixels_are_not_square(aspect: float) -> None:
    small = {**CIRCLE, "RadiusOfCircularShutter": 8}
    picture = shuttered(ShutterShape="CIRCULAR", **small, PixelSpacing=[aspect, 1.0])
    open_ = ~covered(picture)
    height, width = np.ptp(np.argwhere(open_), axis=0) + 1
    assert width == 17
    assert height * aspect == pytest.approx(17, abs=2 * aspect)


def test_what_is_covered_has_the_level_the_file_asks_for() -> None:
    grey = shuttered(ShutterShape="CIRCULAR", **CIRCLE, ShutterPresentationValue=0x8000)
    assert shown(grey, plain(grey))[0, 0] == 128


def test_a_coloured_shutter_over_a_grey_picture_is_a_coloured_picture() -> None:
    red = [34900, 53400, 50100]
    picture = shuttered(ShutterShape="CIRCULAR", **CIRCLE, ShutterPresentationColorCIELabValue=red)
    levels = shown(picture, plain(picture), WHITE)
    assert levels.shape == (40, 60, 3)
    assert levels[0, 0, 0] > 200 > 60 > levels[0, 0, 1:].max()
    assert levels[20, 30].tolist() == [255, 255, 255]


def test_without_a_usable_shape_nothing_is_covered() -> None:
    assert shuttered(ShutterShape="CIRCULAR").shutter is None
    assert shuttered(**RECTANGLE).shutter is None
    assert not Shutter().covered(3, 3).any()


@pytest.mark.parametrize("file", files_of("conformance/shutter"), ids=name_of)
def test_real_shutters_cover_what_their_numbers_say(file: Path) -> None:
    obj = open_file(file)
    ds, picture = obj.dataset, make_picture(obj, 0)
    row, column = np.mgrid[1 : ds.Rows + 1, 1 : ds.Columns + 1]
    hidden = np.zeros((ds.Rows, ds.Columns), bool)
    shapes = ds.ShutterShape if not isinstance(ds.ShutterShape, str) else [ds.ShutterShape]
    if "RECTANGULAR" in shapes:
        hidden |= (column < ds.ShutterLeftVerticalEdge) | (column > ds.ShutterRightVerticalEdge)
        hidden |= (row < ds.ShutterUpperHorizontalEdge) | (row > ds.ShutterLowerHorizontalEdge)
    if "CIRCULAR" in shapes:
        y, x = ds.CenterOfCircularShutter
        hidden |= np.hypot(row - int(y), column - int(x)) > int(ds.RadiusOfCircularShutter)
    assert 0.01 < hidden.mean() < 0.95
    assert picture.shutter is not None
    assert np.array_equal(picture.shutter.covered(ds.Rows, ds.Columns), hidden)
