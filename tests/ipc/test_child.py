"""A child process is started, spoken to, ended and survived."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from app.ipc.child import ChildProcess, ChildSpec, huizhen_argv
from app.ipc.errors import ChildNotRunningError, ChildStartError
from tests.ipc.tiny_child import COMMANDS, EVENTS, Command, Event, Misbehave, ParentGone, Said, Say


class Owner:
    """Owns one child and remembers what it heard."""

    def __init__(self, *, detached: bool = False, argv: tuple[str, ...] = ()) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.exits: asyncio.Queue[int] = asyncio.Queue()
        self.child: ChildProcess[Command, Event] = ChildProcess(
            ChildSpec(
                name="tiny",
                argv=argv or (sys.executable, "-m", "tests.ipc.tiny_child"),
                commands=COMMANDS,
                events=EVENTS,
                detached=detached,
            ),
            on_event=self.events.put_nowait,
            on_exit=self.exits.put_nowait,
        )

    async def hear(self, text: str) -> Said:
        self.child.send(Say(text=text))
        event = await self.events.get()
        assert isinstance(event, Said)
        assert event.text == text
        return event


@pytest.fixture
async def owner() -> AsyncIterator[Owner]:
    owner = Owner()
    await owner.child.start()
    yield owner
    if owner.child.running:
        await owner.child.stop()


async def test_a_message_arrives_as_it_was_sent_whatever_it_contains(owner: Owner) -> None:
    said = await owner.hear('两行\nand "quotes" 🩺')
    assert said.pid == owner.child.pid != os.getpid()


async def test_messages_keep_their_order_and_none_is_lost(owner: Owner) -> None:
    for number in range(500):
        owner.child.send(Say(text=str(number)))
    heard = [await owner.events.get() for _ in range(500)]
    assert [event.text for event in heard if isinstance(event, Said)] == [
        str(number) for number in range(500)
    ]


async def test_closing_its_stdin_tells_the_child_that_its_parent_is_gone(owner: Owner) -> None:
    await owner.hear("hello")
    assert await owner.child.stop() == 3
    assert owner.events.get_nowait() == ParentGone()
    assert owner.exits.get_nowait() == 3
    assert not owner.child.running


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to compare with")
@pytest.mark.allow_logs("the child is deaf on purpose")
async def test_a_child_that_does_not_listen_is_terminated(
    owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.child.send(Misbehave(how="ignore-eof"))
    await owner.hear("still here")
    assert await owner.child.stop(grace=0.2) == -signal.SIGTERM
    assert "did not end" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to compare with")
async def test_a_child_that_is_still_starting_is_ended_without_a_warning(
    owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.child.send(Misbehave(how="ignore-eof"))
    assert owner.child.pid is not None
    os.kill(owner.child.pid, signal.SIGSTOP)
    assert await owner.child.stop(grace=0.2) == -signal.SIGKILL
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_two_who_start_it_in_the_same_moment_start_one() -> None:
    owner = Owner()
    await asyncio.gather(owner.child.start(), owner.child.start())
    first = await owner.hear("who is it?")
    assert (await owner.hear("and now?")).pid == first.pid
    await owner.child.stop()
    assert owner.exits.qsize() == 1


async def test_a_child_that_dies_is_reported_and_can_be_started_again(owner: Owner) -> None:
    first = (await owner.hear("one")).pid
    owner.child.send(Misbehave(how="exit"))
    assert await owner.exits.get() == 7
    with pytest.raises(ChildNotRunningError):
        owner.child.send(Say(text="nobody there"))
    await owner.child.start()
    assert (await owner.hear("two")).pid != first


async def test_printing_does_not_break_the_line_protocol(owner: Owner) -> None:
    owner.child.send(Misbehave(how="print"))
    await owner.hear("intact")


@pytest.mark.allow_logs("nonsense is sent on purpose")
async def test_an_unknown_message_is_skipped_and_its_content_not_logged(
    owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.child.send(Misbehave(how="garbage"))
    await owner.hear("next")
    assert "no known message" in caplog.text
    assert "Zhang" not in caplog.text


@pytest.mark.allow_logs("the child warns on purpose")
async def test_the_childs_log_becomes_the_parents_log(
    owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.child.send(Misbehave(how="log"))
    await owner.hear("then")
    await owner.child.stop()
    assert ("huizhen.child.tiny", logging.WARNING, "tiny: the picture is late") in (
        caplog.record_tuples
    )


@pytest.mark.allow_logs("the child fails on purpose")
async def test_a_traceback_tells_where_and_which_error_but_not_its_data(
    owner: Owner, caplog: pytest.LogCaptureFixture
) -> None:
    owner.child.send(Misbehave(how="raise"))
    assert await owner.exits.get() == 1
    assert "in tiny_child.py:" in caplog.text
    assert "raised ValueError" in caplog.text
    assert "Zhang" not in caplog.text
    assert os.getcwd() not in caplog.text


async def test_a_missing_program_is_said_so() -> None:
    with pytest.raises(ChildStartError, match="tiny"):
        await Owner(argv=("no-such-program-of-huizhen",)).child.start()


async def test_sending_before_the_start_is_refused() -> None:
    with pytest.raises(ChildNotRunningError):
        Owner().child.send(Say(text="early"))


@pytest.mark.skipif(sys.platform == "win32", reason="sessions are a POSIX notion")
async def test_a_detached_child_has_its_own_session_and_is_let_go() -> None:
    owner = Owner(detached=True)
    await owner.child.start()
    said = await owner.hear("free")
    assert os.getsid(said.pid) == said.pid
    owner.child.send(Misbehave(how="ignore-eof"))
    owner.child.release()
    assert await owner.events.get() == ParentGone()
    assert owner.child.running
    os.kill(said.pid, signal.SIGKILL)
    assert await owner.exits.get() == -signal.SIGKILL


async def test_only_a_detached_child_can_be_let_go(owner: Owner) -> None:
    with pytest.raises(ChildNotRunningError, match="stop"):
        owner.child.release()


def test_the_program_starts_itself_again_packaged_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert huizhen_argv("media") == (sys.executable, "-m", "app", "media")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert huizhen_argv("media", "x") == (sys.executable, "media", "x")


def test_it_works_in_the_loop_of_the_window(qapp: object) -> None:
    from qasync import QEventLoop

    async def talk() -> int:
        owner = Owner()
        await owner.child.start()
        await owner.hear("from Qt")
        return await owner.child.stop()

    with QEventLoop(qapp) as loop:
        assert loop.run_until_complete(talk()) == 3
