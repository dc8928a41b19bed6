"""STOW-RS (PS3.18 10.5): taking instances in, byte for byte, and saying what became of each."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any
from uuid import UUID

from protocol.account import Role
from protocol.errors import ErrorCode
from server.api.dicomweb.headers import Header, read_header
from server.api.dicomweb.parts import DICOM, Part, PartSpooler
from server.api.dicomweb.structure import NotDicom, Truncated
from server.api.services.studies import Studies
from server.domain.audit import Access, Resource
from server.domain.errors import Invalid, invalid_field
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.store.work import Store, Work

BATCH_PARTS = 32
BATCH_BYTES = 32 * 1024 * 1024


class FailureReason(IntEnum):
    """FailureReason (0008,1197); 0xCxxx is "cannot understand" (PS3.4 table B.2-1)."""

    CONFLICT = 0x0111
    OTHER_STUDY = 0xA900
    NOT_DICOM = 0xC000
    TRUNCATED = 0xC001
    HASH_MISMATCH = 0xC002


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part; without `failure` it is stored."""

    header: Header | None
    failure: FailureReason | None = None


@dataclass(frozen=True, slots=True)
class _Received:
    part: Part
    header: Header | None
    failure: FailureReason | None = None


class ImageStoring:
    """Stores instances for the institution of whoever sends them."""

    def __init__(
        self, store: Store, objects: ObjectStore, studies: Studies, max_instance_bytes: int
    ) -> None:
        self._store = store
        self._objects = objects
        self._studies = studies
        self._max = max_instance_bytes

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
        if not parts or who.institution_id is None:
            return []
        received = await asyncio.to_thread(_read_all, parts, study_uid)
        async with self._store.reading() as work:
            received = await self._compare(work, who.institution_id, received)
        await asyncio.to_thread(self._adopt, received)
        async with self._store.writing() as work:
            received = await self._compare(work, who.institution_id, received)
            await self._insert(work, who, who.institution_id, received)
        for study in {one.header.study_uid for one in received if one.header and not one.failure}:
            self._studies.arrived(who.institution_id, study)
        return [Outcome(one.header, one.failure) for one in received]

    async def _compare(
        self, work: Work, institution_id: UUID, received: list[_Received]
    ) -> list[_Received]:
        """Finds bytes that differ from those held under the same UID, or from the declared."""
        uids = [one.header.sop_uid for one in received if one.header is not None]
        held = await work.images.stored(institution_id, uids)
        declared = await work.images.declared_hashes(institution_id, uids)
        seen: dict[str, str] = {}
        checked = []
        for one in received:
            if one.header is None or one.failure is not None:
                checked.append(one)
                continue
            uid, sha256 = one.header.sop_uid, one.part.sha256
            known = held.get(uid) or seen.get(uid)
            if known is not None and known != sha256:
                one = replace(one, failure=FailureReason.CONFLICT)
            elif known is None and uid in declared and sha256 not in declared[uid]:
                one = replace(one, failure=FailureReason.HASH_MISMATCH)
            else:
                seen[uid] = sha256
            checked.append(one)
        return checked

    def _adopt(self, received: list[_Received]) -> None:
        for one in received:
            if one.failure is None:
                self._objects.adopt(one.part.file, one.part.sha256)
            else:
                one.part.file.unlink(missing_ok=True)

    async def _insert(
        self, work: Work, who: Who, institution_id: UUID, received: list[_Received]
    ) -> None:
        studies: dict[str, dict[str, Any]] = {}
        series: dict[str, dict[str, Any]] = {}
        rows: dict[str, dict[str, Any]] = {}
        held = await work.images.stored(
            institution_id, [one.header.sop_uid for one in received if one.header is not None]
        )
        for one in received:
            header = one.header
            if header is None or one.failure is not None:
                continue
            work.trail.note(who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid)
            if header.sop_uid in held:
                continue
            studies.setdefault(header.study_uid, header.study)
            series.setdefault(header.series_uid, header.series)
            rows[header.sop_uid] = {
                "institution_id": institution_id,
                "sop_uid": header.sop_uid,
                "series_uid": header.series_uid,
                "study_uid": header.study_uid,
                "sha256": one.part.sha256,
                "size": one.part.size,
                "received_at": work.now,
                "account_id": who.id,
                **header.instance,
            }
        if rows:
            await work.images.add_instances(studies, series, list(rows.values()), institution_id)


def _read_all(parts: list[Part], study_uid: str | None) -> list[_Received]:
    return [_read(part, study_uid) for part in parts]


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
