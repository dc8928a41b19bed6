"""What a clinic knew of images that are not with a study."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("shortfall", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("attachments", "shortfall")
