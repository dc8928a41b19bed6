"""STOW-RS (PS3.18 10.5): taking instances in, byte for byte, and saying what became of each."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from protocol.account import Role
from protocol.errors import ErrorCode
from protocol.imaging import FailureReason
from server.api.dicomweb.headers import Header, read_header
from server.api.dicomweb.parts import DICOM, Part, PartSpooler
from server.api.dicomweb.structure import NotDicom, Truncated
from server.api.services.studies import Studies
from server.domain.audit import Access, Resource
from server.domain.errors import Invalid, invalid_field
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.store.work import Store, Work

NOT_AUTHORIZED = 0x0124
"""FailureReason "refused: not authorized" (PS3.7 annex C.5.17): the study is somebody else's,
or the instance was taken back while it was on the way."""
BATCH_PARTS = 32
BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part; without `failure` (a FailureReason) it is stored."""

    header: Header | None
    failure: int | None = None


@dataclass(frozen=True, slots=True)
class _Received:
    part: Part
    header: Header | None
    failure: int | None = None


@dataclass(slots=True)
class _Waiting:
    """What one upload wants committed."""

    who: Who
    institution_id: UUID
    received: list[_Received]
    done: asyncio.Future[list[Outcome]]
    outcomes: list[Outcome] = field(default_factory=list)


