"""The call check asks a real coturn as a call would, and tells what is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.media.messages import RelayState
from app.media.relay_check import ask_relays
from app.media.relays import PATIENCE_S
from protocol.call import IceServer
from tests.media.coturn import Coturn, coturn

pytestmark = pytest.mark.live


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Coturn]:
    with coturn(tmp_path) as made:
        yield made


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_the_way_over_which_the_relay_answers_is_told(
    way: str, relay: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PATIENCE_S, way, 20.0)
    told = await ask_relays(relay.servers(way), "all")
    assert (told.state, told.way) == (RelayState.READY, way)


async def test_another_secret_is_told_as_refused(relay: Coturn) -> None:
    told = await ask_relays(relay.servers("udp", secret="another"), "all")
    assert told.state is RelayState.REFUSED


async def test_a_relay_that_is_gone_is_told(relay: Coturn) -> None:
    relay.kill()
    told = await ask_relays(relay.servers("tcp"), "all")
    assert told.state is RelayState.UNREACHABLE


async def test_a_stun_server_that_answers_is_told(relay: Coturn) -> None:
    server = IceServer(urls=(f"stun:127.0.0.1:{relay.port}",))
    assert (await ask_relays((server,), "all")).stun is True


async def test_without_any_server_there_is_nothing_to_ask() -> None:
    told = await ask_relays((), "all")
    assert (told.state, told.stun) == (RelayState.NONE, None)
