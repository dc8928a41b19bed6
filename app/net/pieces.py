"""Sending one image in pieces, so that a broken line costs only what was on the way.

See `protocol.paths.UPLOAD`. A line that breaks often is asked how far it came before each piece of
work. A large image goes in pieces of a few seconds, so that it is known how far it is.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from app.net.connection import Connection, chunks
from app.net.dicomweb import DICOM_JSON, TIMEOUT, Stored, outcome_of
from app.net.errors import NotUnderstood
from protocol.imaging import PIECES, UploadOffset
from protocol.paths import UPLOAD

From = Callable[[int], AsyncIterator[bytes]]
"""The bytes of an image from an offset on."""


class Confirmed(Protocol):
    def __call__(self, nbytes: int, *, new: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """One image to send: SHA-256 and size of its bytes."""

    study_instance_uid: str
    sop_instance_uid: str
    sha256: str
    size: int
    content: From


@dataclass(frozen=True, slots=True)
class Way:
    """How pieces go.

    `turn` is held while one is on its way; `piece_bytes` is how large the next one should be;
    `confirmed` hears how many bytes the server has, `new` unless it had them before.
    """

    turn: Callable[[int], AbstractAsyncContextManager[None]]
    piece_bytes: Callable[[], int]
    confirmed: Confirmed


class Pieces:
    """The uploads of one server that go on after a break; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def send(self, whole: Whole, how: Way) -> Stored:
        """Sends what the server does not have yet; answers what became of the image.

        Errors that `content` raises pass through.
        """
        path = UPLOAD.format(sha256=whole.sha256)
        there = await self._connection.get(UploadOffset, path)
        at = there.offset if there.offset < whole.size else 0
        how.confirmed(at, new=False)
        while True:
            piece = max(1, how.piece_bytes())
            left = whole.size - at
            size = left if left <= 1.5 * piece else piece
            async with how.turn(size):
                found = await self._add(path, whole, at, size)
            if isinstance(found, Stored):
                return found
            if found <= at:
                raise NotUnderstood("the server has no more of the image than before")
            at = found
            how.confirmed(at, new=True)

    async def _add(self, path: str, whole: Whole, at: int, size: int) -> Stored | int:
        """Adds bytes; what became of the image when they were the last, else how many are there."""
        headers = {
            "content-type": PIECES,
            "content-length": str(size),
            "accept": DICOM_JSON,
            "upload-offset": str(at),
            "upload-length": str(whole.size),
        }
        async with self._connection.stream(
            "PATCH",
            path,
            content=lambda: _some(whole.content(at), size),
            query={"study": whole.study_instance_uid},
            headers=headers,
            limits=TIMEOUT,
        ) as response:
            body = b"".join([chunk async for chunk in chunks(response)])
        if response.status_code != 204:
            return outcome_of(body, whole.sop_instance_uid)
        there = response.headers.get("upload-offset", "")
        if at + size >= whole.size or not (there.isascii() and there.isdigit()):
            raise NotUnderstood("the server waits for more than the image has")
        return int(there)


async def _some(content: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The first `size` bytes."""
    async for chunk in content:
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return