class ImageStoring:
    """Stores instances for the institution of whoever sends them."""

    def __init__(
        self, store: Store, objects: ObjectStore, studies: Studies, max_instance_bytes: int
    ) -> None:
        self._store = store
        self._objects = objects
        self._studies = studies
        self._max = max_instance_bytes
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None

    async def store(
        self, who: Who, chunks: AsyncIterator[bytes], boundary: str, study_uid: str | None
    ) -> list[Outcome]:
        """Stores every part as it completes; a body that is cut keeps what was whole."""
        who.needs(Role.REQUESTER)
        if who.institution_id is None:
            raise invalid_field("your account belongs to no institution", "institution_id")
        spooler = PartSpooler(boundary, self._objects.spool, self._max)
        outcomes: list[Outcome] = []
        try:
            async for chunk in chunks:
                spooler.feed(chunk)
                if spooler.waiting >= BATCH_PARTS or spooler.waiting_bytes >= BATCH_BYTES:
                    outcomes += await self._keep(who, spooler.take(), study_uid)
        finally:
            spooler.close()
            outcomes += await self._keep(who, spooler.take(), study_uid)
        if not spooler.finished:
            raise Invalid(
                ErrorCode.MALFORMED_MESSAGE,
                "the body ended before its closing boundary; send again",
            )
        return outcomes

    async def _keep(self, who: Who, parts: list[Part], study_uid: str | None) -> list[Outcome]:
        """Makes whole parts durable, then known; what is refused leaves no row."""
        if not parts or who.institution_id is None:
            return []
        received = await asyncio.to_thread(self._read_and_adopt, parts, study_uid)
        waiting = _Waiting(
            who, who.institution_id, received, asyncio.get_running_loop().create_future()
        )
        self._waiting.append(waiting)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        kept = await waiting.done
        for study in {one.header.study_uid for one in kept if one.header and not one.failure}:
            self._studies.arrived(who.institution_id, study)
        return kept

    def _read_and_adopt(self, parts: list[Part], study_uid: str | None) -> list[_Received]:
        received = [_read(part, study_uid) for part in parts]
        for one in received:
            if one.failure is None:
                self._objects.adopt(one.part.file, one.part.sha256)
            else:
                one.part.file.unlink(missing_ok=True)
        return received

    async def _flush(self) -> None:
        """Commits what several uploads brought meanwhile in one transaction."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    async with self._store.writing() as work:
                        for institution_id in {one.institution_id for one in batch}:
                            mine = [one for one in batch if one.institution_id == institution_id]
                            await self._insert(work, institution_id, mine)
                except Exception as error:
                    for one in batch:
                        if not one.done.done():
                            one.done.set_exception(error)
                else:
                    for one in batch:
                        if not one.done.done():
                            one.done.set_result(one.outcomes)
        finally:
            self._flushing = None

    async def _insert(self, work: Work, institution_id: UUID, batch: list[_Waiting]) -> None:
        headers = [one.header for w in batch for one in w.received if one.header is not None]
        uids = [header.sop_uid for header in headers]
        studies = {header.study_uid for header in headers}
        doors = await work.images.doors(institution_id, studies)
        cases = await work.images.cases_of_studies(institution_id, studies)
        held = await work.images.stored(institution_id, uids)
        declared = await work.images.declared_hashes(institution_id, uids)
        late = await work.taken_back.among(institution_id, uids) - declared.keys()
        absent = await asyncio.to_thread(self._absent, batch)
        rows = _Rows(institution_id, work.now)
        for waiting in batch:
            for one in waiting.received:
                failure = one.failure
                header = one.header
                if (
                    header is not None
                    and failure is None
                    and (
                        header.sop_uid in late or not doors.admit(header.study_uid, waiting.who.id)
                    )
                ):
                    failure = NOT_AUTHORIZED
                    _refused(work, waiting.who, header)
                if header is not None and failure is None:
                    failure = _disagreement(header.sop_uid, one.part.sha256, held, declared)
                if header is not None and failure is None and one.part.sha256 in absent:
                    failure = FailureReason.PROCESSING_FAILURE
                if header is not None and failure is None:
                    _stored(work, waiting.who, header, cases)
                    if header.sop_uid not in held:
                        held[header.sop_uid] = one.part.sha256
                        rows.add(header, one.part, waiting.who)
                waiting.outcomes.append(Outcome(header, failure))
        await work.images.add_instances(
            list(rows.studies.values()), list(rows.series.values()), rows.instances
        )

    def _absent(self, batch: list[_Waiting]) -> set[str]:
        """What was taken back as equal bytes between adopting it and now: it is sent again."""
        taken = {one.part.sha256 for w in batch for one in w.received if one.failure is None}
        return {sha256 for sha256 in taken if not self._objects.holds(sha256)}


def _stored(work: Work, who: Who, header: Header, cases: Mapping[str, list[UUID]]) -> None:
    """One entry for each case that has the study, or one without a case."""
    concerned: list[UUID | None] = [*cases.get(header.study_uid, [])]
    for case_id in concerned or [None]:
        work.trail.note(
            who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid, consultation_id=case_id
        )


def _refused(work: Work, who: Who, header: Header) -> None:
    work.trail.note(
        who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid, detail="refused: not authorized"
    )


class _Rows:
    """The rows of the three tables one transaction adds."""

    def __init__(self, institution_id: UUID, now: datetime) -> None:
        self._institution_id = institution_id
        self._now = now
        self.studies: dict[str, dict[str, Any]] = {}
        self.series: dict[str, dict[str, Any]] = {}
        self.instances: list[dict[str, Any]] = []

    def add(self, header: Header, part: Part, who: Who) -> None:
        house = {"institution_id": self._institution_id}
        self.studies.setdefault(
            header.study_uid, {**house, "study_uid": header.study_uid, **header.study}
        )
        self.series.setdefault(
            header.series_uid, {**house, "series_uid": header.series_uid, **header.series}
        )
        self.instances.append(
            {
                **house,
                "sop_uid": header.sop_uid,
                "series_uid": header.series_uid,
                "study_uid": header.study_uid,
                "sha256": part.sha256,
                "size": part.size,
                "received_at": self._now,
                "account_id": who.id,
                **header.instance,
            }
        )


def _disagreement(
    uid: str, sha256: str, held: dict[str, str], declared: dict[str, set[str]]
) -> FailureReason | None:
    """Bytes that differ from those held under the same UID, or from what a case declared."""
    known = held.get(uid)
    if known is not None:
        return None if known == sha256 else FailureReason.CONFLICT
    if uid in declared and sha256 not in declared[uid]:
        return FailureReason.HASH_MISMATCH
    return None


def _read(part: Part, study_uid: str | None) -> _Received:
    if part.content_type != DICOM:
        return _Received(part, None, FailureReason.NOT_DICOM)
    try:
        header = read_header(part.file)
    except NotDicom:
        return _Received(part, None, FailureReason.NOT_DICOM)
    except Truncated:
        return _Received(part, None, FailureReason.TRUNCATED)
    if study_uid is not None and header.study_uid != study_uid:
        return _Received(part, header, FailureReason.OTHER_STUDY)
    return _Received(part, header)
