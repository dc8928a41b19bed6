"""Curves on paper: A4 on its side, a millimetre as a millimetre, with the patient's line."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QFileDialog, QWidget

from app.imaging.errors import ImagingError
from app.imaging.film import FOOT_MM, HEAD_MM, INCH_MM, MARGIN_MM, Box
from app.imaging.output_files import file_name
from app.imaging.series import Instance
from app.kit.theme import colours
from app.models.times import now
from app.viewers.background import Background
from app.viewers.paper import (
    A4_MM,
    WHITE,
    Paper,
    Printed,
    ask_printer,
    paint_foot,
    paint_head,
    prepare_printer,
    preview,
    print_pages,
    searchable,
    write_pdf,
)
from app.viewers.waveform.drawing import Drawing
from app.viewers.waveform.screen import Ruler
from app.viewers.waveform.sheet_painter import Inks, draw_grid
from app.viewers.waveform.traces import Traces
from app.viewers.waveform.words import scale_words
from protocol.export import Exported, ExportKind, ExportTo

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

translate = QCoreApplication.translate

MOST_PAGES = 60
WORDS_MM = 5.0
ROOM_MM = (A4_MM[1] - 2 * MARGIN_MM, A4_MM[0] - 2 * MARGIN_MM - HEAD_MM - FOOT_MM - WORDS_MM)
"""Width and height for the curves."""
_LINE_MM, _GAP_MM, _NAME_POINTS = 0.22, 1.0, 8.0


def paper_inks() -> Inks:
    """The light theme's, on white."""
    named = colours("light")
    names = ("minor", "major", "trace", "label", "mark", "caliper")
    return Inks(WHITE, *(QColor(named[f"ecg_{name}"]) for name in names))


