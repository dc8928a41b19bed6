"""Whose words a draft is: who takes a case over starts with none, and is offered those of before.

A row keeps the words of who wrote last and, until a report is signed, those of whoever wrote before
them: nobody's words become somebody else's without a choice, and none are lost by it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protocol.base import Answer, Moment
from protocol.report import Opinion
from server.domain.case import Case


class Draft(Answer):
    """`author_id` is None where it is not known: an earlier version wrote it."""

    author_id: UUID | None
    saved_at: Moment
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Drafts:
    """Of one case, as its holder has them."""

    own: Opinion = Opinion()
    saved_at: datetime | None = None
    before: Draft | None = None
    """What somebody else wrote last and did not sign."""


def drafts_for(case: Case, last: Draft | None, before: Draft | None) -> Drafts:
    """Args:
    last: what was written last, by whomever.
    before: what was written last by somebody else than the author of `last`.
    """
    found = [one for one in (last, before) if one is not None]
    own = next((one for one in found if _is_own(one, case)), None)
    others = [one for one in found if one is not own and one.opinion != Opinion()]
    other = others[0] if others else None
    if own is None:
        return Drafts(before=other)
    return Drafts(own.opinion, own.saved_at, other)


def _is_own(draft: Draft, case: Case) -> bool:
    if case.holder_id is None:
        return False
    if draft.author_id is not None:
        return draft.author_id == case.holder_id
    return case.claimed_at is not None and draft.saved_at >= case.claimed_at
