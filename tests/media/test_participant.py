"""A windowless participant takes part in a call like any other."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.media.equipment import DeviceSource
from app.media.messages import (
    AddPeer,
    ConnectionState,
    MediaKind,
    PeerCommand,
    PeerStatistics,
    Role,
)
from app.media.participant import ParticipantStatistics, SecondOfCall, run_participant
from app.media.signals import command_of
from protocol.call import Signal

pytestmark = pytest.mark.live


class Wire:
    """Signalling between participants in one process."""

    def __init__(self, name: str, others: dict[str, "Wire"]) -> None:
        self.name = name
        self._others = others
        self.inbox: asyncio.Queue[PeerCommand] = asyncio.Queue()
        others[name] = self

    async def send(self, peer_id: str, signal: Signal) -> None:
        self._others[peer_id].inbox.put_nowait(command_of(self.name, signal))

    async def incoming(self) -> AsyncIterator[PeerCommand]:
        while True:
            yield await self.inbox.get()

    def network_changed(self, addresses: tuple[str, ...]) -> None:
        """There is no line that could be lost."""

    def doubtful(self) -> None:
        """There is no line that could be lost."""


async def test_two_participants_exchange_pictures_and_sound() -> None:
    wires: dict[str, Wire] = {}
    first, second = Wire("first", wires), Wire("second", wires)
    first.inbox.put_nowait(AddPeer(peer_id="second", role=Role.ANSWERER))
    second.inbox.put_nowait(AddPeer(peer_id="first", role=Role.OFFERER))
    results = await asyncio.gather(
        run_participant(first, seconds=4), run_participant(second, seconds=4)
    )
    for result in results:
        assert result.connected
        assert not result.failures
        (peer,) = result.peers
        assert peer.frames_decoded > 5
        assert peer.audio_frames_received > 10


async def test_a_participant_that_meets_nobody_says_so_and_what_it_sent_instead() -> None:
    alone = await run_participant(Wire("alone", {}), DeviceSource(), patience=0.05)
    assert not alone.connected
    assert alone.peers == ()
    assert set(alone.fallbacks) == set(MediaKind)


class BrokenWire(Wire):
    """The server went away."""

    async def incoming(self) -> AsyncIterator[PeerCommand]:
        if not self.inbox.empty():
            yield self.inbox.get_nowait()
        raise ConnectionResetError


async def test_lost_signalling_is_the_callers_to_explain() -> None:
    with pytest.raises(ConnectionResetError):
        await run_participant(BrokenWire("alone", {}), seconds=60)


def test_a_path_is_told_after_the_peer_has_left() -> None:
    before = PeerStatistics(
        peer_id="clinic",
        state=ConnectionState.CONNECTED,
        fps=24.0,
        local_candidate="host",
        remote_candidate="relay/udp",
    )
    gone = PeerStatistics(peer_id="clinic", state=ConnectionState.CLOSED)
    found = ParticipantStatistics(
        connected=True,
        seconds=2.0,
        peers=(gone,),
        fallbacks=(),
        failures=(),
        each_second=(SecondOfCall(at=0.0, peers=(before,)), SecondOfCall(at=1.0, peers=(gone,))),
    )
    assert found.used_paths() == {"host - relay/udp"}
