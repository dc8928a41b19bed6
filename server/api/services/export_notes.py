"""What leaves the program at clients, as they tell it: pictures that were saved, pages printed."""

from datetime import timedelta
from uuid import UUID

from protocol.errors import ErrorCode
from protocol.export import ExportNote
from server.domain.audit import Access, Purpose, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, invalid_field, no_such_case
from server.domain.people import Who
from server.domain.rights import part_of, purpose_of
from server.store.done_steps import EXPORT, EXPORTS_KEPT
from server.store.work import Store, Work

_NO_CASE = UUID(int=0)
_SKEW = timedelta(minutes=2)
"""By so much a client's reckoning of the server's clock may be ahead."""


class ExportNotes:
    """The trail takes them also when the case is not the account's any more: what they say happened
    while it was, and nothing of the case is answered. Of a case they never had to do with, the
    trail says so, and they are answered as of one that is not there."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, who: Who, body: ExportNote) -> None:
        """Raises `Invalid` for a time that cannot be, `Conflict` where the id was that of something
        else and `NotFound` where there is no such case for this account."""
        case_id, theirs = body.consultation_id, True
        async with self._store.writing() as work:
            if not work.now - EXPORTS_KEPT <= body.at <= work.now + _SKEW:
                late = f"longer ago than {EXPORTS_KEPT.days} days"
                when = "in the future" if body.at > work.now else late
                raise invalid_field(f"a time {when}: check this computer's clock", "at")
            if case_id is not None:
                case = next(iter(await work.cases.readable({case_id})), None)
                if case is None:
                    raise no_such_case()
                theirs = await _had_to_do_with(work, case, who)
            await self._write(work, who, body, theirs=theirs)
        if not theirs:
            raise no_such_case()

    @staticmethod
    async def _write(work: Work, who: Who, body: ExportNote, *, theirs: bool) -> None:
        case_id, exported = body.consultation_id, body.exported
        said = f"{exported.kind.value} to={exported.to.value} count={exported.count}"
        detail = f"{said} at={body.at.isoformat(timespec='seconds')}"
        target = exported.study_instance_uid or ""
        done = await work.done_steps.done_at(who.id, body.id, case_id or _NO_CASE, EXPORT)
        if done is not None:
            if not await work.trail.says(who.id, done, Resource.EXPORT, target, detail):
                raise Conflict(ErrorCode.CONFLICT, "this id was that of another export")
            return
        work.trail.note(
            who.id,
            Access.EXECUTE,
            Resource.EXPORT,
            target,
            consultation_id=case_id,
            detail=detail,
            outcome=None if theirs else ErrorCode.NOT_A_MEMBER.value,
        )


async def _had_to_do_with(work: Work, case: Case, who: Who) -> bool:
    """Now or at any time; what they do is then done for a purpose."""
    work.trail.looked_at(case)
    if part_of(case, who) is not None or purpose_of(case, who.id) is not Purpose.OPERATIONS:
        return True
    return await work.trail.has_reached(who.id, case.id)
