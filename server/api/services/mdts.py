"""MDTs: the cases behind the one that was asked, and all of them kept in step."""

from collections.abc import Iterable
from uuid import UUID

from protocol.consultation import Action, Phase, Status
from protocol.mdt import Minutes
from protocol.minutes import minutes_of
from server.api.services.acting import Acting
from server.api.services.behind import CasesBehind
from server.api.services.ringing import Bell
from server.domain import mdt
from server.domain.apart import independent
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.errors import invalid_field
from server.domain.transitions import HELD, POOL
from server.store.work import Work


class Mdts:
    """Follows every step of a case in the transaction of that step: all or nothing is kept."""

    def __init__(self, acting: Acting, bell: Bell, behind: CasesBehind) -> None:
        self._acting = acting
        self._bell = bell
        self._behind = behind

    async def follow(self, work: Work, before: Case, after: Case, attempt: Attempt) -> Case:
        """The case as it stands after what followed from the step."""
        parent_id = after.mdt_of if after.mdt is None else after.id
        if parent_id is None or not _moved(before, after):
            return after
        if attempt.action is Action.ASK_MDT:
            await self._ask(work, after, attempt)
        elif after.mdt is not None:
            await self._end_opinions(work, after, attempt)
        await self._in_step(work, parent_id)
        return await work.cases.read_anew(after.id) or after

    async def _ask(self, work: Work, parent: Case, attempt: Attempt) -> None:
        assert parent.mdt is not None
        people = await self._acting.telling.directory.of(work)
        chair = None if parent.holder_id is None else people.people.get(parent.holder_id)
        if chair is not None and not independent(parent, chair):
            raise invalid_field("who holds the case reads every report, and cannot chair", "action")
        for opinion, seat in zip(parent.mdt.opinions, attempt.seats, strict=True):
            number = await work.cases.next_number(work.now)
            child = mdt.asked_of(parent, opinion, seat, number, work.now, self._acting.timings)
            if seat.expert_id is not None:
                await self._bell.require_fit(work, child, seat.expert_id, "seats")
            await self._behind.open(work, parent, child, attempt, by=attempt.who)

    async def _end_opinions(self, work: Work, parent: Case, attempt: Attempt) -> None:
        """What is waited for no longer: the chair goes on without it, or the case is over."""
        wrong = parent.phase is Phase.ENTERED_IN_ERROR
        if attempt.action is not Action.CLOSE_MDT and parent.status is not Status.CANCELLED:
            return
        action = Action.ENTER_IN_ERROR if wrong else Action.MDT_ENDED
        for child in await self._opinions(work, parent):
            over = child.status is Status.CANCELLED
            if not over and (wrong or mdt.unfinished(child)):
                await self._acting.perform(work, child, Attempt(action, reason=attempt.reason))

    async def _in_step(self, work: Work, parent_id: UUID) -> None:
        parent = await work.cases.read_anew(parent_id)
        if parent is None or parent.mdt is None:
            return
        people = await self._acting.telling.directory.of(work)
        children = await self._opinions(work, parent)
        known = {case.id: case for case in (parent, *children)}
        for case in mdt.in_step(
            parent, children, lambda one: people.person(one).display_name, work.now
        ):
            await self._acting.amend(work, case, known[case.id])
        await self._stop_ringing(work, known)
        parent = await work.cases.read_anew(parent_id) or parent
        if mdt.is_complete(parent) and parent.phase in (*POOL, *HELD):
            await self._acting.perform(work, parent, Attempt(Action.MDT_COMPLETE))

    async def _stop_ringing(self, work: Work, ids: Iterable[UUID]) -> None:
        """Who took one of the cases is asked for none of the others."""
        for id_ in ids:
            case = await work.cases.read_anew(id_)
            if case is not None and case.phase in POOL:
                await self._bell.withdraw(work, case, case.kept_from)

    async def _opinions(self, work: Work, parent: Case) -> list[Case]:
        assert parent.mdt is not None
        found = [await work.cases.read_anew(one.consultation_id) for one in parent.mdt.opinions]
        return [one for one in found if one is not None]


async def minutes_for(work: Work, case: Case) -> Minutes | None:
    """What the minutes of a case must say now; None where it is no MDT, or is not open."""
    if case.mdt is None:
        return None
    found = [await work.archive.report(one.consultation_id) for one in case.mdt.signed]
    reports = (one.report for one in found if one is not None)
    return minutes_of(case.mdt, {one.consultation_id: one for one in reports})


def _moved(before: Case, after: Case) -> bool:
    """Whether a step changes what the other cases say of this one, or who may see them."""
    return (
        before.phase is not after.phase
        or before.holder_id != after.holder_id
        or before.report_version != after.report_version
        or before.mdt != after.mdt
    )
