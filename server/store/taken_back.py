"""Instances a requester took out of a draft, whose bytes may still be on the way."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.counters import insert_for
from server.store.image_tables import TakenBackRow

ON_THE_WAY = timedelta(hours=1)
"""How long bytes may lie in proxies and socket buffers after their sender has cancelled them."""


class TakenBack:
    """What was taken back stays out until it is declared again or nothing can be on the way."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def note(self, institution_id: UUID, sop_uids: Iterable[str]) -> None:
        """Also forgets what was noted too long ago to matter."""
        await self._session.execute(
            delete(TakenBackRow).where(TakenBackRow.at < self._now - ON_THE_WAY)
        )
        rows = [
            {"institution_id": institution_id, "sop_uid": uid, "at": self._now} for uid in sop_uids
        ]
        if rows:
            adding = insert_for(self._session)(TakenBackRow)
            keys = [TakenBackRow.institution_id, TakenBackRow.sop_uid]
            await self._session.execute(
                adding.on_conflict_do_update(index_elements=keys, set_={"at": self._now}), rows
            )
