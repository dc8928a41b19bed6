"""MDTs: the round of a case and its opinions; several may be kept from a case, or shown it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultations_apart",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column(
            "consultation_id", sa.Uuid(), sa.ForeignKey("consultations.id"), primary_key=True
        ),
    )
    op.execute(
        "INSERT INTO consultations_apart (account_id, consultation_id) "
        "SELECT kept_from, id FROM consultations WHERE kept_from IS NOT NULL"
    )
    with op.batch_alter_table("consultations") as table:
        table.drop_index("consultations_kept_from")
        for name in ("kept_from", "shown_to"):
            table.alter_column(
                name,
                existing_type=sa.Uuid(),
                type_=sa.Text(),
                existing_nullable=True,
                postgresql_using=f"{name}::text",
            )
        table.add_column(sa.Column("mdt", sa.Text(), nullable=True))
        table.add_column(sa.Column("mdt_of", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("houses", sa.Text(), nullable=True))


def downgrade() -> None:
    one_only = "CASE WHEN length({0}) BETWEEN 1 AND 36 THEN {0} END"
    for name in ("kept_from", "shown_to"):
        op.execute(f"UPDATE consultations SET {name} = {one_only.format(name)}")  # nosec B608  # constants only
    with op.batch_alter_table("consultations") as table:
        for name in ("mdt", "mdt_of", "houses"):
            table.drop_column(name)
        for name in ("kept_from", "shown_to"):
            table.alter_column(
                name,
                existing_type=sa.Text(),
                type_=sa.Uuid(),
                existing_nullable=True,
                postgresql_using=f"{name}::uuid",
            )
        table.create_index("consultations_kept_from", ["kept_from"])
    op.drop_table("consultations_apart")
