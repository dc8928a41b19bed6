"""Graphics of a presentation state that can be written in more than one way (PS3.3 C.10.5)."""

import numpy as np

from app.imaging.graphics import Graphic, GraphicType, Units
from tests.imaging.objects import ct_object, item, ramp
from tests.imaging.test_presentation import state, uid_of


def test_a_compound_graphic_is_drawn_once_by_the_plain_graphics_that_repeat_it() -> None:
    """Writers repeat it for readers that know no compound graphics (C.10.5)."""
    note = item(GraphicLayer="A")
    line = item(
        GraphicType="POLYLINE",
        GraphicAnnotationUnits="PIXEL",
        GraphicData=[1.0, 1.0, 9.0, 9.0],
        CompoundGraphicInstanceID=7,
    )
    note.GraphicObjectSequence = [line]
    note.CompoundGraphicSequence = [
        item(
            CompoundGraphicInstanceID=7,
            CompoundGraphicUnits="PIXEL",
            CompoundGraphicType="RULER",
            GraphicData=[1.0, 1.0, 9.0, 9.0],
        )
    ]
    data = ct_object(ramp())
    (content,) = state(data, GraphicAnnotationSequence=[note]).content(uid_of(data), 0)
    assert [graphic.points for graphic in content.graphics] == [((1.0, 1.0), (9.0, 9.0))]
    assert content.texts == ()


def test_an_interpolated_graphic_is_a_smooth_line_through_every_vertex() -> None:
    vertices = ((0.0, 0.0), (10.0, 8.0), (20.0, 0.0), (30.0, -8.0))
    line = Graphic(GraphicType.INTERPOLATED, Units.PIXEL, vertices).outline()
    assert set(vertices) <= set(line)
    steps = np.diff(np.array(line), axis=0)
    turns = np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])))
    assert np.degrees(np.abs(turns)).max() < 25
