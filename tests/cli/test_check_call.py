"""`huizhen check-call`: every step has a verdict and words, and the exit status is their sum."""

import asyncio
import json
import os
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.people import PASSWORD, Town, make_valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def expert(server: ServerProcess) -> Iterator[str]:
    """The user name of somebody who may call, and is not signed in."""
    town = Town(server.url, ssl.create_default_context(cafile=str(server.ca)))
    someone = make_valley(town).expert
    someone.send("DELETE", "/v1/session")
    yield someone.username
    town.close()


async def check(*options: str, password: str = PASSWORD) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "check-call", *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HUIZHEN_PASSWORD": password},
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def steps(printed: str) -> dict[str, dict[str, Any]]:
    return {one["step"]: one for one in json.loads(printed)["steps"]}


def at(server: ServerProcess) -> tuple[str, ...]:
    return "--server", server.url, "--ca", str(server.ca), "--no-devices"


async def test_the_whole_way_to_the_server_is_checked(server: ServerProcess, expert: str) -> None:
    status, out, err = await check(*at(server), "--user", expert, "--json")
    assert status == 0, err
    found = steps(out)
    assert list(found) == ["server", "socket", "relay", "bandwidth"]
    assert found["server"]["verdict"] == found["socket"]["verdict"] == "good"
    assert found["relay"]["reason"] == "no-relay", "this server has none"
    assert found["bandwidth"]["figures"]["up_kbps"] > 500
    assert json.loads(out)["ok"] is True


async def test_without_a_name_the_way_alone_is_checked(server: ServerProcess) -> None:
    status, out, _ = await check(*at(server))
    assert status == 0
    assert "not checked: that needs a user name." in out
    assert out.splitlines()[-1] == "A call will work."


async def test_a_server_that_does_not_answer_fails_with_what_to_do(tmp_path: Path) -> None:
    status, out, _ = await check("--server", "https://127.0.0.1:9", "--no-devices", "--json")
    assert status == 1
    (found,) = steps(out).values()
    assert (found["step"], found["verdict"], found["reason"]) == ("server", "failed", "unreachable")
    assert "firewall" in found["words"]


async def test_a_refused_sign_in_is_one_step_and_the_way_is_checked_all_the_same(
    server: ServerProcess, expert: str
) -> None:
    asked = *at(server), "--user", expert, "--json"
    status, out, err = await check(*asked, password="wrong one")
    assert (status, err) == (1, "")
    found = steps(out)
    assert list(found) == ["sign-in", "server", "socket", "relay", "bandwidth"]
    assert (found["sign-in"]["verdict"], found["sign-in"]["reason"]) == ("failed", "refused")
    assert "check name and password" in found["sign-in"]["words"]
    assert found["socket"]["verdict"] == "good"


async def test_who_works_at_another_computer_is_told_to_sign_out_there(
    server: ServerProcess,
) -> None:
    context = ssl.create_default_context(cafile=str(server.ca))
    town = Town(server.url, context)
    doctor = make_valley(town).doctor
    async with signed_in(server.url, context, doctor.tokens.access_token):
        status, out, _ = await check(*at(server), "--user", doctor.username, "--json")
    town.close()
    assert status == 1
    assert steps(out)["sign-in"]["reason"] == "elsewhere"
    assert "sign out there first" in steps(out)["sign-in"]["words"]


async def test_a_server_of_another_ca_is_told_with_where_its_ca_is(
    server: ServerProcess, expert: str
) -> None:
    status, out, _ = await check("--server", server.url, "--no-devices", "--user", expert, "--json")
    assert status == 1
    (found,) = steps(out).values()
    assert (found["step"], found["reason"]) == ("server", "untrusted")
    assert "tls/ca.pem" in found["words"]


async def test_wrong_usage_is_told() -> None:
    assert (await check("--no-devices"))[0] == 2
    assert (await check("--server", "http://plain"))[0] == 2
