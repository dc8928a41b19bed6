"""The board follows facts at once, and never goes back to what an older reading said."""

from dataclasses import replace

from app.session.board import (
    Board,
    BoardCaseChosen,
    BoardFailed,
    BoardLoaded,
    CandidatesFailed,
    CandidatesLoaded,
    reduce_board,
)
from app.session.queue import Load, PresenceSeen
from protocol.consultation import ConsultationSummary, Phase
from protocol.queue import PersonPresence, Presence
from protocol.socket import ConsultationChanged, ConsultationLeft
from tests.fakes.boards import board, candidates
from tests.fakes.examples import NOW, named, row

LOADED = reduce_board(Board(), BoardLoaded(board()))
CHOSEN = reduce_board(LOADED, BoardCaseChosen(named("case c")))


def changed(summary: ConsultationSummary) -> ConsultationChanged:
    return ConsultationChanged(seq=1, at=NOW, consultation=summary)


def phase_of(state: Board, name: str) -> Phase | None:
    found = state.find(named(f"case {name}"))
    return None if found is None else found.summary.phase


def test_a_case_that_moves_shows_its_new_state_before_the_board_is_read_again() -> None:
    moved = reduce_board(LOADED, changed(row("a", Phase.OFFERED, minutes=1)))
    assert phase_of(moved, "a") is Phase.OFFERED
    case = moved.find(named("case a"))
    assert case is not None
    assert case.allowed_actions == (), "what may be done is not known yet"


def test_an_older_reading_does_not_undo_what_was_told() -> None:
    moved = reduce_board(LOADED, changed(row("a", Phase.OFFERED, minutes=1)))
    again = reduce_board(moved, BoardLoaded(board()))
    assert phase_of(again, "a") is Phase.OFFERED


def test_a_new_case_appears_and_one_that_is_over_goes() -> None:
    new = reduce_board(LOADED, changed(row("z")))
    assert phase_of(new, "z") is Phase.QUEUED
    over = reduce_board(new, changed(row("z", Phase.WITHDRAWN, minutes=1)))
    assert phase_of(over, "z") is None
    left = reduce_board(LOADED, ConsultationLeft(seq=2, at=NOW, consultation_id=named("case b")))
    assert phase_of(left, "b") is None


def test_before_the_first_reading_facts_do_not_make_half_a_board() -> None:
    assert reduce_board(Board(), changed(row("z"))) == Board()


def test_a_case_that_ends_is_looked_at_no_longer() -> None:
    over = reduce_board(CHOSEN, changed(row("c", Phase.REJECTED, minutes=1)))
    assert over.chosen is None


def test_candidates_of_another_case_than_the_chosen_one_are_not_shown() -> None:
    late = reduce_board(CHOSEN, CandidatesLoaded(named("case a"), candidates()))
    assert late.candidates == ()
    own = reduce_board(CHOSEN, CandidatesLoaded(named("case c"), candidates()))
    assert own.candidates == candidates()
    assert reduce_board(own, BoardCaseChosen(named("case a"))).candidates == ()


def test_what_is_on_screen_stays_when_a_reading_fails() -> None:
    assert reduce_board(LOADED, BoardFailed()) is LOADED
    assert reduce_board(Board(), BoardFailed()).load is Load.FAILED
    own = reduce_board(CHOSEN, CandidatesLoaded(named("case c"), candidates()))
    assert reduce_board(own, CandidatesFailed(named("case c"))) is own
    failed = reduce_board(CHOSEN, CandidatesFailed(named("case c")))
    assert failed == replace(CHOSEN, candidates_load=Load.FAILED)


def test_presence_is_shown_as_it_is_told() -> None:
    gone = PersonPresence(account_id=named("李明"), presence=Presence.OFFLINE)
    after = reduce_board(LOADED, PresenceSeen(gone))
    seen = {one.person.display_name: one.presence.presence for one in after.experts}
    assert seen["李明"] is Presence.OFFLINE
    assert seen["陈专家"] is Presence.READING
