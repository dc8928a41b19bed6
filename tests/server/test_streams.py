"""A process that is stopped stops hearing the others, whatever its driver makes of it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Broken

from server.api import listening
from server.store.streams import Streams


class Swallowing:
    """A Redis that takes being cancelled, once, for the end of one read or for a broken line."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.swallowed = False
        self.reading = asyncio.Event()

    async def ping(self) -> None: ...

    async def xrevrange(self, _stream: bytes, count: int) -> list[Any]:
        return []

    async def xread(self, *_args: object, **_more: object) -> list[Any]:
        self.reading.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if self.swallowed:
                raise
            self.swallowed = True
            if self.error is not None:
                raise self.error from None
        return []

    async def aclose(self) -> None: ...


@pytest.mark.parametrize("error", [None, Broken("cancelled in the middle of an answer")])
async def test_a_swallowed_cancellation_ends_the_reading_nevertheless(
    error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Swallowing(error)
    monkeypatch.setattr(Redis, "from_url", lambda *_args, **_more: client)
    hearing = Streams("redis://nowhere", UUID(int=1))
    running = asyncio.create_task(hearing.run())
    await client.reading.wait()
    hearing.end()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=2)
    assert done


async def test_what_does_not_end_does_not_keep_a_process_from_what_it_does_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "ENDING_S", 0.01)
    over = asyncio.Event()

    async def stubborn() -> None:
        while not over.is_set():
            try:
                await over.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(listening.ended([task]), 2)
    over.set()
    await task
