"""Copies and paper: file names without a patient, files written whole or not at all, printing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from app.imaging.errors import CancelledError, UnreadableError
from app.imaging.series import Instance
from app.viewers.document.pdf import Drawn

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

PRINT_DPI = 300
PRINT_POINTS = 10.0
_POINT = 72.0


def copy_name(instance: Instance, ending: str) -> str:
    """A file name that says what and when but not whose."""
    number = "" if instance.instance_number is None else str(instance.instance_number)
    parts = (instance.modality or "document", instance.study_date, number)
    safe = (re.sub(r"[^A-Za-z0-9]", "", part) for part in parts)
    return "-".join(part for part in safe if part) + f".{ending}"


def write_copy(data: bytes, target: Path) -> Path:
    """Write a file beside its final name, then put it there.

    Raises:
        UnreadableError: the system refuses.
    """
    half = target.with_name(target.name + ".part")
    try:
        half.write_bytes(data)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise UnreadableError("The file cannot be written there.") from error
    return target


def put_on_paper(document: QTextDocument, paper: QPdfWriter | QPrinter) -> None:
    """Lay a text out for the paper's own resolution and print it."""
    font = QFont(document.defaultFont())
    font.setPointSizeF(PRINT_POINTS)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.documentLayout().setPaintDevice(paper)
    document.setPageSize(QSizeF(paper.width(), paper.height()))
    document.print_(paper)


def write_as_pdf(document: QTextDocument, target: Path) -> Path:
    """Lay a text out on A4 and write it as PDF beside its final name, then put it there.

    Raises:
        UnreadableError: the system refuses.
    """
    half = target.with_name(target.name + ".part")
    if not target.parent.is_dir():
        raise UnreadableError("There is no such folder.")
    writer = QPdfWriter(str(half))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 18, 18, 18), QPageLayout.Unit.Millimeter)
    writer.setResolution(PRINT_DPI)
    writer.setTitle(target.stem)
    put_on_paper(document, writer)
    del writer
    try:
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise UnreadableError("The file cannot be written there.") from error
    return target


def print_pdf(
    pdf: Drawn,
    printer: QPrinter,
    cancelled: threading.Event,
    progressed: Callable[[int], object],
) -> int:
    """Print the pages, each fitted to the paper; runs in a thread. Answers how many.

    Raises:
        CancelledError: somebody wanted no more of it.
        MalformedError: a page cannot be drawn.
        UnreadableError: the printer refuses.
    """
    painter = QPainter()
    if not painter.begin(printer):
        raise UnreadableError("The printer does not answer.")
    try:
        for page, size in enumerate(pdf.sizes):
            if cancelled.is_set():
                printer.abort()
                raise CancelledError("Printing was cancelled.")
            if page:
                printer.newPage()
            image = pdf.draw(page, min(PRINT_DPI, printer.resolution()) / _POINT)
            room = QRectF(painter.viewport())
            share = min(room.width() / size.width, room.height() / size.height)
            width, height = size.width * share, size.height * share
            painter.drawImage(QRectF((room.width() - width) / 2, 0, width, height), image)
            progressed(page + 1)
    finally:
        painter.end()
    return len(pdf.sizes)
