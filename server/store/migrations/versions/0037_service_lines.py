"""How the cases of a department find their expert."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_lines",
        sa.Column("department", sa.String(), primary_key=True),
        sa.Column("mode", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("service_lines")
