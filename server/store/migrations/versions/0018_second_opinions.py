"""Second opinions: which case is one on which, and who is kept from a case or shown it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_IDS = ("second_of", "first_expert_id", "first_institution_id", "kept_from", "shown_to")


def upgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        for name in _IDS:
            table.add_column(sa.Column(name, sa.Uuid(), nullable=True))
        table.add_column(sa.Column("second", sa.Text(), nullable=True))
        table.create_index("consultations_kept_from", ["kept_from"])


def downgrade() -> None:
    with op.batch_alter_table("consultations") as table:
        table.drop_index("consultations_kept_from")
        table.drop_column("second")
        for name in _IDS:
            table.drop_column(name)
