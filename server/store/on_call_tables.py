"""Tables of telling those on call: where they are reached, and what was sent for which case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class ContactRow(Base):
    """Apart from accounts, so that nothing that shows a person can show it."""

    __tablename__ = "contacts"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    mail: Mapped[str]
    phone: Mapped[str]


class AlertRow(Base):
    """`channel` is empty where there was no way to the person. `id` is what a receiver knows a
    repeated message by."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("consultation_id", "account_id", "channel", "why"),
        Index("ix_alerts_due", "state", "due_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    channel: Mapped[str]
    why: Mapped[str]
    state: Mapped[str]
    trouble: Mapped[str | None]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    changed_at: Mapped[datetime]
