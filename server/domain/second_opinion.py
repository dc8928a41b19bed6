"""The second opinion (domain.md, Queue): a case of its own, read by somebody who is independent.

Both cases know who is kept from them (`kept_from`): the first expert from the second opinion, and
who reads it from the first. Once it is signed each is shown the other's (`shown_to`).
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from protocol.account import Role
from protocol.base import new_id
from protocol.consultation import Action, Phase, Status, TimelineEvent
from protocol.second_opinion import SecondOpinion, SecondState
from server.domain.case import Case, FirstOpinion, Timings
from server.domain.people import Who
from server.domain.transitions import POOL


def may_be_asked(case: Case) -> bool:
    """One at a time, and none on a second opinion."""
    over = case.second is None or case.second.state is SecondState.ENDED
    return over and case.first is None


def independent(case: Case, who: Who) -> bool:
    """Whether somebody may read a second opinion: they neither gave the first one nor can read it.

    Dispatchers can read every report, reviewers those of their own institution.
    """
    first = case.first
    if first is None:
        return True
    reviews = Role.REVIEWER in who.roles and who.institution_id == first.institution_id
    return who.id != first.expert_id and Role.DISPATCHER not in who.roles and not reviews


def asked_of(first: Case, number: str, now: datetime, timings: Timings) -> Case:
    """The case that asks for it: the same words, patient and consent; no expert is named."""
    assert first.second is not None
    assert first.holder_id is not None
    return Case(
        id=first.second.consultation_id,
        number=number,
        version=1,
        phase=Phase.QUEUED,
        content=first.content.model_copy(update={"directed_expert_id": None}),
        requester_id=first.requester_id,
        institution_id=first.institution_id,
        created_at=now,
        updated_at=now,
        submitted_at=now,
        accept_by=now + timings.accept_target,
        first=FirstOpinion(first.id, first.holder_id, first.holder_institution_id),
        kept_from=first.holder_id,
    )


def beginning(second: Case, by: Who | None, now: datetime) -> TimelineEvent:
    """The first line of its timeline. Why it was asked for would say too much of the first opinion,
    and so would the name of the first expert: `by` is the requester or nobody."""
    return TimelineEvent(
        id=new_id(),
        at=now,
        action=Action.SECOND_OPINION,
        by=None if by is None else by.person(),
        role=None if by is None else Role.REQUESTER,
        from_phase=None,
        to_phase=second.phase,
    )


def state_of(second: Case) -> SecondState:
    """What the first case says of it."""
    if second.status is Status.CANCELLED:
        return SecondState.ENDED
    if second.report_version:
        return SecondState.SIGNED
    return SecondState.WAITING if second.phase in POOL else SecondState.READING


def following(first: Case, second: Case, now: datetime) -> Case:
    """The first case after a step of its second opinion; the same where nothing of it changed."""
    known = first.second
    if known is None or known.consultation_id != second.id:
        return first
    state = state_of(second)
    signed = state is SecondState.SIGNED
    link = known.model_copy(
        update={"state": state, "signed_at": (known.signed_at or now) if signed else None}
    )
    apart: UUID | None = second.holder_id if state is SecondState.READING else None
    shown = second.holder_id if signed else None
    changed = replace(first, second=link, kept_from=apart, shown_to=shown)
    if changed == first:
        return first
    return replace(changed, updated_at=first.changed_at(now))


def begun(now: datetime) -> SecondOpinion:
    """Just asked for."""
    return SecondOpinion(consultation_id=new_id(), state=SecondState.WAITING, asked_at=now)
