"""The port's WebSocket: what is taken at once, what goes the long way, and that neither is heard
differently (RFC 6455)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

from server.api.frames import SCOPE_KEY, Frames
from server.api.socket.connection import TOO_SLOW, Connection
from tests.server.sockets import frame

LIMIT = 100_000
QUEUE = 20
PATIENCE_S = 10
SIZES = (0, 1, 125, 126, 65_535, 65_536, LIMIT)


class Hearing:
    """An application that says back what it hears; what begins with `now` it takes at once."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.codes: list[int] = []
        self.busy = asyncio.Event()
        self.go_on = asyncio.Event()
        self.connection: Connection | None = None

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Any],
        send: Callable[[Any], Any],
    ) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        self.connection = connection = Connection(send, QUEUE)
        writing = asyncio.create_task(connection.run())
        scope[SCOPE_KEY](self._take)
        while (event := await receive())["type"] == "websocket.receive":
            heard = event.get("text")
            if heard == "wait":
                self.busy.set()
                await self.go_on.wait()
            connection.push(f"heard {event.get('bytes') if heard is None else heard}")
        self.codes.append(event["code"])
        connection.close_after_queue(1000)
        await asyncio.gather(writing, return_exceptions=True)

    def _take(self, body: bytes) -> bool:
        self.asked.append(body)
        if not body.startswith(b"now"):
            return False
        assert self.connection is not None
        self.connection.push(f"took {body.decode()}")
        return True


class Port:
    """One application behind uvicorn's HTTP protocol on a free port of loopback."""

    def __init__(self) -> None:
        self.application = Hearing()
        self.state = ServerState()
        self.url = ""

    @property
    def socket(self) -> Frames:
        """The server's end of the only connection."""
        (one,) = self.state.connections
        assert isinstance(one, Frames)
        return one

    async def listen(self) -> asyncio.Server:
        config = uvicorn.Config(
            self.application,
            http="httptools",
            ws=Frames,
            ws_max_size=LIMIT,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
        )
        config.load()
        protocol: Any = config.http_protocol_class
        make = partial(protocol, config, self.state, {})
        server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return server


@asynccontextmanager
async def listening() -> AsyncIterator[Port]:
    port = Port()
    server = await port.listen()
    async with asyncio.timeout(PATIENCE_S):
        yield port
    server.close()


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Port, ClientConnection]]:
    async with (
        listening() as port,
        connect(port.url, proxy=None, compression=None, max_size=None) as client,
    ):
        yield port, client


async def until_closed(client: ClientConnection) -> int | None:
    """Reads on until the server has closed; answers the code it gave."""
    with contextlib.suppress(ConnectionClosed):
        async for _ in client:
            pass
    return client.close_code


async def test_a_frame_is_taken_at_once_or_heard_and_the_order_stays() -> None:
    async with connected() as (port, client):
        said = ["now 1", "later 2", "now 3", "now 4", "later 5"]
        port.socket.data_received(b"".join(frame(one.encode()) for one in said))
        heard = [str(await client.recv()) for _ in said]
    assert [one.split(" ", 1)[1] for one in heard] == said
    assert heard[0] == "took now 1"


