"""The table of what clinics share of records; the Bundle itself lies in the object store."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class SharedRecordRow(Base):
    """`body` is a `SharedRecord`."""

    __tablename__ = "shared_records"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    shared_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
