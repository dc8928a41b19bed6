"""The board as it is read: columns, order, clocks, filters, and experts with their reasons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.models.board import LANES, BoardFilter, BoardProps, CardProps, Lane, derive_board
from app.models.board_experts import derive_experts, lately
from app.models.presence import derive_presence
from app.session.link import ConnectionLost
from app.session.queue import PresenceSeen
from app.session.state import AnyFact, State, reduce
from protocol.consultation import STATUS_OF, Action, Phase, Status, Urgency
from protocol.queue import CaseClock, IneligibleReason, PersonPresence, Presence
from protocol.statistics import ExpertStatistics
from tests.fakes.boards import refused, running, suits
from tests.fakes.examples import DOCTOR, EXPERT, NOW
from tests.views.facts import dispatching, online

ALL = BoardFilter()


def after(*facts: AnyFact) -> State:
    state = State()
    for fact in facts:
        state = reduce(state, fact)
    return state


def props(chosen: BoardFilter = ALL, *facts: AnyFact) -> BoardProps:
    return derive_board(after(*dispatching(), *facts), NOW, chosen)


def cards(shown: BoardProps, lane: Lane) -> tuple[CardProps, ...]:
    return next(one.cards for one in shown.lanes if one.lane is lane)


def test_every_open_phase_has_a_column_and_no_other() -> None:
    open_ones = (Status.PENDING, Status.ASSIGNED, Status.IN_PROGRESS)
    assert set(LANES) == {phase for phase in Phase if STATUS_OF[phase] in open_ones}


def test_cases_stand_in_columns_escalations_first_then_urgency() -> None:
    waiting = cards(props(), Lane.WAITING)
    assert [bool(card.escalated) for card in waiting] == [True, False, False]
    ranks = [Urgency.EMERGENCY, Urgency.URGENT, Urgency.ROUTINE]
    assert [card.urgency for card in waiting] == ranks
    assert [len(cards(props(), lane)) for lane in Lane] == [3, 1, 1, 2, 1, 1]


def test_a_ringing_case_says_whom_and_how_long() -> None:
    (ringing,) = cards(props(), Lane.RINGING)
    assert ringing.people == "☎ 陈专家 · 42 s"
    later = derive_board(after(*dispatching()), NOW + timedelta(seconds=43), ALL)
    (ringing,) = cards(later, Lane.RINGING)
    assert ringing.people == "", "a ring that is over is not counted on"


@pytest.mark.parametrize(
    ("share", "look"), [(0.1, "neutral"), (0.5, "warning"), (0.8, "emergency"), (1.0, "error")]
)
def test_a_clock_changes_colour_where_people_are_warned(share: float, look: str) -> None:
    clock = running(CaseClock.ACCEPT, 11)
    at = clock.begun_at + share * (clock.due_at - clock.begun_at)
    shown = derive_board(after(*dispatching()), at, BoardFilter(urgency=Urgency.URGENT))
    (card,) = cards(shown, Lane.WAITING)
    assert card.clock_look == look
    assert bool(card.escalated) is (share >= 0.8)


def test_a_taken_case_shows_the_clock_that_runs_out_first_and_a_waiting_clinic_none() -> None:
    assert cards(props(), Lane.TAKEN)[0].clock == "begin: 2 min"
    assert cards(props(), Lane.CLINIC)[0].clock == ""


def test_filters_and_search_narrow_the_cards_and_say_so() -> None:
    heart = props(BoardFilter(department="心内科"))
    assert (heart.shown_cases, heart.open_cases) == (1, 9)
    assert props(BoardFilter(urgency=Urgency.EMERGENCY)).shown_cases == 2
    assert props(BoardFilter(text="王建国")).shown_cases == 3
    assert props(BoardFilter(text="何小溪")).shown_cases == 0, "no names of patients on the board"


def test_experts_stand_in_the_order_of_the_candidates_with_terms_or_reasons() -> None:
    first, second, *others = props().experts
    assert (first.name, first.score, first.eligible) == ("陈专家", "134", True)
    assert first.why == "Title +50 · Years of practice +40 · Response time +44"
    assert second.why.endswith("Passed over, as it has waited long: Outside their diseases")
    refused = {one.name: one for one in others}
    assert refused["赵主任"].why == "Offline or paused"
    assert refused["赵主任"].can_take, "a dispatcher may ring who is away or of another field"
    assert not refused["王建国"].can_take, "who declined is not asked again"
    assert not refused["孙丽"].can_take


def test_the_first_three_who_are_eligible_are_recommended() -> None:
    """(source): top 3; who is not eligible, or has the case already, takes none of the places."""
    board = after(*dispatching("b")).board
    four = tuple(suits(one.person.display_name) for one in board.experts[:4])
    away = refused("赵主任", IneligibleReason.UNREACHABLE)
    shown = derive_experts(replace(board, candidates=(four[0], away, *four[1:])), "")
    marked = [one.name for one in shown if one.mark]
    assert marked == [one.display_name for one in four[:3]]
    assert all("Top 3" in one.spoken for one in shown if one.mark)
    assert not any(one.mark for one in derive_experts(replace(board, chosen=None), ""))


def test_whom_other_cases_ring_is_said_beside_the_score() -> None:
    board = after(*dispatching("b")).board
    rung = tuple(one.model_copy(update={"rings": 3}) for one in board.candidates)
    first = derive_experts(replace(board, candidates=rung), "")[0]
    assert first.why.endswith("Response time +44 · other cases that ring: 3")


def test_who_has_the_case_is_not_asked_to_take_it() -> None:
    shown = derive_board(after(*dispatching("f")), NOW, ALL)
    holder = next(one for one in shown.experts if one.name == "陈专家")
    assert (holder.why, holder.can_take) == ("Has this case", False)
    assert shown.chosen is not None
    assert shown.chosen.held


def test_offline_nothing_can_be_done_and_the_board_says_so() -> None:
    shown = props(ALL, ConnectionLost(NOW))
    assert shown.offline
    assert shown.chosen is not None
    assert shown.chosen.actions == frozenset()
    online_again = props().chosen
    assert online_again is not None
    assert Action.ASSIGN in online_again.actions


def own(presence: Presence, minutes: int | None = None, *, on_call: bool = False) -> PresenceSeen:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)
    told = PersonPresence(account_id=EXPERT.id, presence=presence, until=until, on_call=on_call)
    return PresenceSeen(told)


def test_who_is_off_shift_reads_when_the_next_begins_and_that_they_are_on_call() -> None:
    off = derive_presence(after(*online(EXPERT), own(Presence.OFF_SHIFT, 200)), NOW)
    assert off.text == "Off shift · shift in 3 h 20 min"
    call = derive_presence(after(*online(EXPERT), own(Presence.OFF_SHIFT, on_call=True)), NOW)
    assert call.text == "Off shift, on call"
    assert not off.paused


def test_a_case_that_somebody_on_call_could_not_be_told_of_comes_first() -> None:
    props = derive_board(after(*dispatching("c")), NOW, BoardFilter())
    first = props.lanes[0].cards[0]
    assert first.escalated == "Not told"
    assert props.chosen is not None
    told, again, failed = props.chosen.alerts
    assert told.startswith("✓ 孙丽")
    assert "tried again" in again
    assert "add it in the rota" in failed


def test_a_pause_shows_its_end_and_its_rest() -> None:
    shown = derive_presence(after(*online(EXPERT), own(Presence.PAUSED, 25)), NOW)
    assert shown.paused
    assert shown.text.startswith("Paused until ")
    assert shown.text.endswith(" · 25 min left")
    assert not derive_presence(after(*online(EXPERT), own(Presence.READING)), NOW).paused


def test_moments_to_pause_until_are_half_hours_to_come() -> None:
    moments = [at for _, at in derive_presence(after(*online(EXPERT)), NOW).until]
    assert all(at > NOW and at.minute in (0, 30) for at in moments)
    assert moments == sorted(moments)


def test_only_experts_pause_and_not_without_a_line() -> None:
    assert not derive_presence(after(*online(DOCTOR)), NOW).shown
    lost = derive_presence(after(*online(EXPERT), ConnectionLost(NOW)), NOW)
    assert lost.shown
    assert not lost.can_change


def test_an_expert_shows_what_they_did_lately_and_who_did_nothing_shows_nothing() -> None:
    shown = {one.name: one for one in props().experts}
    assert shown["陈专家"].lately == "30 d: taken 112 · 12.5 min · declined 14 · missed 4"
    assert shown["陈专家"].lately in shown["陈专家"].spoken
    assert shown["李明"].lately == ""


def test_rings_that_others_answered_are_held_against_nobody() -> None:
    assert lately(ExpertStatistics(rung=3)) == ""
