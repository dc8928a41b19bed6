"""Jobs of the window: how they are stopped, and that whoever waits for their end hears of it."""

import asyncio
from pathlib import Path

import pytest

from app.net.studies import StudyQuery
from app.store.archive_outbox import ArchiveOutbox
from app.store.inbox import Inbox
from app.store.messages import KeptMessages
from app.transfer.finding import Unpacking
from app.transfer.inbox import InboxKeeper
from app.transfer.intake import Intake
from app.transfer.intake_messages import IntakeEvent, PacsAnswered, PacsProblem, SearchPacs
from app.transfer.jobs import Jobs
from protocol.base import new_id
from tests.transfer.intake_desk import SEALER


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_job_without_a_way_of_its_own_is_cancelled() -> None:
    idle, job = asyncio.Event(), new_id()
    jobs = Jobs(idle.set)
    jobs.begin(job, forever())
    assert jobs.busy
    jobs.stop(job)
    await asyncio.wait_for(idle.wait(), 10)
    assert not jobs.busy


async def test_a_job_that_must_end_by_itself_is_asked_to_and_others_are_left_alone() -> None:
    idle, asked = asyncio.Event(), asyncio.Event()
    job, ended = new_id(), []

    async def polite() -> None:
        await asked.wait()
        ended.append("politely")

    jobs = Jobs(idle.set)
    jobs.begin(job, polite(), asked.set)
    jobs.begin(new_id(), forever())
    jobs.stop(job)
    await asyncio.wait_for(idle.wait(), 10)
    assert ended == ["politely"]
    assert jobs.busy
    await jobs.close()
    assert not jobs.busy


@pytest.mark.allow_logs("what nobody foresaw is told to IT")
async def test_the_end_of_a_job_that_failed_is_heard_as_well() -> None:
    idle = asyncio.Event()

    async def fails() -> None:
        raise ValueError

    jobs = Jobs(idle.set)
    jobs.begin(new_id(), fails())
    await asyncio.wait_for(idle.wait(), 10)
    assert not jobs.busy


async def test_whoever_waits_for_intake_hears_when_an_archive_has_answered(tmp_path: Path) -> None:
    events: list[IntakeEvent] = []
    idle = asyncio.Event()
    inbox = InboxKeeper(Inbox(tmp_path, SEALER), reserve_bytes=0)
    messages = KeptMessages(tmp_path, SEALER)
    unpacking = Unpacking(tmp_path / "unpacking")
    intake = Intake(
        inbox,
        events.append,
        unpacking,
        idle.set,
        messages=messages,
        to_archive=ArchiveOutbox(tmp_path, SEALER),
    )
    await intake.handle(SearchPacs(job=new_id(), pacs_id=new_id(), query=StudyQuery()))
    await asyncio.wait_for(idle.wait(), 10)
    assert not intake.busy
    (answer,) = events
    assert isinstance(answer, PacsAnswered)
    assert answer.problem is PacsProblem.UNREACHABLE
    await intake.close()
