"""A ringing case, or what must be seen to: the system's notification and the taskbar."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from app.kit.icons import icon
from app.models.notices import NoticeProps
from app.models.queue import RingProps
from app.models.tips import plain_tip
from protocol.consultation import Urgency


class Tray(Protocol):
    """What `QSystemTrayIcon` does for us."""

    def tell(self, title: str, text: str, *, urgent: bool) -> None: ...

    def hide(self) -> None: ...


class SystemTray(QObject):
    """An icon beside the clock for as long as something rings; clicking it, or the notification,
    brings the window to the front. Nothing happens on a desktop without one."""

    def __init__(self, clicked: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._clicked = clicked
        self._icon: QSystemTrayIcon | None = None

    def tell(self, title: str, text: str, *, urgent: bool) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(icon("bell"), self)
            self._icon.activated.connect(lambda _reason: self._clicked())
            self._icon.messageClicked.connect(self._clicked)
        self._icon.setToolTip(plain_tip(title))
        self._icon.show()
        kinds = QSystemTrayIcon.MessageIcon
        self._icon.showMessage(title, text, kinds.Critical if urgent else kinds.Information)

    def hide(self) -> None:
        if self._icon is not None:
            self._icon.hide()


class _Attention:
    """
    Args:
        window: whose taskbar button asks for attention.
        tray: makes the icon; another one in tests.
    """

    def __init__(
        self,
        window: Callable[[], QWidget],
        tray: Callable[[Callable[[], None]], Tray],
    ) -> None:
        self._window = window
        self._tray = tray(self._come)

    def _come(self) -> None:
        """Brings the window to the front."""
        window = self._window()
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()


class RingNotice(_Attention):
    """Tells each offer once. A locked screen shows notifications: they name no patient."""

    _told: frozenset[UUID] = frozenset()

    def show_props(self, props: RingProps | None) -> None:
        if props is None:
            self._told = frozenset()
            self._tray.hide()
            return
        if props.offer_id in self._told:
            return
        self._told |= {props.offer_id}
        urgent = props.urgency is Urgency.CRITICAL
        window = self._window()
        if window.isActiveWindow() and not urgent:
            return
        QApplication.alert(window)
        text = QCoreApplication.translate("RingNotice", "{number}. Open the program to answer.")
        title = QCoreApplication.translate("RingNotice", "{urgency}: a case for you")
        self._tray.tell(
            title.format(urgency=props.urgency_text),
            text.format(number=props.title),
            urgent=urgent,
        )


class StandingNotice(_Attention):
    """Tells a critical finding, or that somebody waits, once when it comes, even where the window
    is looked at: it must not be missed. It names neither patient nor finding."""

    _told: frozenset[str] = frozenset()

    def show_props(self, notices: tuple[NoticeProps, ...]) -> None:
        """The ones that wait now."""
        waiting = frozenset(one.text for one in notices)
        new = [one for one in notices if one.text not in self._told]
        if self._told and not waiting:
            self._tray.hide()
        self._told = waiting
        for one in new:
            QApplication.alert(self._window())
            text = QCoreApplication.translate("RingNotice", "{number}. Open the program to answer.")
            self._tray.tell(one.title, text.format(number=one.number), urgent=True)
