"""The table of the server processes of a site."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class ProcessRow(Base):
    """One run of a process; its id is new with each start, its name is not. `people` says who is
    connected to it, as JSON, while it cannot say so by Redis."""

    __tablename__ = "processes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    seen_at: Mapped[datetime]
    people: Mapped[str | None] = mapped_column(Text)
