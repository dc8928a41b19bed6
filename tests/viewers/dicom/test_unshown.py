"""What cannot be shown is counted, listed with its reason, and seen in the strip."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from app.imaging.errors import Reason
from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object, ramp
from tests.viewers.dicom.objects_room import state_over

PIXELS = ramp(16, 16)


def child(viewer: DicomViewer, name: str) -> QListWidget:
    found = viewer.findChild(QListWidget, name)
    assert isinstance(found, QListWidget)
    return found


def reasons(viewer: DicomViewer) -> list[Reason]:
    return [bad.code for bad in viewer._problems.files]


def test_an_object_without_its_pictures_is_listed_with_the_reason(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    (tmp_path / "state.dcm").write_bytes(state_over(["2.25.100"]))
    viewer.open_source(FolderSource([tmp_path]))
    qtbot.waitUntil(lambda: reasons(viewer) == [Reason.PICTURES_ABSENT])
    assert "pictures that are not here" in child(viewer, "viewer_problem_list").item(0).text()
    viewer.close_source()


def test_a_picture_that_cannot_be_decoded_is_counted_once_and_crossed_out(
    qtbot: QtBot, viewer: DicomViewer, tmp_path: Path
) -> None:
    good = {"SeriesInstanceUID": "2.25.3", "SeriesNumber": 2}
    (tmp_path / "a.dcm").write_bytes(ct_object(PIXELS, PhotometricInterpretation="CMYK"))
    (tmp_path / "b.dcm").write_bytes(ct_object(PIXELS, **good))
    viewer.open_source(FolderSource([tmp_path]))
    strip = child(viewer, "series_thumbnails")

    def drawn() -> list[bool]:
        """Whether each thumbnail has more than one colour."""
        found = []
        for row in range(strip.count()):
            image = strip.item(row).icon().pixmap(QSize(104, 104)).toImage()
            corner = image.pixel(2, 2)
            spots = range(30, 74)
            found.append(any(image.pixel(at, at) != corner for at in spots))
        return found

    qtbot.waitUntil(lambda: drawn() == [True, True])
    qtbot.waitUntil(lambda: len(reasons(viewer)) == 1)
    viewer.show_series(viewer.series[1].uid)
    viewer.show_series(viewer.series[0].uid)
    assert len(reasons(viewer)) == 1
    assert child(viewer, "viewer_problem_list").item(0).text().startswith("Test · 1 / 1: ")
    viewer.close_source()
