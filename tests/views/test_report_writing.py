"""Templates and phrases are written by the keyboard, and nothing of the expert's is lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPlainTextEdit, QPushButton

from app.commands.report_wishes import WishForgetPhrase, WishKeepPhrase
from app.commands.wishes import WishEditOpinion, WishSign
from app.models.report_templates import ReportField, wording
from app.session.case import OpinionEdited
from app.session.phrases import OwnPhrase, PhrasesRead
from app.views.report_writing import WritingHelp
from protocol.report import Opinion
from tests.fakes.examples import CASE, opinion
from tests.views.conftest import Shown
from tests.views.test_case_actions import open_held

FINDINGS = OwnPhrase("findings", "与前片相仿。")


@pytest.fixture
def writing(shown: Shown) -> Shown:
    open_held(shown)
    shown.apply(OpinionEdited(CASE, Opinion()))
    return shown


def area(shown: Shown, name: str = "findings") -> QPlainTextEdit:
    return shown.find(QPlainTextEdit, f"report_{name}")


def helped(shown: Shown) -> WritingHelp:
    return shown.window.workspace.report.help


def actions(shown: Shown, menu: str) -> dict[str, object]:
    found = shown.find(QMenu, menu)
    found.aboutToShow.emit()
    return {one.text(): one for one in found.actions()}


def chosen(shown: Shown, menu: str, text: str) -> None:
    found = shown.find(QMenu, menu)
    found.aboutToShow.emit()
    next(one for one in found.actions() if one.text() == text).trigger()


def test_a_template_fills_the_fields_and_marks_the_first_place(writing: Shown) -> None:
    chosen(writing, "templateMenu", "Limb fracture")
    assert area(writing).textCursor().selectedText() == "【Right】"
    assert "【" in area(writing, "impression").toPlainText()
    assert "【" in area(writing, "recommendation").toPlainText()


def test_one_key_takes_a_proposal_and_goes_on_through_every_field(writing: Shown) -> None:
    chosen(writing, "templateMenu", "Limb fracture")
    for _ in range(60):
        if not any("【" in area(writing, f.value).toPlainText() for f in ReportField):
            break
        now = next(area(writing, f.value) for f in ReportField if area(writing, f.value).hasFocus())
        if now.textCursor().selectedText() == "【】":
            QTest.keyClicks(now, "x")
        QTest.keyClick(now, Qt.Key.Key_F7)
    assert "Right distal radius: cortex interrupted" in area(writing).toPlainText()
    assert "Follow-up: radiograph in 1 week" in area(writing, "recommendation").toPlainText()


def test_what_was_written_stays_and_the_template_can_be_undone(writing: Shown) -> None:
    writing.apply(OpinionEdited(CASE, opinion()))
    before = area(writing).toPlainText()
    chosen(writing, "templateMenu", "Chest radiograph")
    assert area(writing).toPlainText().startswith(before)
    area(writing).undo()
    assert area(writing).toPlainText() == before


def test_places_that_are_left_stand_between_the_expert_and_the_signature(writing: Shown) -> None:
    half = opinion(recommendation="三个月后复查。【】")
    writing.apply(OpinionEdited(CASE, half))
    report = writing.window.workspace.report
    assert not writing.find(QPushButton, "sign").isEnabled()
    report.help.take_proposals()
    assert "【】" in area(writing, "recommendation").toPlainText(), "nothing was proposed there"
    writing.apply(OpinionEdited(CASE, opinion()))
    assert writing.find(QPushButton, "sign").isEnabled()


def test_signs_that_no_font_has_are_told_before_they_are_signed(writing: Shown) -> None:
    letters = writing.find(QLabel, "signLetters")
    writing.apply(OpinionEdited(CASE, opinion()))
    writing.find(QPushButton, "sign").click()
    assert not letters.isVisible()
    writing.find(QPushButton, "signBack").click()
    sign = "\U000f0000"  # of private use: what one program draws there no other knows
    writing.apply(OpinionEdited(CASE, opinion(findings=f"见 {sign} 影")))
    writing.find(QPushButton, "sign").click()
    assert letters.isVisible()
    assert f"{sign} (U+F0000)" in letters.text()


def test_what_is_no_longer_complete_cannot_be_signed_by_an_open_card(writing: Shown) -> None:
    writing.apply(OpinionEdited(CASE, opinion()))
    writing.find(QPushButton, "sign").click()
    confirm = writing.find(QPushButton, "signConfirm")
    assert confirm.isEnabled()
    writing.apply(OpinionEdited(CASE, opinion(recommendation="【】")))
    assert not confirm.isEnabled()
    password = writing.find(QLineEdit, "signPassword")
    QTest.keyClicks(password, "secret")
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert not any(isinstance(one, WishSign) for one in writing.wishes)


def test_a_diagnosis_that_is_only_typed_stands_between_the_expert_and_the_signature(
    writing: Shown,
) -> None:
    """It would be on no paper, and nobody would know."""
    writing.apply(OpinionEdited(CASE, opinion()))
    codes = writing.find(QLineEdit, "reportCodes")
    QTest.keyClicks(codes, "pneumoni")
    writing.find(QPushButton, "sign").click()
    assert not writing.find(QPushButton, "signConfirm").isVisible()
    assert "PNEUMONI" in writing.find(QLabel, "whyNotSign").text()
    codes.clear()
    writing.find(QPushButton, "sign").click()
    assert writing.find(QPushButton, "signConfirm").isVisible()


def test_a_phrase_goes_where_the_cursor_stands(writing: Shown) -> None:
    area(writing).setFocus()
    QTest.keyClicks(area(writing), "ab")
    area(writing).moveCursor(area(writing).textCursor().MoveOperation.Left)
    helped(writing).insert(ReportField.FINDINGS, "【】!")
    assert area(writing).toPlainText() == "a【】!b"
    assert area(writing).textCursor().selectedText() == "【】"


def test_phrases_are_those_of_the_field_that_is_written_in(writing: Shown) -> None:
    for field in ReportField:
        area(writing, field.value).setFocus()
        offered = actions(writing, "phraseMenu")
        mine = [one.text for one in wording(chinese=False).phrases if one.field is field]
        assert all(any(text.startswith(one[:30]) for text in offered) for one in mine)


def test_marked_words_are_kept_and_forgotten_as_ones_own(writing: Shown) -> None:
    area(writing).setFocus()
    QTest.keyClicks(area(writing), "abc")
    area(writing).selectAll()
    chosen(writing, "phraseMenu", "Keep the marked words as a phrase")
    assert WishKeepPhrase(OwnPhrase("findings", "abc")) in writing.wishes
    writing.apply(PhrasesRead((FINDINGS,)))
    menu = writing.find(QMenu, "phraseMenu")
    menu.aboutToShow.emit()
    assert menu.actions()[1].text() == FINDINGS.text, "one's own come first"
    forget = menu.findChild(QMenu)
    assert forget is not None
    forget.actions()[0].trigger()
    assert writing.wishes[-1] == WishForgetPhrase(FINDINGS)


def test_what_is_inserted_is_told_like_what_is_typed(writing: Shown) -> None:
    chosen(writing, "templateMenu", "General consultation")
    writing.window.workspace.report.flush()
    told = writing.wishes[-1]
    assert isinstance(told, WishEditOpinion)
    assert told.opinion.findings.startswith("History in short")
