"""Drawing on a picture: points, holds, undo, and what stands beside a shape."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from pytestqt.qtbot import QtBot

from app.imaging.annotation import Annotation, AnnotationKind
from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.series import SliceRef
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.annotations.layer import AnnotationLayer
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.annotations.words import lines
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.tools import Tool
from tests.imaging.objects import ct_object, ramp

SLICE, OTHER = SliceRef("2.25.9", 0), SliceRef("2.25.10", 0)
LEFT = Qt.MouseButton.LeftButton


class Hand:
    """A mouse and a keyboard over one pane, in picture coordinates."""

    def __init__(self, qtbot: QtBot) -> None:
        self.pane = ImagePane()
        qtbot.addWidget(self.pane)
        self.pane.resize(480, 320)
        picture = make_picture(open_object(ct_object(ramp(32, 48), PixelSpacing=[0.5, 0.5])), 0)
        self.pane.set_picture(picture)
        self.sheet = AnnotationSheet()
        self.shown = SLICE
        self.layer = AnnotationLayer(self.sheet, self.pane, lambda: self.shown, self.pane)
        self.asked: list[Annotation] = []
        self.layer.words_wanted.connect(self.asked.append)

    def _mouse(self, kind: QEvent.Type, x: float, y: float) -> QMouseEvent:
        viewport = self.pane.viewport()
        assert viewport is not None
        at = QPointF(*viewport.to_screen(x, y))
        return QMouseEvent(kind, at, at, LEFT, LEFT, Qt.KeyboardModifier.NoModifier)

    def use(self, kind: AnnotationKind | None) -> None:
        self.pane.tool = kind or Tool.WINDOW

    def press(self, x: float, y: float) -> bool:
        return self.layer.press((x, y), self._mouse(QEvent.Type.MouseButtonPress, x, y))

    def move(self, x: float, y: float) -> bool:
        return self.layer.move((x, y), self._mouse(QEvent.Type.MouseMove, x, y))

    def release(self, x: float, y: float) -> bool:
        return self.layer.release((x, y), self._mouse(QEvent.Type.MouseButtonRelease, x, y))

    def click(self, *points: tuple[float, float]) -> None:
        for x, y in points:
            self.press(x, y)
            self.release(x, y)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.press(*start)
        self.move(*end)
        self.release(*end)

    def double(self, x: float, y: float) -> bool:
        return self.layer.double_click((x, y), self._mouse(QEvent.Type.MouseButtonDblClick, x, y))

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> bool:
        modifiers = held or Qt.KeyboardModifier.NoModifier
        return self.layer.key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers))

    def drawn(self) -> list[Annotation]:
        return list(self.sheet.sheet.annotations)

    def said(self, annotation: Annotation) -> tuple[str, ...]:
        return lines(annotation, self.sheet.measured(annotation, self.pane.picture))


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return Hand(qtbot)


@pytest.fixture
def draw(hand: Hand) -> Callable[..., Annotation]:
    def drawn(kind: AnnotationKind, *points: tuple[float, float]) -> Annotation:
        hand.use(kind)
        hand.click(*points)
        return hand.drawn()[-1]

    return drawn


def test_a_line_is_dragged_or_clicked_and_says_its_length(hand: Hand) -> None:
    hand.use(AnnotationKind.LENGTH)
    hand.drag((4, 4), (34, 4))
    hand.click((4, 10), (4, 20))
    assert [hand.said(one)[0] for one in hand.drawn()] == ["15.0 mm (patient)", "5.0 mm (patient)"]
    assert hand.drawn()[0].ref == SLICE


@pytest.mark.parametrize(
    ("kind", "points", "first"),
    [
        (AnnotationKind.ANGLE, ((10, 4), (10, 20), (26, 20)), "90.0°"),
        (AnnotationKind.COBB, ((4, 4), (24, 4), (4, 20), (14, 30)), "45.0°"),
        (AnnotationKind.RECTANGLE, ((4, 4), (14, 8)), "10.0 mm² (patient)"),
        (AnnotationKind.ELLIPSE, ((4, 4), (24, 24)), "78.5 mm² (patient)"),
    ],
)
def test_each_kind_takes_its_points_and_tells_its_value(
    hand: Hand,
    draw: Callable[..., Annotation],
    kind: AnnotationKind,
    points: tuple[tuple[float, float], ...],
    first: str,
) -> None:
    assert hand.said(draw(kind, *points))[0] == first


def test_a_region_tells_the_values_under_it(hand: Hand, draw: Callable[..., Annotation]) -> None:
    told = hand.said(draw(AnnotationKind.RECTANGLE, (2, 1), (5, 3)))
    values = ramp(32, 48)[1:3, 2:5].astype(float)
    assert told[1] == f"Mean {values.mean():.1f} ± {values.std():.1f} HU"
    assert told[2] == f"Min {values.min():g}  Max {values.max():g}  n = 6"


def test_a_polygon_ends_with_a_double_click_or_enter(hand: Hand) -> None:
    hand.use(AnnotationKind.POLYGON)
    hand.click((4, 4), (20, 4))
    hand.key(Qt.Key.Key_Return)
    assert hand.drawn() == [], "two points are no area"
    hand.click((20, 20))
    hand.double(20, 20)
    hand.click((30, 10), (40, 10), (40, 20), (30, 30))
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Return)
    first, second = ((4, 4), (20, 4), (20, 20)), ((30, 10), (40, 10), (40, 20))
    assert [one.points for one in hand.drawn()] == [first, second]


def test_escape_drops_the_shape_in_hand_and_another_slice_too(hand: Hand) -> None:
    hand.use(AnnotationKind.ANGLE)
    hand.click((4, 4))
    assert hand.key(Qt.Key.Key_Escape)
    hand.click((4, 4))
    hand.shown = OTHER
    hand.move(20, 20)
    assert hand.layer.drawing is None
    assert hand.drawn() == []


def test_points_stay_on_the_picture(hand: Hand, draw: Callable[..., Annotation]) -> None:
    assert draw(AnnotationKind.LENGTH, (4, 4), (90, -10)).points == ((4, 4), (48, 0))


def test_a_shape_and_its_points_can_be_taken_hold_of(
    hand: Hand, draw: Callable[..., Annotation]
) -> None:
    draw(AnnotationKind.LENGTH, (10, 10), (30, 10))
    hand.use(None)
    hand.drag((20, 10), (20, 15))
    assert hand.drawn()[0].points == ((10, 15), (30, 15))
    hand.drag((30, 15), (40, 20))
    assert hand.drawn()[0].points == ((10, 15), (40, 20))
    hand.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert hand.drawn()[0].points == ((9, 15), (39, 20))
    assert not hand.press(45, 30), "beside a shape the press belongs to the pane"


def test_each_change_is_one_step_that_can_be_undone_and_done_again(
    hand: Hand, draw: Callable[..., Annotation]
) -> None:
    draw(AnnotationKind.LENGTH, (10, 10), (30, 10))
    hand.use(None)
    hand.drag((20, 10), (20, 15))
    hand.layer.act(MarkAction.REMOVE)
    hand.sheet.toggle_key_image(SLICE)
    seen = []
    while hand.sheet.can_undo:
        hand.sheet.undo()
        seen.append([one.points[0][1] for one in hand.drawn()])
    assert seen == [[], [15], [10], []]
    while hand.sheet.can_redo:
        hand.sheet.redo()
    assert hand.drawn() == []
    assert hand.sheet.sheet.key_images == {SLICE}


def test_a_text_asks_for_its_words_and_without_words_is_not_kept(
    hand: Hand, draw: Callable[..., Annotation]
) -> None:
    hand.use(AnnotationKind.TEXT)
    hand.click((8, 8))
    hand.layer.finish_words(hand.asked[0], "")
    assert hand.drawn() == []
    hand.layer.finish_words(hand.asked[0], "结节")
    assert hand.said(hand.drawn()[0]) == ("结节",)
    hand.use(AnnotationKind.ARROW)
    hand.drag((8, 20), (20, 20))
    hand.layer.finish_words(hand.asked[1], "")
    assert hand.drawn()[1].kind is AnnotationKind.ARROW


def test_without_a_mouse_a_shape_is_put_in_the_middle(hand: Hand) -> None:
    for kind in AnnotationKind:
        hand.use(kind)
        hand.layer.place_default()
    for asked in hand.asked:
        hand.layer.finish_words(asked, "here")
    assert sorted(one.kind for one in hand.drawn()) == sorted(AnnotationKind)
    assert all(one.complete for one in hand.drawn())


def test_what_is_drawn_reads_over_black_and_white(
    hand: Hand, draw: Callable[..., Annotation]
) -> None:
    """Over any grey there is a pixel of the shape that stands out by half of all levels."""
    draw(AnnotationKind.LENGTH, (10, 10), (30, 10))
    viewport = hand.pane.own_viewport()
    assert viewport is not None
    for grey in (0, 128, 255):
        image = QImage(480, 320, QImage.Format.Format_Grayscale8)
        image.fill(grey * 0x010101)
        painter = QPainter(image)
        hand.layer.paint(painter, viewport)
        painter.end()
        levels = np.frombuffer(image.constBits(), np.uint8).reshape(320, -1)[:, :480]
        assert np.abs(levels.astype(int) - grey).max() >= 120
