"""What is shared of a patient's record with a case, over REST."""

from collections.abc import AsyncIterator
from uuid import UUID

from app.net.connection import Connection, chunks
from protocol import paths
from protocol.shared_record import FHIR_JSON, SharedRecord


class RecordApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def share(self, consultation_id: UUID, bundle: bytes) -> SharedRecord:
        async def body() -> AsyncIterator[bytes]:
            yield bundle

        path = paths.RECORD.format(consultation_id=consultation_id)
        headers = {"content-type": FHIR_JSON, "content-length": str(len(bundle))}
        async with self._connection.stream("PUT", path, content=body, headers=headers) as response:
            answer = b"".join([chunk async for chunk in chunks(response)])
        return self._connection.parse_bytes(SharedRecord, answer, path)

    async def read(self, consultation_id: UUID) -> bytes:
        path = paths.RECORD.format(consultation_id=consultation_id)
        return (await self._connection.request("GET", path)).content

    async def take_back(self, consultation_id: UUID) -> None:
        path = paths.RECORD.format(consultation_id=consultation_id)
        await self._connection.request("DELETE", path)
