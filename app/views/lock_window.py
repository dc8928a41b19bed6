"""What is seen of the program while it is locked: who is signed in, and the way back."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from app.commands.identity_wishes import WishUnlock
from app.commands.wishes import WishLeaveCall, WishMute, WishSignOut
from app.kit.icons import set_picture
from app.kit.layouts import column, row, surface
from app.kit.widgets import LineField, button, label, set_words, tool
from app.models.lock import LockProps

CARD_WIDTH = 420


class LockWindow(QWidget):
    """A window of its own in the place of all others. Closing it ends the program, which keeps what
    was written."""

    wished = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._props: LockProps | None = None
        self._title = label("lockTitle", "title")
        self._person = label("lockPerson", "lead")
        self._hint = label("lockHint", "muted", wrap=True)
        self._password = LineField("unlockPassword", secret=True)
        self._password.line.returnPressed.connect(self._wish_unlock)
        self._problem = label("lockProblem", "problem", wrap=True)
        self._unlock = button("unlockWindow", self._wish_unlock, "primary")
        self._sign_out = button("lockSignOut", lambda: self.wished.emit(WishSignOut()), "quiet")
        self._rings = label("lockRings", "lead", wrap=True)
        self._call_title = label("lockCall", "lead")
        self._mute = tool("lockMute", "microphone", self._toggle_mute)
        self._mute.setCheckable(True)
        self._mute.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._leave = button("lockLeaveCall", lambda: self.wished.emit(WishLeaveCall()), "danger")
        self._call = surface(
            "card", column(self._call_title, row(self._mute, None, self._leave), margin=6, gap=3)
        )
        self._call.setFixedWidth(CARD_WIDTH)
        card = surface(
            "card",
            column(
                self._title,
                self._person,
                self._hint,
                self._rings,
                self._password,
                self._problem,
                self._unlock,
                self._sign_out,
                margin=6,
                gap=3,
            ),
        )
        card.setFixedWidth(CARD_WIDTH)
        middle = column(card, self._call, gap=4)
        self.setLayout(column(None, row(None, middle, None), None, margin=4))
        self.words()

    def show_props(self, props: LockProps) -> None:
        before, self._props = self._props, props
        if props == before:
            return
        self._person.setText(props.person)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._rings.setVisible(props.rings)
        self._call.setVisible(props.in_call)
        self._mute.setChecked(props.muted)
        set_picture(self._mute, "microphone-off" if props.muted else "microphone")
        self._unlock.setEnabled(not props.busy)
        if before is not None and before.busy and not props.busy:
            self._password.line.selectAll()
            self._password.line.setFocus()
        self._mute_words()

    def begin(self) -> None:
        """It has just been locked: nothing of an earlier attempt is left."""
        self._password.line.clear()
        self._password.line.setFocus()

    def words(self) -> None:
        self.setWindowTitle(self.tr("Huizhen – locked"))
        self._title.setText(self.tr("Locked"))
        self._hint.setText(self.tr("What you were doing is kept, and goes on where you left it."))
        self._password.set_name(self.tr("Password"))
        set_words(self._unlock, self.tr("Unlock"))
        set_words(self._sign_out, self.tr("Sign out"))
        self._rings.setText(self.tr("A case rings for you. Unlock to see it."))
        self._call_title.setText(self.tr("Your call goes on"))
        set_words(self._leave, self.tr("Hang up"))
        self._mute_words()

    def _mute_words(self) -> None:
        muted = self._props is not None and self._props.muted
        set_words(self._mute, self.tr("Microphone on") if muted else self.tr("Mute"))

    def _toggle_mute(self) -> None:
        if self._props is not None:
            self.wished.emit(WishMute(not self._props.muted))

    def _wish_unlock(self) -> None:
        password = self._password.text
        if password and self._unlock.isEnabled():
            self.wished.emit(WishUnlock(password))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
