"""A large picture on a slow line: seen at once, told to be coarse, and sharp when it is whole."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.imaging.coming import FIRST_BYTES
from app.imaging.errors import UnreadableError
from app.imaging.picture import shape_of
from app.imaging.series import BadFile, Instance, describe_bytes
from app.imaging.voi import Window
from app.imaging.writing.recompress import Form
from app.viewers.dicom.probe import probe, probe_words
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.radiographs import COLUMNS, ROWS, in_form, radiograph

UID = "2.25.5"
COARSE = "Not all of it is here: not sharp yet"
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


class Coming:
    """A source with one picture of which `here` bytes have come."""

    def __init__(self) -> None:
        window = {"WindowCenter": 2000, "WindowWidth": 2400}
        self.data = in_form(Form.HTJ2K, radiograph(), SOPInstanceUID=UID, **window)
        self.here = FIRST_BYTES
        self.lost = False

    def instances(self) -> Iterator[Instance | BadFile]:
        yield describe_bytes(self.data[: self.here])

    def fetch(self, sop_instance_uid: str) -> bytes:
        raise UnreadableError("Not here yet.")

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        if self.lost:
            raise UnreadableError("The network is gone.")
        return self.data[: self.here], self.here >= len(self.data)


@pytest.fixture
def source() -> Coming:
    return Coming()


@pytest.fixture
def coming(qtbot: QtBot, viewer: DicomViewer, source: Coming) -> Iterator[DicomViewer]:
    with qtbot.waitSignal(viewer.first_image_shown):
        viewer.open_source(source)
    yield viewer
    viewer.close_source()


def test_what_is_coarse_says_so(coming: DicomViewer) -> None:
    picture = coming.pane.picture
    assert picture is not None
    assert shape_of(picture) == (ROWS, COLUMNS)
    assert COARSE in coming.pane.corners.badge
    assert "Incomplete" not in coming.pane.corners.badge


def test_no_value_is_read_from_what_is_coarse(coming: DicomViewer) -> None:
    picture = coming.pane.picture
    assert picture is not None
    found = probe(picture, 100, 200)
    assert found is not None
    assert found.value is None
    assert probe_words(found, None) == ("(101, 201)", COARSE)


def test_the_whole_takes_its_place_where_the_reader_looks(
    qtbot: QtBot, coming: DicomViewer, source: Coming
) -> None:
    coming.set_window(1900, 700)
    coming.pane.zoom_by(2.0, QPointF(300, 300))
    before = coming.pane.camera
    source.here = len(source.data)
    coming.renew(UID)
    qtbot.waitUntil(lambda: COARSE not in coming.pane.corners.badge)
    picture = coming.pane.picture
    assert picture is not None
    assert not picture.coming
    assert coming.pane.camera == before
    assert coming.pane.voi == Window(1900, 700)
    found = probe(picture, 100, 200)
    assert found is not None
    assert found.value == radiograph()[200, 100]


def test_what_will_not_become_whole_is_not_left_standing(
    qtbot: QtBot, coming: DicomViewer, source: Coming
) -> None:
    source.lost = True
    coming.renew(UID)
    qtbot.waitUntil(lambda: "connection" in coming.pane.message)
    assert coming.pane.picture is None
