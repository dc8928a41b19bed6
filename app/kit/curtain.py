"""Every window of the program goes out of sight but one, and comes back as it was."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

STAYS = "staysBeforeCurtain"
"""A window with this property says nothing that must not be seen."""


class Curtain(QObject):
    """Hidden windows keep what is in them. Windows that open meanwhile wait behind it, too.

    Args:
        shown: the window that is seen instead.
    """

    def __init__(self, shown: QWidget) -> None:
        super().__init__(shown)
        self._shown = shown
        self._hidden: list[QWidget] = []
        self._place_of: QWidget | None = None
        self._down = False

    @property
    def down(self) -> bool:
        return self._down

    def fall(self, place_of: QWidget) -> None:
        """The shown window takes the place of another."""
        if self._down:
            return
        self._down, self._place_of = True, place_of
        while popup := QApplication.activePopupWidget():
            popup.close()
        self._shown.setGeometry(place_of.geometry())
        if place_of.isMaximized():
            self._shown.setWindowState(Qt.WindowState.WindowMaximized)
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()
        self._hidden = [one for one in QApplication.topLevelWidgets() if self._is_in_sight(one)]
        for one in self._hidden:
            one.hide()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def rise(self) -> None:
        """What was hidden and still is there is shown again."""
        if not self._down:
            return
        self.end()
        for one in self._hidden:
            one.show()
        self._hidden = []
        self._shown.hide()
        if self._place_of is not None:
            self._place_of.activateWindow()

    def end(self) -> None:
        """It is gone without showing anything."""
        self._down = False
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def _is_in_sight(self, one: QWidget) -> bool:
        return one.isVisible() and one is not self._shown and not one.property(STAYS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and watched.isWindow():
            if event.type() is QEvent.Type.Show and self._is_in_sight(watched):
                # The event comes before the system shows it: not one frame of it is seen.
                watched.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, True)
                QTimer.singleShot(0, watched, lambda: self._put_behind(watched))
            if event.type() is QEvent.Type.DeferredDelete and watched in self._hidden:
                self._hidden.remove(watched)
        return False

    def _put_behind(self, one: QWidget) -> None:
        one.hide()
        one.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
        if not self._down:
            one.show()
        elif one not in self._hidden:
            self._hidden.append(one)
