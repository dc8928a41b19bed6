"""What waits to be sent to one socket: in order, bounded, and never at the sender's expense."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from server.api.socket.connection import TOO_SLOW, Connection


class Transport:
    """Takes frames as uvicorn does: suspends, before writing, while its buffer is full."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()
        self.sent: list[Any] = []
        self.error: Exception | None = None

    async def send(self, event: MutableMapping[str, Any]) -> None:
        await self.writable.wait()
        if self.error is not None:
            raise self.error
        self.sent.append(event.get("text", event.get("code")))


async def settle() -> None:
    """Lets every task that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def running(limit: int) -> tuple[Transport, Connection, asyncio.Task[None]]:
    transport = Transport()
    connection = Connection(transport.send, limit)
    task = asyncio.create_task(connection.run())
    await settle()
    return transport, connection, task


async def test_frames_are_sent_at_once_while_the_transport_takes_them() -> None:
    transport, connection, task = await running(10)
    connection.push("a")
    assert transport.sent == ["a"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_order_is_kept_across_a_full_transport() -> None:
    transport, connection, task = await running(10)
    connection.push("a")
    transport.writable.clear()
    for text in ("b", "c"):
        connection.push(text)
    await settle()
    assert transport.sent == ["a"]
    transport.writable.set()
    connection.push("d")
    await settle()
    assert transport.sent == ["a", "b", "c", "d"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_client_that_does_not_read_is_disconnected_and_nobody_waits() -> None:
    transport, connection, task = await running(3)
    transport.writable.clear()
    for number in range(10):
        connection.push(str(number))
    transport.writable.set()
    await asyncio.wait_for(task, 5)
    assert transport.sent[-1] == TOO_SLOW
    assert len(transport.sent) <= 2
    connection.push("after the end")
    assert transport.sent[-1] == TOO_SLOW


async def test_facts_wait_for_the_replay_and_come_once_each() -> None:
    transport, connection, task = await running(10)
    connection.fact(5, "five")
    connection.fact(6, "six")
    connection.push("welcome")
    connection.replayed(5)
    connection.fact(6, "six again")
    connection.fact(7, "seven")
    await settle()
    assert transport.sent == ["welcome", "six", "seven"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("error", [OSError("reset"), RuntimeError("after websocket.close")])
async def test_a_client_that_is_gone_costs_the_sender_nothing_and_is_told_of_once(
    error: Exception,
) -> None:
    """The second is what uvicorn raises once nobody answered its ping."""
    transport, connection, task = await running(10)
    told: list[str] = []
    connection.on_gone = lambda: told.append("gone")
    transport.error = error
    for text in ("a", "b"):
        connection.push(text)
    connection.fact(1, "c")
    await asyncio.wait_for(task, 5)
    assert (transport.sent, told) == ([], ["gone"])
    assert connection.closed.is_set()


async def test_what_waited_behind_a_full_transport_is_dropped_when_the_client_is_gone() -> None:
    transport, connection, task = await running(10)
    transport.writable.clear()
    connection.push("a")
    connection.push("b")
    transport.error = RuntimeError("after websocket.close")
    transport.writable.set()
    await asyncio.wait_for(task, 5)
    assert transport.sent == []
