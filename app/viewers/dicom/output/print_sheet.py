"""Which pictures go on paper, and how; with a look at the pages beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from app.imaging.film import GRIDS
from app.kit.layouts import row
from app.kit.widgets import button, label, set_words
from app.viewers.dicom.output.film_pages import FilmWish
from app.viewers.dicom.output.sheet import WIDTH, OutputSheet, chosen, fill
from app.viewers.dicom.output.wish import What

PREVIEW_DPI = 42.0
_PREVIEW_SIZE = (348, 492)


class PrintSheet(OutputSheet):
    """`printed` asks for a printer, `pdf_wished` carries the file."""

    printed = Signal()
    pdf_wished = Signal(object)
    looked = Signal()
    """Another page, or other pages, are to be seen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("print_sheet", self.begin, parent)
        self._page, self._count = 0, 1
        self._what = self.choices("print_what")
        self._grid = self.choices("print_grid")
        self._ground = self.choices("print_ground")
        self._true = self.tick("print_true", on=False)
        self._drawn = self.tick("print_drawn", on=True)
        self._named = self.tick("print_named", on=True)
        self._view = label("print_preview")
        self._view.setFixedSize(*_PREVIEW_SIZE)
        self.setMinimumWidth(_PREVIEW_SIZE[0] + WIDTH)
        self._view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._view.setFrameShape(QFrame.Shape.StyledPanel)
        self._before = button("print_before", lambda: self._turn(-1), "quiet")
        self._after = button("print_after", lambda: self._turn(1), "quiet")
        self._place = label("print_page", "muted")
        pages = row(None, self._before, self._place, self._after, None)
        self.beside.addWidget(self._view)
        self.beside.addLayout(pages)
        self._pdf = button("print_pdf", self.ask_file)
        for plain in (self._before, self._after, self._pdf):
            plain.setAutoDefault(False)
        self.buttons.insertWidget(self.buttons.count() - 1, self._pdf)
        for box in (self._what, self._grid, self._ground):
            box.currentIndexChanged.connect(lambda _index: self._changed())
        for tick in (self._true, self._drawn, self._named):
            tick.toggled.connect(lambda _on: self._changed())
        self.words()

    @property
    def wish(self) -> FilmWish:
        """What is chosen now."""
        return FilmWish(
            chosen(self._what, What),
            list(GRIDS)[max(0, self._grid.currentIndex())],
            true=self._true.isChecked(),
            white=self._ground.currentIndex() == 0,
            named=self._named.isChecked(),
            drawn=self._drawn.isChecked(),
        )

    @property
    def page(self) -> int:
        """The page that is looked at, from 0."""
        return self._page

    def show_page(self, image: QImage | None, count: int) -> None:
        """A page as it will be printed; None while there is none."""
        self._count = max(1, count)
        self._page = min(self._page, self._count - 1)
        if image is None:
            self._view.setText(self.tr("No page can be shown."))
        else:
            self._view.setPixmap(QPixmap.fromImage(image))
        self.say()

    def _turn(self, pages: int) -> None:
        page = min(self._count - 1, max(0, self._page + pages))
        if page != self._page:
            self._page = page
            self.say()
            self.looked.emit()

    def _changed(self) -> None:
        self._page = 0
        self.say()
        self.looked.emit()

    def begin(self) -> None:
        """Ask for a printer."""
        if self.go.isEnabled():
            self.printed.emit()

    def ask_file(self) -> None:
        """Ask where the PDF goes; the name proposed says nothing of the patient."""
        dialog = QFileDialog(self, self.tr("Pictures as PDF"))
        dialog.setObjectName("fileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PDF (*.pdf)")
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile("pictures.pdf")
        dialog.fileSelected.connect(lambda path: self.pdf_wished.emit(Path(path)))
        dialog.open()

    def say(self) -> None:
        """See `OutputSheet.say`."""
        super().say()
        self._pdf.setEnabled(not self.running)
        self._before.setEnabled(self._page > 0)
        self._after.setEnabled(self._page < self._count - 1)
        place = self.tr("Page {n} of {count}")
        self._place.setText(place.format(n=self._page + 1, count=self._count))
        if self._true.isChecked():
            note = self.tr(
                "True size holds when the printer does not fit the page: print at 100 % and check "
                "the 100 mm line."
            )
        elif self._named.isChecked():
            note = self.tr("The paper names the patient.")
        else:
            note = self.tr("The paper does not name the patient.")
        self.note.setText(note)

    def words(self) -> None:
        """See `OutputSheet.words`."""
        self.setWindowTitle(self.tr("Print pictures"))
        self._view.setAccessibleName(self.tr("Preview"))
        set_words(self._before, "‹")
        self._before.setAccessibleName(self.tr("Page before"))
        set_words(self._after, "›")
        self._after.setAccessibleName(self.tr("Next page"))
        self.name(self._what, self.tr("Pictures"))
        fill(
            self._what,
            (self.tr("This picture"), self.tr("All cells as seen"), self.tr("The whole series")),
        )
        self.name(self._grid, self.tr("Pictures a page"))
        fill(
            self._grid,
            [f"{count}  ({rows} × {columns})" for count, (rows, columns) in GRIDS.items()],
        )
        self.name(self._ground, self.tr("Background"))
        fill(self._ground, (self.tr("White"), self.tr("Black")))
        self.name(self._true, self.tr("True size (1:1) where the picture is calibrated"))
        self.name(self._drawn, self.tr("With everything drawn over the picture"))
        self.name(self._named, self.tr("With the patient's line"))
        set_words(self._pdf, self.tr("PDF…"))
        set_words(self.go, self.tr("Print…"), "Enter")
        super().words()
