"""What can be done with a case besides reading and signing, as the server allows it now."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
)

from app.commands.case_wishes import WishAnswers, WishCandidates, WishCaseAction, WishLateImages
from app.commands.wishes import Page
from app.session.case import Case, CaseOpened, CaseRead, OpinionRead, TimelineLoaded
from app.session.case_action import (
    ActionBegun,
    ActionEnded,
    AnswersEdited,
    CandidatesLoaded,
    ItemAnswer,
)
from app.session.queue import OffersLoaded
from protocol.account import Role
from protocol.approval import opinion_digest
from protocol.base import new_id
from protocol.consultation import Action, Consultation, Phase, TimelineEvent
from protocol.queue import Candidate, IneligibleReason, ScoreTerm, TermValue
from protocol.report import Opinion
from tests.fakes.examples import (
    CASE,
    DOCTOR,
    EXPERT,
    NOW,
    consultation,
    content,
    named,
    offer,
    person,
    row,
    study,
)
from tests.views.conftest import Shown
from tests.views.facts import CLAIMED, EVERYBODY, online

HELD = (
    Action.ASK_INFORMATION,
    Action.ASSIGN,
    Action.SCHEDULE,
    Action.SUSPEND,
    Action.RELEASE,
)


def held(phase: Phase = Phase.READING, *actions: Action, **more: Any) -> Consultation:
    summary = row(phase=phase, expert=person(EVERYBODY), requester=person(DOCTOR))
    return consultation(summary, allowed_actions=actions or HELD, **more)


def open_held(shown: Shown, case: Consultation | None = None, *events: TimelineEvent) -> UUID:
    """The expert holds the case and sees it in the workspace."""
    opened = case or held()
    shown.apply(*online(), CaseOpened(Case(opened, content=content())), *CLAIMED)
    shown.apply(TimelineLoaded(CASE, events))
    shown.go(Page.WORKSPACE)
    return opened.summary.id


def open_own(shown: Shown, case: Consultation, *events: TimelineEvent) -> UUID:
    """The clinic sees its case in the workspace."""
    shown.apply(*online(DOCTOR), CaseOpened(Case(case, content=content())))
    shown.apply(TimelineLoaded(CASE, events))
    shown.go(Page.WORKSPACE)
    return case.summary.id


def event(action: Action, reason: str = "", minutes: int = 0) -> TimelineEvent:
    return TimelineEvent(
        id=new_id(),
        at=NOW + timedelta(minutes=minutes),
        action=action,
        by=person(DOCTOR),
        role=Role.REQUESTER,
        from_phase=Phase.READING,
        to_phase=Phase.READING,
        reason=reason,
    )


def click(shown: Shown, name: str) -> None:
    QTest.mouseClick(shown.find(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(shown: Shown, action: Action) -> None:
    click(shown, "caseActions")
    click(shown, f"action_{action.value}")


def strip(shown: Shown) -> str:
    return "\n".join(
        one.text() for one in shown.window.findChildren(QLabel, "stripText") if one.isVisible()
    )


def lines(shown: Shown) -> list[str]:
    found = shown.window.findChildren(QPushButton)
    return [one.objectName() for one in found if one.objectName().startswith("action_")]


# --- the menu ------------------------------------------------------------------------------


def test_the_menu_has_what_the_server_allows_and_nothing_else(shown: Shown) -> None:
    open_held(shown, held(Phase.READING, Action.SUSPEND, Action.SIGN, Action.START_DRAFT))
    assert lines(shown) == ["action_suspend"]


def test_without_the_claim_on_this_computer_nothing_is_offered(shown: Shown) -> None:
    shown.apply(*online(), CaseOpened(Case(held(), content=content())))
    shown.go(Page.WORKSPACE)
    assert not shown.find(QPushButton, "caseActions").isVisible()


def test_the_menu_is_walked_with_the_arrows_and_chosen_with_enter(shown: Shown) -> None:
    open_held(shown)
    shown.window.workspace.menu.open()
    first, second = (shown.find(QPushButton, name) for name in lines(shown)[:2])
    assert first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert shown.find(QLineEdit, "handOverNote").isVisible()


def test_every_line_of_the_menu_has_room_for_its_words_inside_the_window(shown: Shown) -> None:
    open_held(shown)
    shown.window.workspace.menu.open()
    made = [shown.find(QPushButton, name) for name in lines(shown)]
    shown.window.grab()
    for line in made:
        assert line.accessibleDescription()
        for words in line.findChildren(QLabel):
            assert words.height() >= words.heightForWidth(words.width())
    last = made[-1].mapTo(shown.window, made[-1].rect().bottomLeft())
    assert last.y() < shown.window.height()


def test_escape_leaves_the_menu_and_the_form(shown: Shown) -> None:
    open_held(shown)
    shown.window.workspace.menu.open()
    line = shown.find(QPushButton, lines(shown)[0])
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert not line.isVisible()
    choose(shown, Action.SUSPEND)
    field = shown.find(QLineEdit, "actionReason")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert shown.wishes == []


def test_what_was_typed_stays_until_the_server_has_done_it(shown: Shown) -> None:
    id_ = open_held(shown)
    choose(shown, Action.SUSPEND)
    field = shown.find(QLineEdit, "actionReason")
    field.setText("called away")
    click(shown, "actionConfirm")
    assert shown.wishes == [WishCaseAction(id_, Action.SUSPEND, "called away")]
    shown.apply(ActionBegun(id_, Action.SUSPEND))
    assert not shown.find(QPushButton, "actionConfirm").isEnabled()
    shown.apply(ActionEnded(id_, Action.SUSPEND, done=False))
    assert (field.text(), field.isVisible()) == ("called away", True)
    assert "still here" in shown.find(QLabel, "actionProblem").text()
    click(shown, "actionConfirm")
    shown.apply(ActionBegun(id_, Action.SUSPEND), ActionEnded(id_, Action.SUSPEND, done=True))
    assert not field.isVisible()


def test_who_approves_signs_with_a_password_that_nothing_keeps(shown: Shown) -> None:
    id_ = open_held(shown, held(Phase.AWAITING_REVIEW, Action.APPROVE))
    choose(shown, Action.APPROVE)
    field = shown.find(QLineEdit, "actionPassword")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    click(shown, "actionConfirm")
    assert shown.wishes == []
    field.setText("open sesame")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (wish,) = shown.wishes
    read = opinion_digest(Opinion())
    assert wish == WishCaseAction(id_, Action.APPROVE, approved=read, password="open sesame")
    assert "sesame" not in repr(wish)
    shown.apply(ActionBegun(id_, Action.APPROVE), ActionEnded(id_, Action.APPROVE, done=True))
    assert field.text() == ""


def test_nobody_signs_words_that_came_while_they_typed(shown: Shown) -> None:
    id_ = open_held(shown, held(Phase.AWAITING_REVIEW, Action.APPROVE))
    choose(shown, Action.APPROVE)
    field = shown.find(QLineEdit, "actionPassword")
    field.setText("open sesame")
    newer = Opinion(findings="右侧气胸")
    shown.apply(OpinionRead(id_, newer))
    assert field.text() == ""
    assert any("written on" in one.text() for one in shown.window.findChildren(QLabel))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert shown.wishes == []
    field.setText("open sesame")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (wish,) = shown.wishes
    assert isinstance(wish, WishCaseAction)
    assert wish.approved == opinion_digest(newer)


def test_a_form_of_one_case_is_not_there_for_the_next(shown: Shown) -> None:
    open_held(shown)
    choose(shown, Action.SUSPEND)
    other = consultation(row("b", Phase.READING, expert=person(EVERYBODY)), allowed_actions=HELD)
    shown.apply(CaseOpened(Case(other, content=content())), *CLAIMED)
    assert not shown.find(QLineEdit, "actionReason").isVisible()


# --- more information ----------------------------------------------------------------------


def test_asking_takes_ticked_things_and_own_lines(shown: Shown) -> None:
    id_ = open_held(shown)
    choose(shown, Action.ASK_INFORMATION)
    thin = shown.find(QCheckBox, "ask_0")
    assert "Thin slices" in thin.text(), "the department is radiology"
    thin.click()
    shown.find(QPlainTextEdit, "askOwn").setPlainText("肿瘤标志物\n\n 吸烟史 ")
    click(shown, "actionConfirm")
    asked = (thin.text(), "肿瘤标志物", "吸烟史")
    assert shown.wishes == [WishCaseAction(id_, Action.ASK_INFORMATION, checklist=asked)]


def test_asking_for_nothing_is_not_sent(shown: Shown) -> None:
    open_held(shown)
    choose(shown, Action.ASK_INFORMATION)
    click(shown, "actionConfirm")
    assert shown.wishes == []


@pytest.mark.parametrize("phase", [Phase.AWAITING_INFORMATION, Phase.DISPATCHING])
def test_the_clinic_sees_what_is_asked_and_goes_to_answer(shown: Shown, phase: Phase) -> None:
    asked = consultation(row(phase=phase), checklist=("薄层CT", "血常规"), unanswered=True)
    id_ = open_own(shown, asked)
    assert "薄层CT  ·  血常规" in strip(shown)
    click(shown, "answerAsked")
    assert shown.wishes == [WishLateImages(id_)]


@pytest.mark.parametrize("phase", [Phase.AWAITING_INFORMATION, Phase.DISPATCHING, Phase.READING])
def test_the_form_waits_until_each_thing_is_ticked_or_answered(shown: Shown, phase: Phase) -> None:
    """Also where who asked has given the case away meanwhile."""
    asked = consultation(row(phase=phase), checklist=("薄层CT", "血常规"), unanswered=True)
    shown.apply(*online(DOCTOR), CaseOpened(Case(asked, content=content())))
    shown.go(Page.CASE_FORM)
    submit = shown.find(QPushButton, "submit")
    assert not submit.isEnabled()
    shown.find(QCheckBox, "asked_done_0").click()
    ticked = (ItemAnswer("薄层CT", done=True), ItemAnswer("血常规"))
    assert shown.wishes == [WishAnswers(asked.summary.id, ticked)]
    shown.apply(AnswersEdited(asked.summary.id, ticked))
    assert not submit.isEnabled()
    answered = (ticked[0], ItemAnswer("血常规", text="WBC 6.1"))
    shown.apply(AnswersEdited(asked.summary.id, answered))
    assert submit.isEnabled()
    assert shown.find(QLineEdit, "asked_answer_1").text() == "WBC 6.1"


def test_what_was_answered_is_told_before_the_page_is_left(shown: Shown) -> None:
    asked = consultation(row(phase=Phase.AWAITING_INFORMATION), checklist=("血常规",))
    shown.apply(*online(DOCTOR), CaseOpened(Case(asked, content=content())))
    shown.go(Page.CASE_FORM)
    field = shown.find(QLineEdit, "asked_answer_0")
    QTest.keyClicks(field, "WBC 6.1")
    shown.go(Page.WORK)
    told = WishAnswers(asked.summary.id, (ItemAnswer("血常规", text="WBC 6.1"),))
    assert shown.wishes == [told]


def test_the_expert_finds_the_answers_and_what_is_new_marked(shown: Shown) -> None:
    studies = (
        study("1.2.3", description="胸部CT", newest_at=NOW - timedelta(hours=1)),
        study("1.2.4", description="薄层CT", newest_at=NOW + timedelta(minutes=5)),
    )
    back = held(Phase.ACCEPTED, checklist=("薄层CT ✓", "血常规: WBC 6.1"), studies=studies)
    open_held(shown, back, event(Action.ASK_INFORMATION, "薄层CT; 血常规"))
    assert "studies with new images: 1" in strip(shown)
    assert "血常规: WBC 6.1" in strip(shown)
    record = [one.text() for one in shown.window.workspace.record.findChildren(QLabel)]
    images = next(text for text in record if "胸部CT" in text)
    assert [line.startswith("● New") for line in images.splitlines()] == [False, True]


# --- handing over --------------------------------------------------------------------------


def candidates() -> tuple[Candidate, ...]:
    term = TermValue(term=ScoreTerm.TITLE, value=Decimal(50))
    return (
        Candidate(
            expert_id=named("far"),
            display_name="李专家",
            score=None,
            ineligible=(IneligibleReason.NO_AGREEMENT,),
        ),
        Candidate(expert_id=named("near"), display_name="王专家", score=Decimal(90), terms=(term,)),
        Candidate(expert_id=EVERYBODY.id, display_name="陈专家", score=Decimal(99)),
    )


def test_handing_over_lists_who_could_take_it_with_the_reason_against(shown: Shown) -> None:
    id_ = open_held(shown)
    choose(shown, Action.ASSIGN)
    assert shown.wishes == [WishCandidates(id_)]
    shown.apply(CandidatesLoaded(id_, candidates()))
    listed = shown.find(QListWidget, "handOverList")
    texts = [listed.item(n).text() for n in range(listed.count())]
    assert len(texts) == 2, "the holder is not listed"
    assert "王专家" in texts[0]
    assert "Top 3" in texts[0]
    assert "Top 3" not in texts[1]
    assert "Title +50" in texts[0]
    assert "No agreement" in texts[1]
    assert not listed.item(1).flags() & Qt.ItemFlag.ItemIsSelectable


def test_handing_over_needs_an_expert_and_a_note(shown: Shown) -> None:
    id_ = open_held(shown)
    choose(shown, Action.ASSIGN)
    shown.apply(CandidatesLoaded(id_, candidates()))
    click(shown, "actionConfirm")
    shown.find(QListWidget, "handOverList").setCurrentRow(0)
    click(shown, "actionConfirm")
    assert shown.wishes == [WishCandidates(id_)]
    shown.find(QLineEdit, "handOverNote").setText("心脏问题")
    click(shown, "actionConfirm")
    assert shown.wishes[-1] == WishCaseAction(
        id_, Action.ASSIGN, "心脏问题", expert_id=named("near"), expert_name="王专家"
    )


def test_the_ring_says_who_hands_over_and_why(shown: Shown) -> None:
    ring = offer(handed_by=person(EXPERT), note="心脏问题")
    shown.apply(*online(), OffersLoaded((ring,)))
    text = shown.find(QLabel, "ringHandOver").text()
    assert EXPERT.display_name in text
    assert "心脏问题" in text


def test_a_ring_of_the_queue_says_nothing_of_a_hand_over(shown: Shown) -> None:
    shown.apply(*online(), OffersLoaded((offer(),)))
    assert not shown.find(QLabel, "ringHandOver").isVisible()


# --- ending early --------------------------------------------------------------------------


def test_the_expert_reads_why_the_case_should_end_and_agrees(shown: Shown) -> None:
    case = held(Phase.READING, Action.ABORT, Action.REFUSE_ABORT, abort_requested=True)
    id_ = open_held(shown, case, event(Action.REQUEST_ABORT, "患者已转院"))
    assert "患者已转院" in strip(shown)
    click(shown, "agreeAbort")
    assert shown.wishes == [], "it asks first"
    click(shown, "actionConfirm")
    assert shown.wishes == [WishCaseAction(id_, Action.ABORT)]


def test_refusing_says_why(shown: Shown) -> None:
    case = held(Phase.READING, Action.ABORT, Action.REFUSE_ABORT, abort_requested=True)
    id_ = open_held(shown, case, event(Action.REQUEST_ABORT, "患者已转院"))
    click(shown, "refuseAbort")
    click(shown, "actionConfirm")
    assert shown.wishes == []
    field = shown.find(QLineEdit, "actionReason")
    field.setText("意见已写好")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert shown.wishes == [WishCaseAction(id_, Action.REFUSE_ABORT, "意见已写好")]


def test_once_answered_nothing_is_asked_any_more(shown: Shown) -> None:
    case = held(Phase.READING, Action.ABORT, Action.REFUSE_ABORT, abort_requested=True)
    open_held(shown, case, event(Action.REQUEST_ABORT, "患者已转院"))
    shown.apply(CaseRead(case.model_copy(update={"abort_requested": False})))
    assert strip(shown) == ""
