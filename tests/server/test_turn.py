"""The line of writers: tasks and threads wait in it as they came."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from server.store.turn import Turn


def waiting(turn: Turn) -> int:
    return len(turn._line)


async def until(turn: Turn, count: int) -> None:
    while waiting(turn) != count:  # noqa: ASYNC110  # a thread asks, too
        await asyncio.sleep(0)


async def line_of(
    turn: Turn, had: list[str], pool: ThreadPoolExecutor
) -> list[asyncio.Future[None]]:
    """A task, a thread and a task, in that order, behind somebody who writes."""

    async def task(name: str) -> None:
        async with turn:
            had.append(name)

    def thread() -> None:
        with turn:
            had.append("thread")

    line: list[asyncio.Future[None]] = [asyncio.ensure_future(task("first"))]
    await until(turn, 1)
    line.append(asyncio.get_running_loop().run_in_executor(pool, thread))
    await until(turn, 2)
    line.append(asyncio.ensure_future(task("last")))
    await until(turn, 3)
    return line


def test_who_asks_first_has_it_first() -> None:
    async def run() -> list[str]:
        turn, had = Turn(), ["writer"]
        with ThreadPoolExecutor(1) as pool:
            async with turn:
                line = await line_of(turn, had, pool)
            await asyncio.gather(*line)
        async with turn:  # it is free again
            return had

    assert asyncio.run(run()) == ["writer", "first", "thread", "last"]


def test_who_gives_up_holds_nobody_up() -> None:
    async def run() -> list[str]:
        turn, had = Turn(), ["writer"]
        with ThreadPoolExecutor(1) as pool:
            async with turn:
                first, *others = await line_of(turn, had, pool)
                first.cancel()
            await asyncio.gather(*others)
        return had

    assert asyncio.run(run()) == ["writer", "thread", "last"]


def test_a_turn_that_comes_to_who_has_just_given_up_goes_on() -> None:
    async def run() -> list[str]:
        turn, had = Turn(), ["writer"]
        with ThreadPoolExecutor(1) as pool:
            async with turn:
                first, *others = await line_of(turn, had, pool)
            first.cancel()  # the turn is already its own, and it does not know yet
            await asyncio.gather(*others)
        return had

    assert asyncio.run(run()) == ["writer", "thread", "last"]
