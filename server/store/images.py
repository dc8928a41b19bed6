"""Stored instances, and what a case declared of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.attached_study import AttachedStudy
from protocol.consultation import Phase
from protocol.imaging import DeclaredInstance, StudyManifest, StudyProgress
from protocol.shortfall import Shortfall
from server.store.attached import attached_of, attachments_of, shortfall_of
from server.store.counting import Counts, counts_of, undeclared
from server.store.doors import Doors, doors_of
from server.store.image_tables import (
    AttachmentRow,
    DeclaredInstanceRow,
    InstanceRow,
    SeriesRow,
    StudyRow,
)
from server.store.intake import declared_hashes
from server.store.originals import as_held
from server.store.sealed_rows import SessionRows
from server.store.tables import ConsultationRow, InstitutionRow
from server.store.taken_back import TakenBack


class Images:
    """Reads and writes the images of one transaction; what goes with a case is read once in it."""

    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows
        self._counts: dict[UUID, int] = {}
        self._attached: dict[UUID, tuple[AttachedStudy, ...]] = {}

    # --- what a case declares ---------------------------------------------------------------

    async def declared(self, case_id: UUID, study_uid: str) -> dict[str, DeclaredInstance]:
        """What a case declares of one study, by SOPInstanceUID."""
        rows = await self._session.scalars(
            select(DeclaredInstanceRow).where(
                DeclaredInstanceRow.consultation_id == case_id,
                DeclaredInstanceRow.study_uid == study_uid,
            )
        )
        return {
            row.sop_uid: DeclaredInstance(
                sop_instance_uid=row.sop_uid,
                series_instance_uid=row.series_uid,
                sha256=row.sha256,
                size=row.size,
                original_sha256=row.original_sha256,
            )
            for row in rows
        }

    async def declare(
        self,
        case_id: UUID,
        institution_id: UUID,
        manifest: StudyManifest,
        late_at: datetime | None = None,
    ) -> None:
        """Replaces what a case declares of one study; what is new in it came late, where `late_at`
        says when."""
        study_uid = manifest.study_instance_uid
        self._forget_read()
        late_since = await self._undeclare(case_id, study_uid)
        await self._session.merge(
            AttachmentRow(
                consultation_id=case_id,
                study_uid=study_uid,
                institution_id=institution_id,
                modalities=orjson.dumps(manifest.modalities).decode(),
                description=manifest.description,
                shortfall=_kept(manifest.shortfall),
            )
        )
        await self._session.execute(
            insert(DeclaredInstanceRow),
            [
                {
                    "consultation_id": case_id,
                    "study_uid": study_uid,
                    "sop_uid": one.sop_instance_uid,
                    "series_uid": one.series_instance_uid,
                    "sha256": one.sha256,
                    "size": one.size,
                    "original_sha256": one.original_sha256,
                    "late_at": late_since.get(one.sop_instance_uid, late_at),
                }
                for one in manifest.instances
            ],
        )

    async def _undeclare(self, case_id: UUID, study_uid: str) -> dict[str, datetime | None]:
        """Answers when each was added to a submitted case, None where it went with it."""
        rows = await self._session.execute(
            delete(DeclaredInstanceRow)
            .where(
                DeclaredInstanceRow.consultation_id == case_id,
                DeclaredInstanceRow.study_uid == study_uid,
            )
            .returning(DeclaredInstanceRow.sop_uid, DeclaredInstanceRow.late_at)
        )
        return {row.sop_uid: row.late_at for row in rows}

    async def as_held(self, institution_id: UUID, manifest: StudyManifest) -> StudyManifest:
        """See `originals.as_held`."""
        return await as_held(self._session, institution_id, manifest)

    async def withdraw(
        self, row: AttachmentRow, taken_back: TakenBack, since: datetime, *, only_late: bool = False
    ) -> dict[str, set[str]]:
        """Forgets what a case declares of a study (or what of it came late), and those of its
        instances that came for it and no case declares now. `since` is when the case declared the
        study: what had been stored before came by another way, and stays.

        Answers the SOP Instance UIDs whose bytes may be no longer needed, by SHA-256.
        """
        self._forget_read()
        mine = (
            DeclaredInstanceRow.consultation_id == row.consultation_id,
            DeclaredInstanceRow.study_uid == row.study_uid,
            *((DeclaredInstanceRow.late_at.is_not(None),) if only_late else ()),
        )
        found = await self._session.execute(
            delete(DeclaredInstanceRow)
            .where(*mine)
            .returning(DeclaredInstanceRow.sop_uid, DeclaredInstanceRow.late_at)
        )
        declared = {one.sop_uid: one.late_at or since for one in found}
        if not only_late or not await self.declared(row.consultation_id, row.study_uid):
            await self._session.delete(row)
        await self._session.flush()
        gone: dict[str, set[str]] = {}
        for part in _parts(sorted(declared)):
            still = await self.declared_hashes(row.institution_id, part)
            before = await self._stored_before(row, {uid: declared[uid] for uid in part})
            free = [uid for uid in part if uid not in still and uid not in before]
            await taken_back.note(row.institution_id, free)
            removed = await self._session.execute(
                delete(InstanceRow)
                .where(*_of_study(row), InstanceRow.sop_uid.in_(free))
                .returning(InstanceRow.sha256, InstanceRow.sop_uid)
            )
            for sha256, uid in removed:
                gone.setdefault(sha256, set()).add(uid)
        await self._drop_empty(row)
        return gone

    async def _stored_before(self, row: AttachmentRow, since: Mapping[str, datetime]) -> set[str]:
        """Which of these instances of a study were there before the time beside them."""
        stored = await self._session.execute(
            select(InstanceRow.sop_uid, InstanceRow.received_at).where(
                *_of_study(row), InstanceRow.sop_uid.in_(since)
            )
        )
        return {one.sop_uid for one in stored if one.received_at < since[one.sop_uid]}

    async def _drop_empty(self, row: AttachmentRow) -> None:
        """A series, and a study, without any instance is listed no more."""
        left = select(InstanceRow.series_uid).where(*_of_study(row))
        await self._session.execute(
            delete(SeriesRow).where(
                SeriesRow.institution_id == row.institution_id,
                SeriesRow.study_uid == row.study_uid,
                SeriesRow.series_uid.not_in(left),
            )
        )
        await self._session.execute(
            delete(StudyRow).where(
                StudyRow.institution_id == row.institution_id,
                StudyRow.study_uid == row.study_uid,
                ~left.exists(),
            )
        )

    async def unneeded(self, gone: Mapping[str, set[str]]) -> set[str]:
        """Which of these SHA-256 no institution holds an instance of.

        Equal bytes carry equal SOP Instance UIDs, so the primary key finds them.
        """
        uids = sorted({uid for found in gone.values() for uid in found})
        needed: set[str] = set()
        for part in _parts(uids):
            needed.update(
                await self._session.scalars(
                    select(InstanceRow.sha256).where(
                        InstanceRow.institution_id.in_(select(InstitutionRow.id)),
                        InstanceRow.sop_uid.in_(part),
                    )
                )
            )
        return gone.keys() - needed

    async def declared_elsewhere(
        self, case_id: UUID, study_uid: str, instances: Iterable[DeclaredInstance]
    ) -> bool:
        """Whether another study of the same case already declares one of these instances."""
        wanted = {one.sop_instance_uid for one in instances}
        rows = await self._session.scalars(
            select(DeclaredInstanceRow.sop_uid).where(
                DeclaredInstanceRow.consultation_id == case_id,
                DeclaredInstanceRow.study_uid != study_uid,
            )
        )
        return not wanted.isdisjoint(rows)

    async def attachment(self, case_id: UUID, study_uid: str) -> AttachmentRow | None:
        return await self._session.get(AttachmentRow, (case_id, study_uid))

    async def attachments(self, case_ids: Iterable[UUID]) -> list[AttachmentRow]:
        return await attachments_of(self._session, case_ids)

    def _forget_read(self) -> None:
        self._counts.clear()
        self._attached.clear()

    async def attached(self, case_id: UUID) -> tuple[AttachedStudy, ...]:
        if case_id not in self._attached:
            self._attached[case_id] = await attached_of(self._session, self._rows, case_id)
        return self._attached[case_id]

    async def declared_counts(self, case_ids: Collection[UUID]) -> dict[UUID, int]:
        """How many instances go with each case."""
        unread = [one for one in case_ids if one not in self._counts]
        if unread:
            rows = await self._session.execute(
                select(DeclaredInstanceRow.consultation_id, func.count())
                .where(DeclaredInstanceRow.consultation_id.in_(unread))
                .group_by(DeclaredInstanceRow.consultation_id)
            )
            self._counts |= dict.fromkeys(unread, 0) | {row[0]: row[1] for row in rows}
        return {one: self._counts[one] for one in case_ids}

    async def declared_in(self, phases: Iterable[Phase]) -> dict[UUID, int]:
        """The same of all cases in some phases that have any."""
        case = ConsultationRow
        rows = await self._session.execute(
            select(DeclaredInstanceRow.consultation_id, func.count())
            .join(case, case.id == DeclaredInstanceRow.consultation_id)
            .where(case.phase.in_(sorted(phase.value for phase in phases)))
            .group_by(DeclaredInstanceRow.consultation_id)
        )
        return {row[0]: row[1] for row in rows}

    async def counts(self, row: AttachmentRow) -> Counts:
        found = await counts_of(
            self._session, row.consultation_id, row.institution_id, row.study_uid
        )
        return found[row.study_uid]

    async def progress(self, row: AttachmentRow, *, lists: bool = True) -> StudyProgress:
        """How far a study is; `lists` adds which instances are missing or undeclared."""
        counts = await self.counts(row)
        missing: tuple[str, ...] = ()
        nobodys: tuple[str, ...] = ()
        if lists and not counts.verified:
            missing, nobodys = await self._differences(row)
        return StudyProgress(
            consultation_id=row.consultation_id,
            study_instance_uid=row.study_uid,
            declared=counts.declared,
            received=counts.received,
            verified=counts.verified,
            missing=missing,
            undeclared=nobodys,
            late_declared=counts.late_declared,
            late_received=counts.late_received,
            nameless=counts.nameless,
            late_nameless=counts.late_nameless,
            shortfall=shortfall_of(row),
        )

    async def _differences(self, row: AttachmentRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
        declared = await self._session.execute(
            select(DeclaredInstanceRow.sop_uid, DeclaredInstanceRow.sha256).where(
                DeclaredInstanceRow.consultation_id == row.consultation_id,
                DeclaredInstanceRow.study_uid == row.study_uid,
            )
        )
        stored = await self._session.execute(
            select(InstanceRow.sop_uid, InstanceRow.sha256).where(*_of_study(row))
        )
        wanted = {row[0]: row[1] for row in declared}
        held = {row[0]: row[1] for row in stored}
        missing = tuple(uid for uid, sha256 in wanted.items() if held.get(uid) != sha256)
        nobodys = await undeclared(
            self._session, row.consultation_id, row.institution_id, [row.study_uid]
        )
        return missing, tuple(nobodys.get(row.study_uid, ()))

    async def cases_of_study(self, institution_id: UUID, study_uid: str) -> list[AttachmentRow]:
        rows = await self._session.scalars(
            select(AttachmentRow).where(
                AttachmentRow.institution_id == institution_id,
                AttachmentRow.study_uid == study_uid,
            )
        )
        return list(rows)

    async def declared_hashes(
        self, institution_id: UUID, sop_uids: Iterable[str]
    ) -> dict[str, set[str]]:
        """What the cases of an institution declare these instances to be."""
        connection = await self._session.connection()
        return await connection.run_sync(declared_hashes, institution_id, sop_uids)

    async def doors(self, institution_id: UUID, study_uids: Iterable[str]) -> Doors:
        """Who may add to these studies."""
        connection = await self._session.connection()
        return await connection.run_sync(doors_of, institution_id, study_uids)

    # --- what is stored ---------------------------------------------------------------------

    async def somewhere(self, study_uid: str) -> bool:
        """Whether anybody has such a study."""
        asked = select(StudyRow.study_uid).where(StudyRow.study_uid == study_uid).limit(1)
        return await self._session.scalar(asked) is not None

    async def covers(self, institution_id: UUID, manifest: StudyManifest) -> bool:
        """Whether a manifest has every stored instance of its study, byte for byte: who declares
        it holds the images already."""
        stored = await self._session.execute(
            select(InstanceRow.sop_uid, InstanceRow.sha256).where(
                InstanceRow.institution_id == institution_id,
                InstanceRow.study_uid == manifest.study_instance_uid,
            )
        )
        told = {one.sop_instance_uid: one.sha256 for one in manifest.instances}
        return all(told.get(uid) == sha256 for uid, sha256 in stored)


def _parts(uids: list[str]) -> Iterable[list[str]]:
    """A database takes only so many values in one statement."""
    return (uids[start : start + 500] for start in range(0, len(uids), 500))


def _kept(shortfall: Shortfall) -> str | None:
    return None if shortfall == Shortfall() else shortfall.model_dump_json()


def _of_study(row: AttachmentRow) -> tuple[Any, Any]:
    return (
        InstanceRow.institution_id == row.institution_id,
        InstanceRow.study_uid == row.study_uid,
    )
