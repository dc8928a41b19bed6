"""Reports as paper: taken from the expert before they sign, handed to who may read the report."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from protocol.errors import ErrorCode
from protocol.report import MAX_FORM_BYTES, PresentedForm
from server.api.services.acting import Acting
from server.api.services.stored_bytes import check, received, whole
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, NotFound, invalid_field
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.domain.rights import Part, require_part
from server.store.form_tables import PresentedFormRow
from server.store.work import Store, Work

MAGIC = b"%PDF-1."


class PresentedForms:
    """Bytes rest sealed in the object store. Whose certificate signed them, and whether they say
    what the report says, is verified by who reads them: the server cannot vouch for itself."""

    def __init__(self, store: Store, objects: ObjectStore, acting: Acting) -> None:
        self._store = store
        self._objects = objects
        self._acting = acting

    async def put(
        self, who: Who, case_id: UUID, sha256: str, chunks: AsyncIterator[bytes]
    ) -> PresentedForm:
        """Keeps the paper of the report that is signed next; the same one again changes nothing."""
        fresh = await received(self._objects, chunks, MAX_FORM_BYTES, "a report")
        try:
            await check(fresh, sha256, MAGIC, "PDF")
            form = PresentedForm(sha256=sha256, size=fresh.size)
            if await self._announce(who, case_id, form):
                await asyncio.to_thread(self._objects.keep, [fresh])
            return form
        finally:
            await asyncio.to_thread(fresh.discard)

    async def _announce(self, who: Who, case_id: UUID, form: PresentedForm) -> bool:
        """False when this very paper is here already."""
        held = await asyncio.to_thread(self._objects.holds, form.sha256)
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.HOLDER)
            if await work.forms.get(case_id, form.sha256) is not None:
                return not held
            if held:  # what other things rest on must not go when this is forgotten
                raise Conflict(ErrorCode.CONFLICT, "these bytes are kept for something else")
            await work.forms.add(
                PresentedFormRow(
                    consultation_id=case_id,
                    sha256=form.sha256,
                    author_id=who.id,
                    version=None,
                    size=form.size,
                    stored_at=work.now,
                )
            )
            self._note(work, who, Access.CREATE, case, form.sha256)
            return True

    async def signed(
        self, work: Work, case: Case, who: Who, sha256: str | None, version: int
    ) -> list[str]:
        """Makes one the paper of a signed version; answers those no signature followed, to be
        removed after the commit.

        Raises `Invalid` when this expert has not sent it for this case.
        """
        if sha256 is not None:
            row = await work.forms.get(case.id, sha256)
            fits = row is not None and row.author_id == who.id and row.version is None
            if row is None or not fits:
                raise invalid_field("send the paper before the signature", "presented_form")
            row.version = version
            await work.session.flush()
        return await work.forms.take_unsigned(case.id)

    async def remove(self, hashes: list[str]) -> None:
        for one in hashes:
            await asyncio.to_thread(self._objects.remove, one)

    async def get(self, who: Who, case_id: UUID, version: int | None) -> bytes:
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            row = await work.forms.of_version(case_id, version)
            if row is None:
                raise NotFound("no paper was signed with this report")
            self._note(work, who, Access.READ, case, row.sha256)
            sha256 = row.sha256
        return await whole(self._objects, sha256)

    def _note(self, work: Work, who: Who, access: Access, case: Case, sha256: str) -> None:
        work.trail.note(
            who.id, access, Resource.PRESENTED_FORM, case.id, consultation_id=case.id, detail=sha256
        )
