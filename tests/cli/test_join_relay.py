"""`huizhen join` through a hospital's relay: what is used is told, and what is wrong with it."""

import asyncio
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_join import called_case, invite, join
from tests.media.coturn import SECRET, Coturn, coturn
from tests.server.people import ADMIN, PASSWORD, Town, make_valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = pytest.mark.live


@contextmanager
def server_with(relay: Coturn, folder: Path, secret: str, policy: str) -> Iterator[ServerProcess]:
    ca = folder / "relay-ca.pem"
    ca.write_text(relay.ca)
    process = ServerProcess(
        folder / "server",
        {
            "HUIZHEN_TURN_URLS": json.dumps([relay.url("udp"), relay.url("tls")]),
            "HUIZHEN_TURN_SECRET": secret,
            "HUIZHEN_TURN_CA": str(ca),
            "HUIZHEN_ICE_TRANSPORT_POLICY": policy,
        },
    )
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


async def two_guests(server: ServerProcess) -> list[tuple[int, dict[str, Any], str]]:
    context = ssl.create_default_context(cafile=str(server.ca))
    town = Town(server.url, context)
    valley = await asyncio.to_thread(make_valley, town)
    case_id = await asyncio.to_thread(called_case, valley)
    async with signed_in(town.url, context, valley.doctor.tokens.access_token) as clinic:
        await clinic.join(case_id)
        codes = [await asyncio.to_thread(invite, valley.doctor, case_id) for _ in range(2)]
        options = ("--ca", str(server.ca), "--seconds", "5")
        found = await asyncio.gather(*(join(code, server.url, *options) for code in codes))
    town.close()
    return list(found)


async def test_the_path_through_the_relay_is_told(tmp_path: Path) -> None:
    with coturn(tmp_path) as relay, server_with(relay, tmp_path, SECRET, "relay") as server:
        for status, found, error in await two_guests(server):
            assert (status, error) == (0, "")
            assert found["relay"] == "ready"
            assert found["relay_words"] == []
            assert all(path.startswith("relay/udp - ") for path in found["paths"])
            assert found["paths"]
        assert SECRET not in server.log()


async def test_a_refused_credential_is_a_line_that_names_the_mend(tmp_path: Path) -> None:
    with coturn(tmp_path) as relay, server_with(relay, tmp_path, "another", "all") as server:
        for status, found, error in await two_guests(server):
            assert (status, found["relay"], found["paths"]) == (0, "refused", ["host - host"])
            assert (
                "the relay refused our credentials: hospital IT must compare the secrets" in error
            )
            assert len(error.splitlines()) == 1
            assert found["relay_words"] == [error.removeprefix("huizhen join: ")]
