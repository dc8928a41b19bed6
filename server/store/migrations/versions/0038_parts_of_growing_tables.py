"""On PostgreSQL the audit trail and timelines come in parts, by the time in their ids.

What is there stays where it is: the table becomes the first part, and no row is copied. Taken back, all rows
are copied into one table again.
"""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLES = ("audit", "timeline")
GUARD = "audit_is_append_only"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        _part(table, _next_period(table, datetime.now(UTC)))


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        _join(table)


def _next_period(table: str, now: datetime) -> datetime:
    """Where the first part ends: with this month, or this year."""
    if table == "timeline" or now.month == 12:
        return datetime(now.year + 1, 1, 1, tzinfo=UTC)
    return datetime(now.year, now.month + 1, 1, tzinfo=UTC)


def _part(table: str, until: datetime) -> None:
    old, bound = f"{table}_before_{until:%Y_%m}", UUID(int=int(until.timestamp() * 1000) << 80)
    indexes, keys = _indexes(table), _foreign_keys(table)
    op.execute(f"ALTER TABLE {table} RENAME TO {old}")
    for name in (*indexes, f"{table}_pkey"):
        op.execute(f"ALTER INDEX {name} RENAME TO {name}_{until:%Y_%m}")
    op.execute(f"CREATE TABLE {table} (LIKE {old} INCLUDING DEFAULTS) PARTITION BY RANGE (id)")
    _complete(table, indexes, keys)
    if table == "audit":
        op.execute(f"DROP TRIGGER {GUARD} ON {old}")
    # Ids that are later than that, or of no time, go into the part for the rest.
    op.execute(f"CREATE TEMPORARY TABLE later AS SELECT * FROM {old} WHERE id >= '{bound}'")  # nosec B608  # constants and an id
    op.execute(f"DELETE FROM {old} WHERE id >= '{bound}'")  # nosec B608  # constants and an id
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ('{bound}')")
    op.execute(f"CREATE TABLE {table}_rest PARTITION OF {table} DEFAULT")
    op.execute(f"INSERT INTO {table} SELECT * FROM later")  # nosec B608  # constants and an id
    op.execute("DROP TABLE later")
    if table == "audit":
        for part in (old, f"{table}_rest"):
            _guard(part, "audit_part_is_append_only")


def _join(table: str) -> None:
    indexes, keys = _indexes(table), _foreign_keys(table)
    op.execute(f"CREATE TABLE {table}_whole (LIKE {table} INCLUDING DEFAULTS)")
    op.execute(f"INSERT INTO {table}_whole SELECT * FROM {table}")  # nosec B608  # constants and an id
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_whole RENAME TO {table}")
    _complete(table, indexes, keys)


def _complete(table: str, indexes: dict[str, str], keys: dict[str, str]) -> None:
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)")
    for name, words in keys.items():
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words}")
    for words in indexes.values():
        op.execute(words)
    if table == "audit":
        _guard(table, GUARD)


def _guard(table: str, name: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {GUARD}()"
    )


def _indexes(table: str) -> dict[str, str]:
    """Name and definition of every index but the primary key's; of a table in parts without the
    word that leaves its parts out."""
    found = op.get_bind().execute(
        sa.text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table"),
        {"table": table},
    )
    return {
        name: words.replace(" ON ONLY ", " ON ")
        for name, words in found
        if name != f"{table}_pkey"
    }


def _foreign_keys(table: str) -> dict[str, str]:
    found = op.get_bind().execute(
        sa.text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = to_regclass(:table)"
        ),
        {"table": table},
    )
    return {name: words for name, words in found}
