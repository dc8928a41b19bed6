"""Second opinions: the case that asks for one, and both cases kept in step with each other."""

from protocol.consultation import Action, Phase, Status
from protocol.second_opinion import SecondState
from server.api.services.acting import Acting
from server.api.services.behind import CasesBehind
from server.domain import second_opinion
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.transitions import DONE
from server.store.work import Work


class SecondOpinions:
    """Follows every step of a case in the transaction of that step: both or none are kept."""

    def __init__(self, acting: Acting, behind: CasesBehind) -> None:
        self._acting = acting
        self._behind = behind

    async def follow(self, work: Work, before: Case, after: Case, attempt: Attempt) -> Case:
        """The case as it stands after what followed from the step."""
        if attempt.action is Action.SECOND_OPINION:
            await self._ask(work, after, attempt)
            return after
        if after.first is not None:
            await self._tell_first(work, after)
        elif after.second is not None and after.phase is Phase.ENTERED_IN_ERROR:
            return await self._end_too(work, after, attempt)
        return after

    async def _ask(self, work: Work, first: Case, attempt: Attempt) -> None:
        number = await work.cases.next_number(work.now)
        second = second_opinion.asked_of(first, number, work.now, self._acting.timings)
        who = attempt.who
        by = who if who is not None and who.id == first.requester_id else None
        await self._behind.open(work, first, second, attempt, by=by)

    async def _tell_first(self, work: Work, second: Case) -> None:
        """The first case says how far its second opinion is, and who is kept from it."""
        assert second.first is not None
        first = await work.cases.read_anew(second.first.case_id)
        if first is None:
            return
        changed = second_opinion.following(first, second, work.now)
        if changed is first:
            return
        changed = await self._acting.amend(work, changed, first)
        was, now = first.second, changed.second
        assert was is not None
        assert now is not None
        signed = now.state is SecondState.SIGNED and was.state is not SecondState.SIGNED
        if signed and changed.phase in DONE:
            await self._acting.perform(work, changed, Attempt(Action.SECOND_OPINION_SIGNED))

    async def _end_too(self, work: Work, first: Case, attempt: Attempt) -> Case:
        """A case of the wrong patient was sent to both experts."""
        assert first.second is not None
        second = await work.cases.read_anew(first.second.consultation_id)
        if second is not None and second.status is not Status.CANCELLED:
            await self._acting.perform(work, second, attempt)
        return await work.cases.read_anew(first.id) or first
