"""A load generator for WebSocket relays: thin clients on asyncio protocols, over TLS.

A call is two clients that send one another the same prepared frame again and again. A relay keeps
the order on a connection, so a message's way is timed by a queue of sending times; what comes
must equal the expected frame byte for byte.
"""

import asyncio
import base64
import json
import os
import ssl
import time
from array import array
from collections import deque
from collections.abc import Sequence
from typing import Any, cast

from protocol import paths
from protocol.socket import SUBPROTOCOL
from tests.bench.errors import BenchFailed

PATIENCE_S = 30
_TEXT, _PING, _PONG = 0x81, 0x89, 0x8A


def client_frame(text: str) -> bytes:
    """One masked text frame (RFC 6455 5.2); the mask of zeros costs a server the same."""
    body = text.encode()
    if len(body) < 126:
        head = bytes([_TEXT, 0x80 | len(body)])
    else:
        head = bytes([_TEXT, 0x80 | 126]) + len(body).to_bytes(2, "big")
    return head + bytes(4) + body


def server_frame(text: str) -> bytes:
    """The same, unmasked, as a server sends it."""
    body = text.encode()
    if len(body) < 126:
        return bytes([_TEXT, len(body)]) + body
    return bytes([_TEXT, 126]) + len(body).to_bytes(2, "big") + body


def split_frames(buffer: bytearray) -> list[bytes]:
    """Takes the complete server frames off the buffer; each with its head."""
    frames = []
    while len(buffer) >= 2:
        size, head = buffer[1] & 0x7F, 2
        if size == 126:
            size, head = int.from_bytes(buffer[2:4], "big"), 4
        elif size == 127:
            size, head = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < head + size:
            break
        frames.append(bytes(buffer[: head + size]))
        del buffer[: head + size]
    return frames


def payload(frame: bytes) -> bytes:
    """What a server frame carries."""
    size = frame[1] & 0x7F
    return frame[{126: 4, 127: 10}.get(size, 2) :]


class Tally:
    """What arrived, and the way of each message in seconds."""

    def __init__(self) -> None:
        self.counting = False
        self.replying = True
        self.arrived = 0
        self.ways = array("d")


class Client(asyncio.Protocol):
    """One side of a call."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._upgraded = asyncio.Event()
        self.lost = asyncio.Event()
        self._loaded = False
        self.frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: deque[float] = deque()
        self.outgoing = b""
        self.expected = b""
        self.other: Client | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.lost.set()

    # --- before the load -----------------------------------------------------------------

    async def upgrade(self) -> None:
        """Asks for the WebSocket and waits for it."""
        key = base64.b64encode(os.urandom(16)).decode()
        self._write(
            (
                f"GET {paths.SOCKET} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
            ).encode()
        )
        async with asyncio.timeout(PATIENCE_S):
            await self._upgraded.wait()

    def say(self, kind: str, **body: object) -> None:
        self._write(client_frame(json.dumps({"type": kind, **body})))

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next frame of a kind; others are dropped."""
        async with asyncio.timeout(PATIENCE_S):
            while (frame := await self.frames.get())["type"] != kind:
                if frame["type"] == "refused":
                    raise BenchFailed(f"refused: {frame['problem']['code']}")
        return frame

    def load(self, outgoing: bytes, expected: bytes, other: "Client") -> None:
        """From now on only the prepared frames go and come."""
        self.outgoing, self.expected, self.other = outgoing, expected, other
        self._loaded = True
        self._upgraded.set()

    # --- the load ------------------------------------------------------------------------

    def _write(self, data: bytes) -> None:
        if self._transport is None:
            raise BenchFailed("the relay closed a connection")
        self._transport.write(data)

    def send(self) -> None:
        """One message to the other side."""
        self.sent.append(time.perf_counter())
        self._write(self.outgoing)

    def data_received(self, data: bytes) -> None:
        if self._loaded and not self._buffer and data == self.expected:
            self._arrived()
            return
        self._buffer += data
        if not self._upgraded.is_set():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                raise BenchFailed("the relay does not speak WebSocket")
            del self._buffer[: end + 4]
            self._upgraded.set()
        if self._loaded:
            self._take_expected()
        for frame in split_frames(self._buffer):
            if frame == self.expected:
                self._arrived()
            elif frame[0] == _TEXT:
                self.frames.put_nowait(json.loads(payload(frame)))
            elif frame[0] == _PING:
                body = payload(frame)
                self._write(bytes([_PONG, 0x80 | len(body)]) + bytes(4) + body)

    def _take_expected(self) -> None:
        """The fast way through several messages at once."""
        size, start = len(self.expected), 0
        buffer = self._buffer
        while buffer.startswith(self.expected, start):
            self._arrived()
            start += size
        del buffer[:start]

    def _arrived(self) -> None:
        other, tally = self.other, self._tally
        assert other is not None
        began = other.sent.popleft()
        tally.arrived += 1
        if tally.counting:
            tally.ways.append(time.perf_counter() - began)
        if tally.replying:
            self.send()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connect(port: int, context: ssl.SSLContext, count: int, tally: Tally) -> list[Client]:
    """Opens connections one after the other."""
    loop = asyncio.get_running_loop()
    return [
        (
            await loop.create_connection(
                lambda: Client(tally), "127.0.0.1", port, ssl=context, server_hostname="127.0.0.1"
            )
        )[1]
        for _ in range(count)
    ]


async def flood(
    clients: Sequence[Client], tally: Tally, window: int, warm_s: float, seconds: float
) -> float:
    """`window` messages of each client are always on the way; answers messages per second."""
    tally.replying, tally.counting = True, False
    for client in clients:
        for _ in range(window):
            client.send()
    await asyncio.sleep(warm_s)
    tally.ways = array("d")
    tally.counting, began = True, time.perf_counter()
    await asyncio.sleep(seconds)
    tally.counting, took = False, time.perf_counter() - began
    tally.replying = False
    await _drained(clients)
    return len(tally.ways) / took


async def drip(clients: Sequence[Client], tally: Tally, rate: int, seconds: float) -> None:
    """Messages at a fixed rate, in turn over the clients, whatever the relay does."""
    tally.replying, tally.counting, tally.ways = False, True, array("d")
    began, sent = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        while sent < passed * rate:
            clients[sent % len(clients)].send()
            sent += 1
        await asyncio.sleep(0.001)
    await _drained(clients)
    tally.counting = False


async def _drained(clients: Sequence[Client]) -> None:
    """Every message that was sent has arrived; raises `BenchFailed` when some do not."""
    ends = time.perf_counter() + PATIENCE_S
    while left := sum(len(client.sent) for client in clients):
        if time.perf_counter() > ends:
            raise BenchFailed(f"{left} messages were lost")
        await asyncio.sleep(0.01)
