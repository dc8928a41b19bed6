"""What of people a revision was about, so that caches read only that."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people_changes",
        sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("people_changes")
