"""Pictures as files: the same painter as the screen, nothing of the patient unless asked for."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.imaging.annotation import AnnotationKind
from app.imaging.source import FolderSource
from app.viewers.dicom.output.export_sheet import ExportSheet
from app.viewers.dicom.output.leaf import rgb_of
from app.viewers.dicom.output.scene import Over
from app.viewers.dicom.output.wish import Form, What, Wish
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, with_overlay
from tests.viewers.dicom.conftest import SLICES
from tests.viewers.dicom.test_marking import drag

CONTROL = Qt.KeyboardModifier.ControlModifier
NAME = "Li^Na=李^娜"


def sheet_of(viewer: DicomViewer) -> ExportSheet:
    found = viewer.stage.output.export_sheet
    assert found is not None
    return found


def told(viewer: DicomViewer) -> str:
    return sheet_of(viewer).told.text()


def export(qtbot: QtBot, viewer: DicomViewer, folder: Path, wish: Wish) -> list[Path]:
    """The files that are there afterwards, without a line below the pictures."""
    viewer.stage.output.mark = str
    return export_marked(qtbot, viewer, folder, wish)


def export_marked(qtbot: QtBot, viewer: DicomViewer, folder: Path, wish: Wish) -> list[Path]:
    viewer.stage.output.ask_export()
    viewer.stage.output.export(wish, folder)
    qtbot.waitUntil(lambda: told(viewer) != "")
    return sorted(folder.iterdir())


def pixels(path: Path) -> NDArray[np.uint8]:
    image = QImage(str(path))
    assert not image.isNull()
    return rgb_of(image)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def test_the_picture_is_what_the_screen_shows(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    opened.pane.tool = AnnotationKind.LENGTH
    drag(opened, (10, 10), (50, 30))
    opened.marking.sheet.select(None)
    opened.set_window(120, 300)
    opened.pane.zoom_by(1.3)
    opened.pane.clearFocus()
    (file,) = export(qtbot, opened, folder, Wish(over=Over(texts=True)))
    assert file.name == "CT-series1-0001.png"
    opened.pane.active = False
    assert np.array_equal(pixels(file), rgb_of(opened.pane.grab().toImage()))


def test_who_saved_a_picture_and_when_stands_below_it_and_covers_nothing(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    opened.pane.clearFocus()
    (file,) = export_marked(qtbot, opened, folder, Wish(over=Over(texts=True)))
    opened.pane.active = False
    seen, made = rgb_of(opened.pane.grab().toImage()), pixels(file)
    assert np.array_equal(made[: len(seen)], seen)
    strip = made[len(seen) :]
    assert 8 < len(strip) < 60
    assert strip.max() > strip.min(), "there are words in it"
    assert "Saved at" in opened.stage.output.mark()


def test_without_patient_text_nothing_depends_on_the_patient(
    qtbot: QtBot, viewer: DicomViewer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two studies that differ in every text of the file give the same bytes."""

    def exported(wish: Wish, **attributes: str) -> bytes:
        study, out = tmp_path_factory.mktemp("study"), tmp_path_factory.mktemp("out")
        ramp = np.tile(np.arange(64), (64, 1)).astype(np.int16)
        (study / "1.dcm").write_bytes(ct_object(ramp, SOPInstanceUID="2.25.99", **attributes))
        viewer.open_source(FolderSource([study]))
        qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
        (file,) = export(qtbot, viewer, out, wish)
        viewer.close_source()
        sheet_of(viewer).told.setText("")
        return file.read_bytes()

    one = {
        "PatientName": NAME,
        "PatientID": "7788",
        "PatientBirthDate": "19800101",
        "PatientSex": "F",
        "StudyDate": "20261121",
        "StudyDescription": "Li Na",
        "SeriesDescription": "Li Na",
        "InstitutionName": "First clinic",
        "AccessionNumber": "A7788",
    }
    other = dict.fromkeys(one, "")
    for own in (False, True):
        hidden = Wish(own=own)
        assert exported(hidden, **one) == exported(hidden, **other)
    for form in (Form.PNG, Form.JPEG):
        data = exported(Wish(form=form), **one)
        assert not any(word.encode() in data for word in ("Li^Na", "A7788", "19800101"))
    shown = Wish(over=Over(texts=True))
    assert exported(shown, **one) != exported(shown, **other)


