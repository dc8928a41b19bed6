"""Since when an institution's clients write into the record of its hospital."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "institutions", sa.Column("records_written_since", sa.DateTime(timezone=True))
    )


def downgrade() -> None:
    op.drop_column("institutions", "records_written_since")
