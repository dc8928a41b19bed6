"""What was told to people is kept for them."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), nullable=False
        ),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over", sa.Boolean(), nullable=False),
    )
    op.create_index("notifications_of_account", "notifications", ["account_id", "at", "id"])
    op.create_index("notifications_of_case", "notifications", ["consultation_id", "account_id"])
    op.create_index("notifications_by_age", "notifications", ["at"])


def downgrade() -> None:
    op.drop_table("notifications")
