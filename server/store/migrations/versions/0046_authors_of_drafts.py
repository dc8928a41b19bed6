"""Who wrote a draft; what a clinic was asked for and has not answered; cases taken without a ring."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opinions", sa.Column("author_id", sa.Uuid(), nullable=True))
    op.add_column("opinions", sa.Column("before", sa.Text(), nullable=True))
    op.add_column(
        "consultations",
        sa.Column("unanswered", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE consultations SET unanswered = true WHERE phase = 'awaiting_information'"
    )
    op.add_column("processes", sa.Column("people", sa.Text(), nullable=True))
    with op.batch_alter_table("pickups") as table:
        table.alter_column("response_s", existing_type=sa.Float(), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE pickups SET response_s = 0 WHERE response_s IS NULL")
    with op.batch_alter_table("pickups") as table:
        table.alter_column("response_s", existing_type=sa.Float(), nullable=False)
    op.drop_column("processes", "people")
    op.drop_column("consultations", "unanswered")
    op.drop_column("opinions", "before")
    op.drop_column("opinions", "author_id")
