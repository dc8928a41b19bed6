"""Each page shows what it is given and wishes what is asked of it, by mouse and by key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.commands.keys import COMMANDS, CommandId
from app.commands.wishes import (
    Language,
    Page,
    Theme,
    WishCameraOff,
    WishChat,
    WishClaim,
    WishDecide,
    WishDismissNotice,
    WishEditOpinion,
    WishJoinCall,
    WishLanguage,
    WishLeaveCall,
    WishMute,
    WishNewCase,
    WishOpenCase,
    WishPage,
    WishRefresh,
    WishSearchLibrary,
    WishSign,
    WishSignIn,
    WishSignOut,
    WishTheme,
)
from app.session.call import CallEntered, CallJoining
from app.session.library import LibraryFailed, LibraryLoaded
from app.session.link import Connected, ConnectionLost
from app.session.notices import Good, Notice, NoticeRaised, Severity
from app.session.queue import ListsFailed, MineLoaded
from app.views.sign_in import SignInWindow
from protocol.account import Role
from protocol.chat import ChatAudience
from protocol.consultation import Decision, Phase
from protocol.socket import ChatPosted
from tests.fakes.examples import CASE, NOW, account, call, message, named, row
from tests.views.conftest import Shown
from tests.views.facts import lists, online, reading, reported


def click(widget: QWidget | None) -> None:
    assert widget is not None
    assert widget.isVisible(), f"{widget.objectName()} is not on screen"
    assert widget.isEnabled(), f"{widget.objectName()} cannot be pressed now"
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def press(shown: Shown, id_: CommandId) -> None:
    """The key of a command, as a keyboard sends it."""
    from PySide6.QtGui import QKeySequence

    combination = QKeySequence(COMMANDS[id_].key)[0]  # type: ignore[index]  # missing in the stubs
    QTest.keyClick(shown.window, combination.key(), combination.keyboardModifiers())


def write(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)


# --- signing in --------------------------------------------------------------------------------


def test_return_signs_in(sign_in: SignInWindow) -> None:
    wishes: list[object] = []
    sign_in.wished.connect(wishes.append)
    password = sign_in.findChild(QLineEdit, "password")
    assert password is not None
    for name, text in (("server", "hub.test"), ("username", "Lin"), ("password", "geheim12")):
        field = sign_in.findChild(QLineEdit, name)
        assert field is not None
        write(field, text)
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert wishes == [WishSignIn("hub.test", "lin", "geheim12")]


def test_an_empty_field_is_named_and_gets_the_focus(sign_in: SignInWindow) -> None:
    wishes: list[object] = []
    sign_in.wished.connect(wishes.append)
    button = sign_in.findChild(QPushButton, "signIn")
    assert button is not None
    click(button)
    assert wishes == []
    assert sign_in.focusWidget().objectName() == "server"


# --- the lists ---------------------------------------------------------------------------------


def states(shown: Shown, table: str) -> QWidget:
    """The page of the four states that is on screen."""
    stack = shown.find(QTableView, table).parent()
    assert isinstance(stack, QStackedWidget)
    return stack.currentWidget()


def test_a_list_is_loading_then_empty_then_full(shown: Shown) -> None:
    shown.apply(*online())
    assert type(states(shown, "caseTable")).__name__ == "Skeleton"
    shown.apply(MineLoaded(()))
    click(states(shown, "caseTable").findChild(QPushButton, "emptyAction"))
    assert shown.wishes == [WishNewCase()]
    shown.apply(*lists())
    assert isinstance(states(shown, "caseTable"), QTableView)


def test_a_list_that_failed_can_be_read_again(shown: Shown) -> None:
    shown.apply(*online(), ListsFailed())
    click(states(shown, "caseTable").findChild(QPushButton, "retry"))
    assert shown.wishes == [WishRefresh()]


def test_without_network_it_says_what_still_works(shown: Shown) -> None:
    shown.apply(*online(), *lists(), ConnectionLost(NOW))
    assert shown.find(QLabel, "offline").isVisible()
    assert isinstance(states(shown, "caseTable"), QTableView), "the rows stay"
    assert not shown.find(QPushButton, "claim").isEnabled()


def test_return_opens_the_chosen_case(shown: Shown) -> None:
    shown.apply(*online(), *lists())
    table = shown.find(QTableView, "caseTable")
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert len(shown.wishes) == 1
    assert isinstance(shown.wishes[0], WishOpenCase)


def test_news_keeps_the_chosen_row(shown: Shown) -> None:
    shown.apply(*online(), *lists())
    table = shown.find(QTableView, "caseTable")
    table.selectRow(1)
    chosen = shown.window.work.mine.current()
    shown.apply(MineLoaded((row("a", Phase.DRAFTING, minutes=2), row("b", Phase.EDITING))))
    assert shown.window.work.mine.current() == chosen


def test_a_case_is_claimed_by_button_and_by_key(shown: Shown) -> None:
    shown.apply(*online(), *lists())
    click(shown.find(QPushButton, "claim"))
    press(shown, CommandId.CLAIM)
    assert shown.wishes == [WishClaim(named("case c"))] * 2


def test_the_library_has_its_states_too(shown: Shown) -> None:
    shown.apply(*online(), LibraryFailed())
    shown.go(Page.LIBRARY)
    listing = shown.find(QListWidget, "libraryList").parent()
    assert isinstance(listing, QStackedWidget)
    click(listing.currentWidget().findChild(QPushButton, "retry"))
    assert shown.wishes == [WishSearchLibrary("")]
    shown.apply(LibraryLoaded("", (), 0))
    assert listing.currentWidget() is not shown.find(QListWidget, "libraryList")


@pytest.mark.parametrize("roles", [(Role.ADMIN,), (Role.AUDITOR,), (Role.ADMIN, Role.AUDITOR)])
def test_the_library_is_offered_to_nobody_who_only_runs_or_audits(
    shown: Shown, roles: tuple[Role, ...]
) -> None:
    """Neither in the rail, nor by its key, nor in the palette or the sheet of keys."""
    shown.apply(*online(account("周管理", *roles)))
    assert not shown.find(QToolButton, "go_library").isVisible()
    assert shown.find(QToolButton, "go_administration").isVisible() == (Role.ADMIN in roles)
    press(shown, CommandId.LIBRARY)
    press(shown, CommandId.PALETTE)
    query = shown.find(QLineEdit, "paletteQuery")
    QTest.keyClicks(query, COMMANDS[CommandId.LIBRARY].title)
    assert shown.find(QListWidget, "paletteList").count() == 0
    QTest.keyClick(query, Qt.Key.Key_Escape)
    press(shown, CommandId.KEYS)
    assert shown.find(QDialog, "keySheet").isVisible()
    listed = shown.find(QTreeWidget, "keySheetList")
    heads = [listed.topLevelItem(n) for n in range(listed.topLevelItemCount())]
    keys = {head.child(n).text(0) for head in heads if head for n in range(head.childCount())}
    assert COMMANDS[CommandId.LIBRARY].title not in keys
    assert COMMANDS[CommandId.WORK].title in keys
    assert shown.wishes == []


def test_the_sheet_of_keys_finds_by_name_and_by_key_without_a_mouse(shown: Shown) -> None:
    press(shown, CommandId.KEYS)
    query = shown.find(QLineEdit, "keyQuery")
    listed = shown.find(QTreeWidget, "keySheetList")

    def seen() -> list[str]:
        heads = [listed.topLevelItem(n) for n in range(listed.topLevelItemCount())]
        lines = [head.child(n) for head in heads if head for n in range(head.childCount())]
        return [item.text(0) for item in lines if not item.isHidden()]

    assert len(seen()) > 100
    QTest.keyClicks(query, "curves gain")
    assert seen() == ["Next gain"]
    query.clear()
    QTest.keyClicks(query, "ctrl+shift+g")
    assert seen() == ["Earlier place"]
    query.clear()
    QTest.keyClick(query, Qt.Key.Key_Down)
    current = listed.currentItem()
    assert current is not None
    assert current.text(0) == seen()[1]
    QTest.keyClick(query, Qt.Key.Key_Escape)
    assert not query.isVisible()


def test_a_clinician_who_also_administers_keeps_the_library(shown: Shown) -> None:
    shown.apply(*online(account("林医生", Role.REQUESTER, Role.ADMIN)))
    assert shown.find(QToolButton, "go_library").isVisible()
    press(shown, CommandId.LIBRARY)
    assert shown.wishes == [WishPage(Page.LIBRARY)]


# --- the workspace -----------------------------------------------------------------------------


def work(shown: Shown) -> None:
    shown.apply(*online(), *reading())
    shown.go(Page.WORKSPACE)


def test_the_opinion_is_told_with_the_case_it_belongs_to(shown: Shown) -> None:
    work(shown)
    write(shown.find(QPlainTextEdit, "report_findings"), "nodule 9 mm")
    shown.window.workspace.report.flush()
    edit = shown.wishes[-1]
    assert isinstance(edit, WishEditOpinion)
    assert (edit.opinion.findings, edit.consultation_id) == ("nodule 9 mm", named("case a"))


def test_a_message_while_typing_takes_no_letter_away(shown: Shown) -> None:
    work(shown)
    area = shown.find(QPlainTextEdit, "report_findings")
    write(area, "nodule")
    shown.apply(ChatPosted(seq=0, at=NOW, message=message()))
    write(area, " 9 mm")
    assert area.toPlainText() == "nodule 9 mm"


def test_signing_asks_once_for_the_password_and_keeps_none(shown: Shown) -> None:
    from app.session.case import OpinionEdited
    from tests.fakes.examples import opinion

    work(shown)
    shown.apply(OpinionEdited(CASE, opinion()))
    press(shown, CommandId.SIGN)
    password = shown.find(QLineEdit, "signPassword")
    write(password, "geheim12")
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert shown.wishes == [WishSign("geheim12")]
    assert password.text() == ""


def test_the_clinic_decides(shown: Shown) -> None:
    from tests.fakes.examples import DOCTOR

    shown.apply(*online(DOCTOR), *reported())
    shown.go(Page.WORKSPACE)
    write(shown.find(QLineEdit, "decisionNote"), "control CT booked")
    click(shown.find(QPushButton, "decide"))
    assert shown.wishes == [WishDecide(Decision.ADOPTED, "control CT booked")]


def test_return_sends_a_message_once(shown: Shown) -> None:
    work(shown)
    shown.window.workspace.show_chat()
    text = shown.find(QLineEdit, "chatText")
    write(text, "please see slice 12")
    QTest.keyClick(text, Qt.Key.Key_Return)
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert shown.wishes == [WishChat("please see slice 12")]


def test_words_that_cannot_be_sent_stay_with_a_sentence(shown: Shown) -> None:
    work(shown)
    shown.window.workspace.show_chat()
    shown.apply(ConnectionLost(NOW))
    text, told = shown.find(QLineEdit, "chatText"), shown.find(QLabel, "chatOffline")
    write(text, "allergic to iodine?")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert (text.text(), shown.wishes) == ("allergic to iodine?", [])
    assert told.isVisible()
    assert told.text().startswith("Not connected: your words stay here.")
    shown.apply(Connected(NOW, 0))
    assert not told.isVisible()
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert shown.wishes == [WishChat("allergic to iodine?")]


def test_a_guest_reads_only_what_is_meant_for_the_whole_call(shown: Shown) -> None:
    work(shown)
    there = call("陈专家", "林医生", "周女士")
    guest = there.participants[2].model_copy(update={"account_id": None})
    there = there.model_copy(update={"participants": (*there.participants[:2], guest)})
    shown.apply(CallJoining(named("case a")), CallEntered(named("peer 陈专家"), there))
    shown.window.workspace.show_chat()
    tick, text = shown.find(QCheckBox, "chatToCall"), shown.find(QLineEdit, "chatText")
    assert tick.text() == "周女士 reads it too"
    assert not tick.isChecked()
    for words in ("not for the patient yet", "please hold still"):
        assert text.placeholderText().endswith("only") is not tick.isChecked()
        write(text, words)
        QTest.keyClick(text, Qt.Key.Key_Return)
        tick.setChecked(True)
    assert shown.wishes == [
        WishChat("not for the patient yet"),
        WishChat("please hold still", ChatAudience.CALL),
    ]


def test_the_call_is_made_muted_and_left(shown: Shown) -> None:
    work(shown)
    press(shown, CommandId.CALL)
    case = named("case a")
    shown.apply(CallJoining(case), CallEntered(named("peer 陈专家"), call("陈专家", "林医生")))
    click(shown.find(QToolButton, "mute"))
    press(shown, CommandId.CAMERA)
    click(shown.find(QPushButton, "leaveCall"))
    assert shown.wishes == [WishJoinCall(), WishMute(True), WishCameraOff(True), WishLeaveCall()]


# --- everywhere --------------------------------------------------------------------------------

EVERYWHERE: dict[CommandId, object] = {
    CommandId.WORK: WishPage(Page.WORK),
    CommandId.LIBRARY: WishPage(Page.LIBRARY),
    CommandId.SETTINGS: WishPage(Page.SETTINGS),
    CommandId.REFRESH: WishRefresh(),
    CommandId.NEW_CASE: WishNewCase(),
    CommandId.THEME: WishTheme(Theme.DARK),
    CommandId.LANGUAGE: WishLanguage(Language.EN),
    CommandId.SIGN_OUT: WishSignOut(),
}


@pytest.mark.parametrize(("id_", "wish"), EVERYWHERE.items(), ids=lambda value: str(value)[:24])
def test_a_key_does_what_the_sheet_says(shown: Shown, id_: CommandId, wish: object) -> None:
    shown.apply(*online(), *lists())
    press(shown, id_)
    assert shown.wishes == [wish]


def test_the_palette_finds_a_patient_and_opens_the_case(shown: Shown, qtbot: QtBot) -> None:
    shown.apply(*online(), MineLoaded((row("a", Phase.READING, patient_name="He Xiaoxi"),)))
    press(shown, CommandId.PALETTE)
    query = shown.find(QLineEdit, "paletteQuery")
    QTest.keyClicks(query, "xiaoxi")
    QTest.keyClick(query, Qt.Key.Key_Return)
    assert shown.wishes == [WishOpenCase(named("case a"))]


def test_a_notice_is_read_and_dismissed(shown: Shown) -> None:
    notice = Notice(
        named("notice"), NOW, Good.CASE_SUBMITTED, Severity.SUCCESS, (("number", "CONS-1"),)
    )
    shown.apply(*online(), NoticeRaised(notice))
    assert "CONS-1" in shown.find(QLabel, "noticeText").text()
    click(shown.find(QToolButton, "dismissNotice"))
    assert shown.wishes == [WishDismissNotice(notice.id)]
