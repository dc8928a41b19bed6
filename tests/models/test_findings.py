"""A critical finding stays before the eyes of whoever must see to it until it is read back."""

from datetime import timedelta

import pytest

from app.models.board import BoardFilter, Lane, derive_board
from app.models.case_strip import StripStep, derive_strip
from app.models.findings import derive_findings
from app.models.queue import Column, derive_work
from app.models.status import derive_status
from app.session.board import BoardLoaded
from app.session.case import Case, CaseOpened
from app.session.queue import MineLoaded
from protocol.account import Account
from protocol.board import Board
from protocol.consultation import Action, ConsultationSummary, Phase
from protocol.finding import CriticalFinding
from protocol.queue import CaseClock
from tests.fakes.boards import card, running
from tests.fakes.examples import DOCTOR, EXPERT, NOW, consultation, person, row
from tests.models.test_derived import after
from tests.views.facts import DISPATCHER, online

DUE = NOW + timedelta(minutes=10)


def finding(**more: object) -> CriticalFinding:
    values = {"what": "张力性气胸", "version": 1, "signed_at": NOW, "due_at": DUE}
    return CriticalFinding.model_validate(values | more)


WAITS = finding()
LATE = finding(escalated_at=DUE)
KNOWN = finding(
    read_back_at=NOW, read_back_by=DOCTOR.display_name, read_back="右侧气胸", told="护士长"
)


def signed(what: CriticalFinding, phase: Phase = Phase.SIGNED) -> ConsultationSummary:
    return row(phase=phase, requester=person(DOCTOR), expert=person(EXPERT), finding=what)


@pytest.mark.parametrize(
    ("who", "what", "told"),
    [
        (DOCTOR, WAITS, True),
        (DOCTOR, LATE, True),
        (DOCTOR, KNOWN, False),
        (DISPATCHER, WAITS, False),
        (DISPATCHER, LATE, True),
        (EXPERT, LATE, False),
    ],
)
def test_a_notice_stays_while_the_list_says_it_waits(
    who: Account, what: CriticalFinding, told: bool
) -> None:
    state = after(*online(who), MineLoaded((signed(what),)))
    notices = derive_status(state).notices
    assert [one.standing for one in notices] == [True] * told
    assert all("张力性气胸" in one.text for one in notices)


def test_a_received_case_still_waits_and_one_entered_in_error_does_not() -> None:
    received = after(*online(DOCTOR), MineLoaded((signed(WAITS, Phase.RECEIVED),)))
    assert derive_findings(received)
    wrong = after(*online(DOCTOR), MineLoaded((signed(WAITS, Phase.ENTERED_IN_ERROR),)))
    assert derive_findings(wrong) == ()


def test_the_list_says_until_when() -> None:
    state = after(*online(DOCTOR), MineLoaded((signed(WAITS),)))
    (shown,) = derive_work(state, NOW + timedelta(minutes=4)).mine.rows
    assert (shown.cells[Column.WAIT], shown.wait_look) == ("read back: 6 min left", "error")


@pytest.mark.parametrize(
    ("who", "step"),
    [(DOCTOR, StripStep.READ_BACK), (EXPERT, StripStep.NONE), (DISPATCHER, StripStep.READ_BACK)],
)
def test_the_case_asks_the_clinic_to_read_back(who: Account, step: StripStep) -> None:
    actions = () if who is EXPERT else (Action.READ_BACK,)
    case = Case(consultation(signed(WAITS), allowed_actions=actions))
    (line,) = derive_strip(after(*online(who), CaseOpened(case)), NOW)
    assert (line.step, line.look) == (step, "error")


def test_the_expert_reads_what_was_understood_and_who_was_told() -> None:
    case = Case(consultation(signed(KNOWN)))
    (line,) = derive_strip(after(*online(EXPERT), CaseOpened(case)), NOW)
    assert line.look == "success"
    assert all(words in line.text for words in ("右侧气胸", "护士长", DOCTOR.display_name))


def test_the_board_has_it_with_the_clinic_and_escalated_when_its_time_is_over() -> None:
    for what, left_min, mark in ((WAITS, 1, ""), (LATE, -1, "Escalated")):
        clock = running(CaseClock.READ_BACK, left_min)
        board = Board(at=NOW, cases=(card(signed(what), clock),), experts=())
        state = after(*online(DISPATCHER), BoardLoaded(board))
        now = what.due_at - timedelta(minutes=1) if what is WAITS else what.due_at
        lanes = {one.lane: one for one in derive_board(state, now, BoardFilter()).lanes}
        (shown,) = lanes[Lane.CLINIC].cards
        assert (shown.escalated, shown.state) == (mark, "Critical finding")
