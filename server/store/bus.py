"""Facts on their way from a commit to the sockets of this process."""

from collections.abc import Callable, Iterable

from server.domain.ports import Delivery


class LocalBus:
    """A `Bus` within one process: calls its listeners at once, in order."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Delivery], None]] = []

    def listen(self, listener: Callable[[Delivery], None]) -> None:
        self._listeners.append(listener)

    def publish(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            for listener in self._listeners:
                listener(delivery)