def test_overlay_planes_may_name_somebody_and_go_with_the_names(
    qtbot: QtBot, viewer: DicomViewer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    study = tmp_path_factory.mktemp("study")
    bits = np.zeros((64, 64), np.bool_)
    bits[20:40, 20:40] = True
    data = with_overlay(
        ct_object(np.zeros((64, 64), np.int16), WindowCenter=50, WindowWidth=100), bits
    )
    (study / "1.dcm").write_bytes(data)
    viewer.open_source(FolderSource([study]))
    qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
    white = []
    for texts in (True, False):
        out = tmp_path_factory.mktemp("out")
        (file,) = export(qtbot, viewer, out, Wish(own=True, over=Over(texts=texts)))
        sheet_of(viewer).told.setText("")
        white.append(bool((pixels(file)[30, 30] > 200).all()))
    assert white == [True, False]


def test_at_its_own_size_a_pixel_is_a_pixel(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    opened.pane.zoom_by(3.0)
    (file,) = export(qtbot, opened, folder, Wish(own=True, over=Over(drawn=False)))
    levels = pixels(file)
    assert levels.shape == (64, 64, 3)
    # Window 100 ± 100 over a ramp of 4 a column (PS3.3 C.11.2.1.2.1).
    expected = np.clip(((np.arange(64) * 4 - 99.5) / 199 + 0.5) * 255, 0, 255)
    assert np.abs(levels[32, :, 0] - expected).max() <= 0.5


def test_a_series_is_a_file_a_slice_each_with_its_own_marks(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    opened.pane.tool = AnnotationKind.RECTANGLE
    drag(opened, (10, 10), (50, 30))
    files = export(qtbot, opened, folder, Wish(What.SERIES, Form.JPEG, own=True))
    assert len(files) == SLICES
    assert files[-1].name == f"CT-series1-{SLICES:04}.jpg"
    yellow = [int((pixels(file)[..., 2].astype(int) < 120).sum()) for file in files[:2]]
    assert told(opened) == f"{SLICES} file(s) saved."
    assert yellow[0] != yellow[1]


def test_all_cells_are_one_picture_as_they_lie(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    opened.stage.choose_layout(1, 2)
    series = opened.series[0]
    opened.grid.cells[1].show_series(series)
    qtbot.waitUntil(lambda: all(cell.pane.picture is not None for cell in opened.grid.cells))
    (file,) = export(qtbot, opened, folder, Wish(What.CELLS))
    image = QImage(str(file))
    assert (image.width(), image.height()) == (opened.grid.width(), opened.grid.height())
    assert file.name == "CT-series1-view.png"


def test_original_objects_come_as_they_are(
    qtbot: QtBot, opened: DicomViewer, study: Path, folder: Path
) -> None:
    files = export(qtbot, opened, folder, Wish(What.SERIES, Form.DICOM))
    assert [file.read_bytes() for file in files] == [
        file.read_bytes() for file in sorted(study.iterdir())
    ]


def test_a_capture_belongs_to_the_study_and_shows_what_was_seen(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    (file,) = export(qtbot, opened, folder, Wish(form=Form.CAPTURE))
    capture = pydicom.dcmread(file)
    assert (capture.Modality, capture.StudyInstanceUID) == ("OT", "2.25.1")
    assert capture.BurnedInAnnotation == "NO"
    assert capture.pixel_array.shape == (opened.pane.height(), opened.pane.width(), 3)


def test_a_name_that_is_taken_is_told_and_nothing_changes(
    qtbot: QtBot, opened: DicomViewer, folder: Path
) -> None:
    (folder / "CT-series1-0002.png").write_bytes(b"kept")
    files = export(qtbot, opened, folder, Wish(What.SERIES))
    assert told(opened).startswith("Nothing was saved. Files of these names are there already")
    assert [file.read_bytes() for file in files] == [b"kept"]


def test_stopping_leaves_nothing(qtbot: QtBot, opened: DicomViewer, folder: Path) -> None:
    opened.stage.output.ask_export()
    opened.stage.output.export(Wish(What.SERIES), folder)
    assert sheet_of(opened).running
    QTest.keyClick(sheet_of(opened), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: told(opened) != "")
    assert told(opened) == "Stopped; nothing was saved."
    assert list(folder.iterdir()) == []
    assert sheet_of(opened).isVisible()
    QTest.keyClick(sheet_of(opened), Qt.Key.Key_Escape)
    assert not sheet_of(opened).isVisible()


def child(
    viewer: DicomViewer, name: str
) -> QLineEdit | QComboBox | QCheckBox | QPushButton | QLabel:
    for kind in (QLineEdit, QComboBox, QCheckBox, QPushButton, QLabel):
        found = sheet_of(viewer).findChild(kind, name)
        if found is not None:
            assert isinstance(found, QLineEdit | QComboBox | QCheckBox | QPushButton | QLabel)
            return found
    raise AssertionError(name)


def test_the_sheet_is_used_with_keys_alone(qtbot: QtBot, opened: DicomViewer, folder: Path) -> None:
    QTest.keyClick(opened.pane, Qt.Key.Key_S, CONTROL)
    sheet = sheet_of(opened)
    assert sheet.isVisible()
    assert not sheet.isModal()
    texts, note = child(opened, "export_texts"), child(opened, "export_sheet_note")
    assert isinstance(texts, QCheckBox)
    assert isinstance(note, QLabel)
    assert not texts.isChecked()
    assert "left out" in note.text()
    form = child(opened, "export_form")
    QTest.keyClick(form, Qt.Key.Key_Down)
    assert sheet.wish.form is Form.JPEG
    where = child(opened, "export_folder")
    assert isinstance(where, QLineEdit)
    where.setText(str(folder))
    QTest.keyClick(where, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: told(opened) != "")
    assert [file.name for file in folder.iterdir()] == ["CT-series1-0001.jpg"]


def test_what_dicom_carries_is_said(opened: DicomViewer) -> None:
    opened.stage.output.ask_export()
    form, note = child(opened, "export_form"), child(opened, "export_sheet_note")
    assert isinstance(form, QComboBox)
    assert isinstance(note, QLabel)
    form.setCurrentIndex(list(Form).index(Form.DICOM))
    assert "carry the patient's name" in note.text()
    assert not child(opened, "export_texts").isEnabled()
    assert not child(opened, "export_size").isEnabled()


def test_every_field_has_a_name(opened: DicomViewer) -> None:
    opened.stage.output.ask_export()
    sheet = sheet_of(opened)
    for kind in (QComboBox, QCheckBox, QLineEdit, QPushButton):
        for field in sheet.findChildren(kind):
            assert field.accessibleName(), field.objectName()
            assert field.objectName()


def test_planes_are_saved_as_seen_but_are_no_file(
    qtbot: QtBot, planes: DicomViewer, folder: Path
) -> None:
    files = export(qtbot, planes, folder, Wish(What.CELLS))
    assert [file.name for file in files] == ["CT-series1-view.png"]
    sheet_of(planes).told.setText("")
    planes.stage.output.export(Wish(form=Form.DICOM), folder)
    assert "made here" in told(planes)


def test_nothing_open_is_nothing_to_save(qtbot: QtBot, viewer: DicomViewer, folder: Path) -> None:
    export(qtbot, viewer, folder, Wish())
    assert list(folder.iterdir()) == []
