"""Whoever hears events, and waits for one of them without asking again and again."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

EventT = TypeVar("EventT")
KindT = TypeVar("KindT")


class Ears(Generic[EventT]):
    """Everything that was heard, in order."""

    patience: float | None = None
    """Seconds `until` waits at most; None is as long as the test may take."""

    def __init__(self) -> None:
        self.events: list[EventT] = []
        self.news = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()

    async def until(
        self, kind: type[KindT], when: Callable[[KindT], bool] = lambda _: True, after: int = 0
    ) -> KindT:
        """The first event of the kind from place `after` on, past or future."""
        seen = after
        async with asyncio.timeout(self.patience), self.news:
            while True:
                for event in self.events[seen:]:
                    if isinstance(event, kind) and when(event):
                        return event
                seen = len(self.events)
                await self.news.wait()

    def hear(self, event: EventT) -> None:
        self.events.append(event)
        self.notify()

    def notify(self) -> None:
        """Wakes who waits, for something else than an event has happened too."""

        async def notify() -> None:
            async with self.news:
                self.news.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)
