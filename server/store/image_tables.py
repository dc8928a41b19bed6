"""Tables of images. Everything is kept per institution: a UID means nothing across houses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class StudyRow(Base):
    __tablename__ = "studies"
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    study_uid: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(index=True)
    patient_name: Mapped[str]
    patient_birth_date: Mapped[str]
    patient_sex: Mapped[str]
    study_date: Mapped[str] = mapped_column(index=True)
    study_time: Mapped[str]
    accession_number: Mapped[str]
    study_id: Mapped[str]
    description: Mapped[str]
    referring_physician: Mapped[str]
    patient_mac: Mapped[str | None] = mapped_column(index=True)
    """Of a sealed row an HMAC of PatientID (`patient_mac`), by which its studies are found."""


class SeriesRow(Base):
    __tablename__ = "series"
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    study_uid: Mapped[str] = mapped_column(primary_key=True, index=True)
    series_uid: Mapped[str] = mapped_column(primary_key=True)
    """Of this study: some programs give series of two studies one UID."""
    modality: Mapped[str]
    number: Mapped[int | None]
    description: Mapped[str]


class InstanceRow(Base):
    __tablename__ = "instances"
    __table_args__ = (
        Index("instances_of_study", "institution_id", "study_uid"),
        Index("instances_of_series", "institution_id", "series_uid"),
    )
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    sop_uid: Mapped[str] = mapped_column(primary_key=True)
    series_uid: Mapped[str]
    study_uid: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sop_class: Mapped[str]
    transfer_syntax: Mapped[str]
    number: Mapped[int | None]
    rows: Mapped[int | None]
    columns: Mapped[int | None]
    frames: Mapped[int]
    received_at: Mapped[datetime]
    account_id: Mapped[UUID]
    original_sha256: Mapped[str | None]
    """Of the file it was recompressed from without loss, as its clinic declared it."""
    names_patient: Mapped[bool]
    """Whether it says PatientName or PatientID; its study may be named by others."""


class AttachmentRow(Base):
    """A study attached to a case, as its clinic declared it."""

    __tablename__ = "attachments"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    study_uid: Mapped[str] = mapped_column(primary_key=True)
    institution_id: Mapped[UUID]
    modalities: Mapped[str] = mapped_column(Text)
    description: Mapped[str]
    shortfall: Mapped[str | None] = mapped_column(Text)
    """A `Shortfall` as JSON; absent where the clinic knew of none."""


class DeclaredInstanceRow(Base):
    __tablename__ = "declared_instances"
    __table_args__ = (Index(None, "study_uid", "sop_uid"),)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    sop_uid: Mapped[str] = mapped_column(primary_key=True)
    study_uid: Mapped[str]
    series_uid: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    original_sha256: Mapped[str | None]
    late_at: Mapped[datetime | None]
    """When it was added to a case that had been submitted."""


class PriorRow(Base):
    """A study of an earlier case of the patient, which the holder of a case may read (ADR 19)."""

    __tablename__ = "priors"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    study_uid: Mapped[str] = mapped_column(primary_key=True)
    earlier_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))


class PriorReportRow(Base):
    """An earlier case of the patient whose report the holder of a case may read (ADR 56)."""

    __tablename__ = "prior_reports"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    earlier_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)


class AlikeRow(Base):
    """Other bytes under the UID of a held instance that say what it says (ADR 43)."""

    __tablename__ = "alike_instances"
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    sop_uid: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    """Of the bytes that came, or of the file they were recompressed from without loss."""
    held_sha256: Mapped[str]
    """Of the instance they were compared with: with another one they say nothing."""


class TakenBackRow(Base):
    """An instance taken out of a draft, which late bytes must not bring back."""

    __tablename__ = "taken_back_instances"
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    sop_uid: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
