"""What an instance was recompressed from without loss."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("instances", "declared_instances"):
        op.add_column(table, sa.Column("original_sha256", sa.String(), nullable=True))


def downgrade() -> None:
    for table in ("instances", "declared_instances"):
        op.drop_column(table, "original_sha256")
