"""The state of one consultation, and what it still needs before it can be submitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from protocol.appointment import Appointment
from protocol.attached_study import AttachedStudy
from protocol.consultation import (
    STATUS_OF,
    CaseContent,
    CaseItem,
    ConsentForm,
    Decision,
    Phase,
    Status,
    Urgency,
)
from protocol.finding import CriticalFinding
from protocol.identity import identity_settled
from protocol.mdt import Mdt
from protocol.record_owner import record_settled
from protocol.second_opinion import SecondOpinion
from protocol.shared_record import SharedRecord

GUARDIAN_UNDER_YEARS = 14
RINGS_AT_ONCE = 3
REPORT_TARGETS: Mapping[Urgency, timedelta] = {
    Urgency.ROUTINE: timedelta(hours=24),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.EMERGENCY: timedelta(hours=1),
    Urgency.CRITICAL: timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class Timings:
    """Every clock of a case (domain.md, Queue)."""

    offer_rings: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(minutes=5)
    accept_target: timedelta = timedelta(minutes=15)
    start_target: timedelta = timedelta(minutes=15)
    report_targets: Mapping[Urgency, timedelta] = field(default_factory=lambda: REPORT_TARGETS)
    idle: timedelta = timedelta(minutes=30)
    ageing: timedelta = timedelta(minutes=15)
    read_back: timedelta = timedelta(minutes=10)
    ring_again: timedelta = timedelta(minutes=5)
    no_show: timedelta = timedelta(minutes=10)
    declines_before_dispatch: int = 3
    rings_at_once: int = RINGS_AT_ONCE
    """Whom so many cases ring is asked for another after who is rung less."""


@dataclass(frozen=True, slots=True)
class FirstOpinion:
    """What a second opinion knows of the first: its case, who gave it, and for which house."""

    case_id: UUID
    expert_id: UUID
    institution_id: UUID | None


@dataclass(frozen=True, slots=True)
class Case:
    """One consultation. `fence` grows with every change of hands, `version` with its content."""

    id: UUID
    number: str
    version: int
    phase: Phase
    content: CaseContent
    requester_id: UUID
    institution_id: UUID
    created_at: datetime
    updated_at: datetime
    holder_id: UUID | None = None
    holder_institution_id: UUID | None = None
    """Of the holder when they took the case: whose reviewers see the draft."""
    claim_hash: str | None = None
    claimed_at: datetime | None = None
    fence: int = 0
    lease_until: datetime | None = None
    submitted_at: datetime | None = None
    accept_by: datetime | None = None
    start_by: datetime | None = None
    report_by: datetime | None = None
    paused_since: datetime | None = None
    scheduled_for: datetime | None = None
    active_at: datetime | None = None
    declined: frozenset[UUID] = frozenset()
    checklist: tuple[str, ...] = ()
    unanswered: bool = False
    """The clinic has not answered the checklist, also where somebody else has the case by now."""
    abort_requested: bool = False
    decision: Decision | None = None
    decision_note: str = ""
    report_version: int = 0
    escalated: bool = False
    images_waived: bool = False
    """The expert goes on without late images that have not arrived."""
    finding: CriticalFinding | None = None
    """Of the report signed last, also after it was read back."""
    appointment: Appointment | None = None
    """The one made last, while it is waited for or its no-show stands."""
    first: FirstOpinion | None = None
    """There where this case is a second opinion."""
    second: SecondOpinion | None = None
    mdt: Mdt | None = None
    """There where several experts were asked; who holds this case chairs."""
    mdt_of: UUID | None = None
    """The case whose MDT this one is an opinion of."""
    kept_from: frozenset[UUID] = frozenset()
    """Who must not see this case now, whatever else they may: they read it independently."""
    houses: frozenset[UUID] = frozenset()
    """Of an MDT, while its opinions are given: the institutions of who is kept from this case."""
    shown_to: frozenset[UUID] = frozenset()
    """Whose own report on the same question is signed: they may read this one."""
    opened_until: Mapping[UUID, datetime] = field(default_factory=dict)
    """Who broke the glass, and until when they may read it; without those whose time is over."""

    def reviewed_by(self, institution_id: UUID | None) -> bool:
        """Whether a draft of this case is for the reviewers of an institution."""
        return institution_id is not None and institution_id == self.holder_institution_id

    @property
    def status(self) -> Status:
        return STATUS_OF[self.phase]

    def changed_at(self, now: datetime) -> datetime:
        """The `updated_at` of a change made now.

        Clients order what they hear by it, so it grows even where the clock was set back.
        """
        return max(now, self.updated_at + timedelta(microseconds=1))


def nobody_or(account_id: UUID | None) -> frozenset[UUID]:
    """A set of one, or empty."""
    return frozenset() if account_id is None else frozenset((account_id,))


def years_between(birth: date, today: date) -> int:
    """Completed years of age on a day."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def missing_items(
    content: CaseContent,
    studies: tuple[AttachedStudy, ...],
    record: SharedRecord | None = None,
    *,
    today: date,
) -> tuple[CaseItem, ...]:
    """What a case still needs before it can be submitted, in the order it is filled in. A case
    without images has nothing to wait for."""
    missing: list[CaseItem] = []
    if content.patient is None or not content.patient.complete:
        missing.append(CaseItem.PATIENT)
    for item, value in (
        (CaseItem.REASON, content.reason),
        (CaseItem.QUESTION, content.question),
        (CaseItem.HISTORY, content.history),
        (CaseItem.MODE, content.mode),
        (CaseItem.URGENCY, content.urgency),
        (CaseItem.DEPARTMENT, content.department),
    ):
        if not value:
            missing.append(item)
    missing.extend(_missing_of_consent(content, today))
    if not all(study.verified for study in studies):
        missing.append(CaseItem.STUDIES)
    if not identity_settled(content, studies):
        missing.append(CaseItem.IDENTITY)
    if not record_settled(content, record):
        missing.append(CaseItem.RECORD)
    return tuple(missing)


def _missing_of_consent(content: CaseContent, today: date) -> list[CaseItem]:
    consent = content.consent
    if consent is None or not consent.complete:
        return [CaseItem.CONSENT]
    missing: list[CaseItem] = []
    patient = content.patient
    if patient is not None and patient.birth_date is not None:
        child = years_between(patient.birth_date, today) < GUARDIAN_UNDER_YEARS
        if child and not consent.guardian_relation:
            missing.append(CaseItem.GUARDIAN)
    if consent.form is ConsentForm.ORAL_WITNESSED and not consent.witness:
        missing.append(CaseItem.WITNESS)
    return missing
