"""The sign that something is shared: over everything, until somebody presses stop."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from app.commands.call_wishes import WishStopShare
from app.commands.keys import COMMANDS, CommandId
from app.kit.curtain import STAYS
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.sharing import SharingProps

TOP = 8
"""Pixels below the upper edge of the screen."""


class ShareMark(View):
    """A small window of its own, so that it is seen whatever window is on top or minimised."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__()
        self.setParent(
            parent,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.setObjectName("shareMark")
        self.setProperty(STAYS, True)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._shown = ""
        self._dot, self._text = label("shareDot", "problem"), label("shareText", "lead")
        self._stop = button("stopShare", lambda: self.wished.emit(WishStopShare()), "danger")
        inner = row(self._dot, self._text, self._stop, margin=2, gap=2)
        self._frame = surface("warning", inner, "shareMarkFrame")
        self.setLayout(column(self._frame))
        self.words()

    def show_props(self, props: SharingProps) -> None:
        if props.mark == self._shown:
            return
        self._shown = props.mark
        self._text.setText(props.mark)
        self.setAccessibleName(props.mark)
        if not props.mark:
            self.hide()
            return
        self.adjustSize()
        self._settle(props.screen)
        self.show()
        self.raise_()

    def words(self) -> None:
        self._dot.setText("●")
        self.setWindowTitle(self.tr("Sharing"))
        set_words(self._stop, self.tr("Stop sharing"), COMMANDS[CommandId.SHARE].key)

    def _settle(self, name: str) -> None:
        """On the screen that is shared, at the top, in the middle."""
        screens: list[QScreen] = QGuiApplication.screens()
        named = (screen for screen in screens if name and screen.name() == name)
        area = next(named, self.screen() or screens[0]).availableGeometry()
        frame = self.frameGeometry()
        frame.moveTop(area.top() + TOP)
        frame.moveLeft(area.center().x() - frame.width() // 2)
        self.move(frame.topLeft())
