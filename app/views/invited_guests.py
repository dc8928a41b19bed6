"""Guests in the call and the other links, each with what ends it."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.commands.invitation_wishes import WishPutOut, WishWithdrawInvitation
from app.kit.layouts import column, row
from app.kit.widgets import ElidedLabel, button, set_property, set_words
from app.models.invitation import GuestProps

SURE_MS = 10_000
"""How long the second press of a button that puts somebody out is waited for."""


class InvitedGuests(QWidget):
    """One line each; a guest is put out by a second press, so that no slip of a hand does it."""

    wished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("invitedGuests")
        self._shown: tuple[GuestProps, ...] = ()
        self._lines: QVBoxLayout = column(gap=1)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._lines)

    def show_guests(self, guests: tuple[GuestProps, ...]) -> None:
        if guests == self._shown:
            return
        self._shown = guests
        while self._lines.count():
            self._lines.takeAt(0).widget().deleteLater()
        for guest in guests:
            line = self._line(guest)
            self._lines.addWidget(line)
            line.show()  # a layout shows it only when the window has nothing else to do
        self.setVisible(bool(guests))

    def words(self) -> None:
        shown, self._shown = self._shown, ()
        self.show_guests(shown)

    def _line(self, guest: GuestProps) -> QWidget:
        told = ElidedLabel("guest", "text" if guest.peer_id is not None else "muted")
        told.setText(guest.text)
        line = QWidget()
        inside = row(told)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setStretch(0, 1)
        if guest.peer_id is not None:
            inside.addWidget(self._put_out(guest, WishPutOut(guest.peer_id)))
        elif guest.invitation_id is not None:
            wish = WishWithdrawInvitation(guest.invitation_id)
            end = button("withdrawInvitation", partial(self.wished.emit, wish), "quiet")
            self._name(end, self.tr("Withdraw"), guest)
            inside.addWidget(end)
        line.setLayout(inside)
        return line

    def _put_out(self, guest: GuestProps, wish: WishPutOut) -> QPushButton:
        made = button("putOut", lambda: None, "quiet")
        again = QTimer(made, singleShot=True, interval=SURE_MS)

        def rest() -> None:
            again.stop()
            self._name(made, self.tr("Put out"), guest)
            set_property(made, "kind", "quiet")

        def press() -> None:
            if again.isActive():
                rest()
                self.wished.emit(wish)
                return
            self._name(made, self.tr("Really put out?"), guest)
            set_property(made, "kind", "danger")
            again.start()

        made.clicked.connect(press)
        again.timeout.connect(rest)
        rest()
        return made

    def _name(self, made: QPushButton, words: str, guest: GuestProps) -> None:
        set_words(made, words)
        made.setAutoDefault(False)
        made.setAccessibleName(f"{words}: {guest.name}")
