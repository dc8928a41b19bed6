"""How often somebody tried in vain, by a keyed hash of who or from where."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, update
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

    async def held(self, key: str, since: datetime) -> Tries:
        """The same, nobody else's until the commit; what was before `since` is forgotten, whoever
        it was."""
        await self._session.execute(delete(WrongTriesRow).where(WrongTriesRow.last_at < since))
        row = insert_for(self._session)(WrongTriesRow).values(key=key, wrong=0, last_at=self._now)
        await self._session.execute(row.on_conflict_do_nothing())
        found = await self._session.get_one(
            WrongTriesRow, key, populate_existing=True, with_for_update=True
        )
        return Tries(found.wrong, found.last_at)

    async def add(self, key: str) -> None:
        """One more."""
        await self._set(key, wrong=WrongTriesRow.wrong + 1, last_at=self._now)

    async def take_back(self, key: str, at: datetime, before: datetime) -> None:
        """One less, which was at a time; the last is then the one before it, or one since."""
        since = case((WrongTriesRow.last_at == at, before), else_=WrongTriesRow.last_at)
        await self._set(key, wrong=WrongTriesRow.wrong - 1, last_at=since)

    async def _set(self, key: str, **values: Any) -> None:
        change = update(WrongTriesRow).where(WrongTriesRow.key == key).values(values)
        await self._session.execute(change.execution_options(synchronize_session=False))

    async def forget(self, key: str) -> None:
        await self._session.execute(delete(WrongTriesRow).where(WrongTriesRow.key == key))
