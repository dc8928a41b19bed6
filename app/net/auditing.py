"""The audit trail, its alerts and lock-outs, and what is told for it, over REST."""

from collections.abc import Mapping

from app.net.connection import Connection
from protocol import paths
from protocol.audit import AuditAlert, AuditPage, LockOut
from protocol.export import ExportNote


class AuditApi:
    """Typed calls over one `Connection`; every error is a `NetError`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def page(self, query: Mapping[str, str | int]) -> AuditPage:
        return await self._connection.get(AuditPage, paths.AUDIT, query)

    async def alerts(self) -> tuple[AuditAlert, ...]:
        return await self._connection.get_list(AuditAlert, paths.AUDIT_ALERTS)

    async def lock_outs(self) -> tuple[LockOut, ...]:
        return await self._connection.get_list(LockOut, paths.LOCK_OUTS)

    async def exported(self, note: ExportNote) -> None:
        await self._connection.request("POST", paths.EXPORTS, body=note)
