"""A document that makes its reader die or hang takes nothing with it but its own page."""

import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.imaging import guarded_document
from app.imaging.errors import DecodeError, DecodeTimeoutError, MalformedError
from app.kit.theme import Appearance
from app.viewers.document.content import PdfContent, read_content
from app.viewers.document.guarded import GuardedPdf, guarded_picture
from app.viewers.document.pages import FIT_PAGE, PdfPages
from app.viewers.document.pdf import Pdf
from tests.imaging.others import ENCAPSULATED_PDF, instance
from tests.viewers.document.pdfs import pdf_of

DIES_AT_THE_SECOND = """
import os, sys
from app.cli import document_worker
from app.viewers.document import pdf
whole = pdf.Pdf.draw
pdf.Pdf.draw = lambda self, page, scale: os.abort() if page == 1 else whole(self, page, scale)
document_worker.run(None)
"""
NEEDS_2_GIB = """
from app.cli import document_worker
from app.viewers.document import pdf
whole = pdf.Pdf.draw
pdf.Pdf.draw = lambda self, page, scale: bytearray(2 << 30) and whole(self, page, scale)
document_worker.run(None)
"""
ANSWERS = """
import sys
from app.imaging.workers.frames import read_message, write_message
write_message(sys.stdout.buffer, {"ready": True})
while True:
    asked, _ = read_message(sys.stdin.buffer, 1 << 30)
    if asked["ask"] == "open":
        write_message(sys.stdout.buffer, {"ok": True}, b"[[100, 100]]")
    elif asked["ask"] == "page" and asked["page"]:
        sys.stdin.buffer.read()  # hangs: nothing more comes
    else:
        write_message(sys.stdout.buffer, {"ok": True, "width": 9, "height": 9}, b"too little")
"""


def pdf_object(data: bytes) -> bytes:
    return instance(
        ENCAPSULATED_PDF, EncapsulatedDocument=data, EncapsulatedDocumentLength=len(data)
    )


def child(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def test_a_page_that_ends_its_process_is_damaged_and_the_others_are_shown(
    appearance: Appearance, qtbot: QtBot
) -> None:
    pages = PdfPages(appearance)
    qtbot.addWidget(pages)
    pages.set_fit(FIT_PAGE)
    pages.resize(400, 1600)
    with qtbot.waitExposed(pages):
        pages.show()
    pages.show_pdf(GuardedPdf(pdf_of("one", "two", "three"), child(DIES_AT_THE_SECOND)))
    qtbot.waitUntil(lambda: pages.has_drawn(0), timeout=30_000)
    pages.go_to(2)
    qtbot.waitUntil(lambda: pages.has_drawn(2), timeout=30_000)
    assert not pages.has_drawn(1)
    pages.show_pdf(None)


def test_a_text_is_found_over_there_on_the_pages_that_can_be_read(qapp: QApplication) -> None:
    pages = ("Befund", "nothing", "befund and Befund")
    pdf, same = GuardedPdf(pdf_of(*pages)), Pdf(pdf_of(*pages))
    found = [pdf.find(page, "befund") for page in range(3)]
    assert [len(hits) for hits in found] == [1, 0, 2]
    assert found == [same.find(page, "befund") for page in range(3)]
    pdf.close()
    assert pdf.find(0, "befund") == []
    for lie in (b"[[[1, 2, 3]]]", b"[[[1, 2, 3, Infinity]]]", b"{}{", b"[7]"):
        lies = GuardedPdf(b"", child(ANSWERS.replace('b"too little"', repr(lie))))
        assert lies.find(0, "befund") == []
        lies.close()


def test_a_pdf_in_a_dicom_object_is_read_over_there(
    appearance: Appearance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_document, "huizhen_argv", lambda _: child(DIES_AT_THE_SECOND))
    content = read_content(pdf_object(pdf_of("one", "two")))
    assert isinstance(content, PdfContent)
    content.pdf.draw(0, 1.0)
    with pytest.raises(DecodeError):
        content.pdf.draw(1, 1.0)
    content.pdf.close()
    monkeypatch.setattr(guarded_document, "huizhen_argv", lambda _: child("import os; os.abort()"))
    with pytest.raises(MalformedError):
        read_content(pdf_object(pdf_of("one")))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts all private memory there")
def test_a_page_that_needs_more_memory_than_a_clinics_computer_has_is_damaged(
    qapp: QApplication,
) -> None:
    pdf = GuardedPdf(pdf_of("one"), child(NEEDS_2_GIB))
    with pytest.raises(DecodeError):
        pdf.draw(0, 1.0)
    pdf.close()


def test_what_dies_hangs_or_lies_is_no_document(qapp: QApplication) -> None:
    with pytest.raises(DecodeError):
        GuardedPdf(b"", child("import os; os.abort()"))
    pdf = GuardedPdf(b"", child(ANSWERS), patience=0.2)
    with pytest.raises(DecodeError):
        pdf.draw(0, 1.0)
    with pytest.raises(DecodeTimeoutError):
        pdf.draw(1, 1.0)
    pdf.close()
    with pytest.raises(MalformedError):
        pdf.draw(0, 1.0)
    with pytest.raises(DecodeError):
        guarded_picture(b"", QSize(10, 10), child(ANSWERS))
