"""Several processes of one site: who is alive, which call is at whose, whose session a fact ends."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("calls", sa.Column("home", sa.Uuid(), nullable=True))
    op.add_column("facts", sa.Column("session_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("facts") as table:
        table.drop_column("session_id")
    with op.batch_alter_table("calls") as table:
        table.drop_column("home")
    op.drop_table("processes")
