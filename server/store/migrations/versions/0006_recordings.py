"""Recordings of calls: consents, pieces, and until when they are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _recordings()
    _what_belongs_to_them()


def _recordings() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "recordings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), nullable=False),
        sa.Column("call_id", sa.Uuid(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("asker_peer", sa.Uuid(), nullable=False),
        sa.Column("asker_name", sa.String(), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("end", sa.String(), nullable=True),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("began_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("kept_until", moment, nullable=True),
        sa.Column("completed_at", moment, nullable=True),
        sa.Column("deleted_at", moment, nullable=True),
        sa.Column("erased_at", moment, nullable=True),
    )
    for column in ("consultation_id", "call_id", "kept_until"):
        op.create_index(f"ix_recordings_{column}", "recordings", [column])


def _what_belongs_to_them() -> None:
    op.create_table(
        "recording_consents",
        sa.Column("recording_id", sa.Uuid(), sa.ForeignKey("recordings.id"), primary_key=True),
        sa.Column("peer_id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "recording_pieces",
        sa.Column("recording_id", sa.Uuid(), sa.ForeignKey("recordings.id"), primary_key=True),
        sa.Column("piece", sa.Integer(), primary_key=True),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("nbytes", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("recording_pieces", "recording_consents", "recordings"):
        op.drop_table(table)
