"""When a case that was taken must be begun, and its report signed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("start_by", moment, nullable=True))
        table.add_column(sa.Column("report_by", moment, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.drop_column("report_by")
        table.drop_column("start_by")
