"""The tables of the embedded FHIR store: every version of every resource, and what they are found
by."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base


class FhirVersionRow(Base):
    """One version of a resource. `body` is its JSON, sealed under the key of the patient it speaks
    of; empty where this version is its end. `patient_id` is the institution's own id where it
    speaks of no patient."""

    __tablename__ = "fhir_versions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"))
    kind: Mapped[str]
    patient_id: Mapped[UUID]
    method: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    newest: Mapped[bool]
    body: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index(
            "fhir_newest",
            "institution_id",
            "kind",
            "at",
            "id",
            sqlite_where=text("newest"),
            postgresql_where=text("newest"),
        ),
    )


class FhirWordRow(Base):
    """The newest version of a resource is found by this word: an HMAC of it, so that nobody reads
    names or numbers here."""

    __tablename__ = "fhir_words"
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
