"""The multidisciplinary consultation (MDT; domain.md, Queue): a case that is asked, and one behind
it for each opinion. Who holds the case that was asked chairs.

Nobody of them sees another's opinion until the last one is signed, or the chair goes on without
those that are missing; then all are shown to all who gave one, and to the chair, at one moment.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from protocol.base import new_id
from protocol.consultation import Status
from protocol.mdt import FEWEST_SEATS, MOST_SEATS, Mdt, MdtOpinion, MdtSeat, Minutes
from protocol.second_opinion import SecondState
from server.domain.apart import child_of, state_of
from server.domain.case import Case, Timings, nobody_or


def may_be_asked(case: Case) -> bool:
    """Once for a case; none on an opinion of another MDT or on a second opinion."""
    return case.mdt is None and case.mdt_of is None and case.first is None


def problem_of(seats: tuple[MdtSeat, ...], chair: UUID | None) -> str | None:
    """Why these opinions cannot be asked for together; None when they can."""
    if not FEWEST_SEATS <= len(seats) <= MOST_SEATS:
        return f"ask for {FEWEST_SEATS} to {MOST_SEATS} opinions"
    named = [seat.expert_id for seat in seats if seat.expert_id is not None]
    if len(set(named)) < len(named):
        return "an expert is named twice"
    return "the chair gives no opinion of their own beside the minutes" if chair in named else None


def begun(seats: Iterable[MdtSeat], by: str, now: datetime) -> Mdt:
    """Just asked for."""
    return Mdt(
        asked_at=now,
        asked_by=by,
        opinions=tuple(
            MdtOpinion(
                consultation_id=new_id(), department=seat.department, state=SecondState.WAITING
            )
            for seat in seats
        ),
    )


def asked_of(
    parent: Case, opinion: MdtOpinion, seat: MdtSeat, number: str, now: datetime, timings: Timings
) -> Case:
    """The case of one opinion: the same words and images, in the queue of its department."""
    content = parent.content.model_copy(
        update={"department": seat.department, "directed_expert_id": seat.expert_id}
    )
    child = child_of(parent, opinion.consultation_id, number, now, timings, content)
    return replace(child, mdt_of=parent.id)


def names_in(minutes: Minutes | None) -> tuple[str, ...]:
    """Every name that minutes tell; the case library knows none of them."""
    if minutes is None:
        return ()
    given, missing = minutes.contributions, minutes.missing
    named = ((one.expert_name, one.expert_institution, one.number) for one in given)
    return (*(name for one in named for name in one), *(one.expert_name for one in missing))


def unfinished(child: Case) -> bool:
    """Whether an opinion is still waited for."""
    return state_of(child) in (SecondState.WAITING, SecondState.READING)


def is_complete(parent: Case) -> bool:
    """Whether every opinion has come that was asked for, and none was shown yet."""
    mdt = parent.mdt
    return mdt is not None and mdt.opened_at is None and not mdt.missing


def is_open(parent: Case) -> bool:
    """Whether the chair waits for opinions, or for a word that they do without."""
    return parent.mdt is not None and parent.mdt.opened_at is None


def opened(parent: Case, now: datetime, without: str) -> Mdt | None:
    """Everybody who gave an opinion is shown those of the others from now on."""
    if parent.mdt is None:
        return None
    return parent.mdt.model_copy(update={"opened_at": now, "without": without})


def in_step(
    parent: Case, children: Iterable[Case], name_of: Callable[[UUID], str], now: datetime
) -> tuple[Case, ...]:
    """Those of the cases that are to change, as they are to be: the parent says how far each
    opinion is, and each case knows who is kept from it or shown it."""
    assert parent.mdt is not None
    by_id = {child.id: child for child in children}
    opinions = tuple(
        _told(known, by_id[known.consultation_id], name_of, now)
        if known.consultation_id in by_id
        else known
        for known in parent.mdt.opinions
    )
    changed = replace(parent, mdt=parent.mdt.model_copy(update={"opinions": opinions}))
    cases = (changed, *by_id.values())
    before = (parent, *by_id.values())
    done = _shown(cases) if changed.mdt and changed.mdt.opened_at else _apart(cases)
    return tuple(
        replace(new, updated_at=old.changed_at(now))
        for old, new in zip(before, done, strict=True)
        if new != old
    )


def _told(
    known: MdtOpinion, child: Case, name_of: Callable[[UUID], str], now: datetime
) -> MdtOpinion:
    state = state_of(child)
    reader = child.holder_id
    newer = child.report_version > known.version
    return known.model_copy(
        update={
            "state": state,
            "expert_id": reader,
            "expert_name": "" if reader is None else name_of(reader),
            "version": child.report_version,
            "signed_at": now if newer else known.signed_at,
        }
    )


def _apart(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """While opinions are given: each case is kept from whoever holds another."""
    working = [case for case in cases if case.status is not Status.CANCELLED]
    return tuple(
        replace(
            case,
            kept_from=frozenset().union(
                *(nobody_or(one.holder_id) for one in working if one.id != case.id)
            ),
            houses=frozenset().union(
                *(nobody_or(one.holder_institution_id) for one in working if one.id != case.id)
            ),
        )
        for case in cases
    )


def _shown(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """All opinions lie open: to the chair, and to who gave one."""
    parent, *children = cases
    givers = [one for one in children if state_of(one) is SecondState.SIGNED]
    readers = frozenset[UUID]().union(*(nobody_or(one.holder_id) for one in (parent, *givers)))
    return tuple(
        replace(
            case,
            kept_from=frozenset(),
            houses=frozenset(),
            shown_to=readers - nobody_or(case.holder_id)
            if case is parent or case in givers
            else frozenset(),
        )
        for case in cases
    )
