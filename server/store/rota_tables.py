"""Tables of the rota: what departments plan for their experts, and in which time zone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class RotaEntryRow(Base):
    """`weekdays` ("0,1,4", Monday is 0) where it repeats; `except_days` in ISO 8601."""

    __tablename__ = "rota_entries"
    __table_args__ = (Index("ix_rota_entries_kind_expert_id", "kind", "expert_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    department: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime] = mapped_column(index=True)
    weekdays: Mapped[str | None]
    last_day: Mapped[date | None]
    except_days: Mapped[str]
    version: Mapped[int]


class RotaZoneRow(Base):
    """A department without a row has the default zone."""

    __tablename__ = "rota_zones"
    department: Mapped[str] = mapped_column(primary_key=True)
    zone: Mapped[str]
