"""Many kept-alive HTTPS connections that send prepared requests at one moment.

The client is a thin asyncio protocol: a full HTTP client costs more than what is measured.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer and how long it took, in milliseconds."""

    status: int
    body: bytes
    ms: float


class Client(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._began = 0.0
        self._reply: asyncio.Future[Reply] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is no subclass

    def send(self, request: bytes, began: float) -> "asyncio.Future[Reply]":
        """Writes a whole request; `began` is `perf_counter` of the common start."""
        assert self._transport is not None
        self._buffer.clear()
        self._began = began
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._reply

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._reply is None or self._reply.done():
            return
        size = _content_length(bytes(self._buffer[:end]))
        if len(self._buffer) >= end + 4 + size:
            took = (time.perf_counter() - self._began) * 1000
            body = bytes(self._buffer[end + 4 : end + 4 + size])
            self._reply.set_result(Reply(int(self._buffer[9:12]), body, took))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(exc or ConnectionError("the server closed the connection"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without a length")


def request(method: str, path: str, token: str | None = None, body: object = None) -> bytes:
    """A request, with a JSON body where one is given."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


async def connect(port: int, context: ssl.SSLContext, count: int) -> list[Client]:
    """Opens the connections one after the other, handshake done."""
    loop = asyncio.get_running_loop()
    return [
        (
            await loop.create_connection(
                Client, "127.0.0.1", port, ssl=context, server_hostname="127.0.0.1"
            )
        )[1]
        for _ in range(count)
    ]


async def at_once(clients: Sequence[Client], requests: Sequence[bytes]) -> list[Reply]:
    """Every client sends its request now; the times count from the common start."""
    began = time.perf_counter()
    replies = [client.send(one, began) for client, one in zip(clients, requests, strict=True)]
    async with asyncio.timeout(PATIENCE_S):
        return list(await asyncio.gather(*replies))
