"""Reports as paper: taken from the expert before they sign, handed to who may read the report."""

from collections.abc import AsyncIterator
from uuid import UUID

from protocol.report import MAX_FORM_BYTES, PresentedForm
from server.api.services.sent_ahead import Kind, SentAhead
from server.api.services.stored_bytes import whole
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import NotFound, invalid_field
from server.domain.people import Who
from server.domain.rights import require_part
from server.store.form_tables import PresentedFormRow
from server.store.work import Work


class PresentedForms(SentAhead):
    """Whose certificate signed a paper, and whether it says what the report says, is verified by
    who reads it: the server cannot vouch for itself."""

    kind = Kind("a report", "PDF", b"%PDF-1.", MAX_FORM_BYTES, Resource.PRESENTED_FORM)

    async def put(
        self, who: Who, case_id: UUID, sha256: str, chunks: AsyncIterator[bytes]
    ) -> PresentedForm:
        """Keeps the paper of the report that is signed next; the same one again changes nothing."""
        return PresentedForm(sha256=sha256, size=await self.keep(who, case_id, sha256, chunks))

    async def _known(self, work: Work, case_id: UUID, sha256: str) -> bool:
        return await work.forms.get(case_id, sha256) is not None

    async def _shared(self, work: Work, sha256: str) -> bool:
        return False

    async def _add(self, work: Work, who: Who, case_id: UUID, sha256: str, size: int) -> None:
        await work.forms.add(
            PresentedFormRow(
                consultation_id=case_id,
                sha256=sha256,
                author_id=who.id,
                version=None,
                size=size,
                stored_at=work.now,
            )
        )

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

    async def get(self, who: Who, case_id: UUID, version: int | None) -> bytes:
        async with self._store.looking() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who)
            row = await work.forms.of_version(case_id, version)
            if row is None:
                raise NotFound("no paper was signed with this report")
            self._note(work, who, Access.READ, case, row.sha256)
            sha256 = row.sha256
        return await whole(self._objects, sha256)
