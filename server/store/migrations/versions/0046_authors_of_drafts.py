"""Who wrote a draft; what a clinic was asked for and has not answered."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opinions", sa.Column("author_id", sa.Uuid(), nullable=True))
    op.add_column(
        "consultations",
        sa.Column("unanswered", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE consultations SET unanswered = true WHERE phase = 'awaiting_information'"
    )


def downgrade() -> None:
    op.drop_column("consultations", "unanswered")
    op.drop_column("opinions", "author_id")
