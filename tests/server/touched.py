"""A stopped site, and its database in the hands of somebody who may do anything with it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, create_engine

from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store.kept_head import KeptHead

Rows = list[dict[str, Any]]


@pytest.fixture
def site(past: Path, tmp_path: Path) -> Settings:
    """A copy of it, for whoever wants to change something."""
    shutil.copytree(past / "data", tmp_path / "data")
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def hand(site: Settings) -> Iterator[sqlite3.Connection]:
    """The copy's database in the hands of somebody who has removed what protects it."""
    with closing(sqlite3.connect(site.data_dir / "huizhen.sqlite", isolation_level=None)) as taken:
        triggers = taken.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            taken.execute(f"DROP TRIGGER {name}")
        yield taken


def looked(site: Settings, **more: Any) -> tuple[bool, Rows]:
    said: Rows = []
    return run(site, AuditOrder("verify", **more), said.append), said


def faults(site: Settings, **more: Any) -> list[tuple[str, str]]:
    """What is wrong, and where."""
    well, said = looked(site, **more)
    assert not well
    return [(one["wrong"], one["where"]) for one in said if "where" in one]


def at(hand: sqlite3.Connection, number: int) -> str:
    """The id of the entry at a place of the tree."""
    asked = "SELECT entry_id FROM audit_leaves WHERE number = ?"
    return str(UUID(hand.execute(asked, (number,)).fetchone()[0]))


@contextmanager
def database(site: Settings) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{site.data_dir / 'huizhen.sqlite'}")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def change(hand: sqlite3.Connection, number: int) -> str:
    """Makes an entry say something else; answers its id."""
    entry = at(hand, number)
    hand.execute("UPDATE audit SET account_id = NULL WHERE id = ?", (UUID(entry).hex,))
    return entry


def without_the_file(site: Settings) -> None:
    """As for who has the data folder in his hands too, or a copy of the database only."""
    KeptHead(site.data_dir).put_aside(datetime.now(UTC))


def put_in(hand: sqlite3.Connection, entry: UUID, at: datetime) -> None:
    hand.execute(
        "INSERT INTO audit (id, at, access, resource, target, detail) "
        "VALUES (?, ?, 'read', 'report', '', '')",
        (entry.hex, f"{at:%Y-%m-%d %H:%M:%S.%f}"),
    )


def earlier(entry: str, by: timedelta) -> UUID:
    return UUID(int=UUID(entry).int - (int(by.total_seconds() * 1000) << 80))
