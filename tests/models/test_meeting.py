"""Who is waited for at an appointment is rung; who missed one reads what to do."""

from datetime import timedelta
from typing import Any

import pytest

from app.models.board import BoardFilter, derive_board
from app.models.case_strip import StripStep, derive_strip
from app.models.meeting import derive_meetings
from app.models.queue import Column, derive_work
from app.models.status import derive_status
from app.session.board import BoardCaseChosen, BoardLoaded
from app.session.call import CallJoining
from app.session.case import Case, CaseOpened
from app.session.queue import MineLoaded
from protocol.account import Account, Role
from protocol.appointment import Appointment
from protocol.board import Board
from protocol.consultation import Action, ConsultationSummary, Phase
from tests.fakes.boards import card
from tests.fakes.examples import DOCTOR, EXPERT, NOW, consultation, person, row
from tests.models.test_derived import after
from tests.views.facts import DISPATCHER, online

CLINIC, HOLDER = Role.REQUESTER, Role.EXPERT
AGAIN = NOW + timedelta(minutes=5)


def agreed(phase: Phase = Phase.SCHEDULED, **more: Any) -> ConsultationSummary:
    made = Appointment(at=NOW, counted_from=NOW, **more)
    expert = person(EXPERT) if phase in (Phase.SCHEDULED, Phase.IN_CALL) else None
    return row(phase=phase, requester=person(DOCTOR), expert=expert, appointment=made)


def missed(*absent: Role) -> ConsultationSummary:
    late = NOW + timedelta(minutes=10)
    return agreed(Phase.DISPATCHING, rung_at=AGAIN, recorded_at=late, absent=absent)


@pytest.mark.parametrize(
    ("who", "came", "words"),
    [
        (DOCTOR, (HOLDER,), "the expert came at"),
        (DOCTOR, (), "the appointment was at"),
        (EXPERT, (CLINIC,), "the clinic came at"),
    ],
)
def test_what_rings_again_says_who_waits(who: Account, came: tuple[Role, ...], words: str) -> None:
    (notice,) = derive_meetings(
        after(*online(who), MineLoaded((agreed(rung_at=AGAIN, came=came),)))
    )
    assert notice.standing
    assert words in notice.text


@pytest.mark.parametrize(
    "seen",
    [
        agreed(),
        agreed(rung_at=AGAIN, met_at=AGAIN),
        agreed(Phase.READING, rung_at=AGAIN),
        missed(CLINIC),
    ],
)
def test_nobody_is_rung_before_the_time_or_after_it_is_over(seen: ConsultationSummary) -> None:
    assert derive_meetings(after(*online(DOCTOR), MineLoaded((seen,)))) == ()


def test_who_sits_in_the_call_is_not_rung_and_a_dispatcher_never() -> None:
    seen = agreed(Phase.IN_CALL, rung_at=AGAIN, came=(HOLDER,))
    sits = after(*online(EXPERT), MineLoaded((seen,)), CallJoining(seen.id))
    assert derive_meetings(sits) == ()
    assert derive_meetings(after(*online(DISPATCHER), MineLoaded((seen,)))) == ()


@pytest.mark.parametrize(
    ("absent", "words"),
    [
        ((CLINIC,), "The clinic did not come"),
        ((HOLDER,), "The expert did not come"),
        ((CLINIC, HOLDER), "Nobody came"),
        ((), "missed each other"),
    ],
)
def test_the_case_says_who_was_absent_and_offers_to_close_it(
    absent: tuple[Role, ...], words: str
) -> None:
    case = Case(consultation(missed(*absent), allowed_actions=(Action.RECORD_NO_SHOW,)))
    for who, step in ((DOCTOR, "wait for an expert"), (DISPATCHER, "Ring those who were absent")):
        (line,) = derive_strip(after(*online(who), CaseOpened(case)), NOW)
        assert line.step is StripStep.CLOSE_NO_SHOW
        assert words in line.text
        assert step in line.text


def test_lists_and_board_say_why_it_waits_again() -> None:
    seen = missed(CLINIC)
    (shown,) = derive_work(after(*online(DOCTOR), MineLoaded((seen,))), NOW).mine.rows
    assert shown.cells[Column.STATUS] == "Waits again: no-show"
    board = Board(at=NOW, cases=(card(seen),), experts=())
    state = after(*online(DISPATCHER), BoardLoaded(board), BoardCaseChosen(seen.id))
    props = derive_board(state, NOW, BoardFilter())
    assert [one.state for lane in props.lanes for one in lane.cards] == ["Waits again: no-show"]
    assert props.chosen is not None
    assert "The clinic did not come" in props.chosen.alerts[0]


def test_the_status_line_keeps_the_ring_before_the_eyes() -> None:
    state = after(*online(DOCTOR), MineLoaded((agreed(rung_at=AGAIN, came=(HOLDER,)),)))
    assert [one.title for one in derive_status(state).notices] == ["Somebody waits for you"]
