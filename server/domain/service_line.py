"""What the mode of a department means for ringing, taking and the queue (domain.md, Queue)."""

from collections.abc import Callable, Iterable
from uuid import UUID

from protocol.consultation import Phase, Urgency
from protocol.queue import Candidate
from protocol.service_line import LineMode
from server.domain.case import Case

_RUNG = (LineMode.OPEN, LineMode.DISPATCHED)


def rung_by_itself(
    mode: LineMode, case: Case, chosen: tuple[Candidate, ...], *, overdue: bool
) -> tuple[Candidate, ...]:
    """Whom of those that would be rung next the server rings. Critical cases, and those that have
    waited too long, ring in every mode."""
    return tuple(
        one for one in chosen if rings_by_itself(mode, case, one.expert_id, overdue=overdue)
    )


def rings_by_itself(mode: LineMode, case: Case, expert_id: UUID, *, overdue: bool) -> bool:
    """Whether the server rings this expert, where the case is for them; see `rung_by_itself`."""
    if mode in _RUNG or overdue or case.content.urgency is Urgency.CRITICAL:
        return True
    return expert_id == case.content.directed_expert_id


def free_to_take(mode: LineMode, case: Case) -> bool:
    """Whether experts whom a case does not ring may take it from the queue."""
    return mode is not LineMode.DISPATCHED or case.content.urgency is Urgency.CRITICAL


def in_turn(
    queue: Iterable[Case], mode_of: Callable[[str], LineMode], rings: Callable[[Case], bool]
) -> list[Case]:
    """What one expert is shown of the queue they may take from: where experts pull, the head only.

    Args:
        queue: in its order, already without what is not for this expert.
        rings: whether a case rings this expert.
    """
    shown: list[Case] = []
    begun: set[str] = set()
    for case in queue:
        department = case.content.department
        pulled = mode_of(department) is LineMode.PULL
        if not pulled or rings(case) or case.content.urgency is Urgency.CRITICAL:
            shown.append(case)
        elif department not in begun:
            begun.add(department)
            shown.append(case)
    return shown


def is_left_waiting(mode: LineMode, case: Case) -> bool:
    """Whether a case that rings nobody waits for who takes it, and not for a dispatcher."""
    return mode in (LineMode.PULL, LineMode.DIRECTED) and case.phase is Phase.QUEUED
