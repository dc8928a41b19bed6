"""The board by mouse and by key: choosing, assigning, dropping, and asking why first."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from app.commands.board_wishes import WishBoardCase, WishDispatch, WishShowOnBoard
from app.commands.keys import CommandId
from app.commands.wishes import Page, WishPage, WishPause
from app.session.board import BoardFailed, BoardLoaded, CandidatesLoaded
from app.session.link import ConnectionLost
from app.session.notices import Late, Notice, NoticeRaised, Severity
from app.session.queue import PresenceSeen
from app.views.board_cards import CASE_MIME, CardList
from app.views.board_experts import ExpertList
from protocol.board import Board
from protocol.consultation import Action
from protocol.queue import PersonPresence, Presence
from protocol.socket import ConsultationLeft
from tests.fakes.boards import board, candidates
from tests.fakes.examples import DOCTOR, EXPERT, NOW, named
from tests.views.conftest import Shown
from tests.views.facts import DISPATCHER, dispatching, online
from tests.views.test_pages import click, press


def on_board(shown: Shown, chosen: str = "c") -> None:
    shown.apply(*dispatching(chosen))
    shown.go(Page.BOARD)


def wishes(shown: Shown) -> list[object]:
    """What was wished for but looking at cases."""
    return [wish for wish in shown.wishes if not isinstance(wish, WishBoardCase)]


def choose_expert(shown: Shown, name: str) -> None:
    experts = shown.find(ExpertList, "boardExperts")
    experts.setCurrentIndex(experts.experts.index(experts.experts.row_of(named(name)), 0))


def reason(shown: Shown, text: str) -> None:
    line = shown.find(QLineEdit, "boardReasonReason")
    assert line.isVisible(), "the reason is asked for"
    line.insert(text)  # QTest has no keys for Chinese
    QTest.keyClick(line, Qt.Key.Key_Return)


def state_of(shown: Shown) -> QWidget:
    lanes = shown.find(QScrollArea, "boardLanes").parent()
    assert isinstance(lanes, QStackedWidget)
    return lanes.currentWidget()


def test_the_board_is_loading_then_failed_then_empty_then_full(shown: Shown) -> None:
    shown.apply(*online(DISPATCHER))
    shown.go(Page.BOARD)
    seen = [state_of(shown)]
    for fact in (BoardFailed(), BoardLoaded(Board(at=NOW, cases=(), experts=()))):
        shown.apply(fact)
        seen.append(state_of(shown))
    shown.apply(BoardLoaded(board()))
    seen.append(state_of(shown))
    assert len(set(seen)) == 4
    assert seen[-1] is shown.find(QScrollArea, "boardLanes")


def test_without_a_line_it_says_so_and_nothing_can_be_done(shown: Shown) -> None:
    on_board(shown)
    assert shown.find(QPushButton, "boardAssign").isEnabled()
    shown.apply(ConnectionLost(NOW))
    assert shown.find(QLabel, "boardOffline").isVisible()
    assert not shown.find(QPushButton, "boardAssign").isEnabled()


def test_only_dispatchers_are_offered_the_board(shown: Shown) -> None:
    shown.apply(*online(DOCTOR))
    assert not shown.find(QToolButton, "go_board").isVisible()
    press(shown, CommandId.BOARD)
    assert shown.wishes == []
    shown.apply(*online(DISPATCHER))
    press(shown, CommandId.BOARD)
    assert shown.wishes == [WishPage(Page.BOARD)]


def test_arrow_keys_go_through_cards_and_columns(shown: Shown) -> None:
    on_board(shown)
    waiting = shown.find(CardList, "lane_waiting")
    waiting.take_focus(0)
    QTest.keyClick(waiting, Qt.Key.Key_Down)
    assert shown.wishes[-1] == WishBoardCase(named("case a"))
    QTest.keyClick(waiting, Qt.Key.Key_Right)
    ringing = shown.find(CardList, "lane_ringing")
    assert ringing.hasFocus()
    assert shown.wishes[-1] == WishBoardCase(named("case d"))
    QTest.keyClick(ringing, Qt.Key.Key_Return)
    assert shown.find(ExpertList, "boardExperts").hasFocus()


def test_the_best_candidate_is_chosen_and_return_assigns(shown: Shown) -> None:
    on_board(shown)
    experts = shown.find(ExpertList, "boardExperts")
    QTest.keyClick(experts, Qt.Key.Key_Return)
    wanted = WishDispatch(named("case c"), Action.ASSIGN, named("陈专家"))
    assert wishes(shown) == [wanted]


def test_nobody_else_is_chosen_when_the_chosen_expert_goes_away(shown: Shown) -> None:
    on_board(shown)
    whole = board()
    left = tuple(one for one in whole.experts if one.person.display_name != "陈专家")
    shown.apply(BoardLoaded(whole.model_copy(update={"experts": left})))
    press(shown, CommandId.BOARD_ASSIGN)
    assert wishes(shown) == []


def test_keys_assign_and_ring(shown: Shown) -> None:
    on_board(shown)
    choose_expert(shown, "李明")
    press(shown, CommandId.BOARD_ASSIGN)
    press(shown, CommandId.BOARD_RING)
    case, expert = named("case c"), named("李明")
    assert wishes(shown) == [
        WishDispatch(case, Action.ASSIGN, expert),
        WishDispatch(case, Action.OFFER, expert),
    ]


def test_who_declined_cannot_be_assigned(shown: Shown) -> None:
    on_board(shown)
    choose_expert(shown, "王建国")
    assert not shown.find(QPushButton, "boardAssign").isEnabled()
    press(shown, CommandId.BOARD_ASSIGN)
    assert wishes(shown) == []


@pytest.mark.parametrize(
    ("case", "control", "action"),
    [
        ("a", "boardEscalate", Action.ESCALATE),
        ("c", "boardReject", Action.REJECT),
        ("f", "boardRelease", Action.RELEASE),
    ],
)
def test_a_step_that_needs_a_reason_asks_first(
    shown: Shown, case: str, control: str, action: Action
) -> None:
    on_board(shown, case)
    click(shown.find(QPushButton, control))
    assert wishes(shown) == []
    reason(shown, "专家手术")
    assert wishes(shown) == [WishDispatch(named(f"case {case}"), action, None, "专家手术")]


def test_giving_a_held_case_to_another_asks_why(shown: Shown) -> None:
    on_board(shown, "f")
    choose_expert(shown, "李明")
    click(shown.find(QPushButton, "boardAssign"))
    assert wishes(shown) == []
    reason(shown, "下夜班")
    case = named("case f")
    assert wishes(shown) == [WishDispatch(case, Action.ASSIGN, named("李明"), "下夜班")]


def test_a_question_does_not_outlive_the_case_it_was_about(shown: Shown) -> None:
    on_board(shown, "f")
    click(shown.find(QPushButton, "boardRelease"))
    shown.apply(*dispatching("c"))
    assert not shown.find(QLineEdit, "boardReasonReason").isVisible()


def drop(shown: Shown, case: str, expert: str) -> None:
    """The card of a case is let go over an expert."""
    experts = shown.find(ExpertList, "boardExperts")
    cards = next(
        found
        for found in shown.window.findChildren(CardList)
        if found.cards.row_of(named(f"case {case}")) >= 0
    )
    data = cards.cards.mimeData([cards.cards.index(cards.cards.row_of(named(f"case {case}")), 0)])
    assert isinstance(data, QMimeData)
    assert data.hasFormat(CASE_MIME)
    row = experts.experts.row_of(named(expert))
    at: QPoint = experts.visualRect(experts.experts.index(row, 0)).center()
    event = QDropEvent(
        QPointF(at),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    experts.dropEvent(event)


def test_a_waiting_card_dropped_on_an_expert_is_assigned(shown: Shown) -> None:
    on_board(shown)
    drop(shown, "a", "李明")
    assert wishes(shown) == [WishDispatch(named("case a"), Action.ASSIGN, named("李明"))]


def test_a_held_card_dropped_on_an_expert_asks_why(shown: Shown) -> None:
    on_board(shown)
    drop(shown, "f", "李明")
    assert shown.wishes == [WishBoardCase(named("case f"))]
    shown.apply(*dispatching("f"))
    reason(shown, "换班")
    wanted = WishDispatch(named("case f"), Action.ASSIGN, named("李明"), "换班")
    assert wishes(shown) == [wanted]


def test_experts_keep_their_places_while_a_card_is_over_them(shown: Shown) -> None:
    on_board(shown)
    experts = shown.find(ExpertList, "boardExperts")

    def names() -> list[str]:
        rows = (experts.experts.row_at(n) for n in range(experts.experts.rowCount()))
        return [row.name for row in rows if row is not None]

    before = names()
    experts.hold(still=True)
    shown.apply(CandidatesLoaded(named("case c"), candidates()[::-1]))
    assert names() == before
    experts.hold(still=False)
    assert names() == before[::-1]


def test_the_card_under_the_pointer_is_dragged_also_when_news_come_meanwhile(
    shown: Shown,
) -> None:
    on_board(shown)
    cards = shown.find(CardList, "lane_waiting")
    at = cards.visualRect(cards.cards.index(cards.cards.row_of(named("case a")), 0)).center()
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert shown.wishes[-1] == WishBoardCase(named("case a")), "who could take it is looked up"
    shown.window.show_state(shown.session.state)  # the tick of the clock: "c" is chosen still
    assert cards.take_pressed()
    (index,) = cards.selectedIndexes()
    data = bytes(cards.cards.mimeData([index]).data(CASE_MIME).data()).decode()
    assert data == str(named("case a"))


def test_a_card_that_went_away_under_the_pointer_is_not_dragged(shown: Shown) -> None:
    on_board(shown)
    cards = shown.find(CardList, "lane_waiting")
    at = cards.visualRect(cards.cards.index(cards.cards.row_of(named("case a")), 0)).center()
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, pos=at)
    shown.apply(ConsultationLeft(seq=1, at=NOW, consultation_id=named("case a")))
    assert not cards.take_pressed()


def test_the_filter_narrows_and_is_remembered(shown: Shown) -> None:
    on_board(shown)
    box = shown.find(QComboBox, "boardDepartment")
    box.setCurrentIndex(box.findData("心内科"))
    box.activated.emit(box.currentIndex())
    assert shown.find(QLabel, "boardCount").text() == "1 of 9 open cases"
    assert shown.window.board._settings.value("board/department") == "心内科"
    click(shown.find(QPushButton, "boardShowAll"))
    assert shown.find(QLabel, "boardCount").text() == "Open cases: 9"


def test_what_is_searched_for_is_not_written_to_the_disk(shown: Shown) -> None:
    on_board(shown)
    press(shown, CommandId.BOARD_SEARCH)
    search = shown.find(QLineEdit, "boardSearch")
    assert search.hasFocus()
    search.setText("何小溪")
    settings = shown.window.board._settings
    assert all("何小溪" not in str(settings.value(key)) for key in settings.allKeys())


def test_a_warning_of_a_clock_leads_to_the_board(shown: Shown) -> None:
    shown.apply(*online(DISPATCHER))
    case = named("case c")
    late = Notice(named("notice"), NOW, Late.ACCEPT_OVERDUE, Severity.ERROR, (), case)
    shown.apply(NoticeRaised(late))
    click(shown.find(QPushButton, "openNotice"))
    assert WishShowOnBoard(case) in shown.wishes


# --- pausing -----------------------------------------------------------------------------------


def test_an_expert_pauses_from_the_status_line_and_ends_it(shown: Shown) -> None:
    shown.apply(*online(EXPERT))
    menu = shown.window.status.presence.menu
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:4] == [f"For {n} minutes" for n in (5, 15, 30, 60)]
    menu.actions()[1].trigger()
    assert shown.wishes[-1] == WishPause(15)
    until = [action for action in menu.actions() if action.text().startswith("Until ")]
    until[0].trigger()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishPause)
    assert wish.until is not None
    paused = PersonPresence(account_id=EXPERT.id, presence=Presence.PAUSED, until=wish.until)
    shown.apply(PresenceSeen(paused))
    assert "Paused until" in shown.find(QLabel, "presence").text()
    click(shown.find(QPushButton, "endPause"))
    assert shown.wishes[-1] == WishPause(0)


def test_a_clinic_has_nothing_to_pause(shown: Shown) -> None:
    shown.apply(*online(DOCTOR))
    assert not shown.find(QToolButton, "pauseMenu").isVisible()
