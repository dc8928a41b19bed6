"""An invitation can be taken back, also after its guest has come: which session used it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("guest_session", sa.Uuid(), nullable=True))
        table.create_index("ix_invitations_guest_session", ["guest_session"])


def downgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.drop_index("ix_invitations_guest_session")
        table.drop_column("guest_session")
        table.drop_column("withdrawn_at")
