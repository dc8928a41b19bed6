"""Who makes files and paper of what is on the screen, in a thread, with a way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.imaging.errors import ImagingError, Reason
from app.imaging.output_files import write_files
from app.models.times import moment, now
from app.viewers.background import Background
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.output.entries import OutputAction
from app.viewers.dicom.output.export_sheet import ExportSheet
from app.viewers.dicom.output.film_pages import FilmPages
from app.viewers.dicom.output.first_touch import touch
from app.viewers.dicom.output.print_sheet import PREVIEW_DPI, PrintSheet
from app.viewers.dicom.output.scene import Over, still, take
from app.viewers.dicom.output.sheet import OutputSheet
from app.viewers.dicom.output.wish import Cell, Form, Screen, Wish, files_of
from app.viewers.dicom.reasons import reason_words
from app.viewers.gate import Gate
from app.viewers.paper import Printed, ask_printer, prepare_printer, preview, print_pages, write_pdf
from protocol.export import Exported, ExportKind, ExportTo

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from app.viewers.dicom.session import StudySession
    from app.viewers.dicom.stage import Stage


_KINDS = {
    Form.PNG: ExportKind.PICTURES,
    Form.JPEG: ExportKind.PICTURES,
    Form.DICOM: ExportKind.OBJECTS,
    Form.CAPTURE: ExportKind.CAPTURES,
}
SEEN_SIDES = (1024, 1600)
"""Pixels that the longer side of a picture for a report has, at least and at most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at; a plane of a volume names the image it was shown beside. `frame` counts
    from 1."""

    png: bytes = field(repr=False)
    study_instance_uid: str
    sop_instance_uid: str
    frame: int


class OutputDesk(QObject):
    """One job at a time."""

    exported = Signal(object)
    """`Exported`, as files or paper begin to be made."""
    _progressed = Signal(int)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._session: StudySession | None = None
        self._gate = Gate()
        stage.destroyed.connect(self._gate.close)
        self._work = Background(self)
        self._stop = threading.Event()
        self.now = now
        """The clock of what is printed or saved."""
        self.mark = self._saved_by
        """What stands below every picture that is saved."""
        self._running: OutputSheet | None = None
        self._looking = Background(self)
        self._seeing = Background(self)
        self._previewing = self._stale = False
        self.export_sheet: ExportSheet | None = None
        self.print_sheet: PrintSheet | None = None
        self._progressed.connect(self._on_progressed, Qt.ConnectionType.QueuedConnection)

    def use_session(self, session: StudySession | None) -> None:
        """Another study: what is being made of the last one is given up."""
        self._session = session
        self._stop.set()
        self._looking.drop()
        self._previewing = self._stale = False
        for sheet in (self.export_sheet, self.print_sheet):
            if sheet is not None:
                sheet.close()

    def act(self, action: str) -> bool:
        """Do what the table's entry says, if it is about files or paper."""
        if action == OutputAction.EXPORT:
            self.ask_export()
        elif action == OutputAction.PRINT:
            self.ask_print()
        else:
            return False
        return True

    # --- what is on the screen --------------------------------------------------------------

    def screen(self) -> Screen | None:
        """The cells that show something, None where the active one shows nothing."""
        stage = self._stage
        marking, pane = stage.marking, stage.cell.pane
        room: QWidget = stage.planes.room if stage.planes.on else stage.grid
        found: list[Cell] = []
        active = -1
        if stage.planes.on:
            instance = stage.grid.active.instance
            views = [view for view in room.findChildren(PlaneView) if view.isVisibleTo(room)]
            for view in views:
                plane = still(view, instance, stage.objects) if instance is not None else None
                if plane is not None and instance is not None:
                    active = len(found) if view.pane is pane else active
                    found.append(Cell(_place(view.pane, room), instance, plane=plane))
        elif marking is not None:
            for cell in stage.grid.seen:
                scene, instance = take(cell, marking.sheet, stage.objects), cell.instance
                if scene is not None and instance is not None:
                    active = len(found) if cell.pane is pane else active
                    found.append(Cell(_place(cell.pane, room), instance, scene))
        if active < 0:
            return None
        ratio = pane.devicePixelRatioF()
        return Screen(found, active, room.width(), room.height(), ratio, pane.font())

    def seen(self, come: Callable[[Seen | None], None]) -> None:
        """The active cell as it is looked at, as PNG, made in a thread: with what is drawn on it,
        without a word of whose it is. None where no picture is shown, or it cannot be made."""
        screen, session = self.screen(), self._session
        cell = None if screen is None else screen.cells[screen.active]
        awaited = cell is not None and cell.scene is not None and cell.instance.awaited
        if screen is None or session is None or cell is None or awaited:
            come(None)
            return
        touch()
        longest = max(cell.place.width(), cell.place.height())
        least, most = SEEN_SIDES
        ratio = max(least, min(most, longest * screen.ratio)) / longest
        screen = replace(screen, ratio=ratio)
        _, make = files_of(Wish(over=Over(drawn=True)), screen, session)[0]
        ref = None if cell.scene is None else cell.scene.series.slices[cell.scene.index]
        frame = 1 if ref is None else ref.frame + 1
        study, sop = cell.instance.study_instance_uid, cell.instance.sop_instance_uid

        def made(png: object) -> None:
            come(Seen(png, study, sop, frame) if isinstance(png, bytes) else None)

        self._seeing.start(make, made)

    # --- files ------------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Show the sheet for files."""
        if self.export_sheet is None:
            where = QStandardPaths.StandardLocation.PicturesLocation
            folder = Path(QStandardPaths.writableLocation(where))
            self.export_sheet = ExportSheet(folder, self._stage)
            self.export_sheet.wished.connect(self.export)
            self.export_sheet.stopped.connect(self._stop_now)
        self._show(self.export_sheet)

    def _show(self, sheet: OutputSheet) -> None:
        touch()
        sheet.show()
        sheet.activateWindow()

    def export(self, wish: Wish, folder: Path) -> None:
        """Write what is wished for into a folder."""
        sheet, session, screen = self.export_sheet, self._session, self.screen()
        if sheet is None or self._running is not None:
            return
        files = (
            files_of(wish, screen, session, self.mark()) if screen is not None and session else []
        )
        if screen is None or not files:
            sheet.end(self.tr("There is no such file: what is shown was made here."))
            return
        self._tell(_KINDS[wish.form], ExportTo.FILE, len(files), screen.study_of(wish.what))
        self._begin(
            sheet,
            len(files),
            lambda stop, told: write_files(folder, files, progressed=told, cancelled=stop.is_set),
            lambda paths: self.tr("%n file(s) saved.", "", len(paths)),
        )

    # --- paper --------------------------------------------------------------------------------

    def ask_print(self) -> None:
        """Show the sheet for paper."""
        if self.print_sheet is None:
            self.print_sheet = sheet = PrintSheet(self._stage)
            sheet.looked.connect(self.look)
            sheet.printed.connect(self.ask_printer)
            sheet.pdf_wished.connect(self.print_to)
            sheet.stopped.connect(self._stop_now)
        self._show(self.print_sheet)
        self.look()

    def pages(self) -> FilmPages | None:
        """The pages as they are wished for now, None where nothing is shown."""
        sheet, session = self.print_sheet, self._session
        if sheet is None or session is None:
            return None
        wish = sheet.wish
        screen = self.screen()
        if screen is None:
            return None
        return FilmPages(wish, screen, session, Printed(self._author(), self.now()))

    def _author(self) -> str:
        marking = self._stage.marking
        return marking.author().name if marking is not None else ""

    def _saved_by(self) -> str:
        """Who took a picture out of the case, and when."""
        at = moment(self.now())
        if by := self._author():
            return self.tr("Saved by {name} at {time}").format(name=by, time=at)
        return self.tr("Saved at {time}").format(time=at)

    def look(self) -> None:
        """Paint the page that is looked at, in a thread."""
        sheet, pages = self.print_sheet, self.pages()
        if sheet is None:
            return
        if pages is None:
            sheet.show_page(None, 0)
            return
        if self._previewing:
            self._stale = True  # painted again when the page that is on its way has come
            return
        number = min(sheet.page, pages.count - 1)

        def come(image: object) -> None:
            self._previewing = False
            sheet.show_page(image if isinstance(image, QImage) else None, pages.count)
            if self._stale:
                self._stale = False
                self.look()

        self._previewing, self._stale = True, False
        self._looking.start(lambda: preview(pages, number, PREVIEW_DPI), come)

    def ask_printer(self) -> None:
        """Ask for a printer; the window beside stays usable."""
        sheet, pages = self.print_sheet, self.pages()
        if sheet is None or pages is None:
            return
        ask_printer(sheet, self.print_on, lambda printer: prepare_printer(printer, pages))

    def print_on(self, printer: QPrinter) -> None:
        """Print what is wished for."""
        sheet, pages = self.print_sheet, self.pages()
        if sheet is None or pages is None or self._running is not None:
            return
        self._tell(ExportKind.PICTURES, ExportTo.PAPER, pages.pictures, pages.study)
        self._begin(
            sheet,
            pages.count,
            lambda stop, told: print_pages(pages, printer, stop, told),
            lambda _: self.tr("Handed to the printer."),
        )

    def print_to(self, target: Path) -> None:
        """Write what is wished for as a PDF."""
        sheet, pages = self.print_sheet, self.pages()
        if sheet is None or self._running is not None:
            return
        if pages is None:
            sheet.end(self.tr("Nothing is shown that could be printed."))
            return
        self._tell(ExportKind.PICTURES, ExportTo.FILE, pages.pictures, pages.study)
        self._begin(
            sheet,
            pages.count,
            lambda stop, told: write_pdf(pages, target, stop, told),
            lambda _: self.tr("PDF saved."),
        )

    def _tell(self, kind: ExportKind, to: ExportTo, count: int, study: str) -> None:
        self.exported.emit(Exported.of(kind, to, count, study))

    # --- the thread ---------------------------------------------------------------------------

    def _begin(
        self,
        sheet: OutputSheet,
        count: int,
        work: Callable[[threading.Event, Callable[[int], object]], object],
        said: Callable[[tuple[Path, ...]], str],
    ) -> None:
        self._stop = stop = threading.Event()
        self._running = sheet
        sheet.start(count)
        told = partial(self._gate.say, self._progressed.emit)
        self._work.start(lambda: work(stop, told), lambda result: self._on_ended(result, said))

    def _stop_now(self) -> None:
        self._stop.set()

    def _on_progressed(self, done: int) -> None:
        if self._running is not None:
            self._running.progress(done)

    def _on_ended(self, result: object, said: Callable[[tuple[Path, ...]], str]) -> None:
        sheet, self._running = self._running, None
        if sheet is None:
            return
        if not isinstance(result, ImagingError):
            sheet.end(said(result if isinstance(result, tuple) else ()))
        elif result.code is Reason.CANCELLED:
            sheet.end(self.tr("Stopped; nothing was saved."))
        else:
            words = self.tr("Nothing was saved. {reason}")
            sheet.end(words.format(reason=reason_words(result.code)))


def _place(pane: QWidget, room: QWidget) -> QRect:
    # With the band above it, which is as high as the pane is from the top of its cell.
    above = pane.y()
    return QRect(pane.mapTo(room, QPoint(0, -above)), pane.size() + QSize(0, above))
