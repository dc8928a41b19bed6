"""A client of the server's WebSocket for tests."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode
from websockets.typing import Subprotocol

from protocol import paths
from protocol.base import new_id
from protocol.socket import SUBPROTOCOL

Frame = dict[str, Any]
PATIENCE_S = 10
UPGRADE = (
    f"GET {paths.SOCKET} HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
"""The request a client begins with, as bytes."""


class Line:
    """One open socket; frames that were not asked for yet are kept."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.kept: list[Frame] = []
        self.welcome: Frame = {}

    async def say(self, kind: str, /, **body: object) -> None:
        await self.connection.send(json.dumps({"type": kind, **body}, default=str))

    async def read(self) -> Frame:
        async with asyncio.timeout(PATIENCE_S):
            frame: Frame = json.loads(await self.connection.recv())
        return frame

    async def hear(self, kind: str, fits: Callable[[Frame], bool] = lambda _frame: True) -> Frame:
        """The next frame of a kind; others before it are kept."""
        for index, frame in enumerate(self.kept):
            if frame["type"] == kind and fits(frame):
                return self.kept.pop(index)
        while True:
            frame = await self.read()
            if frame["type"] == kind and fits(frame):
                return frame
            self.kept.append(frame)

    async def phase(self, phase: str) -> Frame:
        """The fact that a case is now in this phase."""
        return await self.hear(
            "consultation_changed", lambda frame: frame["consultation"]["phase"] == phase
        )

    async def join(self, case_id: str, seat: str | None = None) -> Frame:
        """Takes part in a call; `seat` is the peer id one had before a break."""
        ref = str(new_id())
        await self.say("join_call", ref=ref, consultation_id=case_id, seat=seat)
        frame = await self.hear("call_joined", lambda frame: frame["ref"] == ref)
        joined: Frame = frame["joined"]
        return joined

    async def break_off(self) -> None:
        """The line is cut; nobody says goodbye."""
        self.connection.transport.abort()
        await self.connection.wait_closed()

    async def quiet(self) -> list[Frame]:
        """Everything the server had to say before it answers a ping."""
        await self.say("ping", sent_ms=1)
        await self.hear("pong")
        kept, self.kept = self.kept, []
        return kept


def frame(body: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    """One frame as a client sends it."""
    return WireFrame(opcode, body, fin).serialize(mask=True)


def socket_url(url: str) -> str:
    return url.replace("https", "wss", 1) + paths.SOCKET


@asynccontextmanager
async def line(url: str, context: ssl.SSLContext) -> AsyncIterator[Line]:
    """An open socket that has not said hello."""
    async with connect(
        socket_url(url),
        ssl=context,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        proxy=None,
        max_size=None,
    ) as connection:
        yield Line(connection)


@asynccontextmanager
async def signed_in(
    url: str, context: ssl.SSLContext, token: str, last_seq: int = 0
) -> AsyncIterator[Line]:
    """An open socket that was welcomed."""
    async with line(url, context) as opened:
        await opened.say("hello", access_token=token, last_seq=last_seq)
        opened.welcome = await opened.hear("welcome")
        yield opened
