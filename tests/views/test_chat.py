"""What was written is seen until it is posted or taken up again."""

from PySide6.QtWidgets import QLineEdit, QListWidget

from app.commands.wishes import WishTakeUpMessage
from app.session.chat import MessageReturned, MessageTakenUp
from protocol.base import new_id
from protocol.socket import SendChat
from tests.fakes.examples import CASE
from tests.views.conftest import Shown
from tests.views.test_pages import work, write


def test_what_was_not_sent_is_seen_and_can_be_written_again(shown: Shown) -> None:
    work(shown)
    shown.window.workspace.show_chat()
    written = [
        SendChat(id=new_id(), consultation_id=CASE, text=text)
        for text in ("allergic to iodine", "please hold still")
    ]
    shown.apply(*map(MessageReturned, written))
    rows, text = shown.find(QListWidget, "chatMessages"), shown.find(QLineEdit, "chatText")
    told = [rows.item(number).text() for number in range(rows.count())][-2:]
    assert all("not sent" in one for one in told)
    assert [one.splitlines()[-1] for one in told] == ["allergic to iodine", "please hold still"]
    write(text, "Doctor:")
    rows.itemActivated.emit(rows.item(rows.count() - 2))
    assert text.text() == "Doctor: allergic to iodine"
    assert shown.wishes == [WishTakeUpMessage(written[0].id)]
    shown.apply(MessageTakenUp(written[0].id))
    assert rows.item(rows.count() - 1).text().endswith("please hold still")
