"""What stands in the audit trail is not replaced either: SQLite removes what `INSERT OR REPLACE`
takes the place of without asking the triggers for removing. PostgreSQL has no such statement."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

WORDS = "the audit trail is append-only"
KEYS = {
    "audit": ("id",),
    "audit_leaves": ("number", "entry_id"),
    "audit_heads": ("size",),
}
"""Whatever is unique; each table has a `rowid` besides, which an INSERT may name."""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, keys in KEYS.items():
        known = " OR ".join(f"{key} = NEW.{key}" for key in (*keys, "rowid"))
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {known}) "  # nosec B608  # constants only
            f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KEYS:
        op.execute(f"DROP TRIGGER {table}_refuses_replace")
