"""A call of three at the real program: its media process is killed, then its server."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.session.call import CallPhase
from protocol import paths
from protocol.call import SeatState
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.edge import town_of
from tests.server.people import ADMIN, PASSWORD, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess

pytestmark = [
    pytest.mark.live,
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX"),
]
GUESTS = ("周女士", "周先生")


class Guest:
    """`huizhen join` in a process of its own, sending a film."""

    def __init__(self, code: str, server: ServerProcess, film: Path) -> None:
        argv = [sys.executable, "-m", "app", "join", code, "--server", server.url, "--json"]
        self._process = subprocess.Popen(
            [*argv, "--ca", str(server.ca), "--seconds", "600", "--source", str(film)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    async def result(self) -> dict[str, Any]:
        """It leaves; what it found."""
        self._process.terminate()
        out, err = await asyncio.to_thread(self._process.communicate)
        assert self._process.returncode == 0, err
        found: dict[str, Any] = json.loads(out)
        return found

    def complaint(self) -> str:
        """What it said before it ended by itself; nothing while it runs."""
        if self._process.poll() is None:
            return ""
        return f"exit {self._process.returncode}: {self._process.communicate()[1]}"

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=20)


def case_to_call_about(valley: Valley) -> str:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).status_code == 200
    return case_id


async def three_in_a_call(
    person: Clinician, server: ServerProcess, valley: Valley, film: Path
) -> list[Guest]:
    """The doctor at the desk and two guests, everybody seen by everybody."""
    case_id = await asyncio.to_thread(case_to_call_about, valley)
    await person.sign_in(server.url, valley.doctor.username)
    await person.open_case(case_id)
    await person.click("joinCall")
    await person.until(lambda: person.state.call.phase is CallPhase.IN, "the call")
    guests = []
    for name in GUESTS:
        invited = await asyncio.to_thread(
            valley.doctor.send,
            "POST",
            paths.INVITATIONS,
            {"display_name": name},
            consultation_id=case_id,
        )
        guests.append(Guest(invited.json()["code"], server, film))
    await person.until(
        lambda: seen(person) == 2,
        "both guests' pictures",
        lambda: (person.state.call, [guest.complaint() for guest in guests], server.log()),
    )
    return guests


def seen(person: Clinician, more_than: int = 5) -> int:
    """How many guests' pictures move."""
    return sum(
        picture.connected and picture.frames_received > more_than and picture.frames_per_second > 0
        for picture in person.state.call.pictures
    )


def seats_taken(person: Clinician) -> int:
    """How many the server holds for present."""
    call = person.state.call.running
    assert call is not None
    return sum(one.state is SeatState.HERE for one in call.participants)


def frames(person: Clinician) -> int:
    return sum(picture.frames_received for picture in person.state.call.pictures)


@pytest.mark.allow_logs("the media process is killed on purpose")
def test_a_killed_media_process_comes_back_into_a_call_of_three(
    at_desk: Play, server: ServerProcess, valley: Valley, film: Path
) -> None:
    async def part(person: Clinician) -> None:
        guests = await three_in_a_call(person, server, valley, film)
        try:
            seat = person.state.call.own_peer
            pid = person.desk.call.media.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await person.read("Reconnecting…")
            await person.until(lambda: seen(person) == 2, "both pictures again")
            assert person.state.call.own_peer == seat
            assert person.desk.call.media.pid != pid
            for found in await asyncio.gather(*(guest.result() for guest in guests)):
                again = {peer["peer_id"]: peer["reconnects"] for peer in found["peers"]}
                assert again.pop(str(seat)) == 1
                assert list(again.values()) == [0], "the other guest is not disturbed"
                assert found["failures"] == []
        finally:
            for guest in guests:
                guest.end()

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("the media process is stopped on purpose")
def test_a_media_process_that_stands_still_is_no_still_face(
    at_desk: Play, server: ServerProcess, valley: Valley, film: Path
) -> None:
    async def part(person: Clinician) -> None:
        guests = await three_in_a_call(person, server, valley, film)
        try:
            seat = person.state.call.own_peer
            pid = person.desk.call.media.pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
            await person.read("Reconnecting…")
            assert person.desk.call.media.pid == pid, "said before anything is done about it"
            assert "kbit/s" not in person.screen(), "no figures of a picture that stands"
            await person.until(lambda: seen(person) == 2, "both pictures again")
            assert person.state.call.own_peer == seat
            assert person.desk.call.media.pid != pid
            assert "Reconnecting…" not in person.screen()
        finally:
            for guest in guests:
                guest.end()

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("the server is killed on purpose")
def test_a_killed_server_takes_no_picture_away(at_desk: Play, tmp_path: Path, film: Path) -> None:
    server = ServerProcess(tmp_path / "fragile")
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server, closing(town_of(server)) as town:
        valley = make_valley(town)

        async def part(person: Clinician) -> None:
            guests = await three_in_a_call(person, server, valley, film)
            try:
                before = person.state.call
                await asyncio.to_thread(server.kill)
                await person.read("The line to the server is broken")
                had = frames(person)
                await person.until(lambda: frames(person) > had + 20, "pictures without a server")
                await asyncio.to_thread(server.start)
                await person.until(lambda: not person.state.call.server_away, "the server")
                assert person.state.call.own_peer == before.own_peer
                had = frames(person)
                await person.until(lambda: frames(person) > had + 20, "pictures afterwards")
                assert person.state.call.phase is CallPhase.IN
                await person.until(lambda: seats_taken(person) == 3, "the guests in their seats")
                for found in await asyncio.gather(*(guest.result() for guest in guests)):
                    assert found["server_reconnects"] == 1
                    assert found["failures"] == []
            finally:
                for guest in guests:
                    guest.end()

        at_desk({server.url: server.ca}, part)
