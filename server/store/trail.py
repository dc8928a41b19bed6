"""Writing the audit trail, in the transaction of what it records."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.base import new_id
from server.domain.audit import Access, Resource
from server.store.tables import AuditRow


class Trail:
    """Collects entries and writes them with the transaction; none is changed or removed."""

    def __init__(self, session: AsyncSession, now: datetime, request_id: str | None) -> None:
        self._session = session
        self._now = now
        self._request_id = request_id
        self._entries: list[dict[str, Any]] = []

    def note(
        self,
        account_id: UUID | None,
        access: Access,
        resource: Resource,
        target: object = "",
        *,
        consultation_id: UUID | None = None,
        detail: str = "",
    ) -> None:
        """One access; `target` and `detail` are identifiers and codes, never clinical text."""
        self._entries.append(
            {
                "id": new_id(),
                "at": self._now,
                "account_id": account_id,
                "access": access.value,
                "resource": resource.value,
                "target": str(target),
                "consultation_id": consultation_id,
                "request_id": self._request_id,
                "detail": detail,
            }
        )

    async def write(self) -> None:
        """The last statement before the commit."""
        if self._entries:
            await self._session.execute(insert(AuditRow), self._entries)
            self._entries = []
