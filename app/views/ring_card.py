"""The ringing card: who, what, how urgent, why you, how long left; accept or decline."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QBoxLayout,
    QProgressBar,
    QSizePolicy,
    QTabBar,
    QWidget,
)

from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import WishClaim, WishDecline
from app.kit.layouts import arrange, column, fit_height, row, surface
from app.kit.view import View
from app.kit.widgets import button, chip, fitted, label, set_chip, set_property, set_words
from app.models.queue import RingProps
from app.models.tips import plain_tip
from app.views.decline_form import DeclineForm
from app.views.ring_notice import RingNotice, SystemTray
from protocol.consultation import Urgency
from protocol.transition import DeclineReason

WIDTH = 400
WIDEST = 16777215  # of any widget
TICK_MS = 500
SETTLE_MS = 1000
"""So long after it began to ring no key accepts: it was meant for something else."""
KEY = COMMANDS[CommandId.RINGING].key
LEAVING = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
PASSED_THROUGH = (QAbstractButton, QAbstractItemView, QTabBar)
"""Nobody writes, reads on or looks at images there."""


class Shape(Enum):
    """BAR covers nothing; WINDOW, of a critical case, covers everything."""

    CARD = auto()
    WINDOW = auto()
    BAR = auto()


class RingCard(View):
    """Calm: no flashing, no movement but the shrinking time bar. One ring at a time, and which of
    how many. `notice` tells who looks elsewhere."""

    def __init__(self, parent: QWidget, now: Callable[[], datetime], bar: QBoxLayout) -> None:
        """
        Args:
            bar: where it stands while nothing may be covered: a column that is laid out in
                `parent`.
        """
        super().__init__()
        self._bar, self._busy, self._turned = bar, False, False
        self._rings: tuple[RingProps, ...] = ()
        self._now = now
        self.notice = RingNotice(self.window, lambda clicked: SystemTray(clicked, self))
        self.setParent(parent)
        self.setObjectName("ringCard")
        self._props: RingProps | None = None
        self._whole_s = 60.0
        self._title, self._number = label("ringTitle", "lead"), label("ringNumber", "small")
        self._urgency = chip("ringUrgency")
        self._patient = fitted("ringPatient", "lead")
        self._reason = label("ringReason", wrap=True)
        self._images = fitted("ringImages", "muted")
        self._sender, self._why = (
            fitted("ringSender", "muted"),
            label("ringWhy", "small", wrap=True),
        )
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
        self._place = label("ringPlace", "small")
        self._before = button("ringBefore", lambda: self._turn(-1))
        self._after = button("ringAfter", lambda: self._turn(1))
        self._more = QWidget()
        self._more.setLayout(row(self._before, self._place, self._after))
        self._only_card = (self._title, self._images, self._sender, self._left, self._hint)
        self._told = column(
            self._number, self._handed, self._patient, self._reason, self._images, self._sender
        )
        self._inner = column(
            row(self._title, None, self._more, self._urgency),
            self._told,
            self._why,
            row(self._left, self._seconds),
            row(self._accept, self._decline),
            self._hint,
        )
        self._inner.setStretch(1, 1)
        self._card = surface("card", column(self._inner, self._declining, margin=3))
        self.setLayout(column(self._card))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._shape: Shape | None = None
        self._take_shape(Shape.CARD)
        self.hide()
        self.words()

    def show_props(self, rings: tuple[RingProps, ...], *, busy: bool = False) -> None:
        """
        Args:
            rings: the most urgent first.
            busy: a case is read or written, or somebody talks: nothing of it is covered.
        """
        known = {one.offer_id for one in self._rings}
        self._rings, self._busy = rings, busy
        for one in rings:
            self.notice.show_props(one)
        if not rings:
            self._props = None
            self.notice.show_props(None)
            self._timer.stop()
            self.hide()
            return
        new = [one for one in rings if one.offer_id not in known]
        self._show(self._kept(new) or rings[0])

    def _kept(self, new: list[RingProps]) -> RingProps | None:
        """The ring somebody turned to or is declining, unless a critical one comes between."""
        shown = next((one for one in self._rings if _same(one, self._props)), None)
        if shown is None or not (self._turned or self._declining.isVisible()):
            self._turned = False
            return None
        critical = any(one.urgency is Urgency.CRITICAL for one in new)
        return None if critical and shown.urgency is not Urgency.CRITICAL else shown

    def _show(self, props: RingProps) -> None:
        before, self._props = self._props, props
        self._number.setText(props.title)
        set_chip(self._urgency, props.urgency_text, props.urgency.value)
        self._patient.setText(props.patient)
        self._reason.setText(props.reason)
        self._reason.setToolTip(plain_tip(f"{props.reason}\n{props.sender}"))
        self._sender.setText(props.sender)
        self._images.setText(props.images)
        self._why.setText(self.tr("Why you: {terms}").format(terms=" · ".join(props.why)))
        handed = self.tr("{who} hands this case over to you: {note}")
        self._handed.setText(handed.format(who=props.handed_by, note=props.note))
        self._handed.setVisible(bool(props.handed_by))
        self._say_place()
        critical = props.urgency is Urgency.CRITICAL
        self._take_shape(Shape.BAR if self._busy else Shape.WINDOW if critical else Shape.CARD)
        self._why.setVisible(bool(props.why) and self._shape is not Shape.BAR)
        if not _same(props, before):
            self._whole_s = max(1.0, (props.rings_until - self._now()).total_seconds())
            if not self._turned:
                self._take_keys()
            self._declining.hide()
            self.show()
            self.raise_()
            self._timer.start()
        self._tick()
        self.place()

    def _say_place(self) -> None:
        at = [one.offer_id for one in self._rings].index(self._props.offer_id) if self._props else 0
        text = self.tr("{n} of {m}").format(n=at + 1, m=len(self._rings))
        self._place.setText(text)
        self._before.setEnabled(at > 0)
        self._after.setEnabled(at + 1 < len(self._rings))
        self._more.setVisible(len(self._rings) > 1)

    def _turn(self, by: int) -> None:
        ids = [one.offer_id for one in self._rings]
        if self._props is None or self._props.offer_id not in ids:
            return
        at = ids.index(self._props.offer_id) + by
        if 0 <= at < len(ids):
            self._turned = True
            self._show(self._rings[at])

    def _take_shape(self, shape: Shape) -> None:
        if shape is self._shape:
            return
        self._shape = shape
        bar = shape is Shape.BAR
        for layout in (self._inner, self._told):
            arrange(layout, across=bar)
        for widget in self._only_card:
            widget.setVisible(not bar)
        width = QSizePolicy.Policy.Ignored if bar else QSizePolicy.Policy.Preferred
        for words in (self._reason, self._handed):
            words.setWordWrap(not bar)
            words.setSizePolicy(width, QSizePolicy.Policy.Preferred)
        self._told.setStretchFactor(self._reason, 1 if bar else 0)
        self._card.setMinimumWidth(0 if bar else WIDTH)
        self._card.setMaximumWidth(WIDEST if bar else WIDTH)
        whole = self.layout()
        assert whole is not None
        middle = Qt.AlignmentFlag.AlignCenter
        whole.setAlignment(self._card, middle if shape is Shape.WINDOW else Qt.AlignmentFlag(0))
        set_property(self, "surface", "flat" if shape is Shape.WINDOW else "")
        self._bar.removeWidget(self)
        if bar:
            self._bar.insertWidget(0, self)

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
        turns = ((self._before, self.tr("‹"), self.tr("The ring before")),)
        for turn, sign, name in (*turns, (self._after, self.tr("›"), self.tr("The next ring"))):
            set_words(turn, name)
            turn.setText(sign)
        self._declining.set_act(self.tr("Decline with this reason"))
        self._left.setAccessibleName(self.tr("Time left to answer"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.place()

    def place(self) -> None:
        """Keeps the card at the lower right of its window, or over all of it."""
        host = self.parentWidget()
        if host is None or self._shape is Shape.BAR:
            return
        if self._shape is Shape.WINDOW:
            self.setGeometry(host.rect())
        else:
            fit_height(self, self.sizeHint().width())
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


def _same(one: RingProps, other: RingProps | None) -> bool:
    return other is not None and one.offer_id == other.offer_id
