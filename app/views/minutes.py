"""The minutes of an MDT in the report pane: the chair notes who dissents; others read them."""

from html import escape
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, set_text, set_words, text_area
from app.models.mdt import DissentProps
from protocol.mdt import Dissent

Parts = tuple[tuple[str, tuple[str, ...]], ...]


class DissentRow(QWidget):
    """One opinion: whether its expert dissents, and in which words."""

    edited = Signal()
    quoting = Signal(object)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._props: DissentProps | None = None
        self._box = QCheckBox()
        self._box.setObjectName(f"dissents_{number}")
        self._box.toggled.connect(self._toggled)
        self._words = text_area(f"dissentWords_{number}", 2)
        self._words.textChanged.connect(self.edited)
        self._quote = button(f"dissentQuote_{number}", self._wish_quote, "quiet")
        self._own = label(f"dissentQuoted_{number}", "small")
        self.setLayout(column(self._box, self._words, row(self._quote, self._own, None), gap=1))

    def show_props(self, props: DissentProps, *, typing: bool) -> None:
        self._props = props
        dissent = props.dissent
        self._box.setText(self.tr("{who} dissents").format(who=props.who))
        self._box.setAccessibleName(self._box.text())
        self._words.setAccessibleName(self.tr("Dissent of {who}").format(who=props.who))
        if not typing:
            blocked = self._box.blockSignals(True)
            self._box.setChecked(self._box.isChecked() if dissent is None else True)
            self._box.blockSignals(blocked)
            words = "" if dissent is None else dissent.words
            if dissent is not None and self._words.toPlainText().strip() != words:
                set_text(self._words, words)
        self._own.setVisible(dissent is not None and dissent.quoted)
        self._fold()

    def set_enabled(self, *, on: bool) -> None:
        self._box.setEnabled(on)
        self._words.setReadOnly(not on)
        self._quote.setEnabled(on)

    def clear(self) -> None:
        blocked = self._box.blockSignals(True)
        self._box.setChecked(False)
        self._box.blockSignals(blocked)
        set_text(self._words, "")

    @property
    def dissent(self) -> Dissent | None:
        """None without words: what was only ticked is said nowhere."""
        words, props = self._words.toPlainText().strip(), self._props
        if props is None or not words or not self._box.isChecked():
            return None
        known = props.dissent
        quoted = known is not None and known.quoted and known.words == words
        return Dissent(consultation_id=props.opinion_id, words=words, quoted=quoted)

    @property
    def wordless(self) -> bool:
        return self._box.isChecked() and not self._words.toPlainText().strip()

    def _toggled(self, on: bool) -> None:
        self._fold()
        if on:
            self._words.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _fold(self) -> None:
        for part in (self._words, self._quote):
            part.setVisible(self._box.isChecked())
        if not self._box.isChecked():
            self._own.hide()

    def _wish_quote(self) -> None:
        if self._props is not None:
            self.quoting.emit(self._props.opinion_id)

    def words(self) -> None:
        set_words(self._quote, self.tr("Quote their impression"))
        self._own.setText(self.tr("In their own words"))


class MinutesPart(View):
    """Rows to write while the chair writes; the minutes themselves once they are signed."""

    edited = Signal()
    quoting = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("minutesPart")
        self._rows: list[DissentRow] = []
        self._of: tuple[UUID, ...] = ()
        self._title = label("minutesTitle", "lead", wrap=True)
        self._said = label("minutesText", wrap=True)
        self._said.setTextFormat(Qt.TextFormat.RichText)
        self._said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._column = column(self._title, self._said)
        self.setLayout(self._column)
        self.words()

    def show_minutes(
        self, dissents: tuple[DissentProps, ...], signed: Parts, *, typing: bool, can_edit: bool
    ) -> None:
        self.setVisible(bool(dissents or signed))
        self._title.setVisible(not signed)
        text = "".join(_part(title, lines) for title, lines in signed)
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self._make(() if signed else tuple(one.opinion_id for one in dissents))
        for line, one in zip(self._rows, dissents, strict=False):
            line.show_props(one, typing=typing)
            line.set_enabled(on=can_edit)

    def _make(self, of: tuple[UUID, ...]) -> None:
        if of == self._of:
            return
        self._of = of
        for old in self._rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = [DissentRow(number) for number in range(len(of))]
        for line in self._rows:
            line.edited.connect(self.edited)
            line.quoting.connect(self.quoting)
            line.words()
            self._column.addWidget(line)
            line.show()

    @property
    def dissents(self) -> tuple[Dissent, ...]:
        said = (line.dissent for line in self._rows)
        return tuple(one for one in said if one is not None)

    @property
    def wordless(self) -> bool:
        """Somebody is ticked and nothing is said of it."""
        return any(line.wordless for line in self._rows)

    def words(self) -> None:
        self._title.setText(self.tr("Who does not agree with the conclusion"))
        for line in self._rows:
            line.words()


def _part(title: str, lines: tuple[str, ...]) -> str:
    said = "".join(f"<p>{escape(line).replace(chr(10), '<br>')}</p>" for line in lines)
    return f"<p><b>{escape(title)}</b></p>{said}"
