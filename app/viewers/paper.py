"""Paper for every viewer: whose pictures these are, page after page, to a printer or a PDF."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from app.imaging.coded import date_words
from app.imaging.errors import CancelledError, NotWritableError
from app.imaging.film import FOOT_MM, HEAD_MM, INCH_MM, MARGIN_MM, Box
from app.imaging.output_files import whole_file
from app.imaging.series import Instance
from app.kit.theme import metrics
from app.models.times import age, moment
from app.viewers.patient_words import patient_words

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtWidgets import QWidget

DPI = 300
A4_MM = (210.0, 297.0)
_NOT_DRAWN = frozenset(("Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"))
"""Unicode's general categories of what leaves no sign of its own on paper."""
BLACK, WHITE = QColor(0, 0, 0), QColor(255, 255, 255)
_HEAD_POINTS, _SMALL_POINTS = 11.0, 8.0
_POINTS_AN_INCH = 72.0


def searchable(font: QFont) -> QFont:
    """The program's letters without substitutions: a substituted figure has no text in a PDF and
    could be neither searched nor copied."""
    font.setFamilies(list(metrics().families))
    font.unsetFeature(QFont.Tag("tnum"))
    for substituting in ("locl", "liga", "clig", "dlig"):
        font.setFeature(QFont.Tag(substituting), 0)
    return font


def unprintable(text: str) -> str:
    """The signs that no font of this computer has, each once, in the order of the text; among them
    those that only the writing system knows (private use), as some write rare names."""
    fonts = QFontMetrics(searchable(QFont()))
    drawn = (one for one in dict.fromkeys(text) if unicodedata.category(one) not in _NOT_DRAWN)
    return "".join(one for one in drawn if not fonts.inFontUcs4(ord(one)))


@dataclass(frozen=True, slots=True)
class Printed:
    """Who prints, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A page under a painter, whose origin is the page's upper left corner."""

    painter: QPainter
    dpi: float
    width: float
    """Millimetres."""
    height: float
    ink: QColor = field(default_factory=lambda: QColor(BLACK))

    def pixels(self, box: Box) -> QRectF:
        """A rectangle in the painter's pixels."""
        k = self.dpi / INCH_MM
        return QRectF(box.left * k, box.top * k, box.width * k, box.height * k)

    def write(
        self,
        box: Box,
        text: str,
        *,
        points: float = _SMALL_POINTS,
        right: bool = False,
        bold: bool = False,
        wrap: bool = False,
    ) -> None:
        """Words in a box, cut with … where they do not fit on its line unless they may wrap."""
        font = searchable(QFont())
        font.setPixelSize(max(1, round(points * self.dpi / _POINTS_AN_INCH)))
        font.setBold(bold)
        area = self.pixels(box)
        self.painter.setFont(font)
        self.painter.setPen(self.ink)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        flags = int(side | Qt.AlignmentFlag.AlignTop)
        if wrap:
            flags |= int(Qt.TextFlag.TextWordWrap)
        else:
            metrics_ = self.painter.fontMetrics()
            text = metrics_.elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        self.painter.drawText(area, flags, text)

    def line(self, left: float, top: float, right: float, bottom: float, wide: float = 0.2) -> None:
        """A straight line, all in millimetres."""
        k = self.dpi / INCH_MM
        self.painter.setPen(QPen(self.ink, wide * k))
        area = QRectF(left * k, top * k, (right - left) * k, (bottom - top) * k)
        self.painter.drawLine(area.topLeft(), area.bottomRight())


class Pages(Protocol):
    """What is printed; everything is called in one thread, which may block."""

    @property
    def count(self) -> int:
        """How many pages."""
        ...

    @property
    def lying(self) -> bool:
        """Whether the paper lies on its side."""
        ...

    def paint(self, paper: Paper, number: int) -> None:
        """Page `number`, counted from 0."""
        ...


def age_words(instance: Instance) -> str:
    """How old the patient was when the study was made, empty where the file does not say."""
    born, then = _day(instance.patient.birth_date), _day(instance.study_date)
    return age(born, then) if born is not None and then is not None and born <= then else ""


def _day(value: str) -> date | None:
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:8])) if len(value) == 8 else None
    except ValueError:
        return None


