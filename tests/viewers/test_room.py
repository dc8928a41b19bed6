"""Series that are no pictures open over the pictures, and there is a way back."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.imaging.errors import UnreadableError
from app.imaging.references import Reference
from app.imaging.series import ObjectKind, Series, SliceRef, describe_bytes
from app.imaging.source import FolderSource
from app.kit.theme import Appearance
from app.viewers.dicom.output.wish import Form, What, Wish
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.kind import ViewerKind, viewer_for
from app.viewers.room import ViewerRoom
from protocol.export import Exported, ExportKind, ExportTo
from tests.imaging.objects import ct_object
from tests.imaging.others import GENERAL_ECG, channel, content, group, instance, referenced, report
from tests.viewers.dicom.objects_room import state_over

PICTURES = 6


class Flaky(FolderSource):
    """A source whose network can be taken away."""

    online = True

    def fetch(self, sop_instance_uid: str) -> bytes:
        if not self.online:
            raise UnreadableError("The network is away.")
        return super().fetch(sop_instance_uid)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Six slices, an ECG, and two reports in one series; the second points at slice five."""
    for n in range(PICTURES):
        (tmp_path / f"{n}.dcm").write_bytes(
            ct_object(
                np.full((16, 16), n * 100, np.int16),
                SOPInstanceUID=f"2.25.100.{n}",
                ImagePositionPatient=[0, 0, float(n)],
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                InstanceNumber=n + 1,
            )
        )
    wave = group(bytes(2000), [channel()], 1000)
    ecg = instance(GENERAL_ECG, Modality="ECG", SeriesInstanceUID="2.25.7", WaveformSequence=[wave])
    (tmp_path / "ecg.dcm").write_bytes(ecg)
    first = report(content("TEXT", "Finding", TextValue="first"), InstanceNumber=1)
    image = content("IMAGE", ReferencedSOPSequence=referenced("2.25.100.4"))
    (tmp_path / "sr1.dcm").write_bytes(first)
    (tmp_path / "sr2.dcm").write_bytes(report(image, InstanceNumber=2))
    return tmp_path


@pytest.fixture
def source(study: Path) -> Flaky:
    return Flaky([study])


@pytest.fixture
def room(qtbot: QtBot, appearance: Appearance, source: Flaky) -> Iterator[ViewerRoom]:
    made = ViewerRoom(DicomViewer(budget=1 << 26), appearance)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.open_source(source)
    qtbot.waitUntil(lambda: [len(s.instances) for s in made.pictures.series].count(1) == 1)
    qtbot.waitUntil(lambda: sum(len(s.instances) for s in made.pictures.series) == PICTURES + 3)
    qtbot.waitUntil(lambda: made.pictures.pane.picture is not None)
    yield made
    made.close_source()


def series(room: ViewerRoom, kind: ObjectKind) -> Series:
    return next(one for one in room.pictures.series if one.kind is kind)


def choose(room: ViewerRoom, qtbot: QtBot, kind: ObjectKind) -> None:
    """As the strip does."""
    room.pictures.show_series(series(room, kind).uid)
    viewer = room.waveform if kind is ObjectKind.WAVEFORM else room.document
    qtbot.waitUntil(lambda: room.other is viewer)
    if viewer is room.document:
        qtbot.waitUntil(lambda: room.document.part is room.document.report)


def test_every_kind_of_object_has_a_viewer() -> None:
    assert {kind: viewer_for(kind) for kind in ObjectKind} == {
        ObjectKind.IMAGE: ViewerKind.DICOM,
        ObjectKind.WAVEFORM: ViewerKind.WAVEFORM,
        ObjectKind.DOCUMENT: ViewerKind.DOCUMENT,
        ObjectKind.VIDEO: ViewerKind.VIDEO,
        ObjectKind.APPLIED: ViewerKind.DICOM,
        ObjectKind.OTHER: ViewerKind.DOCUMENT,
    }


def test_an_ecg_opens_over_the_pictures_and_beside_the_strip(
    room: ViewerRoom, qtbot: QtBot
) -> None:
    choose(room, qtbot, ObjectKind.WAVEFORM)
    assert room.shows_other
    assert room.waveform.chart.drawing is not None
    strip = room.pictures.findChild(ThumbnailStrip)
    assert strip is not None
    assert room.waveform.mapTo(room, room.waveform.rect().topLeft()).x() >= strip.width()


