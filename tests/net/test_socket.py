"""The socket comes back after every break, asks for what it missed, and knows when it is over."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from app.net import socket as socket_module
from app.net.connection import Connection
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from app.net.trust import Pin
from protocol.base import new_id
from protocol.socket import SUBPROTOCOL, JoinCall, LibraryGrew, ServerMessage, Welcome
from tests.net.authority import Authority

AT = "2026-01-05T08:00:00Z"
Talk = Callable[["Hub", ServerConnection, dict[str, Any]], Awaitable[None]]


def welcome(seq: int = 0) -> str:
    return json.dumps({"type": "welcome", "account_id": None, "seq": seq, "server_time": AT})


def pong(sent_ms: int) -> str:
    return json.dumps({"type": "pong", "sent_ms": sent_ms, "server_time": AT})


def refused(code: str) -> str:
    problem = {"code": code, "title": code, "status": 401}
    return json.dumps({"type": "refused", "problem": problem})


class Hub:
    """A real WebSocket server; `talk` is what it does after each hello."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.hellos: list[dict[str, Any]] = []
        self.close_codes: list[int | None] = []
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def serve(self, live: ServerConnection) -> None:
        hello = json.loads(await live.recv())
        self.hellos.append(hello)
        await self.talk(self, live, hello)
        self.close_codes.append(live.close_code)


