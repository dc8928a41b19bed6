"""Whole objects of the store: taken in from a request up to a limit, and read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from protocol.errors import ErrorCode
from server.domain.errors import Invalid
from server.domain.ports import Fresh, ObjectStore


async def received(
    objects: ObjectStore, chunks: AsyncIterator[bytes], most: int, what: str, *, bulk: bool = False
) -> Fresh:
    """What came in, not kept yet. Raises `Invalid` (too_large) beyond `most` bytes; `what` is how
    the refusal calls it; of `bulk` see `ObjectStore.sink`."""
    sink, size = objects.sink(bulk=bulk), 0
    try:
        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise Invalid(ErrorCode.TOO_LARGE, f"{what} has at most {most} bytes")
            await asyncio.to_thread(sink.write, chunk)
        return await asyncio.to_thread(sink.finish)
    except BaseException:
        await asyncio.to_thread(sink.discard)
        raise


async def check(fresh: Fresh, sha256: str, magic: bytes, kind: str) -> None:
    """Raises `Invalid` unless it has this hash and begins as files of its kind do."""

    def begin() -> bytes:
        with contextlib.closing(fresh.open()) as data:
            return data.read(len(magic))

    if await asyncio.to_thread(begin) != magic:
        raise Invalid(ErrorCode.VALIDATION_FAILED, f"this is no {kind}")
    if fresh.sha256 != sha256:
        raise Invalid(ErrorCode.HASH_MISMATCH, "these bytes have another hash")


async def whole(objects: ObjectStore, sha256: str) -> bytes:
    """All bytes of an object; raises a `StoreError`."""

    def read() -> bytes:
        with contextlib.closing(objects.open(sha256)) as found:
            return found.read()

    return await asyncio.to_thread(read)
