"""Pictures of the viewer in reports: taken from who writes one, handed to who may read it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from protocol.errors import ErrorCode
from protocol.report import MAX_PICTURE_BYTES, KeptPicture, Opinion
from server.api.services.sent_ahead import Kind, SentAhead
from server.api.services.stored_bytes import whole
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Invalid, NotFound, invalid_field
from server.domain.people import Who
from server.domain.rights import reads_drafts, require_part
from server.store.form_tables import ReportPictureRow
from server.store.work import Work

MOST_WAITING = 100
"""Pictures of one case that no report shows yet."""


class ReportPictures(SentAhead):
    """Two cases of one patient may show the very same picture; its bytes are kept once."""

    kind = Kind(
        "a picture", "PNG", b"\x89PNG\r\n\x1a\n", MAX_PICTURE_BYTES, Resource.REPORT_PICTURE
    )

    async def put(
        self, who: Who, case_id: UUID, sha256: str, chunks: AsyncIterator[bytes]
    ) -> KeptPicture:
        """Keeps a picture for the report that is being written; the same again changes nothing."""
        return KeptPicture(sha256=sha256, size=await self.keep(who, case_id, sha256, chunks))

    async def _known(self, work: Work, case_id: UUID, sha256: str) -> bool:
        return await work.report_pictures.get(case_id, sha256) is not None

    async def _shared(self, work: Work, sha256: str) -> bool:
        return bool(await work.report_pictures.shown([sha256]))

    async def _add(self, work: Work, who: Who, case_id: UUID, sha256: str, size: int) -> None:
        if len(await work.report_pictures.waiting(case_id)) >= MOST_WAITING:
            raise Invalid(ErrorCode.VALIDATION_FAILED, "the case has too many pictures")
        await work.report_pictures.add(
            ReportPictureRow(
                consultation_id=case_id,
                sha256=sha256,
                author_id=who.id,
                signed=False,
                size=size,
                stored_at=work.now,
            )
        )

    async def absent(self, opinion: Opinion) -> bool:
        """Whether the bytes of any picture of an opinion are not here."""

        def look() -> bool:
            return not all(self._objects.holds(one.sha256) for one in opinion.pictures)

        return await asyncio.to_thread(look)

    async def signed(self, work: Work, case: Case, opinion: Opinion, *, absent: bool) -> list[str]:
        """Makes those of an opinion a signed report's; answers those nobody needs, to be removed
        after the commit.

        Raises `Invalid` when one was not sent for this case, or is `absent`.
        """
        wanted = {one.sha256 for one in opinion.pictures}
        known = [await self._known(work, case.id, sha256) for sha256 in wanted]
        if absent or not all(known):
            raise invalid_field("send its pictures before the report", "pictures")
        return await work.report_pictures.sign(case.id, wanted)

    async def get(self, who: Who, case_id: UUID, sha256: str) -> bytes:
        """Of a signed report for its readers; of a draft for its writer and reviewer."""
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            row = await work.report_pictures.get(case_id, sha256)
            if row is None or not (row.signed or reads_drafts(case, who)):
                raise NotFound("the report has no such picture")
            self._note(work, who, Access.READ, case, sha256)
        return await whole(self._objects, sha256)
