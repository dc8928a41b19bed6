"""The notification centre by hand: what is new, what opens, what goes."""

from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QTableView, QToolButton
from pytestqt.qtbot import QtBot

from app.commands.notification_wishes import (
    WishClearNotifications,
    WishMarkNotifications,
    WishSeekNotifications,
)
from app.commands.wishes import Page, WishOpenCase, WishPage
from app.session.link import ConnectionLost
from app.session.notifications import (
    NotificationQuery,
    NotificationsNotRead,
    NotificationsRead,
    NotificationsSought,
)
from app.views.notifications import NotificationsPage
from protocol.notification import (
    KIND_OF,
    Notification,
    NotificationCode,
    NotificationKind,
    NotificationPage,
    Notified,
)
from protocol.queue import CaseClock
from tests.fakes.examples import NOW, told
from tests.views.conftest import Shown
from tests.views.facts import online

C = NotificationCode


def centre(shown: Shown, *items: Notification) -> QTableView:
    page = NotificationPage(at=NOW, items=items, unread=sum(not one.read for one in items))
    shown.apply(*online(), NotificationsRead(NotificationQuery(), page))
    shown.go(Page.NOTIFICATIONS)
    return shown.find(QTableView, "notificationTable")


def texts(table: QTableView, column: int) -> list[str]:
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_everything_that_can_be_told_has_a_kind_and_reads_as_a_sentence(shown: Shown) -> None:
    every = [told(code, code.value, clock=CaseClock.ACCEPT, due_at=NOW) for code in C]
    table = centre(shown, *every)
    assert set(KIND_OF) == set(C)
    for words in texts(table, 2):
        assert len(words) > 8
        assert "{" not in words


def test_a_guest_who_waits_in_a_call_has_no_name_there(shown: Shown) -> None:
    assert texts(centre(shown, told(C.CALL_WAITING, by="")), 2) == ["A guest waits in the call"]


def test_the_rail_counts_what_is_unread_as_soon_as_it_is_told(shown: Shown) -> None:
    centre(shown, told(read=True))
    bell = shown.find(QToolButton, "go_notifications")
    assert "(" not in bell.text()
    shown.apply(Notified(seq=5, at=NOW, notification=told(C.LATE_IMAGES, "b")))
    assert "(1)" in bell.accessibleName()
    assert shown.find(QTableView, "notificationTable").model().rowCount() == 2


def test_return_opens_the_case_and_marks_it_read(shown: Shown) -> None:
    one = told()
    table = centre(shown, one)
    table.selectRow(0)
    table.setFocus()
    shown.wishes.clear()
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert shown.wishes == [
        WishMarkNotifications((one.id,)),
        WishOpenCase(one.consultation_id),
    ]


def test_what_rings_leads_to_the_queue_and_what_is_not_yours_says_why_it_stays(
    shown: Shown,
) -> None:
    table = centre(
        shown, told(C.OFFERED, opens=False), told(C.OFFER_MISSED, opens=False, read=True)
    )
    shown.wishes.clear()
    table.selectRow(0)
    opening = shown.find(QPushButton, "openNotification")
    opening.click()
    assert shown.wishes[-1] == WishPage(Page.WORK)
    table.selectRow(1)
    assert not opening.isEnabled()
    assert shown.find(QLabel, "notificationHint").text()


def test_delete_removes_what_is_chosen_and_all_goes_by_one_button(shown: Shown) -> None:
    first, second = told(), told(name="b")
    table = centre(shown, first, second)
    table.selectRow(1)
    table.setFocus()
    shown.wishes.clear()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    shown.find(QPushButton, "markAll").click()
    shown.find(QPushButton, "clearAll").click()
    assert shown.wishes == [
        WishClearNotifications((second.id,)),
        WishMarkNotifications(None),
        WishClearNotifications(None),
    ]


def test_it_is_filtered_by_kind_and_the_filter_stays(shown: Shown) -> None:
    centre(shown, told())
    box = shown.find(QComboBox, "notificationKind")
    box.setCurrentIndex(box.findData(NotificationKind.CALL.value))
    box.activated.emit(box.currentIndex())
    asked = NotificationQuery(kind=NotificationKind.CALL)
    assert shown.wishes[-1] == WishSeekNotifications(asked)
    shown.apply(NotificationsSought(asked))
    shown.go(Page.WORK)
    shown.go(Page.NOTIFICATIONS)
    assert box.currentData() == NotificationKind.CALL.value


def test_without_a_network_it_says_so_and_offers_to_try_again(shown: Shown) -> None:
    shown.apply(*online(), NotificationsNotRead(), ConnectionLost(NOW))
    shown.go(Page.NOTIFICATIONS)
    page = shown.window.notifications
    assert any(one.isVisible() for one in page.findChildren(QPushButton, "retry"))
    assert shown.find(QLabel, "notificationsOffline").isVisible()


def test_what_is_shown_of_them_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "kept.ini"), QSettings.Format.IniFormat)
    pages = [NotificationsPage(settings)]
    box = pages[0].findChild(QCheckBox, "notificationUnread")
    assert box is not None
    box.click()
    pages.append(NotificationsPage(settings))
    wishes: list[object] = []
    for page in pages:
        qtbot.addWidget(page)
    pages[1].wished.connect(wishes.append)
    pages[1].show()
    assert wishes == [WishSeekNotifications(NotificationQuery(unread=True))]
