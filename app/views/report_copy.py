"""The window of the patient's copy: for how long, the link, its QR code on the screen and on paper,
and what became of those that were given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication, QPageSize
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from app.commands.report_wishes import WishFollowCopies, WishGiveCopy, WishWithdrawCopy
from app.kit.layouts import column, row, surface
from app.kit.widgets import (
    ElidedLabel,
    Field,
    button,
    label,
    line,
    set_property,
    set_text,
    set_words,
)
from app.models.report_copy import CopyLine, CurrentCopy, ReportCopyProps
from app.viewers.paper import ask_printer
from app.views.copy_slip import slip
from app.views.qr_code import QrCode

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

DAYS = (1, 7, 30)
USUAL = 7
WIDTH = 640


class ReportCopyWindow(QDialog):
    """Given to the patient by a link, a code to be scanned, or a slip of paper."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reportCopyWindow")
        self._props: ReportCopyProps | None = None
        self._shown: tuple[CopyLine, ...] = ()
        self._what = label("copyWhat", "muted", wrap=True)
        self._valid = QComboBox()
        self._valid.setObjectName("copyValid")
        self._valid_field = Field(self._valid)
        self._make = button("makeCopy", self._wish, "primary")
        self._problem = label("copyProblem", "problem", wrap=True)
        self._until = label("copyUntil")
        self._link = line("copyLink")
        self._link.setReadOnly(True)
        self._copy = button("copyCopyLink", self._copy_link, "primary")
        self._print = button("printCopySlip", self.ask_printer)
        self._code = QrCode("copyQr")
        self._lines: QVBoxLayout = column(gap=1)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._given = QWidget()
        self._given.setObjectName("givenCopies")
        self._given.setLayout(self._lines)
        self._close = button("closeCopies", self.hide, "quiet")
        for one in (self._copy, self._print, self._close):
            one.setAutoDefault(False)
        self._arrange()
        self.words()

    def _arrange(self) -> None:
        self._valid_field.setFixedWidth(140)
        asked = row(self._valid_field, None, self._make)
        told = column(self._until, self._link, row(self._copy, self._print, None), None)
        self._made = surface("card", row(self._code, told, margin=3, gap=4))
        parts = (self._what, asked, self._problem, self._made, self._given, row(None, self._close))
        layout = column(*parts, margin=4, gap=3)
        layout.setSizeConstraint(layout.SizeConstraint.SetFixedSize)
        self._what.setFixedWidth(WIDTH)
        self.setLayout(layout)

    def begin(self) -> None:
        """Somebody wants to give the patient the report."""
        if self._props is not None:
            self.wished.emit(WishFollowCopies(self._props.consultation_id))
        self.show()
        self.activateWindow()
        self._make.setFocus()

    def show_props(self, props: ReportCopyProps | None) -> None:
        before, self._props = self._props, props
        if props is None or (before and before.consultation_id != props.consultation_id):
            self.hide()
        if props is None:
            return
        self._make.setEnabled(not props.making)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._made.setVisible(props.current is not None)
        if props.current is not None:
            self._show_made(props.current)
        if before is None or before.current != props.current:
            set_words(self._copy, self.tr("Copy the link"))
        again = props.current is not None
        set_words(self._make, self.tr("Another link") if again else self.tr("Make the link"))
        set_property(self._make, "kind", "normal" if again else "primary")
        self._show_lines(props.lines)

    def _show_made(self, made: CurrentCopy) -> None:
        self._until.setText(self.tr("Opens until {time}").format(time=made.until))
        set_text(self._link, made.link)
        self._link.setCursorPosition(0)
        self._code.show_squares(made.squares)

    def _show_lines(self, lines: tuple[CopyLine, ...]) -> None:
        self._given.setVisible(bool(lines))
        if lines == self._shown:
            return
        self._shown = lines
        while self._lines.count():
            self._lines.takeAt(0).widget().deleteLater()
        for one in lines:
            self._lines.addWidget(self._line(one))

    def _line(self, one: CopyLine) -> QWidget:
        told = ElidedLabel("givenCopy", "text" if one.usable else "muted")
        told.setText(one.text)
        inside = row(told)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setStretch(0, 1)
        if one.usable:
            end = button("withdrawCopy", partial(self._withdraw, one.id), "quiet")
            end.setAutoDefault(False)
            set_words(end, self.tr("Take back"))
            end.setAccessibleName(f"{self.tr('Take back')}: {one.text}")
            inside.addWidget(end)
        made = QWidget()
        made.setLayout(inside)
        return made

    # --- what it does --------------------------------------------------------------------

    def _wish(self) -> None:
        if self._props is not None:
            days = self._valid.currentData()
            self.wished.emit(WishGiveCopy(self._props.consultation_id, days))

    def _withdraw(self, copy_id: str) -> None:
        if self._props is not None:
            self.wished.emit(WishWithdrawCopy(self._props.consultation_id, copy_id))

    def _copy_link(self) -> None:
        if self._props is not None and self._props.current is not None:
            QGuiApplication.clipboard().setText(self._props.current.link)
            set_words(self._copy, self.tr("Copied"))

    def ask_printer(self) -> None:
        size = QPageSize(QPageSize.PageSizeId.A5)
        ask_printer(self, self.print_on, lambda printer: printer.setPageSize(size))

    def print_on(self, printer: QPrinter) -> None:
        """A slip to take along, without the patient's name on it."""
        if self._props is not None and (made := self._props.current) is not None:
            slip(made).print_(printer)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def words(self) -> None:
        self.setWindowTitle(self.tr("The report for the patient"))
        self._what.setText(
            self.tr(
                "With this link the patient reads the signed report on a phone and downloads it. "
                "The page asks for the patient's date of birth; check it in the case first. A copy "
                "shows the newest version and can be taken back at any time."
            )
        )
        self._valid_field.set_name(self.tr("Valid for"))
        chosen = self._valid.currentIndex()
        self._valid.clear()
        for days in DAYS:
            text = self.tr("1 day") if days == 1 else self.tr("{n} days").format(n=days)
            self._valid.addItem(text, days)
        self._valid.setCurrentIndex(chosen if chosen >= 0 else DAYS.index(USUAL))
        self._link.setAccessibleName(self.tr("Link to the report"))
        self._code.setAccessibleName(self.tr("QR code of the link to the report"))
        set_words(self._copy, self.tr("Copy the link"))
        set_words(self._print, self.tr("Print a slip…"))
        set_words(self._close, self.tr("Close"))
        shown, self._shown = self._shown, ()
        self._show_lines(shown)
        if self._props is not None:
            self.show_props(self._props)
