"""One live socket: what waits to be sent to it, and what it is."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any
from uuid import UUID

from server.api.services.rooms import Seats
from server.domain.people import CallSeat, Who

SendEvent = Callable[[MutableMapping[str, Any]], Coroutine[Any, Any, None]]
TOO_SLOW = 4408
"""Close code for a client that does not read fast enough: it reconnects and replays."""
SESSION_OVER = 4403
"""Close code for a session that was ended elsewhere: it does not come back."""
ABNORMAL = 1006
"""RFC 6455 7.4.1: the line ended without a closing frame. Never sent."""
_GONE = (OSError, RuntimeError)
"""What a transport raises for a client that is gone; the latter, once it gave up waiting for an
answer to its own ping and closed."""


class Connection(Seats):
    """Sends in order from a bounded queue in a task of its own, so no sender ever waits."""

    def __init__(self, send: SendEvent, limit: int) -> None:
        super().__init__()
        self._send = send
        self._limit = limit
        self._queue: deque[str] = deque()
        self._wake = asyncio.Event()
        self._close_code: int | None = None
        self._idle = False
        self._held: list[tuple[int, str]] | None = []
        self._last_seq = 0
        self.who: Who | None = None
        self.guest: CallSeat | None = None
        self.session_id: UUID | None = None
        self.homes: dict[UUID, UUID] = {}
        """The process in which a call runs that it takes part in, where that is another."""
        self.last_heard = time.monotonic()
        self.closed = asyncio.Event()
        self.gone = False
        self.on_gone: Callable[[], None] = lambda: None
        """Sending found the client gone; once. The reader may hear of it much later."""

    @property
    def session_over(self) -> bool:
        return self._close_code == SESSION_OVER

    def push(self, text: str) -> None:
        """Queues one frame; a client that cannot keep up is disconnected."""
        if self._close_code is not None:
            return
        if self._idle and not self._queue and self._send_now(text):
            return
        if len(self._queue) >= self._limit:
            self._queue.clear()
            self.close_after_queue(TOO_SLOW)
            return
        self._queue.append(text)
        self._wake.set()

    def _send_now(self, text: str) -> bool:
        """Sends without a task switch where the transport takes it; False when it does not.

        The server's `send` suspends only, and before anything is written, while the transport's
        buffer is full: closing it there leaves nothing half sent.
        """
        sending = self._send({"type": "websocket.send", "text": text})
        try:
            sending.send(None)
        except StopIteration:
            return True
        except _GONE:
            self._gone()
            return True
        sending.close()
        return False

    def _gone(self) -> None:
        """Nothing reaches the client any more: nobody else's message waits for it."""
        self.gone = True
        self._queue.clear()
        self.close_after_queue(ABNORMAL)
        told, self.on_gone = self.on_gone, lambda: None
        told()

    def fact(self, seq: int, text: str) -> None:
        """A fact, once each and in order; held back until the replay is done."""
        if self._held is not None:
            self._held.append((seq, text))
        elif seq > self._last_seq:
            self._last_seq = seq
            self.push(text)

    def replayed(self, seq: int) -> None:
        """The replay up to `seq` is queued: what came meanwhile follows."""
        held, self._held = self._held or [], None
        self._last_seq = seq
        for held_seq, text in held:
            self.fact(held_seq, text)

    def close_after_queue(self, code: int) -> None:
        """Closes when what is queued has been sent; nothing more is taken."""
        if self._close_code is None:
            self._close_code = code
        self._wake.set()

    async def run(self) -> None:
        """Sends until the socket closes."""
        try:
            while True:
                while self._queue:
                    await self._send({"type": "websocket.send", "text": self._queue.popleft()})
                if self._close_code is not None:
                    await self._send({"type": "websocket.close", "code": self._close_code})
                    return
                self._wake.clear()
                self._idle = True
                await self._wake.wait()
                self._idle = False
        except _GONE:
            self._gone()
        finally:
            self.closed.set()
