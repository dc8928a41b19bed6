"""The window of an invitation: one button in the call bar, one window for the rest."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.commands.invitation_wishes import WishInvite, WishPutOut, WishWithdrawInvitation
from app.commands.wishes import Page
from app.kit.theme import Appearance
from app.services.invitation import squares_of
from app.session.call import CallEntered, CallJoining
from app.session.invitation import InvitationMade
from app.views.invitation import InvitationWindow
from protocol.call import NewInvitation, ParticipantKind
from protocol.socket import CallChanged
from tests.fakes.examples import NOW, call, named
from tests.models.test_invitation import invited, over, told
from tests.views.conftest import Shown
from tests.views.facts import online, reading
from tests.views.test_access import nameless
from tests.views.test_pages import click


@pytest.fixture
def window(shown: Shown, qtbot: QtBot) -> InvitationWindow:
    """Opened from the call bar, during a call."""
    entered = CallEntered(named("peer 陈专家"), call("陈专家", "林医生"))
    shown.apply(*online(), *reading(), CallJoining(named("case a")), entered)
    shown.go(Page.WORKSPACE)
    click(shown.find(QToolButton, "invite"))
    made = shown.find(InvitationWindow, "invitationWindow")
    qtbot.waitExposed(made)
    return made


def test_return_invites_the_patient_of_the_case_for_an_hour(
    shown: Shown, window: InvitationWindow
) -> None:
    name = shown.find(QLineEdit, "inviteName")
    assert name.text() == "何小溪"
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert shown.wishes == [WishInvite(NewInvitation(display_name="何小溪"))]


def test_another_guest_for_another_time(shown: Shown, window: InvitationWindow) -> None:
    shown.find(QLineEdit, "inviteName").setText("何先生")
    shown.find(QComboBox, "inviteKind").setCurrentIndex(1)
    shown.find(QComboBox, "inviteValid").setCurrentIndex(0)
    click(shown.find(QPushButton, "makeInvitation"))
    body = NewInvitation(display_name="何先生", kind=ParticipantKind.OBSERVER, valid_minutes=15)
    assert shown.wishes == [WishInvite(body)]


def test_nobody_is_invited_without_a_name(shown: Shown, window: InvitationWindow) -> None:
    shown.find(QLineEdit, "inviteName").clear()
    click(shown.find(QPushButton, "makeInvitation"))
    assert shown.wishes == []
    assert shown.find(QLineEdit, "inviteName").hasFocus()


def test_the_link_is_copied_and_drawn_until_it_was_used(
    shown: Shown, window: InvitationWindow
) -> None:
    made = invited()
    shown.apply(InvitationMade(invited(squares=squares_of(made.link))))
    click(shown.find(QPushButton, "copyInvitation"))
    assert QGuiApplication.clipboard().text() == made.link
    code = shown.find(QWidget, "inviteQr")
    assert code.isVisible()
    picture = code.grab().toImage()
    colours = {picture.pixelColor(x, picture.height() // 2).name() for x in range(picture.width())}
    assert colours == {"#000000", "#ffffff"}
    shown.apply(told())
    assert shown.find(QLabel, "inviteStanding").text().startswith("Used at")
    assert not code.isVisible()
    shown.apply(InvitationMade(invited("周女士")), over())
    assert shown.find(QLabel, "inviteStanding").text() == "The call has ended"
    assert "何小溪" in shown.find(QLabel, "guest").text()


def test_a_link_is_withdrawn_at_once_and_its_window_says_so(
    shown: Shown, window: InvitationWindow
) -> None:
    shown.apply(InvitationMade(invited(squares=squares_of(invited().link))))
    click(shown.find(QPushButton, "takeBackInvitation"))
    assert shown.wishes == [WishWithdrawInvitation(invited().id)]
    shown.apply(told(redeemed_at=None, withdrawn_at=NOW))
    assert shown.find(QLabel, "inviteStanding").text() == "Withdrawn"
    assert not shown.find(QLineEdit, "inviteLink").isVisible()


def test_a_guest_is_put_out_by_a_second_press_only(shown: Shown, window: InvitationWindow) -> None:
    there = call("陈专家", "周女士")
    guest = there.participants[1].model_copy(update={"account_id": None})
    here = there.model_copy(update={"participants": (there.participants[0], guest)})
    shown.apply(CallChanged(seq=0, at=NOW, consultation_id=there.consultation_id, call=here))
    end = shown.find(QPushButton, "putOut")
    assert end.accessibleName() == "Put out: 周女士"
    click(end)
    assert (shown.wishes, end.text()) == ([], "Really put out?")
    click(end)
    assert shown.wishes == [WishPutOut(guest.peer_id)]


def test_everything_in_it_has_a_name_in_both_themes_and_languages(
    shown: Shown, window: InvitationWindow, appearance: Appearance, marked: None
) -> None:
    shown.apply(InvitationMade(invited(squares=squares_of(invited().link))))
    assert nameless(window) == []
    assert window.windowTitle().startswith("«")
    for part in (QLabel, QPushButton):
        shown_now = [one for one in window.findChildren(part) if one.isVisible()]
        texts = [one.text() for one in shown_now if isinstance(one, QLabel | QPushButton)]
        own = [text for text in texts if text and "«" not in text and "何小溪" not in text]
        assert own == []


def test_another_case_closes_it(shown: Shown, window: InvitationWindow) -> None:
    from app.session.case import Case, CaseOpened
    from tests.fakes.examples import consultation, row

    shown.apply(CaseOpened(Case(consultation(row("b")))))
    assert not window.isVisible()
