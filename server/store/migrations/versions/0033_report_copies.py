"""Patients' copies of reports."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "report_copies",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column(
            "consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), nullable=False
        ),
        sa.Column("created_by", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("opened_at", moment),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("wrong_dates", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", moment),
    )
    op.create_index("ix_report_copies_consultation_id", "report_copies", ["consultation_id"])


def downgrade() -> None:
    op.drop_table("report_copies")
