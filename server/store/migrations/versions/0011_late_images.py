"""Late images of a submitted case, going on without them, and whose reviewers see a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.add_column(
            sa.Column("images_waived", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("holder_institution_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("declared_instances") as table:
        table.add_column(sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE consultations SET holder_institution_id = (SELECT institution_id FROM accounts "
        "WHERE accounts.id = consultations.holder_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("declared_instances") as table:
        table.drop_column("late_at")
    with op.batch_alter_table("consultations") as table:
        table.drop_column("holder_institution_id")
        table.drop_column("images_waived")
