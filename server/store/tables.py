"""Tables of people, sessions and consultations. Bodies are protocol JSON, never pickles."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base, TrailTime


class InstitutionRow(Base):
    __tablename__ = "institutions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    records_written_since: Mapped[datetime | None]


class AgreementRow(Base):
    __tablename__ = "agreements"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"))
    hospital_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]


class AccountRow(Base):
    __tablename__ = "accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[str]
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institutions.id"))
    expert: Mapped[str | None] = mapped_column(Text)
    disabled: Mapped[bool] = mapped_column(default=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    responses: Mapped[int] = mapped_column(default=0)
    response_seconds: Mapped[float] = mapped_column(default=0.0)
    idle_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    second_factor_since: Mapped[datetime | None]


class PeopleChangeRow(Base):
    """Which account, institution or agreement a revision of people was about."""

    __tablename__ = "people_changes"
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    part: Mapped[str]
    subject: Mapped[UUID | None]


class SessionRow(Base):
    __tablename__ = "sessions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"), index=True)
    scope: Mapped[str]
    device: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    seen_at: Mapped[datetime | None]
    """When it last asked for tokens, and from where."""
    address: Mapped[str | None]


class RefreshTokenRow(Base):
    __tablename__ = "refresh_tokens"
    hash: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SigningTicketRow(Base):
    __tablename__ = "signing_tickets"
    hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime]


class SigningKeyRow(Base):
    __tablename__ = "signing_keys"
    __table_args__ = (UniqueConstraint("account_id", "public_key"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    public_key: Mapped[str]
    registered_at: Mapped[datetime]


class ConsultationRow(Base):
    __tablename__ = "consultations"
    __table_args__ = (
        Index("consultations_of_requester", "requester_id", "created_at"),
        Index("consultations_of_holder", "holder_id", "created_at"),
        Index("consultations_of_institution", "institution_id", "created_at"),
        Index("consultations_in_phase", "phase", "created_at"),
        Index("consultations_by_age", "created_at", "id"),
        Index("consultations_with_open_finding", "finding_due"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]
    phase: Mapped[str]
    status: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    """Of a sealed row the words by which it is found (`case_search`), not its text."""
    urgency: Mapped[str | None]
    """Empty where it has none yet; None where an earlier version wrote the row."""
    requester_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    holder_institution_id: Mapped[UUID | None]
    claim_hash: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    fence: Mapped[int]
    lease_until: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    accept_by: Mapped[datetime | None]
    start_by: Mapped[datetime | None]
    report_by: Mapped[datetime | None]
    paused_since: Mapped[datetime | None]
    scheduled_for: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    declined: Mapped[str] = mapped_column(Text)
    checklist: Mapped[str] = mapped_column(Text)
    unanswered: Mapped[bool] = mapped_column(server_default=false())
    abort_requested: Mapped[bool]
    decision: Mapped[str | None]
    decision_note: Mapped[str] = mapped_column(Text)
    report_version: Mapped[int]
    escalated: Mapped[bool]
    images_waived: Mapped[bool]
    finding: Mapped[str | None] = mapped_column(Text)
    finding_due: Mapped[datetime | None]
    appointment: Mapped[str | None] = mapped_column(Text)
    second_of: Mapped[UUID | None]
    first_expert_id: Mapped[UUID | None]
    first_institution_id: Mapped[UUID | None]
    second: Mapped[str | None] = mapped_column(Text)
    mdt: Mapped[str | None] = mapped_column(Text)
    mdt_of: Mapped[UUID | None]
    kept_from: Mapped[str | None] = mapped_column(Text)
    houses: Mapped[str | None] = mapped_column(Text)
    shown_to: Mapped[str | None] = mapped_column(Text)
    opened_until: Mapped[str | None] = mapped_column(Text)
    """JSON: who broke the glass, and until when."""


class EmergencyRow(Base):
    """An emergency access; its reason is part of the case and of no log."""

    __tablename__ = "emergency_accesses"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApartRow(Base):
    """`kept_from` of each case, to be asked for by account."""

    __tablename__ = "consultations_apart"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)


class TimelineRow(Base):
    __tablename__ = "timeline"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), index=True)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class OfferRow(Base):
    __tablename__ = "offers"
    __table_args__ = (
        Index("offers_of_case", "consultation_id", "ended_at"),
        Index("offers_of_expert", "expert_id", "ended_at", "how"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    rang_at: Mapped[datetime]
    rings_until: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    how: Mapped[str | None]


class TimerRow(Base):
    __tablename__ = "timers"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)


class OpinionRow(Base):
    __tablename__ = "opinions"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    author_id: Mapped[UUID | None]
    """None where an earlier version wrote the row."""
    before: Mapped[str | None] = mapped_column(Text)
    """JSON: what somebody else had written before (`server.domain.drafts`)."""


class ReportRow(Base):
    """Written once and never changed: an amendment is a row with the next version."""

    __tablename__ = "reports"
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("signing_keys.id"))
    signed_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class MessageRow(Base):
    __tablename__ = "messages"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), index=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class CallRow(Base):
    __tablename__ = "calls"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    home: Mapped[UUID | None]
    """The process it runs in; None where a site has only one."""


class CallSeatRow(Base):
    __tablename__ = "call_seats"
    peer_id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), index=True)
    session_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    display_name: Mapped[str]
    joined_at: Mapped[datetime]


class InvitationRow(Base):
    __tablename__ = "invitations"
    hash: Mapped[str] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"))
    display_name: Mapped[str]
    kind: Mapped[str]
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    guest_session: Mapped[UUID | None] = mapped_column(index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


class LibraryRow(Base):
    __tablename__ = "library"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultations.id"), unique=True)
    department: Mapped[str] = mapped_column(index=True)
    flags: Mapped[str]
    approved_at: Mapped[datetime] = mapped_column(index=True)
    search_text: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class FactRow(Base):
    __tablename__ = "facts"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    payload: Mapped[str] = mapped_column(Text)
    session_id: Mapped[UUID | None]
    """Of a fact for one session only, whose socket closes after it."""


class FactRecipientRow(Base):
    __tablename__ = "fact_recipients"
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("facts.seq", ondelete="CASCADE"), primary_key=True
    )


class AuditRow(Base):
    __tablename__ = "audit"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(TrailTime, index=True)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    access: Mapped[str]
    resource: Mapped[str]
    target: Mapped[str]
    consultation_id: Mapped[UUID | None] = mapped_column(index=True)
    request_id: Mapped[str | None]
    detail: Mapped[str]
    origin: Mapped[str | None]
    """The address it was asked from, as the server saw it; None for what the server did itself."""
    outcome: Mapped[str | None]
    """None where it was done; else why not, in a word."""
    purpose: Mapped[str | None]


class CounterRow(Base):
    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
