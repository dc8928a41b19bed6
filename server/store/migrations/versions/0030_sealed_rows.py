"""Rows with patient data rest sealed: the data keys of their groups."""

import sqlalchemy as sa
from alembic import op

from server.store.errors import DatabaseUnavailable

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


SEALED = {
    "consultations": ("content", "decision_note", "finding", "mdt"),
    "timeline": ("body",),
    "opinions": ("body",),
    "reports": ("body",),
    "messages": ("body",),
    "shared_records": ("body",),
    "emergency_accesses": ("reason",),
    "invitations": ("display_name",),
    "call_seats": ("display_name",),
    "recording_consents": ("display_name",),
    "facts": ("payload",),
    "studies": (
        "patient_id",
        "patient_name",
        "patient_birth_date",
        "patient_sex",
        "accession_number",
        "study_id",
    ),
}
"""What this version seals."""


def upgrade() -> None:
    op.create_table(
        "row_keys",
        sa.Column("group_id", sa.Uuid(), primary_key=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("algorithm", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(12), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_row_keys_key_id", "row_keys", ["key_id"])
    op.add_column("consultations", sa.Column("urgency", sa.String(), nullable=True))
    op.add_column("studies", sa.Column("patient_mac", sa.String(), nullable=True))
    op.create_index("ix_studies_patient_mac", "studies", ["patient_mac"])


def downgrade() -> None:
    for table, columns in SEALED.items():
        for column in columns:
            place = sa.table(table, sa.column(column, sa.Text()))
            sealed = sa.select(sa.literal(1)).where(place.c[column].like("\x01%")).limit(1)
            if op.get_bind().scalar(sealed):
                raise DatabaseUnavailable(
                    "rows are sealed, which an earlier version cannot read: `huizhen-server keys "
                    "unseal` opens them first. Nothing was changed"
                )
    op.drop_index("ix_studies_patient_mac", "studies")
    op.drop_column("studies", "patient_mac")
    op.drop_column("consultations", "urgency")
    op.drop_index("ix_row_keys_key_id", "row_keys")
    op.drop_table("row_keys")
