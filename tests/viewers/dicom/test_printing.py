"""Pictures on paper: whose they are, how large they are, and nothing half-written."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.imaging.film import INCH_MM
from app.imaging.hand_calibration import HandCalibration, Pictures
from app.imaging.source import FolderSource
from app.imaging.writing.origin import Author
from app.models.times import moment
from app.viewers.dicom.output.print_sheet import PrintSheet
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object

AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
DOTS = 300
WHO = {
    "PatientName": "Li^Na=李^娜",
    "PatientID": "H-7788",
    "PatientSex": "F",
    "PatientBirthDate": "19800101",
    "StudyDate": "20261121",
    "InstitutionName": "县医院",
    "WindowCenter": 50,
    "WindowWidth": 100,
}
Open = Callable[..., DicomViewer]


def target_picture() -> NDArray[np.int16]:
    """Black, with two bright bars whose near edges lie 80 columns apart."""
    pixels = np.zeros((120, 160), np.int16)
    pixels[20:100, 30:40] = 100
    pixels[20:100, 120:130] = 100
    return pixels


@pytest.fixture
def shown(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> Open:
    """Opens a study of that many pictures with those attributes."""

    def open_(count: int = 1, **attributes: object) -> DicomViewer:
        for n in range(count):
            data = ct_object(target_picture(), InstanceNumber=n + 1, **(WHO | attributes))
            (tmp_path / f"{n}.dcm").write_bytes(data)
        viewer.marking.author = lambda: Author("陈一明")
        viewer.stage.output.now = lambda: AT
        viewer.open_source(FolderSource([tmp_path]))
        qtbot.waitUntil(lambda: viewer.active.listed and viewer.pane.picture is not None)
        viewer.stage.output.ask_print()
        return viewer

    return open_


def sheet_of(viewer: DicomViewer) -> PrintSheet:
    found = viewer.stage.output.print_sheet
    assert found is not None
    return found


def tick(viewer: DicomViewer, name: str, *, on: bool) -> None:
    box = sheet_of(viewer).findChild(QCheckBox, name)
    assert isinstance(box, QCheckBox)
    box.setChecked(on)


def choose(viewer: DicomViewer, name: str, index: int) -> None:
    box = sheet_of(viewer).findChild(QComboBox, name)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(index)


def pdf(qtbot: QtBot, viewer: DicomViewer, target: Path) -> pypdfium2.PdfDocument:
    sheet = sheet_of(viewer)
    viewer.stage.output.print_to(target)
    qtbot.waitUntil(lambda: sheet.told.text() != "")
    assert sheet.told.text() == "PDF saved."
    return opened(target)


def opened(file: Path) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(file)


def text_of(document: pypdfium2.PdfDocument, page: int = 0) -> str:
    text = document[page].get_textpage()
    said = text.get_text_bounded()
    assert isinstance(said, str)
    return normalize("NFKC", said)  # fonts may carry a sign as its radical


def drawn(document: pypdfium2.PdfDocument) -> NDArray[np.uint8]:
    """Grey levels of the first page at `DOTS` an inch."""
    bitmap = document[0].render(scale=DOTS / 72, grayscale=True)
    return np.asarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)


def bars_apart(page: NDArray[np.uint8]) -> float:
    """Millimetres from one bar's left edge to the other's, on a black page."""
    row = page[round(page.shape[0] * 0.47)].astype(int)
    rising = np.flatnonzero((row[1:] >= 128) & (row[:-1] < 128))
    assert len(rising) == 2
    return float(rising[1] - rising[0]) * INCH_MM / DOTS


@pytest.mark.parametrize(
    ("attributes", "millimetres", "basis"),
    [
        ({"PixelSpacing": [0.5, 0.5]}, 45.0, "True size 1:1"),
        ({"Modality": "CR", "ImagerPixelSpacing": [0.8, 0.8]}, 72.0, "at the detector"),
        (
            {
                "Modality": "MG",
                "ImagerPixelSpacing": [0.8, 0.8],
                "EstimatedRadiographicMagnificationFactor": 2.0,
            },
            36.0,
            "magnification corrected",
        ),
    ],
)
def test_true_size_is_true(
    qtbot: QtBot,
    shown: Open,
    tmp_path: Path,
    attributes: dict[str, object],
    millimetres: float,
    basis: str,
) -> None:
    """90 columns from edge to edge."""
    viewer = shown(**attributes)
    tick(viewer, "print_true", on=True)
    tick(viewer, "print_drawn", on=False)
    choose(viewer, "print_ground", 1)
    document = pdf(qtbot, viewer, tmp_path / "film.pdf")
    size = document[0].get_size()
    assert [side / 72 * INCH_MM for side in size] == pytest.approx([210, 297], abs=0.2)
    assert bars_apart(drawn(document)) == pytest.approx(millimetres, abs=0.15)
    said = " ".join(text_of(document).split())
    assert basis in said
    assert "100 mm" in said


def test_true_size_follows_a_calibration_by_hand(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    viewer = shown(PixelSpacing=[0.5, 0.5])
    ref, series = viewer.active.ref, viewer.active.series
    assert ref is not None
    assert series is not None
    asked = Pictures(ref, series.series_instance_uid, (120, 160))
    viewer.marking.sheet.calibrate(HandCalibration(asked, ((0.0, 0.0), (90.0, 0.0)), 60.0))
    tick(viewer, "print_true", on=True)
    tick(viewer, "print_drawn", on=False)
    choose(viewer, "print_ground", 1)
    document = pdf(qtbot, viewer, tmp_path / "film.pdf")
    assert bars_apart(drawn(document)) == pytest.approx(60.0, abs=0.15)
    assert "calibrated by hand" in text_of(document)


def test_a_picture_without_millimetres_says_that_it_has_no_true_size(
    qtbot: QtBot, shown: Open, tmp_path: Path
) -> None:
    viewer = shown(Modality="OT")
    tick(viewer, "print_true", on=True)
    said = " ".join(text_of(pdf(qtbot, viewer, tmp_path / "film.pdf")).split())
    assert "No true size: the picture is not calibrated" in said


def test_what_is_larger_than_the_paper_says_so(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    viewer = shown(PixelSpacing=[3.0, 3.0])
    tick(viewer, "print_true", on=True)
    said = " ".join(text_of(pdf(qtbot, viewer, tmp_path / "film.pdf")).split())
    assert "Only a part fits on the paper" in said


def test_the_patient_s_line_is_on_every_page(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    viewer = shown(5)
    choose(viewer, "print_what", 2)
    choose(viewer, "print_grid", 2)
    document = pdf(qtbot, viewer, tmp_path / "film.pdf")
    assert len(document) == 2
    for page in (0, 1):
        said = " ".join(text_of(document, page).split())
        for word in ("李娜", "H-7788", "female", "46 years", "2026-11-21", "县医院"):
            assert word in said
        assert f"Printed by 陈一明 at {moment(AT)}" in said
        assert f"Page {page + 1} of 2" in said
    assert "5 / 5" in text_of(document, 1)
    assert "WL 50 WW 100" in " ".join(text_of(document, 1).split())


def test_without_the_line_nobody_is_named(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    viewer = shown(StudyDescription="Li Na", SeriesDescription="Li Na")
    tick(viewer, "print_named", on=False)
    document = pdf(qtbot, viewer, tmp_path / "film.pdf")
    said = text_of(document)
    assert not any(word in said for word in ("Li", "李", "7788", "医院", "2026-11-21"))
    meta = document.get_metadata_dict()
    assert not any("Li" in value for value in meta.values())


def test_what_is_zoomed_on_the_screen_is_zoomed_on_paper(
    qtbot: QtBot, shown: Open, tmp_path: Path
) -> None:
    viewer = shown(PixelSpacing=[0.5, 0.5])
    tick(viewer, "print_drawn", on=False)
    choose(viewer, "print_ground", 1)
    whole = bars_apart(drawn(pdf(qtbot, viewer, tmp_path / "whole.pdf")))
    viewport = viewer.pane.viewport()
    assert viewport is not None
    share = min(viewer.pane.width() / 160, viewer.pane.height() / 120) * 0.5
    viewer.pane.zoom_to(share)
    sheet_of(viewer).told.setText("")
    half = bars_apart(drawn(pdf(qtbot, viewer, tmp_path / "half.pdf")))
    assert half < whole * 0.75


def test_on_white_the_picture_lies_where_it_lies_on_black(
    qtbot: QtBot, shown: Open, tmp_path: Path
) -> None:
    viewer = shown(PixelSpacing=[0.5, 0.5])
    tick(viewer, "print_true", on=True)
    tick(viewer, "print_drawn", on=False)
    pages = []
    for ground, name in enumerate(("white", "black")):
        choose(viewer, "print_ground", ground)
        sheet_of(viewer).told.setText("")
        pages.append(drawn(pdf(qtbot, viewer, tmp_path / f"{name}.pdf")))
    white, black = pages
    middle = slice(1450, 1800), slice(900, 1600)  # within the picture
    assert white[0, 0] == 255
    assert black[0, 0] == 0
    assert black[middle].max() == 255
    assert np.abs(white[middle].astype(int) - black[middle]).mean() < 4


def test_stopping_leaves_no_file(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    viewer = shown(30)
    choose(viewer, "print_what", 2)
    target = tmp_path / "out" / "film.pdf"
    target.parent.mkdir()
    viewer.stage.output.print_to(target)
    QTest.keyClick(sheet_of(viewer), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: sheet_of(viewer).told.text() != "")
    assert sheet_of(viewer).told.text() == "Stopped; nothing was saved."
    assert list(target.parent.iterdir()) == []


def test_a_folder_that_is_gone_is_told(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    viewer = shown()
    viewer.stage.output.print_to(tmp_path / "none" / "film.pdf")
    qtbot.waitUntil(lambda: sheet_of(viewer).told.text() != "")
    assert "The folder cannot be written to" in sheet_of(viewer).told.text()


def test_the_printer_gets_what_the_pdf_gets(qtbot: QtBot, shown: Open, tmp_path: Path) -> None:
    from app.viewers.paper import prepare_printer

    viewer = shown(PixelSpacing=[0.5, 0.5])
    tick(viewer, "print_true", on=True)
    tick(viewer, "print_drawn", on=False)
    choose(viewer, "print_ground", 1)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    pages = viewer.stage.output.pages()
    assert pages is not None
    prepare_printer(printer, pages)
    viewer.stage.output.print_on(printer)
    qtbot.waitUntil(lambda: sheet_of(viewer).told.text() != "")
    assert sheet_of(viewer).told.text() == "Handed to the printer."
    document = opened(tmp_path / "printed.pdf")
    width, height = document[0].get_size()
    assert bars_apart(drawn(document)) == pytest.approx(45.0, abs=0.15)
    assert width < height


def test_the_sheet_shows_its_pages_and_is_used_with_keys(
    qtbot: QtBot, shown: Open, tmp_path: Path
) -> None:
    viewer = shown(5)
    sheet = sheet_of(viewer)
    sheet.close()
    QTest.keyClick(viewer.pane, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert sheet.isVisible()
    assert not sheet.isModal()
    view, place = (sheet.findChild(QLabel, name) for name in ("print_preview", "print_page"))
    assert isinstance(view, QLabel)
    assert isinstance(place, QLabel)
    qtbot.waitUntil(lambda: not view.pixmap().isNull())
    choose(viewer, "print_what", 2)
    qtbot.waitUntil(lambda: place.text() == "Page 1 of 5")
    first = view.pixmap().toImage()
    after = sheet.findChild(QPushButton, "print_after")
    assert isinstance(after, QPushButton)
    QTest.keyClick(after, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.pixmap().toImage() != first)
    assert place.text() == "Page 2 of 5"
    for kind in (QComboBox, QCheckBox, QPushButton):
        for field in sheet.findChildren(kind):
            assert field.accessibleName(), field.objectName()
