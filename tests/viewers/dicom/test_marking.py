"""Measuring at the real viewer: from the tool's key to files that a stranger can read."""

from pathlib import Path
from typing import TypeVar

import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.imaging.annotation import Annotation, AnnotationKind
from app.imaging.writing.origin import Author
from app.viewers.dicom.viewer import DicomViewer

WidgetT = TypeVar("WidgetT", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


def drag(viewer: DicomViewer, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the left button, in picture coordinates."""
    viewport = viewer.pane.own_viewport()
    assert viewport is not None
    first, last = (QPoint(*map(round, viewport.to_screen(*at))) for at in (start, end))
    QTest.mousePress(viewer.pane, LEFT, Qt.KeyboardModifier.NoModifier, first)
    QTest.mouseMove(viewer.pane, last)
    QTest.mouseRelease(viewer.pane, LEFT, Qt.KeyboardModifier.NoModifier, last)


def drawn(viewer: DicomViewer) -> list[Annotation]:
    """What is on the sheet."""
    return list(viewer.marking.sheet.sheet.annotations)


def rows(viewer: DicomViewer) -> list[str]:
    return [row.text for row in viewer.marking.panel.model.rows]


def child(viewer: DicomViewer, kind: type[WidgetT], name: str) -> WidgetT:
    found: list[WidgetT] = viewer.marking.panel.findChildren(kind, name)
    assert len(found) == 1
    return found[0]


def test_a_key_takes_the_tool_and_a_drag_measures(opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_L)
    drag(opened, (10, 10), (50, 10))
    (line,) = drawn(opened)
    found = opened.marking.sheet.measured(line, None)
    assert found is not None
    assert found.quantities[0].value == pytest.approx(20.0, abs=0.2)
    assert line.ref == opened.active.ref
    QTest.keyClick(opened.pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not drawn(opened)
    QTest.keyClick(opened.pane, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert drawn(opened) == [line]


def test_a_shape_stays_on_its_slice(opened: DicomViewer) -> None:
    opened.pane.tool = AnnotationKind.ELLIPSE
    drag(opened, (10, 10), (30, 30))
    levels = opened.pane.grab().toImage()
    opened.scroll_by(1)
    drag(opened, (20, 20), (40, 40))
    assert len({one.ref for one in drawn(opened)}) == 2
    opened.scroll_by(-1)
    opened.marking.sheet.select(drawn(opened)[0].id)
    assert opened.pane.grab().toImage() == levels


def test_without_a_mouse_a_shape_is_put_moved_and_removed(opened: DicomViewer) -> None:
    for key in (Qt.Key.Key_R, Qt.Key.Key_Insert):
        QTest.keyClick(opened.pane, key)
    before = drawn(opened)[0].points[0]
    QTest.keyClick(opened.pane, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    after = drawn(opened)[0].points[0]
    assert (after[0] - before[0], after[1] - before[1]) == (1.0, 0.0)
    QTest.keyClick(opened.pane, Qt.Key.Key_Delete)
    assert drawn(opened) == []


def test_words_are_typed_beside_their_place(opened: DicomViewer) -> None:
    opened.pane.tool = AnnotationKind.TEXT
    drag(opened, (20, 20), (20, 20))
    entry = opened.pane.findChild(QLineEdit, "annotation_words")
    assert entry is not None
    assert entry.isVisible()
    QTest.keyClicks(entry, "nodule")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert [one.text for one in drawn(opened)] == ["nodule"]
    assert not entry.isVisible()


def test_the_list_names_every_mark_and_leads_to_it(qtbot: QtBot, opened: DicomViewer) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_M)
    assert opened.marking.panel.isVisible()
    opened.pane.tool = AnnotationKind.LENGTH
    drag(opened, (10, 10), (50, 10))
    opened.scroll_to(5)
    QTest.keyClick(opened.pane, Qt.Key.Key_K)
    assert opened.stage.is_on("key_image")
    told = rows(opened)
    assert "6 / 24" in told[0]
    assert "mm" in told[1]
    assert "1 / 24" in told[1]
    list_ = child(opened, QListView, "mark_list")
    list_.activated.emit(list_.model().index(1, 0))
    assert opened.index == 0
    list_.setCurrentIndex(list_.model().index(1, 0))
    remove = child(opened, QPushButton, "remove_mark")
    remove.click()
    assert drawn(opened) == []


def test_marks_become_files_a_stranger_can_read(
    qtbot: QtBot, opened: DicomViewer, tmp_path: Path
) -> None:
    opened.marking.author = lambda: Author("陈一明", "省人民医院")
    for kind in (AnnotationKind.LENGTH, AnnotationKind.RECTANGLE):
        opened.pane.tool = kind
        drag(opened, (10, 10), (50, 30))
        opened.marking.sheet.select(None)
    opened.marking.sheet.toggle_key_image(drawn(opened)[0].ref)
    folder = tmp_path / "kept"
    folder.mkdir()
    told = child(opened, QLabel, "marks_told")
    opened.marking.keep_in(folder)
    qtbot.waitUntil(lambda: "3" in told.text())
    files = sorted(folder.iterdir())
    written = [pydicom.dcmread(file) for file in files]
    assert sorted(one.Modality for one in written) == ["KO", "PR", "SR"]
    assert {str(one.PatientID) for one in written} == {"T-1"}
    assert all("Li" not in file.name and "T-1" not in file.name for file in files)


def test_a_folder_that_takes_nothing_is_told(
    qtbot: QtBot, opened: DicomViewer, tmp_path: Path
) -> None:
    opened.marking.sheet.toggle_key_image(opened.series[0].slices[0])
    opened.marking.keep_in(tmp_path / "absent")
    told = child(opened, QLabel, "marks_told")
    qtbot.waitUntil(lambda: "cannot be written" in told.text())


def test_another_study_brings_a_clean_sheet(opened: DicomViewer) -> None:
    opened.marking.sheet.toggle_key_image(opened.series[0].slices[0])
    opened.close_source()
    assert rows(opened) == []
    assert not opened.marking.sheet.can_undo
