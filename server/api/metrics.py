"""What an operator watches, in Prometheus's text format: numbers only, nothing of a patient.

The listener is one of its own, on an inner address; the port of clients does not answer it.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)

from protocol.consultation import Urgency
from server.domain.ports import Clock, Delivery
from server.setting_values import SettingsError
from server.store.work import Store, Work

_LOG = structlog.get_logger("huizhen.metrics")
LOOKED_EVERY_S = 5.0
OVERDUE = timedelta(seconds=10)
"""A clock that ran out so long ago and stands there still, is not being fired."""
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Everything that is counted in this process. Its methods are cheap and never fail."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "huizhen_requests",
            "Requests by route template; claims, signatures and uploads are routes",
            ("method", "route", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "huizhen_request_seconds", "Until the answer is complete", ("route",),
            buckets=_FAST, registry=registry,
        )  # fmt: skip
        self._image_bytes = Counter(
            "huizhen_stow_bytes", "Bytes of images that came in by DICOMweb", registry=registry
        )
        self._sockets = Gauge("huizhen_sockets", "Open sockets, guests too", registry=registry)
        self._strangers = Gauge(
            "huizhen_strangers", "Connections nobody has signed in on", registry=registry
        )
        self._cut_off = Counter(
            "huizhen_connections_cut_off", "Of these, ended by the server", ("why",),
            registry=registry,
        )  # fmt: skip
        self._facts = Counter("huizhen_facts", "Facts on their way to sockets", registry=registry)
        self._fact_delay = Histogram(
            "huizhen_fact_delay_seconds",
            "From the transaction that told a fact, in any process, to the sockets of this one",
            buckets=_FAST,
            registry=registry,
        )
        self._database = Histogram(
            "huizhen_database_seconds",
            "Of a unit of work, the wait for other writers of this process included",
            ("kind",),
            buckets=_FAST,
            registry=registry,
        )
        self._events = Counter(
            "huizhen_log_events", "Warnings and errors of the log", ("level", "event"),
            registry=registry,
        )  # fmt: skip
        self._errors = Counter(
            "huizhen_log_errors", "Errors of the log, from 0: the first counts too",
            registry=registry,
        )  # fmt: skip
        self._clocks = Counter("huizhen_clocks_fired", "Clocks of cases", registry=registry)
        self._overdue = Gauge(
            "huizhen_clocks_overdue", "Clocks that should have fired", registry=registry
        )
        self._queue = Gauge(
            "huizhen_queue_cases", "Cases that wait for an expert", ("urgency",), registry=registry
        )
        self._late = Gauge(
            "huizhen_queue_late_cases", "Of these, later than they should be", ("urgency",),
            registry=registry,
        )  # fmt: skip
        self._seen = Gauge("huizhen_fact_number", "Of the last fact delivered", registry=registry)
        self._read = Gauge(
            "huizhen_database_up", "1 when the last look at the database went well",
            registry=registry,
        )  # fmt: skip
        self.calls = Gauge("huizhen_calls", "Calls that run here", registry=registry)
        self.redis_up = Gauge(
            "huizhen_redis_up", "1 while other processes can be heard", registry=registry
        )
        self.processes = Gauge("huizhen_processes", "That live, of this site", registry=registry)
        self.redis_up.set(1)
        self.processes.set(1)

    # --- what happens --------------------------------------------------------------------------

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def received(self, count: int) -> None:
        """Bytes of an upload."""
        self._image_bytes.inc(count)

    def socket_opened(self) -> None:
        self._sockets.inc()

    def socket_closed(self) -> None:
        self._sockets.dec()

    def strangers(self, count: int) -> None:
        self._strangers.set(count)

    def cut_off(self, why: str) -> None:
        self._cut_off.labels(why).inc()

    def delivered(self, delivery: Delivery) -> None:
        self._facts.inc()
        self._seen.set(delivery.seq)
        self._fact_delay.observe(max(0.0, (self._clock.now() - delivery.at).total_seconds()))

    def fired(self, count: int) -> None:
        self._clocks.inc(count)

    @contextmanager
    def unit(self, kind: str) -> Iterator[None]:
        """Around one unit of work, `reading` or `writing`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._database.labels(kind).observe(time.perf_counter() - begun)

    def logged(self, _logger: Any, level: str, line: Any) -> Any:
        """A processor of structlog: passes every line on."""
        if level in {"warning", "error", "critical"}:
            self._events.labels(level, str(line.get("event", ""))).inc()
        if level in {"error", "critical"}:
            self._errors.inc()
        return line

    # --- what is looked up ---------------------------------------------------------------------

    async def run(self, store: Store) -> None:
        """Looks at the queue and the clocks, until it is cancelled."""
        while True:
            try:
                async with store.reading() as work:
                    await self.look(work)
                self._read.set(1)
            except Exception:
                self._read.set(0)
                _LOG.warning("metrics.not_looked")
            await asyncio.sleep(LOOKED_EVERY_S)

    async def look(self, work: Work) -> None:
        cases = await work.cases.pool()
        for urgency in Urgency:
            waiting = [case for case in cases if case.content.urgency is urgency]
            late = [case for case in waiting if case.accept_by and case.accept_by <= work.now]
            self._queue.labels(urgency.value).set(len(waiting))
            self._late.labels(urgency.value).set(len(late))
        self._overdue.set(await work.cases.timers.count_due(work.now - OVERDUE))

    @contextmanager
    def listening(self, host: str, port: int | None) -> Iterator[None]:
        """Answers `GET /metrics` meanwhile, where a port is given; raises `SettingsError`."""
        if port is None:
            yield
            return
        try:
            server, thread = start_http_server(port, host, self.registry)
        except OSError as error:
            raise SettingsError(
                f"HUIZHEN_METRICS_HOST, HUIZHEN_METRICS_PORT: cannot listen on {host} port {port} "
                f"({error.strerror}); stop what listens there or choose another"
            ) from error
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
