"""Second opinions: the case that asks for one, and both cases kept in step with each other."""

from protocol.consultation import Action, Phase, Status
from protocol.imaging import StudyManifest
from protocol.late_images import reported_studies
from protocol.second_opinion import SecondState
from server.api.services.acting import Acting
from server.api.services.ringing import Bell
from server.domain import second_opinion
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.transitions import DONE
from server.store.work import Work


class SecondOpinions:
    """Follows every step of a case in the transaction of that step: both or none are kept."""

    def __init__(self, acting: Acting, bell: Bell) -> None:
        self._acting = acting
        self._bell = bell

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
        """The case of the second opinion is in the queue at once, with the images of the first."""
        number = await work.cases.next_number(work.now)
        second = second_opinion.asked_of(first, number, work.now, self._acting.timings)
        await work.cases.add(second)
        await self._copy_images(work, first, second)
        who = attempt.who
        by = who if who is not None and who.id == first.requester_id else None
        event = second_opinion.beginning(second, by, work.now)
        await work.cases.add_event(second.id, event)
        work.trail.note(
            None if who is None else who.id,
            Access.CREATE,
            Resource.CONSULTATION,
            second.id,
            consultation_id=second.id,
        )
        await self._acting.telling.changed(work, second, before=None, event=event, by=by)
        await self._bell.ring(work, second)

    async def _copy_images(self, work: Work, first: Case, second: Case) -> None:
        """What the first report could rest on: images that have arrived and are not in doubt."""
        reported = reported_studies(first.content, await work.images.attached(first.id))
        for row in await work.images.attachments([first.id]):
            if row.study_uid not in reported:
                continue
            away = set((await work.images.progress(row)).missing)
            declared = await work.images.declared(first.id, row.study_uid)
            manifest = StudyManifest(
                study_instance_uid=row.study_uid,
                modalities=work.images.modalities_of(row),
                description=row.description,
                instances=tuple(one for uid, one in declared.items() if uid not in away),
            )
            await work.images.declare(second.id, row.institution_id, manifest)

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
