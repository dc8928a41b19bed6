"""The newest cases of everybody, as a dispatcher reads them, without sorting all of them."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "consultations_by_age"


def upgrade() -> None:
    op.create_index(NAME, "consultations", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index(NAME, "consultations")
