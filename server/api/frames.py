"""The WebSocket of every port: uvicorn's, with a short way for what nearly every frame is.

That is a whole text frame of at most 65,535 bytes, masked, of a message in one piece (RFC 6455
5.2). One that comes may be taken by who has asked for such; what goes is written in one piece with
what else goes there in the same turn of the loop. Everything else, and every frame that is not
taken, goes the way of uvicorn and `websockets`, which see each frame they get from its first byte
to its last.
"""

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

try:
    from websockets.speedups import apply_mask
except ImportError:  # a build of it without C
    from websockets.utils import apply_mask

SCOPE_KEY = "huizhen.frames"
Taker = Callable[[bytes], bool]
"""Is shown the body of a text frame, which may not be UTF-8; False leaves it to the long way."""

_TEXT = 0x81
"""FIN and the opcode of text; no reserved bit."""
_MASKED, _SIZE = 0x80, 0x7F
_TWO_BYTES, _EIGHT_BYTES = 126, 127
"""What stands in place of a size that follows."""
_LONGEST = 65_535
_AT_ONCE = 32 * 1024
"""So much is written without waiting for the turn's end: the transport says when it is full."""


class _Reading:
    """What one loop reads just now, if anything."""

    def __init__(self) -> None:
        self.answered: list[Frames] | None = None
        """Those to whom something is written once the data at hand are read through."""


_READING: WeakKeyDictionary[asyncio.AbstractEventLoop, _Reading] = WeakKeyDictionary()


class Frames(WebSocketsSansIOProtocol):
    """One WebSocket; its application finds `heed` in its scope."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._reading = _READING.setdefault(self.loop, _Reading())
        self._most = min(self.config.ws_max_size, _LONGEST)
        self._head = b""
        self._left = 0
        """Bytes of a frame that has begun the long way, and are still to come."""
        self._awaited = False
        self._taker: Taker | None = None
        self._outgoing: list[bytes] = []
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        application, self.app = self.app, self._serve
        self._application: Any = application

    def connection_lost(self, exc: Exception | None) -> None:
        self._taker = None
        self._outgoing.clear()
        super().connection_lost(exc)

    async def _serve(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Coroutine[Any, Any, Any]],
        send: Callable[[Any], Coroutine[Any, Any, None]],
    ) -> None:
        scope[SCOPE_KEY] = self.heed
        try:
            await self._application(scope, receive, send)
        finally:
            self._flush()

    def heed(self, taker: Taker) -> None:
        """From now on the taker is shown text frames while the application waits for one, and none
        came before it: the order stays."""
        self._taker = taker

    # --- what comes --------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if not self.handshake_initiated:  # the request, which the HTTP protocol hands over whole
            super().data_received(data)
            return
        answered: list[Frames] = []
        self._reading.answered = answered
        try:
            self._read(data)
        finally:
            self._reading.answered = None
            for one in answered:
                one._flush()

    def _read(self, data: bytes) -> None:
        begun = len(self._head)  # bytes of a frame that have gone the long way, less than its head
        data, self._head = self._head + data, b""
        at, end = 0, len(data)
        if self._left:
            at = min(self._left, end)
            self._left -= at
            self._long_way(data[:at])
        while at < end and self.conn.parser_exc is None:
            start, size = _measured(data, at)
            if not start:
                self._head = data[at:]
                self._long_way(data[at + begun :])
                return
            whole = start + size
            if begun or whole > end or not self._taken(data, at, start, whole):
                self._left = max(0, whole - end)
                self._long_way(data[at + begun : whole])
            at, begun = whole, 0

    def _taken(self, data: bytes, at: int, start: int, whole: int) -> bool:
        """Whether somebody has taken the frame, which is all there."""
        taker, conn = self._taker, self.conn
        if (
            taker is None
            or data[at] != _TEXT
            or not data[at + 1] & _MASKED
            or not 0 < whole - start <= self._most
            or not self._awaited
            or not self.queue.empty()
            or conn.state is not State.OPEN
            or conn.current_size is not None
        ):
            return False
        return taker(apply_mask(data[start:whole], data[start - 4 : start]))

    def _long_way(self, data: bytes) -> None:
        self._flush()
        super().data_received(data)

    async def receive(self) -> Any:
        self._awaited = True
        try:
            return await super().receive()
        finally:
            self._awaited = False

    # --- what goes ---------------------------------------------------------------------------

    async def send(self, message: Any) -> None:
        text = message.get("text")
        if (
            text is None
            or message.get("bytes") is not None
            or self.conn.state is not State.OPEN
            or self.conn.extensions
            or not self.writable.is_set()
        ):
            self._flush()
            await super().send(message)
            return
        if self.disconnected:
            raise ClientDisconnected
        self._write(text.encode())

    def _write(self, body: bytes) -> None:
        if not self._outgoing:
            answered = self._reading.answered
            if answered is None:
                self.loop.call_soon(self._flush)
            else:
                answered.append(self)
        self._outgoing += (_head_of(len(body)), body)
        self._size += len(body)
        if self._size >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if not self._outgoing:
            return
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        self._size = 0
        if self.conn.state is State.OPEN:
            self.transport.write(data)

    def shutdown(self) -> None:
        self._flush()
        super().shutdown()


def _measured(data: bytes, at: int) -> tuple[int, int]:
    """Where the body of the frame at a place begins and how long it is; (0, 0) while its head is
    not all there."""
    head = at + 2
    if len(data) < head:
        return 0, 0
    second = data[at + 1]
    size = second & _SIZE
    if size >= _TWO_BYTES:
        field = head
        head += 2 if size == _TWO_BYTES else 8
        size = int.from_bytes(data[field:head], "big")
    if second & _MASKED:
        head += 4
    return (head, size) if head <= len(data) else (0, 0)


def _head_of(size: int) -> bytes:
    """Of one text frame, unmasked."""
    if size < _TWO_BYTES:
        return bytes((_TEXT, size))
    if size < 1 << 16:
        return bytes((_TEXT, _TWO_BYTES)) + size.to_bytes(2, "big")
    return bytes((_TEXT, _EIGHT_BYTES)) + size.to_bytes(8, "big")
