"""The table of cases taken from the queue: what waiting times and statistics are measured by."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class PickupRow(Base):
    """Apart from the case, which may go back to the queue and be taken again. `response_s` is
    from the ring to the claim; None where it did not ring them: how long it waited for others, or
    before they came, is no time of theirs."""

    __tablename__ = "pickups"
    __table_args__ = (
        Index("pickups_of_department", "department", "picked_at"),
        Index("pickups_of_expert", "expert_id", "picked_at", "response_s"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    department: Mapped[str]
    queued_at: Mapped[datetime]
    picked_at: Mapped[datetime]
    response_s: Mapped[float | None]
