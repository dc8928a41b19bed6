"""The embedded FHIR store: versions of resources, and the words they are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

VERSIONS, WORDS = "fhir_versions", "fhir_words"


def upgrade() -> None:
    op.create_table(
        VERSIONS,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("institution_id", sa.Uuid(), sa.ForeignKey("institutions.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    newest = sa.text("newest")
    op.create_index(
        "fhir_newest",
        VERSIONS,
        ["institution_id", "kind", "at", "id"],
        sqlite_where=newest,
        postgresql_where=newest,
    )
    op.create_table(
        WORDS,
        sa.Column(
            "institution_id", sa.Uuid(), sa.ForeignKey("institutions.id"), primary_key=True
        ),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("word", sa.String(), primary_key=True),
        sa.Column("id", sa.Uuid(), primary_key=True),
    )
    op.create_index("ix_fhir_words_id", WORDS, ["id"])


def downgrade() -> None:
    op.drop_table(WORDS)
    op.drop_table(VERSIONS)
