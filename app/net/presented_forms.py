"""Papers of reports over REST: what the site asks of them, sending one, reading one."""

import hashlib
from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.report import PDF, PresentedForm, SigningTerms


class PresentedFormApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def terms(self) -> SigningTerms:
        return await self._connection.get(SigningTerms, paths.SIGNING_TERMS)

    async def put(self, consultation_id: UUID, data: bytes) -> PresentedForm:
        path = paths.PRESENTED_FORM.format(consultation_id=consultation_id)
        query = {"sha256": hashlib.sha256(data).hexdigest()}
        return await self._connection.put(PresentedForm, path, data, PDF, query)

    async def get(self, consultation_id: UUID, version: int) -> bytes:
        path = paths.PRESENTED_FORM.format(consultation_id=consultation_id)
        found = await self._connection.request("GET", path, query={"version": str(version)})
        return found.content
