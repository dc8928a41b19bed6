"""The papers and pictures of reports, what was signed of them, and the patients' copies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class PresentedFormRow(Base):
    """The row is there before the bytes, so that none lie about unknown; `version` is None until
    the report it belongs to is signed."""

    __tablename__ = "presented_forms"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int | None]
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[datetime]


class ReportPictureRow(Base):
    """The row is there before the bytes; `signed` from the first version on that shows it."""

    __tablename__ = "report_pictures"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True, index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    signed: Mapped[bool]
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[datetime]


class ReportCopyRow(Base):
    """A code with which the patient reads the report; nothing of whose it is."""

    __tablename__ = "report_copies"
    hash: Mapped[str] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    opened: Mapped[int]
    wrong_dates: Mapped[int]
    withdrawn_at: Mapped[datetime | None]
