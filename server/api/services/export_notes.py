"""What leaves the program at clients, as they tell it: pictures that were saved, pages printed."""

from uuid import UUID

from protocol.export import ExportNote
from server.domain.audit import Access, Resource
from server.domain.people import Who
from server.store.done_steps import EXPORT
from server.store.work import Store

_NO_CASE = UUID(int=0)


class ExportNotes:
    """The trail takes them also when the case is not the account's any more: what they say happened
    while it was, and nothing of the case is answered."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, who: Who, body: ExportNote) -> None:
        """Raises `Conflict` where the id was that of something else."""
        case_id, exported = body.consultation_id, body.exported
        async with self._store.writing() as work:
            done = work.done_steps.done_at
            if await done(who.id, body.id, case_id or _NO_CASE, EXPORT) is not None:
                return
            if case_id is not None:
                for case in await work.cases.readable({case_id}):
                    work.trail.looked_at(case)
            said = f"{exported.kind.value} to={exported.to.value} count={exported.count}"
            work.trail.note(
                who.id,
                Access.EXECUTE,
                Resource.EXPORT,
                exported.study_instance_uid or "",
                consultation_id=case_id,
                detail=f"{said} at={body.at.isoformat(timespec='seconds')}",
            )
