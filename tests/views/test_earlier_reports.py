"""Who writes lays an earlier report of the patient beside what they write."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPlainTextEdit, QPushButton

from app.commands.case_wishes import WishCloseComparison, WishCompareEarlier
from app.session.case import ClaimGone, OpinionEdited
from app.session.comparison import ComparedReport, ComparisonAsked, ComparisonRead
from app.views.comparison import ComparisonWindow
from protocol.earlier_report import EarlierReport
from tests.fakes.examples import CASE, NOW, named, opinion
from tests.fakes.reports import report, signed, tampered
from tests.views.conftest import Shown
from tests.views.test_case_actions import click, held, open_held

EARLIER = named("case earlier")


def told(case: str = "earlier", number: str = "CONS-20260301-0003") -> EarlierReport:
    return EarlierReport(
        consultation_id=named(f"case {case}"),
        number=number,
        department="放射科",
        version=1,
        signed_at=NOW,
        expert_name="王专家",
        expert_institution="市第一医院",
    )


def writing(shown: Shown, *reports: EarlierReport) -> ComparedReport:
    """A report is written on a patient with these earlier ones."""
    open_held(shown, held().model_copy(update={"earlier_reports": reports}))
    shown.apply(OpinionEdited(CASE, opinion(findings="结节 9 mm。边缘光滑。", impression="增大")))
    text = report("earlier", opinion=opinion(findings="结节 6 mm。边缘光滑。", impression="良性"))
    return ComparedReport(signed(text.model_copy(update={"number": "CONS-20260301-0003"})), True)


def opened(shown: Shown) -> UUID:
    case = shown.session.state.case
    assert case is not None
    return case.id


def read_beside(id_: UUID, earlier: ComparedReport) -> tuple[ComparisonAsked, ComparisonRead]:
    return ComparisonAsked(id_, with_draft=True), ComparisonRead(id_, (earlier,))


def compared(shown: Shown) -> list[str]:
    window = shown.find(ComparisonWindow, "comparison")
    return [one.text() for one in window.findChildren(QLabel, "comparedText")]


def test_one_press_lays_the_report_beside_the_draft_which_it_follows(shown: Shown) -> None:
    earlier = writing(shown, told())
    click(shown, "earlierReports")
    id_ = opened(shown)
    assert shown.wishes == [WishCompareEarlier(id_, EARLIER)]
    shown.apply(*read_beside(id_, earlier))
    assert "<b><u>结节 6 mm。</u></b>边缘光滑。" in compared(shown)
    assert "<b><u>结节 9 mm。</u></b>边缘光滑。" in compared(shown)
    shown.apply(OpinionEdited(CASE, opinion(findings="结节 6 mm。边缘光滑。", impression="良性")))
    assert compared(shown).count("结节 6 mm。边缘光滑。") == 2, "what agrees now is not marked"
    window = shown.find(ComparisonWindow, "comparison")
    assert "何小溪" in window.windowTitle()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert shown.wishes[-1] == WishCloseComparison(id_)


def test_of_several_one_is_chosen_and_of_none_there_is_no_button(shown: Shown) -> None:
    writing(shown, told(), told("older", "CONS-20250301-0001"))
    menu = shown.find(QMenu, "earlierMenu")
    menu.aboutToShow.emit()
    entry = next(one for one in menu.actions() if "CONS-20250301-0001" in one.text())
    entry.trigger()
    assert shown.wishes[-1] == WishCompareEarlier(opened(shown), named("case older"))
    writing(shown)
    assert not shown.find(QPushButton, "earlierReports").isVisible()


def test_the_sentence_goes_below_the_findings_with_its_place_marked(shown: Shown) -> None:
    earlier = writing(shown, told())
    shown.apply(*read_beside(opened(shown), earlier))
    click(shown, "insertComparison")
    area = shown.find(QPlainTextEdit, "report_findings")
    assert area.toPlainText().splitlines()[0] == "结节 9 mm。边缘光滑。"
    assert "CONS-20260301-0003" in area.toPlainText().splitlines()[1]
    assert area.textCursor().selectedText() == "【】"


def test_nothing_is_compared_with_a_text_that_is_not_the_signed_one(shown: Shown) -> None:
    honest = writing(shown, told())
    false = ComparedReport(tampered(honest.signed), verified=False)
    shown.apply(*read_beside(opened(shown), false))
    assert not shown.find(QPushButton, "insertComparison").isVisible()
    window = shown.find(ComparisonWindow, "comparison")
    looks = [one.property("type") for one in window.findChildren(QLabel, "comparedSignature")]
    assert looks == ["problem", "muted"]


def test_what_was_read_goes_with_the_claim(shown: Shown) -> None:
    earlier = writing(shown, told())
    asked, read = read_beside(opened(shown), earlier)
    for facts in ((asked, read, ClaimGone(CASE)), (asked, ClaimGone(CASE), read)):
        shown.apply(*facts)
        assert not shown.find(ComparisonWindow, "comparison").isVisible()
