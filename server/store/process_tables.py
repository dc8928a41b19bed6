"""The table of the server processes of a site."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class ProcessRow(Base):
    """One run of a process; its id is new with each start, its name is not."""

    __tablename__ = "processes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    seen_at: Mapped[datetime]
