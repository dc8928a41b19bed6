"""A case that rings while nobody looks at the window: told once, and without the patient."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.kit.theme import Appearance
from app.models.queue import RingProps, derive_rings
from app.session.owner import Session
from app.views.ring_notice import RingNotice, SystemTray
from protocol.consultation import Urgency
from protocol.socket import OfferRang
from tests.fakes.examples import NOW, named, offer
from tests.views.facts import online


class Desktop:
    """Keeps what would be shown beside the clock."""

    def __init__(self, clicked: Callable[[], None]) -> None:
        self.clicked = clicked
        self.shown: list[tuple[str, str, bool]] = []
        self.visible = False

    def tell(self, title: str, text: str, *, urgent: bool) -> None:
        self.visible = True
        self.shown.append((title, text, urgent))

    def hide(self) -> None:
        self.visible = False


@pytest.fixture
def desktop(qtbot: QtBot) -> tuple[RingNotice, Desktop, QWidget]:
    window = QWidget()
    made: list[Desktop] = []
    qtbot.addWidget(window)

    def tray(clicked: Callable[[], None]) -> Desktop:
        made.append(Desktop(clicked))
        return made[0]

    notice = RingNotice(lambda: window, tray)
    return notice, made[0], window


def ringing(urgency: Urgency = Urgency.URGENT) -> RingProps:
    session = Session()
    until = NOW + timedelta(seconds=60)
    for fact in (*online(), OfferRang(seq=0, at=NOW, offer=offer(rings_until=until))):
        session.apply(fact)
    (props,) = derive_rings(session.state)
    return replace(props, urgency=urgency)


def test_each_offer_is_told_once_while_the_window_is_behind_others(
    desktop: tuple[RingNotice, Desktop, QWidget],
) -> None:
    notice, tray, _ = desktop
    first, second = ringing(), replace(ringing(), offer_id=named("another"))
    for props in (first, first, second, first):
        notice.show_props(props)
    assert len(tray.shown) == 2
    assert tray.visible
    notice.show_props(None)
    assert not tray.visible


def test_no_patient_stands_on_a_locked_screen(
    desktop: tuple[RingNotice, Desktop, QWidget],
) -> None:
    notice, tray, _ = desktop
    props = ringing()
    notice.show_props(props)
    ((title, text, urgent),) = tray.shown
    assert props.title in text
    assert props.urgency_text in title
    assert not urgent
    assert not any(part in title + text for part in (props.patient, props.patient[0], props.reason))


@pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.CRITICAL])
def test_who_looks_at_the_window_is_told_of_critical_cases_too(
    urgency: Urgency, desktop: tuple[RingNotice, Desktop, QWidget], qtbot: QtBot
) -> None:
    notice, tray, window = desktop
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    notice.show_props(ringing(urgency))
    assert [urgent for _, _, urgent in tray.shown] == (
        [True] if urgency is Urgency.CRITICAL else []
    )


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_click_brings_the_window_to_the_front(
    desktop: tuple[RingNotice, Desktop, QWidget], qtbot: QtBot
) -> None:
    notice, tray, window = desktop
    window.showMinimized()
    notice.show_props(ringing())
    tray.clicked()
    assert window.isVisible()
    assert not window.isMinimized()


def test_a_desktop_without_a_tray_is_no_trouble(qtbot: QtBot, appearance: Appearance) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    tray = SystemTray(window.show, window)
    tray.tell("■ Critical: a case for you", "CONS-20260105-0042", urgent=True)
    tray.hide()
    assert not window.isVisible()
