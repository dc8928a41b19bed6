"""Pictures of reports over REST: sending one, reading one."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

from app.net.connection import Connection, chunks
from protocol import paths
from protocol.report import PNG, KeptPicture


class ReportPictureApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, consultation_id: UUID, data: bytes) -> KeptPicture:
        async def body() -> AsyncIterator[bytes]:
            yield data

        sha256 = hashlib.sha256(data).hexdigest()
        async with self._connection.stream(
            "PUT",
            paths.REPORT_PICTURE.format(consultation_id=consultation_id, sha256=sha256),
            content=body,
            headers={"content-type": PNG, "content-length": str(len(data))},
        ) as response:
            answer = b"".join([chunk async for chunk in chunks(response)])
        return self._connection.parse_bytes(KeptPicture, answer, response.request.url.path)

    async def get(self, consultation_id: UUID, sha256: str) -> bytes:
        path = paths.REPORT_PICTURE.format(consultation_id=consultation_id, sha256=sha256)
        return (await self._connection.request("GET", path)).content
