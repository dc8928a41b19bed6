"""A field for ICD-10 codes: found while typing, by code, words or pinyin."""

import re

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QSizePolicy

from app.kit.widgets import LineField, label, set_text
from app.models.diagnosis import CODE, DiagnosisTable, as_code, shipped
from app.models.language import reads_chinese
from app.models.tips import plain_tip

_BETWEEN = re.compile(r"[,，;；\s]+")
_LAST = re.compile(r"[^,，;；\s]*$")


class DiagnosisField(LineField):
    """The line holds codes; what is not one yet is looked for. `edited` when a person wrote."""

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._table: DiagnosisTable | None = None
        # Not wrapped: height for width would make every area beside it as tall as it may be.
        self.names = label(f"{name}Names", "small")
        self.names.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._named: tuple[str, ...] = ()
        self.names.hide()
        self.column.insertWidget(self.column.indexOf(self.problem), self.names)
        self._found = QStandardItemModel(self)
        self._offer = QCompleter(self._found, self)
        self._offer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._offer.setWidget(self.line)
        self._offer.activated[QModelIndex].connect(self._take)  # type: ignore[index]  # missing in the stubs
        self.line.textEdited.connect(self._on_typed)
        self.line.installEventFilter(self)

    def use(self, table: DiagnosisTable) -> None:
        """Another table than the one that comes with the program."""
        self._table = table
        self._show_names()

    @property
    def table(self) -> DiagnosisTable:
        return self._table or shipped()

    # --- codes ---------------------------------------------------------------------------

    @property
    def codes(self) -> tuple[str, ...]:
        """Those that are complete, in the order they were written."""
        return tuple(dict.fromkeys(one for one in self._written() if CODE.fullmatch(one)))

    @property
    def unfinished(self) -> str:
        """What was typed and is no code; it would not be in the report."""
        return ", ".join(one for one in self._written() if not CODE.fullmatch(one))

    def set_codes(self, codes: tuple[str, ...]) -> None:
        """Leaves alone what a person is typing as long as it holds the same codes."""
        if self.codes != codes:
            set_text(self.line, ", ".join(codes))
            self.set_problem("")
        self._show_names()

    def set_read_only(self, read_only: bool) -> None:
        """Who only reads is not told how to write."""
        self.line.setReadOnly(read_only)
        self._hint()

    def _hint(self) -> None:
        text = self.tr("Code, name or pinyin")
        self.line.setPlaceholderText("" if self.line.isReadOnly() else text)

    def _written(self) -> list[str]:
        return [as_code(part) for part in _BETWEEN.split(self.text.strip()) if part]

    # --- typing --------------------------------------------------------------------------

    def _on_typed(self, _text: str) -> None:
        self.set_problem("")
        self._show_names()
        self._search()
        self.edited.emit()

    def _search(self) -> None:
        before = self.text[: self.line.cursorPosition()]
        last = _LAST.search(before)
        self._found.clear()
        for one in self.table.search(last.group() if last else ""):
            item = QStandardItem(f"{one.code}  {one.named(chinese=reads_chinese())}")
            item.setData(one.code, Qt.ItemDataRole.UserRole)
            self._found.appendRow(item)
        if self._found.rowCount() and self.line.hasFocus():
            self._offer.complete()
            self._offer.popup().setCurrentIndex(self._offer.completionModel().index(0, 0))
        else:
            self._offer.popup().hide()

    def _take(self, index: QModelIndex) -> None:
        code = str(index.data(Qt.ItemDataRole.UserRole))
        place = self.line.cursorPosition()
        before, after = self.text[:place], self.text[place:].lstrip(" ,，;；")
        begin = _LAST.sub("", before)
        self.line.setText(f"{begin}{code}, {after}")
        self.line.setCursorPosition(len(begin) + len(code) + 2)
        self.set_problem("")
        self._show_names()
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QFocusEvent) and event.lostFocus():
            if event.reason() is not Qt.FocusReason.PopupFocusReason:
                self._offer.popup().hide()
            self._check()
        return super().eventFilter(watched, event)

    def _check(self) -> None:
        """Only when the person has gone on: half a word is no mistake while it is typed."""
        wrong = self.unfinished
        text = self.tr("Not an ICD-10 code: {codes}. Choose one from the list while typing.")
        self.set_problem(text.format(codes=wrong) if wrong else "")

    # --- words ---------------------------------------------------------------------------

    def _show_names(self) -> None:
        named = []
        for code in self.codes:
            found = self.table.find(code)
            named.append(f"{code} {found.named(chinese=reads_chinese())}" if found else code)
        self._named = tuple(named)
        self.names.setVisible(bool(named))
        self.names.setToolTip(plain_tip("\n".join(named)))
        self._fit_names()

    def _fit_names(self) -> None:
        measure, room = self.names.fontMetrics(), max(self.names.width(), self.line.width())
        fitting = (
            measure.elidedText(one, Qt.TextElideMode.ElideRight, room) for one in self._named
        )
        self.names.setText("\n".join(fitting))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()

    def words(self) -> None:
        self.set_name(self.tr("Diagnosis codes (ICD-10)"))
        self._hint()
        self._show_names()