@pytest.mark.parametrize("kind", [ObjectKind.WAVEFORM, ObjectKind.DOCUMENT])
def test_escape_leads_back_and_the_same_series_opens_again(
    room: ViewerRoom, qtbot: QtBot, kind: ObjectKind
) -> None:
    for _ in range(2):
        choose(room, qtbot, kind)
        focused = room.waveform.chart if kind is ObjectKind.WAVEFORM else room.document.report
        focused.setFocus()
        QTest.keyClick(focused, Qt.Key.Key_Escape)
        assert not room.shows_other
        shown = room.pictures.state
        assert shown is not None
        assert room.pictures.index == 0


def test_escape_puts_calipers_away_before_it_leads_back(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.WAVEFORM)
    room.waveform.chart.toggle_calipers()
    QTest.keyClick(room.waveform.chart, Qt.Key.Key_Escape)
    assert room.shows_other
    QTest.keyClick(room.waveform.chart, Qt.Key.Key_Escape)
    assert not room.shows_other


def test_the_button_leads_back(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room.findChild(QPushButton, "room_back").click()  # type: ignore[union-attr]  # there
    assert not room.shows_other


def test_whatever_is_saved_is_told_before_it_is_written(
    room: ViewerRoom, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told: list[Exported] = []
    room.exported.connect(told.append)
    folder = tmp_path_factory.mktemp("files")
    study = room.pictures.series[0].instances[0].study_instance_uid
    desk, marking = room.pictures.stage.output, room.pictures.marking
    desk.ask_export()
    for what, form in ((What.SERIES, Form.DICOM), (What.PICTURE, Form.PNG)):
        desk.export(Wish(what, form), folder)
        qtbot.waitUntil(lambda: len(told) > 0 and desk._running is None)
    desk.ask_print()
    desk.print_to(folder / "pictures.pdf")
    marking.keep_in(folder)
    choose(room, qtbot, ObjectKind.WAVEFORM)
    room.waveform.printing.print_to(folder / "curves.pdf")
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room.document.save_copy(folder / "document.pdf")
    assert [(one.kind, one.count) for one in told] == [
        (ExportKind.OBJECTS, PICTURES),
        (ExportKind.PICTURES, 1),
        (ExportKind.PICTURES, 1),
        (ExportKind.MARKS, 1),
        (ExportKind.CURVES, 1),
        (ExportKind.DOCUMENT, 1),
    ]
    assert {one.to for one in told} == {ExportTo.FILE}
    assert told[0].study_instance_uid == study
    qtbot.waitUntil(lambda: (folder / "document.pdf").exists() and desk._running is None)


def test_choosing_pictures_in_the_strip_leads_back(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room._strip.chosen.emit(series(room, ObjectKind.IMAGE).uid)  # type: ignore[union-attr]  # there
    assert not room.shows_other


def test_documents_of_one_series_are_chosen_by_number(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.DOCUMENT)
    combo = room.findChild(QComboBox, "room_instance")
    assert combo is not None
    assert combo.count() == 2
    first = room.document.report.toPlainText()
    combo.setCurrentIndex(1)
    qtbot.waitUntil(lambda: room.document.report.toPlainText() not in ("", first))
    assert "5 / 6" in room.document.report.toPlainText()


def test_a_link_shows_the_picture_it_means(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room.document.reference_chosen.emit(Reference("", "", "", "2.25.100.4"))
    assert not room.shows_other
    assert room.pictures.index == 4
    assert room.place_of(Reference("", "", "", "2.25.100.4")) == "CT · Test · 5 / 6"


def test_key_objects_are_marked_as_one_step_and_the_first_is_shown(
    room: ViewerRoom, qtbot: QtBot
) -> None:
    named = tuple(Reference("", "", "", f"2.25.100.{n}") for n in (4, 2))
    room.document.key_objects_chosen.emit(named)
    sheet = room.pictures.marking.sheet
    marked = {SliceRef("2.25.100.4", 0), SliceRef("2.25.100.2", 0)}
    assert sheet.sheet.key_images == marked
    assert room.pictures.index == 4
    sheet.undo()
    assert sheet.sheet.key_images == frozenset()


def test_a_link_to_what_is_not_here_says_so(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room.go_to(Reference("", "", "", "9.9.9"))
    notice = room.findChild(QLabel, "room_notice")
    assert notice is not None
    assert room.shows_other
    assert notice.isVisible()
    assert "not among" in notice.text()


def test_a_link_to_another_document_opens_it(room: ViewerRoom, qtbot: QtBot) -> None:
    other = series(room, ObjectKind.WAVEFORM).first.sop_instance_uid
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room.go_to(Reference("", "", "", other))
    qtbot.waitUntil(lambda: room.other is room.waveform)


def test_a_link_to_an_object_over_pictures_lists_it(room: ViewerRoom, qtbot: QtBot) -> None:
    state = describe_bytes(state_over(["2.25.100.4"]))
    room.add_instance(state)
    objects = room.pictures.objects
    qtbot.waitUntil(lambda: len(objects.collection.held) == 1)
    room.go_to(Reference("", "", "", state.sop_instance_uid))
    assert not room.shows_other
    assert objects.panel.isVisible()
    assert objects.panel.tree.currentIndex().isValid()


def test_a_link_that_names_a_state_shows_its_picture_under_it(
    qtbot: QtBot, appearance: Appearance, study: Path
) -> None:
    (study / "state.dcm").write_bytes(state_over(["2.25.100.4"]))
    made = ViewerRoom(DicomViewer(budget=1 << 26), appearance)
    qtbot.addWidget(made)
    made.open_source(FolderSource([study]))
    qtbot.waitUntil(lambda: bool(made.pictures.objects.states))
    made.go_to(Reference("", "", "", "2.25.100.4", state_uid="2.25.901"))
    assert made.pictures.index == 4
    assert made.pictures.objects.chosen is not None
    made.go_to(Reference("", "", "", "2.25.100.2", state_uid="2.25.999"))
    assert made.pictures.objects.chosen is not None
    made.close_source()


def test_what_cannot_be_fetched_says_why_and_can_be_tried_again(
    room: ViewerRoom, qtbot: QtBot, source: Flaky
) -> None:
    source.online = False
    room.pictures.show_series(series(room, ObjectKind.WAVEFORM).uid)
    message = room.findChild(QLabel, "room_message")
    again = room.findChild(QPushButton, "room_retry")
    assert message is not None
    assert again is not None
    qtbot.waitUntil(again.isVisible)
    assert "could not be fetched" in message.text()
    source.online = True
    again.click()
    qtbot.waitUntil(lambda: room.other is room.waveform)


def test_another_case_leaves_nothing_of_the_last(room: ViewerRoom, qtbot: QtBot) -> None:
    choose(room, qtbot, ObjectKind.DOCUMENT)
    room.close_source()
    assert not room.shows_other
    assert room.document.report.toPlainText() == ""
    assert room.pictures.series == ()


def test_an_answer_that_comes_after_leaving_is_not_shown(
    room: ViewerRoom, qtbot: QtBot, qapp: QApplication
) -> None:
    room.pictures.show_series(series(room, ObjectKind.WAVEFORM).uid)
    room.back()
    choose(room, qtbot, ObjectKind.DOCUMENT)
    qapp.processEvents()
    assert room.other is room.document
    assert room.waveform.chart.drawing is None


@pytest.mark.parametrize("folder", ["ecg", "pdf", "ko"])
def test_a_study_without_pictures_opens_with_what_it_has(
    qtbot: QtBot, appearance: Appearance, shared_data: Path, folder: str
) -> None:
    room = ViewerRoom(DicomViewer(budget=1 << 26), appearance)
    qtbot.addWidget(room)
    room.resize(1100, 700)
    room.show()
    room.open_source(FolderSource([shared_data / "conformance" / folder]))
    wanted = room.waveform if folder == "ecg" else room.document
    qtbot.waitUntil(lambda: room.shows_other and room.other is wanted)
    room.close_source()
