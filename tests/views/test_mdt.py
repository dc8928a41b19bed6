"""Asking several experts, and what the chair and the clinic see of it, in the window."""

from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton

from app.commands.case_wishes import (
    WishCandidates,
    WishCaseAction,
    WishCompare,
    WishExperts,
    WishQuote,
)
from app.commands.wishes import WishEditOpinion
from app.session.case import OpinionEdited, ReportVerified
from app.session.case_action import CandidatesLoaded, ExpertsLoaded
from app.session.comparison import ComparedReport, ComparisonAsked, ComparisonRead
from app.views.comparison import ComparisonWindow
from app.views.report import ReportPane
from protocol.consultation import Action, Consultation, Phase
from protocol.mdt import Dissent, MdtSeat
from protocol.queue import Candidate
from tests.fakes.examples import CASE, DOCTOR, consultation, named, opinion, person, row
from tests.fakes.reports import report, signed
from tests.models.test_mdt import CHEST, HEART, HEART_CASE, mdt, minutes
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY
from tests.views.test_case_actions import choose, click, open_held, open_own


def asked_case(*actions: Action, **more: Any) -> Consultation:
    """Chaired by the expert at the screen."""
    people = {"requester": person(DOCTOR), "expert": person(EVERYBODY)}
    summary = row("a", Phase.DRAFTING, mdt=mdt(**more), **people)
    return consultation(summary, allowed_actions=actions)


def known(shown: Shown, id_: Any) -> None:
    shown.apply(ExpertsLoaded(id_, (HEART, CHEST)))
    chair = Candidate(expert_id=named("主席"), display_name="主席", score=None)
    shown.apply(CandidatesLoaded(id_, (chair,)))


def pick(shown: Shown, number: int, department: str, expert: str = "") -> None:
    shown.find(QComboBox, f"mdtDepartment_{number}").setCurrentText(department)
    if expert:
        shown.find(QComboBox, f"mdtExpert_{number}").setCurrentText(expert)


def edited(shown: Shown) -> WishEditOpinion:
    wish = shown.wishes[-1]
    assert isinstance(wish, WishEditOpinion)
    return wish


def test_the_clinic_names_who_chairs_and_two_opinions(shown: Shown) -> None:
    case = consultation(row(requester=person(DOCTOR)), allowed_actions=(Action.ASK_MDT,))
    id_ = open_own(shown, case)
    choose(shown, Action.ASK_MDT)
    assert shown.wishes == [WishCandidates(id_), WishExperts(id_)]
    known(shown, id_)
    click(shown, "actionConfirm")
    assert not any(isinstance(one, WishCaseAction) for one in shown.wishes)
    chair = shown.find(QComboBox, "mdtChair")
    chair.setCurrentIndex(chair.findData(str(named("主席"))))
    pick(shown, 0, "心内科", HEART.display_name)
    pick(shown, 1, "肿瘤科")
    shown.find(QLineEdit, "mdtReason").setText("心肺都有问题")
    click(shown, "actionConfirm")
    assert shown.wishes[-1] == WishCaseAction(
        id_,
        Action.ASK_MDT,
        reason="心肺都有问题",
        expert_id=named("主席"),
        seats=(
            MdtSeat(department="心内科", expert_id=HEART.id),
            MdtSeat(department="肿瘤科"),
        ),
    )


def test_who_holds_the_case_chairs_and_rows_come_and_go(shown: Shown) -> None:
    people = {"requester": person(DOCTOR), "expert": person(EVERYBODY)}
    case = consultation(row("a", Phase.READING, **people), allowed_actions=(Action.ASK_MDT,))
    id_ = open_own(shown, case)
    choose(shown, Action.ASK_MDT)
    known(shown, id_)
    assert EVERYBODY.display_name in shown.find(QLabel, "mdtHolder").text()
    click(shown, "mdtMore")
    pick(shown, 0, "心内科", HEART.display_name)
    pick(shown, 1, "心内科", HEART.display_name)
    pick(shown, 2, "胸外科")
    shown.find(QLineEdit, "mdtReason").setText("三科一起看")
    click(shown, "actionConfirm")
    assert not any(isinstance(one, WishCaseAction) for one in shown.wishes), "named twice"
    pick(shown, 1, "胸外科", CHEST.display_name)
    click(shown, "mdtFewer")
    click(shown, "actionConfirm")
    wish = shown.wishes[-1]
    assert isinstance(wish, WishCaseAction)
    assert wish.expert_id is None
    assert [one.expert_id for one in wish.seats] == [HEART.id, CHEST.id]


