"""The line of these tests leaves nothing behind, whenever it goes away."""

import asyncio
import socket
from contextlib import closing

import pytest

from tests.transfer.line import Line

PATIENCE_S = 5


@pytest.mark.parametrize("turns", range(12))
async def test_a_line_that_goes_away_ends_what_was_just_connecting(turns: int) -> None:
    """However far the event loop had come with a new connection."""
    before = asyncio.all_tasks()
    with closing(socket.create_server(("127.0.0.1", 0))) as far:
        async with Line(*far.getsockname()) as line:
            near = socket.create_connection(("127.0.0.1", int(line.url.rsplit(":", 1)[1])))
            near.settimeout(PATIENCE_S)
            for _ in range(turns):
                await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
        with closing(near):
            try:
                assert near.recv(1) == b""
            except ConnectionResetError:
                pass  # it was never accepted


async def test_a_connection_in_use_breaks_and_a_new_one_works() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"ping")
        return await reader.read(4)

    far = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with far, Line(*far.sockets[0].getsockname()) as line:
        port = int(line.url.rsplit(":", 1)[1])
        old = await asyncio.open_connection("127.0.0.1", port)
        assert await said(*old) == b"ping"
        await line.away()
        assert await old[0].read() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        await line.back()
        new = await asyncio.open_connection("127.0.0.1", port)
        assert await said(*new) == b"ping"
        for _, writer in (old, new):
            writer.close()
            await writer.wait_closed()
