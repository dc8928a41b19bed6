"""Whether a server works on a database: what is put back under it would be torn apart."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from server.store.alone import held_alone, is_held
from server.store.engine import PROGRAM
from server.store.errors import BackupUnusable
from server.store.snapshots import connected, is_empty

_LOCK_SUFFIX = ".serving"
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = :program AND pid <> pg_backend_pid()"
)


async def is_served(address: str) -> bool:
    """Whether a server works on a database now (on PostgreSQL, or a command). Writes nothing."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return is_held(_lock_of(Path(url.database or "")))
    return await _others(address) > 0


async def _others(address: str) -> int:
    """How many connections of this program PostgreSQL has besides the one that asks."""
    async with connected(address, "the database cannot be read") as one:
        return await one.scalar(_OTHERS, {"program": PROGRAM}) or 0


def _lock_of(file: Path) -> Path:
    return file.with_name(f"{file.name}{_LOCK_SUFFIX}")


@contextlib.contextmanager
def serving(address: str) -> Iterator[None]:
    """Around a server. Of one SQLite file there is one: raises `BackupUnusable` where another
    works on it; on PostgreSQL there may be many."""
    url = make_url(address)
    file = Path(url.database or "")
    # Where there is no folder, opening the database says what is wrong.
    if url.get_backend_name() != "sqlite" or not file.parent.is_dir():
        yield
        return
    busy = BackupUnusable(
        f"a server works on {file.name} already: stop it first (systemctl stop huizhen-server)"
    )
    with held_alone(_lock_of(file), busy):
        yield


async def refuse_without_database_or_while_served(address: str) -> None:
    """Raises `BackupUnusable` where there is no database, or a server works on it; makes none."""
    if await is_empty(address):
        raise BackupUnusable(
            "there is no database yet: check HUIZHEN_DATA_DIR and HUIZHEN_DATABASE_URL. Nothing "
            "was changed"
        )
    if make_url(address).get_backend_name() == "sqlite":
        with serving(address):
            return
    if others := await _others(address):
        raise BackupUnusable(
            f"servers work on this database ({others} connections): stop all of them first. "
            "Nothing was changed"
        )
