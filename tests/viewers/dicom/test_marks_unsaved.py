"""What nobody has saved outlives the program, sealed; saved or taken away it leaves nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.annotation import Annotation, AnnotationKind, Measured, Sheet
from app.imaging.hand_calibration import HandCalibration, Pictures
from app.imaging.series import SliceRef
from app.imaging.source import FolderSource
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.viewers.dicom.annotations.mark_store import Kept, as_record, of_record
from app.viewers.dicom.viewer import DicomViewer
from protocol.base import new_id
from protocol.patients import PatientText
from tests.viewers.dicom.hanging_room import settle
from tests.viewers.dicom.test_keeping import told
from tests.viewers.dicom.test_marking import drag, rows
from tests.viewers.dicom.test_marks_kept import LINE, marked

Start = Callable[[], DicomViewer]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile") / "marks"


@pytest.fixture
def store(folder: Path) -> SealedStore:
    return SealedStore(folder, Sealer(bytes(range(32))))


@pytest.fixture
def start(qtbot: QtBot, study: Path, store: SealedStore) -> Iterator[Start]:
    """The program begins, and the study is opened."""
    made: list[DicomViewer] = []

    def begin() -> DicomViewer:
        viewer = DicomViewer(budget=1 << 26)
        qtbot.addWidget(viewer)
        viewer.resize(900, 640)
        viewer.show()
        viewer.marking.keep_unsaved_in(store)
        viewer.open_source(FolderSource([study]))
        settle(qtbot, viewer)
        made.append(viewer)
        return viewer

    yield begin
    for viewer in made:
        viewer.close_source()


def test_marks_outlive_the_program(qtbot: QtBot, start: Start, folder: Path) -> None:
    first = start()
    before, said = marked(first), rows(first)
    first.close_source()
    (file,) = folder.iterdir()
    assert b"annotations" not in file.read_bytes(), "it is sealed"
    second = start()
    assert second.marking.sheet.sheet == before
    second.pane.grab()
    qtbot.waitUntil(lambda: rows(second) == said)


def test_marks_outlive_a_crash(qtbot: QtBot, start: Start, store: SealedStore) -> None:
    """Nothing is closed: the record is there soon after the hand let go."""
    first = start()
    before = marked(first)
    qtbot.waitUntil(lambda: any(b"key_images" in one for one in store.read_all().values()))
    qtbot.waitUntil(lambda: [of_record("", r).sheet for r in store.read_all().values()] == [before])
    assert start().marking.sheet.sheet == before


def test_what_is_saved_leaves_no_record(
    qtbot: QtBot, start: Start, store: SealedStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    viewer = start()
    marked(viewer)
    qtbot.waitUntil(lambda: bool(store.names()))
    viewer.marking.keep_in(tmp_path_factory.mktemp("files"))
    qtbot.waitUntil(lambda: "saved" in told(viewer))
    viewer.close_source()
    assert store.names() == ()


def test_what_is_taken_away_leaves_no_record(start: Start, store: SealedStore) -> None:
    viewer = start()
    marked(viewer)
    viewer.close_source()
    assert len(store.names()) == 1
    again = start()
    again.marking.sheet.undo()
    again.close_source()
    assert store.names() == ()


def test_marks_nobody_has_seen_since_are_measured_when_they_are_saved(
    qtbot: QtBot, start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = start()
    first.scroll_to(7)
    qtbot.waitUntil(lambda: first.pane.picture is not None)
    QTest.keyClick(first.pane, Qt.Key.Key_L)
    drag(first, *LINE)
    first.close_source()
    second = start()
    files = tmp_path_factory.mktemp("files")
    second.marking.keep_in(files)
    qtbot.waitUntil(lambda: "saved" in told(second))
    report = pydicom.dcmread(next(files.glob("SR-*")))
    values = [float(e.value) for e in report.iterall() if e.keyword == "NumericValue"]
    assert values == [pytest.approx(20.0, abs=0.5)]


def test_a_picture_that_broke_since_keeps_no_other_mark_from_being_saved(
    qtbot: QtBot,
    start: Start,
    study: Path,
    store: SealedStore,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    first = start()
    for index in (3, 7):
        first.scroll_to(index)
        qtbot.waitUntil(lambda: first.pane.picture is not None)
        QTest.keyClick(first.pane, Qt.Key.Key_L)
        drag(first, *LINE)
    _, broken = first.marking.sheet.sheet.annotations
    first.close_source()
    whole = (study / "007.dcm").read_bytes()
    (study / "007.dcm").write_bytes(whole[: -64 * 64 * 2 - 12])  # none of its pixels
    second = start()
    files = tmp_path_factory.mktemp("files")
    second.marking.keep_in(files)
    qtbot.waitUntil(lambda: "saved" in told(second))
    assert "Left out of the report of the measurements: Test · 8 / 24." in told(second)
    report = pydicom.dcmread(next(files.glob("SR-*")))
    assert [e.keyword for e in report.iterall()].count("NumericValue") == 1
    second.close_source()
    assert [of_record("", r).sheet for r in store.read_all().values()] == [Sheet((broken,))]


def test_a_record_holds_everything_and_no_numbers() -> None:
    ref = SliceRef("1.2.3", 4)
    shape = Annotation(new_id(), ref, AnnotationKind.ARROW, ((1.5, 2.0), (3.0, 4.25)), "结节")
    line = ((0.0, 0.0), (9.0, 0.0))
    by = HandCalibration(Pictures(ref, "1.2", (10, 20)), line, 30.0, whole_series=True, aspect=1.5)
    sheet = Sheet((shape,), frozenset({ref, SliceRef("1.2.3", 5)}), (by,))
    who = PatientText("张^伟", "T-1", "19800101", "M")
    numbers: dict[Annotation, Measured] = {}
    kept = Kept(sheet, numbers, {"1.2.3": who}, "a")
    assert of_record("a", as_record(kept)) == kept


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"form": 9}', b'{"form": 1, "a": 2}'])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        of_record("a", data)
