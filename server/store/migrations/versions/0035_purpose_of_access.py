"""What somebody accessed a case for, in the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("audit")}
    if "purpose" not in known:
        op.add_column("audit", sa.Column("purpose", sa.String(), nullable=True))


def downgrade() -> None:
    """Keeps the column, which an older program does not see: what entries said of it is part of the
    tree that they are evidence in."""
