"""Images of large studies are counted in a time that grows with them, not with their square."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BEFORE, NOW = "ix_declared_instances_study_uid", "ix_declared_instances_study_uid_sop_uid"


def upgrade() -> None:
    op.drop_index(BEFORE, "declared_instances")
    op.create_index(NOW, "declared_instances", ["study_uid", "sop_uid"])


def downgrade() -> None:
    op.drop_index(NOW, "declared_instances")
    op.create_index(BEFORE, "declared_instances", ["study_uid"])
