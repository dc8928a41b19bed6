"""Our server and Debian's Janus: rooms, refusals, and an SFU that is not there."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from protocol.base import new_id
from protocol.call import PeerId, Signal
from server.api.sfu.errors import SfuAway, SfuRefused
from server.api.sfu.forwarding import Forwarding
from server.api.sfu.sfu import Sfu, SfuPlace
from server.setting_values import SettingsError
from server.settings import load_settings
from tests.bench.processes import free_port
from tests.media.janus import ADMIN_KEY, API_SECRET, Janus, janus
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess
from tests.server.sockets import Line, signed_in
from tests.server.test_call_seats import read_by_expert

KEY = b"of this server"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Janus is of Debian")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Janus]:
    with janus(tmp_path_factory.mktemp("janus")) as made:
        yield made


@asynccontextmanager
async def sfu_at(
    port: int, *, api_secret: str = API_SECRET, admin_key: str = ADMIN_KEY
) -> AsyncIterator[Sfu]:
    url = f"ws://127.0.0.1:{port}"
    made = Sfu(SfuPlace(url, api_secret, admin_key, used_from=5, kbps=1000), KEY)
    try:
        yield made
    finally:
        await made.close()


def unheard(_to: PeerId, _sender: PeerId, _signal: Signal) -> None:
    raise AssertionError("nobody has said anything")


def not_lost(_forwarding: Forwarding) -> None:
    raise AssertionError("the SFU is there")


async def test_each_call_has_a_private_room_with_a_pin_that_goes_with_it(running: Janus) -> None:
    async with sfu_at(running.port) as sfu:
        first, second = [await sfu.open(new_id(), unheard, not_lost) for _ in range(2)]
        rooms = await running.rooms()
        assert len({room["room"] for room in rooms}) == 2
        for room in rooms:
            assert (room["is_private"], room["pin_required"]) == (True, True)
            assert (room["bitrate"], room["record"]) == (1_000_000, False)
        assert first.peer_id != second.peer_id
        await sfu.end(first)
        assert len(await running.rooms()) == 1
    assert await running.rooms() == []


async def test_the_room_a_killed_server_left_behind_is_made_anew(running: Janus) -> None:
    call = new_id()
    async with sfu_at(running.port) as killed, sfu_at(running.port) as restarted:
        await killed.open(call, unheard, not_lost)
        await restarted.open(call, unheard, not_lost)
        assert len(await running.rooms()) == 1


@pytest.mark.parametrize("wrong", ["api_secret", "admin_key"])
async def test_a_secret_that_is_not_the_sfus_is_refused(running: Janus, wrong: str) -> None:
    async with sfu_at(running.port, **{wrong: "another"}) as sfu:
        with pytest.raises(SfuRefused, match="nauthorized"):
            await sfu.open(new_id(), unheard, not_lost)
    assert await running.rooms() == []


async def test_an_sfu_that_is_not_there_is_said_to_be_away() -> None:
    async with sfu_at(free_port()) as sfu:
        with pytest.raises(SfuAway, match="cannot be reached"):
            await sfu.open(new_id(), unheard, not_lost)


async def test_a_killed_sfu_is_noticed_at_once_and_used_again_when_it_is_back(
    running: Janus,
) -> None:
    told: asyncio.Queue[Forwarding] = asyncio.Queue()
    async with sfu_at(running.port) as sfu:
        call = new_id()
        before = await sfu.open(call, unheard, told.put_nowait)
        await asyncio.to_thread(running.kill)
        async with asyncio.timeout(5):
            assert await told.get() is before
        await before.close()
        await asyncio.to_thread(running.start)
        again = await sfu.open(call, unheard, not_lost)
        assert again is not before
        assert len(await running.rooms()) == 1


async def test_an_sfu_that_hangs_is_given_up(running: Janus) -> None:
    told: asyncio.Queue[Forwarding] = asyncio.Queue()
    async with sfu_at(running.port) as sfu:
        before = await sfu.open(new_id(), unheard, told.put_nowait)
        with running.hanging():
            async with asyncio.timeout(30):
                assert await told.get() is before
    await running.emptied()


# --- the server's calls ---------------------------------------------------------------------


async def five_seats(valley: Valley, case_id: str, lines: list[Line]) -> list[str]:
    """The doctor's and the expert's first; the same two people on further devices follow."""
    return [(await line.join(case_id))["peer_id"] for line in lines]


@asynccontextmanager
async def five_lines(valley: Valley, context: ssl.SSLContext) -> AsyncIterator[list[Line]]:
    tokens = [
        someone.tokens.access_token
        for someone in (valley.doctor, valley.expert, valley.doctor, valley.expert, valley.doctor)
    ]
    url = valley.town.url
    async with (
        signed_in(url, context, tokens[0]) as first,
        signed_in(url, context, tokens[1]) as second,
        signed_in(url, context, tokens[2]) as third,
        signed_in(url, context, tokens[3]) as fourth,
        signed_in(url, context, tokens[4]) as fifth,
    ):
        yield [first, second, third, fourth, fifth]


async def test_without_an_sfu_a_call_of_five_is_a_mesh(
    valley: Valley, context: ssl.SSLContext
) -> None:
    case_id = read_by_expert(valley)
    async with five_lines(valley, context) as lines:
        seats = await five_seats(valley, case_id, lines)
        offer = {"kind": "description", "type": "offer", "sdp": "v=0", "attempt": 1}
        await lines[4].say("send_signal", consultation_id=case_id, to=seats[0], signal=offer)
        heard = await lines[0].hear("signal_received")
        assert (heard["sender"], heard["signal"]) == (seats[4], offer)
        told = [one["call"] for one in await lines[0].quiet() if one["type"] == "call_changed"]
        assert {(one["sfu"], one["sfu_away"]) for one in told} == {(None, False)}


async def test_an_sfu_that_does_not_answer_is_told_and_the_mesh_goes_on(tmp_path: Path) -> None:
    settings = {
        "HUIZHEN_SFU_URL": f"ws://127.0.0.1:{free_port()}",
        "HUIZHEN_SFU_API_SECRET": "a",
        "HUIZHEN_SFU_ADMIN_KEY": "b",
    }
    async with own_town(tmp_path, settings) as (server, valley, context):
        case_id = read_by_expert(valley)
        async with five_lines(valley, context) as lines:
            seats = await five_seats(valley, case_id, lines)
            fact = await lines[0].hear("call_changed", lambda frame: frame["call"]["sfu_away"])
            assert fact["call"]["sfu"] is None
            await lines[3].say(
                "send_signal", consultation_id=case_id, to=seats[0], signal={"kind": "renew"}
            )
            assert (await lines[0].hear("signal_received"))["sender"] == seats[3]
            await lines[4].say("leave_call", consultation_id=case_id)
            small = await lines[0].hear(
                "call_changed",
                lambda frame: (
                    not frame["call"]["sfu_away"] and len(frame["call"]["participants"]) == 4
                ),
            )
            assert small["call"]["sfu"] is None, "four need none"
        assert "sfu.away" in server.log()


@asynccontextmanager
async def own_town(
    folder: Path, settings: dict[str, str]
) -> AsyncIterator[tuple[ServerProcess, Valley, ssl.SSLContext]]:
    server = ServerProcess(folder, settings)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        context = ssl.create_default_context(cafile=str(server.ca))
        town = Town(server.url, context)
        yield server, make_valley(town), context
        town.close()


def test_an_sfu_needs_its_secrets() -> None:
    with pytest.raises(SettingsError, match="SFU_URL needs HUIZHEN_SFU_API_SECRET"):
        load_settings(sfu_url="ws://127.0.0.1:8188", sfu_api_secret="a")


@pytest.mark.parametrize("url", ["http://sfu:8088/janus", "sfu:8188", "ws://", "ws://a b"])
def test_an_address_that_is_no_websocket_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="SFU_URL"):
        load_settings(sfu_url=url, sfu_api_secret="a", sfu_admin_key="b")
