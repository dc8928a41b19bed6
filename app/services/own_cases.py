"""The cases that an account takes part in: the newest, all that are open, and what is sought."""

from app.net.api import Api
from app.net.errors import NetError
from app.services.facts import Facts
from app.session.queue import CaseFilter, CasesFound, CasesSought, Load
from protocol.consultation import ConsultationSummary, Status

OPEN = (Status.DRAFT, Status.PENDING, Status.ASSIGNED, Status.IN_PROGRESS)


class OwnCases:
    def __init__(self, facts: Facts, api: Api) -> None:
        self._facts = facts
        self._api = api

    async def read(self) -> tuple[ConsultationSummary, ...]:
        """The newest page, and every case that is not ended, however old."""
        page = await self._api.consultations()
        found = {row.id: row for row in page.items}
        for status in OPEN if page.next is not None else ():
            after: str | None = ""
            while after is not None:
                page = await self._api.consultations(after, status=status)
                found |= {row.id: row for row in page.items}
                after = page.next
        return tuple(found.values())

    async def seek(self, text: str, kind: CaseFilter) -> None:
        """Looks for a text in the cases that are here at once, then at the server."""
        known = self._facts.state.queue.search
        self._facts.apply(CasesSought(text, kind))
        if not text or (text == known.text and known.found.load is Load.READY):
            return
        try:
            page = await self._api.consultations(text=text)
        except NetError:
            self._facts.apply(CasesFound(text, None))
            return
        self._facts.apply(CasesFound(text, page.items))
