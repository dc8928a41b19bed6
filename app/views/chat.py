"""Text chat of a case; Return sends."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem

from app.commands.wishes import WishChat, WishTakeUpMessage
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import BreakingDelegate, button, label, line, set_words
from app.models.chat import ChatLine, ChatProps
from protocol.chat import ChatAudience


class ChatPane(View):
    """Args:
    prefix: of the object names, where there is a second one.
    """

    def __init__(self, prefix: str = "") -> None:
        super().__init__()
        self.setObjectName(f"{prefix}chatPane")
        self._props = ChatProps()
        self._list = QListWidget()
        self._list.setObjectName(f"{prefix}chatMessages")
        self._list.setWordWrap(True)
        self._list.setItemDelegate(BreakingDelegate(self._list))
        self._list.itemActivated.connect(self._take_up)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = label(f"{prefix}chatEmpty", "muted", wrap=True)
        self._to_call = QCheckBox()
        self._to_call.setObjectName(f"{prefix}chatToCall")
        self._to_call.toggled.connect(self._say_to_whom)
        self._to_call.hide()
        self._text = line(f"{prefix}chatText")
        self._text.setMaxLength(4000)
        self._text.returnPressed.connect(self._wish)
        self._send = button(f"{prefix}chatSend", self._wish)
        self._offline = label(f"{prefix}chatOffline", "small", wrap=True)
        self._offline.hide()
        writing = row(self._text, self._send)
        parts = (self._empty, self._list, self._to_call, self._offline, writing)
        self.setLayout(column(*parts, margin=2, gap=2))
        self.words()

    def show_props(self, props: ChatProps) -> None:
        before, self._props = self._props, props
        self._text.setEnabled(props.can_chat)
        self._send.setEnabled(props.can_chat)
        self._empty.setVisible(not props.lines)
        self._list.setVisible(bool(props.lines))
        if props.guests != before.guests:
            # Who has come meanwhile did not hear what was meant for the doctors.
            self._to_call.setChecked(False)
            self._to_call.setVisible(bool(props.guests))
            self._say_to_whom()
        if props.lines != before.lines:
            self._fill(props.lines)
        if props.online:
            self._offline.hide()

    def _fill(self, lines: tuple[ChatLine, ...]) -> None:
        self._list.clear()
        for entry in lines:
            head = f"{entry.time}  {entry.author}".strip()
            if entry.sending:
                head += self.tr(" · sending…")
            if entry.unsent:
                head += self.tr(" · not sent: Enter writes it again")
            if entry.in_call:
                head += self.tr(" · to everybody in the call")
            item = QListWidgetItem(f"{head}\n{entry.text}")
            if entry.unsent:
                item.setData(Qt.ItemDataRole.UserRole, (entry.id, entry.text))
            if entry.own:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight)
            self._list.addItem(item)
        self._list.scrollToBottom()

    def _take_up(self, item: QListWidgetItem) -> None:
        """What was not sent is written again, behind what stands there."""
        told = item.data(Qt.ItemDataRole.UserRole)
        if told is not None:
            id_, text = told
            self._text.setText(" ".join(one for one in (self._text.text(), text) if one))
            self._text.setFocus()
            self.wished.emit(WishTakeUpMessage(id_))

    def write(self) -> None:
        """The cursor stands where one writes."""
        self._text.setFocus()

    def words(self) -> None:
        self._list.setAccessibleName(self.tr("Messages"))
        self._empty.setText(self.tr("No messages yet. Everybody in this case reads them."))
        set_words(self._send, self.tr("Send"))
        self._offline.setText(
            self.tr("Not connected: your words stay here. Send them when the connection is back.")
        )
        self._say_to_whom()
        self._fill(self._props.lines)

    def _say_to_whom(self) -> None:
        guests = self._props.guests
        self._to_call.setText(self.tr("{names} reads it too").format(names=guests))
        self._to_call.setToolTip(self.tr("Everybody in the call reads it, guests too"))
        self._to_call.setAccessibleName(self.tr("Everybody in the call reads it, guests too"))
        if not guests:
            words = self.tr("Write a message")
        elif self._to_call.isChecked():
            words = self.tr("Write to everybody in the call")
        else:
            words = self.tr("Write to the doctors of this case only")
        self._text.setPlaceholderText(words)
        self._text.setAccessibleName(words)

    def _wish(self) -> None:
        text = self._text.text().strip()
        if text and not self._props.online:
            self._offline.show()
        elif text:
            to_call = self._to_call.isChecked() and bool(self._props.guests)
            audience = ChatAudience.CALL if to_call else ChatAudience.TREATING
            self.wished.emit(WishChat(text, audience))
            self._text.clear()