class Owner:
    """Hears what happens, as the live link does."""

    def __init__(self) -> None:
        self.seq = 0
        self.happened: list[str] = []
        self.messages: list[ServerMessage] = []
        self._news = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()

    def last_seq(self) -> int:
        return self.seq

    def connecting(self) -> None:
        self._note("connecting")

    def lost(self) -> None:
        self._note("lost")

    def ended(self) -> None:
        self._note("ended")

    def received(self, message: ServerMessage) -> None:
        self.messages.append(message)
        if isinstance(message, Welcome | LibraryGrew):
            self.seq = max(self.seq, message.seq)
        self._note(message.type)

    async def until(self, *happened: str) -> None:
        """Until the last things that happened are these."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: tuple(self.happened[-len(happened) :]) == happened)

    def _note(self, what: str) -> None:
        async def notify() -> None:
            async with self._news:
                self._news.notify_all()

        self.happened.append(what)
        task = asyncio.create_task(notify())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_module, "FIRST_PAUSE_S", 0.01)


Start = Callable[[Talk], Awaitable[tuple[Hub, EventSocket, Owner]]]


@pytest.fixture
async def start(authority: Authority, pin: Pin, tmp_path: Path) -> AsyncIterator[Start]:
    made: list[tuple[EventSocket, Connection]] = []
    servers = []

    async def token() -> str:
        return "a token"

    async def begin(talk: Talk) -> tuple[Hub, EventSocket, Owner]:
        hub = Hub(talk)
        context = authority.server_context(tmp_path)
        server = await serve(
            hub.serve,
            "127.0.0.1",
            0,
            ssl=context,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            close_timeout=0.5,  # of a line that is deaf on purpose
        )
        servers.append(server)
        port = next(iter(server.sockets)).getsockname()[1]
        connection = Connection(f"https://127.0.0.1:{port}", pin)
        owner = Owner()
        socket = EventSocket(connection, owner, access_token=token)
        made.append((socket, connection))
        socket.start()
        return hub, socket, owner

    yield begin
    for socket, connection in made:
        await socket.stop()
        await connection.close()
    for server in servers:
        server.close()
        await server.wait_closed()


async def listen(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
    await live.send(welcome())
    async for frame in live:
        hub.heard.put_nowait(json.loads(frame))


async def test_hello_comes_first_and_messages_follow_the_welcome(start: Start) -> None:
    hub, socket, owner = await start(listen)
    await owner.until("connecting", "welcome")
    assert hub.hellos[0]["access_token"] == "a token"
    assert hub.hellos[0]["last_seq"] == 0
    wish = JoinCall(ref=new_id(), consultation_id=new_id())
    await socket.send(wish)
    async with asyncio.timeout(5):
        assert (await hub.heard.get())["ref"] == str(wish.ref)


async def test_a_broken_socket_comes_back_and_asks_from_the_last_fact(start: Start) -> None:
    async def break_after_seven(hub: Hub, live: ServerConnection, hello: dict[str, Any]) -> None:
        await live.send(welcome(hello["last_seq"] or 7))
        if len(hub.hellos) == 1:
            live.transport.abort()
            return
        await live.wait_closed()

    hub, _, owner = await start(break_after_seven)
    await owner.until("welcome", "lost", "connecting", "welcome")
    assert [hello["last_seq"] for hello in hub.hellos] == [0, 7]


async def test_nothing_is_sent_or_kept_while_the_socket_is_down(start: Start) -> None:
    async def no_welcome(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.wait_closed()

    _, socket, owner = await start(no_welcome)
    await owner.until("connecting")
    with pytest.raises(Unreachable):
        await socket.send(JoinCall(ref=new_id(), consultation_id=new_id()))


@pytest.mark.parametrize(
    "code", ["token_invalid", "session_ended", "forbidden", "account_disabled", "token_expired"]
)
async def test_a_refused_hello_ends_the_socket(start: Start, code: str) -> None:
    async def refuse(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.send(refused(code))
        await live.close(4401)

    hub, _, owner = await start(refuse)
    await owner.until("connecting", "ended")
    assert len(hub.hellos) == 1


async def test_a_server_that_is_starting_is_asked_again(start: Start) -> None:
    async def refuse_once(hub: Hub, live: ServerConnection, hello: dict[str, Any]) -> None:
        if len(hub.hellos) == 1:
            await live.send(refused("unavailable"))
            return
        await listen(hub, live, hello)

    _, _, owner = await start(refuse_once)
    await owner.until("lost", "connecting", "welcome")


async def test_an_ended_session_is_told_and_not_taken_up_again(start: Start) -> None:
    async def end(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.send(welcome())
        fact = {"type": "session_ended", "seq": 1, "at": AT, "reason": "signed_in_elsewhere"}
        await live.send(json.dumps(fact))
        await live.wait_closed()

    hub, _, owner = await start(end)
    await owner.until("welcome", "session_ended", "ended")
    assert len(hub.hellos) == 1


async def test_a_message_of_a_newer_server_is_passed_over(start: Start) -> None:
    async def chatter(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.send(welcome())
        for frame in ("not json", '{"type": "not thought of yet"}', "[]", pong(5)):
            await live.send(frame)
        await live.wait_closed()

    _, _, owner = await start(chatter)
    await owner.until("connecting", "welcome", "pong")


async def test_a_refusal_after_the_welcome_is_only_passed_on(start: Start) -> None:
    async def refuse_later(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.send(welcome())
        await live.send(refused("forbidden"))
        await live.wait_closed()

    _, _, owner = await start(refuse_later)
    await owner.until("connecting", "welcome", "refused")


async def test_a_stopped_socket_stays_away(start: Start) -> None:
    hub, socket, owner = await start(listen)
    await owner.until("connecting", "welcome")
    await socket.stop()
    with pytest.raises(Unreachable):
        await socket.send(JoinCall(ref=new_id(), consultation_id=new_id()))
    assert len(hub.hellos) == 1
    assert hub.close_codes == [1001]


async def test_a_doubted_line_that_says_nothing_is_given_up_and_made_anew(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "PROBE_S", 0.2)

    async def deaf_at_first(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.send(welcome())
        if len(hub.hellos) == 1:
            live.transport.pause_reading()  # as a line that was cut: pings arrive nowhere
        await live.wait_closed()

    _, socket, owner = await start(deaf_at_first)
    await owner.until("connecting", "welcome")
    socket.doubt()
    await owner.until("welcome", "lost", "connecting", "welcome")


async def test_a_doubted_line_that_answers_stays(start: Start) -> None:
    hub, socket, owner = await start(listen)
    await owner.until("connecting", "welcome")
    socket.doubt()
    socket.doubt(("192.0.2.77",))  # loopback goes with no network
    await socket.send(JoinCall(ref=new_id(), consultation_id=new_id()))
    async with asyncio.timeout(5):
        await hub.heard.get()
    assert owner.happened == ["connecting", "welcome"]


async def test_a_doubt_ends_the_pause_before_the_next_try(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "FIRST_PAUSE_S", 600)

    async def break_at_first(hub: Hub, live: ServerConnection, _: dict[str, Any]) -> None:
        await live.send(welcome())
        if len(hub.hellos) == 1:
            live.transport.abort()
        await live.wait_closed()

    _, socket, owner = await start(break_at_first)
    await owner.until("welcome", "lost")
    socket.doubt()
    await owner.until("lost", "connecting", "welcome")
