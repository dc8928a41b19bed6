"""The strip of series: heads of studies, signs for what is no picture, keys."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.imaging.listed import ListedSeries
from app.imaging.series import BadFile, Instance, ObjectKind, Series, describe_bytes
from app.imaging.source import FolderSource
from app.viewers.dicom.output.leaf import encoded
from app.viewers.dicom.signs import Sign, sign_of, sign_picture, sign_words
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.cases import studies_of
from tests.imaging.objects import ct_object
from tests.imaging.others import (
    BASIC_TEXT,
    ENCAPSULATED_CDA,
    ENCAPSULATED_PDF,
    ENCAPSULATED_STL,
    GENERAL_ECG,
    HEMODYNAMIC,
    KEY_OBJECTS,
    instance,
)
from tests.viewers.dicom.test_on_the_way import EndedWithIt

pytestmark = pytest.mark.qt_log_ignore("does not support")
SHIFT = Qt.KeyboardModifier.ShiftModifier
_STORAGE = "1.2.840.10008.5.1.4.1.1."


def write(folder: Path, name: str, **attributes: object) -> None:
    pixels = np.full((32, 32), 100, np.int16)
    facts = {"StudyDate": "20261121", "SeriesDescription": name, **attributes}
    data = ct_object(pixels, SeriesInstanceUID=f"2.25.{sum(name.encode())}", **facts)
    (folder / f"{name}.dcm").write_bytes(data)


@pytest.fixture
def show(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> Iterator[Callable[[], DicomViewer]]:
    def opened() -> DicomViewer:
        viewer.open_source(FolderSource([tmp_path]))
        qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
        return viewer

    yield opened
    viewer.close_source()


def listed(
    uid: str, slices: int, name: str = "", modality: str = "CT", study: str = "2.25.1"
) -> ListedSeries:
    return ListedSeries(uid, study, modality, name, slices)


def strip_of(viewer: DicomViewer) -> ThumbnailStrip:
    found = viewer.findChild(ThumbnailStrip)
    assert found is not None
    return found


def rows(viewer: DicomViewer) -> list[str]:
    strip = strip_of(viewer)
    return [strip.item(row).text().replace("\n", " | ") for row in range(strip.count())]


def names(viewer: DicomViewer) -> list[str]:
    return [c.series.first.series_description if c.series else "" for c in viewer.grid.cells]


def test_series_of_one_study_need_no_head(tmp_path: Path, show: Callable[[], DicomViewer]) -> None:
    write(tmp_path, "a")
    assert rows(show()) == ["CT · 1 | a"]


def test_series_stand_under_their_study_the_current_one_first(
    tmp_path: Path, show: Callable[[], DicomViewer]
) -> None:
    write(tmp_path, "new", StudyDescription="胸部")
    write(tmp_path, "old", StudyInstanceUID="2.25.7", StudyDate="20260312")
    write(
        tmp_path, "alien", StudyInstanceUID="2.25.8", StudyDate="20260101", PatientName="Wang^Fang"
    )
    viewer = show()
    assert rows(viewer) == [
        "Current | 2026-11-21 | 胸部",
        "CT · 1 | new",
        "Prior | 8 months earlier | 2026-03-12",
        "CT · 1 | old",
        "Another patient! | 2026-01-01",
        "CT · 1 | alien",
    ]
    strip = strip_of(viewer)
    spoken = strip.item(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "CT · 1, old, Prior · 8 months earlier"


def test_heads_are_passed_by_keys_and_do_nothing_when_clicked(
    tmp_path: Path, show: Callable[[], DicomViewer]
) -> None:
    write(tmp_path, "new")
    write(tmp_path, "old", StudyInstanceUID="2.25.7", StudyDate="20260312")
    viewer = show()
    strip = strip_of(viewer)
    strip.setCurrentRow(1)
    QTest.keyClick(strip, Qt.Key.Key_Down)
    assert strip.currentRow() == 3
    before = names(viewer)
    at = strip.visualItemRect(strip.item(2)).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert names(viewer) == before


def test_a_head_has_less_height_than_a_series(
    tmp_path: Path, show: Callable[[], DicomViewer]
) -> None:
    write(tmp_path, "new")
    write(tmp_path, "old", StudyInstanceUID="2.25.7", StudyDate="20260312")
    strip = strip_of(show())
    heights = [strip.visualItemRect(strip.item(row)).height() for row in range(3)]
    assert heights[0] < heights[1]
    tops = [strip.visualItemRect(strip.item(row)).top() for row in range(4)]
    assert tops == sorted(tops)
    assert all(b - a >= h for a, b, h in zip(tops, tops[1:], heights, strict=False))


SIGNS = {
    GENERAL_ECG: Sign.ECG,
    HEMODYNAMIC: Sign.WAVEFORM,
    ENCAPSULATED_PDF: Sign.PDF,
    ENCAPSULATED_CDA: Sign.CDA,
    ENCAPSULATED_STL: Sign.MODEL,
    BASIC_TEXT: Sign.REPORT,
    KEY_OBJECTS: Sign.KEY_OBJECTS,
    f"{_STORAGE}11.1": Sign.PRESENTATION,
    f"{_STORAGE}66.1": Sign.REGISTRATION,
    f"{_STORAGE}66.4": Sign.SEGMENTATION,
    f"{_STORAGE}481.3": Sign.STRUCTURES,
    f"{_STORAGE}481.5": Sign.PLAN,
    "1.2.3": Sign.OTHER,
}


def series_of(sop_class: str) -> Series:
    return studies_of([describe_bytes(instance(sop_class))])[0].series[0]


@pytest.mark.parametrize(("sop_class", "sign"), SIGNS.items(), ids=lambda v: str(v))
def test_the_kind_is_told_by_its_class(sop_class: str, sign: Sign) -> None:
    assert sign_of(series_of(sop_class)) is sign


def bits(image: QImage) -> NDArray[np.uint8]:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    lines = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), -1)
    return lines[:, : grey.width()].copy()


def test_every_sign_is_drawn_apart_and_has_words(qtbot: QtBot, viewer: DicomViewer) -> None:
    drawn = {sign: bits(sign_picture(sign, 104, viewer.font()).toImage()) for sign in Sign}
    for sign, picture in drawn.items():
        assert (picture[:62] > 100).sum() > 60, f"{sign} has no drawing"
        assert (picture[66:] > 150).sum() > 15, f"{sign} has no name"
        assert not (picture[:, :2] > 100).any(), f"{sign} is cut"
        assert not (picture[:, -2:] > 100).any(), f"{sign} is cut"
        assert sign_words(sign)
    assert len({picture.tobytes() for picture in drawn.values()}) == len(Sign)


def test_what_has_no_picture_shows_its_sign_and_opens_elsewhere(
    qtbot: QtBot, tmp_path: Path, show: Callable[[], DicomViewer]
) -> None:
    write(tmp_path, "new")
    (tmp_path / "pdf.dcm").write_bytes(
        instance(ENCAPSULATED_PDF, SeriesDescription="报告", SeriesNumber=9)
    )
    viewer = show()
    assert rows(viewer) == ["CT · 1 | new", "PDF document | 报告"]
    strip = strip_of(viewer)
    shown = bits(strip.item(1).icon().pixmap(104, 104).toImage())
    assert (shown == bits(sign_picture(Sign.PDF, 104, strip.font()).toImage())).all()
    strip.setCurrentRow(1)
    with qtbot.waitSignal(viewer.other_series_chosen) as chosen:
        QTest.keyClick(strip, Qt.Key.Key_Return)
    assert chosen.args[0].kind is ObjectKind.DOCUMENT


def test_shift_and_enter_fill_one_cell_after_the_other(
    tmp_path: Path, show: Callable[[], DicomViewer]
) -> None:
    for number, name in enumerate("abcd"):
        write(tmp_path, name, SeriesNumber=number)
    viewer = show()
    viewer.grid.set_layout(1, 2)
    strip = strip_of(viewer)
    strip.setFocus()
    assert names(viewer) == ["a", "b"]
    strip.setCurrentRow(3)
    QTest.keyClick(strip, Qt.Key.Key_Return, SHIFT)
    assert names(viewer) == ["a", "d"]
    strip.setCurrentRow(2)
    QTest.keyClick(strip, Qt.Key.Key_Return, SHIFT)
    assert names(viewer) == ["c", "d"], "round again"
    assert strip.hasFocus(), "the next series can follow"


def test_a_series_that_is_still_coming_never_looks_whole(
    show: Callable[[], DicomViewer], tmp_path: Path
) -> None:
    write(tmp_path, "axial")
    viewer = show()
    uid = viewer.series[0].uid
    viewer.expect([listed(uid, 60)])
    assert strip_of(viewer).item(0).text().startswith("CT · 1 / 60")
    assert "1 / 1 of 60" in viewer.pane.corners.bottom_left
    viewer.expect([listed(uid, 1)])
    assert strip_of(viewer).item(0).text().startswith("CT · 1\n")
    assert "1 / 1" in viewer.pane.corners.bottom_left


class FarSource(FolderSource):
    """Its images are on the way until it is told that they are here."""

    def __init__(self, folder: Path) -> None:
        super().__init__([folder])
        self.here = threading.Event()

    def instances(self) -> Iterator[Instance | BadFile]:
        self.here.wait(30)
        yield from super().instances()

    def end(self) -> None:
        self.here.set()


@pytest.fixture
def far(viewer: DicomViewer, tmp_path: Path) -> Iterator[FarSource]:
    """What the viewer waits for."""
    source = FarSource(tmp_path)
    EndedWithIt(viewer, source)
    viewer.open_source(source)
    yield source
    source.end()
    viewer.close_source()


@pytest.mark.usefixtures("far")
def test_what_is_listed_has_a_tile_before_its_first_image_is_here(viewer: DicomViewer) -> None:
    viewer.expect([listed("2.25.90", 1, "Thorax pa", "DX"), listed("2.25.91", 2, "", "PR")])
    assert rows(viewer) == ["DX · 0 / 1 | Thorax pa"]
    tile = strip_of(viewer).item(0)
    spoken = tile.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "DX · 0 / 1, Thorax pa, Not here yet"
    assert not tile.flags(), "there is nothing to choose yet"


def test_series_that_are_coming_stand_with_their_study_and_others_below(
    show: Callable[[], DicomViewer], tmp_path: Path
) -> None:
    write(tmp_path, "axial")
    viewer = show()
    uid = viewer.series[0].uid
    more = [listed("2.25.90", 9, "lung"), listed("2.25.91", 1, "Thorax", "DX", "2.25.7")]
    viewer.expect([listed(uid, 1), *more])
    assert [row.replace("Current | 2026-11-21", "head") for row in rows(viewer)] == [
        "head",
        "CT · 1 | axial",
        "CT · 0 / 9 | lung",
        "Not here yet",
        "DX · 0 / 1 | Thorax",
    ]


def test_a_tile_becomes_its_series_when_the_first_image_comes(
    qtbot: QtBot, viewer: DicomViewer, far: FarSource, tmp_path: Path
) -> None:
    write(tmp_path, "axial")
    uid = f"2.25.{sum(b'axial')}"
    viewer.expect([listed(uid, 60, "axial")])
    assert rows(viewer) == ["CT · 0 / 60 | axial"]
    far.here.set()
    qtbot.waitUntil(lambda: rows(viewer) == ["CT · 1 / 60 | axial"])
    assert strip_of(viewer).item(0).flags() & Qt.ItemFlag.ItemIsSelectable


def preview(grey: int) -> bytes:
    """A JPEG as a server draws it, higher than wide."""
    image = QImage(60, 104, QImage.Format.Format_Grayscale8)
    image.fill(grey)
    return encoded(image, "JPEG")


def grey_of(viewer: DicomViewer) -> int:
    """How bright the middle of the first tile is."""
    icon = strip_of(viewer).item(0).icon()
    return icon.pixmap(104, 104).toImage().pixelColor(52, 52).red()


@pytest.mark.usefixtures("far")
def test_a_picture_of_the_source_stands_in_the_tile_until_the_image_comes(
    viewer: DicomViewer,
) -> None:
    viewer.expect([listed("2.25.90", 1, "Thorax pa", "DX")])
    viewer.preview("2.25.90", preview(200))
    assert grey_of(viewer) == pytest.approx(200, abs=3)
    viewer.preview("2.25.90", b"no picture")
    assert grey_of(viewer) == pytest.approx(200, abs=3)
    strip_of(viewer).set_thumbnail("2.25.90", np.full((104, 104), 90, np.uint8))
    viewer.preview("2.25.90", preview(200))
    assert grey_of(viewer) == 90, "the image itself is better"


def test_nothing_of_a_case_stays_in_the_tiles_of_the_next(
    viewer: DicomViewer, far: FarSource
) -> None:
    tile = listed("2.25.90", 1, "Thorax pa", "DX")
    viewer.expect([tile])
    viewer.preview("2.25.90", preview(200))
    viewer.open_source(far)
    assert rows(viewer) == []
    viewer.expect([tile])
    assert grey_of(viewer) < 50
