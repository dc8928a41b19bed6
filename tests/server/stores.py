"""A store without a server around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from server.domain.ports import Clock
from server.store.bus import LocalBus
from server.store.engine import migrate, open_engine
from server.store.work import Store


def sqlite_in(folder: Path) -> str:
    """The address of a database."""
    return f"sqlite+aiosqlite:///{folder / 'site.sqlite'}"


@asynccontextmanager
async def store_at(address: str, clock: Clock) -> AsyncIterator[Store]:
    """Of a database that is empty before, closed at the end."""
    engine = open_engine(address)
    await migrate(engine)
    made = Store(engine, clock, LocalBus())
    yield made
    await made.close()
