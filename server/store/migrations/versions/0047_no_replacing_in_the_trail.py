"""What stands in the audit trail is not replaced either: SQLite removes what `INSERT OR REPLACE`
takes the place of without asking the triggers for removing. PostgreSQL has no such statement.

What NEW.rowid is before an INSERT that names none SQLite leaves undefined (it is -1): only a positive
one is looked for, and no row gets another, which is known after the INSERT."""

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
        places = [f"{key} = NEW.{key}" for key in keys]
        known = " OR ".join([*places, "(NEW.rowid > 0 AND rowid = NEW.rowid)"])
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {known}) "  # nosec B608  # constants only
            f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_rowid AFTER INSERT ON {table} WHEN NEW.rowid < 1 "
            f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KEYS:
        op.execute(f"DROP TRIGGER {table}_refuses_replace")
        op.execute(f"DROP TRIGGER {table}_refuses_rowid")
