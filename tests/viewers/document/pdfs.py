"""Small PDFs written by Qt for a test."""

import re

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter


def pdf_of(*pages: str) -> bytes:
    """A4 pages with one line of text each; needs a QApplication."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setResolution(72)
    painter = QPainter(writer)
    for number, words in enumerate(pages):
        if number:
            writer.newPage()
        painter.drawText(72, 72, words)
        painter.fillRect(200, 400, 100, 100, painter.pen().color())
    painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def page_count(data: bytes) -> int:
    """By another way than the one under test: the page objects of the file."""
    return len(re.findall(rb"/Type\s*/Page[^s]", data))


def locked_pdf() -> bytes:
    """A PDF whose standard security handler (40-bit) knows no empty password."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 1/R 2/Length 40/P -44/O<"
        + b"5a" * 32
        + b">/U<"
        + b"a5" * 32
        + b">>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, words in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, words)
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    trailer = b"<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<01><01>]>>"
    head = b"xref\n0 5\n0000000000 65535 f \n"
    return body + head + table + b"trailer\n%s\nstartxref\n%d\n%%%%EOF" % (trailer, len(body))
