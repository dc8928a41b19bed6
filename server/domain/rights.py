"""Who may see a case, and how much of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from protocol.account import CLINICAL_ROLES, Role
from protocol.attached_study import AttachedStudy
from protocol.consultation import (
    Consultation,
    ConsultationSummary,
    Member,
    Person,
    Phase,
)
from server.domain.audit import Purpose
from server.domain.case import Case
from server.domain.errors import not_a_member
from server.domain.people import Who


class Part(StrEnum):
    """The part an account has in a case."""

    REQUESTER = "requester"
    HOLDER = "holder"
    DISPATCHER = "dispatcher"
    REVIEWER = "reviewer"
    EMERGENCY = "emergency"  # broke the glass: reads it for a time, and does nothing
    COLLEAGUE = "colleague"  # has signed another opinion on the same question, or chairs


_DRAFT = frozenset((Phase.EDITING, Phase.UPLOADING))
REVIEWED = frozenset((Phase.AWAITING_REVIEW, Phase.SIGNED, Phase.RECEIVED, Phase.AMENDED))


def part_of(case: Case, who: Who) -> Part | None:
    """The account's part in the case; None means it may not read it.

    An expert whom a case merely rings, or who may claim it, sees the masked summary only.
    A draft is reviewed within the institution of the expert who wrote it.
    Experts who read a case independently see nothing of each other until the second opinion, or the
    last one of an MDT, is signed, whatever other roles they have; then each reads the others' as a
    colleague, and so does the chair.
    Who treats patients and breaks the glass reads a case for a time (ADR 50); who is kept from it
    does not.
    Who administers, audits or looks after security sees no clinical content.
    """
    if who.id in case.kept_from:
        return None
    if who.id == case.requester_id and Role.REQUESTER in who.roles:
        return Part.REQUESTER
    if who.id == case.holder_id and Role.EXPERT in who.roles:
        return Part.HOLDER
    if Role.DISPATCHER in who.roles and case.phase not in _DRAFT:
        return Part.DISPATCHER
    if reviews(case, who):
        return Part.REVIEWER
    if who.id in case.shown_to and Role.EXPERT in who.roles:
        return Part.COLLEAGUE
    if who.id in case.opened_until and not who.roles.isdisjoint(CLINICAL_ROLES):
        return Part.EMERGENCY
    return None


def reviews(case: Case, who: Who) -> bool:
    """Whether a reviewer reads the report of this case, whatever else they are."""
    reviewed = case.phase in REVIEWED and case.reviewed_by(who.institution_id)
    return Role.REVIEWER in who.roles and reviewed


def reads_drafts(case: Case, who: Who) -> bool:
    """Whether a report that is not signed yet is theirs to read: who writes it, who reviews it."""
    part = part_of(case, who)
    return part is Part.HOLDER or (part is not None and reviews(case, who))


def hears_of(case: Case, who: Who) -> bool:
    """Whether the case stands in the account's lists and its changes are told; a colleague looks
    at it from their own, and who broke the glass by its number."""
    return part_of(case, who) not in (None, Part.COLLEAGUE, Part.EMERGENCY)


def require_part(case: Case, who: Who, *parts: Part) -> Part:
    """Raises `not_a_member` unless the account has a part (one of `parts` where given)."""
    part = part_of(case, who)
    if part is None or (parts and part not in parts):
        raise not_a_member()
    return part


def purpose_of(case: Case, account_id: UUID) -> Purpose:
    """What an account accesses a case for, as it stands now."""
    if account_id in (case.requester_id, case.holder_id) or account_id in case.shown_to:
        return Purpose.TREATMENT
    return Purpose.EMERGENCY if account_id in case.opened_until else Purpose.OPERATIONS


def emergency_until(case: Case, who: Who) -> datetime | None:
    """Until when somebody reads a case in an emergency; None for everybody else."""
    return case.opened_until[who.id] if part_of(case, who) is Part.EMERGENCY else None


CLINICAL = (Part.REQUESTER, Part.HOLDER)
"""The two who treat: they chat, call and invite."""


def treating(case: Case) -> frozenset[UUID]:
    """Who treats: whoever asks, and the expert who holds the case."""
    return frozenset(one for one in (case.requester_id, case.holder_id) if one is not None)


def meets(case: Case, who: Who) -> bool:
    """Whether the account may sit in the call of a case: the two who treat and, once the opinions
    of an MDT lie open, the experts who gave them."""
    part = part_of(case, who)
    return part in CLINICAL or (part is Part.COLLEAGUE and _lies_open(case))


def meeting(case: Case) -> frozenset[UUID]:
    """Whose call it is, as `meets`."""
    return treating(case) | (case.shown_to if _lies_open(case) else frozenset())


def _lies_open(case: Case) -> bool:
    return case.mdt is not None and case.mdt.opened_at is not None


def masked_name(name: str) -> str:
    """A patient's name for somebody who has no part in the case yet: the first sign only."""
    return "" if not name else name[0] + "*" * max(1, min(len(name) - 1, 3))