class CurvePages:
    """A drawing cut into pages: rows never in two, the time going on over the pages."""

    lying = True

    def __init__(self, drawing: Drawing, instance: Instance, printed: Printed) -> None:
        self._drawing = replace(drawing, chosen=None)
        self._instance = instance
        self._printed = printed
        sheet = drawing.sheet
        edge = (sheet.height_mm - sheet.rows * sheet.row_mm) / 2
        self._rows = max(1, int((ROOM_MM[1] - edge) // sheet.row_mm))
        self._edge = edge
        self._across = max(1, math.ceil(sheet.width_mm / ROOM_MM[0] - 1e-9))
        self._down = max(1, math.ceil(sheet.rows / self._rows))

    @property
    def count(self) -> int:
        """How many pages."""
        return self._across * self._down

    def paint(self, paper: Paper, number: int) -> None:
        """Page `number`, counted from 0."""
        paint_head(paper, self._instance)
        per_mm = paper.dpi / INCH_MM
        top = MARGIN_MM + HEAD_MM
        words = scale_words(self._drawing, Ruler(per_mm, True), per_mm)
        paper.write(Box(MARGIN_MM, top - 2, ROOM_MM[0], WORDS_MM), words)
        self._curves(paper, per_mm, number, top + WORDS_MM)
        note = translate("paper", "Print at 100 %, without fitting to the page.")
        paint_foot(paper, self._printed, number + 1, self.count, note)

    def _curves(self, paper: Paper, per_mm: float, number: int, top: float) -> None:
        sheet, painter, inks = self._drawing.sheet, paper.painter, paper_inks()
        row, column = divmod(number, self._across)
        left = column * ROOM_MM[0]
        above = row * self._rows * sheet.row_mm + (self._edge if row else 0.0)
        rows = min(self._rows, sheet.rows - row * self._rows)
        height = rows * sheet.row_mm + (0.0 if row else self._edge)
        width = min(ROOM_MM[0], sheet.width_mm - left)
        painter.save()
        painter.setClipRect(paper.pixels(Box(MARGIN_MM, top, width, height)))
        corner = paper.pixels(Box(MARGIN_MM, top, 0, 0)).topLeft()
        painter.translate(corner)
        origin = round(left * per_mm), round(above * per_mm)
        size = QSize(math.ceil(width * per_mm), math.ceil(height * per_mm))
        draw_grid(painter, inks, per_mm, origin, size)
        painter.translate(-left * per_mm, -above * per_mm)
        font = searchable(QFont())
        font.setPixelSize(max(1, round(_NAME_POINTS * paper.dpi / 72)))
        painter.setFont(font)
        traces = Traces(self._drawing, per_mm)
        traces.gap, traces.wide = _GAP_MM * per_mm, _LINE_MM * per_mm
        traces.paint(painter, inks, (left, above, width, height))
        painter.restore()


class CurvePrinting(QObject):
    """Asks where to, and prints in a thread. `said` tells what became of it."""

    said = Signal(str)
    exported = Signal(object)
    """`Exported`, as it begins."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._work = Background(self, rich_text=True)
        self._drawing: Drawing | None = None
        self._instance: Instance | None = None
        self.by: Callable[[], str] = lambda: ""
        """Who prints."""
        self.now = now
        """The clock of what is printed."""

    def show(self, drawing: Drawing | None, instance: Instance | None) -> None:
        """What would be printed now."""
        self._drawing, self._instance = drawing, instance

    def pages(self) -> CurvePages | None:
        """The pages of it, None where nothing is shown or there are too many."""
        drawing, instance = self._drawing, self._instance
        if drawing is None or instance is None:
            return None
        pages = CurvePages(drawing, instance, Printed(self.by(), self.now()))
        if pages.count > MOST_PAGES:
            self.said.emit(
                translate("WaveformViewer", "Too long for paper: choose a layout in columns.")
            )
            return None
        return pages

    def _ready(self) -> CurvePages | None:
        pages = self.pages()
        if pages is not None:
            # The first use of Qt by what paints belongs to this thread, see `first_touch`.
            preview(pages, 0, 12.0)
        return pages

    def ask_printer(self) -> None:
        """Ask for a printer."""
        pages = self._ready()
        if pages is None:
            return
        ask_printer(self._window, self.print_on, lambda printer: prepare_printer(printer, pages))

    def ask_file(self) -> None:
        """Ask where the PDF goes; the name proposed says nothing of the patient."""
        if self._instance is None:
            return
        dialog = QFileDialog(self._window, translate("WaveformViewer", "Curves as PDF"))
        dialog.setObjectName("fileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(file_name(self._instance, self._instance.instance_number, "pdf"))
        dialog.fileSelected.connect(lambda path: self.print_to(Path(path)))
        dialog.open()

    def print_on(self, printer: QPrinter) -> None:
        """Print the pages."""
        pages = self._ready()
        if pages is not None:
            words = translate("WaveformViewer", "Handed to the printer.")
            self._note(pages, ExportTo.PAPER)
            self._work.start(
                lambda: print_pages(pages, printer, threading.Event(), _unheard),
                lambda result: self._tell(result, words),
            )

    def print_to(self, target: Path) -> None:
        """Write the pages as a PDF."""
        pages = self._ready()
        if pages is not None:
            words = translate("WaveformViewer", "PDF saved.")
            self._note(pages, ExportTo.FILE)
            self._work.start(
                lambda: write_pdf(pages, target, threading.Event(), _unheard),
                lambda result: self._tell(result, words),
            )

    def _note(self, pages: CurvePages, to: ExportTo) -> None:
        study = self._instance.study_instance_uid if self._instance is not None else ""
        self.exported.emit(Exported.of(ExportKind.CURVES, to, pages.count, study))

    def _tell(self, result: object, words: str) -> None:
        if isinstance(result, ImagingError):
            words = translate("WaveformViewer", "Nothing was printed: choose another place.")
        self.said.emit(words)


def _unheard(_page: int) -> None:
    """Few pages need no progress."""
