"""Time stamps of an authority over heads of the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("audit_stamps"):
        return
    op.create_table(
        "audit_stamps",
        sa.Column("size", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Keeps the table, which an older program does not see: what an authority of time has said of
    the past it cannot say again."""
