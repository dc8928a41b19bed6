"""The edge's line to the centre: a slow answer is waited for, a line that swallows all is not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from protocol import paths
from server.api.listening import SystemClock
from server.edge.uplink import Interrupted, Uplink

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Line = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def centre(line: Line) -> AsyncIterator[str]:
    """A server that does with the path of each request what the line does with it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await line(head.split(b" ")[1].decode(), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def uplink_to(address: str) -> AsyncIterator[Uplink]:
    made = Uplink(address, ssl.create_default_context(), SystemClock(), doubt_s=0.2)
    try:
        yield made
    finally:
        await made.close()


async def test_a_line_that_swallows_everything_is_given_up_after_a_doubt() -> None:
    over = asyncio.Event()

    async def swallowed(_path: str, _writer: asyncio.StreamWriter) -> None:
        await over.wait()

    async with centre(swallowed) as address, uplink_to(address) as uplink:
        with pytest.raises(Interrupted):
            await uplink.ask("GET", "/studies", [])
        assert not uplink.up
        over.set()


async def test_an_answer_that_takes_its_time_is_waited_for() -> None:
    asked_whether_there = asyncio.Event()

    async def slow(path: str, writer: asyncio.StreamWriter) -> None:
        if path == paths.SERVER:
            asked_whether_there.set()
        else:
            await asked_whether_there.wait()
        writer.write(ANSWER)

    async with centre(slow) as address, uplink_to(address) as uplink:
        answer = await uplink.ask("GET", "/studies", [])
        assert (answer.status_code, answer.content) == (200, b"ok")
        assert uplink.up
