"""Tables of recordings of calls: who asked and agreed, the pieces, and until when they are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class RecordingRow(Base):
    """`kept_until` counts from the end of the call; `erased_at`: its bytes are gone too."""

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_kept_until", "kept_until"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), index=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asker_peer: Mapped[UUID]
    asker_name: Mapped[str]
    kept_days: Mapped[int]
    phase: Mapped[str]
    end: Mapped[str | None]
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class RecordingConsentRow(Base):
    """What one seat answered last; `agreed` is false after a refusal or a withdrawal."""

    __tablename__ = "recording_consents"
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    display_name: Mapped[str]
    agreed: Mapped[bool]
    wording: Mapped[str]
    language: Mapped[str]
    answered_at: Mapped[datetime]


class RecordingPieceRow(Base):
    __tablename__ = "recording_pieces"
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    index: Mapped[int] = mapped_column("piece", primary_key=True)
    start_ms: Mapped[int] = mapped_column(BigInteger)
    end_ms: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    nbytes: Mapped[int]
