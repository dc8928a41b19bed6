"""Stored bytes on their way out: in constant memory, and nothing of a damaged object."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from server.domain.ports import ObjectReader, ObjectSource

T = TypeVar("T")
PIECE_BYTES = 1024 * 1024
"""An object of at most so many bytes is read whole before its answer begins."""


class Outgoing:
    """A stretch of one object, opened and its first piece read; close it, or read it to its end."""

    def __init__(self, reader: ObjectReader, first: bytes, left: int) -> None:
        self._reader, self.first, self._left = reader, first, left

    @property
    def whole(self) -> bool:
        """Whether the first piece is everything."""
        return not self._left

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            yield self.first
            while self._left:
                piece = await asyncio.to_thread(self._reader.read, min(PIECE_BYTES, self._left))
                if not piece:
                    raise EOFError("the stored object is shorter than its record")
                self._left -= len(piece)
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        self._reader.close()


async def outgoing(objects: ObjectSource, sha256: str, start: int, length: int) -> Outgoing:
    """Opens `length` bytes from `start` on; raises a `StoreError`."""

    def begin() -> Outgoing:
        reader = objects.open(sha256)
        try:
            reader.seek(start)
            first = reader.read(min(PIECE_BYTES, length))
        except BaseException:
            reader.close()
            raise
        if len(first) == length:
            reader.close()
        return Outgoing(reader, first, length - len(first))

    return await asyncio.to_thread(begin)


def read_by(objects: ObjectSource, sha256: str, use: Callable[[ObjectReader], T]) -> T:
    """What `use` makes of an open object; blocking."""
    reader = objects.open(sha256)
    try:
        return use(reader)
    finally:
        reader.close()


async def with_reader(objects: ObjectSource, sha256: str, use: Callable[[ObjectReader], T]) -> T:
    """The same in a thread."""
    return await asyncio.to_thread(read_by, objects, sha256, use)


class Making:
    """Bytes that are made of one object as they are read, `size` in all where that is known before;
    read them to their end."""

    def __init__(self, reader: ObjectReader, size: int | None, pieces: Iterator[bytes]) -> None:
        self._reader, self.size, self._pieces = reader, size, pieces

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            while (piece := await asyncio.to_thread(next, self._pieces, None)) is not None:
                yield piece
        finally:
            self._reader.close()


Made = tuple[int | None, Iterator[bytes]]
"""How many bytes will come, where that is known, and them."""


async def making(
    objects: ObjectSource, sha256: str, begin: Callable[[ObjectReader], Made]
) -> Making:
    """Opens an object and begins with it, in a thread."""

    def run() -> Making:
        reader = objects.open(sha256)
        try:
            return Making(reader, *begin(reader))
        except BaseException:
            reader.close()
            raise

    return await asyncio.to_thread(run)
