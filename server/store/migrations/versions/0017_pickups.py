"""Cases taken from the queue: waiting times are measured by them, and experts counted."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "pickups",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), nullable=False),
        sa.Column("expert_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("queued_at", moment, nullable=False),
        sa.Column("picked_at", moment, nullable=False),
        sa.Column("response_s", sa.Float(), nullable=False),
    )
    op.create_index("pickups_of_department", "pickups", ["department", "picked_at"])
    op.create_index("pickups_of_expert", "pickups", ["expert_id", "picked_at", "response_s"])
    op.drop_index("offers_of_expert", "offers")
    op.create_index("offers_of_expert", "offers", ["expert_id", "ended_at", "how"])


def downgrade() -> None:
    op.drop_index("offers_of_expert", "offers")
    op.create_index("offers_of_expert", "offers", ["expert_id", "ended_at"])
    op.drop_table("pickups")
