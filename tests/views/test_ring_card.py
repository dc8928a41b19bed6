"""A case rings: it is accepted or declined by the keyboard, and never by a key meant for something
else."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.commands.wishes import Page, WishClaim, WishDecline
from app.views.ring_card import KEY, RingCard
from protocol.consultation import Phase, Urgency
from protocol.socket import OfferRang
from protocol.transition import DeclineReason
from tests.fakes.examples import NOW, named, offer, row
from tests.views.conftest import Shown
from tests.views.facts import online, reading


def ring(shown: Shown) -> None:
    until = NOW + timedelta(seconds=60)
    shown.apply(OfferRang(seq=0, at=NOW, offer=offer(rings_until=until)))


def settle(shown: Shown) -> None:
    """It has rung for a while."""
    shown.find(RingCard, "ringCard")._settling.stop()


@pytest.fixture
def ringing(shown: Shown) -> Shown:
    shown.apply(*online())
    ring(shown)
    return shown


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_ring_is_accepted_by_the_keyboard(ringing: Shown, key: Qt.Key) -> None:
    accept = ringing.find(QPushButton, "ringAccept")
    assert accept.hasFocus()
    settle(ringing)
    QTest.keyClick(accept, key)
    assert ringing.wishes == [WishClaim(named("case a"))]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_key_that_was_on_its_way_takes_no_case(ringing: Shown, key: Qt.Key) -> None:
    QTest.keyClick(ringing.find(QPushButton, "ringAccept"), key)
    assert ringing.wishes == []


def test_who_types_goes_on_typing_and_a_key_leads_to_the_card(shown: Shown) -> None:
    shown.apply(*online(), *reading())
    shown.go(Page.WORKSPACE)
    findings = shown.find(QPlainTextEdit, "report_findings")
    findings.setFocus()
    ring(shown)
    focus = QApplication.focusWidget()
    assert focus is findings
    QTest.keyClicks(focus, "no nodule")
    assert findings.toPlainText() == "no nodule"
    assert not any(isinstance(one, WishClaim) for one in shown.wishes)
    QTest.keySequence(findings, QKeySequence(KEY))
    accept = shown.find(QPushButton, "ringAccept")
    assert accept.hasFocus()
    QTest.keyClick(accept, Qt.Key.Key_Return)
    assert isinstance(shown.wishes[-1], WishClaim)


def test_it_says_which_key_leads_to_it(ringing: Shown) -> None:
    assert KEY in ringing.find(QLabel, "ringHint").text()


def test_declining_needs_words(ringing: Shown) -> None:
    def press(name: str) -> None:
        QTest.mouseClick(ringing.find(QWidget, name), Qt.MouseButton.LeftButton)

    press("ringDecline")
    press("declineConfirm")
    assert ringing.wishes == []
    QTest.keyClicks(ringing.find(QLineEdit, "declineText"), "in theatre")
    press("declineConfirm")
    first = DeclineReason.NOT_MY_SPECIALTY
    assert ringing.wishes == [WishDecline(named("case a"), first, "in theatre")]


def test_who_goes_on_pressing_keys_means_something_else(ringing: Shown) -> None:
    accept = ringing.find(QPushButton, "ringAccept")
    card = ringing.find(RingCard, "ringCard")
    QTest.keyClick(accept, Qt.Key.Key_Space)
    assert card._settling.isActive()
    assert card._settling.remainingTime() > card._settling.interval() - 500
    assert ringing.wishes == []


def test_who_declines_one_is_not_put_on_accepting_the_next(ringing: Shown) -> None:
    QTest.mouseClick(ringing.find(QWidget, "ringDecline"), Qt.MouseButton.LeftButton)
    words = ringing.find(QLineEdit, "declineText")
    words.setFocus()
    other = offer(rings_until=NOW + timedelta(seconds=60), name="b")
    ringing.apply(OfferRang(seq=0, at=NOW, offer=other))
    assert not ringing.find(QPushButton, "ringAccept").hasFocus()


def rings(shown: Shown, name: str, urgency: Urgency = Urgency.URGENT) -> None:
    until = NOW + timedelta(seconds=60)
    case = row(name, Phase.OFFERED, urgency=urgency)
    made = offer(rings_until=until, name=name, consultation=case)
    shown.apply(OfferRang(seq=0, at=NOW, offer=made))


def number(shown: Shown) -> str:
    return shown.find(QLabel, "ringNumber").text()


def press(shown: Shown, name: str) -> None:
    QTest.mouseClick(shown.find(QWidget, name), Qt.MouseButton.LeftButton)


def test_of_several_rings_the_most_urgent_stands_first_and_one_turns_to_the_others(
    shown: Shown,
) -> None:
    shown.apply(*online())
    for name in ("a", "b"):
        rings(shown, name)
    rings(shown, "c", Urgency.EMERGENCY)
    first = number(shown)
    assert shown.find(QLabel, "ringPlace").text() == "1 of 3"
    assert not shown.find(QPushButton, "ringBefore").isEnabled()
    press(shown, "ringAfter")
    assert (number(shown) != first, shown.find(QLabel, "ringPlace").text()) == (True, "2 of 3")
    press(shown, "ringAccept")
    assert shown.wishes[-1] != WishClaim(named("case c"))
    press(shown, "ringBefore")
    assert number(shown) == first


def test_one_ring_is_not_counted(ringing: Shown) -> None:
    assert not ringing.find(RingCard, "ringCard")._more.isVisible()


def test_words_of_a_refusal_are_not_lost_to_the_next_ring_unless_it_is_critical(
    ringing: Shown,
) -> None:
    press(ringing, "ringDecline")
    words = ringing.find(QLineEdit, "declineText")
    words.setText("in theatre")
    rings(ringing, "b", Urgency.EMERGENCY)
    assert words.isVisible()
    rings(ringing, "c", Urgency.CRITICAL)
    assert not words.isVisible()


def test_a_critical_ring_covers_the_window_and_no_case_that_is_read(shown: Shown) -> None:
    shown.apply(*online())
    rings(shown, "c", Urgency.CRITICAL)
    card, central = shown.find(RingCard, "ringCard"), shown.window.centralWidget()
    assert card.geometry() == central.rect()
    shown.apply(*reading())
    shown.go(Page.WORKSPACE)
    QApplication.sendPostedEvents()
    bar = card.mapTo(central, card.rect().bottomLeft()).y()
    page = shown.window.workspace
    assert page.mapTo(central, page.rect().topLeft()).y() > bar, "it covers nothing"
    assert card.height() < 80
    shown.go(Page.WORK)
    assert card.geometry() == central.rect()
