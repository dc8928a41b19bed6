"""What is said of a case to whom it is none of their affair, and what the trail keeps of it.

A case that is not one's own is answered like one that is not there: whoever guesses ids learns
nothing. Who was refused what stands in the audit trail, so often that it is seen and so seldom that
nobody floods it.
"""

import time
from collections.abc import Callable
from uuid import UUID

from protocol.account import Role
from protocol.errors import ErrorCode
from server.api.services.acting import Acting
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Refusal, no_such_case
from server.domain.limits import Buckets, Limit
from server.domain.people import Who
from server.domain.rights import part_of
from server.store.errors import RowDamaged
from server.store.work import Store, Work

_OF_RIGHTS = frozenset((ErrorCode.FORBIDDEN, ErrorCode.NOT_A_MEMBER, ErrorCode.NOT_FOUND))
_BEFORE_A_LOOK = frozenset(
    (
        ErrorCode.VALIDATION_FAILED,
        ErrorCode.MALFORMED_MESSAGE,
        ErrorCode.TOO_LARGE,
        ErrorCode.TOO_MANY_REQUESTS,
        ErrorCode.UNAVAILABLE,
        ErrorCode.NO_ROOM,
        ErrorCode.NOT_ACCEPTABLE,
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        ErrorCode.SERVER_ERROR,
    )
)
"""Said of what was sent, whether there is such a case or not."""
_ONE_THING = Limit(a_second=1 / 600, at_once=1)
_ONE_PERSON = Limit(a_second=1 / 60, at_once=20)
_EVERYBODY = Limit(a_second=1, at_once=300)


class Refusals:
    """`of_case` and `of_study` answer what is to be said, and note what has to be noted."""

    def __init__(
        self, store: Store, acting: Acting, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._acting, self._now_s = store, acting, now_s
        self._things, self._people = Buckets(_ONE_THING), Buckets(_ONE_PERSON)
        self._all = Buckets(_EVERYBODY)

    async def of_case(
        self,
        who: Who,
        case_id: UUID,
        refusal: Refusal,
        *,
        what: str,
        reading: bool = False,
        taking: bool = False,
    ) -> Refusal:
        """What is said of a refusal that concerns a case.

        Args:
            what: the operation, for the trail.
            taking: whether the case was to be taken or declined: who is asked to, knows of it.
        """
        if refusal.code in _BEFORE_A_LOOK or refusal.shown:
            return refusal
        try:
            case, known = await self._look(who, case_id, reading=reading, taking=taking)
        except RowDamaged:
            return no_such_case()
        if case is not None and (refusal.code in _OF_RIGHTS or not known):
            said = ErrorCode.NOT_A_MEMBER if not known else refusal.code
            await self._note(who, Resource.CONSULTATION, str(case_id), said, case_id, what, reading)
        return refusal if known else no_such_case()

    async def _look(
        self, who: Who, case_id: UUID, *, reading: bool, taking: bool
    ) -> tuple[Case | None, bool]:
        """The case, and whether the asker may know of it."""
        async with self._store.reading() as work:
            case = await work.cases.get(case_id)
            known = case is not None and (
                part_of(case, who) is not None
                or (taking and await self._asked_to_take(work, who, case))
                or (not reading and await _worked_on(work, who, case))
            )
        return case, known

    async def of_study(self, who: Who, study_uid: str, refusal: Refusal, *, what: str) -> None:
        """Notes that somebody asked for images of others."""
        if refusal.code not in _OF_RIGHTS:
            return
        async with self._store.reading() as work:
            there = await work.images.somewhere(study_uid)
        if there:
            code = ErrorCode.NOT_A_MEMBER
            await self._note(who, Resource.STUDY, study_uid, code, None, what, reading=True)

    async def of_operation(self, who: Who, refusal: Refusal, *, what: str, reading: bool) -> None:
        """Notes that somebody asked for what their roles do not allow."""
        if refusal.code is ErrorCode.FORBIDDEN:
            await self._note(who, Resource.OPERATION, what, refusal.code, None, what, reading)

    async def _asked_to_take(self, work: Work, who: Who, case: Case) -> bool:
        if Role.EXPERT not in who.roles:
            return False
        people = await self._acting.telling.directory.of(work)
        if self._acting.telling.may_claim(case, who, people, work.now):
            return True
        return who.id in await work.cases.offers.rang_before(case.id)

    async def _note(
        self,
        who: Who,
        resource: Resource,
        target: str,
        code: ErrorCode,
        case_id: UUID | None,
        what: str,
        reading: bool,
    ) -> None:
        now = self._now_s()
        if (
            self._things.take((who.id, target, code), now)
            or self._people.take(who.id, now)
            or self._all.take(None, now)
        ):
            return
        async with self._store.writing() as work:
            work.trail.note(
                who.id,
                Access.READ if reading else Access.EXECUTE,
                resource,
                target,
                consultation_id=case_id,
                detail="" if what == target else what,
                outcome=code.value,
            )


async def _worked_on(work: Work, who: Who, case: Case) -> bool:
    """Whoever had the case hears who has it now."""
    if Role.EXPERT not in who.roles or who.id in case.kept_from:
        return False
    events = await work.cases.timeline(case.id)
    return any(one.by is not None and one.by.id == who.id for one in events)
