"""Critical findings reach who is not at the program: by mail and text message, as cases do."""

from collections.abc import Iterable

from protocol.account import Role
from protocol.consultation import Action
from protocol.on_call import FINDING_WHYS, AlertWhy
from server.api.services.directory import Snapshot
from server.api.services.on_call import OnCall
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.finding import open_finding
from server.domain.people import Who
from server.domain.ports import Reachability
from server.store.work import Work


class FindingAlerts:
    """`follow` is part of each step (`Acting.following`)."""

    def __init__(self, on_call: OnCall, reachability: Reachability) -> None:
        self._on_call = on_call
        self._reachability = reachability

    async def follow(self, work: Work, before: Case, after: Case, attempt: Attempt) -> Case:
        if attempt.action is Action.SIGN and after.finding != before.finding:
            await work.on_call.forget(after.id, FINDING_WHYS)
            if open_finding(after) is not None:
                people = await self._on_call.people(work)
                told = self._away(_clinic(after, people))
                await self._on_call.reach(work, after, AlertWhy.FINDING, told)
        elif attempt.action is Action.ESCALATE_FINDING:
            people = await self._on_call.people(work)
            told = self._late(after, people)
            await self._on_call.reach(work, after, AlertWhy.FINDING_OVERDUE, told)
        return after

    def _late(self, case: Case, people: Snapshot) -> list[Who]:
        """The clinic once more, also where its window is open and nobody is at it; and dispatchers
        who are not at theirs."""
        return [*_clinic(case, people), *self._away(people.with_role(Role.DISPATCHER))]

    def _away(self, people: Iterable[Who]) -> list[Who]:
        return [who for who in people if not self._reachability.reachable(who.id, critical=True)]


def _clinic(case: Case, people: Snapshot) -> list[Who]:
    """Who asked; where their account is disabled everybody of their clinic who asks."""
    asking = people.with_role(Role.REQUESTER)
    asked = [who for who in asking if who.id == case.requester_id]
    return asked or [who for who in asking if who.institution_id == case.institution_id]
