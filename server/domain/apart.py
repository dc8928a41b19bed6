"""Cases behind a case, read independently: of a second opinion, or of an MDT (domain.md, Queue).

Each knows who is kept from it (`kept_from`) while others read theirs, and who is shown it
afterwards (`shown_to`).
"""

from datetime import datetime
from uuid import UUID

from protocol.account import Role
from protocol.base import new_id
from protocol.consultation import Action, CaseContent, Phase, Status, TimelineEvent
from protocol.second_opinion import SecondState
from server.domain.case import Case, Timings
from server.domain.people import Who
from server.domain.transitions import POOL


def independent(case: Case, who: Who) -> bool:
    """Whether somebody may read a case that is read independently, or chair an MDT: they neither
    give another opinion on it nor can read one.

    Dispatchers can read every report, reviewers those of their own institution.
    """
    apart, houses = set(case.kept_from), set(case.houses)
    if case.first is not None:
        apart.add(case.first.expert_id)
        if case.first.institution_id is not None:
            houses.add(case.first.institution_id)
    elif case.mdt is not None:
        apart.update(one.expert_id for one in case.mdt.signed if one.expert_id is not None)
    elif case.mdt_of is None:
        return True
    reviews = Role.REVIEWER in who.roles and who.institution_id in houses
    return who.id not in apart and Role.DISPATCHER not in who.roles and not reviews


def child_of(
    case: Case, id_: UUID, number: str, now: datetime, timings: Timings, content: CaseContent
) -> Case:
    """A case in the queue behind another: the same requester, patient and consent."""
    return Case(
        id=id_,
        number=number,
        version=1,
        phase=Phase.QUEUED,
        content=content,
        requester_id=case.requester_id,
        institution_id=case.institution_id,
        created_at=now,
        updated_at=now,
        submitted_at=now,
        accept_by=now + timings.accept_target,
    )


def beginning(child: Case, action: Action, by: Who | None, now: datetime) -> TimelineEvent:
    """The first line of its timeline. Why it was asked for could say too much of another opinion,
    and so could the name of an expert: `by` is the requester, a dispatcher, or nobody."""
    role = None
    if by is not None:
        role = Role.REQUESTER if by.id == child.requester_id else Role.DISPATCHER
    return TimelineEvent(
        id=new_id(),
        at=now,
        action=action,
        by=None if by is None else by.person(),
        role=role,
        from_phase=None,
        to_phase=child.phase,
    )


def state_of(child: Case) -> SecondState:
    """How far it is, as the case that was asked says."""
    if child.status is Status.CANCELLED:
        return SecondState.ENDED
    if child.report_version:
        return SecondState.SIGNED
    return SecondState.WAITING if child.phase in POOL else SecondState.READING