async def test_nothing_is_taken_while_the_application_does_something_else() -> None:
    async with connected() as (port, client):
        await client.send("wait")
        await port.application.busy.wait()
        port.socket.data_received(frame(b"now"))
        port.application.go_on.set()
        assert [await client.recv(), await client.recv()] == ["heard wait", "heard now"]
        assert port.application.asked == [b"wait"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("beginning", ["now", "later"])
async def test_every_length_is_heard_and_said(beginning: str, size: int) -> None:
    text = (beginning + "会" * (size // 3) + "x" * size)[:size]
    while len(text.encode()) > LIMIT:
        text = text[: len(text) // 2]
    async with connected() as (_port, client):
        await client.send(text)
        assert str(await client.recv()).split(" ", 1)[1] == text


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 100])
async def test_frames_that_come_in_pieces_are_heard_as_whole_ones_are(piece: int) -> None:
    said = ["now 1", "later " + "二" * 60, "now " + "x" * 70_000, "now 4"]
    data = b"".join(frame(one.encode()) for one in said)
    async with connected() as (port, client):
        for at in range(0, len(data), piece):
            port.socket.data_received(data[at : at + piece])
        heard = [str(await client.recv()).split(" ", 1)[1] for _ in said]
    assert heard == said


async def test_a_message_of_several_frames_is_one_with_a_ping_between_them() -> None:
    async with connected() as (port, client):
        pong = await client.ping(b"before")
        parts = (
            frame(b"now ", fin=False),
            frame(b"are you there", Opcode.PING),
            frame(b"it goes on", Opcode.CONT, fin=True),
            frame(b"now whole"),
        )
        port.socket.data_received(b"".join(parts))
        assert [await client.recv(), await client.recv()] == [
            "heard now it goes on",
            "heard now whole",
        ]
        await pong
        assert port.application.asked == []


async def test_bytes_are_heard_as_bytes() -> None:
    async with connected() as (port, client):
        await client.send(b"now")
        assert await client.recv() == "heard b'now'"
        assert port.application.asked == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (b"\x81\x03now", 1002),
        (b"\xc1\x83\x00\x00\x00\x00now", 1002),
        (b"\x83\x83\x00\x00\x00\x00now", 1002),
        (frame(b"now alone", Opcode.CONT), 1002),
        (frame(b"now ", fin=False) + frame(b"now"), 1002),
        pytest.param(
            frame(b"\xff\xfe"),
            1007,
            id="text that is no UTF-8",
            marks=pytest.mark.allow_logs("uvicorn tells of it"),
        ),
        (frame(b"x" * (LIMIT + 1))[:14], 1009),
        (b"\x81\xff" + b"\xff" * 8 + bytes(4), 1009),
    ],
    ids=[
        "unmasked",
        "a reserved bit",
        "an opcode nobody knows",
        "a continuation of nothing",
        "a message within another",
        "text that is no UTF-8",
        "too large, told by its head alone",
        "a length of 64 bits",
    ],
)
async def test_what_the_protocol_forbids_ends_the_connection(wrong: bytes, code: int) -> None:
    async with connected() as (port, client):
        port.socket.data_received(frame(b"now 1") + wrong + frame(b"now 2"))
        assert await client.recv() == "took now 1"
        assert await until_closed(client) == code
        assert b"now 2" not in port.application.asked


async def test_a_taker_sees_no_text_that_is_not_unmasked() -> None:
    async with connected() as (port, client):
        await client.send("now 您好")
        assert await client.recv() == "took now 您好"
        assert port.application.asked == ["now 您好".encode()]


async def test_who_closes_is_answered_and_nothing_is_heard_after_it() -> None:
    async with connected() as (port, client):
        goodbye = frame((4321).to_bytes(2, "big") + b"bye", Opcode.CLOSE)
        port.socket.data_received(frame(b"now 1") + goodbye + frame(b"now 2"))
        assert await client.recv() == "took now 1"
        assert await until_closed(client) == 4321
    assert port.application.asked == [b"now 1"]
    assert port.application.codes == [4321]


async def test_what_was_said_before_the_server_closes_comes_before_it() -> None:
    async with connected() as (port, client):
        await client.send("now 1")
        assert await client.recv() == "took now 1"
        connection = port.application.connection
        assert connection is not None
        for text in ("a", "b", "c"):
            connection.push(text)
        connection.close_after_queue(4400)
        assert [await client.recv() for _ in range(3)] == ["a", "b", "c"]
        assert await until_closed(client) == 4400


async def test_who_is_shut_down_hears_what_was_said_before() -> None:
    async with connected() as (port, client):
        await client.send("later")
        await client.recv()
        assert port.application.connection is not None
        port.application.connection.push("the last word")
        port.socket.shutdown()
        assert await client.recv() == "the last word"
        assert await until_closed(client) == 1012


async def test_a_client_that_does_not_read_is_disconnected_and_no_more_is_kept_for_it() -> None:
    async with connected() as (port, client):
        await client.send("later")
        await client.recv()
        connection = port.application.connection
        assert connection is not None
        client.transport.pause_reading()
        for _ in range(2_000):
            connection.push("x" * 10_000)
        kept = port.socket.transport.get_write_buffer_size()
        assert kept < 64 * 1024 + 2 * 32 * 1024
        client.transport.resume_reading()
        assert await until_closed(client) == TOO_SLOW
