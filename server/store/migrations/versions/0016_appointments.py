"""Appointments: who came, whether they met, and what the clock recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("appointment", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.drop_column("appointment")
