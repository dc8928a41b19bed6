"""Marks on pictures of several patients are kept apart, and one picture harms no other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom import Dataset
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language
from app.composition.language import Languages
from app.imaging.annotation import AnnotationKind
from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import altered, ct_object, ramp
from tests.viewers.dicom.hanging_room import settle
from tests.viewers.dicom.test_keeping import told
from tests.viewers.dicom.test_marking import drag
from tests.viewers.dicom.test_marks_kept import marked

OTHER = {"PatientName": "Wang^Fang", "PatientID": "T-2", "PatientBirthDate": "19550505"}
SECOND = {"SeriesInstanceUID": "2.25.8", "SeriesNumber": 2, "SeriesDescription": "Second"}
Show = Callable[..., DicomViewer]


def write(folder: Path, name: str, **facts: Any) -> str:
    """A slice with a window and millimetres; answers its SOP Instance UID."""
    known = {"PixelSpacing": [0.5, 0.5], "WindowCenter": 40, "WindowWidth": 400, **facts}
    (folder / name).write_bytes(ct_object(ramp(64, 64), **known))
    return str(pydicom.dcmread(folder / name).SOPInstanceUID)


def mark_all(qtbot: QtBot, viewer: DicomViewer) -> None:
    """A length and a key image on the first slice of every series."""
    for number, series in enumerate(viewer.series, start=1):
        viewer.show_series(series.uid)
        qtbot.waitUntil(
            lambda ref=series.slices[0]: (  # type: ignore[misc]
                viewer.active.ref == ref and viewer.pane.picture is not None
            )
        )
        viewer.pane.tool = AnnotationKind.LENGTH
        drag(viewer, (10, 10), (50, 10))
        QTest.keyClick(viewer.pane, Qt.Key.Key_K)
        sheet = viewer.marking.sheet.sheet
        assert (len(sheet.annotations), len(sheet.key_images)) == (number, number)


def saved(qtbot: QtBot, viewer: DicomViewer, folder: Path) -> list[Dataset]:
    viewer.marking.keep_in(folder)
    qtbot.waitUntil(lambda: told(viewer) not in ("", "Saving…", "正在保存…"))
    return [pydicom.dcmread(file) for file in sorted(folder.glob("??-*.dcm"))]


def refers_to(written: Dataset) -> set[str]:
    """The pictures that an object names anywhere."""
    return {
        str(one.value) for one in written.iterall() if one.keyword == "ReferencedSOPInstanceUID"
    }


@pytest.fixture
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.mark.parametrize(
    "facts",
    [{**SECOND, **OTHER}, {**SECOND, **OTHER, "StudyInstanceUID": "2.25.9"}, OTHER],
    ids=["one study number", "two study numbers", "one series number"],
)
def test_what_is_measured_in_one_patient_is_kept_under_their_name_alone(
    qtbot: QtBot, show: Show, tmp_path: Path, files: Path, facts: dict[str, Any]
) -> None:
    uids = {"T-1": write(tmp_path, "a.dcm"), "T-2": write(tmp_path, "b.dcm", **facts)}
    viewer = show()
    mark_all(qtbot, viewer)
    written = saved(qtbot, viewer, files)
    told_of = {(one.Modality, str(one.PatientID)): refers_to(one) for one in written}
    assert len(written) == 6
    assert told_of == {
        (kind, patient): {uid} for kind in ("SR", "KO", "PR") for patient, uid in uids.items()
    }
    births = {str(one.PatientID): one.PatientBirthDate for one in written}
    assert births == {"T-1": "19800101", "T-2": "19550505"}


def test_two_studies_of_one_patient_get_a_report_each(
    qtbot: QtBot, show: Show, tmp_path: Path, files: Path
) -> None:
    write(tmp_path, "a.dcm")
    write(tmp_path, "b.dcm", **SECOND, StudyInstanceUID="2.25.9")
    viewer = show()
    mark_all(qtbot, viewer)
    reports = [one for one in saved(qtbot, viewer, files) if one.Modality == "SR"]
    assert sorted(str(one.StudyInstanceUID) for one in reports) == ["2.25.1", "2.25.9"]


def test_a_picture_that_cannot_be_referred_to_is_left_out_and_told(
    qtbot: QtBot, show: Show, tmp_path: Path, files: Path
) -> None:
    good = write(tmp_path, "a.dcm", SeriesDescription="Lung")
    write(tmp_path, "b.dcm", **SECOND)

    def change(ds: Dataset) -> None:
        del ds.SeriesInstanceUID

    broken = tmp_path / "b.dcm"
    broken.write_bytes(altered(broken.read_bytes(), change))
    viewer = show()
    mark_all(qtbot, viewer)
    written = saved(qtbot, viewer, files)
    assert {one.Modality: refers_to(one) for one in written} == {
        kind: {good} for kind in ("SR", "KO", "PR")
    }
    said = told(viewer).splitlines()
    assert said[0] == "3 file(s) saved."
    assert len(said) == 4
    assert all("Second · 1 / 1" in line and "Lung" not in line for line in said[1:])
    assert all("lacks its SeriesInstanceUID" in line for line in said[1:])
    # The ones that are in no file yet are still there afterwards, the others are not.
    viewer.open_source(FolderSource([tmp_path]))
    settle(qtbot, viewer)
    sheet = viewer.marking.sheet.sheet
    assert good not in {one.ref.sop_instance_uid for one in sheet.annotations}
    assert (len(sheet.annotations), len(sheet.key_images)) == (1, 1)


def test_what_is_saved_does_not_come_back_beside_its_files(
    qtbot: QtBot, opened: DicomViewer, study: Path
) -> None:
    """Saved into the study's own folder: the marks are drawn once, by the state."""
    marked(opened)
    saved(qtbot, opened, study)
    opened.close_source()
    opened.open_source(FolderSource([study]))
    settle(qtbot, opened)
    assert opened.marking.sheet.sheet.annotations == ()
    assert opened.marking.sheet.sheet.key_images == frozenset()
    qtbot.waitUntil(lambda: len(opened.objects.states) == 1)
    (state,) = opened.objects.states
    assert len(state.annotations) == 1


def test_what_was_changed_after_it_was_saved_comes_back(
    qtbot: QtBot, opened: DicomViewer, study: Path, files: Path
) -> None:
    marked(opened)
    saved(qtbot, opened, files)
    QTest.keyClick(opened.pane, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    changed = opened.marking.sheet.sheet.annotations
    opened.open_source(FolderSource([study]))
    settle(qtbot, opened)
    assert opened.marking.sheet.sheet.annotations == changed
    assert opened.marking.sheet.sheet.key_images == frozenset()


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    languages = Languages(qapp)
    languages.use(Language.ZH_CN)
    yield
    languages.use(Language.EN)


@pytest.mark.usefixtures("chinese")
def test_a_chinese_window_writes_chinese_reports(
    qtbot: QtBot, opened: DicomViewer, files: Path
) -> None:
    marked(opened)
    written = {one.Modality: one for one in saved(qtbot, opened, files)}
    said = [one.value for one in written["SR"].iterall() if one.keyword == "TextValue"]
    assert "长度 1" in said
    codes = [one.value for one in written["SR"].iterall() if one.keyword == "CodeValue"]
    assert "zh" in codes
    assert written["PR"].ContentDescription == "标注与测量"
    assert str(written["PR"].ContentLabel).isascii()
