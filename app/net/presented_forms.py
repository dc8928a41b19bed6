"""Papers of reports over REST: what the site asks of them, sending one, reading one."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

from app.net.connection import Connection, chunks
from protocol import paths
from protocol.report import PDF, PresentedForm, SigningTerms


class PresentedFormApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def terms(self) -> SigningTerms:
        return await self._connection.get(SigningTerms, paths.SIGNING_TERMS)

    async def put(self, consultation_id: UUID, data: bytes) -> PresentedForm:
        async def body() -> AsyncIterator[bytes]:
            yield data

        async with self._connection.stream(
            "PUT",
            paths.PRESENTED_FORM.format(consultation_id=consultation_id),
            content=body,
            query={"sha256": hashlib.sha256(data).hexdigest()},
            headers={"content-type": PDF, "content-length": str(len(data))},
        ) as response:
            answer = b"".join([chunk async for chunk in chunks(response)])
        return self._connection.parse_bytes(PresentedForm, answer, response.request.url.path)

    async def get(self, consultation_id: UUID, version: int) -> bytes:
        path = paths.PRESENTED_FORM.format(consultation_id=consultation_id)
        found = await self._connection.request("GET", path, query={"version": str(version)})
        return found.content
