"""Who sends next: first images of every study before the rest of any, then fair turns."""

import asyncio
from collections import Counter

from app.transfer.turns import Turns


class Line:
    """Sends with one slot, and notes who had it."""

    def __init__(self) -> None:
        self.turns = Turns(1)
        self.order: list[tuple[str, bool]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def _image(self, study: str, size: int, *, first: bool) -> None:
        async with self.turns.turn(study, size, first=first):
            self.order.append((study, first))
            await asyncio.sleep(0)

    async def wants(self, study: str, images: int, size: int = 1, *, first: int = 0) -> None:
        """A study comes with so many images, some of them to go first."""
        self.turns.join(study)
        for number in range(images):
            image = self._image(study, size, first=number < first)
            self.tasks.append(asyncio.create_task(image))
        await asyncio.sleep(0)

    async def done(self) -> list[tuple[str, bool]]:
        await asyncio.gather(*self.tasks)
        return self.order


async def test_first_images_of_a_study_that_comes_later_go_before_the_rest_of_the_others() -> None:
    line = Line()
    await line.wants("a", 10, first=2)
    await line.wants("b", 5, first=3)
    order = await line.done()
    assert order.index(("b", True)) <= 2
    assert all(first for _, first in order[1:5])
    assert not any(first for _, first in order[5:])


async def test_the_rest_goes_in_turns_that_are_fair_by_size() -> None:
    line = Line()
    await line.wants("large", 12, size=4)
    await line.wants("small", 12, size=1)
    order = [study for study, _ in await line.done()]
    assert 2 <= Counter(order[:12])["large"] <= 4
    assert Counter(order) == {"large": 12, "small": 12}


async def test_a_study_that_comes_late_does_not_keep_the_others_waiting_for_what_they_had() -> None:
    line = Line()
    await line.wants("old", 30)
    await line.tasks[14]
    there = len(line.order)
    await line.wants("new", 10)
    order = [study for study, _ in await line.done()]
    assert 4 <= Counter(order[there : there + 10])["new"] <= 6


async def test_a_slot_whose_waiter_gives_up_is_not_lost() -> None:
    line = Line()
    await line.wants("a", 6)
    for task in line.tasks[1::2]:
        task.cancel()
    await asyncio.gather(*line.tasks, return_exceptions=True)
    assert len(line.order) == 3
    async with asyncio.timeout(1), line.turns.turn("b", 1, first=False):
        assert line.turns.busy == 1
    assert line.turns.busy == 0
