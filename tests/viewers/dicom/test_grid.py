"""Cells in rows and columns: which is active, what each shows, one memory for all."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.thumbnails import SERIES_MIME, ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SERIES = 5


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Five series of four slices; series n is named S<n>."""
    for n in range(1, SERIES + 1):
        for k in range(4):
            pixels = np.full((32, 32), 100 * n + k, np.int16)
            data = ct_object(
                pixels,
                SeriesInstanceUID=f"2.25.{n}0",
                SeriesNumber=n,
                SeriesDescription=f"S{n}",
                InstanceNumber=k + 1,
                ImagePositionPatient=[0, 0, float(k)],
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                PixelSpacing=[1, 1],
            )
            (tmp_path / f"{n}-{k}.dcm").write_bytes(data)
    return tmp_path


@pytest.fixture
def grid(qtbot: QtBot, viewer: DicomViewer, many: Path) -> Iterator[DicomViewer]:
    """Two by two cells with the first four series."""
    viewer.open_source(FolderSource([many]))
    qtbot.waitUntil(lambda: sum(len(s.slices) for s in viewer.series) == SERIES * 4)
    QTest.keyClick(viewer.pane, Qt.Key.Key_4, ALT)
    qtbot.waitUntil(lambda: all(cell.pane.picture is not None for cell in viewer.grid.cells))
    yield viewer
    viewer.close_source()


def names(viewer: DicomViewer) -> list[str]:
    return [
        cell.series.first.series_description if cell.series is not None else ""
        for cell in viewer.grid.seen
    ]


def place(viewer: DicomViewer) -> int:
    return viewer.grid.cells.index(viewer.active)


def strip_of(viewer: DicomViewer) -> ThumbnailStrip:
    found = viewer.findChild(ThumbnailStrip, "series_thumbnails")
    assert found is not None
    return found


