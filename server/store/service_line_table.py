"""The table of modes that somebody chose for a department."""

from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class ServiceLineRow(Base):
    """A department without a row works as the site's settings say."""

    __tablename__ = "service_lines"
    department: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
