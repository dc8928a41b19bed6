"""Whether each instance names its patient."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "instances",
        sa.Column("names_patient", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    instances = sa.table(
        "instances",
        *(sa.column(name) for name in ("institution_id", "study_uid")),
        sa.column("names_patient", sa.Boolean()),
    )
    names = ("institution_id", "study_uid", "patient_name", "patient_id")
    studies = sa.table("studies", *(sa.column(name) for name in names))
    nobodys = sa.exists().where(
        studies.c.institution_id == instances.c.institution_id,
        studies.c.study_uid == instances.c.study_uid,
        studies.c.patient_name == "",
        studies.c.patient_id == "",
    )
    op.execute(sa.update(instances).where(nobodys).values(names_patient=sa.false()))


def downgrade() -> None:
    op.drop_column("instances", "names_patient")
