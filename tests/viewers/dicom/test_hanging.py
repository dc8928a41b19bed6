"""Hanging at work: cells are filled by protocol, and hands go before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from app.imaging.source import FolderSource
from app.viewers.dicom.hanging.hanging import Hanging
from app.viewers.dicom.placing import Placing
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.fields import drag, hand
from tests.viewers.dicom.hanging_room import SlowSource, ini, named, settle, windows, write_ct

pytestmark = pytest.mark.qt_log_ignore("does not support")
SHIFT = Qt.KeyboardModifier.ShiftModifier
H, U = Qt.Key.Key_H, Qt.Key.Key_U


def entries(hanging: Hanging) -> dict[str, QAction]:
    menu = hanging.open_menu()
    found = {action.objectName(): action for action in menu.actions()}
    menu.close()
    return found


def test_a_chest_hangs_in_lung_and_mediastinum_and_scrolls_together(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    assert viewer.grid.shape == (1, 2)
    assert windows(viewer) == [(-600, 1500), (40, 350)]
    assert named(viewer) == ["axial", "axial"]
    QTest.keyClick(viewer.pane, Qt.Key.Key_Down)
    assert [cell.index for cell in viewer.grid.cells] == [1, 1]


def test_keys_go_through_the_stages_and_round(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    shapes = []
    for _ in range(3):
        QTest.keyClick(viewer.pane, H)
        shapes.append(viewer.grid.shape)
    assert shapes == [(1, 1), (1, 3), (1, 2)]
    QTest.keyClick(viewer.pane, H, SHIFT)
    assert viewer.grid.shape == (1, 3)
    assert windows(viewer) == [(-600, 1500), (40, 350), (300, 1500)]
    assert "3/3" in viewer.pane.marks.note


def test_who_has_taken_over_is_left_in_peace(
    qtbot: QtBot, tmp_path: Path, viewer: DicomViewer
) -> None:
    write_ct(tmp_path, "axial")
    source = SlowSource([tmp_path])
    viewer.open_source(source)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)
    viewer.stage.act("invert")
    source.go.set()
    settle(qtbot, viewer)
    assert viewer.grid.shape == (1, 1)
    assert viewer.pane.inverted
    QTest.keyClick(viewer.pane, H)
    assert viewer.grid.shape == (1, 2), "asked for, it hangs all the same"
    viewer.close_source()


def test_a_drag_is_taking_over_and_a_click_is_not(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    placing = viewer.hanging.parent()
    assert isinstance(placing, Placing)
    placing.touched = False
    at = QPointF(60, 60)
    hand(viewer.pane, QEvent.Type.MouseButtonPress, at)
    hand(viewer.pane, QEvent.Type.MouseButtonRelease, at)
    assert not placing.touched
    drag(viewer.pane, at, QPointF(90, 90))
    assert placing.touched


def test_the_next_case_finds_the_layout_of_before(
    qtbot: QtBot, tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    assert viewer.stage.is_on("synchronise")
    other = tmp_path / "other"
    other.mkdir()
    write_ct(other, "plain", StudyDescription="", Modality="NM")
    viewer.open_source(FolderSource([other]))
    settle(qtbot, viewer)
    assert viewer.grid.shape == (1, 1)
    assert not viewer.stage.is_on("synchronise")
    assert named(viewer) == ["plain"]


def test_the_layout_button_says_how_the_case_hangs(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    button = viewer.findChild(QToolButton, "viewer_layout")
    assert button is not None
    assert button.toolTip() == "Layout (CT of the chest · Lung and mediastinum (1/3))"
    viewer.stage.choose_layout(1, 1)
    viewer.stage.mark()
    assert button.toolTip() == "Layout"


def test_a_layout_chosen_by_hand_ends_the_protocol_and_fills_its_cells(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "a", SeriesNumber=1)
    write_ct(tmp_path, "b", SeriesNumber=2, count=3)
    viewer = show()
    viewer.stage.choose_layout(2, 2)
    assert viewer.hanging.protocol is None
    assert sorted(named(viewer)) == ["", "a", "a", "b"]


def test_a_protocol_chosen_in_the_menu_is_kept_for_the_modality(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    settings = ini(tmp_path)
    viewer = show(settings)
    found = entries(viewer.hanging)
    assert list(found)[:2] == ["hang_ct-chest", "hang_default"]
    assert found["hang_ct-chest"].isChecked()
    found["hang_default"].trigger()
    assert viewer.grid.shape == (1, 1)
    again = show(settings)
    assert again.grid.shape == (1, 1)
    assert again.hanging.protocol is not None
    assert again.hanging.protocol.id == "default"


def test_the_layout_button_offers_the_ways_to_hang(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    viewer = show()
    button = viewer.findChild(QToolButton, "viewer_layout")
    assert button is not None
    menu = button.menu()
    assert isinstance(menu, QMenu)
    for _ in range(2):  # opened again, nothing stands there twice
        menu.aboutToShow.emit()
        offered = [a.objectName() for a in menu.actions() if a.objectName().startswith("hang_")]
        assert offered == ["hang_ct-chest", "hang_default", *(f"hang_stage_{n}" for n in range(3))]
    next(a for a in menu.actions() if a.objectName() == "hang_stage_2").trigger()
    assert viewer.grid.shape == (1, 3)


def test_automatic_hanging_is_turned_off_and_on_by_modality(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    settings = ini(tmp_path)
    viewer = show(settings)
    assert viewer.stage.is_on("hanging_automatic")
    QTest.keyClick(viewer.pane, U, SHIFT)
    assert not viewer.stage.is_on("hanging_automatic")
    assert [key for key in settings.allKeys() if "hanging" in key] == ["viewer/hanging/CT/off"]
    again = show(settings)
    assert again.grid.shape == (1, 1)
    QTest.keyClick(again.pane, U, SHIFT)
    assert again.grid.shape == (1, 2)


def test_a_strange_modality_stays_one_key_of_the_settings(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial", Modality="C/../T")
    settings = ini(tmp_path)
    viewer = show(settings)
    viewer.stage.act("hanging_automatic")
    assert [key for key in settings.allKeys() if "hanging" in key] == ["viewer/hanging/CT/off"]


def test_a_person_s_own_protocols_are_used_and_a_broken_file_is_told(
    tmp_path: Path, show: Callable[..., DicomViewer]
) -> None:
    write_ct(tmp_path, "axial")
    settings = ini(tmp_path)
    own = tmp_path / ".own" / "hanging.toml"
    own.write_text(
        '[[protocol]]\nid = "mine"\nname = { en = "Mine", zh_CN = "我的" }\n'
        '[protocol.match]\nmodalities = ["CT"]\nwords = ["胸部"]\nbody_parts = []\n'
        '[[protocol.stages]]\nname = { en = "One", zh_CN = "一" }\nrows = 2\ncolumns = 1\n'
        "cells = [{ window = [100, 200], invert = true }, { again = true, fit = 'fill' }]\n",
        encoding="utf-8",
    )
    viewer = show(settings)
    assert viewer.grid.shape == (2, 1)
    assert windows(viewer)[0] == (100, 200)
    assert viewer.grid.cells[0].pane.inverted
    own.write_text("protocol = 1", encoding="utf-8")
    again = show(settings)
    assert again.grid.shape == (1, 2)
    menu = again.hanging.open_menu()
    assert any("hanging.toml" in a.text() and not a.isEnabled() for a in menu.actions())
    menu.close()


def test_cells_too_narrow_to_read_begin_with_the_first_alone(
    qtbot: QtBot, tmp_path: Path, viewer: DicomViewer
) -> None:
    write_ct(tmp_path, "axial")
    viewer.resize(520, 500)
    viewer.open_source(FolderSource([tmp_path]))
    settle(qtbot, viewer)
    assert viewer.grid.shape == (1, 2)
    assert viewer.grid.alone
    QTest.keyClick(viewer.pane, Qt.Key.Key_Return)
    assert len(viewer.grid.seen) == 2
    viewer.close_source()
