"""What processes of a site say to each other, through Redis Streams.

Nothing that must last is said here, and no content of a case: facts are read from the database.
One stream is for everybody and one for each process; a reader that lost the line goes on where it
stopped, as long as Redis still has it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_LOG = structlog.get_logger("huizhen.redis")
_KEPT = 10_000
"""Messages a stream keeps for readers that are behind; about."""
_WAITING = 10_000
"""Messages that wait here while Redis is away; the oldest go first."""
_AT_ONCE = 500
_BLOCK_MS = 2_000
_AGAIN_S = 0.5
_TIMEOUT_S = 5.0
_FORGOTTEN_S = 3_600
_EVERYBODY = b"huizhen:everybody"
_FIELD = b"m"

Heard = Callable[[bytes], None]


class Streams:
    """Sends in order and hears in order; away, it keeps trying.

    Args:
        url: of Redis, `redis://` or `rediss://`.
        me: this process.
    """

    def __init__(self, url: str, me: UUID) -> None:
        self._url = url
        self._mine = _stream_of(me)
        self._last: dict[bytes, bytes] = {}
        self._out: deque[tuple[bytes, bytes]] = deque(maxlen=_WAITING)
        self._to_send = asyncio.Event()
        self._here = False
        self._over = asyncio.Event()
        self.on_heard: Heard = lambda _message: None
        self.on_moved: Callable[[bool], None] = lambda _here: None
        """Redis is here now (True), or away."""

    @property
    def here(self) -> bool:
        return self._here

    def send(self, message: bytes, to: UUID | None = None) -> None:
        """To one process, or to everybody (the sender hears it too)."""
        self._out.append((_EVERYBODY if to is None else _stream_of(to), message))
        self._to_send.set()

    def end(self) -> None:
        """Before `run` is cancelled, which a driver, or a task group whose other task failed just
        then, may swallow."""
        self._over.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while not self._over.is_set():
            client = Redis.from_url(
                self._url, socket_connect_timeout=_TIMEOUT_S, socket_timeout=_TIMEOUT_S
            )
            try:
                await self._begin(client)
                if self._over.is_set():
                    return
                self._moved(here=True)
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._read(client))
                    both.create_task(self._write(client))
            except* (RedisError, OSError, TimeoutError) as errors:
                if self._here or not self._last:
                    why = type(errors.exceptions[0]).__name__
                    _LOG.error("redis.away", reason=why)
                self._moved(here=False)
            finally:
                await _closed(client)
            await asyncio.sleep(_AGAIN_S)

    def _moved(self, *, here: bool) -> None:
        if here is self._here:
            return
        self._here = here
        if here:
            _LOG.info("redis.here")
        self.on_moved(here)

    async def _begin(self, client: Any) -> None:
        """Begins to listen where the streams end now, or where it stopped."""
        await client.ping()
        for stream in (_EVERYBODY, self._mine):
            if stream not in self._last:
                newest = await client.xrevrange(stream, count=1)
                self._last[stream] = newest[0][0] if newest else b"0-0"

    async def _read(self, client: Any) -> None:
        while not (self._over.is_set() or _ending()):
            found = await client.xread(self._last, count=_AT_ONCE, block=_BLOCK_MS)
            for stream, entries in _pairs(found):
                for entry_id, fields in entries:
                    self._last[stream] = entry_id
                    self._hear(fields[_FIELD])

    def _hear(self, message: bytes) -> None:
        try:
            self.on_heard(message)
        except Exception:  # what one message does wrong must not stop the others
            _LOG.exception("redis.message_failed")

    async def _write(self, client: Any) -> None:
        while not (self._over.is_set() or _ending()):
            await self._to_send.wait()
            self._to_send.clear()
            while self._out:
                batch = [self._out.popleft() for _ in range(min(len(self._out), _AT_ONCE))]
                try:
                    await self._send_all(client, batch)
                except BaseException:
                    self._out.extendleft(reversed(batch))
                    self._to_send.set()
                    raise

    async def _send_all(self, client: Any, batch: list[tuple[bytes, bytes]]) -> None:
        async with client.pipeline(transaction=False) as pipe:
            for stream, message in batch:
                pipe.xadd(stream, {_FIELD: message}, maxlen=_KEPT, approximate=True)
            for stream in {stream for stream, _ in batch} - {_EVERYBODY}:
                pipe.expire(stream, _FORGOTTEN_S)
            await pipe.execute()


def _ending() -> bool:
    """Whether this task was cancelled, also where the driver has swallowed it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _stream_of(process: UUID) -> bytes:
    return f"huizhen:to:{process}".encode()


def _pairs(found: Any) -> Any:
    """Redis 3 of the protocol answers a mapping, Redis 2 pairs."""
    return found.items() if isinstance(found, dict) else found or ()


async def _closed(client: Any) -> None:
    try:
        await client.aclose()
    except (RedisError, OSError):
        return  # it was away
