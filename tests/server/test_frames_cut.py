"""Whatever a client sends, however it arrives, the port's WebSocket hears what uvicorn's with
`websockets` hears alone."""

import asyncio
from itertools import accumulate, pairwise
from typing import Any

import pytest
import uvicorn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Close, Frame, Opcode
from websockets.streams import StreamReader

from server.api.frames import SCOPE_KEY, Frames
from tests.server.sockets import UPGRADE, frame

SMALL = 300
"""The largest message of what follows."""
BODIES = st.one_of(
    st.binary(max_size=SMALL + 20),
    st.sampled_from([0, 125, 126, SMALL, SMALL + 1]).map(lambda size: b"x" * size),
    st.text(max_size=40).map(str.encode),
)
USUAL = st.builds(frame, st.text(max_size=60).map(str.encode))
UNUSUAL = st.builds(frame, BODIES, st.sampled_from(list(Opcode)[:3]), fin=st.booleans())
CONTROL = st.builds(frame, st.binary(max_size=20), st.sampled_from([Opcode.PING, Opcode.PONG]))
WRONG = st.one_of(
    st.binary(min_size=1, max_size=30),
    st.just(Frame(Opcode.CLOSE, Close(1000, "bye").serialize()).serialize(mask=True)),
)
STREAMS = st.lists(st.one_of(USUAL, USUAL, UNUSUAL, CONTROL, WRONG), max_size=12)


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False

    def write(self, data: Any) -> None:
        if not self.closed:
            self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def heard_by(
    protocol: type[WebSocketsSansIOProtocol], pieces: list[bytes], *, takes: bool
) -> tuple[list[object], list[bytes], int | None]:
    """What the application hears, the pongs the client gets, and the code it is closed with."""
    heard: list[object] = []

    def take(body: bytes) -> bool:
        try:
            heard.append(body.decode())
        except UnicodeDecodeError:
            return False
        return True

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        if takes:
            scope[SCOPE_KEY](take)
        while (event := await receive())["type"] == "websocket.receive":
            heard.append(event.get("bytes") if event.get("text") is None else event["text"])

    config = uvicorn.Config(
        application, ws=protocol, ws_max_size=SMALL, ws_per_message_deflate=False, log_config=None
    )
    config.load()
    wire, state = Wire(), ServerState()
    line = protocol(config=config, server_state=state, app_state={})
    line.connection_made(wire)
    for piece in (UPGRADE, *pieces):
        if not wire.closed:
            line.data_received(piece)
        if takes or piece is UPGRADE:
            await _application_turns()
    line.connection_lost(None)
    await asyncio.gather(*state.tasks)
    return heard, *_said(bytes(wire.written))


async def _application_turns() -> None:
    """Turns of the loop, which nothing says the end of: in these the application has heard what
    came, and waits again."""
    for _ in range(6):
        await asyncio.sleep(0)  # one turn


def _said(written: bytes) -> tuple[list[bytes], int | None]:
    """Pongs and the code of the close, of what the server has written after its head."""
    reader = StreamReader()
    pongs: list[bytes] = []
    reader.feed_data(written.split(b"\r\n\r\n", 1)[1])
    while reader.buffer:
        parsing = Frame.parse(reader.read_exact, mask=False)
        with pytest.raises(StopIteration) as done:
            next(parsing)
        if done.value.value.opcode is Opcode.CLOSE:
            return pongs, Close.parse(done.value.value.data).code
        pongs.append(bytes(done.value.value.data))
    return pongs, None


@pytest.mark.allow_logs("uvicorn tells of text that is no UTF-8")
@settings(max_examples=150, deadline=None)
@example(frames=[frame(b"x" * SMALL), frame(b"x" * (SMALL + 1))], cuts=[])
@example(frames=[frame(b"")[:1], b"\x7e"], cuts=[1])
@given(frames=STREAMS, cuts=st.lists(st.integers(1, 400), max_size=20))
async def test_whatever_comes_is_heard_as_uvicorn_and_websockets_alone_hear_it(
    frames: list[bytes], cuts: list[int]
) -> None:
    """However it is cut, and whatever is taken."""
    data = b"".join(frames)
    ends = [*accumulate(cuts, initial=0), len(data)]
    pieces = [piece for one, other in pairwise(ends) if (piece := data[one:other])]
    bytewise = [data[at : at + 1] for at in range(len(data))]
    plain = await heard_by(WebSocketsSansIOProtocol, bytewise, takes=False)
    assert await heard_by(Frames, pieces, takes=True) == plain
    assert await heard_by(Frames, [data], takes=False) == plain
