"""Connections on which nobody has signed in are bounded in number and in time."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from server.api.frames import Frames
from server.api.strangers import BODY_S, HEADER_S, MOST_EACH, Strangers, bounded, timed
from tests.server.sockets import UPGRADE

HEAD = b"POST /v1/session HTTP/1.1\r\nHost: hub\r\nContent-Length: 10\r\n\r\n"


class Line:
    """A transport, as far as it is asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.ended: bool = False

    def get_extra_info(self, name: str) -> Any:
        return (self.address, 50000) if name == "peername" else None

    def abort(self) -> None:
        self.ended = True

    close = abort

    def is_closing(self) -> bool:
        return self.ended

    def set_protocol(self, protocol: Any) -> None:
        pass

    def write(self, data: bytes) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    resume_reading = pause_reading


class Hours:
    """A loop whose time is turned, and which runs nothing by itself."""

    def __init__(self) -> None:
        self.at = 0.0
        self._timers: list[tuple[float, Callable[..., object], tuple[Any, ...]]] = []

    def time(self) -> float:
        return self.at

    def call_later(self, seconds: float, do: Callable[..., object], *more: Any) -> Any:
        timer = (self.at + seconds, do, more)
        self._timers.append(timer)
        loop = self

        class Handle:
            def cancel(self) -> None:
                if timer in loop._timers:
                    loop._timers.remove(timer)

        return Handle()

    def create_task(self, work: Any) -> Any:
        work.close()
        return asyncio.get_event_loop().create_future()

    def turn(self, seconds: float) -> None:
        until = self.at + seconds
        while due := [one for one in self._timers if one[0] <= until]:
            first = min(due, key=lambda one: one[0])
            self._timers.remove(first)
            self.at = first[0]
            first[1](*first[2])
        self.at = until


class Counted:
    def __init__(self) -> None:
        self.now, self.cut = 0, list[str]()

    def strangers(self, count: int) -> None:
        self.now = count

    def cut_off(self, why: str) -> None:
        self.cut.append(why)


async def _nobody(scope: Any, receive: Any, send: Any) -> None:
    """Answers no request."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})


class Port:
    """Connections to a server that answers nothing."""

    def __init__(self, most: int = 5000) -> None:
        self.hours, self.counted = Hours(), Counted()
        self.strangers = Strangers(most, self.hours.time, self.counted, {"10.0.0.1"})
        self._class = timed(bounded(HttpToolsProtocol, self.strangers), self.strangers)
        self._config = uvicorn.Config(_nobody, ws=Frames, log_config=None)
        self._config.load()

    def connect(self, address: str = "192.0.2.7") -> tuple[Any, Line]:
        made = self._class(self._config, ServerState(), {}, self.hours)
        line = Line(address)
        made.connection_made(line)
        return made, line


@pytest.fixture
async def port() -> Port:
    return Port()


async def test_who_says_nothing_is_cut_off(port: Port, capsys: pytest.CaptureFixture[str]) -> None:
    _, line = port.connect()
    port.hours.turn(HEADER_S - 1)
    assert not line.is_closing()
    port.hours.turn(2)
    assert line.is_closing()
    assert (port.counted.now, port.counted.cut) == (0, ["no_header"])
    assert "connections.cut_off" in capsys.readouterr().out


async def test_a_head_that_trickles_in_is_cut_off(port: Port) -> None:
    one, line = port.connect()
    for letter in HEAD[:21]:
        one.data_received(bytes([letter]))
        port.hours.turn(1)
    assert line.is_closing()


async def test_a_body_that_stands_still_is_cut_off_and_one_that_comes_slowly_is_not(
    port: Port,
) -> None:
    (slow, its), (still, other) = port.connect(), port.connect()
    for one in (slow, still):
        one.data_received(HEAD)
    for _ in range(9):
        port.hours.turn(BODY_S - 1)
        slow.data_received(b"x")
    assert (its.is_closing(), other.is_closing()) == (False, True)
    slow.data_received(b"x")
    port.hours.turn(10 * BODY_S)
    assert not its.is_closing(), "the server works on it now"


async def test_a_body_nobody_reads_just_now_is_not_the_senders_fault(port: Port) -> None:
    one, line = port.connect()
    one.data_received(HEAD)
    one.flow.pause_reading()
    port.hours.turn(3 * BODY_S)
    assert not line.is_closing()


async def test_a_piece_of_a_body_that_nothing_waits_before_is_handed_on_as_it_came(
    port: Port,
) -> None:
    one, _ = port.connect()
    one.data_received(HEAD)
    piece = b"0123"
    one.on_body(piece)
    assert (await one.cycle.receive())["body"] is piece
    one.on_body(b"45")
    one.on_body(b"67")
    assert (await one.cycle.receive())["body"] == b"4567"


async def test_a_socket_is_no_connection_that_waits_for_a_request(port: Port) -> None:
    one, line = port.connect()
    one.data_received(UPGRADE)
    port.hours.turn(24 * 3600)
    assert not line.is_closing()


async def test_where_there_are_too_many_the_oldest_stranger_goes(port: Port) -> None:
    port = Port(most=3)
    known, signed_in = port.connect()
    port.strangers.gone(known)
    lines = [port.connect(f"192.0.2.{number}")[1] for number in range(5)]
    assert [one.is_closing() for one in lines] == [True, True, False, False, False]
    assert not signed_in.is_closing()
    assert port.counted.cut == ["too_many", "too_many"]


@pytest.mark.parametrize(
    ("address", "most"), [("192.0.2.7", MOST_EACH), ("10.0.0.1", MOST_EACH + 1)]
)
async def test_one_address_has_a_share_and_a_proxy_stands_for_many(
    port: Port, address: str, most: int
) -> None:
    port = Port(most=2 * MOST_EACH)
    lines = [port.connect(address)[1] for _ in range(MOST_EACH + 1)]
    assert sum(not one.is_closing() for one in lines) == most
    assert not port.connect("192.0.2.8")[1].is_closing()


async def test_a_hospital_behind_one_address_comes_back_at_once(port: Port) -> None:
    lines = [port.connect("192.0.2.7")[1] for _ in range(2000)]
    assert not any(one.is_closing() for one in lines)


async def test_what_ends_by_itself_counts_no_longer(port: Port) -> None:
    one, _ = port.connect()
    one.connection_lost(None)
    port.hours.turn(10 * HEADER_S)
    assert (port.counted.now, port.counted.cut) == (0, [])
