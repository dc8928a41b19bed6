"""A second signature: which words of a draft a reviewer has approved."""

import hashlib
import json
from collections.abc import Iterable
from uuid import UUID

from protocol.consultation import Action, TimelineEvent
from protocol.report import CoSignature, Opinion, Report, opinion_data


def whole(opinion: Opinion) -> Opinion:
    """As it is signed: fields of a template that stayed empty are none of it."""
    kept = tuple(one for one in opinion.structured if one.value)
    return opinion.model_copy(update={"structured": kept})


def opinion_digest(opinion: Opinion) -> str:
    """SHA-256 of what a reviewer reads, in the canonical form of a report's opinion."""
    data = opinion_data(whole(opinion))
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def approval_bytes(consultation_id: UUID, reviewer_id: UUID, approved: str) -> bytes:
    """What a reviewer signs: whose words of which case, by their digest. Keys sorted, no white
    space, UTF-8 (RFC 8785 for this subset); the first key keeps it from being anything else."""
    said = {
        "approval": 1,
        "approved": approved,
        "consultation_id": str(consultation_id),
        "reviewer_id": str(reviewer_id),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def approved_bytes(report: Report) -> bytes | None:
    """The same of a signed report; None where nobody approved it."""
    if report.co_signature is None:
        return None
    reviewer, words = report.co_signature.reviewer_id, opinion_digest(report.opinion)
    return approval_bytes(report.consultation_id, reviewer, words)


def last_approval(events: Iterable[TimelineEvent]) -> TimelineEvent | None:
    """Of the draft as it stands: none where a reviewer has returned it since, a report was signed
    of it or is amended, or somebody else holds the case now, perhaps of another house."""
    last, holder = None, None
    for event in events:
        by = None if event.by is None else event.by.id
        match event.action:
            case Action.APPROVE:
                last = event
            case Action.RETURN_FROM_REVIEW | Action.SIGN | Action.AMEND:
                last = None
            case Action.CLAIM if by != holder:
                last, holder = None, by
    return last


def approval_of(
    events: Iterable[TimelineEvent], opinion: Opinion, signer: UUID
) -> CoSignature | None:
    """The approval of these very words by somebody else; None where they were changed since."""
    event = last_approval(events)
    if event is None or event.by is None or event.by.id == signer:
        return None
    if event.approved != opinion_digest(opinion):
        return None
    return CoSignature(
        reviewer_id=event.by.id,
        reviewer_name=event.by.display_name,
        reviewer_institution=event.by.institution_name or "",
        approved_at=event.at,
    )
