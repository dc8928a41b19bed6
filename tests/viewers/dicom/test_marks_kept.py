"""What was drawn is there again when a study is opened again, and nowhere else."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.annotation import Sheet
from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object
from tests.viewers.dicom.hanging_room import settle
from tests.viewers.dicom.test_marking import drag, rows

LINE = ((10.0, 10.0), (50.0, 10.0))


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of somebody else."""
    folder = tmp_path_factory.mktemp("other")
    pixels = np.full((16, 16), 100, np.int16)
    (folder / "a.dcm").write_bytes(ct_object(pixels, StudyInstanceUID="2.25.9", PatientID="T-2"))
    return folder


def marked(viewer: DicomViewer) -> Sheet:
    """A length and a key image on the slice that is shown."""
    QTest.keyClick(viewer.pane, Qt.Key.Key_L)
    drag(viewer, *LINE)
    QTest.keyClick(viewer.pane, Qt.Key.Key_K)
    sheet = viewer.marking.sheet.sheet
    assert (len(sheet.annotations), len(sheet.key_images)) == (1, 1)
    return sheet


def test_marks_come_back_with_their_study_and_it_is_said(
    qtbot: QtBot, opened: DicomViewer, study: Path, other: Path
) -> None:
    before, told = marked(opened), rows(opened)
    opened.open_source(FolderSource([other]))
    settle(qtbot, opened)
    assert opened.marking.sheet.sheet == Sheet()
    opened.close_source()
    opened.open_source(FolderSource([study]))
    settle(qtbot, opened)
    assert opened.marking.sheet.sheet == before
    assert rows(opened) == told
    assert opened.pane.marks.note == "2 mark(s) from before are here again."
    opened.marking.sheet.undo()
    assert opened.marking.sheet.sheet == Sheet()


def test_what_was_taken_away_does_not_come_back(
    qtbot: QtBot, opened: DicomViewer, study: Path
) -> None:
    marked(opened)
    for _ in range(2):
        opened.open_source(FolderSource([study]))
        settle(qtbot, opened)
    assert len(opened.marking.sheet.sheet.annotations) == 1
    opened.marking.sheet.undo()
    opened.open_source(FolderSource([study]))
    settle(qtbot, opened)
    assert opened.marking.sheet.sheet == Sheet()


def test_marks_do_not_go_to_another_patient_s_picture_of_that_number(
    qtbot: QtBot, opened: DicomViewer, study: Path
) -> None:
    marked(opened)
    opened.close_source()
    for file in study.iterdir():
        ds = pydicom.dcmread(file)
        ds.PatientName, ds.PatientID = "Wang^Fang", "T-2"
        ds.save_as(file)
    opened.open_source(FolderSource([study]))
    settle(qtbot, opened)
    assert opened.marking.sheet.sheet == Sheet()
