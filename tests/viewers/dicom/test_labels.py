"""Words beside shapes stand where nothing else lies."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.viewers.dicom.annotations.labels import Placed, place

AREA = QRectF(0, 0, 600, 400)
SIZE = QSizeF(140, 57)


def beside(*shapes: QRectF, taken: tuple[QRectF, ...] = (), area: QRectF = AREA) -> list[Placed]:
    """Labels of shapes one after the other, as they are painted."""
    hindrances, found = list(taken), []
    for shape in shapes:
        others = [other for other in shapes if other is not shape]
        placed = place(shape, SIZE, area, hindrances, others)
        hindrances.append(placed.room)
        found.append(placed)
    return found


def test_alone_it_stands_right_of_its_shape() -> None:
    shape = QRectF(100, 100, 80, 80)
    (label,) = beside(shape)
    assert label.room.left() > shape.right()
    assert label.room.center().y() == pytest.approx(shape.center().y())
    assert label.leader is None


def test_beside_each_other_no_label_covers_another_or_a_shape() -> None:
    shapes = [QRectF(200, 150, 80, 80), QRectF(290, 150, 80, 80), QRectF(200, 240, 170, 4)]
    labels = beside(*shapes)
    for a, b in combinations([one.room for one in labels], 2):
        assert not a.intersects(b)
    for label in labels:
        assert not any(label.room.intersects(shape) for shape in shapes)
        assert AREA.contains(label.room)


def test_words_in_the_corners_stay_free() -> None:
    corner = QRectF(420, 10, 170, 60)
    (label,) = beside(QRectF(400, 20, 40, 40), taken=(corner,))
    assert not label.room.intersects(corner)


def test_far_from_its_shape_a_line_leads_to_it() -> None:
    shape = QRectF(280, 180, 40, 40)
    around = QRectF(60, 80, 480, 240)
    walls = (
        QRectF(around.left(), around.top(), around.width(), 90),
        QRectF(around.left(), 230, around.width(), 90),
        QRectF(around.left(), around.top(), 210, around.height()),
        QRectF(330, around.top(), 210, around.height()),
    )
    (label,) = beside(shape, taken=walls)
    assert not any(label.room.intersects(wall) for wall in walls)
    assert label.leader is not None
    assert shape.adjusted(-1, -1, 1, 1).contains(label.leader[1])


def test_eight_labels_of_one_place_are_all_apart() -> None:
    labels = beside(*(QRectF(250 + n, 180, 60, 30) for n in range(8)))
    for a, b in combinations([one.room for one in labels], 2):
        assert not a.intersects(b)


def test_without_any_room_it_stays_inside() -> None:
    (label,) = beside(QRectF(590, 390, 8, 8), taken=(AREA,))
    assert AREA.contains(label.room)
    assert label.room.topLeft() != QPointF(0, 0)
