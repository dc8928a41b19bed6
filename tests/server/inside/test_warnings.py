"""Whom the clocks of a case warn, and when a case counts as left alone."""

from dataclasses import replace
from datetime import timedelta

from protocol import paths
from protocol.consultation import Action, Phase
from server.domain.attempt import Attempt
from server.domain.case import Timings
from server.domain.consultation import step
from tests.server.in_process import InProcess
from tests.server.people import Valley, submitted_case
from tests.server.test_clock_rules import NOW, taken


def test_who_declined_a_case_is_not_warned_of_it_any_more(
    server: InProcess, valley: Valley
) -> None:
    second = valley.another_expert("王专家")
    case_id = submitted_case(valley)
    declined, other = server.connect(valley.expert), server.connect(second)
    valley.expert.act(case_id, "decline", decline_reason="too_busy", reason="手术中")
    server.pass_time(60)
    server.pass_time(15 * 60)
    assert [one["stage"] for one in other.heard("clock_warned")] != []
    assert declined.heard("clock_warned") == []


# --- nobody works on a case that is open ------------------------------------------------------


def begun(valley: Valley) -> str:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    valley.expert.act(case_id, "start_reading")
    return case_id


def open_for(server: InProcess, valley: Valley, case_id: str, minutes: int, *, away: bool) -> None:
    """The case stays open so long, with its heartbeats; `away`: nobody touches anything."""
    for passed in range(2, minutes + 1, 2):
        server.pass_time(120)
        beat = valley.expert.claim[case_id] | {"idle_s": passed * 60 if away else 3}
        valley.expert.send("POST", paths.HEARTBEAT, beat, consultation_id=case_id)


def phase(valley: Valley, case_id: str) -> str:
    found: str = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["phase"]
    return found


def test_a_case_that_stays_open_before_nobody_is_warned_of_and_then_suspended(
    server: InProcess, valley: Valley
) -> None:
    """An open window alone is no work: its heartbeats keep the hold, not the case."""
    expert = server.connect(valley.expert)
    case_id = begun(valley)
    open_for(server, valley, case_id, 22, away=True)
    assert expert.heard("clock_warned") == []
    open_for(server, valley, case_id, 2, away=False)
    open_for(server, valley, case_id, 26, away=True)
    (warned,) = expert.heard("clock_warned")
    assert (warned["clock"], warned["stage"]) == ("idle", "amber")
    assert phase(valley, case_id) == "reading"
    server.pass_time(5 * 60)
    assert phase(valley, case_id) == "suspended"
    events = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert [one["action"] for one in events][-1] == "suspend"
    assert valley.expert.act(case_id, "resume").status_code == 200


def test_a_case_that_somebody_works_on_is_not_suspended(server: InProcess, valley: Valley) -> None:
    expert = server.connect(valley.expert)
    case_id = begun(valley)
    open_for(server, valley, case_id, 40, away=False)
    assert (expert.heard("clock_warned"), phase(valley, case_id)) == ([], "reading")


def test_a_case_that_is_accepted_waits_for_its_start_and_is_not_suspended(
    server: InProcess, valley: Valley
) -> None:
    """Idleness is of work in progress; the start clock warns of the rest."""
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    valley.expert.act(case_id, "accept")
    open_for(server, valley, case_id, 40, away=False)
    assert phase(valley, case_id) == "accepted"


def test_after_a_long_call_there_is_as_much_time_as_after_any_work() -> None:
    timings, called = Timings(), NOW - timedelta(minutes=50)
    calling = replace(taken(), phase=Phase.IN_CALL, active_at=called)
    after = step(calling, Attempt(Action.END_CALL), NOW, timings).case
    assert (after.phase, after.active_at) == (Phase.READING, NOW)
