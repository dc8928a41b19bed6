"""The window of an invitation: whom and for how long, then the link, its QR code and its fate."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from app.commands.invitation_wishes import WishInvite, WishWithdrawInvitation
from app.kit.layouts import column, row, surface
from app.kit.widgets import (
    ElidedLabel,
    Field,
    LineField,
    button,
    chip,
    label,
    line,
    set_chip,
    set_property,
    set_text,
    set_words,
)
from app.models.invitation import InvitationProps, InvitedProps
from app.views.invited_guests import InvitedGuests
from app.views.qr_code import QrCode
from protocol.call import NewInvitation, ParticipantKind

MINUTES = (15, 60, 240, 1440)
USUAL = 60
WIDTH = 620


class InvitationWindow(QDialog):
    """Stays open beside the call, so that one sees when the link was used."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("invitationWindow")
        self._props: InvitationProps | None = None
        self._copied = ""
        self._name = LineField("inviteName")
        self._kind, self._valid = QComboBox(), QComboBox()
        self._kind.setObjectName("inviteKind")
        self._valid.setObjectName("inviteValid")
        self._kind_field, self._valid_field = Field(self._kind), Field(self._valid)
        self._make = button("makeInvitation", self._wish, "primary")
        self._problem = label("inviteProblem", "problem", wrap=True)
        self._guest = ElidedLabel("invitedName", "lead")
        self._standing = chip("inviteStanding")
        self._until = label("inviteUntil")
        self._hint = label("inviteHint", "muted", wrap=True)
        self._link = line("inviteLink")
        self._link.setReadOnly(True)
        self._copy = button("copyInvitation", self._copy_link, "primary")
        self._code = QrCode("inviteQr")
        self._guests = InvitedGuests()
        self._guests.wished.connect(self.wished)
        self._take_back = button("takeBackInvitation", self._withdraw, "quiet")
        self._close = button("closeInvitation", self.hide, "quiet")
        self._arrange()
        self.words()

    def _arrange(self) -> None:
        self._kind_field.setFixedWidth(170)
        self._valid_field.setFixedWidth(110)
        self._make.setAutoDefault(True)
        self._close.setAutoDefault(False)
        self._copy.setAutoDefault(False)
        self._take_back.setAutoDefault(False)
        fields = row(self._name, self._kind_field, self._valid_field)
        fields.setStretch(0, 1)
        asked = row(self._problem, None, self._make)
        asked.setStretch(0, 1)
        named = row(self._guest, self._standing)
        named.setStretch(0, 1)
        told = column(
            named, self._until, self._link, row(self._copy, self._take_back, None), self._hint, None
        )
        self._made = surface("card", row(self._code, told, margin=3, gap=4))
        layout = column(
            fields, asked, self._made, self._guests, row(None, self._close), margin=4, gap=3
        )
        layout.setSizeConstraint(layout.SizeConstraint.SetFixedSize)
        self._name.setMinimumWidth(WIDTH - 300)
        self.setLayout(layout)

    def begin(self) -> None:
        """Somebody wants to invite: the patient of the case is proposed."""
        if self._props is not None and not self.isVisible():
            set_text(self._name.line, self._props.guest_name)
            self._valid.setCurrentIndex(MINUTES.index(USUAL))
            self._kind.setCurrentIndex(0)
        self.show()
        self.activateWindow()
        self._name.line.setFocus()
        self._name.line.selectAll()

    def show_props(self, props: InvitationProps) -> None:
        self._props = props
        self._make.setEnabled(props.can_invite)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._made.setVisible(props.current is not None)
        if props.current is not None:
            self._show_made(props.current)
        self._guests.show_guests(props.guests)
        self._make_words()

    def _show_made(self, made: InvitedProps) -> None:
        self._guest.setText(made.name)
        set_chip(self._standing, made.standing, made.look)
        self._until.setText(self.tr("Valid until {time}").format(time=made.until))
        set_text(self._link, made.link)
        self._link.setCursorPosition(0)
        self._code.show_squares(made.squares)
        for part in (self._code, self._link, self._copy, self._take_back, self._hint):
            part.setVisible(made.usable)
        if self._copied != made.id:
            self._copy_words()

    def words(self) -> None:
        self.setWindowTitle(self.tr("Invite to the call"))
        self._name.set_name(self.tr("Name of the guest"))
        self._kind_field.set_name(self.tr("Takes part as"))
        self._valid_field.set_name(self.tr("Valid for"))
        chosen, valid = max(0, self._kind.currentIndex()), self._valid.currentIndex()
        self._kind.clear()
        self._kind.addItem(self.tr("Patient"))
        self._kind.addItem(self.tr("Relative or other guest"))
        self._kind.setCurrentIndex(chosen)
        self._valid.clear()
        for minutes in MINUTES:
            text = (
                self.tr("{n} minutes").format(n=minutes)
                if minutes < USUAL
                else self.tr("{n} h").format(n=minutes // 60)
            )
            self._valid.addItem(text, minutes)
        self._valid.setCurrentIndex(valid if valid >= 0 else MINUTES.index(USUAL))
        self._link.setAccessibleName(self.tr("Link of the invitation"))
        self._code.setAccessibleName(self.tr("QR code of the invitation"))
        self._hint.setText(
            self.tr(
                "Send the link, or let the guest scan the code with a phone. It opens this call "
                "for one person, once; the guest needs a browser and nothing else."
            )
        )
        set_words(self._close, self.tr("Close"))
        set_words(self._take_back, self.tr("Withdraw the link"))
        self._guests.words()
        self._copy_words()
        self._make_words()

    def _make_words(self) -> None:
        again = self._props is not None and self._props.current is not None
        set_words(self._make, self.tr("Another link") if again else self.tr("Make the link"))
        set_property(self._make, "kind", "normal" if again else "primary")

    def _copy_words(self) -> None:
        set_words(self._copy, self.tr("Copy the link"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def _copy_link(self) -> None:
        made = self._props.current if self._props is not None else None
        if made is not None:
            QGuiApplication.clipboard().setText(made.link)
            self._copied = made.id
            set_words(self._copy, self.tr("Copied"))

    def _withdraw(self) -> None:
        made = self._props.current if self._props is not None else None
        if made is not None:
            self.wished.emit(WishWithdrawInvitation(made.id))

    def _wish(self) -> None:
        name = self._name.text.strip()
        if not name:
            self._name.set_problem(self.tr("Say who is invited; the doctors see this name."))
            self._name.line.setFocus()
            return
        self._name.set_problem("")
        patient = self._kind.currentIndex() == 0
        body = NewInvitation(
            display_name=name[:80],
            kind=ParticipantKind.PATIENT if patient else ParticipantKind.OBSERVER,
            valid_minutes=self._valid.currentData(),
        )
        self.wished.emit(WishInvite(body))
