"""`huizhen join`: an invitation opens one call once, and every failure is one clear line."""

import asyncio
import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol import paths
from tests.server.invitations import CONSENT
from tests.server.people import Someone, Town, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = pytest.mark.live
UNUSED = "a" * 43


@pytest.fixture(scope="module")
def context(server: ServerProcess) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.ca))


@pytest.fixture(scope="module")
def town(server: ServerProcess, context: ssl.SSLContext) -> Iterator[Town]:
    made = Town(server.url, context)
    yield made
    made.close()


def called_case(valley: Valley) -> str:
    case_id = submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).status_code == 200
    return case_id


def invite(someone: Someone, case_id: str, name: str = "周女士") -> str:
    body = {"display_name": name, "kind": "patient", "valid_minutes": 5}
    answer = someone.send("POST", paths.INVITATIONS, body, consultation_id=case_id)
    assert answer.is_success, answer.text
    return str(answer.json()["code"])


async def join(
    code: str, server: str, *options: str, json_: bool = True
) -> tuple[int, dict[str, Any], str]:
    """Runs the command; answers its status, its JSON and its standard error."""
    arguments = ["join", code, "--server", server, *options, *(["--json"] if json_ else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(90):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, json.loads(out) if out else {}, err.decode().strip()


async def test_two_participants_see_and_hear_each_other(
    server: ServerProcess, town: Town, context: ssl.SSLContext
) -> None:
    valley = await asyncio.to_thread(make_valley, town)
    case_id = await asyncio.to_thread(called_case, valley)
    token = valley.doctor.tokens.access_token
    ca = ("--ca", str(server.ca))
    async with signed_in(town.url, context, token) as clinic:
        await clinic.join(case_id)
        codes = [await asyncio.to_thread(invite, valley.doctor, case_id) for _ in range(2)]
        ends = await asyncio.gather(
            join(codes[0], server.url, *ca, "--seconds", "6"),
            join(f"{server.url}/join#{codes[1]}", server.url, *ca, "--seconds", "9"),
        )
        # Guests leave their seats: the clinic is alone again.
        await clinic.hear("call_changed", lambda frame: len(frame["call"]["participants"]) == 1)
    for status, found, error in ends:
        assert (status, error) == (0, "")
        assert found["ok"]
        assert found["frames_sent"] > 10
        assert found["frames_received"] > 10
        assert found["audio_frames_received"] > 50
        assert found["failures"] == []
        seconds = [second for second in found["each_second"] if second["peers"]]
        assert len(seconds) >= 3
        measured = {"frames_sent", "frames_received", "frames_decoded", "freezes", "rung"}
        measured |= {"audio_slots", "audio_concealed", "bitrate_out_bps", "rtt_ms", "lost_out"}
        assert measured | {"queue_ms"} <= set(seconds[0]["peers"][0])
        assert [second["at"] for second in seconds] == sorted(one["at"] for one in seconds)
    left_first = ends[0][1]
    assert left_first["kbit_s_in"] > 50
    assert left_first["kbit_s_out"] > 50


async def test_an_invitation_is_good_for_one_use(
    server: ServerProcess, town: Town, context: ssl.SSLContext
) -> None:
    valley = await asyncio.to_thread(make_valley, town)
    case_id = await asyncio.to_thread(called_case, valley)
    token = valley.doctor.tokens.access_token
    async with signed_in(town.url, context, token) as clinic:
        await clinic.join(case_id)
        code = await asyncio.to_thread(invite, valley.doctor, case_id)
        body = {"code": code, "consent": CONSENT}
        answer = await asyncio.to_thread(valley.doctor.send, "POST", paths.REDEEM, body)
        assert answer.is_success
        status, found, error = await join(code, server.url, "--ca", str(server.ca))
    assert (status, found) == (1, {})
    assert error == (
        "huizhen join: the invitation is used, too old, or its call has ended: ask for a new one"
    )


async def test_a_server_with_an_unknown_certificate_is_not_spoken_to(
    server: ServerProcess,
) -> None:
    status, _, error = await join(UNUSED, server.url)
    assert status == 1
    assert error.startswith("huizhen join: the server's certificate is not trusted")
    assert "--ca FILE" in error
    assert len(error.splitlines()) == 1


async def test_a_server_that_is_not_there_is_said_in_one_line(server: ServerProcess) -> None:
    status, _, error = await join(UNUSED, "https://127.0.0.1:9", "--ca", str(server.ca))
    assert (status, error) == (
        1,
        "huizhen join: the server cannot be reached: check --server and the network",
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ("short", "--server", "https://127.0.0.1:9"),
            "CODE is no invitation: copy it, or its link, whole",
        ),
        ((UNUSED, "--server", "http://127.0.0.1"), "--server must start with https://"),
        (
            (UNUSED, "--server", "https://127.0.0.1:9", "--source", "no-such-file.mp4"),
            "--source: there is no such file",
        ),
        (
            (UNUSED, "--server", "https://127.0.0.1:9", "--seconds", "0"),
            "--seconds must be a number above 0",
        ),
        (
            (UNUSED, "--server", "https://127.0.0.1:9", "--seconds", "inf"),
            "--seconds must be a number above 0",
        ),
        (
            (UNUSED, "--server", "https://127.0.0.1:9", "--source", "{no_pem}"),
            "--source: the file holds neither pictures nor sound",
        ),
        (
            (UNUSED, "--server", "https://127.0.0.1:9", "--ca", "{no_pem}"),
            "--ca: this file holds no certificate in PEM that can be read",
        ),
    ],
)
async def test_wrong_arguments_are_said_before_anything_is_sent(
    options: tuple[str, ...],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from app.__main__ import main

    no_pem = tmp_path / "ca.pem"
    no_pem.write_text("nothing")
    arguments = [option.format(no_pem=no_pem) for option in options]
    assert await asyncio.to_thread(main, ["join", *arguments]) == 2
    assert capsys.readouterr().err.strip() == f"huizhen join: {says}"