def masked(summary: ConsultationSummary) -> ConsultationSummary:
    """What an expert sees of a case before taking it: enough to decide, not who the patient is; of
    an MDT, that they are to chair one."""
    mdt = summary.mdt
    return summary.model_copy(
        update={
            "patient_name": masked_name(summary.patient_name),
            "finding": None,
            "second": None,
            "mdt": None if mdt is None else mdt.model_copy(update={"opinions": (), "without": ""}),
        }
    )


def farewell(view: Consultation) -> Consultation:
    """What somebody who just gave a case away still sees of it."""
    return view.model_copy(
        update={
            "summary": masked(view.summary),
            "content": view.content.model_copy(update={"patient": None, "consent": None}),
            "record": None,
        }
    )


def summary_of(
    case: Case, requester: Person, expert: Person | None, image_count: int
) -> ConsultationSummary:
    """A row of the worklist."""
    content, patient = case.content, case.content.patient
    return ConsultationSummary(
        id=case.id,
        number=case.number,
        version=case.version,
        mode=content.mode,
        urgency=content.urgency,
        department=content.department,
        status=case.status,
        phase=case.phase,
        patient_name="" if patient is None else patient.name,
        patient_sex=None if patient is None else patient.sex,
        patient_birth_date=None if patient is None else patient.birth_date,
        reason=content.reason[:200],
        requester=requester,
        expert=expert,
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        accept_by=case.accept_by,
        start_by=case.start_by,
        report_by=case.report_by,
        updated_at=case.updated_at,
        image_count=image_count,
        lease_until=case.lease_until,
        scheduled_for=case.scheduled_for,
        finding=case.finding,
        appointment=case.appointment,
        second=case.second,
        second_of=None if case.first is None else case.first.case_id,
        mdt=case.mdt,
        mdt_of=case.mdt_of,
        mdt_opened=case.mdt_of is not None and bool(case.shown_to),
    )


def members_of(case: Case, requester: Person, expert: Person | None) -> tuple[Member, ...]:
    members = [Member(person=requester, role=Role.REQUESTER)]
    if expert is not None:
        members.append(Member(person=expert, role=Role.EXPERT))
    return tuple(members)


def full_view(
    case: Case,
    summary: ConsultationSummary,
    studies: tuple[AttachedStudy, ...],
    members: tuple[Member, ...],
) -> Consultation:
    """One case in full; `missing` and `allowed_actions` are filled by the caller."""
    return Consultation(
        summary=summary,
        content=case.content,
        studies=studies,
        members=members,
        missing=(),
        allowed_actions=(),
        abort_requested=case.abort_requested,
        images_waived=case.images_waived,
        decision=case.decision,
        decision_note=case.decision_note,
        checklist=case.checklist,
        unanswered=case.unanswered,
    )
