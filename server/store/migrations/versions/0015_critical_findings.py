"""Critical findings of signed reports, and which of them wait to be read back."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEX = "consultations_with_open_finding"


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.add_column(sa.Column("finding", sa.Text(), nullable=True))
        table.add_column(sa.Column("finding_due", sa.DateTime(timezone=True), nullable=True))
        table.create_index(INDEX, ["finding_due"])


def downgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.drop_index(INDEX)
        table.drop_column("finding_due")
        table.drop_column("finding")
