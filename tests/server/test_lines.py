"""Who waits for a password to be hashed: in turns by address, people inside in a line of theirs."""

import asyncio
from collections import Counter

from server.api.services.lines import Lines
from server.domain.errors import Unavailable


class Desk:
    """One place, which serves when all have come, and who was served at it."""

    def __init__(self, most: int = 500) -> None:
        self.lines: Lines[str] = Lines(1, most)
        self.served: list[str] = []
        self.refused: Counter[str] = Counter()
        self._open = asyncio.Event()
        self._work: list[asyncio.Task[None]] = []

    async def come(self, line: str, name: str, times: int = 1) -> None:
        async def one() -> None:
            try:
                async with self.lines.turn(line, name):
                    await self._open.wait()
                    self.served.append(name)
            except Unavailable:
                self.refused[name] += 1

        self._work += [asyncio.create_task(one()) for _ in range(times)]
        await asyncio.sleep(0)

    async def end(self) -> None:
        """All have come; the place begins to serve."""
        self._open.set()
        await asyncio.gather(*self._work, return_exceptions=True)

    def leave(self, number: int) -> None:
        self._work[number].cancel()


async def test_addresses_take_turns_whoever_sends_most() -> None:
    desk = Desk()
    await desk.come("door", "stranger", 100)
    await desk.come("door", "clinic")
    await desk.end()
    assert desk.served.index("clinic") <= 3


async def test_people_inside_wait_behind_nobody_at_the_door() -> None:
    desk = Desk()
    for number in range(50):
        await desk.come("door", f"stranger {number}")
    await desk.come("inside", "expert", 2)
    await desk.end()
    first, second = (at for at, one in enumerate(desk.served) if one == "expert")
    assert second - first == 2, "both lines go on"


async def test_a_full_line_turns_away_who_has_most_in_it() -> None:
    desk = Desk(most=10)
    await desk.come("door", "stranger", 30)
    await desk.come("door", "clinic")
    await desk.end()
    assert not desk.refused["clinic"]
    assert "clinic" in desk.served
    assert desk.refused["stranger"] >= 20


async def test_who_goes_away_holds_no_place() -> None:
    desk = Desk()
    await desk.come("door", "clinic", 3)
    for number in range(3):
        desk.leave(number)
    await desk.end()
    await desk.come("door", "later")
    await desk.end()
    assert desk.served[-1] == "later"
