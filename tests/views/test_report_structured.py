"""Values that a template asks for are typed beside the text, and read by who has the report."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit

from app.commands.wishes import WishEditOpinion
from app.session.case import Case, CaseOpened, OpinionEdited, ReportVerified, Saved
from protocol.consultation import Phase
from protocol.report import Opinion
from protocol.structured import Side, StructuredFinding
from tests.fakes.examples import CASE, DOCTOR, consultation, opinion, person, row
from tests.fakes.reports import report, signed
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY
from tests.views.test_case_actions import open_held, open_own
from tests.views.test_report_writing import chosen

THYROID = "Thyroid nodule"
SIZE = StructuredFinding(
    code="nodule-long", name="结节最大径", side=Side.LEFT, value="8.5", unit="mm", ucum="mm"
)


@pytest.fixture
def writing(shown: Shown) -> Shown:
    open_held(shown)
    shown.apply(OpinionEdited(CASE, Opinion()))
    chosen(shown, "templateMenu", THYROID)
    return shown


def told(shown: Shown) -> tuple[StructuredFinding, ...]:
    shown.window.workspace.report.flush()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishEditOpinion)
    return wish.opinion.structured


def value(shown: Shown, code: str) -> QLineEdit:
    return shown.find(QLineEdit, f"finding_{code}")


def test_a_template_asks_for_its_values_which_go_into_the_opinion(writing: Shown) -> None:
    QTest.keyClicks(value(writing, "nodule-long"), "8.5")
    side = writing.find(QComboBox, "findingSide_nodule-long")
    side.setCurrentIndex(side.findData("right"))
    side.activated.emit(side.currentIndex())
    category = writing.find(QComboBox, "finding_c-ti-rads")
    category.setCurrentIndex(category.findData("4a"))
    category.activated.emit(category.currentIndex())
    long, short, grade = told(writing)
    assert (long.value, long.side, long.ucum) == ("8.5", Side.RIGHT, "mm")
    assert (short.value, grade.value) == ("", "4a")


def test_another_template_keeps_what_was_typed(writing: Shown) -> None:
    QTest.keyClicks(value(writing, "nodule-long"), "9")
    chosen(writing, "templateMenu", "Electrocardiogram")
    assert [one.code for one in told(writing)][:2] == ["nodule-long", "heart-rate"]
    assert value(writing, "nodule-long").text() == "9"


def test_a_strange_value_is_questioned_beside_its_field(writing: Shown) -> None:
    QTest.keyClicks(value(writing, "nodule-long"), "850")
    texts = [one.text() for one in writing.window.findChildren(QLabel) if one.isVisible()]
    assert "Check this: usually 1 to 300 mm." in texts
    QTest.keyClick(value(writing, "nodule-long"), Qt.Key.Key_Backspace)
    texts = [one.text() for one in writing.window.findChildren(QLabel) if one.isVisible()]
    assert not any(one.startswith("Check this") for one in texts)


@pytest.mark.parametrize("typed", ["8,5", "8。5", "８．５", "8，5"])
def test_a_number_is_the_same_however_its_point_is_typed(writing: Shown, typed: str) -> None:
    for character in typed:
        event = QInputMethodEvent()
        event.setCommitString(character)
        QApplication.sendEvent(value(writing, "nodule-long"), event)
    assert told(writing)[0].value == "8.5"
    QTest.keyClick(value(writing, "nodule-long"), Qt.Key.Key_Return)
    assert value(writing, "nodule-long").text() == "8.5"


def test_a_comma_before_three_digits_is_asked_about_and_not_in_the_report(writing: Shown) -> None:
    field = value(writing, "nodule-long")
    for character in "12,50":
        QTest.keyClicks(field, character)
        writing.apply(OpinionEdited(CASE, opinion(structured=told(writing))))
    assert (told(writing)[0].value, field.text()) == ("12.50", "12,50"), "while it is typed"
    QTest.keyClicks(field, "0")
    assert told(writing)[0].value == ""
    texts = [one.text() for one in writing.window.findChildren(QLabel) if one.isVisible()]
    assert "12500 or 12.5? Write it without a comma." in texts


def test_what_is_no_number_stays_is_told_and_is_not_signed(writing: Shown) -> None:
    QTest.keyClicks(value(writing, "nodule-long"), "8-5")
    assert value(writing, "nodule-long").text() == "8-5", "85 would be another number"
    assert told(writing)[0].value == ""
    texts = [one.text() for one in writing.window.findChildren(QLabel) if one.isVisible()]
    assert "This is no number and is not in the report. Write it like 8.5." in texts
    writing.apply(OpinionEdited(CASE, opinion(structured=told(writing))))
    assert value(writing, "nodule-long").text() == "8-5", "kept while the draft is saved"
    writing.window.workspace.report.ask_signature()
    why = [one.text() for one in writing.window.findChildren(QLabel) if one.isVisible()]
    assert any("“8-5” is no number" in text for text in why)
    case = writing.session.state.case
    assert case is not None
    claim, begun = case.claim, opinion(structured=told(writing))
    whose = row("b", phase=Phase.READING, expert=person(EVERYBODY), requester=person(DOCTOR))
    case = Case(consultation(whose), claim=claim, opinion=begun, opinion_saved=Saved.SERVER)
    writing.apply(CaseOpened(case))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert value(writing, "nodule-long").text() == "", "it went with the case"


def test_a_draft_that_comes_back_has_its_fields(shown: Shown) -> None:
    open_held(shown)
    shown.apply(OpinionEdited(CASE, opinion(structured=(SIZE,))))
    assert value(shown, "nodule-long").text() == "8.5"
    assert shown.find(QComboBox, "findingSide_nodule-long").currentData() == "left"


def test_who_has_the_report_reads_lines(shown: Shown) -> None:
    open_own(shown, consultation(row("a", phase=Phase.SIGNED, requester=person(DOCTOR))))
    text = report("a", opinion=opinion(structured=(SIZE,)))
    shown.apply(ReportVerified(signed(text), verified=True))
    lines = shown.find(QLabel, "structuredLines")
    assert (lines.text(), lines.isVisible()) == ("结节最大径 (Left side) 8.5 mm", True)
