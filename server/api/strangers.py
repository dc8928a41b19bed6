"""Connections on which nobody has shown a good token yet: bounded in number and in time."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Container
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.api.devices import with_entry

SCOPE_KEY = "huizhen.known"
KNOWN: ContextVar[Callable[[], None]] = ContextVar("known", default=lambda: None)
"""Says that whoever is at the other end of the connection of a request has shown a good token."""
HEADER_S = 20.0
"""From the first byte of a request, or from the connection, to the end of its head."""
BODY_S = 60.0
"""How long a body may stand still that somebody here waits for."""
MOST = 4096
MOST_EACH = 1024
"""Of one address: a hospital behind one address opens as many at once after a cut."""
OPEN_FILES = 65536
_TOLD_EVERY_S = 10.0
_LOG = structlog.get_logger("huizhen.connections")


class Counting(Protocol):
    """Who counts connections."""

    def strangers(self, count: int) -> None: ...

    def cut_off(self, why: str) -> None: ...


class Connection(Protocol):
    """One that can be ended."""

    def end(self) -> None: ...


def more_open_files() -> int:
    """As many as the system allows, up to `OPEN_FILES`; answers how many."""
    if os.name != "posix":
        return OPEN_FILES
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)


class Strangers:
    """Those of a port. Where there are too many, the oldest is ended, so that one who signs in gets
    through whoever holds the others; once half of the room is taken, one address has a share only:
    a hospital of two thousand behind one address comes back at once.

    Args:
        most: of all.
        proxies: addresses that stand for many, whose share is not bounded.
    """

    def __init__(
        self,
        most: int,
        now: Callable[[], float],
        counting: Counting | None = None,
        proxies: Container[str] = (),
    ) -> None:
        self._most, self._now, self._counting = most, now, counting
        self._proxies = proxies
        self._waiting: dict[Connection, str] = {}
        self._each: Counter[str] = Counter()
        self._cut, self._told_at = 0, -_TOLD_EVERY_S

    def __len__(self) -> int:
        return len(self._waiting)

    def come(self, one: Connection, address: str) -> None:
        """A connection was made; it may be ended at once."""
        full = len(self._waiting) >= self._most // 2
        if full and self._each[address] >= MOST_EACH and address not in self._proxies:
            self.cut(one, "too_many_of_one", address)
            return
        self._waiting[one] = address
        self._each[address] += 1
        self._count()
        if len(self._waiting) > self._most:
            oldest, its = next(iter(self._waiting.items()))
            self.cut(oldest, "too_many", its)

    def gone(self, one: Connection) -> None:
        """It ended, or is a stranger's no longer."""
        address = self._waiting.pop(one, None)
        if address is None:
            return
        self._each[address] -= 1
        if not self._each[address]:
            del self._each[address]
        self._count()

    def cut(self, one: Connection, why: str, address: str) -> None:
        """Ends it, and tells so now and then."""
        self.gone(one)
        one.end()
        self._cut += 1
        if self._counting is not None:
            self._counting.cut_off(why)
        if self._now() - self._told_at >= _TOLD_EVERY_S:
            self._told_at = self._now()
            _LOG.warning(
                "connections.cut_off",
                why=why,
                address=address,
                count=self._cut,
                strangers=len(self._waiting),
            )
            self._cut = 0

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.strangers(len(self._waiting))


def bounded(protocol: Any, strangers: Strangers) -> Any:
    """A protocol of uvicorn, HTTP or WebSocket, whose connections count among the strangers."""

    class Bounded(protocol):  # type: ignore[misc]  # whichever protocol the site's uvicorn has
        app: Any

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            client: Any = self.client
            self.address = client[0] if client else ""
            known = partial(strangers.gone, self)
            self.app = partial(with_entry, self.app, SCOPE_KEY, known)
            strangers.come(self, self.address)

        def connection_lost(self, error: Exception | None) -> None:
            strangers.gone(self)
            super().connection_lost(error)

        def end(self) -> None:
            """At once: who says nothing answers no goodbye either."""
            transport: Any = self.transport
            transport.abort()

    return Bounded


def timed(protocol: Any, strangers: Strangers) -> Any:
    """A bounded one for HTTP over httptools, whose requests come within some time."""
    return type("Timed", (_Timed, protocol), {"strangers": strangers})


class _Timed(HttpToolsProtocol):
    """Before a bounded one in the order of methods: `address` and `end` are that one's."""

    strangers: Strangers
    address: str
    end: Callable[[], None]
    _waits: asyncio.TimerHandle | None = None
    _came = 0.0
    _left = False
    """The connection is a WebSocket's now."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(HEADER_S, self._look_at_head)

    def connection_lost(self, error: Exception | None) -> None:
        self._rest()
        super().connection_lost(error)

    def handle_websocket_upgrade(self) -> None:
        self._rest()
        self._left = True
        self.strangers.gone(self)
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        self._came = self.loop.time()
        super().data_received(data)
        if self._left:
            return
        answered = self.cycle is None or self.cycle.response_complete
        if answered and self._waits is None and self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._waits is None:
            self._wait(HEADER_S, self._look_at_head)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._wait(BODY_S, self._look_at_body)

    def on_body(self, body: bytes) -> None:
        cycle: Any = self.cycle  # for uvicorn its body is always a bytearray
        if not cycle.body:
            # Bytes, and no bytearray: what is added to none of them is handed on as it came.
            cycle.body = b""
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._rest()
        super().on_message_complete()

    def _look_at_head(self) -> None:
        if self.flow.read_paused:  # an earlier request is worked on
            self._wait(HEADER_S, self._look_at_head)
        else:
            self.strangers.cut(self, "no_header", self.address)

    def _look_at_body(self) -> None:
        """Ends it where the other end is what is waited for."""
        ours = self.flow.read_paused or self.cycle.waiting_for_100_continue
        since = 0.0 if ours else self.loop.time() - self._came
        if since >= BODY_S:
            self.strangers.cut(self, "no_body", self.address)
        else:
            self._wait(BODY_S - since, self._look_at_body)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._rest()
        self._waits = self.loop.call_later(seconds, then)

    def _rest(self) -> None:
        waits, self._waits = self._waits, None
        if waits is not None:
            waits.cancel()
