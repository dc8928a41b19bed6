"""The doctor's real program in a call of five that passes an SFU."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.session.call import CallPhase
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.group import Group, group
from tests.live.test_call_stays_up import case_to_call_about, seen
from tests.media.janus import Janus, janus
from tests.server.edge import town_of
from tests.server.people import ADMIN, PASSWORD, Valley, make_valley
from tests.server.process import ServerProcess

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform == "win32", reason="Janus is of Debian, SIGKILL of POSIX"),
]
T = TypeVar("T")
AWAY = "The media server of the hospital does not answer"


class Elsewhere:
    """A loop on a thread of its own: the others in the call are not at this desk."""

    def __init__(self) -> None:
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._over: asyncio.Event

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        done = asyncio.run_coroutine_threadsafe(work, self._ready.result())
        return await asyncio.wrap_future(done)

    @contextmanager
    def running(self) -> Iterator["Elsewhere"]:
        thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="elsewhere")
        thread.start()
        loop = self._ready.result()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(self._over.set)
            thread.join()

    async def _run(self) -> None:
        self._over = asyncio.Event()
        self._ready.set_result(asyncio.get_running_loop())
        await self._over.wait()


@pytest.fixture
def sfu(tmp_path: Path) -> Iterator[Janus]:
    with janus(tmp_path / "janus") as running:
        yield running


@pytest.fixture
def large(sfu: Janus, tmp_path: Path) -> Iterator[tuple[ServerProcess, Valley]]:
    server = ServerProcess(tmp_path / "server", sfu.settings)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server, closing(town_of(server)) as town:
        yield server, make_valley(town)


@pytest.mark.allow_logs("the media process is killed on purpose")
def test_the_window_says_how_a_large_call_goes_and_comes_back_into_it(
    at_desk: Play, sfu: Janus, large: tuple[ServerProcess, Valley]
) -> None:
    server, valley = large

    async def part(person: Clinician) -> None:
        case_id = await asyncio.to_thread(case_to_call_about, valley)
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await person.click("joinCall")
        await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
        with Elsewhere().running() as elsewhere:
            where = group(server, valley, case_id)
            others = await elsewhere.do(where.__aenter__())
            try:
                await _call_of_five(person, elsewhere, others, sfu)
            finally:
                await elsewhere.do(where.__aexit__(None, None, None))

    at_desk({server.url: server.ca}, part)


async def _call_of_five(person: Clinician, elsewhere: Elsewhere, others: Group, sfu: Janus) -> None:
    await elsewhere.do(others.doctor(others.valley.expert))
    for name in "甲乙":
        await elsewhere.do(others.guest(name))
    await person.until(lambda: seen(person) == 3, "three pictures of a mesh")
    await elsewhere.do(others.guest("丙"))
    await person.until(lambda: _sfu(person) is not None, "the SFU")
    await person.until(lambda: seen(person) == 4 and _arrived(person), "four pictures of the SFU")

    pid = person.desk.call.media.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await person.read("Reconnecting…")
    await person.until(lambda: seen(person) == 4 and _arrived(person), "four pictures again")
    await elsewhere.do(others.all_see_all())
    own = str(person.state.call.own_peer)
    await elsewhere.do(others.sees(others.people[0], own))

    await asyncio.to_thread(sfu.kill)
    await person.read(AWAY)
    await person.until(lambda: seen(person) == 4, "four pictures of a mesh")
    await asyncio.to_thread(sfu.start)
    await person.until(lambda: AWAY not in person.screen(), "the end of the words")
    await person.until(lambda: seen(person) == 4 and _arrived(person), "four pictures at last")


def _sfu(person: Clinician) -> object:
    running = person.state.call.running
    return running.sfu if running is not None else None


def _arrived(person: Clinician) -> bool:
    """What is sent to the SFU arrives there."""
    call = person.state.call
    sent = [picture for picture in call.pictures if picture.peer_id == _sfu(person)]
    return [one.connected for one in sent] == [True]
