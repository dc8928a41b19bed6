"""The read-back of a critical finding (domain.md, Queue, critical finding)."""

from datetime import datetime

from protocol.finding import CriticalFinding
from server.domain.case import Case, Timings
from server.domain.transitions import DONE


def after_signing(
    old: CriticalFinding | None, what: str, version: int, now: datetime, timings: Timings
) -> CriticalFinding | None:
    """What a newly signed version leaves to read back; `what` is empty when nothing is critical.

    The same words in an amended report stay as they are, read back or with the clock they have;
    other words are a new finding with a clock of its own, and none ends what was asked for.
    """
    if not what:
        return None
    if old is not None and old.what == what:
        return old
    return CriticalFinding(
        what=what, version=version, signed_at=now, due_at=now + timings.read_back
    )


def read_back(
    finding: CriticalFinding, words: str, told: str, by: str, now: datetime
) -> CriticalFinding:
    """Somebody said what they understood."""
    return finding.model_copy(
        update={"read_back": words, "told": told, "read_back_by": by, "read_back_at": now}
    )


def escalates_at(case: Case) -> datetime | None:
    """When (UTC) the dispatchers are told; None when that is done or not needed."""
    finding = open_finding(case)
    return None if finding is None or finding.escalated_at is not None else finding.due_at


def open_finding(case: Case) -> CriticalFinding | None:
    """What waits to be read back. A case that was entered in error asks for nothing."""
    finding = case.finding
    return finding if finding is not None and finding.open and case.phase in DONE else None
