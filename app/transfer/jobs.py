"""Work that the window has begun and may stop, each under its number."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from uuid import UUID

log = logging.getLogger(__name__)


class Jobs:
    """The jobs that run; all methods belong to the loop.

    Args:
        on_idle: called whenever one has ended, however it did.
    """

    def __init__(self, on_idle: Callable[[], None]) -> None:
        self._on_idle = on_idle
        self._running: dict[UUID, tuple[asyncio.Task[None], Callable[[], object]]] = {}

    @property
    def busy(self) -> bool:
        return bool(self._running)

    def begin(
        self,
        job: UUID,
        work: Coroutine[None, None, None],
        stop: Callable[[], object] | None = None,
    ) -> None:
        """Starts it; `stop` is how it is asked to end, without it is cancelled."""
        task = asyncio.create_task(work, name="intake job")
        self._running[job] = (task, stop or task.cancel)
        task.add_done_callback(partial(self._ended, job))

    def stop(self, job: UUID) -> None:
        """Asks a job to end; one that has ended already needs nothing."""
        if job in self._running:
            _, stop = self._running[job]
            stop()

    async def close(self) -> None:
        """Ends all of them."""
        running = tuple(self._running.values())
        for task, stop in running:
            stop()
            task.cancel()
        await asyncio.gather(*(task for task, _ in running), return_exceptions=True)

    def _ended(self, job: UUID, task: "asyncio.Task[None]") -> None:
        self._running.pop(job, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an intake job failed", exc_info=error)
        self._on_idle()
