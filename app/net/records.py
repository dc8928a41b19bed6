"""What is shared of a patient's record with a case, over REST."""

from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.shared_record import FHIR_JSON, SharedRecord


class RecordApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def share(self, consultation_id: UUID, bundle: bytes) -> SharedRecord:
        path = paths.RECORD.format(consultation_id=consultation_id)
        return await self._connection.put(SharedRecord, path, bundle, FHIR_JSON)

    async def read(self, consultation_id: UUID) -> bytes:
        path = paths.RECORD.format(consultation_id=consultation_id)
        return (await self._connection.request("GET", path)).content

    async def take_back(self, consultation_id: UUID) -> None:
        path = paths.RECORD.format(consultation_id=consultation_id)
        await self._connection.request("DELETE", path)
