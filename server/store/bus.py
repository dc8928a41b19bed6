"""Facts on their way from a commit to the sockets of this process."""

from collections.abc import Callable, Iterable

import structlog

from server.domain.ports import Delivery

_LOG = structlog.get_logger("huizhen.facts")
Listener = Callable[[Delivery], None]


def tell_each(listeners: Iterable[Listener], delivery: Delivery) -> None:
    """What one listener does wrong is told in the log: it concerns neither the others, nor later
    facts, nor the request whose commit this is."""
    for listener in listeners:
        try:
            listener(delivery)
        except Exception:
            _LOG.exception("facts.listener_failed", seq=delivery.seq)


class LocalBus:
    """A `Bus` within one process: calls its listeners at once, in order."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def publish(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            tell_each(self._listeners, delivery)
