"""Writing a critical finding, hearing of it, and reading it back in the window."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QToolButton

from app.commands.case_wishes import WishCaseAction
from app.commands.wishes import Page, WishEditOpinion, WishOpenCase
from app.session.case import ReportVerified
from app.session.queue import MineLoaded
from app.views.ring_notice import StandingNotice
from protocol.consultation import Action, Phase
from protocol.finding import CriticalFinding
from tests.fakes.examples import DOCTOR, NOW, consultation, person, row
from tests.fakes.reports import report, signed
from tests.looks.test_scenes import settled
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY, online
from tests.views.test_case_actions import click, open_held, open_own
from tests.views.test_ring_notice import Desktop

WAITS = CriticalFinding(
    what="张力性气胸", version=1, signed_at=NOW, due_at=NOW + timedelta(minutes=10)
)
SIGNED = row(phase=Phase.SIGNED, requester=person(DOCTOR), expert=person(EVERYBODY), finding=WAITS)


def test_the_expert_writes_what_is_critical_and_the_flag_goes_with_it(shown: Shown) -> None:
    open_held(shown)
    words = shown.find(QLineEdit, "criticalFindingWords")
    assert words.isHidden() or not words.isVisible()
    shown.find(QCheckBox, "criticalFinding").click()
    QTest.keyClicks(words, "pneumothorax")
    shown.window.workspace.report.flush()
    told = [one for one in shown.wishes if isinstance(one, WishEditOpinion)][-1].opinion
    assert (told.critical, told.critical_finding) == (True, "pneumothorax")


def test_the_notice_cannot_be_dismissed_and_opens_the_case(shown: Shown) -> None:
    shown.apply(*online(DOCTOR), MineLoaded((SIGNED,)))
    shown.go(Page.WORK)
    assert shown.find(QToolButton, "dismissNotice").isHidden()
    click(shown, "openNotice")
    assert shown.wishes[-1] == WishOpenCase(SIGNED.id)
    assert shown.find(QPushButton, "openNotice").isVisible()


def test_reading_back_takes_own_words_and_who_was_told(shown: Shown) -> None:
    id_ = open_own(shown, consultation(SIGNED, allowed_actions=(Action.READ_BACK,)))
    click(shown, "readBack")
    words = shown.find(QPlainTextEdit, "readBackWords")
    for nothing in ("", "x"):
        words.setPlainText(nothing)
        QTest.mouseClick(shown.find(QPushButton, "actionConfirm"), Qt.MouseButton.LeftButton)
        assert not any(isinstance(one, WishCaseAction) for one in shown.wishes), "words are needed"
    words.setPlainText("右侧气胸")
    shown.find(QLineEdit, "readBackTold").setText("护士长")
    click(shown, "actionConfirm")
    assert shown.wishes[-1] == WishCaseAction(
        id_, Action.READ_BACK, reason="右侧气胸", told="护士长"
    )


def test_on_a_small_screen_the_window_stays_when_reading_back_begins(shown: Shown) -> None:
    shown.window.resize(1366, 768)
    shown.apply(*online(DOCTOR), MineLoaded((SIGNED,)))
    allowed = (Action.READ_BACK, Action.RECEIVE)
    open_own(shown, consultation(SIGNED, allowed_actions=allowed))
    shown.apply(ReportVerified(signed(report()), True))
    click(shown, "readBack")
    settled()
    assert shown.window.minimumSizeHint().height() <= 768
    assert shown.find(QPushButton, "actionConfirm").isVisible()


def test_a_finding_is_told_once_by_the_system_and_without_what_it_is(shown: Shown) -> None:
    trays: list[Desktop] = []

    def tray(clicked: object) -> Desktop:
        assert callable(clicked)
        trays.append(Desktop(clicked))
        return trays[-1]

    notice = StandingNotice(lambda: shown.window, tray)
    shown.apply(*online(DOCTOR), MineLoaded((SIGNED,)))
    standing = shown.window.notices.standing
    for _ in range(2):
        notice.show_props(standing)
    ((title, text, urgent),) = trays[0].shown
    assert urgent
    assert SIGNED.number in text
    assert not any(word in title + text for word in ("气胸", SIGNED.patient_name))
    notice.show_props(())
    assert not trays[0].visible
