"""An image sent in pieces: what a broken line has brought stays, and the rest follows.

The path names the SHA-256 of the whole: GET tells how much is there, PATCH adds from there on; the
PATCH that brings the last byte stores the instance and answers as STOW-RS does. What has come rests
sealed where new objects rest, and is forgotten after an hour without news: then the whole is sent
again. A server that is stopped puts it on a shelf and goes on with it after the restart; one that
is killed loses what had come of images that were not whole.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from protocol.errors import ErrorCode
from protocol.imaging import UploadOffset
from server.api.dicomweb.arriving import Incoming
from server.api.dicomweb.taking import Outcome, Taking
from server.domain.errors import Conflict, Invalid, invalid_field
from server.domain.people import Who
from server.domain.ports import Clock
from server.store.errors import StoreError
from server.store.shelf import Kept, Shelf

_LOG = structlog.get_logger("huizhen.pieces")
READ_BYTES = 1 << 20

FORGOTTEN_AFTER = timedelta(hours=1)
MOST_OPEN = 32
"""Of one account; the one that waits longest makes room."""
Name = tuple[UUID, str]


@dataclass(slots=True)
class _Upload:
    length: int
    incoming: Incoming
    touched: datetime
    turn: int = 0
    """Rises with every request: an older one, whose line is dead, adds nothing more."""
    adding: asyncio.Lock = field(default_factory=asyncio.Lock)

    def require(self, turn: int) -> None:
        """Raises `Invalid` when a newer request has come, or the upload is forgotten."""
        if self.turn != turn:
            raise Invalid(ErrorCode.MALFORMED_MESSAGE, "the upload goes on elsewhere")


class Resuming:
    """The uploads that have begun and not ended. All methods belong to the loop."""

    def __init__(self, storing: Taking, clock: Clock, shelf: Shelf | None = None) -> None:
        self._storing = storing
        self._clock = clock
        self._shelf = shelf
        self._open: dict[Name, _Upload] = {}
        self._finding = asyncio.Lock()

    async def offset(self, who: Who, sha256: str) -> UploadOffset:
        """How much is there; whoever still sends must stop."""
        upload = await self._found(who, sha256)
        if upload is None:
            return UploadOffset(offset=0)
        upload.turn += 1
        async with upload.adding:
            return UploadOffset(offset=upload.incoming.size)

    async def add(
        self,
        who: Who,
        sha256: str,
        study_uid: str,
        at: int,
        length: int,
        chunks: AsyncIterator[bytes],
    ) -> Outcome | int:
        """Adds bytes from `at` on; the outcome when they were the last, else how many are there.

        What came before a break of the line is kept.
        """
        upload = await self._upload(who, sha256, length)
        if at != upload.incoming.size:
            raise Conflict(
                ErrorCode.CONFLICT, f"{upload.incoming.size} bytes are there: go on there"
            )
        upload.turn += 1
        turn = upload.turn
        async for chunk in chunks:
            async with upload.adding:
                upload.require(turn)
                fits = upload.incoming.size + len(chunk) <= length
                if fits:
                    await self._storing.take(upload.incoming, chunk)
            if not fits:
                await self._forget((who.id, sha256))
                raise invalid_field("more bytes came than were announced", "Upload-Length")
            upload.touched = self._clock.now()
        upload.require(turn)  # the end of a body may come long after its last byte
        if upload.incoming.size < length:
            return upload.incoming.size
        self._open.pop((who.id, sha256), None)
        return await self._storing.store_one(who, upload.incoming, study_uid, sha256)

    async def _upload(self, who: Who, sha256: str, length: int) -> _Upload:
        await self._sweep(who)
        upload = await self._found(who, sha256)
        if upload is not None and upload.length != length:
            await self._forget((who.id, sha256))
            upload = None
        if upload is None:
            upload = _Upload(length, self._storing.incoming(who, length), self._clock.now())
            self._open[who.id, sha256] = upload
        return upload

    async def _found(self, who: Who, sha256: str) -> _Upload | None:
        """What is open, or what a server before this one had of it."""
        name = (who.id, sha256)
        if self._shelf is None or name in self._open:
            return self._open.get(name)
        async with self._finding:
            kept = None
            if name not in self._open:
                kept = await asyncio.to_thread(self._shelf.take, who.id, sha256)
            if kept is not None and kept.touched >= self._clock.now() - FORGOTTEN_AFTER:
                self._open[name] = await self._restored(who, kept)
            elif kept is not None:
                kept.stream.close()
            return self._open.get(name)

    async def _restored(self, who: Who, kept: Kept) -> _Upload:
        incoming = self._storing.incoming(who, kept.length)
        try:
            while chunk := await asyncio.to_thread(kept.stream.read, READ_BYTES):
                await self._storing.take(incoming, chunk)
        except BaseException:
            await self._storing.drop(incoming)
            raise
        finally:
            kept.stream.close()
        return _Upload(kept.length, incoming, kept.touched)

    async def _sweep(self, who: Who) -> None:
        old = self._clock.now() - FORGOTTEN_AFTER
        late = [name for name, one in self._open.items() if one.touched < old]
        mine = sorted(
            (name for name in self._open if name[0] == who.id and name not in late),
            key=lambda name: self._open[name].touched,
        )
        for name in late + mine[: max(0, len(mine) - MOST_OPEN + 1)]:
            await self._forget(name)

    async def _forget(self, name: Name) -> None:
        """Whoever still sends is stopped before its bytes are dropped."""
        upload = self._open.pop(name, None)
        if upload is not None:
            upload.turn += 1
            async with upload.adding:
                await self._storing.drop(upload.incoming)

    def sweep_shelf(self) -> None:
        """Removes what an earlier server left and nobody wanted; blocking, before serving."""
        if self._shelf is not None:
            self._shelf.sweep(self._clock.now() - FORGOTTEN_AFTER)

    async def close(self) -> None:
        """The server ends: what has come waits for the next one."""
        for name in tuple(self._open):
            if self._shelf is None or not await self._shelved(name, self._shelf):
                await self._forget(name)

    async def _shelved(self, name: Name, shelf: Shelf) -> bool:
        upload = self._open[name]
        upload.turn += 1
        async with upload.adding:
            if not upload.incoming.size:
                return False
            try:
                fresh = await self._storing.finished(upload.incoming)
                put = (*name, upload.length, upload.touched, fresh)
                await asyncio.to_thread(shelf.put, *put)
                fresh.discard()
            except (OSError, StoreError) as error:
                _LOG.warning("pieces.not_kept", reason=type(error).__name__)
                return False
        del self._open[name]
        return True
