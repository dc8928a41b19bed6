"""A document of the record is opened by Enter, and goes with the case where that is ticked."""

import base64
import struct
import zlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QTableView
from pytestqt.qtbot import QtBot

from app.commands.emr_wishes import WishOpenDocument, WishShareRecord
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
    opened = WishOpenDocument(DocumentContent(DocumentKind.TEXT, "小结", NOTE))
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
    assert text is None or text.toPlainText() == NOTE.decode()
    QTest.keyClick(window, Qt.Key.Key_Escape)


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
