"""The table of what was told to people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class NotificationRow(Base):
    """One row for each person it was told to. `by_name` is of who did it, never of a patient.
    `over`: what it told of has been answered."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("notifications_of_account", "account_id", "at", "id"),
        Index("notifications_of_case", "consultation_id", "account_id"),
        Index("notifications_by_age", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]
    code: Mapped[str]
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    number: Mapped[str]
    urgency: Mapped[str | None]
    department: Mapped[str]
    by_name: Mapped[str]
    clock: Mapped[str | None]
    due_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    over: Mapped[bool]
