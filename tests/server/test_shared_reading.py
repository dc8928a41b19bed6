"""Of many who ask at once one reads for all; nobody hears what is older than their question."""

import asyncio

import pytest

from server.api.services.shared_reading import SharedReading


class Shelf:
    """Answers how often it was read, once the gate is open."""

    def __init__(self) -> None:
        self.read = 0
        self.gate = asyncio.Event()
        self.shared = SharedReading(self._read)

    async def _read(self) -> int:
        self.read += 1
        number = self.read
        await self.gate.wait()
        if number == 1:
            raise LookupError
        return number

    async def ask(self) -> "asyncio.Task[int]":
        task = asyncio.create_task(self.shared.get())
        for _ in range(4):  # no time passes: who asks, and who reads, get as far as they can
            await asyncio.sleep(0)
        return task


async def test_who_asks_while_one_reads_hears_of_the_next_and_all_of_them_of_one() -> None:
    shelf = Shelf()
    first = await shelf.ask()
    later = [await shelf.ask() for _ in range(10)]
    later.pop().cancel()
    shelf.gate.set()
    with pytest.raises(LookupError):
        await first
    assert set(await asyncio.gather(*later)) == {2}
    assert await shelf.shared.get() == 3
