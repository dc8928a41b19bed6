"""The bytes of one instance: in one go, or in portions while a call needs the line.

What a server has begun to answer fills the buffers on the way, whatever its reader does: who leaves
the line to a call must ask for little at a time. Portions of all downloads take turns, one on the
way at once. What somebody waits for goes before all else: what was asked for in one go breaks off,
and goes on from there afterwards.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from app.net.errors import NotUnderstood
from app.transfer.rates import Pace
from app.transfer.session import Server

PORTION_S = 0.5
"""How long a portion takes at the speed that is left to it."""
LEAST_BYTES, MOST_BYTES = 8 * 1024, 256 * 1024
"""Below the least the words around a portion would cost more than it carries."""
AT_ITS_END = 64 * 1024
"""Of what has no more bytes to come than that, they are on the way already."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One instance, looked at through a case."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    consultation_id: UUID


class Downloads:
    """What all downloads of a process share: the line, and whose turn it is."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._turn = asyncio.Lock()
        self._rushed = 0
        self._calm = asyncio.Event()
        self._calm.set()

    def yielding(self) -> bool:
        """Whether something else needs the line."""
        return self.pace.limit is not None

    @contextlib.contextmanager
    def rushing(self) -> Iterator[None]:
        """Somebody waits for what is fetched within: everything else waits for that."""
        self._rushed += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._rushed -= 1
            if not self._rushed:
                self._calm.set()

    async def bytes_of(
        self,
        server: Server,
        wanted: Wanted,
        on_size: Callable[[int], None] = lambda _size: None,
        *,
        rushed: bool = False,
    ) -> AsyncGenerator[bytes, None]:
        """The whole instance, as it comes; its size is told where the server says it. Errors as
        `Dicomweb.retrieve`."""
        at = 0
        total: int | None = None
        while total is None or at < total:
            if self.yielding():
                portion, total = await self._portion(server, wanted, at, rushed=rushed)
                at += len(portion)
                yield portion
                continue
            if not rushed:
                await self._calm.wait()
            async with self._asked(server, wanted, at, None) as (pieces, total):
                if total is not None:
                    on_size(total)
                async for piece in pieces:
                    at += len(piece)
                    yield piece
                    if total is not None and self._gives_way(total - at, rushed=rushed):
                        break  # the rest comes in portions, or later
                else:
                    return

    def _gives_way(self, left: int, *, rushed: bool) -> bool:
        waited_for = self._rushed and not rushed and left > AT_ITS_END
        return self.yielding() or bool(waited_for)

    async def _portion(
        self, server: Server, wanted: Wanted, at: int, *, rushed: bool
    ) -> tuple[bytes, int | None]:
        if not rushed:
            await self._calm.wait()
        async with self._turn:
            limit = self.pace.limit
            size = MOST_BYTES if limit is None else int(limit * PORTION_S)
            size = min(max(size, LEAST_BYTES), MOST_BYTES)
            await self.pace.pass_(size)
            async with self._asked(server, wanted, at, size) as (pieces, total):
                return b"".join([piece async for piece in pieces]), total

    @contextlib.asynccontextmanager
    async def _asked(
        self, server: Server, wanted: Wanted, at: int, size: int | None
    ) -> AsyncIterator[tuple[AsyncIterator[bytes], int | None]]:
        async with server.dicomweb.retrieve(
            wanted.study_instance_uid,
            wanted.series_instance_uid,
            wanted.sop_instance_uid,
            wanted.consultation_id,
            start=at,
            size=size,
        ) as answer:
            whole = answer.total is None and (at or size is not None)
            if answer.start != at or whole:
                raise NotUnderstood("the server answered another part of the object")
            yield answer.pieces, answer.total
