"""What somebody accessed a case for, in the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("purpose", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("audit", "purpose")
