"""A guest at the page, and doctors at real media processes in the same call of a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal
from uuid import UUID

from app.cli.signalling import SocketSignalling
from app.media.messages import GeneratedSource, PeerStatistics, StartCall, Statistics
from app.media.signal_messages import LocalSignal
from app.media.signals import signal_of
from app.net.connection import Connection
from app.net.trust import pin_of
from protocol import paths
from protocol.base import new_id
from protocol.call import CallTicket
from protocol.socket import ClientMessage
from tests.live.browsers import Browser
from tests.media.two_ends import End
from tests.server.people import Someone
from tests.server.process import ServerProcess

Codec = Literal["VP8", "H264"]
LOOK_S = 0.25
PATIENCE_S = 90.0
COUNT = """
Promise.all(connections.filter(one => one.connectionState === 'connected').map(async (one) => {
  const found = [...(await one.getStats()).values()];
  const of = (type, kind) => found.find(each => each.type === type && each.kind === kind) ?? {};
  const codec = (way) => found.find(each => each.id === of(way, 'video').codecId)?.mimeType ?? '';
  return {
    frames: of('inbound-rtp', 'video').framesDecoded ?? 0,
    energy: of('inbound-rtp', 'audio').totalAudioEnergy ?? 0,
    heard: of('inbound-rtp', 'audio').packetsReceived ?? 0,
    sent: of('outbound-rtp', 'video').framesEncoded ?? 0,
    codec: codec('inbound-rtp'),
    sends: codec('outbound-rtp'),
  };
}))
"""


class Guest:
    """Reads the page and taps on it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def open(self, address: str) -> None:
        await asyncio.to_thread(self.browser.open, address)

    async def evaluate(self, expression: str) -> Any:
        return await asyncio.to_thread(self.browser.evaluate, expression)

    async def until(self, expression: str, what: str) -> Any:
        """The first true value of an expression."""
        ends = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            found = await self.evaluate(expression)
            if found:
                return found
            if asyncio.get_running_loop().time() > ends:
                page = await self.text()
                raise AssertionError(f"waited in vain for {what}; on the page:\n{page}")
            await asyncio.sleep(LOOK_S)

    async def text(self) -> str:
        return str(await self.evaluate("document.body.innerText"))

    async def read(self, words: str) -> None:
        await self.until(f"document.body.innerText.includes({json.dumps(words)})", repr(words))

    async def tap(self, id_: str) -> None:
        """Where a finger would, when it can be seen."""
        where = f"""
        (() => {{
          const element = document.getElementById({json.dumps(id_)});
          element?.scrollIntoView({{block: 'center'}});
          const box = element?.getBoundingClientRect();
          const seen = box && box.width > 0;
          return seen && {{x: box.x + box.width / 2, y: box.y + box.height / 2}};
        }})()"""
        at = await self.until(where, f"the button {id_}")
        await asyncio.to_thread(self.browser.tap, at["x"], at["y"])

    async def join(self, button: str = "joinBoth") -> None:
        await self.tap("consent")
        await self.tap(button)

    async def counted(self, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """What its connections have counted, once it fits."""
        ends = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            found: list[dict[str, Any]] = await self.evaluate(COUNT)
            if fits(found):
                return found
            if asyncio.get_running_loop().time() > ends:
                raise AssertionError(f"the guest counted {found}; {await self.text()}")
            await asyncio.sleep(LOOK_S)

    async def violations(self) -> list[str]:
        found: list[str] = await self.evaluate("stopped")
        return found


class Doctor(End):
    """A desktop's media process, with the signalling of the product's own participant."""

    def __init__(self, signalling: SocketSignalling) -> None:
        super().__init__("doctor")
        self._signalling = signalling
        self._outgoing: asyncio.Queue[LocalSignal] = asyncio.Queue()
        self.deliver = self._outgoing.put_nowait

    async def take_part(self, codec: Codec | None) -> None:
        """Until cancelled."""
        await self.link.start()
        joined = await self._signalling.join()
        source = GeneratedSource()
        self.link.send(
            StartCall(
                ice_servers=joined.ice_servers,
                video=source,
                audio=source,
                play_audio=False,
                codec=codec,
            )
        )
        async with asyncio.TaskGroup() as both:
            both.create_task(self._send())
            both.create_task(self._receive())

    async def say(self, message: ClientMessage) -> None:
        """On the socket of its seat."""
        await self._signalling._socket.send(message)

    async def _send(self) -> None:
        while True:
            event = await self._outgoing.get()
            await self._signalling.send(event.peer_id, signal_of(event))

    async def _receive(self) -> None:
        async for command in self._signalling.incoming():
            self.link.send(command)

    async def meets(self, *whats: Callable[[PeerStatistics], bool]) -> tuple[PeerStatistics, ...]:
        """The first statistics of as many peers as there are conditions, all of them fulfilled."""

        def fits(event: Statistics) -> bool:
            return len(event.peers) == len(whats) and all(
                what(peer) for what, peer in zip(whats, event.peers, strict=True)
            )

        async with asyncio.timeout(PATIENCE_S):
            return (await self.until(Statistics, fits, after=len(self.events))).peers


@asynccontextmanager
async def doctor_in_call(
    server: ServerProcess, who: Someone, case_id: str, codec: Codec | None = None
) -> AsyncIterator[Doctor]:
    """Somebody who treats sits in the call with generated picture and sound."""
    tokens = who.tokens
    ticket = CallTicket(
        access_token=tokens.access_token,
        access_expires_at=tokens.access_expires_at,
        consultation_id=UUID(case_id),
        call_id=new_id(),
        display_name=tokens.account.display_name,
    )
    connection = Connection(server.url, pin_of(server.ca.read_text("ascii")))
    signalling = SocketSignalling(connection, ticket)
    doctor = Doctor(signalling)
    part = asyncio.create_task(doctor.take_part(codec))
    try:
        await _running(who, case_id, part)
        yield doctor
    finally:
        part.cancel()
        await asyncio.gather(part, return_exceptions=True)
        await signalling.leave()
        await doctor.link.close()
        await connection.close()


async def _running(who: Someone, case_id: str, part: "asyncio.Task[None]") -> None:
    """Waits until this doctor sits in the call."""
    while not part.done():
        answer = await asyncio.to_thread(who.send, "GET", paths.CALL, None, consultation_id=case_id)
        if answer.is_success and any(
            one["account_id"] == str(who.id) for one in answer.json()["participants"]
        ):
            return
        await asyncio.sleep(LOOK_S)
    await part


def sees_and_hears(peer: PeerStatistics) -> bool:
    return peer.frames_decoded > 20 and peer.audio_frames_received > 50


def link_to(server: ServerProcess, who: Someone, case_id: str, **more: object) -> str:
    """A guest's link, made as the desktop makes it."""
    body = {"display_name": "周女士", "kind": "patient", **more}
    answer = who.send("POST", paths.INVITATIONS, body, consultation_id=case_id)
    assert answer.status_code == 201, answer.text
    return f"{server.url}{paths.JOIN}#{answer.json()['code']}"


__all__ = ["Doctor", "Guest", "doctor_in_call", "link_to", "sees_and_hears"]
