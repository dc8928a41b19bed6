"""Reports of earlier cases that the holder of a case may read."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    case = sa.ForeignKey("consultations.id")
    earlier = sa.ForeignKey("consultations.id")
    op.create_table(
        "prior_reports",
        sa.Column("consultation_id", sa.Uuid(), case, primary_key=True),
        sa.Column("earlier_id", sa.Uuid(), earlier, primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("prior_reports")
