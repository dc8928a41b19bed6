"""How often somebody tried in vain, by a keyed hash of who or from where."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from server.store.columns import Base
from server.store.counters import insert_for


class WrongTriesRow(Base):
    __tablename__ = "wrong_tries"
    key: Mapped[str] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Tries:
    wrong: int
    last_at: datetime


class WrongTries:
    """Those of one transaction."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session, self._now = session, now

    async def of(self, key: str) -> Tries | None:
        row = await self._session.get(WrongTriesRow, key, populate_existing=True)
        return None if row is None else Tries(row.wrong, row.last_at)

    async def add(self, key: str, since: datetime) -> None:
        """One more; what was before `since` is forgotten, whoever it was."""
        old = WrongTriesRow.last_at < since
        await self._session.execute(delete(WrongTriesRow).where(old))
        row = insert_for(self._session)(WrongTriesRow).values(key=key, wrong=1, last_at=self._now)
        more = {"wrong": case((old, 1), else_=WrongTriesRow.wrong + 1), "last_at": self._now}
        await self._session.execute(row.on_conflict_do_update(index_elements=["key"], set_=more))

    async def forget(self, key: str) -> None:
        await self._session.execute(delete(WrongTriesRow).where(WrongTriesRow.key == key))
