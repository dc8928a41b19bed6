"""Many claims of one case at once: in turn, and the losers answered from memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from server.api.services.acting import Acting
from server.api.services.directory import Snapshot
from server.domain.case import Case
from server.domain.consultation import claim_lost
from server.domain.people import Who

_FRESH_S = 1.0
"""How long a claim won in this process answers the losers; any change of the case ends it."""


@dataclass(frozen=True, slots=True)
class _Won:
    case: Case
    holder: Who
    people: Snapshot
    at: float


class ClaimRace:
    """Lets the claimants of one case in one at a time; the database still decides who wins."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._gates: dict[UUID, asyncio.Lock] = {}
        self._won: dict[UUID, _Won] = {}
        acting.on_change = self._forget

    @asynccontextmanager
    async def at(self, case_id: UUID) -> AsyncIterator[None]:
        gate = self._gates.setdefault(case_id, asyncio.Lock())
        try:
            async with gate:
                yield
        finally:
            if not gate.locked():
                self._gates.pop(case_id, None)

    def won(self, case: Case, holder: Who, people: Snapshot) -> None:
        """After the commit of a claim; or of a case that is held and rings nobody. Everybody else
        has lost."""
        now = time.monotonic()
        self._won = {key: one for key, one in self._won.items() if now - one.at < _FRESH_S}
        self._won[case.id] = _Won(case, holder, people, now)

    def refuse_known(self, case_id: UUID, who: Who) -> None:
        """Raises `claim_lost` where an eligible expert is known to be too late."""
        won = self._won.get(case_id)
        if won is None or time.monotonic() - won.at > _FRESH_S or won.holder.id == who.id:
            return
        now = won.case.updated_at
        if self._acting.telling.may_claim(won.case, who, won.people, now):
            lost = claim_lost(won.case, won.holder.display_name)
            lost.shown = True
            raise lost

    def _forget(self, case_id: UUID) -> None:
        self._won.pop(case_id, None)
