"""The images of a case: what was declared, what has arrived, and telling how far it is."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from protocol.consultation import Action
from protocol.errors import ErrorCode
from protocol.imaging import StudyManifest, StudyProgress
from protocol.shortfall import mark_of
from server.api.services.acting import Acting
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, NotFound, invalid_field
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.domain.rights import Part, require_part
from server.domain.transitions import DRAFT, LATE_IMAGES
from server.store.image_tables import AttachmentRow
from server.store.work import Store, Work


class Studies:
    """Declares studies and reports their progress: throttled, but always with the last word."""

    def __init__(
        self, store: Store, objects: ObjectStore, acting: Acting, interval: timedelta
    ) -> None:
        self._store = store
        self._objects = objects
        self._acting = acting
        self._interval = interval.total_seconds()
        self._waiting: set[tuple[UUID, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._rest = 0.0

    async def declare(
        self, who: Who, case_id: UUID, study_uid: str, manifest: StudyManifest
    ) -> StudyProgress:
        if manifest.study_instance_uid != study_uid:
            raise invalid_field("differs from the study in the path", "study_instance_uid")
        uids = [one.sop_instance_uid for one in manifest.instances]
        if len(set(uids)) != len(uids):
            raise invalid_field("declares an instance twice", "instances")
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            if case.phase in LATE_IMAGES:
                return await self._declare_late(work, case, who, manifest)
            case = await self._acting.perform(work, case, Attempt(Action.BEGIN_UPLOAD, who))
            if await work.images.declared_elsewhere(case_id, study_uid, manifest.instances):
                raise invalid_field("another study of this case has this instance", "instances")
            manifest = await work.images.as_held(case.institution_id, manifest)
            await _require_door(work, case, who, manifest)
            await work.images.declare(case_id, case.institution_id, manifest)
            return await self._told(work, case, who, study_uid)

    async def _declare_late(
        self, work: Work, case: Case, who: Who, manifest: StudyManifest
    ) -> StudyProgress:
        """Adds to a case that was submitted, and takes nothing away; told again it is no event."""
        study_uid = manifest.study_instance_uid
        manifest = await work.images.as_held(case.institution_id, manifest)
        known = await work.images.declared(case.id, study_uid)
        row = await work.images.attachment(case.id, study_uid)
        on_the_way = set() if row is None else set((await work.images.progress(row)).missing)
        told = {one.sop_instance_uid: one for one in manifest.instances}
        new = told.keys() - known.keys()
        if new:
            short = mark_of([(len(known.keys() | told.keys()), manifest.shortfall)])
            attempt = Attempt(Action.ADD_IMAGES, who, images=len(new), short=short)
            case = await self._acting.perform(work, case, attempt)
        require_part(case, who, Part.REQUESTER)
        if any(known[uid].sha256 != told[uid].sha256 for uid in told.keys() - new - on_the_way):
            raise Conflict(
                ErrorCode.INSTANCE_CONFLICT,
                "an image that went with the case cannot be replaced",
                consultation_id=case.id,
            )
        if await work.images.declared_elsewhere(case.id, study_uid, manifest.instances):
            raise invalid_field("another study of this case has this instance", "instances")
        await _require_door(work, case, who, manifest)
        whole = manifest.model_copy(update={"instances": tuple((known | told).values())})
        if row is not None:
            whole = whole.model_copy(update=_named(row, manifest))
        await work.images.declare(case.id, case.institution_id, whole, late_at=work.now)
        return await self._told(work, case, who, study_uid)

    async def _told(self, work: Work, case: Case, who: Who, study_uid: str) -> StudyProgress:
        work.trail.note(who.id, Access.CREATE, Resource.STUDY, study_uid, consultation_id=case.id)
        row = await work.images.attachment(case.id, study_uid)
        assert row is not None
        progress = await work.images.progress(row)
        await self._acting.telling.changed(work, case, before=case, event=None, by=who)
        await self._acting.telling.progressed(work, case, progress)
        return progress

    async def withdraw(self, who: Who, case_id: UUID, study_uid: str) -> None:
        """Takes a study out of a draft, or its late images out of a case as long as they have not
        all arrived, with the images that came for it and that nothing else refers to."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.REQUESTER)
            row = await work.images.attachment(case_id, study_uid)
            if row is None:
                raise NotFound("this case has no such study")
            late = case.phase in LATE_IMAGES
            if late:
                progress = await work.images.progress(row)
                attempt = Attempt(
                    Action.TAKE_BACK_IMAGES,
                    who,
                    arriving=progress.late_declared - progress.late_received,
                    images=progress.late_declared,
                )
                case = await self._acting.perform(work, case, attempt)
            elif case.phase not in DRAFT:
                raise Conflict(
                    ErrorCode.TRANSITION_REFUSED,
                    f"images cannot be taken back while the case is {case.phase.value}",
                    consultation_id=case_id,
                )
            since = await work.trail.declared_since(case_id, study_uid) or case.created_at
            gone = await work.images.withdraw(row, work.taken_back, since, only_late=late)
            work.trail.note(
                who.id, Access.DELETE, Resource.STUDY, study_uid, consultation_id=case_id
            )
            await self._acting.telling.changed(work, case, before=case, event=None, by=who)
        if gone:
            await self.forget_bytes(gone)

    async def forget_bytes(self, gone: Mapping[str, set[str]]) -> None:
        """Removes bytes that no institution holds, named with their SOP Instance UIDs.

        After the commit: a crash in between leaves bytes nobody lists, never the reverse.

        A writing unit of its own, so that no upload adds the same bytes meanwhile.
        """
        async with self._store.writing() as work:
            unneeded = await work.images.unneeded(gone)
            await asyncio.to_thread(self._remove, unneeded)

    def _remove(self, unneeded: set[str]) -> None:
        for sha256 in unneeded:
            self._objects.remove(sha256)

    async def progress(self, who: Who, case_id: UUID) -> list[StudyProgress]:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            work.trail.note(who.id, Access.READ, Resource.STUDY, consultation_id=case_id)
            return [
                await work.images.progress(row) for row in await work.images.attachments([case_id])
            ]

    def arrived(self, institution_id: UUID, study_uid: str) -> None:
        """Images of a study were stored: tells its cases at most a few times a second."""
        key = (institution_id, study_uid)
        if key in self._waiting:
            return
        self._waiting.add(key)
        task = asyncio.create_task(self._tell_soon(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_soon(self, key: tuple[UUID, str]) -> None:
        await asyncio.sleep(max(self._interval, self._rest))
        self._waiting.discard(key)
        institution_id, study_uid = key
        now = asyncio.get_running_loop().time
        async with self._store.writing() as work:
            begun = now()
            for row in await work.images.cases_of_study(institution_id, study_uid):
                case = await self._acting.get(work, row.consultation_id)
                progress = await work.images.progress(row, lists=False)
                await self._acting.telling.progressed(work, case, progress)
                if progress.verified:
                    await self._acting.telling.changed(work, case, before=case, event=None, by=None)
            self._rest = rest_after(now() - begun)

    async def close(self) -> None:
        """Waits until the last word has been told."""
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


def rest_after(took_s: float) -> float:
    """Seconds until more is told: who counts a large study, or counts on a busy machine, would hold
    up those who store it, so that a twentieth of the time is for telling; at most one second, since
    somebody waits for the last word."""
    return min(1.0, 20 * took_s)


async def _require_door(work: Work, case: Case, who: Who, manifest: StudyManifest) -> None:
    """Knowing a Study Instance UID does not open a colleague's study: its images do."""
    uid = manifest.study_instance_uid
    doors = await work.images.doors(case.institution_id, [uid])
    if doors.admit(uid, who.id, declared=True):
        return
    if not await work.images.covers(case.institution_id, manifest):
        raise Conflict(
            ErrorCode.INSTANCE_CONFLICT,
            "a colleague sent other images of this study: import the whole study",
            consultation_id=case.id,
        )


def _named(row: AttachmentRow, manifest: StudyManifest) -> dict[str, Any]:
    """A study keeps its description, and has the modalities of what was added too."""
    modalities = (*orjson.loads(row.modalities), *manifest.modalities)
    return {
        "description": row.description or manifest.description,
        "modalities": tuple(dict.fromkeys(modalities)),
    }
