"""The second opinion (domain.md, Queue): a case of its own, read by somebody who is independent.

Both cases know who is kept from them: the first expert from the second opinion, and who reads it
from the first. Once it is signed each is shown the other's.
"""

from dataclasses import replace
from datetime import datetime

from protocol.base import new_id
from protocol.second_opinion import SecondOpinion, SecondState
from server.domain.apart import child_of, state_of
from server.domain.case import Case, FirstOpinion, Timings, nobody_or


def may_be_asked(case: Case) -> bool:
    """One at a time; none on a second opinion, and none on or in an MDT."""
    over = case.second is None or case.second.state is SecondState.ENDED
    return over and case.first is None and case.mdt is None and case.mdt_of is None


def asked_of(first: Case, number: str, now: datetime, timings: Timings) -> Case:
    """The case that asks for it: the same words and images; no expert is named."""
    assert first.second is not None
    assert first.holder_id is not None
    content = first.content.model_copy(update={"directed_expert_id": None})
    second = child_of(first, first.second.consultation_id, number, now, timings, content)
    return replace(
        second,
        first=FirstOpinion(first.id, first.holder_id, first.holder_institution_id),
        kept_from=frozenset((first.holder_id,)),
    )


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
    apart = nobody_or(second.holder_id if state is SecondState.READING else None)
    shown = nobody_or(second.holder_id if signed else None)
    changed = replace(first, second=link, kept_from=apart, shown_to=shown)
    if changed == first:
        return first
    return replace(changed, updated_at=first.changed_at(now))


def begun(now: datetime) -> SecondOpinion:
    """Just asked for."""
    return SecondOpinion(consultation_id=new_id(), state=SecondState.WAITING, asked_at=now)
