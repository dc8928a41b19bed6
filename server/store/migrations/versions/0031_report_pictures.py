"""Pictures of the viewer in reports."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_pictures",
        sa.Column(
            "consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), primary_key=True
        ),
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("report_pictures")
