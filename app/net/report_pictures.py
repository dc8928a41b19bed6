"""Pictures of reports over REST: sending one, reading one."""

import hashlib
from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.report import PNG, KeptPicture


class ReportPictureApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, consultation_id: UUID, data: bytes) -> KeptPicture:
        sha256 = hashlib.sha256(data).hexdigest()
        path = paths.REPORT_PICTURE.format(consultation_id=consultation_id, sha256=sha256)
        return await self._connection.put(KeptPicture, path, data, PNG)

    async def get(self, consultation_id: UUID, sha256: str) -> bytes:
        path = paths.REPORT_PICTURE.format(consultation_id=consultation_id, sha256=sha256)
        return (await self._connection.request("GET", path)).content
