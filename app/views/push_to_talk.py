"""Push to talk: while muted, speech goes out as long as a key is held down.

Text keeps its letters: the key does nothing here while a field is being written in, and nothing
where Space presses the button that has the focus. Leaving the window lets the key go.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

SETTING = "call/talk_key"
_KEYS = {"Pause": Qt.Key.Key_Pause, "Insert": Qt.Key.Key_Insert, "Space": Qt.Key.Key_Space}
KEYS = (*_KEYS, "")
"""To choose from; the first is the default (Space plays cines and ticks boxes), the empty one is no
key."""
WRITING = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)


class PushToTalk(QObject):
    """Watches the keyboard of every window of the program, while that means anything."""

    held = Signal(bool)

    def __init__(self, parent: QWidget, settings: QSettings) -> None:
        super().__init__(parent)
        self._settings = settings
        self._watching = False
        self._holding = False
        found = str(settings.value(SETTING, KEYS[0]))
        self._name = found if found in KEYS else KEYS[0]

    def watch(self, *, on: bool) -> None:
        """On while in a call and muted: no event passes through here otherwise."""
        application = QCoreApplication.instance()
        if on is self._watching or application is None:
            return
        self._watching = on
        if on:
            application.installEventFilter(self)
        else:
            application.removeEventFilter(self)
            self._let_go()

    @property
    def key(self) -> str:
        """Its name, or empty."""
        return self._name

    def use(self, name: str) -> None:
        """Another key from now on, remembered."""
        self._let_go()
        self._name = name
        self._settings.setValue(SETTING, name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._holding and kind in (
            QEvent.Type.WindowDeactivate,
            QEvent.Type.ApplicationDeactivate,
        ):
            self._let_go()
        elif isinstance(event, QKeyEvent):
            return self._key(event, kind)
        return False

    def _key(self, event: QKeyEvent, kind: QEvent.Type) -> bool:
        if event.key() != _KEYS.get(self._name):
            return False
        if kind is QEvent.Type.KeyRelease:
            if not self._holding:
                return False
            if not event.isAutoRepeat():
                self._let_go()
            return True
        if self._holding:
            return True  # the repeats of the held key
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if not plain or event.isAutoRepeat() or self._needed_elsewhere():
            return False
        if kind is QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut takes it: the key press follows
            return True
        self._holding = True
        self.held.emit(True)
        return True

    def _needed_elsewhere(self) -> bool:
        focus = QApplication.focusWidget()
        pressed = isinstance(focus, QAbstractButton) and self._name == "Space"
        return pressed or isinstance(focus, WRITING) or QApplication.activePopupWidget() is not None

    def _let_go(self) -> None:
        if self._holding:
            self._holding = False
            self.held.emit(False)
