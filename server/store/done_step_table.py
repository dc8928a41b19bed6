"""The table of steps that were done under a client's key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class DoneStepRow(Base):
    __tablename__ = "done_steps"
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID]
    action: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
