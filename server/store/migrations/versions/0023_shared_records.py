"""What clinics share of a patient's record with a case."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_records",
        sa.Column(
            "consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), primary_key=True
        ),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_shared_records_sha256", "shared_records", ["sha256"])


def downgrade() -> None:
    op.drop_table("shared_records")
