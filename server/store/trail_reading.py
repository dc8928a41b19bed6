"""Reading the audit trail: by who, what, case and time, and counted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.account import Role
from server.domain.audit import Access, Resource
from server.store.columns import among
from server.store.tables import AuditRow, ConsultationRow

MOST_TOLD = 500
WRONG = ("wrong_password", "wrong_code")
"""Outcomes of who tried to be somebody."""


ROLES, RESET = "roles", "reset"
"""How the detail of an entry begins where somebody was given roles, or a way in."""
TOUCHED = ("backdated", "ahead", "touched")
"""How it begins where the trail itself is not as it was."""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """`accounts` and `case_id` are None where anybody and any case is meant; `undone` asks for what
    was refused or failed only."""

    accounts: Collection[UUID] | None = None
    case_id: UUID | None = None
    access: str = ""
    resource: str = ""
    since: datetime | None = None
    until: datetime | None = None
    undone: bool = False


class TrailReading:
    """Reads the entries of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(
        self, wanted: TrailFilter, after: tuple[datetime, UUID] | None, limit: int
    ) -> list[tuple[AuditRow, str | None]]:
        """With the number of the case, the newest first."""
        asked = (
            select(AuditRow, ConsultationRow.number)
            .outerjoin(ConsultationRow, ConsultationRow.id == AuditRow.consultation_id)
            .where(*_conditions(wanted))
            .order_by(AuditRow.at.desc(), AuditRow.id.desc())
            .limit(limit)
        )
        if after is not None:
            at, id_ = after
            asked = asked.where(or_(AuditRow.at < at, and_(AuditRow.at == at, AuditRow.id < id_)))
        return [(row, number) for row, number in await self._session.execute(asked)]

    async def wrong_sign_ins(self, since: datetime) -> list[Row[Any]]:
        """Rows of account_id, origin, wrong (how often) and last_at."""
        asked = (
            select(
                AuditRow.account_id,
                AuditRow.origin,
                func.count().label("wrong"),
                func.max(AuditRow.at).label("last_at"),
            )
            .where(AuditRow.at > since, AuditRow.outcome.in_(WRONG))
            .group_by(AuditRow.account_id, AuditRow.origin)
        )
        return list(await self._session.execute(asked))

    async def rights_given(self, since: datetime) -> list[AuditRow]:
        """Who gave whom roles, or a new password or second factor; of new accounts those that see
        more than their own cases."""
        resources = [one.value for one in (Resource.ACCOUNT, Resource.SECOND_FACTOR)]
        told = or_(*(AuditRow.detail.like(f"{one}%") for one in (ROLES, RESET)))
        wide = or_(*(AuditRow.detail.like(f"%{one.value}%") for one in _WIDE))
        new = AuditRow.access == Access.CREATE.value
        return await self._since(since, AuditRow.resource.in_(resources), told, or_(~new, wide))

    async def touched(self, since: datetime) -> list[AuditRow]:
        """Where the trail was seen not to be as it was."""
        told = or_(*(AuditRow.detail.like(f"{one}%") for one in TOUCHED))
        return await self._since(since, AuditRow.resource == Resource.TRAIL.value, told)

    async def _since(self, since: datetime, *conditions: Any) -> list[AuditRow]:
        """The newest first, `MOST_TOLD` at most."""
        asked = select(AuditRow).where(AuditRow.at > since, AuditRow.outcome.is_(None), *conditions)
        newest = asked.order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(MOST_TOLD)
        return list(await self._session.scalars(newest))

    async def emergencies(self, since: datetime) -> dict[str, str]:
        """From where accesses in an emergency were asked for, by their ids."""
        of = AuditRow.resource == Resource.EMERGENCY_ACCESS.value
        begun = AuditRow.access == Access.EXECUTE.value
        return {row.target: row.origin or "" for row in await self._since(since, of, begun)}

    async def readers(self, since: datetime, until: datetime, least: int) -> list[Row[Any]]:
        """Rows of account_id, cases (how many different ones were read or exported) and last_at: of
        whom did with at least so many. Exports count when they are told: what was taken away
        without network is seen when it is known."""
        cases = func.count(distinct(AuditRow.consultation_id))
        asked = (
            select(
                AuditRow.account_id, cases.label("cases"), func.max(AuditRow.at).label("last_at")
            )
            .where(
                AuditRow.at > since,
                AuditRow.at <= until,
                or_(
                    and_(
                        AuditRow.access == Access.READ.value,
                        AuditRow.resource.in_([one.value for one in _OPENED]),
                    ),
                    AuditRow.resource == Resource.EXPORT.value,
                ),
                AuditRow.account_id.is_not(None),
                AuditRow.outcome.is_(None),
                AuditRow.detail.not_like("told%"),  # what the socket says is not looked for
                AuditRow.detail != "replayed",
            )
            .group_by(AuditRow.account_id)
            .having(cases >= least)
        )
        return list(await self._session.execute(asked))


_WIDE = (Role.ADMIN, Role.SECURITY, Role.AUDITOR, Role.DISPATCHER)
_OPENED = (
    Resource.CONSULTATION,
    Resource.STUDY,
    Resource.INSTANCE,
    Resource.RECORD,
    Resource.REPORT,
)


def _conditions(wanted: TrailFilter) -> list[Any]:
    found: list[Any] = []
    if wanted.accounts is not None:
        found.append(among(AuditRow.account_id, wanted.accounts))
    if wanted.case_id is not None:
        found.append(AuditRow.consultation_id == wanted.case_id)
    if wanted.access:
        found.append(AuditRow.access == wanted.access)
    if wanted.resource:
        found.append(AuditRow.resource == wanted.resource)
    if wanted.since is not None:
        found.append(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditRow.at < wanted.until)
    if wanted.undone:
        found.append(AuditRow.outcome.is_not(None))
    return found
