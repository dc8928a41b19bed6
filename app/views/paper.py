"""A report as it is on paper: read page by page, saved, printed on A4 or A5; a draft goes on with
what is typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPageSize, QShortcut
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from app.imaging.errors import ImagingError, Reason
from app.kit.layouts import column, row
from app.kit.theme import Appearance
from app.kit.widgets import Field, TextKind, button, label, set_property, set_words
from app.viewers.background import Background
from app.viewers.document.output import print_pdf, write_copy
from app.viewers.document.pages import ZOOM_STEP, PdfPages
from app.viewers.document.pdf import Pdf
from app.viewers.paper import ask_printer
from app.views.asking_files import ask_target
from protocol.export import Exported, ExportKind, ExportTo

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

WIDTH, HEIGHT = 860, 720
SIZES = (QPageSize.PageSizeId.A4, QPageSize.PageSizeId.A5)


class PaperWindow(QWidget):
    """`number` names the file, `version` of `versions` is shown; a draft is only to be read.
    `as_dicom` makes, in a thread, the object that an archive takes; None: there is none.
    `has_a5`: the same report can be laid out for A5. `archives`: where it can be sent, by name."""

    version_chosen = Signal(int)
    """Another version of the report is wanted."""
    archive_wanted = Signal(object)
    """UUID of the archive that shall have the report; answered by `give_to_archive`."""
    a5_wanted = Signal()
    """Answered by `lay_out_a5`, or by `fail_a5` where what it needs cannot be had."""
    exported = Signal(object)
    """`Exported`, as saving or printing begins."""
    leaving = Signal()
    """It is being closed, and still where it was."""
    _progressed = Signal(int)

    def __init__(
        self,
        parent: QWidget,
        appearance: Appearance,
        data: bytes,
        number: str,
        *,
        draft: bool,
        as_dicom: Callable[[], bytes] | None = None,
        has_a5: bool = False,
        version: int = 1,
        versions: int = 1,
        archives: tuple[tuple[UUID, str], ...] = (),
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setObjectName("paperWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if draft:
            # It stays open beside who writes, and takes neither keys nor clicks from them.
            self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        else:
            self.setWindowModality(Qt.WindowModality.WindowModal)
        self._data, self._number, self._draft = data, number, draft
        self._as_dicom, self._has_a5 = as_dicom, has_a5
        self._version = QComboBox()
        self._version.setObjectName("paperVersion")
        self._version.addItems([str(number) for number in range(1, versions + 1)])
        self._version.setCurrentIndex(version - 1)
        self._version.activated.connect(lambda place: self._choose(place + 1, version))
        self._version_field = Field(self._version)
        self._version_field.setVisible(versions > 1 and not draft)
        self._whole = self._pdf = Pdf(data)
        self._small: Pdf | None = None
        self._stop = threading.Event()
        self._saving, self._laying, self._printing = (
            Background(self, rich_text=True) for _work in range(3)
        )
        self._is_laying = self._is_printing = False
        self._progressed.connect(self._on_progressed)
        self.pages = PdfPages(appearance)
        self._size = QComboBox()
        self._size.setObjectName("paperSize")
        self._size.activated.connect(self._lay_out)
        self._size_field = Field(self._size)
        self._state = label("paperState", "muted", wrap=True)
        self._print = button("printPaper", self.ask_printer, "primary")
        self._save = button("savePaper", self.ask_file)
        self._object = button("saveObject", self.ask_object)
        self._send = QPushButton()
        self._send.setObjectName("sendToArchive")
        self._archives = QMenu(self)
        for id_, name in archives:
            self._archives.addAction(name, partial(self._ask_archive, id_))
        self._send.setMenu(self._archives)
        self._cancel = button("stopPrinting", self._stop.set)
        self._close = button("closePaper", self._leave, "quiet")
        self._cancel.hide()
        for widget in (self._size_field, self._print, self._save):
            widget.setVisible(not draft)
        self._object.setVisible(as_dicom is not None and not draft)
        self._send.setVisible(as_dicom is not None and not draft and bool(archives))
        told = row(self._state, self._cancel, gap=2)
        told.setStretch(0, 1)
        foot = row(
            None,
            self._version_field,
            self._size_field,
            self._object,
            self._send,
            self._save,
            self._print,
            self._close,
            gap=2,
        )
        for place in range(foot.count()):
            foot.itemAt(place).setAlignment(Qt.AlignmentFlag.AlignBottom)
        whole = column(self.pages, told, foot, margin=3, gap=2)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        for keys, act in (
            (QKeySequence.StandardKey.ZoomIn, partial(self.pages.zoom_by, ZOOM_STEP)),
            (QKeySequence.StandardKey.ZoomOut, partial(self.pages.zoom_by, 1 / ZOOM_STEP)),
            (QKeySequence.StandardKey.Print, self._print.click),
            (QKeySequence.StandardKey.Save, self._save.click),
            (QKeySequence.StandardKey.Cancel, self._leave),
        ):
            QShortcut(QKeySequence(keys), self, act)
        self.words()
        self.resize(WIDTH, min(HEIGHT, self.screen().availableGeometry().height() - 60))
        self.pages.show_pdf(self._pdf)

    def _choose(self, number: int, shown: int) -> None:
        if number != shown:
            self.version_chosen.emit(number)

    # --- a draft that goes on ------------------------------------------------------------

    def begin_renewing(self) -> None:
        """What is shown is not what is written any more."""
        self._say_draft(self.tr("Being laid out anew…"))

    def renew(self, pdf: Pdf | None) -> None:
        """The draft as it is now, at the same place; None: it could not be laid out."""
        if pdf is None:
            text = self.tr("It could not be laid out anew: what you see is older than your words.")
            self._say_draft(f"⚠ {text}", "problem")
            return
        self._whole = self._pdf = pdf
        self.pages.renew(pdf)
        self._say_draft(self._as_signed())

    def _as_signed(self) -> str:
        return self.tr("This is how it would be signed now.")

    def _say_draft(self, text: str, kind: TextKind = "muted") -> None:
        set_property(self._state, "type", kind)
        self._state.setText(text)

    # --- saving --------------------------------------------------------------------------

    def ask_file(self) -> None:
        title = self.tr("Report as PDF")
        ask_target(self, title, f"{self._number}.pdf", lambda paths: self.save(paths[0]))

    def save(self, target: Path) -> None:
        """The very bytes that are shown: a signature in the file stays one."""
        data = self._data
        self._tell(ExportTo.FILE)
        self._saving.start(lambda: write_copy(data, target), self._on_saved)

    def ask_object(self) -> None:
        title, name = self.tr("Report for the archive"), f"{self._number}.dcm"
        ask_target(
            self,
            title,
            name,
            lambda paths: self.save_object(paths[0]),
            names=self.tr("DICOM (*.dcm)"),
        )

    def save_object(self, target: Path) -> None:
        """The file as an archive takes it (Encapsulated PDF)."""
        if (make := self._as_dicom) is not None:
            self._tell(ExportTo.FILE)
            self._saving.start(lambda: write_copy(make(), target), self._on_saved)

    def _ask_archive(self, archive: UUID) -> None:
        self._send.setEnabled(False)
        self._state.setText(self.tr("Making the object…"))
        self.archive_wanted.emit(archive)

    def give_to_archive(self, *, given: bool) -> None:
        """It is on its way, or could not be made or kept."""
        self._send.setEnabled(True)
        self._state.setText(
            self.tr("On its way. You are told when the archive has it.")
            if given
            else self.tr("It could not be prepared. Try again.")
        )

    def _on_saved(self, result: object) -> None:
        failed = isinstance(result, ImagingError)
        self._state.setText(
            self.tr("The file could not be written there. Choose another folder.")
            if failed
            else self.tr("Saved.")
        )

    # --- its size ------------------------------------------------------------------------

    def _lay_out(self, place: int) -> None:
        """Shows it as it will be on the chosen paper; what is saved stays the very file."""
        if SIZES[place] is not QPageSize.PageSizeId.A5 or not self._has_a5:
            self._laying.drop()
            self._show(self._whole)
        elif self._small is not None:
            self._show(self._small)
        else:
            self._is_laying = True
            self._enable()
            self._state.setText(self.tr("Laying the report out for A5…"))
            self.a5_wanted.emit()

    def lay_out_a5(self, make: Callable[[], bytes]) -> None:
        """`make` runs in a thread; nothing happens where A5 is not wanted any more."""
        if self._is_laying:
            self._laying.start(make, self._on_laid_out)

    def fail_a5(self) -> None:
        """A4, which is here, is shown again."""
        if self._is_laying:
            self._size.setCurrentIndex(SIZES.index(QPageSize.PageSizeId.A4))
            self._show(self._whole)
            text = self.tr("It cannot be laid out for A5 now. Print it on A4, or try again.")
            self._state.setText(text)

    def _on_laid_out(self, result: object) -> None:
        if not isinstance(result, bytes):
            self.fail_a5()
            return
        self._small = Pdf(result)
        self._show(self._small)
        self._state.setText(self.tr("Laid out for A5. What is saved is the signed file."))

    def _show(self, pdf: Pdf) -> None:
        self._pdf, self._is_laying = pdf, False
        self._enable()
        self._state.setText("")
        self.pages.show_pdf(pdf)

    def _enable(self) -> None:
        self._print.setEnabled(not self._is_laying and not self._is_printing)

    # --- printing ------------------------------------------------------------------------

    def ask_printer(self) -> None:
        size = QPageSize(SIZES[self._size.currentIndex()])
        ask_printer(self, self.print_on, lambda printer: printer.setPageSize(size))

    def print_on(self, printer: QPrinter) -> None:
        """Each page fitted to the printer's paper."""
        self._stop.clear()
        pdf, stop, told = self._pdf, self._stop, self._progressed.emit
        self._cancel.show()
        self._is_printing = True
        self._enable()
        self._tell(ExportTo.PAPER)
        self._printing.start(lambda: print_pdf(pdf, printer, stop, told), self._on_printed)

    def _tell(self, to: ExportTo) -> None:
        self.exported.emit(Exported.of(ExportKind.REPORT, to, 1))

    def _on_progressed(self, page: int) -> None:
        count = len(self._pdf.sizes)
        self._state.setText(self.tr("Printing page {n} of {count}").format(n=page, count=count))

    def _on_printed(self, result: object) -> None:
        self._cancel.hide()
        self._is_printing = False
        self._enable()
        if isinstance(result, ImagingError):
            stopped = result.code is Reason.CANCELLED
            text = self.tr("Printing was stopped.") if stopped else self.tr("Printing failed.")
        else:
            text = self.tr("Handed to the printer.")
        self._state.setText(text)

    # --- the window ----------------------------------------------------------------------

    def _leave(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leaving.emit()
        self._stop.set()
        self.pages.show_pdf(None)
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def words(self) -> None:
        title = self.tr("Draft of the report") if self._draft else self.tr("Report {number}")
        self.setWindowTitle(title.format(number=self._number))
        self.setAccessibleName(self.windowTitle())
        self.pages.setAccessibleName(self.tr("Pages of the report"))
        chosen = max(0, self._size.currentIndex())
        self._size.clear()
        self._size.addItems([QPageSize.name(size) for size in SIZES])
        self._size.setCurrentIndex(chosen)
        self._size_field.set_name(self.tr("Paper"))
        self._version_field.set_name(self.tr("Version"))
        set_words(self._print, self.tr("Print…"), "Ctrl+P")
        set_words(self._save, self.tr("Save as PDF…"), "Ctrl+S")
        set_words(self._object, self.tr("Save as DICOM…"))
        set_words(self._send, self.tr("Send to the archive"))
        set_words(self._cancel, self.tr("Stop printing"))
        set_words(self._close, self.tr("Close"), "Esc")
        if self._draft:
            self._say_draft(self._as_signed())


def show_paper(
    parent: QWidget,
    appearance: Appearance,
    data: bytes,
    number: str,
    *,
    draft: bool,
    as_dicom: Callable[[], bytes] | None = None,
    has_a5: bool = False,
    version: int = 1,
    versions: int = 1,
    archives: tuple[tuple[UUID, str], ...] = (),
) -> PaperWindow:
    """Opens it above `parent`; closing deletes it."""
    made = PaperWindow(
        parent,
        appearance,
        data,
        number,
        draft=draft,
        as_dicom=as_dicom,
        has_a5=has_a5,
        version=version,
        versions=versions,
        archives=archives,
    )
    made.show()
    return made
