"""The ringing card: who, what, how urgent, why you, how long left; accept or decline."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QProgressBar,
    QTabBar,
    QWidget,
)

from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import WishClaim, WishDecline
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import button, chip, label, set_chip, set_words
from app.models.queue import RingProps
from app.views.decline_form import DeclineForm
from app.views.ring_notice import RingNotice, SystemTray
from protocol.transition import DeclineReason

WIDTH = 400
TICK_MS = 500
SETTLE_MS = 1000
"""So long after it began to ring no key accepts: it was meant for something else."""
KEY = COMMANDS[CommandId.RINGING].key
LEAVING = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
PASSED_THROUGH = (QAbstractButton, QAbstractItemView, QTabBar)
"""Nobody writes, reads on or looks at images there."""


class RingCard(View):
    """Calm: no flashing, no movement but the shrinking time bar. `notice` tells who looks
    elsewhere."""

    def __init__(self, parent: QWidget, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.notice = RingNotice(self.window, lambda clicked: SystemTray(clicked, self))
        self.setParent(parent)
        self.setObjectName("ringCard")
        self._props: RingProps | None = None
        self._whole_s = 60.0
        self._title, self._number = label("ringTitle", "lead"), label("ringNumber", "small")
        self._urgency = chip("ringUrgency")
        self._patient = label("ringPatient", "lead")
        self._reason = label("ringReason", wrap=True)
        self._images = label("ringImages", "muted")
        self._sender, self._why = label("ringSender", "muted"), label("ringWhy", "small", wrap=True)
        self._handed = label("ringHandOver", wrap=True)
        self._left = QProgressBar()
        self._left.setObjectName("ringTimeLeft")
        self._left.setTextVisible(False)
        self._seconds = label("ringSeconds", "small")
        self._accept = button("ringAccept", self._wish_accept, "primary")
        self._accept.installEventFilter(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._hint = label("ringHint", "small")
        self._decline = button("ringDecline", self._toggle_decline)
        self._declining = DeclineForm()
        self._declining.given.connect(self._wish_decline)
        self._declining.hide()
        card = surface(
            "card",
            column(
                row(self._title, None, self._urgency),
                self._number,
                self._handed,
                self._patient,
                self._reason,
                self._images,
                self._sender,
                self._why,
                row(self._left, self._seconds),
                row(self._accept, self._decline),
                self._hint,
                self._declining,
                margin=4,
            ),
        )
        self.setLayout(column(card))
        self.setFixedWidth(WIDTH)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.hide()
        self.words()

    def show_props(self, props: RingProps | None) -> None:
        before, self._props = self._props, props
        self.notice.show_props(props)
        if props is None:
            self._timer.stop()
            self.hide()
            return
        self._number.setText(props.title)
        set_chip(self._urgency, props.urgency_text, props.urgency.value)
        self._patient.setText(props.patient)
        self._reason.setText(props.reason)
        self._sender.setText(props.sender)
        self._images.setText(props.images)
        self._why.setText(self.tr("Why you: {terms}").format(terms=" · ".join(props.why)))
        self._why.setVisible(bool(props.why))
        handed = self.tr("{who} hands this case over to you: {note}")
        self._handed.setText(handed.format(who=props.handed_by, note=props.note))
        self._handed.setVisible(bool(props.handed_by))
        if before is None or before.offer_id != props.offer_id:
            self._whole_s = max(1.0, (props.rings_until - self._now()).total_seconds())
            self._take_keys()
            self._declining.hide()
            self.show()
            self.raise_()
            self._timer.start()
        self._tick()
        self.adjustSize()

    def _take_keys(self) -> None:
        """Who types goes on typing, and a key that was on its way when it rang takes no case."""
        self._settling.start()
        focus = QApplication.focusWidget()
        if focus is None or isinstance(focus, PASSED_THROUGH):
            self._accept.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_keys(self) -> None:
        """A key of its own leads from wherever somebody types to the card."""
        if self._props is not None:
            self._settling.stop()
            self._accept.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        keys = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        if watched is self._accept and event.type() in keys and self._settling.isActive():
            leaves = isinstance(event, QKeyEvent) and event.key() in LEAVING
            if not leaves:
                self._settling.start()  # who goes on pressing keys means something else
            return not leaves
        return super().eventFilter(watched, event)

    def words(self) -> None:
        self._title.setText(self.tr("A case for you"))
        self._hint.setText(self.tr("{key} leads to this card").format(key=KEY))
        set_words(self._accept, self.tr("Accept"), KEY)
        set_words(self._decline, self.tr("Decline…"))
        self._declining.set_act(self.tr("Decline with this reason"))
        self._left.setAccessibleName(self.tr("Time left to answer"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.place()

    def place(self) -> None:
        """Keeps the card at the lower right of its window."""
        host = self.parentWidget()
        if host is not None:
            self.adjustSize()
            self.move(host.width() - self.width() - 20, host.height() - self.height() - 48)

    def _tick(self) -> None:
        if self._props is None:
            return
        left = max(0.0, (self._props.rings_until - self._now()).total_seconds())
        self._left.setMaximum(int(self._whole_s * 10))
        self._left.setValue(int(left * 10))
        self._seconds.setText(self.tr("{n} s").format(n=int(left)))

    def _toggle_decline(self) -> None:
        if self._declining.isVisible():
            self._declining.hide()
        else:
            self._declining.ask()
        self.place()

    def _wish_accept(self) -> None:
        if self._props is not None:
            self.wished.emit(WishClaim(self._props.consultation_id))

    def _wish_decline(self, reason: DeclineReason, text: str) -> None:
        if self._props is not None:
            self.wished.emit(WishDecline(self._props.consultation_id, reason, text))
