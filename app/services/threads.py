"""Work in a thread of somebody's choice, awaited like any other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def result_of(work: Callable[[], T], start: Callable[[Callable[[], None]], object]) -> T:
    """What `work` answers or raises; `start` runs what it is given in a thread: one of Qt's own, or
    one that the end of the program does not wait for. `asyncio.to_thread` has neither."""
    done: Future[T] = Future()

    def run() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(work())
        except Exception as error:
            done.set_exception(error)

    start(run)
    return await asyncio.wrap_future(done)
