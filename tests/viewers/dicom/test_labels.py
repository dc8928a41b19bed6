"""Words beside shapes stand where nothing else lies."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.imaging.annotation import Annotation, AnnotationKind
from app.imaging.resample import Viewport
from app.imaging.series import SliceRef
from app.viewers.dicom.annotations.labels import Placed, box_of, place, place_anyway
from app.viewers.dicom.annotations.painter import AnnotationPainter
from app.viewers.dicom.annotations.shapes import Glass
from protocol.base import new_id

AREA = QRectF(0, 0, 600, 400)
SIZE = (140.0, 57.0)


def placed_beside(
    shape: QRectF, area: QRectF, taken: Sequence[QRectF], shapes: Sequence[QRectF]
) -> Placed | None:
    """One label of a shape."""
    around = [box_of(one) for one in taken], [box_of(one) for one in shapes]
    return place(box_of(shape), SIZE, box_of(area), *around)


def beside(*shapes: QRectF, taken: tuple[QRectF, ...] = (), area: QRectF = AREA) -> list[Placed]:
    """Labels of shapes one after the other, as they are painted."""
    hindrances, found = list(taken), []
    for shape in shapes:
        others = [other for other in shapes if other is not shape]
        placed = placed_beside(shape, area, hindrances, others)
        assert placed is not None
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


def test_a_label_that_could_be_its_neighbours_has_a_line_to_its_own_shape() -> None:
    left, right = QRectF(150, 180, 60, 40), QRectF(370, 180, 60, 40)
    walls = [QRectF(0, 0, 600, 165), QRectF(0, 235, 600, 165), QRectF(0, 165, 145, 70)]
    label = placed_beside(left, AREA, walls, [right])
    assert label is not None
    assert label.room.left() > left.right()
    assert label.room.right() < right.left()
    assert label.leader is not None
    assert left.adjusted(-1, -1, 1, 1).contains(label.leader[1])


def test_three_shapes_side_by_side_leave_no_doubt_whose_words_stand_where() -> None:
    shapes = [QRectF(180 + 80 * n, 180, 60, 50) for n in range(3)]
    for shape, label in zip(shapes, beside(*shapes), strict=True):
        nearest = min(shapes, key=lambda one: apart(label.room, one))
        assert nearest is shape or label.leader is not None


def apart(a: QRectF, b: QRectF) -> float:
    """How far two rectangles are from each other along the longer way."""
    across = max(a.left() - b.right(), b.left() - a.right(), 0)
    return max(across, a.top() - b.bottom(), b.top() - a.bottom())


def test_without_any_room_there_is_none_and_one_that_must_be_read_stays_inside() -> None:
    shape = QRectF(590, 390, 8, 8)
    assert placed_beside(shape, AREA, [AREA], []) is None
    forced = place_anyway(box_of(shape), SIZE, box_of(AREA))
    assert AREA.contains(forced.room)
    assert forced.leader is not None


CELL, MANY = QRectF(0, 0, 230, 150), 16
LINES = ("258.9 mm²", "Mean 282.6 ± 11.2 HU", "Min 240  Max 310  n = 412")
"""What an ellipse says."""


def named(*chosen: bool) -> tuple[Placed, ...]:
    """Where words stand of ellipses side by side in a small cell, each chosen or not."""
    image = QImage(CELL.size().toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shapes = [
        Annotation(
            new_id(),
            SliceRef("1.2", 0),
            AnnotationKind.ELLIPSE,
            ((20 + 8 * n, 50), (70 + 8 * n, 90)),
        )
        for n in range(len(chosen))
    ]
    glass = Glass(Viewport(230, 150, 1.0, 115, 75))
    drawn = AnnotationPainter(painter, CELL, glass)
    placed = drawn.label([(one, LINES, mark) for one, mark in zip(shapes, chosen, strict=True)])
    painter.end()
    return placed


def test_a_small_cell_says_less_rather_than_one_thing_upon_another(qapp: QApplication) -> None:
    placed = named(*[False] * MANY)
    assert 1 <= len(placed) < MANY
    assert all(CELL.contains(one.room) for one in placed)
    for a, b in combinations([one.room for one in placed], 2):
        assert not a.intersects(b)


def test_the_chosen_shape_has_its_words_in_any_case(qapp: QApplication) -> None:
    assert len(named(*[False] * MANY, True)) == len(named(*[False] * MANY, False)) + 1
