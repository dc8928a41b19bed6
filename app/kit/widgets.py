"""Buttons, labels and fields of one look; each with an accessible name."""

import re
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.icons import set_picture
from app.kit.theme import metrics
from app.models.tips import plain_tip

ButtonKind = Literal["primary", "normal", "danger", "quiet"]
TextKind = Literal[
    "display", "title", "lead", "text", "muted", "small", "fieldname", "problem", "good", "mono"
]

LONGEST_WORD, LONGEST_LINE = 18, 80
"""Letters a wrapped label keeps together, and has on a line of its own choice."""
_BREAK = re.compile(r".{8}(?![\u0300-\u036f\u200d])")
"""After so many of its letters such a word may go on in the next line of a list."""
_TOO_LONG = re.compile(rf"[^\s\u2e80-\uffef]{{{LONGEST_WORD + 1},}}")


def restyle(widget: QWidget) -> None:
    """Lets the style sheet see a changed property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    QWidget.update(widget)  # a list has an `update` of another kind


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Sets a property the style sheet reads, and restyles only when it differs."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)


class PressedByReturn(QPushButton):
    """Qt presses a button by Return in its own dialogs only, and by Space everywhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


def button(name: str, clicked: Callable[[], None], kind: ButtonKind = "normal") -> QPushButton:
    """`name` is the object name by which tests and the demonstration find it."""
    made = PressedByReturn()
    made.setObjectName(name)
    made.setProperty("kind", kind)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.clicked.connect(lambda _checked=False: clicked())
    return made


def tool(name: str, picture: str, clicked: Callable[[], None]) -> QToolButton:
    made = QToolButton()
    made.setObjectName(name)
    set_picture(made, picture)
    made.setIconSize(QSize(20, 20))
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.clicked.connect(lambda _checked=False: clicked())
    return made


def set_words(widget: QPushButton | QToolButton, text: str, key: str = "") -> None:
    """Text, accessible name and a tool tip that names the key."""
    widget.setText(text)
    widget.setAccessibleName(text)
    widget.setToolTip(plain_tip(f"{text}  ({key})" if key else text))


def label(name: str = "", kind: TextKind = "text", *, wrap: bool = False) -> QLabel:
    made = WrappedLabel() if wrap else QLabel()
    made.setObjectName(name)
    made.setProperty("type", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class WrappedLabel(QLabel):
    """As many lines as its words need. A word longer than any word is, as strangers write them
    (an address, an id, letters without end), is broken where the line ends: it asks for no room
    of its own, and none of it is cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self._long = False

    def setText(self, text: str) -> None:
        self._long = _TOO_LONG.search(text) is not None
        if self._long:
            # Only words that can be marked are laid out in a document, which can break them.
            marked = self.textInteractionFlags() | Qt.TextInteractionFlag.TextSelectableByMouse
            self.setTextInteractionFlags(marked)
        super().setText(text)

    def heightForWidth(self, width: int) -> int:
        needed = super().heightForWidth(width)
        if self._long and (document := self.findChild(QTextDocument)) is not None:
            option = document.defaultTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            document.setDefaultTextOption(option)
            needed = super().heightForWidth(width)
        return needed

    def minimumSizeHint(self) -> QSize:
        return self._within(super().minimumSizeHint(), LONGEST_WORD)

    def sizeHint(self) -> QSize:
        made = self._within(super().sizeHint(), LONGEST_LINE)
        return QSize(made.width(), self.heightForWidth(made.width())) if self._long else made

    def _within(self, size: QSize, letters: int) -> QSize:
        most = letters * self.fontMetrics().horizontalAdvance("n")
        return QSize(min(size.width(), most), size.height()) if self._long else size

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._long:
            self.heightForWidth(self.width())  # the label lays its words out anew in its own way
        super().paintEvent(event)


class BreakingDelegate(QStyledItemDelegate):
    """For a list whose texts wrap: a word that is too long for its line is broken as well. What
    is said and copied stays as it was written."""

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        shown = super().displayText(value, locale)
        return _TOO_LONG.sub(lambda found: _BREAK.sub("\\g<0>\u200b", found[0]), shown)


def chip(name: str = "", look: str = "neutral") -> QLabel:
    made = label(name)
    made.setProperty("chip", look)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def set_chip(widget: QLabel, text: str, look: str) -> None:
    widget.setText(text)
    widget.setAccessibleName(text)
    widget.setVisible(bool(text))
    set_property(widget, "chip", look)


class ElidedLabel(QLabel):
    """One line that ends in … where there is no room, with the whole text as tool tip."""

    def __init__(self, name: str = "", kind: TextKind = "text") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("type", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(plain_tip(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.contentsRect(), self.alignment(), shown)
        painter.end()


def fitted(name: str = "", kind: TextKind = "text") -> ElidedLabel:
    """As wide as its words where there is room, and no wider."""
    made = ElidedLabel(name, kind)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return made


class Field(QWidget):
    """A named input with room for what is wrong with it below."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.inner = inner
        self.name = label(kind="fieldname")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.problem = label(kind="problem", wrap=True)
        policy = self.problem.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        self.problem.setSizePolicy(policy)  # a row of fields keeps its widths when one is wrong
        self.problem.hide()
        self.name.setBuddy(inner)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(metrics().grid)
        for part in (self.name, inner, self.problem):
            self.column.addWidget(part)
        if not isinstance(inner, QPlainTextEdit):
            self.column.addStretch(1)  # one line keeps its height, and its place below its name

    def set_name(self, text: str, *, required: bool = False) -> None:
        self.name.setText(f"{text} *" if required else text)
        self.inner.setAccessibleName(text)

    def set_problem(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        set_property(self.inner, "wrong", "true" if text else "false")


class LineField(Field):
    """A `Field` around one line of text."""

    def __init__(self, name: str, *, secret: bool = False) -> None:
        self.line = line(name)
        super().__init__(self.line)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)

    @property
    def text(self) -> str:
        return self.line.text()


def line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    return made


def text_area(name: str, lines: int) -> QPlainTextEdit:
    """A text field `lines` high; Tab leaves it."""
    made = QPlainTextEdit()
    made.setObjectName(name)
    made.setTabChangesFocus(True)
    height = QFontMetrics(made.font()).lineSpacing() * lines + 5 * metrics().grid
    made.setMinimumHeight(height)
    made.setMaximumHeight(height + lines * 8)
    return made


def set_text(widget: QLineEdit | QPlainTextEdit, text: str) -> None:
    """Shows a text without moving the cursor of somebody who is typing the same."""
    current = widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()
    if current == text:
        return
    blocked = widget.blockSignals(True)
    if isinstance(widget, QLineEdit):
        widget.setText(text)
    else:
        widget.setPlainText(text)
    widget.blockSignals(blocked)
