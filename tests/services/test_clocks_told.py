"""What the program says while a case's clock runs out, and when it stops saying so."""

from datetime import timedelta

import pytest

from app.models.notices import derive_notice
from app.models.times import clock
from app.services.link import LinkService
from app.session.notices import Late, Severity
from protocol.consultation import Phase, Status
from protocol.queue import CaseClock, ClockStage
from protocol.socket import ClockWarned, ConsultationChanged
from tests.fakes.examples import NOW, row
from tests.services.conftest import Desk
from tests.services.test_call_waiting import desk, link

__all__ = ["desk", "link"]
DUE = NOW + timedelta(minutes=9)


def warning(of: CaseClock, stage: ClockStage) -> ClockWarned:
    return ClockWarned(seq=0, at=NOW, consultation=row(), clock=of, stage=stage, due_at=DUE)


def said(desk: Desk) -> list[object]:
    return [notice.code for notice in desk.state.notices]


@pytest.mark.parametrize(
    ("of", "stage", "words"),
    [
        (CaseClock.ACCEPT, ClockStage.AMBER, "{number} must be taken by {due}."),
        (CaseClock.START, ClockStage.DISPATCHER, "Reading {number} must begin by {due}."),
        (
            CaseClock.REPORT,
            ClockStage.OVERDUE,
            "The report of {number} should have been signed by {due}.",
        ),
        (
            CaseClock.IDLE,
            ClockStage.AMBER,
            (
                "Nobody works on {number}: it is suspended at {due} and stays yours. Touch a key "
                "or the mouse to go on."
            ),
        ),
    ],
)
def test_it_names_the_case_what_to_do_and_until_when(
    desk: Desk, link: LinkService, of: CaseClock, stage: ClockStage, words: str
) -> None:
    link.received(warning(of, stage))
    (notice,) = desk.state.notices
    expected = words.replace("{number}", row().number).replace("{due}", clock(DUE))
    assert derive_notice(notice).text == expected
    assert derive_notice(notice).consultation_id == row().id


def test_a_later_stage_takes_the_place_of_the_one_before(desk: Desk, link: LinkService) -> None:
    for stage in ClockStage:
        link.received(warning(CaseClock.REPORT, stage))
    (notice,) = desk.state.notices
    assert (notice.code, notice.severity) == (Late.REPORT_OVERDUE, Severity.ERROR)


@pytest.mark.parametrize(
    ("of", "stopped_by"),
    [
        (CaseClock.ACCEPT, {"status": Status.ASSIGNED, "phase": Phase.CLAIMED}),
        (CaseClock.START, {"status": Status.IN_PROGRESS, "phase": Phase.READING}),
        (CaseClock.REPORT, {"status": Status.COMPLETED, "phase": Phase.SIGNED}),
        (CaseClock.IDLE, {"status": Status.IN_PROGRESS, "phase": Phase.SUSPENDED}),
    ],
)
async def test_it_goes_when_the_work_is_done(
    desk: Desk, link: LinkService, of: CaseClock, stopped_by: dict[str, object]
) -> None:
    link.received(warning(of, ClockStage.AMBER))
    assert len(said(desk)) == 1
    done = row().model_copy(update=stopped_by)
    link.received(ConsultationChanged(seq=0, at=NOW, consultation=done))
    assert said(desk) == []
    await desk.tasks.finish()
