"""The menu at a device's button: which one to use, and what is to be said of it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from app.commands.call_wishes import WishDevice, WishLookForDevices
from app.models.equipment import DeviceMenuProps


class DeviceMenu(QMenu):
    """Looks for devices when it opens, and is made anew when they change while it is open."""

    wished = Signal(object)

    def __init__(self, name: str, button: QToolButton) -> None:
        super().__init__(button)
        self.setObjectName(name)
        self._props: DeviceMenuProps | None = None
        self.aboutToShow.connect(self._opens)
        button.setMenu(self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)

    def show_props(self, props: DeviceMenuProps) -> None:
        if props == self._props:
            return
        self._props = props
        self.clear()
        for entry in props.entries:
            action = QAction(entry.text, self)
            action.setCheckable(True)
            action.setChecked(entry.chosen)
            wish = WishDevice(props.what, entry.source)
            action.triggered.connect(lambda _on=False, w=wish: self.wished.emit(w))
            self.addAction(action)
        if props.note:
            self.addSeparator()
            note = QAction(props.note, self)
            note.setEnabled(False)
            self.addAction(note)

    def _opens(self) -> None:
        self.wished.emit(WishLookForDevices())
