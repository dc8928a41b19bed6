"""The rota of each department: shifts, on-call list and leave, once or every week."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "rota_entries",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("expert_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_at", moment, nullable=False),
        sa.Column("until_at", moment, nullable=False),
        sa.Column("weekdays", sa.String(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("except_days", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    for column in ("expert_id", "department", "until_at"):
        op.create_index(f"ix_rota_entries_{column}", "rota_entries", [column])
    op.create_index("ix_rota_entries_kind_expert_id", "rota_entries", ["kind", "expert_id"])
    op.create_table(
        "rota_zones",
        sa.Column("department", sa.String(), primary_key=True),
        sa.Column("zone", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("rota_zones")
    op.drop_table("rota_entries")
