"""Writing the audit trail, in the transaction of what it records; and reading it through."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.base import new_id
from server.domain.audit import Access, AuditEntry, Resource
from server.domain.case import Case
from server.domain.rights import purpose_of
from server.store.columns import table_of
from server.store.tables import AuditRow

_AT_ONCE = 5_000
_INSERT = insert(table_of(AuditRow))


class TrailLines:
    """Collects entries and writes them with the transaction; none is changed or removed."""

    def __init__(
        self, now: datetime, request_id: str | None = None, origin: str | None = None
    ) -> None:
        self._now = now
        self._request_id, self._origin = request_id, origin
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
        outcome: str | None = None,
    ) -> None:
        """One access; `target` and `detail` are identifiers and codes, never clinical text.
        `outcome` says in a word why it was not done."""
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
                "origin": self._origin,
                "outcome": outcome,
                "purpose": None,
            }
        )

    def take(self, other: "TrailLines") -> None:
        """The entries of another, which are written with these."""
        self._entries += other._entries

    def take_later(self, other: "TrailLines") -> None:
        """The same of a reading that has ended: entries follow each other as they are committed."""
        self._entries += ({**one, "id": new_id(), "at": self._now} for one in other._entries)

    @property
    def empty(self) -> bool:
        return not self._entries

    def write(self, connection: Connection) -> None:
        """The last statement before the commit."""
        entries, self._entries = self._entries, []
        if entries:
            connection.execute(_INSERT, entries)


class Trail(TrailLines):
    """The entries of one unit of work."""

    def __init__(
        self, session: AsyncSession, now: datetime, request_id: str | None, origin: str | None
    ) -> None:
        super().__init__(now, request_id, origin)
        self._session = session
        self._cases: dict[UUID, Case] = {}

    def looked_at(self, case: Case) -> Case:
        """A case that this unit of work has read: what is done to it is done for a purpose."""
        self._cases.setdefault(case.id, case)
        return case

    async def declared_since(self, case_id: UUID, study_uid: str) -> datetime | None:
        """Since when a case has declared a study, without a break; None where no entry says so."""
        rows = await self._session.execute(
            select(AuditRow.access, AuditRow.at)
            .where(
                AuditRow.consultation_id == case_id,
                AuditRow.resource == Resource.STUDY.value,
                AuditRow.target == study_uid,
                AuditRow.access.in_((Access.CREATE.value, Access.DELETE.value)),
            )
            .order_by(AuditRow.at, AuditRow.id)
        )
        since: datetime | None = None
        for access, at in rows:
            since = None if access == Access.DELETE.value else since or at
        return since

    async def has_reached(self, account_id: UUID, case_id: UUID) -> bool:
        """Whether an account was ever let do anything with a case."""
        asked = select(AuditRow.id).where(
            AuditRow.consultation_id == case_id,
            AuditRow.account_id == account_id,
            AuditRow.outcome.is_(None),
        )
        return await self._session.scalar(asked.limit(1)) is not None

    async def says(
        self, account_id: UUID, at: datetime, resource: Resource, target: str, detail: str
    ) -> bool:
        """Whether there is an entry of just this."""
        asked = select(AuditRow.id).where(
            AuditRow.account_id == account_id,
            AuditRow.at == at,
            AuditRow.resource == resource.value,
            AuditRow.target == target,
            AuditRow.detail == detail,
        )
        return await self._session.scalar(asked.limit(1)) is not None

    async def flush(self) -> None:
        """Writes them in the unit's transaction."""
        self.say_why()
        await (await self._session.connection()).run_sync(self.write)

    def say_why(self) -> None:
        """The purpose of each access to a case that was read."""
        for one in self._entries:
            case, account_id = self._cases.get(one["consultation_id"]), one["account_id"]
            if case is not None and account_id is not None and one["outcome"] is None:
                one["purpose"] = purpose_of(case, account_id).value


def entries(connection: Connection, since: datetime, until: datetime) -> Iterator[AuditEntry]:
    """Of a time, in the order they were written, in constant memory."""
    query = (
        select(AuditRow.__table__)
        .where(AuditRow.at >= since, AuditRow.at < until)
        .order_by(AuditRow.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in connection.execute(query):
        yield AuditEntry(
            id=row.id,
            at=row.at,
            account_id=row.account_id,
            access=Access(row.access),
            resource=Resource(row.resource),
            target=row.target,
            consultation_id=row.consultation_id,
            detail=row.detail,
            request_id=row.request_id,
            origin=row.origin,
            outcome=row.outcome,
            purpose=row.purpose,
        )
