"""TURN with a real coturn: each way connects alone, in turn, and what is wrong is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.media.messages import PeerStatistics, RelayState, RelayTold
from tests.media.coturn import Coturn, coturn
from tests.media.two_ends import End, call

pytestmark = pytest.mark.live


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Coturn]:
    with coturn(tmp_path) as made:
        yield made


@pytest.fixture
async def ends() -> AsyncIterator[tuple[End, End]]:
    clinic, expert = End("clinic"), End("expert")
    yield clinic, expert
    await asyncio.gather(clinic.link.close(), expert.link.close())


def both_ways(peer: PeerStatistics) -> bool:
    return peer.frames_decoded > 10 and peer.audio_frames_received > 10 and peer.fps > 5


async def relay_is(end: End, state: RelayState) -> None:
    await end.until(RelayTold, lambda event: event.state is state)


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_two_who_may_only_use_the_relay_see_each_other(
    way: str, relay: Coturn, ends: tuple[End, End]
) -> None:
    await call(*ends, ice_servers=relay.servers(way), ice_transport_policy="relay")
    for end in ends:
        counted = await end.statistics(both_ways)
        assert counted.local_candidate == f"relay/{way}"
        assert counted.remote_candidate in ("relay", "prflx")
        await relay_is(end, RelayState.READY)


async def test_where_udp_is_blocked_the_next_way_is_taken(
    tmp_path: Path, ends: tuple[End, End]
) -> None:
    with coturn(tmp_path, "udp") as relay:
        servers = relay.servers("udp", "tcp", "tls")
        await call(*ends, ice_servers=servers, ice_transport_policy="relay")
        for end in ends:
            assert (await end.statistics(both_ways)).local_candidate == "relay/tcp"


async def test_direct_paths_come_first_where_they_are_allowed(
    relay: Coturn, ends: tuple[End, End]
) -> None:
    await call(*ends, ice_servers=relay.servers("udp"))
    for end in ends:
        counted = await end.statistics(both_ways)
        assert (counted.local_candidate, counted.remote_candidate) == ("host", "host")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({"secret": "another secret"}, RelayState.REFUSED),
        ({"valid_s": 60, "age_s": 120}, RelayState.REFUSED),
    ],
    ids=["wrong secret", "expired"],
)
async def test_credentials_that_are_not_taken_are_told_and_the_direct_call_goes_on(
    made: dict[str, object], why: RelayState, relay: Coturn, ends: tuple[End, End]
) -> None:
    servers = relay.servers("udp", **made)  # type: ignore[arg-type]  # one of its words
    await call(*ends, ice_servers=servers)
    for end in ends:
        await relay_is(end, why)
        assert (await end.statistics(both_ways)).local_candidate == "host"


async def test_a_relay_that_is_not_there_holds_nobody_up_and_is_told(
    relay: Coturn, ends: tuple[End, End]
) -> None:
    servers = relay.servers("udp")
    relay.kill()
    await call(*ends, ice_servers=servers)
    told = [event for event in ends[0].events if isinstance(event, RelayTold)]
    assert not told, "connected before the relay was given up"
    await relay_is(ends[0], RelayState.UNREACHABLE)


async def test_when_the_relay_goes_the_call_finds_its_way_back_to_the_next_one(
    tmp_path: Path, ends: tuple[End, End]
) -> None:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    with coturn(folders[0]) as first, coturn(folders[1]) as second:
        servers = (*first.servers("udp"), *second.servers("tcp"))
        await call(*ends, ice_servers=servers, ice_transport_policy="relay")
        for end in ends:
            assert (await end.statistics(both_ways)).local_candidate == "relay/udp"
        first.kill()
        for end in ends:
            counted = await end.statistics(lambda peer: peer.reconnects > 0 and peer.fps > 5)
            assert counted.local_candidate == "relay/tcp"
