"""The call on a whole screen, this one or the next, with the chat beside it."""

from functools import partial

from PySide6.QtCore import QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.commands.keys import COMMANDS, CommandId
from app.kit.layouts import column, row, surface
from app.kit.widgets import label
from app.viewers.video.pictures import CallPictures
from app.views.call_controls import CallControls
from app.views.chat import ChatPane

SETTING = "call/screen"
CHAT_WIDTH = 340


class CallScreen(QWidget):
    """A window of its own; Escape and closing it bring the pictures back.

    Keys of the call work here too: `pressed` carries the command.
    """

    left = Signal()
    pressed = Signal(object)

    def __init__(
        self, parent: QWidget, controls: CallControls, chat: ChatPane, settings: QSettings
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("callScreen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._settings = settings
        self._chat = chat
        self._chat.setFixedWidth(CHAT_WIDTH)
        self._chat.hide()
        self._line = label("fullCallLine", "small", wrap=True)
        self._pictures_row = row(chat, gap=0)
        lower = surface("banner", column(self._line, controls, margin=2))
        whole = column(self._pictures_row, lower, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        QShortcut(QKeySequence("Escape"), self).activated.connect(self.left)
        for id_ in (
            CommandId.CALL,
            CommandId.MUTE,
            CommandId.CAMERA,
            CommandId.CALL_FLOATING,
            CommandId.CALL_FULL,
            CommandId.CALL_SCREEN,
            CommandId.SHARE,
            CommandId.CHAT,
        ):
            key = QKeySequence(COMMANDS[id_].key)
            QShortcut(key, self).activated.connect(partial(self.pressed.emit, id_))
        self._words()

    def take(self, pictures: CallPictures) -> None:
        """The pictures are here from now on."""
        self._pictures_row.insertWidget(0, pictures, 1)
        self._to_screen(str(self._settings.value(SETTING, "")))
        self.showFullScreen()
        self.activateWindow()

    def show_line(self, text: str) -> None:
        """What the line does to the pictures."""
        self._line.setText(text)
        self._line.setVisible(bool(text))

    def next_screen(self) -> None:
        screens = QGuiApplication.screens()
        here = screens.index(self.screen()) if self.screen() in screens else 0
        name = screens[(here + 1) % len(screens)].name()
        self._settings.setValue(SETTING, name)
        self._to_screen(name)
        self.showFullScreen()

    def toggle_chat(self) -> None:
        self._chat.setVisible(self._chat.isHidden())
        if self._chat.isVisible():
            self._chat.write()

    def _to_screen(self, name: str) -> None:
        for screen in QGuiApplication.screens():
            if screen.name() == name:
                self.setScreen(screen)
                self.setGeometry(screen.geometry())

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)

    def _words(self) -> None:
        self.setWindowTitle(self.tr("Call"))
