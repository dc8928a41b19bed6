"""Other encodings of instances that are held; earlier studies of the patients of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alike_instances",
        sa.Column(
            "institution_id", sa.Uuid(), sa.ForeignKey("institutions.id"), primary_key=True
        ),
        sa.Column("sop_uid", sa.String(), primary_key=True),
        sa.Column("sha256", sa.String(), primary_key=True),
        sa.Column("held_sha256", sa.String(), nullable=False),
    )
    op.create_table(
        "priors",
        sa.Column(
            "consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), primary_key=True
        ),
        sa.Column("study_uid", sa.String(), primary_key=True),
        sa.Column("earlier_id", sa.Uuid(), sa.ForeignKey("consultations.id"), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("priors")
    op.drop_table("alike_instances")
