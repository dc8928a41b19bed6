"""Instances on their way in, whatever is done with them then."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from protocol.account import Role
from protocol.errors import ErrorCode
from server.api.dicomweb.arriving import Incoming
from server.api.dicomweb.headers import Header
from server.domain.errors import Invalid, invalid_field
from server.domain.people import Who
from server.domain.ports import Fresh, ObjectStore
from server.store.multipart import DICOM, PartBegan, PartEnded, PartReader

BATCH_PARTS = 32
BATCH_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
"""So much of a part is collected before a thread hashes it."""
THREADS = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part; without `failure` (a FailureReason) it is stored, `already` if what
    is held says the same in other bytes."""

    header: Header | None
    failure: int | None = None
    already: bool = False


class _Keeper:
    """Keeps whole parts of one body while the next ones come in: those that wait, together."""

    def __init__(
        self,
        keep: Callable[[list[Incoming]], Awaitable[list[Outcome]]],
        drop: Callable[[Incoming], Awaitable[None]],
    ) -> None:
        self._keep, self._drop = keep, drop
        self._whole: list[Incoming] = []
        self._outcomes: list[Outcome] = []
        self._running: asyncio.Task[None] | None = None

    def add(self, part: Incoming) -> None:
        self._whole.append(part)

    async def go_on(self, *, more: bool) -> None:
        """Begins with what is whole, if `more` comes; waits only when too much does."""
        full = (
            len(self._whole) >= BATCH_PARTS or sum(one.size for one in self._whole) >= BATCH_BYTES
        )
        if self._running is not None and (full or self._running.done()):
            await self._running
            self._running = None
        if self._whole and more and self._running is None:
            self._running = asyncio.create_task(self._run())

    async def finish(self) -> list[Outcome]:
        """What became of every whole part, in their order; after a failure no more is begun, and
        what waited for its turn is dropped."""
        try:
            if self._running is not None:
                await self._running
            await self._run()
        finally:
            for part in self._whole:
                await self._drop(part)
        return self._outcomes

    async def _run(self) -> None:
        while self._whole:
            whole, self._whole = self._whole, []
            self._outcomes += await self._keep(whole)


class Taking(ABC):
    """Takes instances of STOW-RS bodies and of uploads in pieces; what is done with whole ones is
    said by `_keep`."""

    def __init__(self, objects: ObjectStore, max_instance_bytes: int) -> None:
        self._objects = objects
        self._max = max_instance_bytes
        self._threads = ThreadPoolExecutor(THREADS, "huizhen-intake")

    @abstractmethod
    async def _keep(self, who: Who, study_uid: str | None, parts: list[Incoming]) -> list[Outcome]:
        """Makes whole parts durable and known; answers what became of each, in their order."""

    async def store(
        self, who: Who, chunks: AsyncIterator[bytes], boundary: str, study_uid: str | None
    ) -> list[Outcome]:
        """Stores every part as it completes; a body that is cut keeps what was whole."""
        _may_store(who)
        reader = PartReader(boundary)
        keeper = _Keeper(partial(self._keep, who, study_uid), self.drop)
        part: Incoming | None = None
        try:
            async for chunk in chunks:
                for event in reader.feed(chunk):
                    match event:
                        case PartBegan(content_type):
                            part = Incoming(content_type, self._objects.sink(bulk=True))
                        case PartEnded():
                            assert part is not None
                            keeper.add(part)
                            part = None
                        case data:
                            assert part is not None
                            part.add(data)
                            await self._absorb(part)
                await keeper.go_on(more=not reader.finished)
        finally:
            if part is not None:
                await self.drop(part)
            outcomes = await keeper.finish()
        if not reader.finished:
            raise Invalid(
                ErrorCode.MALFORMED_MESSAGE,
                "the body ended before its closing boundary; send again",
            )
        return outcomes

    def incoming(self, who: Who, length: int) -> Incoming:
        """Takes one instance of so many bytes; `take`, then `store_one` or `drop`."""
        _may_store(who)
        if length > self._max:
            raise self._too_large()
        return Incoming(DICOM, self._objects.sink(bulk=True))

    async def take(self, incoming: Incoming, chunk: bytes) -> None:
        incoming.add(memoryview(chunk))
        await self._absorb(incoming)

    async def store_one(
        self, who: Who, incoming: Incoming, study_uid: str | None, sha256: str
    ) -> Outcome:
        """Stores what has come, if it is what was announced."""
        incoming.expected = sha256
        (outcome,) = await self._keep(who, study_uid, [incoming])
        return outcome

    async def finished(self, incoming: Incoming) -> Fresh:
        """What has come so far, as it is; nothing more can be added."""

        def finish() -> Fresh:
            incoming.absorb()
            return incoming.sink.finish()

        return await self._in_thread(finish)

    async def drop(self, incoming: Incoming) -> None:
        await self._in_thread(incoming.sink.discard)

    def _too_large(self) -> Invalid:
        return Invalid(ErrorCode.TOO_LARGE, f"an instance is larger than {self._max} bytes")

    async def _absorb(self, part: Incoming) -> None:
        if part.size > self._max:
            raise self._too_large()
        if part.waiting >= PIECE_BYTES:
            await self._in_thread(part.absorb)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)

    def close(self) -> None:
        """Blocks until what runs has ended, which may wait for the loop."""
        self._threads.shutdown()


def _may_store(who: Who) -> None:
    who.needs(Role.REQUESTER)
    if who.institution_id is None:
        raise invalid_field("your account belongs to no institution", "institution_id")
