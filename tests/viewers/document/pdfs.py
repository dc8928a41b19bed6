"""Small PDFs written by Qt for a test."""

import io

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
    """By another library than the one under test: the page objects of the file."""
    import re

    return len(re.findall(rb"/Type\s*/Page[^s]", io.BytesIO(data).getvalue()))
