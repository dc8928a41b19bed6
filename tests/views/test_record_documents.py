"""A document of the record is opened by Enter, and goes with the case where that is ticked."""

import base64
import struct
import zlib
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPlainTextEdit, QProgressBar, QTableView
from pytestqt.qtbot import QtBot

from app.commands.emr_wishes import WishOpenDocument, WishShareRecord, WishStopSharing
from app.net.emr.documents import DocumentContent, DocumentKind
from app.net.emr.gathering import Gathered
from app.net.emr.reading import clinical
from app.session.emr import EmrRead, EmrReading
from app.viewers.document.pages import PdfPages
from app.views.record_document import MOST_TEXT, DocumentWindow
from tests.fakes.bundles import of_patient
from tests.fakes.records import resources
from tests.services.test_report_pictures import png
from tests.viewers.document.pdfs import locked_pdf, pdf_of
from tests.views.conftest import Shown
from tests.views.test_emr import HER, at_hospital, click
from tests.views.test_record_entry import marked_row

NOTE = "出院小结：好转。".encode()
ATTACHED = {"contentType": "text/plain", "title": "小结", "data": base64.b64encode(NOTE).decode()}
DOCUMENT = of_patient("DocumentReference", "d1", content=[{"attachment": ATTACHED}])


def announcing(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and is not."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    sealed = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + sealed + struct.pack(">I", 9) + b"IDAT"


def test_what_a_document_says_is_opened_and_goes_along_only_where_that_is_ticked(
    shown: Shown,
) -> None:
    at_hospital(shown)
    told = [*resources(), DOCUMENT]
    gathered = Gathered(told[0], tuple(told[1:]))
    shown.apply(EmrRead(EmrReading("p1", HER.person, 12, 12, gathered, clinical(told))))
    box, documents = (shown.find(QCheckBox, one) for one in ("emrContents", "share_DOCUMENTS"))
    assert box.isVisible()
    assert not box.isChecked()
    marked_row(shown, "DOCUMENTS", "recordList")
    QTest.keyClick(shown.find(QTableView, "recordList", "emrWindow"), Qt.Key.Key_Return)
    content = DocumentContent(DocumentKind.TEXT, "小结", NOTE, "text/plain")
    opened = WishOpenDocument(content, at_hospital=True)
    assert opened in shown.wishes
    for ticked, goes in ((True, True), (False, False)):
        box.setChecked(True)
        documents.setChecked(ticked)
        click(shown, "emrShare")
        *_, wish = (one for one in shown.wishes if isinstance(one, WishShareRecord))
        assert wish.contents is goes


@pytest.mark.parametrize(
    ("kind", "data", "problem_words"),
    [
        (DocumentKind.TEXT, NOTE, ""),
        (DocumentKind.TEXT, b"\xff\xff", "damaged"),
        (DocumentKind.PAGE, f"<p>{NOTE.decode()}<script>x</script>".encode(), ""),
        (DocumentKind.CLINICAL, f"<text>{NOTE.decode()}</text>".encode(), ""),
        (DocumentKind.CLINICAL, b"<ClinicalDocument", "damaged"),
        (DocumentKind.PDF, b"", ""),
        (DocumentKind.PDF, b"%PDF-1.7 cut", "damaged"),
        (DocumentKind.PDF, locked_pdf(), "password"),
        (DocumentKind.IMAGE, b"\x89PNG\r\n\x1a\n", "damaged"),
        (DocumentKind.IMAGE, announcing(20_000, 20_000), "too large"),
        (DocumentKind.IMAGE, png(), ""),
    ],
)
def test_the_window_shows_it_or_says_that_it_cannot(
    shown: Shown, qtbot: QtBot, kind: DocumentKind, data: bytes, problem_words: str
) -> None:
    content = DocumentContent(kind, "小结", data or pdf_of("one"))
    window = DocumentWindow(shown.window, shown.window.appearance, content)
    state = window.findChild(QLabel, "documentState")
    assert isinstance(state, QLabel)
    assert state.text(), "it is opened in a thread"
    with qtbot.waitExposed(window):
        window.show()
    problem = window.findChild(QLabel, "documentProblem")
    assert isinstance(problem, QLabel)
    qtbot.waitUntil(lambda: not state.text(), timeout=30_000)
    damaged = bool(problem_words)
    assert problem.isVisible() is damaged
    assert problem_words in problem.text()
    if kind is DocumentKind.IMAGE and not damaged:
        picture = window.findChild(QLabel, "documentPicture")
        assert isinstance(picture, QLabel)
        qtbot.waitUntil(lambda: not picture.pixmap().isNull(), timeout=30_000)
    pages = window.findChild(PdfPages)
    if pages is not None and not damaged:
        qtbot.waitUntil(lambda: pages.has_drawn(0), timeout=30_000)
    text = window.findChild(QPlainTextEdit)
    assert text is None or damaged or text.toPlainText() == NOTE.decode()
    QTest.keyClick(window, Qt.Key.Key_Escape)


def test_sharing_documents_shows_how_far_it_is_and_is_stopped_by_button_or_escape(
    shown: Shown,
) -> None:
    at_hospital(shown)
    told = [*resources(), DOCUMENT]
    whole = Gathered(told[0], tuple(told[1:])), clinical(told)
    reading = EmrReading("p1", HER.person, 12, 12, *whole, sharing=True, filled=(1, 3))
    shown.apply(EmrRead(reading))
    bar, state = shown.find(QProgressBar, "emrBar"), shown.find(QLabel, "emrReading")
    assert (bar.value(), bar.maximum(), bar.isVisible()) == (1, 3, True)
    assert state.text() == bar.accessibleName() == "Fetching what the documents say: 1 of 3"
    click(shown, "emrBack")
    QTest.keyClick(shown.find(QDialog, "emrWindow"), Qt.Key.Key_Escape)
    assert shown.wishes[-2:] == [WishStopSharing(), WishStopSharing()]


@pytest.mark.parametrize(
    ("kind", "at_hospital", "problem_words"),
    [
        (DocumentKind.OTHER, True, "application/msword"),
        (DocumentKind.ELSEWHERE, True, "lies elsewhere"),
        (DocumentKind.ELSEWHERE, False, "full documents"),
    ],
)
def test_what_is_not_shown_says_why(
    shown: Shown, kind: DocumentKind, at_hospital: bool, problem_words: str
) -> None:
    content = DocumentContent(kind, "", b"", "application/msword")
    args = shown.window, shown.window.appearance, content
    window = DocumentWindow(*args, at_hospital=at_hospital)
    window.show()
    state, problem = (
        window.findChild(QLabel, name) for name in ("documentState", "documentProblem")
    )
    assert isinstance(state, QLabel)
    assert isinstance(problem, QLabel)
    assert problem_words in problem.text()
    assert problem.isVisible()
    assert not state.text()
    window.show_content(replace(content, url="https://pacs.example/7"))
    lies = kind is DocumentKind.ELSEWHERE and at_hospital
    assert ("https://pacs.example/7" in problem.text()) == lies
    window.close()


def test_what_lies_at_the_hospital_is_shown_when_it_has_come(shown: Shown, qtbot: QtBot) -> None:
    lies = DocumentContent(DocumentKind.ELSEWHERE, "小结", b"", "text/plain", "Binary/b1")
    window = DocumentWindow(shown.window, shown.window.appearance, lies, at_hospital=True)
    state = window.findChild(QLabel, "documentState")
    window.show()
    assert isinstance(state, QLabel)
    assert state.text() == "Fetching the document…"
    window.show_content(DocumentContent(DocumentKind.TEXT, "小结", NOTE))
    text = window.findChild(QPlainTextEdit)
    assert isinstance(text, QPlainTextEdit)
    qtbot.waitUntil(lambda: text.toPlainText() == NOTE.decode(), timeout=30_000)
    assert text.isVisible()
    window.close()


def test_of_a_text_beyond_reason_the_beginning_is_shown_letter_by_letter(
    shown: Shown, qtbot: QtBot
) -> None:
    markup = "<img src='https://elsewhere.example/x.png'>"
    text = markup + "好" * MOST_TEXT
    content = DocumentContent(DocumentKind.TEXT, "小结", text.encode())
    window = DocumentWindow(shown.window, shown.window.appearance, content)
    place, problem = window.findChild(QPlainTextEdit), window.findChild(QLabel, "documentProblem")
    assert isinstance(place, QPlainTextEdit)
    assert isinstance(problem, QLabel)
    qtbot.waitUntil(lambda: bool(place.toPlainText()), timeout=30_000)
    assert place.toPlainText() == text[:MOST_TEXT]
    assert "only the beginning" in problem.text()
    window.reject()
