"""Pictures of the viewer in reports: taken from who writes one, handed to who may read it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from protocol.errors import ErrorCode
from protocol.report import MAX_PICTURE_BYTES, KeptPicture, Opinion
from server.api.services.acting import Acting
from server.api.services.stored_bytes import check, received, whole
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, Invalid, NotFound, invalid_field
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.domain.rights import Part, require_part
from server.store.form_tables import ReportPictureRow
from server.store.work import Store, Work

MAGIC = b"\x89PNG\r\n\x1a\n"
MOST_WAITING = 100
"""Pictures of one case that no report shows yet."""


class ReportPictures:
    """Bytes rest sealed in the object store. A report names the hash of each of its pictures, so
    that its signature is one over them too."""

    def __init__(self, store: Store, objects: ObjectStore, acting: Acting) -> None:
        self._store = store
        self._objects = objects
        self._acting = acting

    async def put(
        self, who: Who, case_id: UUID, sha256: str, chunks: AsyncIterator[bytes]
    ) -> KeptPicture:
        """Keeps a picture for the report that is being written; the same again changes nothing."""
        fresh = await received(self._objects, chunks, MAX_PICTURE_BYTES, "a picture")
        try:
            await check(fresh, sha256, MAGIC, "PNG")
            kept = KeptPicture(sha256=sha256, size=fresh.size)
            if await self._announce(who, case_id, kept):
                await asyncio.to_thread(self._objects.keep, [fresh])
            return kept
        finally:
            await asyncio.to_thread(fresh.discard)

    async def _announce(self, who: Who, case_id: UUID, kept: KeptPicture) -> bool:
        """False when this very picture is here already."""
        held = await asyncio.to_thread(self._objects.holds, kept.sha256)
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.HOLDER)
            pictures = work.report_pictures
            if await pictures.get(case_id, kept.sha256) is not None:
                return not held
            if held:  # what other things rest on must not go when this is forgotten
                raise Conflict(ErrorCode.CONFLICT, "these bytes are kept for something else")
            if len(await pictures.waiting(case_id)) >= MOST_WAITING:
                raise Invalid(ErrorCode.VALIDATION_FAILED, "the case has too many pictures")
            await pictures.add(
                ReportPictureRow(
                    consultation_id=case_id,
                    sha256=kept.sha256,
                    author_id=who.id,
                    signed=False,
                    size=kept.size,
                    stored_at=work.now,
                )
            )
            self._note(work, who, Access.CREATE, case, kept.sha256)
            return True

    async def signed(self, work: Work, case: Case, opinion: Opinion) -> list[str]:
        """Makes those of an opinion a signed report's; answers those nobody needs, to be removed
        after the commit.

        Raises `Invalid` when one was not sent for this case.
        """
        wanted = {one.sha256 for one in opinion.pictures}
        for sha256 in wanted:
            row = await work.report_pictures.get(case.id, sha256)
            if row is None or not await asyncio.to_thread(self._objects.holds, sha256):
                raise invalid_field("send its pictures before the report", "pictures")
        return await work.report_pictures.sign(case.id, wanted)

    async def get(self, who: Who, case_id: UUID, sha256: str) -> bytes:
        """Of a signed report for its readers; of a draft for its writer and reviewer."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            part = require_part(case, who)
            row = await work.report_pictures.get(case_id, sha256)
            drafts = part in (Part.HOLDER, Part.REVIEWER)
            if row is None or not (row.signed or drafts):
                raise NotFound("the report has no such picture")
            self._note(work, who, Access.READ, case, sha256)
        return await whole(self._objects, sha256)

    def _note(self, work: Work, who: Who, access: Access, case: Case, sha256: str) -> None:
        work.trail.note(
            who.id, access, Resource.REPORT_PICTURE, case.id, consultation_id=case.id, detail=sha256
        )
