"""Who passes the SFU gets what the others send, whatever happens while it is being arranged."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from protocol.base import new_id
from protocol.call import PeerId, RenewRequest, SessionDescription, Signal
from server.api.sfu.errors import SfuAway
from server.api.sfu.forwarding import Forwarding, RoomKey
from server.api.sfu.janus import Body, Handle, Heard, JanusLine

OFFER = SessionDescription(type="offer", sdp="v=0\r\ns=-\r\n", attempt=1)


class SlowJanus:
    """Answers every request, a subscription when it is let; connections are up at once."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.may_subscribe = asyncio.Event()
        self.asked = asyncio.Event()
        self.fails: list[Exception] = []
        self.may_subscribe.set()

    async def attach(self, heard: Heard) -> Handle:
        return cast(Handle, SlowHandle(self, heard))


class SlowHandle:
    def __init__(self, janus: SlowJanus, heard: Heard) -> None:
        self._janus = janus
        self._heard = heard

    async def request(self, request: str, _jsep: Body | None = None, **_more: object) -> Body:
        if request == "joinandconfigure":
            asyncio.get_running_loop().call_soon(self._heard, {"janus": "webrtcup"})
            return {"jsep": {"type": "answer", "sdp": OFFER.sdp}}
        if request == "join":
            self._janus.asked.set()
            await self._janus.may_subscribe.wait()
            if self._janus.fails:
                raise self._janus.fails.pop()
            return {"jsep": {"type": "offer", "sdp": OFFER.sdp}}
        return {}

    async def detach(self) -> None:
        """Nothing is held."""


class Call:
    """A call on the SFU, and what was said to whom in whose name."""

    def __init__(self) -> None:
        self.janus = SlowJanus()
        self.offered: set[tuple[PeerId, PeerId]] = set()
        rooms: Any = SlowHandle(self.janus, lambda _said: None)
        key = RoomKey(1, "secret", "pin")
        self.forwarding = Forwarding(cast(JanusLine, self.janus), rooms, key, self._say)

    def _say(self, to: PeerId, sender: PeerId, signal: Signal) -> None:
        if isinstance(signal, SessionDescription) and signal.type == "offer":
            self.offered.add((to, sender))

    def sends(self, peer: PeerId) -> None:
        self.forwarding.heard(peer, self.forwarding.peer_id, OFFER)

    def asks(self, peer: PeerId, whom: PeerId) -> None:
        self.forwarding.heard(peer, whom, RenewRequest())

    async def settled(self) -> None:
        """Until nothing more happens by itself."""
        for _ in range(100):
            await asyncio.sleep(0)


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    made = Call()
    yield made
    made.janus.may_subscribe.set()
    await made.forwarding.close()


async def test_each_is_offered_what_every_other_sends(call: Call) -> None:
    everybody = [new_id() for _ in range(5)]
    for one in everybody:
        call.sends(one)
    await call.settled()
    assert call.offered == {(a, b) for a in everybody for b in everybody if a != b}


async def test_who_comes_while_others_are_being_shown_to_somebody_is_shown_too(call: Call) -> None:
    first, second, third = new_id(), new_id(), new_id()
    call.sends(first)
    await call.settled()
    call.janus.may_subscribe.clear()
    call.sends(second)
    await call.janus.asked.wait()
    call.sends(third)
    await call.settled()
    call.janus.may_subscribe.set()
    await call.settled()
    assert (second, first) in call.offered
    assert (second, third) in call.offered
    call.offered.clear()
    call.asks(second, third)
    await call.settled()
    assert call.offered == {(second, third)}


@pytest.mark.parametrize("error", [SfuAway("no answer"), KeyError("jsep")])
async def test_what_fails_once_is_had_when_it_is_asked_for_again(
    call: Call, error: Exception
) -> None:
    first, second = new_id(), new_id()
    call.sends(first)
    await call.settled()
    call.janus.fails.append(error)
    call.sends(second)
    await call.settled()
    assert (second, first) not in call.offered
    call.asks(second, first)
    await call.settled()
    assert (second, first) in call.offered
