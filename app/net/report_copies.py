"""The patient's copies of reports over REST: giving one, what became of them, taking one back."""

from uuid import UUID

from app.net.connection import Connection
from protocol import paths
from protocol.report_copy import NewReportCopy, ReportCopy, ReportCopyState


class ReportCopyApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def url(self) -> str:
        """Of this server, for a link where the site has no address of its own."""
        return self._connection.url

    async def give(self, consultation_id: UUID, body: NewReportCopy) -> ReportCopy:
        path = paths.REPORT_COPIES.format(consultation_id=consultation_id)
        return await self._connection.send("POST", ReportCopy, path, body)

    async def states(self, consultation_id: UUID) -> tuple[ReportCopyState, ...]:
        path = paths.REPORT_COPIES.format(consultation_id=consultation_id)
        return await self._connection.get_list(ReportCopyState, path)

    async def withdraw(self, consultation_id: UUID, copy_id: str) -> None:
        path = paths.ONE_REPORT_COPY.format(consultation_id=consultation_id, copy_id=copy_id)
        await self._connection.request("DELETE", path)
