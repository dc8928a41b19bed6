"""What is no picture, harmed: an ImagingError or something to show, in time and within memory; and
one bad object of each kind keeps nothing else of a study from the window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import given, settings
from pydicom.uid import ImplicitVRLittleEndian
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.imaging.contours import StructureSet
from app.imaging.errors import Reason
from app.imaging.geometry import Orientation
from app.imaging.planes import Plane
from app.imaging.presentation import PresentationState
from app.imaging.segmentation import Segmentation
from app.imaging.series import ObjectKind, SliceRef, describe_bytes
from app.imaging.source import FolderSource
from app.kit.theme import Appearance, colours
from app.viewers.dicom.objects.collection import Key
from app.viewers.dicom.objects.reading import read_value
from app.viewers.dicom.problems import Problems
from app.viewers.dicom.reasons import reason_words
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.document.content import PdfContent, ReportContent, read_content
from app.viewers.document.report_html import report_page
from app.viewers.room import ViewerRoom
from app.viewers.waveform.viewer import WaveformViewer
from tests.imaging.conftest import WHEEL, shared_root
from tests.imaging.hostile import mutated
from tests.imaging.objects import altered
from tests.imaging.others import (
    COMPREHENSIVE,
    ENCAPSULATED_CDA,
    ENCAPSULATED_PDF,
    GENERAL_ECG,
    KEY_OBJECTS,
    content,
    instance,
    report,
)
from tests.imaging.test_hostile import CAREFUL, SMALL, is_plain, refusal, within
from tests.viewers.dicom.objects_room import lines, state_over, tick, write_stack

CONFORMANCE = shared_root() / "conformance"
LARGEST = 300_000
SPACE: Orientation = (1, 0, 0, 0, 1, 0)
FILES = {
    "state": ("pr-graphics", "pr-plut"),
    "key objects": ("ko",),
    "report": ("sr",),
    "curves": ("ecg",),
    "pdf": ("pdf",),
    "segments": (),
    "structures": (),
}
SHIPPED = {
    "report": ("test-SR.dcm", "reportsi.dcm"),
    "curves": ("waveform_ecg.dcm",),
    "segments": ("liver_1frame.dcm", "liver_expb_1frame.dcm"),
    "structures": ("rtstruct.dcm",),
}
OTHER_KINDS = {ObjectKind.DOCUMENT, ObjectKind.WAVEFORM, ObjectKind.OTHER}
OVER = {"state", "segments", "structures"}


def _says_its_syntax(ds: pydicom.Dataset) -> None:
    ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian


def objects_of(kind: str) -> dict[str, bytes]:
    """Real objects of a kind, small enough to be harmed many times; pictures left out."""
    found = [WHEEL / name for name in SHIPPED.get(kind, ())]
    for folder in FILES[kind]:
        found += sorted((CONFORMANCE / folder).glob("*"))
    small = {file.name: file.read_bytes() for file in found if file.stat().st_size <= LARGEST}
    if kind == "structures":  # as it ships it does not say how it is encoded
        small = {name: altered(data, _says_its_syntax) for name, data in small.items()}
    images = kind in ("state", "report")
    return {
        name: data
        for name, data in small.items()
        if not images or describe_bytes(data).kind is not ObjectKind.IMAGE
    }


def read_over(data: bytes) -> None:
    """What the window does with an object that lies over pictures."""
    value = read_value(data)
    plane = Plane((0.0, 0.0, 0.0), SPACE, 0.5, 0.5, 32, 32, "2.25.3")
    match value:
        case PresentationState():
            for layer in value.content("2.25.1", 0):
                for graphic in layer.graphics:
                    graphic.outline()
        case Segmentation():
            for frame in value.frames:
                value.shapes(frame)
            value.frames_on(SliceRef("2.25.1", 0), plane)
        case StructureSet():
            for roi in value.rois:
                roi.on(plane, 1.0)


def read_document(data: bytes) -> None:
    """What the window does with a document: it is read, and its beginning laid out or drawn."""
    shown = read_content(data)
    if isinstance(shown, ReportContent):
        ink = dict(colours("light"))
        report_page(shown.report, describe_bytes(data), ink, lambda _reference: "")
    elif isinstance(shown, PdfContent):
        shown.pdf.draw(0, 0.5)
        shown.pdf.close()


def reader_of(kind: str) -> Callable[[bytes], object]:
    if kind in OVER:
        return read_over
    return WaveformViewer.parse if kind == "curves" else read_document


@pytest.mark.filterwarnings("ignore")
@pytest.mark.allow_logs("pydicom complains while the harmed object is written")
@pytest.mark.parametrize("kind", FILES)
def test_a_harmed_object_ends_in_something_to_show_or_a_plain_reason(kind: str) -> None:
    files = objects_of(kind)
    if not files:
        pytest.skip("no shared test data beside the project (HUIZHEN_SHARED)")
    reader = reader_of(kind)
    for data in files.values():
        reader(data)  # unharmed, it is shown

    @settings(CAREFUL, max_examples=60)
    @given(data=mutated(files))
    def harm(data: bytes) -> None:
        with within(SMALL + 16 * len(data)):
            assert is_plain(refusal(lambda: reader(data)))

    harm()


PSEUDO_COLOUR = "1.2.840.10008.5.1.4.1.1.11.3"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
STRUCTURES = "1.2.840.10008.5.1.4.1.1.481.3"
SLICES = [f"2.25.{100 + n}" for n in range(4)]


def broken(sop_class: str, number: int, **attributes: Any) -> bytes:
    """An object of a class with nothing in it that the class is for."""
    uid = f"2.25.{5000 + number}"
    facts = {"StudyInstanceUID": "2.25.1", "SeriesInstanceUID": f"{uid}.1", "SOPInstanceUID": uid}
    facts["FrameOfReferenceUID"] = "2.25.5"  # that of the slices
    return instance(sop_class, **{**facts, **attributes})


@pytest.fixture
def room(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[ViewerRoom]:
    """Four good slices, a good state and a good report among one bad object of every kind."""
    slices = write_stack(tmp_path)
    (tmp_path / "picture.dcm").write_bytes(slices[0][: len(slices[0]) // 8])
    (tmp_path / "no-dicom.dcm").write_bytes(b"\0" * 4000)
    (tmp_path / "state.dcm").write_bytes(state_over(SLICES, 1))
    (tmp_path / "bad-state.dcm").write_bytes(state_over(SLICES, 2, SOPClassUID=PSEUDO_COLOUR))
    finding = content("TEXT", "Finding", TextValue="a nodule")
    (tmp_path / "report.dcm").write_bytes(report(finding, SeriesInstanceUID="2.25.6000"))
    for number, sop_class in enumerate(
        (SEGMENTATION, STRUCTURES, COMPREHENSIVE, KEY_OBJECTS, GENERAL_ECG, ENCAPSULATED_CDA)
    ):
        (tmp_path / f"bad-{number}.dcm").write_bytes(broken(sop_class, number))
    damaged = broken(ENCAPSULATED_PDF, 9, EncapsulatedDocument=b"%PDF-1.7 and nothing more")
    (tmp_path / "bad-pdf.dcm").write_bytes(damaged)
    made = ViewerRoom(DicomViewer(budget=1 << 26), appearance)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    made.open_source(FolderSource([tmp_path]))
    pictures = made.pictures
    qtbot.waitUntil(lambda: pictures.active.listed and pictures.pane.picture is not None)
    qtbot.waitUntil(lambda: not pictures.objects.waiting)
    yield made
    made.close_source()


def test_one_bad_object_of_each_kind_keeps_no_good_one_from_the_window(
    room: ViewerRoom, qtbot: QtBot
) -> None:
    pictures = room.pictures
    for index, uid in enumerate(SLICES):
        pictures.scroll_to(index)
        qtbot.waitUntil(lambda: pictures.pane.picture is not None)
        assert pictures.state is not None
        assert pictures.state.sop_instance_uid == uid
    assert any("STATE1" in line for line in lines(pictures))
    pictures.stage.act("next_state")
    state = pictures.state
    assert state is not None
    assert state.presentation_state_uid == "2.25.901"
    pictures.show_series("2.25.6000")
    qtbot.waitUntil(lambda: room.other is room.document)


def test_every_bad_object_is_named_with_a_reason(room: ViewerRoom, qtbot: QtBot) -> None:
    pictures, problems = room.pictures, room.pictures.findChild(Problems)
    assert problems is not None
    for number in (0, 1):  # segments and structures are read once somebody wants them
        tick(pictures, Key(f"2.25.{5000 + number}"), qtbot)
    qtbot.waitUntil(lambda: len(problems.files) == 5)
    assert {file.label.split("2.25.")[-1] for file in problems.files} == {
        "no-dicom.dcm",
        "picture.dcm",
        "902",
        "5000",
        "5001",
    }
    assert all(is_plain(file.reason) and file.reason for file in problems.files)


def test_a_bad_document_or_curve_opens_as_itself_or_as_words_with_a_way_back(
    room: ViewerRoom, qtbot: QtBot
) -> None:
    others = [one for one in room.pictures.series if one.kind in OTHER_KINDS]
    assert len(others) == 6, "a good report and five bad objects"
    message = room.findChild(QLabel, "room_message")
    assert message is not None
    viewers, loading = (room.document, room.waveform), "Loading…"
    reasons = {reason_words(code) for code in Reason}
    for series in others:
        room.show_other(series)
        qtbot.waitUntil(lambda: message.text() != loading or room.other in viewers)
        assert room.other in viewers or message.text() in reasons
        room.back()
        assert not room.shows_other