def drop(cell: StackView, uid: str) -> None:
    data = QMimeData()
    data.setData(SERIES_MIME, uid.encode())
    at, none = QPoint(40, 40), Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    entered = QDragEnterEvent(at, copy, data, left, none)
    QApplication.sendEvent(cell, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(cell, QDropEvent(QPointF(at), copy, data, left, none))


def test_new_cells_take_the_next_series(grid: DicomViewer) -> None:
    assert names(grid) == ["S1", "S2", "S3", "S4"]


def test_a_layout_of_sixteen_shows_what_there_is_and_leaves_the_rest_empty(
    grid: DicomViewer,
) -> None:
    grid.grid.set_layout(4, 4)
    assert names(grid) == ["S1", "S2", "S3", "S4", "S5"] + [""] * 11


def test_a_smaller_layout_keeps_the_active_cell(grid: DicomViewer) -> None:
    grid.grid.activate(grid.grid.cells[3])
    grid.grid.set_layout(1, 2)
    assert names(grid) == ["S1", "S4"]
    assert names(grid)[place(grid)] == "S4"


def test_a_click_makes_a_cell_the_active_one(grid: DicomViewer) -> None:
    QTest.mouseClick(grid.grid.cells[2].pane, Qt.MouseButton.LeftButton)
    assert place(grid) == 2
    assert [cell.pane.active for cell in grid.grid.cells] == [False, False, True, False]
    assert strip_of(grid).current_uid() == "2.25.30"


@pytest.mark.parametrize(
    ("keys", "cell"),
    [
        ([Qt.Key.Key_Right], 1),
        ([Qt.Key.Key_Down], 2),
        ([Qt.Key.Key_Right, Qt.Key.Key_Down], 3),
        ([Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up], 0),
        ([Qt.Key.Key_Left], 0),
    ],
)
def test_ctrl_and_arrows_go_to_the_neighbour(
    grid: DicomViewer, keys: list[Qt.Key], cell: int
) -> None:
    for key in keys:
        QTest.keyClick(grid.pane, key, CTRL)
    assert place(grid) == cell


def test_tab_goes_from_picture_to_picture(qtbot: QtBot, grid: DicomViewer) -> None:
    grid.activateWindow()
    grid.pane.setFocus()
    qtbot.waitUntil(lambda: grid.pane.hasFocus())
    QTest.keyClick(grid.pane, Qt.Key.Key_Tab)
    assert place(grid) == 1
    QTest.keyClick(grid.pane, Qt.Key.Key_Tab)
    assert place(grid) == 2
    QTest.keyClick(grid.pane, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert place(grid) == 1


def test_a_double_click_shows_one_cell_alone_and_again_all(grid: DicomViewer) -> None:
    pane = grid.grid.cells[1].pane
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(pane, Qt.MouseButton.LeftButton)
    assert names(grid) == ["S2"]
    assert [cell.isVisible() for cell in grid.grid.cells] == [False, True, False, False]
    QTest.mouseDClick(pane, Qt.MouseButton.LeftButton)
    assert names(grid) == ["S1", "S2", "S3", "S4"]


def test_return_does_the_same_from_the_keyboard(grid: DicomViewer) -> None:
    QTest.keyClick(grid.pane, Qt.Key.Key_Return)
    assert names(grid) == ["S1"]
    QTest.keyClick(grid.pane, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert len(names(grid)) == 4


def test_a_series_dropped_on_a_cell_shows_there(grid: DicomViewer) -> None:
    drop(grid.grid.cells[2], "2.25.50")
    assert names(grid) == ["S1", "S2", "S5", "S4"]
    assert place(grid) == 2


def test_a_dragged_thumbnail_carries_its_series(grid: DicomViewer) -> None:
    strip = strip_of(grid)
    assert strip.dragEnabled()
    data = strip.model().mimeData([strip.model().index(4, 0)])
    gc.collect()
    assert bytes(data.data(SERIES_MIME).data()).decode() == "2.25.50"


def test_enter_on_a_thumbnail_shows_it_in_the_active_cell(grid: DicomViewer) -> None:
    grid.grid.activate(grid.grid.cells[3])
    strip = strip_of(grid)
    strip.setCurrentRow(4)
    assert names(grid)[3] == "S4", "arrows only move through the list"
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert names(grid) == ["S1", "S2", "S3", "S5"]


def test_keys_go_to_the_next_and_the_previous_series(grid: DicomViewer) -> None:
    QTest.keyClick(grid.pane, Qt.Key.Key_PageDown, CTRL)
    assert names(grid)[0] == "S2"
    QTest.keyClick(grid.pane, Qt.Key.Key_PageUp, CTRL)
    QTest.keyClick(grid.pane, Qt.Key.Key_PageUp, CTRL)
    assert names(grid)[0] == "S1"


def test_every_cell_has_its_own_slice_window_and_turn(grid: DicomViewer) -> None:
    first, second = grid.grid.cells[:2]
    grid.scroll_to(2)
    grid.set_window(11, 22)
    QTest.keyClick(grid.pane, Qt.Key.Key_Period)
    QTest.keyClick(grid.pane, Qt.Key.Key_I)
    assert (first.index, second.index) == (2, 0)
    assert (first.pane.inverted, second.pane.inverted) == (True, False)
    assert (first.pane.camera.turn.quarters, second.pane.camera.turn.quarters) == (1, 0)
    states = [cell.state for cell in (first, second)]
    assert [state and (state.window, state.quarters) for state in states] == [
        ((11, 22), 1),
        (second.state and second.state.window, 0),
    ]
    assert second.pane.voi != first.pane.voi


def test_what_any_cell_shows_is_pinned_and_let_go(grid: DicomViewer) -> None:
    shown = [cell.ref for cell in grid.grid.cells]
    pins = grid._pictures._pins
    assert {ref for ref, count in pins.items() if count} == set(shown)
    grid.scroll_to(1)
    drop(grid.grid.cells[1], "2.25.50")
    assert {ref for ref, count in pins.items() if count} == {c.ref for c in grid.grid.cells}
    grid.close_source()
    assert not +pins


def test_a_tool_and_the_patient_s_texts_are_the_same_everywhere(grid: DicomViewer) -> None:
    QTest.keyClick(grid.pane, Qt.Key.Key_S)
    QTest.keyClick(grid.pane, Qt.Key.Key_T)
    assert {cell.pane.tool for cell in grid.grid.cells} == {"scroll"}
    assert {cell.pane.corners.top_left for cell in grid.grid.cells} == {()}
    grid.grid.set_layout(2, 3)
    assert grid.grid.cells[5].pane.tool == "scroll"
    assert grid.grid.cells[4].pane.corners.top_left == ()


def test_the_facade_speaks_of_the_active_cell(
    grid: DicomViewer, shown: Callable[[DicomViewer, int], None]
) -> None:
    grid.grid.activate(grid.grid.cells[1])
    grid.scroll_to(3)
    shown(grid, 3)
    assert grid.pane is grid.grid.cells[1].pane
    assert grid.state is not None
    assert grid.state.series_instance_uid == "2.25.20"
    assert grid.grid.cells[0].index == 0


def test_each_cell_says_which_it_is(grid: DicomViewer) -> None:
    assert [cell.pane.accessibleName() for cell in grid.grid.cells] == [
        f"Image {n} of 4" for n in range(1, 5)
    ]
    grid.grid.toggle_alone()
    assert grid.pane.accessibleName() == "Image"


def test_a_cell_s_slider_makes_it_the_active_one(grid: DicomViewer) -> None:
    cell = grid.grid.cells[2]
    cell.slider.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepAdd)
    assert (place(grid), cell.index) == (2, 1)
