"""A guest says something in writing during a call: a message whose author has no account."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as table:
        table.alter_column("author_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM messages WHERE author_id IS NULL"))
    with op.batch_alter_table("messages") as table:
        table.alter_column("author_id", existing_type=sa.Uuid(), nullable=False)
