"""Planes begin where the reader is."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.annotation import Annotation, AnnotationKind
from app.viewers.dicom.viewer import DicomViewer
from protocol.base import new_id
from tests.viewers.dicom.fields import SLICE_MM, drag
from tests.viewers.dicom.planes_room import key, settle, trio

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SHIFT = Qt.KeyboardModifier.ShiftModifier


def begin(qtbot: QtBot, viewer: DicomViewer) -> tuple[float, float, float]:
    key(viewer, Qt.Key.Key_M, SHIFT)
    settle(qtbot, viewer)
    return trio(viewer).cursor


def to(qtbot: QtBot, viewer: DicomViewer, index: int) -> None:
    viewer.scroll_to(index)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)


def test_on_the_slice_that_is_shown(qtbot: QtBot, ready: DicomViewer) -> None:
    to(qtbot, ready, 4)
    assert begin(qtbot, ready) == pytest.approx((12.0, 14.0, 4 * SLICE_MM), abs=0.6)


def test_at_the_last_mark_of_that_slice(qtbot: QtBot, ready: DicomViewer) -> None:
    to(qtbot, ready, 6)
    ref = ready.active.ref
    assert ref is not None
    points = ((2.5, 3.5), (6.5, 7.5))
    mark = Annotation(new_id(), ref, AnnotationKind.LENGTH, points)
    ready.marking.sheet.put(mark, ready.pane.picture)
    assert begin(qtbot, ready) == pytest.approx((4.0, 5.0, 6 * SLICE_MM))


def test_where_the_cursor_pointed(qtbot: QtBot, ready: DicomViewer) -> None:
    to(qtbot, ready, 3)
    viewport = ready.pane.own_viewport()
    assert viewport is not None
    ready.pane.point_at(QPointF(*viewport.to_screen(20.5, 9.5)))
    ready.pane.stop_pointing()
    assert begin(qtbot, ready) == pytest.approx((20.0, 9.0, 3 * SLICE_MM))


def test_where_it_was_enlarged(qtbot: QtBot, ready: DicomViewer) -> None:
    to(qtbot, ready, 8)
    viewport = ready.pane.own_viewport()
    assert viewport is not None
    ready.pane.zoom_by(4.0, QPointF(*viewport.to_screen(5.0, 5.0)))
    x, y, z = begin(qtbot, ready)
    assert z == pytest.approx(8 * SLICE_MM)
    assert x < 9
    assert y < 9


def test_the_window_dragged_on_planes_is_undone(qtbot: QtBot, ready: DicomViewer) -> None:
    begin(qtbot, ready)
    pane = ready.stage.cell.pane
    before = pane.voi
    QTest.keyClick(pane, Qt.Key.Key_2)
    assert pane.voi != before
    QTest.keyClick(pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pane.voi == before


@pytest.mark.parametrize("before", [True, False])
def test_a_drag_with_a_tool_that_measures_leaves_the_window(
    qtbot: QtBot, ready: DicomViewer, before: bool
) -> None:
    if before:
        key(ready, Qt.Key.Key_L)
    begin(qtbot, ready)
    if not before:
        key(ready, Qt.Key.Key_L)
    pane = ready.stage.cell.pane
    voi = pane.voi
    drag(pane, QPointF(40, 200), QPointF(90, 240))
    assert pane.voi == voi
    assert len(ready.marking.sheet.sheet.annotations) == 1
