"""What a database holds at a glance: whether it is whole, how new, who is there."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import orjson
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from protocol.account import Role
from server.store.engine import migrations
from server.store.row_sealing import ROWS_SEALED
from server.store.snapshots import connected, is_empty
from server.store.tables import AccountRow, AgreementRow, AuditRow, InstitutionRow


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts and states; nothing of any case or person."""

    dialect: str
    revision: str
    newest: str
    """The revision this program writes."""
    damage: str
    """What SQLite's own check says, empty where nothing is wrong."""
    latest: datetime | None
    """When the newest entry of the audit trail was written."""
    roles: Counter[str]
    """How many accounts that are not disabled have each role."""
    accounts: int
    institutions: frozenset[str]
    """Their codes."""
    agreements: int
    experts_without_licence: int
    houses_without_reviewer: int
    """Institutions that have an expert and nobody who could approve a draft."""
    rows_sealed: bool
    """Whether every row with patient data rests encrypted."""

    known: bool
    """Whether this program knows the revision: a newer one has written what it does not."""

    @property
    def behind(self) -> bool:
        return self.revision != self.newest

    def has(self, role: Role) -> bool:
        return self.roles[role.value] > 0


async def overview(address: str) -> Overview | None:
    """None where there are no tables yet; raises `DatabaseUnavailable`. Changes nothing."""
    if await is_empty(address):
        return None
    async with connected(address, "the database cannot be read") as one:
        return await one.run_sync(_seen)


def _seen(connection: Connection) -> Overview | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return None
    script = ScriptDirectory.from_config(migrations())
    newest = script.get_current_head() or ""
    damage = ""
    if connection.dialect.name == "sqlite":
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        damage = "" if said == "ok" else str(said)
    accounts = connection.execute(
        select(AccountRow.roles, AccountRow.expert, AccountRow.institution_id).where(
            AccountRow.disabled.is_(False)
        )
    ).all()
    houses = {
        role: {one.institution_id for one in accounts if role.value in one.roles.split(",")}
        for role in (Role.EXPERT, Role.REVIEWER)
    }
    experts = [orjson.loads(one.expert) for one in accounts if one.expert]
    return Overview(
        dialect=connection.dialect.name,
        revision=revision,
        newest=newest,
        known=revision in {one.revision for one in script.walk_revisions()},
        damage=damage,
        latest=connection.scalar(select(func.max(AuditRow.at))),
        roles=Counter(role for one in accounts for role in one.roles.split(",") if role),
        accounts=len(accounts),
        institutions=frozenset(connection.scalars(select(InstitutionRow.code))),
        agreements=connection.scalar(select(func.count()).select_from(AgreementRow)) or 0,
        experts_without_licence=sum(not one.get("licence_number") for one in experts),
        houses_without_reviewer=len(houses[Role.EXPERT] - houses[Role.REVIEWER]),
        rows_sealed=bool(connection.scalar(ROWS_SEALED)),
    )
