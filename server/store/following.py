"""Facts of all processes of a site, in the order of their numbers.

Numbers are dense and in the order of commits (`store/facts.py`), so a process sees that some are
missing and reads them from the database. What others say only makes it look at once: whatever is
said too late, twice or never, nothing is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import structlog

from server.domain.ports import Delivery
from server.store.bus import Listener, tell_each
from server.store.errors import DatabaseAway

_LOG = structlog.get_logger("huizhen.facts")
AT_ONCE = 500
LOOK_EVERY_S, LOOK_OFTEN_S = 5.0, 0.5
"""How often it looks unasked: while others can be heard, and while they cannot."""

Reading = Callable[[int, int], Awaitable[list[Delivery]]]
"""The facts after a number, at most so many."""


class FollowingBus:
    """A `Bus` among others on one database.

    Args:
        say: tells the others how far the facts stand now.
        heard: whether the others can be heard.
    """

    def __init__(self, say: Callable[[int], None], heard: Callable[[], bool]) -> None:
        self._say, self._heard = say, heard
        self._listeners: list[Listener] = []
        self._others: list[Listener] = []
        self._seen = 0
        self._ahead: dict[int, Delivery] = {}
        self._wake = asyncio.Event()

    @property
    def seen(self) -> int:
        """The number of the last fact that was delivered."""
        return self._seen

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def listen_to_others(self, listener: Listener) -> None:
        """To facts that other processes told, after everybody has them."""
        self._others.append(listener)

    def publish(self, deliveries: Iterable[Delivery]) -> None:
        last = 0
        for delivery in deliveries:
            last = delivery.seq
            if delivery.seq == self._seen + 1:
                self._deliver(delivery)
            elif delivery.seq > self._seen:
                self._ahead[delivery.seq] = delivery
                self._wake.set()
        if last:
            self._say(last)

    def stand(self, seq: int) -> None:
        """Somebody says that facts go up to this number."""
        if seq > self._seen:
            self._wake.set()

    def look(self) -> None:
        """Others can be heard again, or no longer."""
        self._wake.set()

    def start(self, latest: int) -> None:
        """What was told before concerns nobody who is connected here."""
        self._seen = latest

    async def run(self, read: Reading) -> None:
        """Fetches what is missing, until it is cancelled."""
        while True:
            try:
                while await self._fetch(read):
                    pass
            except DatabaseAway:
                _LOG.warning("facts.not_read")
            except Exception:
                _LOG.exception("facts.failed")
            every = LOOK_EVERY_S if self._heard() else LOOK_OFTEN_S
            with suppress(TimeoutError):
                async with asyncio.timeout(every):  # `wait_for` would swallow being cancelled
                    await self._wake.wait()
            self._wake.clear()

    async def _fetch(self, read: Reading) -> bool:
        """True when there may be more."""
        found = await read(self._seen, AT_ONCE)
        for delivery in found:
            if delivery.seq > self._seen:
                mine = self._ahead.pop(delivery.seq, None)
                self._deliver(mine or delivery)
                if mine is None:
                    tell_each(self._others, delivery)
        self._ahead = {seq: one for seq, one in self._ahead.items() if seq > self._seen}
        return len(found) == AT_ONCE

    def _deliver(self, delivery: Delivery) -> None:
        self._seen = delivery.seq
        tell_each(self._listeners, delivery)