def paint_head(paper: Paper, instance: Instance) -> None:
    """The patient's line: name, number, sex, birth and age; institution, study and its date."""
    half = (paper.width - 2 * MARGIN_MM) / 2
    left, right = MARGIN_MM, MARGIN_MM + half
    name, *rest = patient_words(instance.patient) or ("",)
    who = "   ".join(part for part in (*rest, age_words(instance)) if part)
    paper.write(Box(left, MARGIN_MM, half, 6), name, points=_HEAD_POINTS, bold=True)
    paper.write(Box(left, MARGIN_MM + 6, half, 5), who)
    paper.write(Box(right, MARGIN_MM, half, 6), instance.institution, right=True)
    study = "   ".join(
        part for part in (date_words(instance.study_date), instance.study_description) if part
    )
    paper.write(Box(right, MARGIN_MM + 6, half, 5), study, right=True)
    rule = MARGIN_MM + HEAD_MM - 3
    paper.line(left, rule, paper.width - MARGIN_MM, rule)


def paint_foot(paper: Paper, printed: Printed, number: int, count: int, words: str = "") -> None:
    """Who printed it when, `words`, and which page it is, from 1."""
    translate = QCoreApplication.translate
    top = paper.height - MARGIN_MM - FOOT_MM + 7
    width = paper.width - 2 * MARGIN_MM
    if printed.by:
        by = translate("paper", "Printed by {name} at {time}").format(
            name=printed.by, time=moment(printed.at)
        )
    else:
        by = translate("paper", "Printed at {time}").format(time=moment(printed.at))
    page = translate("paper", "Page {n} of {count}").format(n=number, count=count)
    said = "   ".join(part for part in (by, words) if part)
    paper.write(Box(MARGIN_MM, top, width - 30, 5), said)
    paper.write(Box(paper.width - MARGIN_MM - 30, top, 30, 5), page, right=True)


def paint_scale(paper: Paper, left: float, top: float) -> None:
    """A hundred millimetres, to be held against a ruler."""
    paper.line(left, top, left + 100, top, 0.3)
    for step in range(11):
        reach = 2.0 if step % 5 == 0 else 1.2
        paper.line(left + step * 10, top - reach, left + step * 10, top, 0.3)
    paper.write(Box(left + 102, top - 2.6, 30, 4), "100 mm")


def print_pages(
    pages: Pages,
    device: QPdfWriter | QPrinter,
    stop: Event,
    progressed: Callable[[int], object],
) -> int:
    """Paint all pages; runs in a thread. Answers how many.

    Raises:
        CancelledError: `stop` is set.
        NotWritableError: the printer or the file refuses.
        Whatever a page raises.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise NotWritableError("The printer does not answer.")
    try:
        size = device.pageLayout().fullRect(QPageLayout.Unit.Millimeter)
        for number in range(pages.count):
            if stop.is_set():
                raise CancelledError("Printing was cancelled.")
            if number and not device.newPage():
                raise NotWritableError("The printer does not go on.")
            paper = Paper(painter, device.resolution(), size.width(), size.height())
            pages.paint(paper, number)
            progressed(number + 1)
    finally:
        painter.end()
    return pages.count


def ask_printer(
    parent: QWidget,
    print_on: Callable[[QPrinter], object],
    prepare: Callable[[QPrinter], object] | None = None,
) -> None:
    """Asks for a printer, which `prepare` sets up beforehand; nothing waits meanwhile."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if prepare is not None:
        prepare(printer)
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: print_on(printer))
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()


def prepare_printer(printer: QPrinter, pages: Pages) -> None:
    """Whole pages at a resolution at which pictures are painted in time."""
    printer.setFullPage(True)
    printer.setResolution(DPI)
    printer.setPageOrientation(_orientation(pages))


def write_pdf(
    pages: Pages, target: Path, stop: Event, progressed: Callable[[int], object]
) -> tuple[Path, ...]:
    """Write an A4 file, whole or not at all; its metadata say nothing of the patient.

    Errors as `print_pages` and `whole_file`.
    """
    with whole_file(target) as half:
        writer = QPdfWriter(str(half))
        writer.setResolution(DPI)
        writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4), _orientation(pages), QMarginsF(0, 0, 0, 0)
            )
        )
        writer.setCreator("Huizhen")
        try:
            print_pages(pages, writer, stop, progressed)
        finally:
            del writer
        if half.stat().st_size == 0:
            raise NotWritableError("Nothing could be written.")
    return (target,)


def preview(pages: Pages, number: int, dpi: float) -> QImage:
    """A4 page `number` (from 0) as an image."""
    width, height = A4_MM[::-1] if pages.lying else A4_MM
    size = QSizeF(width, height) * (dpi / INCH_MM)
    image = QImage(size.toSize(), QImage.Format.Format_RGB32)
    image.fill(WHITE)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        pages.paint(Paper(painter, dpi, width, height), number)
    finally:
        painter.end()
    return image


def _orientation(pages: Pages) -> QPageLayout.Orientation:
    lying = pages.lying
    return QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
