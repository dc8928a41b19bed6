"""Whose image goes next, when several studies share one line."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Waiting:
    study: Hashable
    first: bool
    number: int
    called: asyncio.Future[None] = field(repr=False)


class Turns:
    """At most `slots` send at once: first images of every study before the rest of any, then the
    study that has had least. All methods belong to the loop.
    """

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._slots = slots
        self._numbers = itertools.count()
        self._waiting: list[_Waiting] = []
        self._had: dict[Hashable, int] = {}

    @property
    def busy(self) -> int:
        """How many send now."""
        return self._slots - self._free

    def join(self, study: Hashable) -> None:
        """A study begins to send: it has had no less than whoever had least, so that it does not
        keep the others waiting for what they had before it came."""
        self._had[study] = min(self._had.values(), default=0)

    def leave(self, study: Hashable) -> None:
        self._had.pop(study, None)

    @contextlib.asynccontextmanager
    async def turn(self, study: Hashable, nbytes: int, *, first: bool) -> AsyncIterator[None]:
        """Waits for a slot and holds it during the block, in which `nbytes` are sent."""
        if self._free:
            self._free -= 1
        else:
            called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            one = _Waiting(study, first, next(self._numbers), called)
            self._waiting.append(one)
            try:
                await called
            except asyncio.CancelledError:
                if one in self._waiting:
                    self._waiting.remove(one)
                else:
                    self._pass_on()  # the slot came in the moment of giving up
                raise
        self._had[study] = self._had.get(study, 0) + nbytes
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        waiting = [one for one in self._waiting if not one.called.done()]
        if not waiting:  # who is giving up has no use for it
            self._free += 1
            return
        chosen = min(
            waiting,
            key=lambda one: (not one.first, self._had.get(one.study, 0), one.number),
        )
        self._waiting.remove(chosen)
        chosen.called.set_result(None)
