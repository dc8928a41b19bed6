"""One menu of everything that can be done with the open case, each line with what it does."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QVBoxLayout, QWidget

from app.kit.layouts import column
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.case_actions import ActionEntry, CaseActionsProps
from protocol.consultation import Action

WIDTH = 440


class CaseMenu(View):
    """A button that opens the lines; `chosen` carries the entry."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[ActionEntry, ...] = ()
        self._button = button("caseActions", self.open)
        self._lines = _Lines(self)
        self._lines.chosen.connect(self._choose)
        self._lines.left.connect(self.take_keys)
        self._lines.hide()
        program = QApplication.instance()
        assert isinstance(program, QApplication)
        program.focusChanged.connect(self._follow_focus)
        self.setLayout(column(self._button))
        self.words()

    def show_props(self, props: CaseActionsProps | None) -> None:
        entries = () if props is None else props.entries
        self.setVisible(bool(entries))
        if entries == self._entries:
            return
        self._entries = entries
        self._lines.show_entries(entries)
        if not entries:
            self._lines.hide()

    def words(self) -> None:
        set_words(self._button, self.tr("Case actions ▾"), "Ctrl+J")
        self._button.setAccessibleName(self.tr("Case actions"))
        self._lines.setAccessibleName(self.tr("Case actions"))

    def open(self) -> None:
        """Below the button, the first line ready for Enter."""
        if not self._entries or not self.isVisible() or self._lines.isVisible():
            self._lines.hide()
            return
        window = self.window()
        self._lines.setParent(window)
        self._lines.fit()
        below = QPoint(self._button.width() - self._lines.width(), self._button.height() + 2)
        corner = self._button.mapTo(window, below)
        self._lines.move(max(0, corner.x()), corner.y())
        self._lines.show()
        self._lines.raise_()
        self._lines.begin()

    def take_keys(self) -> None:
        """What hides with the keys passes them on to whatever is next, perhaps a picture."""
        self._button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """The lines close when somebody goes on elsewhere."""
        if now is not None and now is not self._button and not self._lines.isAncestorOf(now):
            self._lines.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        self._lines.hide()
        super().hideEvent(event)

    def _choose(self, action: Action) -> None:
        self.take_keys()
        self._lines.hide()
        entry = next((one for one in self._entries if one.action is action), None)
        if entry is not None:
            self.chosen.emit(entry)


class _Lines(QFrame):
    """The lines, over the window: arrows move, Enter chooses, Escape closes."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("caseActionLines")
        self.setProperty("surface", "card")
        self.setFixedWidth(WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(0)
        self._made: list[_Line] = []

    def show_entries(self, entries: tuple[ActionEntry, ...]) -> None:
        for old in self._made:
            self._column.removeWidget(old)
            old.deleteLater()
        self._made = [_Line(entry) for entry in entries]
        for line in self._made:
            line.clicked.connect(lambda _on=False, of=line: self.chosen.emit(of.action))
            self._column.addWidget(line)

    def fit(self) -> None:
        """As high as its lines, whatever was there before."""
        for line in self._made:
            line.fit()
        self._column.activate()
        self.setFixedHeight(self._column.sizeHint().height())

    def begin(self) -> None:
        if self._made:
            self._made[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps and self._made:
            at = next((n for n, line in enumerate(self._made) if line.hasFocus()), -1)
            following = (at + steps[Qt.Key(event.key())]) % len(self._made)
            self._made[following].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = next((line for line in self._made if line.hasFocus()), None)
            if line is not None:
                line.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            self.hide()
        else:
            super().keyPressEvent(event)


class _Line(QPushButton):
    """Title and explanation; the whole line is pressed."""

    def __init__(self, entry: ActionEntry) -> None:
        super().__init__()
        self.action = entry.action
        self.setObjectName(f"action_{entry.action.value}")
        self.setProperty("kind", "line")
        self.setAutoDefault(False)
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription(entry.explanation)
        title = label(kind="problem" if entry.danger else "text")
        title.setText(entry.title)
        explanation = label(kind="small", wrap=True)
        explanation.setText(entry.explanation)
        for words in (title, explanation):
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._explanation = title, explanation
        self.setLayout(column(title, explanation, margin=2, gap=0))

    def fit(self) -> None:
        """A button knows nothing of what is laid out in it, and the style sheet says how high
        buttons are: so once it is polished, and again after another theme."""
        for one in (self, self._title, self._explanation):
            one.ensurePolished()
        inside = WIDTH - 2 * 4 - 2 * 8
        words = self._title.sizeHint().height() + self._explanation.heightForWidth(inside)
        self.setFixedHeight(words + 2 * 8)
