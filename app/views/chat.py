"""Text chat of a case; Return sends."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.commands.wishes import WishChat
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, line, set_words
from app.models.workspace import ChatLine


class ChatPane(View):
    """Args:
    prefix: of the object names, where there is a second one.
    """

    def __init__(self, prefix: str = "") -> None:
        super().__init__()
        self.setObjectName(f"{prefix}chatPane")
        self._shown: tuple[ChatLine, ...] = ()
        self._list = QListWidget()
        self._list.setObjectName(f"{prefix}chatMessages")
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = label(f"{prefix}chatEmpty", "muted", wrap=True)
        self._text = line(f"{prefix}chatText")
        self._text.setMaxLength(4000)
        self._text.returnPressed.connect(self._wish)
        self._send = button(f"{prefix}chatSend", self._wish)
        self.setLayout(
            column(self._empty, self._list, row(self._text, self._send), margin=2, gap=2)
        )
        self.words()

    def show_lines(self, lines: tuple[ChatLine, ...], *, can_chat: bool) -> None:
        self._text.setEnabled(can_chat)
        self._send.setEnabled(can_chat)
        self._empty.setVisible(not lines)
        self._list.setVisible(bool(lines))
        if lines == self._shown:
            return
        self._shown = lines
        self._list.clear()
        for entry in lines:
            item = QListWidgetItem(f"{entry.time}  {entry.author}\n{entry.text}")
            if entry.own:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight)
            self._list.addItem(item)
        self._list.scrollToBottom()

    def write(self) -> None:
        """The cursor stands where one writes."""
        self._text.setFocus()

    def words(self) -> None:
        self._text.setPlaceholderText(self.tr("Write a message"))
        self._text.setAccessibleName(self.tr("Write a message"))
        self._list.setAccessibleName(self.tr("Messages"))
        self._empty.setText(self.tr("No messages yet. Everybody in this case reads them."))
        set_words(self._send, self.tr("Send"))

    def _wish(self) -> None:
        text = self._text.text().strip()
        if text:
            self.wished.emit(WishChat(text))
            self._text.clear()
