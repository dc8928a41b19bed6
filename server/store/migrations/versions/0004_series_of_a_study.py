"""A series is told apart by its study too; series that were hidden by another's UID are listed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = "institution_id, study_uid, series_uid, modality, number, description"


def upgrade() -> None:
    _rebuild("institution_id", "study_uid", "series_uid")
    op.execute(
        f"""
        INSERT INTO series ({_COLUMNS})
        SELECT DISTINCT i.institution_id, i.study_uid, i.series_uid, s.modality,
               CAST(NULL AS INTEGER), s.description
        FROM instances i
        JOIN series s ON s.institution_id = i.institution_id AND s.series_uid = i.series_uid
        WHERE NOT EXISTS (
            SELECT 1 FROM series t
            WHERE t.institution_id = i.institution_id AND t.series_uid = i.series_uid
              AND t.study_uid = i.study_uid
        )
        """  # nosec B608  # constants only
    )


def downgrade() -> None:
    op.execute(
        """
        DELETE FROM series WHERE EXISTS (
            SELECT 1 FROM series o
            WHERE o.institution_id = series.institution_id AND o.series_uid = series.series_uid
              AND o.study_uid < series.study_uid
        )
        """
    )
    _rebuild("institution_id", "series_uid")


def _rebuild(*key: str) -> None:
    op.drop_index("ix_series_study_uid", "series")
    op.rename_table("series", "series_before")
    op.create_table(
        "series",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("study_uid", sa.String(), nullable=False),
        sa.Column("series_uid", sa.String(), nullable=False),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institutions.id"]),
        sa.PrimaryKeyConstraint(*key, name=f"series_key_of_{len(key)}"),
    )
    op.execute(f"INSERT INTO series ({_COLUMNS}) SELECT {_COLUMNS} FROM series_before")  # nosec B608  # constants only
    op.drop_table("series_before")
    op.create_index("ix_series_study_uid", "series", ["study_uid"])
