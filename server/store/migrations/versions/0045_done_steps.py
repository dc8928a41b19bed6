"""Steps that were done under a client's key."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("done_steps"):
        return
    op.create_table(
        "done_steps",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_done_steps_at", "done_steps", ["at"])


def downgrade() -> None:
    """Keeps the table, which an older program does not see: a client that has not heard that its note
    of an export was taken sends it for 400 days, and it counts once."""
