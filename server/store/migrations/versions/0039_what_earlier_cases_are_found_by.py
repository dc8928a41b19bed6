"""Earlier cases are found by their institution, and pictures of reports by what they are; a guest
who waits in a call is named in no notification."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

CASES, PICTURES = "consultations_of_institution", "ix_report_pictures_sha256"


def upgrade() -> None:
    op.create_index(CASES, "consultations", ["institution_id", "created_at"])
    op.create_index(PICTURES, "report_pictures", ["sha256"])
    op.execute(
        "UPDATE notifications SET by_name = '' WHERE code = 'call_waiting'"
        " AND by_name NOT IN (SELECT display_name FROM accounts)"
    )


def downgrade() -> None:
    op.drop_index(PICTURES, "report_pictures")
    op.drop_index(CASES, "consultations")