def test_the_chair_cannot_sign_while_opinions_are_waited_for(shown: Shown) -> None:
    open_held(shown, asked_case(Action.CLOSE_MDT, opened=False))
    shown.apply(OpinionEdited(CASE, opinion()))
    assert not shown.find(QPushButton, "sign").isEnabled()
    assert "still waited for" in shown.find(QLabel, "whyNotSign").text()
    choose(shown, Action.CLOSE_MDT)
    click(shown, "actionConfirm")
    assert not any(isinstance(one, WishCaseAction) for one in shown.wishes), "a reason is needed"


def test_the_opinions_lie_side_by_side_under_their_departments(shown: Shown) -> None:
    id_ = open_held(shown, asked_case())
    click(shown, "compareOpinions")
    assert shown.wishes == [WishCompare(id_)]
    reports = [
        ComparedReport(signed(report(dept, opinion=opinion(impression=says))), True, dept)
        for dept, says in (("心内科", "心衰。"), ("胸外科", "肺癌。"), ("肿瘤科", "心衰。"))
    ]
    shown.apply(ComparisonAsked(id_), ComparisonRead(id_, tuple(reports)))
    window = shown.find(ComparisonWindow, "comparison")
    heads = [one.text() for one in window.findChildren(QLabel, "comparedHead")]
    assert [head.split(" · ")[0] for head in heads] == ["心内科", "胸外科", "肿瘤科"]
    texts = [one.text() for one in window.findChildren(QLabel, "comparedText")]
    assert texts[:3] == ["心衰。", "<b><u>肺癌。</u></b>", "心衰。"]


def test_the_chair_notes_dissent_in_own_words_or_quotes_it(shown: Shown) -> None:
    id_ = open_held(shown, asked_case())
    shown.apply(OpinionEdited(CASE, opinion()))
    pane = shown.find(ReportPane, "reportPane")
    shown.find(QCheckBox, "dissents_0").setChecked(True)
    pane.ask_signature()
    assert "untick" in shown.find(QLabel, "whyNotSign").text(), "nobody dissents without words"
    shown.find(QPlainTextEdit, "dissentWords_0").setPlainText("不同意手术")
    pane.flush()
    wish = edited(shown)
    noted = Dissent(consultation_id=HEART_CASE, words="不同意手术")
    assert wish.opinion.dissents == (noted,)
    click(shown, "dissentQuote_0")
    assert shown.wishes[-1] == WishQuote(id_, HEART_CASE)
    quoted = Dissent(consultation_id=HEART_CASE, words="考虑心衰", quoted=True)
    shown.apply(OpinionEdited(CASE, opinion(dissents=(quoted,))))
    assert shown.find(QPlainTextEdit, "dissentWords_0").toPlainText() == "考虑心衰"
    assert shown.find(QLabel, "dissentQuoted_0").isVisibleTo(pane)
    shown.find(QPlainTextEdit, "dissentWords_0").setPlainText("考虑心衰，先利尿")
    pane.flush()
    wish = edited(shown)
    assert not wish.opinion.dissents[0].quoted, "changed words are the chair's"


def test_the_clinic_reads_the_minutes_with_the_dissent(shown: Shown) -> None:
    people = {"requester": person(DOCTOR), "expert": person(EVERYBODY)}
    open_own(shown, consultation(row("a", Phase.SIGNED, mdt=mdt(), **people)))
    dissent = Dissent(consultation_id=HEART_CASE, words="考虑心衰", quoted=True)
    text = report(minutes=minutes(), opinion=opinion(dissents=(dissent,)))
    shown.apply(ReportVerified(signed(text), verified=True))
    said = shown.find(QLabel, "minutesText").text()
    assert "心内科专家, in their own words: “考虑心衰”" in said
    assert not shown.find(ReportPane, "reportPane").findChildren(QCheckBox, "dissents_0")
