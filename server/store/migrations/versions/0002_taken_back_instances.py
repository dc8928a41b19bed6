"""Instances taken back a short while ago."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "taken_back_instances",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("sop_uid", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institutions.id"]),
        sa.PrimaryKeyConstraint("institution_id", "sop_uid"),
    )
    op.create_index("ix_taken_back_instances_at", "taken_back_instances", ["at"])


def downgrade() -> None:
    op.drop_table("taken_back_instances")
