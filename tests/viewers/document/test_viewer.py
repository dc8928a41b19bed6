"""Documents as somebody reads, searches, keeps and prints them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.imaging.dataset import open_object
from app.imaging.series import describe_instance
from app.kit.theme import Appearance
from app.viewers.document.pages import FIT_PAGE, FIT_WIDTH
from app.viewers.document.pdf import Pdf
from app.viewers.document.viewer import DocumentViewer
from tests.imaging.others import (
    ENCAPSULATED_CDA,
    ENCAPSULATED_PDF,
    ENCAPSULATED_STL,
    KEY_OBJECTS,
    content,
    instance,
    referenced,
    report,
)
from tests.viewers.document.pdfs import locked_pdf, page_count, pdf_of

RT_PLAN = "1.2.840.10008.5.1.4.1.1.481.5"


@pytest.fixture
def viewer(qtbot: QtBot, appearance: Appearance) -> DocumentViewer:
    made = DocumentViewer(appearance)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def show(viewer: DocumentViewer, data: bytes) -> None:
    viewer.show_content(viewer.parse(data), describe_instance(open_object(data)))


def show_text(viewer: DocumentViewer, qtbot: QtBot, data: bytes) -> None:
    """Texts are laid out away from the screen."""
    show(viewer, data)
    qtbot.waitUntil(lambda: viewer.part is viewer.report)


def show_pdf(viewer: DocumentViewer, *pages: str) -> bytes:
    """Show a PDF of these pages; answers its bytes."""
    made = pdf_of(*pages)
    show(viewer, instance(ENCAPSULATED_PDF, EncapsulatedDocument=made,
                          EncapsulatedDocumentLength=len(made)))  # fmt: skip
    return made


def search(viewer: DocumentViewer, words: str) -> None:
    line = viewer.findChild(QLineEdit, "document_search")
    assert line is not None
    line.setText(words)
    QTest.keyClick(line, Qt.Key.Key_Return)


def said(viewer: QWidget, name: str) -> str:
    found = viewer.findChild(QLabel, name)
    assert found is not None
    return found.text()


def is_offered(viewer: DocumentViewer, name: str) -> bool:
    found = viewer.findChild(QToolButton, name)
    assert found is not None
    QApplication.processEvents()
    return found.isVisible()


# --- pages ---------------------------------------------------------------------------------


def test_a_page_is_drawn_away_from_the_screen_and_appears(
    viewer: DocumentViewer, qtbot: QtBot
) -> None:
    show_pdf(viewer, "one", "two", "three")
    qtbot.waitUntil(lambda: viewer.pages.has_drawn(0))
    image: QImage = viewer.pages.viewport().grab().toImage()
    middle = image.width() // 2
    assert any(image.pixelColor(middle, y).lightness() < 60 for y in range(image.height()))


def test_width_and_page_are_fitted_and_kept_when_the_window_changes(
    viewer: DocumentViewer,
) -> None:
    show_pdf(viewer, "one")
    pages = viewer.pages
    assert pages.fit == FIT_WIDTH
    wide = pages.zoom
    viewer.resize(500, 700)
    assert pages.zoom < wide
    viewer.findChild(QToolButton, "document_fit_page").click()  # type: ignore[union-attr]  # there
    assert pages.fit == FIT_PAGE
    assert pages.verticalScrollBar().maximum() == 0


def test_the_number_of_the_page_follows_and_leads(viewer: DocumentViewer) -> None:
    show_pdf(viewer, *[f"page {n}" for n in range(6)])
    spin = viewer.findChild(QSpinBox, "document_page")
    assert spin is not None
    assert (spin.value(), spin.maximum(), said(viewer, "document_pages")) == (1, 6, "/ 6")
    viewer.setFocus()
    QTest.keyClick(viewer.pages, Qt.Key.Key_PageDown)
    assert spin.value() == 2
    spin.setValue(5)
    assert viewer.pages.page == 4
    QTest.keyClick(viewer.pages, Qt.Key.Key_Home)
    assert spin.value() == 1


def test_zooming_keeps_the_place(viewer: DocumentViewer) -> None:
    show_pdf(viewer, *["x"] * 9)
    viewer.pages.go_to(5)
    QTest.keyClick(viewer.pages, Qt.Key.Key_Plus)
    assert viewer.pages.page in (5, 6)
    assert viewer.pages.fit == ""


def test_found_places_are_counted_and_stepped_through_in_a_ring(
    viewer: DocumentViewer, qtbot: QtBot
) -> None:
    show_pdf(viewer, "Befund", "nothing", "befund and Befund")
    search(viewer, "BEFUND")
    qtbot.waitUntil(lambda: said(viewer, "document_hits") == "1 / 3")
    viewer.pages.setFocus()
    QTest.keyClick(viewer.pages, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert said(viewer, "document_hits") == "2 / 3"
    assert viewer.pages.page == 2
    viewer.step_hit(2)
    assert said(viewer, "document_hits") == "1 / 3"


def test_what_is_not_there_is_said(viewer: DocumentViewer, qtbot: QtBot) -> None:
    show_pdf(viewer, "Befund")
    search(viewer, "Tumor")
    qtbot.waitUntil(lambda: said(viewer, "document_hits") == "0")


def test_a_copy_is_the_document_byte_for_byte_and_its_name_names_nobody(
    viewer: DocumentViewer, qtbot: QtBot, tmp_path: Path
) -> None:
    original = show_pdf(viewer, "one")
    viewer.ask_copy()
    dialog = viewer.findChild(QFileDialog, "fileDialog")
    assert dialog is not None
    proposed = Path(dialog.selectedFiles()[0]).name
    assert proposed == "OT-20261121-7.pdf"
    dialog.reject()
    viewer.save_copy(tmp_path / proposed)
    qtbot.waitUntil(lambda: said(viewer, "document_state") == "Copy saved.")
    assert (tmp_path / proposed).read_bytes() == original
    assert [path.name for path in tmp_path.iterdir()] == [proposed]


def test_a_copy_that_cannot_be_written_is_told(
    viewer: DocumentViewer, qtbot: QtBot, tmp_path: Path
) -> None:
    show_pdf(viewer, "one")
    viewer.save_copy(tmp_path / "no" / "folder.pdf")
    qtbot.waitUntil(lambda: "could not be written" in said(viewer, "document_state"))


def on_paper(target: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    return printer


def test_every_page_is_printed(viewer: DocumentViewer, qtbot: QtBot, tmp_path: Path) -> None:
    show_pdf(viewer, "one", "two", "three")
    viewer.print_on(on_paper(tmp_path / "paper.pdf"))
    qtbot.waitUntil(lambda: said(viewer, "document_state") == "Handed to the printer.")
    assert page_count((tmp_path / "paper.pdf").read_bytes()) == 3


def test_printing_can_be_stopped(viewer: DocumentViewer, qtbot: QtBot, tmp_path: Path) -> None:
    show_pdf(viewer, *["x"] * 60)
    viewer.print_on(on_paper(tmp_path / "paper.pdf"))
    viewer.findChild(QToolButton, "document_cancel").click()  # type: ignore[union-attr]  # there
    qtbot.waitUntil(lambda: said(viewer, "document_state") == "Printing was stopped.")


# --- texts ---------------------------------------------------------------------------------


def test_a_link_is_a_signal_and_loads_nothing(viewer: DocumentViewer, qtbot: QtBot) -> None:
    show_text(viewer, qtbot, report(content("IMAGE", ReferencedSOPSequence=referenced("1.2.3", 4))))
    with qtbot.waitSignal(viewer.reference_chosen) as heard:
        viewer.report.anchorClicked.emit(QUrl("ref:0"))
    assert heard.args is not None
    assert heard.args[0].sop_instance_uid == "1.2.3"
    assert viewer.report.loadResource(2, QUrl("file:///etc/hostname")) is None


@pytest.mark.parametrize("link", ["ref:7", "ref:-1", "ref:", "http://example.org", "file:///x"])
def test_other_links_lead_nowhere(viewer: DocumentViewer, qtbot: QtBot, link: str) -> None:
    show_text(viewer, qtbot, report(content("IMAGE", ReferencedSOPSequence=referenced("1.2.3"))))
    with qtbot.assertNotEmitted(viewer.reference_chosen):
        viewer.report.anchorClicked.emit(QUrl(link))


def test_a_report_is_searched_and_kept_as_pdf(
    viewer: DocumentViewer, qtbot: QtBot, tmp_path: Path
) -> None:
    show_text(viewer, qtbot, report(content("TEXT", "Finding", TextValue="mass, Mass and MASS")))
    search(viewer, "mass")
    assert said(viewer, "document_hits") == "1 / 3"
    viewer.save_copy(tmp_path / "report.pdf")
    qtbot.waitUntil(lambda: said(viewer, "document_state") == "Copy saved.")
    assert page_count((tmp_path / "report.pdf").read_bytes()) == 1


def test_key_images_are_given_to_whoever_marks_them(viewer: DocumentViewer, qtbot: QtBot) -> None:
    image = content("IMAGE", ReferencedSOPSequence=referenced("1.2.3", 4))
    show_text(viewer, qtbot, report(image, sop_class=KEY_OBJECTS))
    assert is_offered(viewer, "document_key_images")
    with qtbot.waitSignal(viewer.key_objects_chosen) as heard:
        viewer.findChild(QToolButton, "document_key_images").click()  # type: ignore[union-attr]  # there
    assert heard.args is not None
    assert [one.sop_instance_uid for one in heard.args[0]] == ["1.2.3"]


def test_a_clinical_document_is_shown_as_its_text(viewer: DocumentViewer, qtbot: QtBot) -> None:
    data = b"<ClinicalDocument><title>T</title><text>No &lt;b&gt;change</text></ClinicalDocument>"
    show_text(viewer, qtbot, instance(ENCAPSULATED_CDA, EncapsulatedDocument=data))
    assert "No <b>change" in viewer.report.toPlainText()


def test_a_report_is_printed_black_on_white_in_any_theme(
    viewer: DocumentViewer, qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    appearance.apply("dark")
    show_text(viewer, qtbot, report(content("TEXT", "Finding", TextValue="mass")))
    viewer.print_on(on_paper(tmp_path / "paper.pdf"))
    qtbot.waitUntil(lambda: said(viewer, "document_state") == "Handed to the printer.")
    appearance.apply("light")
    drawn = Pdf((tmp_path / "paper.pdf").read_bytes()).draw(0, 2.0)
    levels = [
        drawn.pixelColor(x, y).lightness()
        for x in range(0, drawn.width(), 2)
        for y in range(drawn.height() // 3)
    ]
    assert min(levels) < 60
    assert levels[0] > 250


def test_another_theme_keeps_the_place_in_the_text(
    viewer: DocumentViewer, qtbot: QtBot, appearance: Appearance
) -> None:
    rows = [content("TEXT", f"Line {n}", TextValue="x") for n in range(200)]
    show_text(viewer, qtbot, report(*rows))
    bar = viewer.report.verticalScrollBar()
    bar.setValue(700)
    before = viewer.report.document()
    appearance.apply("dark")
    qtbot.waitUntil(lambda: viewer.report.document() is not before)
    assert bar.value() == 700
    appearance.apply("light")


# --- what is not shown ---------------------------------------------------------------------


def test_a_model_says_what_it_is_and_offers_a_copy(viewer: DocumentViewer) -> None:
    show(viewer, instance(ENCAPSULATED_STL, EncapsulatedDocument=b"solid x endsolid"))
    assert said(viewer, "document_what") == "3D model (STL)"
    assert "3D models are not shown here" in said(viewer, "document_why")
    assert is_offered(viewer, "document_copy")
    assert not is_offered(viewer, "document_print")


def test_a_protected_pdf_says_so_and_offers_a_copy(viewer: DocumentViewer) -> None:
    locked = locked_pdf()
    show(viewer, instance(ENCAPSULATED_PDF, EncapsulatedDocument=locked))
    assert said(viewer, "document_what") == "PDF document"
    assert "password" in said(viewer, "document_why")
    assert is_offered(viewer, "document_copy")


def test_a_film_says_that_it_is_not_played(viewer: DocumentViewer) -> None:
    data = instance("1.2.840.10008.5.1.4.1.1.77.1.1.1")
    viewer.show_video(describe_instance(open_object(data)))
    assert said(viewer, "document_what") == "Video Endoscopic Image"
    assert "not played" in said(viewer, "document_why")


@pytest.mark.parametrize(
    ("sop_class", "what"),
    [
        (RT_PLAN, "Radiotherapy plan"),
        ("1.2.840.10008.5.1.4.1.1.11.1", "Presentation state"),
        ("1.2.840.10008.5.1.4.1.1.66", "Raw data of a device"),
        ("1.2.840.10008.5.1.4.1.1.66.4", "Segmentation"),
        ("1.2.840.10008.5.1.4.34.7", "RT Beams Delivery Instruction"),
        ("1.2.3.4.5", "Object of an unknown kind"),
    ],
)
def test_what_nothing_shows_says_what_it_is_and_why(
    viewer: DocumentViewer, sop_class: str, what: str
) -> None:
    show(viewer, instance(sop_class))
    assert said(viewer, "document_what") == what
    assert len(said(viewer, "document_why")) > 20
    assert not is_offered(viewer, "document_copy")


def test_closing_leaves_nothing_of_the_patient(viewer: DocumentViewer, qtbot: QtBot) -> None:
    show_text(viewer, qtbot, report(content("TEXT", "Finding", TextValue="x")))
    assert "李娜" in viewer.report.toPlainText()
    viewer.close_content()
    assert viewer.report.toPlainText() == ""
    assert not is_offered(viewer, "document_print")
