"""What hands change of the look is undone in the same book as the marks, and never unseen."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.imaging.annotation import AnnotationKind
from app.imaging.geometry import UNTURNED
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.tools import Action, Tool
from app.viewers.dicom.viewer import DicomViewer

BY = QPoint(60, 40)
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def drag(viewer: DicomViewer, tool: str, by: QPoint = BY) -> None:
    viewer.stage.act(tool)
    start = QPoint(350, 280)
    QTest.mousePress(viewer.pane, LEFT, NONE, start)
    for step in (1, 2, 3):
        part = QPoint(by.x() * step // 3, by.y() * step // 3)
        QTest.mouseMove(viewer.pane, start + part)
    QTest.mouseRelease(viewer.pane, LEFT, NONE, start + by)


def wheel(pane: ImagePane, notches: int) -> None:
    at = QPointF(300, 200)
    turn, none = QPoint(0, 120 * notches), Qt.MouseButton.NoButton
    event = QWheelEvent(
        at, pane.mapToGlobal(at), QPoint(), turn, none, CONTROL, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(pane, event)


def undo(viewer: DicomViewer) -> None:
    QTest.keyClick(viewer.pane, Qt.Key.Key_Z, CONTROL)


def redo(viewer: DicomViewer) -> None:
    QTest.keyClick(viewer.pane, Qt.Key.Key_Y, CONTROL)


def marks(viewer: DicomViewer) -> int:
    return len(viewer.marking.sheet.sheet.annotations)


def test_the_window_comes_back_before_a_mark_on_another_slice_goes(
    qtbot: QtBot, opened: DicomViewer
) -> None:
    drag(opened, AnnotationKind.LENGTH)
    opened.scroll_to(5)
    qtbot.waitUntil(lambda: opened.pane.picture is not None)
    before = opened.pane.voi
    drag(opened, Tool.WINDOW)
    assert opened.pane.voi != before
    undo(opened)
    assert opened.pane.voi == before
    assert marks(opened) == 1
    assert opened.index == 5
    undo(opened)
    assert marks(opened) == 0
    assert opened.index == 0, "the slice on which something went is on the screen"
    opened.scroll_to(9)
    redo(opened)
    assert opened.index == 0
    assert marks(opened) == 1
    redo(opened)
    assert opened.pane.voi != before


def test_a_drag_is_one_step_whatever_its_length(opened: DicomViewer) -> None:
    before = opened.pane.voi
    drag(opened, Tool.WINDOW)
    first = opened.pane.voi
    drag(opened, Tool.WINDOW, QPoint(-90, 10))
    undo(opened)
    assert opened.pane.voi == first
    undo(opened)
    assert opened.pane.voi == before


def test_every_change_of_the_look_is_undone(opened: DicomViewer) -> None:
    pane = opened.pane
    for action in (
        Action.INVERT,
        Action.ROTATE_LEFT,
        Action.FLIP_HORIZONTAL,
        Action.ONE_TO_ONE,
        Action.ZOOM_IN,
        "preset_2",
        Action.AUTO,
    ):
        before = pane.chosen_voi, pane.inverted, pane.camera
        opened.stage.act(action)
        after = pane.chosen_voi, pane.inverted, pane.camera
        assert after != before, action
        undo(opened)
        assert (pane.chosen_voi, pane.inverted, pane.camera) == before, action
        redo(opened)
        assert (pane.chosen_voi, pane.inverted, pane.camera) == after, action


def test_a_reset_is_undone(opened: DicomViewer) -> None:
    opened.stage.act(Action.ROTATE_LEFT)
    opened.stage.act(Action.INVERT)
    opened.stage.act(Action.RESET)
    assert opened.pane.camera.turn == UNTURNED
    undo(opened)
    assert opened.pane.inverted
    assert opened.pane.camera.turn != UNTURNED


def test_shutters_are_opened_and_closed_again(opened: DicomViewer) -> None:
    opened.stage.act(Action.SHUTTER)
    assert not opened.grid.shutters
    undo(opened)
    assert opened.grid.shutters


def test_notches_of_a_wheel_are_one_step(opened: DicomViewer) -> None:
    before = opened.pane.camera
    for _ in range(4):
        wheel(opened.pane, 1)
    assert opened.pane.camera != before
    undo(opened)
    assert opened.pane.camera == before


def test_looking_tells_nobody_of_other_marks(qtbot: QtBot, opened: DicomViewer) -> None:
    """Else the list would be read and every cell painted again at each notch of a wheel."""
    drag(opened, AnnotationKind.LENGTH)
    opened.marking.sheet.select(None)
    opened.scroll_to(5)
    qtbot.waitUntil(lambda: opened.pane.picture is not None)
    with qtbot.assertNotEmitted(opened.marking.sheet.changed):
        wheel(opened.pane, 1)
        drag(opened, Tool.WINDOW)
        undo(opened)
        undo(opened)
    undo(opened)
    assert marks(opened) == 0


def test_each_cell_gets_its_own_look_back(qtbot: QtBot, opened: DicomViewer) -> None:
    opened.stage.choose_layout(1, 2)
    first, second = opened.grid.cells
    assert opened.series
    second.show_series(opened.series[0])
    opened.grid.activate(first)
    opened.stage.act(Action.INVERT)
    opened.grid.activate(second)
    opened.stage.act(Action.ROTATE_LEFT)
    opened.stage.act(MarkAction.UNDO)
    assert first.pane.inverted
    assert second.pane.camera.turn == UNTURNED
    opened.stage.act(MarkAction.UNDO)
    assert not first.pane.inverted


def test_scrolling_and_looking_are_no_steps(opened: DicomViewer) -> None:
    drag(opened, Tool.SCROLL)
    drag(opened, Tool.PROBE)
    assert not opened.marking.sheet.can_undo


def test_the_look_of_a_series_that_is_gone_is_passed_over(
    qtbot: QtBot, opened: DicomViewer
) -> None:
    drag(opened, AnnotationKind.LENGTH)
    opened.stage.act(Action.INVERT)
    opened.active.clear()
    opened.stage.act(MarkAction.UNDO)
    assert marks(opened) == 0
