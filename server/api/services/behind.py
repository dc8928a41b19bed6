"""Opening a case behind another, with its images, for somebody to read independently."""

from protocol.imaging import StudyManifest
from protocol.late_images import reported_studies
from server.api.services.acting import Acting
from server.api.services.ringing import Bell
from server.domain.apart import beginning
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.people import Who
from server.store.attached import modalities_of, shortfall_of
from server.store.work import Work


class CasesBehind:
    """Of second opinions and of the opinions of an MDT."""

    def __init__(self, acting: Acting, bell: Bell) -> None:
        self._acting = acting
        self._bell = bell

    async def open(
        self, work: Work, case: Case, child: Case, attempt: Attempt, *, by: Who | None
    ) -> None:
        """It is in the queue at once. `by` is whom its timeline names."""
        await work.cases.add(child)
        await self._copy_images(work, case, child)
        await work.shared_records.copy(case.id, child.id)
        event = beginning(child, attempt.action, by, work.now)
        await work.cases.add_event(child.id, event)
        work.trail.note(
            None if attempt.who is None else attempt.who.id,
            Access.CREATE,
            Resource.CONSULTATION,
            child.id,
            consultation_id=child.id,
        )
        await self._acting.telling.changed(work, child, before=None, event=event, by=by)
        await self._bell.ring(work, child)

    async def _copy_images(self, work: Work, case: Case, child: Case) -> None:
        """What a report on the case can rest on: images that have arrived and are not in doubt."""
        reported = reported_studies(case.content, await work.images.attached(case.id))
        for row in await work.images.attachments([case.id]):
            if row.study_uid not in reported:
                continue
            away = set((await work.images.progress(row)).missing)
            declared = await work.images.declared(case.id, row.study_uid)
            manifest = StudyManifest(
                study_instance_uid=row.study_uid,
                modalities=modalities_of(row),
                description=row.description,
                instances=tuple(one for uid, one in declared.items() if uid not in away),
                shortfall=shortfall_of(row),
            )
            await work.images.declare(child.id, row.institution_id, manifest)
