"""Asking for a second opinion and comparing both reports in the window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea

from app.commands.case_wishes import WishCaseAction, WishCloseComparison, WishCompare
from app.commands.wishes import WishOpenCase
from app.session.comparison import ComparedReport, ComparisonAsked, ComparisonClosed, ComparisonRead
from app.views.comparison import ComparisonWindow
from protocol.consultation import Action
from protocol.second_opinion import SecondState
from tests.fakes.examples import NOW, consultation, opinion
from tests.fakes.reports import report, signed
from tests.models.test_second_opinion import FIRST, SECOND, first_case
from tests.views.conftest import Shown
from tests.views.test_case_actions import choose, click, open_own


def test_asking_needs_a_reason(shown: Shown) -> None:
    case = consultation(first_case(), allowed_actions=(Action.SECOND_OPINION,))
    id_ = open_own(shown, case)
    choose(shown, Action.SECOND_OPINION)
    click(shown, "actionConfirm")
    assert not any(isinstance(one, WishCaseAction) for one in shown.wishes)
    shown.find(QLineEdit, "actionReason").setText("与症状不符")
    click(shown, "actionConfirm")
    assert shown.wishes[-1] == WishCaseAction(id_, Action.SECOND_OPINION, reason="与症状不符")


def test_while_it_waits_its_own_case_is_one_press_away(shown: Shown) -> None:
    open_own(shown, consultation(first_case(SecondState.WAITING)))
    click(shown, "openOtherCase")
    assert shown.wishes[-1] == WishOpenCase(SECOND)


def test_both_reports_lie_side_by_side_and_escape_closes_them(shown: Shown) -> None:
    open_own(shown, consultation(first_case(SecondState.SIGNED)))
    click(shown, "compareReports")
    assert shown.wishes == [WishCompare(FIRST)]
    one = ComparedReport(signed(report("a", opinion=opinion(impression="<b>良性</b>"))), True)
    other = ComparedReport(
        signed(report("b", opinion=opinion(impression="恶性"), signed_at=NOW)), verified=False
    )
    shown.apply(ComparisonAsked(FIRST), ComparisonRead(FIRST, (one, other)))
    window = shown.find(ComparisonWindow, "comparison")
    assert window.isVisible()
    texts = [label.text() for label in window.findChildren(QLabel, "comparedText")]
    assert "<b><u>&lt;b&gt;良性&lt;/b&gt;</u></b>" in texts, "what was typed is text, not markup"
    assert "<b><u>恶性</u></b>" in texts
    signatures = window.findChildren(QLabel, "comparedSignature")
    assert [label.property("type") for label in signatures] == ["good", "problem"]
    assert window.focusWidget() is window.findChild(QScrollArea, "comparedReports")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert shown.wishes == [WishCompare(FIRST), WishCloseComparison(FIRST)]
    shown.apply(ComparisonClosed(FIRST))
    assert not window.isVisible()
