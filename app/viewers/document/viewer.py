"""`DocumentViewer`: PDFs, reports, key images, texts, and words for all that is not shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QThread, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.imaging.errors import ImagingError, Reason
from app.imaging.key_objects import KeyObjects
from app.imaging.references import Reference
from app.imaging.series import Instance
from app.kit.layouts import column
from app.kit.theme import Appearance, ThemeName, colours
from app.kit.widgets import label
from app.viewers.background import Background
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.reasons import reason_words
from app.viewers.document.bar import DocumentBar
from app.viewers.document.content import (
    Content,
    PdfContent,
    ReportContent,
    TextContent,
    UnshownContent,
    read_content,
)
from app.viewers.document.guarded import GuardedPdf
from app.viewers.document.keys import document_keys
from app.viewers.document.output import copy_name, print_pdf, put_on_paper, write_as_pdf, write_copy
from app.viewers.document.pages import FIT_PAGE, FIT_WIDTH, ZOOM_STEP, PdfPages
from app.viewers.document.pdf import Hit
from app.viewers.document.report_html import Page, Place, key_page, report_page, text_page
from app.viewers.document.report_view import Laid, ReportView, lay_out
from app.viewers.document.unshown import class_words, video_words, why_words
from app.viewers.paper import ask_printer
from protocol.export import Exported, ExportKind, ExportTo

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

MAX_HITS = 2000


def _page_of(
    content: Content | None, instance: Instance | None, ink: Mapping[str, str], place: Place
) -> Page:
    """The rich text of a report, a selection or a text."""
    match content:
        case ReportContent(report=report, key_objects=None) if instance is not None:
            return report_page(report, instance, ink, place)
        case ReportContent(key_objects=KeyObjects() as keys) if instance is not None:
            return key_page(keys, instance, ink, place)
        case TextContent(document=document, text=text):
            return text_page(document.title, text)
    return Page("", ())


class DocumentViewer(QWidget):
    """Shows one instance. `parse` runs in a thread, `show_content` in the GUI's."""

    reference_chosen = Signal(object)
    """A `Reference` that somebody wants to see."""
    key_objects_chosen = Signal(object)
    """A tuple of `Reference`, the key images of the selection that is shown."""

    exported = Signal(object)
    """`Exported`, as a copy or paper begins to be made."""
    _printed = Signal(int)

    def __init__(
        self,
        appearance: Appearance,
        parent: QWidget | None = None,
        bindings: Bindings | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("document_viewer")
        self._appearance = appearance
        self.place: Callable[[Reference], str] = lambda _reference: ""
        self._content: Content | None = None
        self._instance: Instance | None = None
        self._hits: tuple[Hit, ...] = ()
        self._hit, self._hit_count = -1, 0
        self._stop = threading.Event()
        self._searching = Background(self)
        self._writing = Background(self, rich_text=True)
        self._laying = Background(self, rich_text=True)
        self._stop_search = threading.Event()
        self.bar = DocumentBar()
        self.pages = PdfPages(appearance)
        self.report = ReportView(appearance)
        self._what = label("document_what", "title", wrap=True)
        self._why = label("document_why", "text", wrap=True)
        said = QWidget()
        said.setLayout(column(None, self._what, self._why, None, margin=8))
        self._said = said
        self._stack = QStackedWidget()
        for part in (self.pages, self.report, said):
            self._stack.addWidget(part)
        self._state = label("document_state", "muted")
        self._state.setContentsMargins(12, 4, 12, 6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self._state)
        self._connect()
        self._keyed = document_keys(bindings or Bindings(parent=self), self)
        self.bar.addWidget(self._keyed.more)
        self._show_part(said)
        self.words()

    def _connect(self) -> None:
        bar, pages = self.bar, self.pages
        bar.searched.connect(self.search)
        bar.stepped.connect(self.step_hit)
        bar.fitted.connect(lambda page: pages.set_fit(FIT_PAGE if page else FIT_WIDTH))
        bar.zoomed.connect(self._zoom)
        bar.saved.connect(self.ask_copy)
        bar.printed.connect(self.ask_print)
        bar.cancelled.connect(self._stop_printing)
        bar.key_images_wanted.connect(self._want_key_images)
        bar.page_wanted.connect(pages.go_to)
        pages.moved.connect(lambda page: bar.show_page(page, pages.count))
        self.report.followed.connect(self.reference_chosen)
        self._appearance.changed.connect(self._again)
        self._printed.connect(self._on_printed, Qt.ConnectionType.QueuedConnection)

    # --- what others call ----------------------------------------------------------------

    @staticmethod
    def parse(data: bytes) -> Content:
        """Read an object; errors as `read_content`."""
        return read_content(data)

    def show_content(self, content: object, instance: Instance) -> None:
        """Show what `parse` made."""
        self.close_content()
        self._instance = instance
        if isinstance(content, PdfContent | TextContent | ReportContent | UnshownContent):
            self._content = content
        if isinstance(content, PdfContent):
            self.pages.show_pdf(content.pdf)
            self.bar.show_page(0, self.pages.count)
            self._show_part(self.pages)
        self._again()

    @property
    def part(self) -> QWidget:
        """What is shown: `pages`, `report`, or words about what is not."""
        return self._stack.currentWidget()

    def show_video(self, instance: Instance) -> None:
        """Say that a film is a film."""
        self.close_content()
        self._instance = instance
        self._say(class_words(instance.sop_class_uid), video_words())

    def close_content(self) -> None:
        """Let go of it: nothing of the patient stays."""
        self._content = self._instance = None
        self._hits, self._hit, self._hit_count = (), -1, 0
        for work in (self._searching, self._laying):
            work.drop()
        self._stop.set()
        self._stop_search.set()
        self.pages.show_pdf(None)
        self.report.close_page()
        self.bar.reset()
        self._state.setText("")
        self._say("", "")

    def search(self, words: str) -> None:
        """Find a text; the first place comes into sight."""
        content, self._hits, self._hit = self._content, (), -1
        if isinstance(content, PdfContent):
            self._searching.drop()
            self._stop_search.set()
            self._stop_search = stop = threading.Event()
            self.pages.show_hits((), -1)
            if words:
                pdf = content.pdf
                self._searching.start(lambda: _find(pdf, words, stop), self._found)
            else:
                self._count_hits(0)
        elif isinstance(content, ReportContent | TextContent):
            self._count_hits(self.report.search(words))

    def step_hit(self, steps: int) -> None:
        """The next or an earlier place, in a ring."""
        if not self._hit_count:
            return
        self._hit = (self._hit + steps) % self._hit_count
        if isinstance(self._content, PdfContent):
            self.pages.show_hits(self._hits, self._hit)
        else:
            self.report.show_hit(self._hit)
        self.bar.show_hits(self._hit, self._hit_count)

    def _found(self, result: object) -> None:
        self._hits = () if isinstance(result, ImagingError) else tuple(result)  # type: ignore[arg-type]  # hits
        self.pages.show_hits(self._hits, 0)
        self._count_hits(len(self._hits))

    def _count_hits(self, count: int) -> None:
        self._hit_count, self._hit = count, 0 if count else -1
        self.bar.show_hits(self._hit, count)

    # --- showing -------------------------------------------------------------------------

    def _again(self) -> None:
        """Set the texts, once more after theme or language changed."""
        content, instance = self._content, self._instance
        if content is None or instance is None:
            return
        keys = content.key_objects if isinstance(content, ReportContent) else None
        self.bar.offer(
            pdf=isinstance(content, PdfContent),
            text=not isinstance(content, UnshownContent),
            copy=not isinstance(content, UnshownContent) or content.document is not None,
            key_images=len(keys.references) if keys is not None else 0,
        )
        match content:
            case ReportContent() | TextContent():
                make = self._maker(self._appearance.name)
                self._laying.start(lambda: make(to=self.thread()), self._on_laid)
            case UnshownContent(sop_class_uid=uid, document=document):
                self._say(class_words(uid), why_words(uid, document))
            case PdfContent():
                pass

    def _maker(self, theme: ThemeName) -> Callable[..., Laid]:
        """What lays the text out in a thread, in the colours of a theme, and hands it `to` one."""
        content, instance, place = self._content, self._instance, self.place
        font, ink = QFont(self.report.font()), dict(colours(theme))

        def make(*, to: QThread | None = None) -> Laid:
            laid = lay_out(_page_of(content, instance, ink, place), font)
            if to is not None:
                laid.document.moveToThread(to)
            return laid

        return make

    def _on_laid(self, result: object) -> None:
        if not isinstance(result, Laid):
            self._say("", reason_words(Reason.MALFORMED))
            return
        again = self._stack.currentWidget() is self.report
        self.report.show_laid(result, keep_place=again)
        if not again:
            self._show_part(self.report)

    def _show_part(self, part: QWidget) -> None:
        self._stack.setCurrentWidget(part)
        self.setFocusProxy(part)

    def _say(self, what: str, why: str) -> None:
        self._what.setText(what)
        self._why.setText(why)
        self._show_part(self._said)

    def _zoom(self, steps: int) -> None:
        if isinstance(self._content, PdfContent):
            self.pages.zoom_by(ZOOM_STEP if steps > 0 else 1 / ZOOM_STEP)
        else:
            self.report.zoomIn(steps)

    def _want_key_images(self) -> None:
        content = self._content
        if isinstance(content, ReportContent) and content.key_objects is not None:
            self.key_objects_chosen.emit(content.key_objects.references)

    # --- copies and paper ----------------------------------------------------------------

    def ask_copy(self) -> None:
        """Ask where a copy goes; the proposed name does not say whose it is."""
        content, instance = self._content, self._instance
        if content is None or instance is None:
            return
        document = None if isinstance(content, ReportContent) else content.document
        ending = document.kind.value if document is not None else "pdf"
        dialog = QFileDialog(self, self.tr("Save a copy"))
        dialog.setObjectName("fileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(copy_name(instance, ending))
        dialog.fileSelected.connect(lambda path: self.save_copy(Path(path)))
        dialog.open()

    def save_copy(self, target: Path) -> None:
        """Write the document as it is in the file; a report as a PDF."""
        content = self._content
        self._tell(ExportTo.FILE)
        if isinstance(content, ReportContent):
            make = self._maker("light")
            self._writing.start(lambda: write_as_pdf(make().document, target), self._on_written)
        elif content is not None and content.document is not None:
            data = content.document.data
            self._writing.start(lambda: write_copy(data, target), self._on_written)

    def _on_written(self, result: object) -> None:
        failed = isinstance(result, ImagingError)
        self._state.setText(
            self.tr("The copy could not be written there. Choose another folder.")
            if failed
            else self.tr("Copy saved.")
        )

    def ask_print(self) -> None:
        """Ask for a printer."""
        if self._content is None:
            return
        ask_printer(self, self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print what is shown; pages of a PDF in a thread, with a way to stop it."""
        content = self._content
        self._tell(ExportTo.PAPER)
        if isinstance(content, PdfContent):
            self._stop = stop = threading.Event()
            pdf, progressed = content.pdf, self._printed.emit
            self.bar.show_printing(True)
            self._writing.start(lambda: print_pdf(pdf, printer, stop, progressed), self._on_paper)
        elif isinstance(content, ReportContent | TextContent):
            make = self._maker("light")
            self._writing.start(lambda: put_on_paper(make().document, printer), self._on_paper)

    def _tell(self, to: ExportTo) -> None:
        if (instance := self._instance) is not None:
            uid = instance.study_instance_uid
            self.exported.emit(Exported.of(ExportKind.DOCUMENT, to, 1, uid))

    def _stop_printing(self) -> None:
        self._stop.set()

    def _on_printed(self, page: int) -> None:
        self._state.setText(
            self.tr("Printing page {n} of {count}").format(n=page, count=self.pages.count)
        )

    def _on_paper(self, result: object) -> None:
        self.bar.show_printing(False)
        if isinstance(result, ImagingError):
            stopped = result.code is Reason.CANCELLED
            text = self.tr("Printing was stopped.") if stopped else self.tr("Printing failed.")
        else:
            text = self.tr("Handed to the printer.")
        self._state.setText(text)

    # --- words ---------------------------------------------------------------------------

    def words(self) -> None:
        """Every text, again after the language changed."""
        self.setAccessibleName(self.tr("Document"))
        self.pages.setAccessibleName(self.tr("Pages"))
        self.report.setAccessibleName(self.tr("Text of the document"))
        self._keyed.words()
        self.bar.words(self._keyed.hint)
        self._again()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)


def _find(pdf: GuardedPdf, words: str, stop: threading.Event) -> list[Hit]:
    """In a thread: every place of a text, page by page, until nobody wants it."""
    hits: list[Hit] = []
    for page in range(len(pdf.sizes)):
        hits += pdf.find(page, words, most=MAX_HITS - len(hits))
        if stop.is_set() or len(hits) >= MAX_HITS:
            break
    return hits
