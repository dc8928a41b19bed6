"""Sending one image in pieces, so that a broken line costs only what was on the way.

See `protocol.paths.UPLOAD`. A line that breaks often is asked how far it came before each piece of
work; a line that holds carries an image in one request.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from app.net.connection import Connection, chunks
from app.net.dicomweb import DICOM_JSON, TIMEOUT, Stored, outcome_of
from app.net.errors import NotUnderstood
from protocol.imaging import PIECES, UploadOffset
from protocol.paths import UPLOAD

From = Callable[[int], AsyncIterator[bytes]]
"""The bytes of an image from an offset on."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One image to send: SHA-256 and size of its bytes."""

    study_instance_uid: str
    sop_instance_uid: str
    sha256: str
    size: int
    content: From


class Pieces:
    """The uploads of one server that go on after a break; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def send(self, whole: Whole) -> Stored:
        """Sends what the server does not have yet; answers what became of the image.

        Errors that `content` raises pass through.
        """
        path = UPLOAD.format(sha256=whole.sha256)
        there = await self._connection.get(UploadOffset, path)
        at = there.offset if there.offset < whole.size else 0
        headers = {
            "content-type": PIECES,
            "content-length": str(whole.size - at),
            "accept": DICOM_JSON,
            "upload-offset": str(at),
            "upload-length": str(whole.size),
        }
        async with self._connection.stream(
            "PATCH",
            path,
            content=lambda: whole.content(at),
            query={"study": whole.study_instance_uid},
            headers=headers,
            limits=TIMEOUT,
        ) as response:
            body = b"".join([chunk async for chunk in chunks(response)])
        if response.status_code == 204:
            raise NotUnderstood("the server waits for more than the image has")
        return outcome_of(body, whole.sop_instance_uid)
