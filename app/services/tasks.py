"""Every coroutine that is started is owned, awaited at the end, and its failure is told."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from app.net.errors import NetError
from app.store.errors import StoreError

log = logging.getLogger(__name__)


class Tasks:
    """Starts coroutines by name; a second one of the same `only` name replaces the first."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._running: set[asyncio.Task[Any]] = set()
        self._named: dict[str, asyncio.Task[Any]] = {}
        self._again: set[str] = set()

    def start(self, work: Coroutine[Any, Any, object], only: str = "") -> asyncio.Task[Any]:
        """`only` names work of which one at a time makes sense: the older is cancelled."""
        task = asyncio.get_running_loop().create_task(self._guarded(work), name=only or None)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _done: work.close())  # cancelled before it began
        if only:
            older = self._named.get(only)
            if older is not None:
                older.cancel()
            self._named[only] = task
        return task

    def renew(self, read: Callable[[], Coroutine[Any, Any, object]], only: str) -> None:
        """Reads something anew: what already runs is not cut off but followed by one more run.

        However fast news arrive, each reading comes to its end and the last one is of now.
        """
        running = self._named.get(only)
        if running is not None and not running.done():
            self._again.add(only)
            return

        async def reading() -> None:
            await read()
            while only in self._again:
                self._again.discard(only)
                await read()

        self._again.discard(only)
        self.start(reading(), only=only)

    async def quiet(self) -> None:
        """Waits until nothing runs any more, also what was started meanwhile."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def cancel(self, only: str) -> None:
        task = self._named.pop(only, None)
        if task is not None:
            task.cancel()

    async def finish(self) -> None:
        """Cancels what still runs and waits for its end."""
        own = asyncio.current_task()
        running = [task for task in self._running if task is not own]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except (NetError, StoreError) as error:
            self._on_error(error)
        except Exception as error:
            log.exception("unexpected failure")
            self._on_error(error)
