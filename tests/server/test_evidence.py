"""`huizhen-server audit`: what is done to the trail behind the server's back is found and named."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from protocol import paths
from server.api.services.evidence import evidence_key
from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store.evidence import take_in
from server.store.evidence_tables import AuditLeafRow
from server.store.tables import AuditRow
from tests.server.conftest import trusting
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.tables import rows

PATIENCE = 200
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site that has worked and was stopped, with heads that were put out."""
    folder = tmp_path_factory.mktemp("past")
    server = ServerProcess(
        folder / "data",
        {"HUIZHEN_AUDIT_HEADS_DIR": str(folder / "heads"), "HUIZHEN_AUDIT_SEALED_EVERY_S": "0.2"},
    )
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    for _ in range(2):
        with server:
            town = Town(server.url, trusting(server.ca))
            valley = make_valley(town)
            for _ in range(3):
                case_id = open_case(valley)
                valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
            town.close()
    return folder


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


def test_a_trail_nobody_touched_is_whole(site: Settings) -> None:
    well, said = looked(site)
    assert well
    last = said[-1]
    assert last["entries"] > 10
    assert last["heads"] > 1
    assert (last["waiting"], last["wrong"]) == (0, 0)


def test_a_changed_entry_is_named(site: Settings, hand: sqlite3.Connection) -> None:
    entry = at(hand, 3)
    hand.execute("UPDATE audit SET account_id = NULL WHERE id = ?", (UUID(entry).hex,))
    assert faults(site) == [("changed", entry)]


def test_a_removed_entry_is_named(site: Settings, hand: sqlite3.Connection) -> None:
    entry = at(hand, 3)
    hand.execute("DELETE FROM audit WHERE id = ?", (UUID(entry).hex,))
    assert faults(site) == [("removed", entry)]


def test_an_entry_put_in_later_is_named(site: Settings, hand: sqlite3.Connection) -> None:
    between = UUID(int=UUID(at(hand, 0)).int - (3_600_000 << 80))
    hand.execute(
        "INSERT INTO audit (id, at, access, resource, target, detail) "
        "VALUES (?, '2026-01-01 00:00:00.000000', 'read', 'report', '', '')",
        (between.hex,),
    )
    assert faults(site) == [("inserted", str(between))]


def test_entries_that_changed_places_are_found(site: Settings, hand: sqlite3.Connection) -> None:
    hand.execute("UPDATE audit_leaves SET number = -1 WHERE number = 3")
    hand.execute("UPDATE audit_leaves SET number = 3 WHERE number = 4")
    hand.execute("UPDATE audit_leaves SET number = 4 WHERE number = -1")
    assert {wrong for wrong, _ in faults(site)} == {"moved"}


def test_an_entry_that_went_with_its_leaf_is_found(
    site: Settings, hand: sqlite3.Connection
) -> None:
    entry = UUID(at(hand, 3))
    hand.execute("DELETE FROM audit WHERE id = ?", (entry.hex,))
    hand.execute("DELETE FROM audit_leaves WHERE number = 3")
    assert faults(site)[0] == ("moved", "place 3")


def forged(site: Settings, hand: sqlite3.Connection, key: Ed25519PrivateKey) -> None:
    """The whole tree is made anew over what somebody has changed."""
    hand.execute("UPDATE audit SET account_id = NULL WHERE id = ?", (UUID(at(hand, 3)).hex,))
    hand.execute("DELETE FROM audit_leaves")
    hand.execute("DELETE FROM audit_heads")
    engine = create_engine(f"sqlite:///{site.data_dir / 'huizhen.sqlite'}")
    with engine.begin() as connection:
        take_in(connection, key, datetime.now(UTC), look_at_all=True)
    engine.dispose()


def test_a_tree_made_anew_lacks_the_signature(site: Settings, hand: sqlite3.Connection) -> None:
    forged(site, hand, Ed25519PrivateKey.generate())
    assert {wrong for wrong, _ in faults(site)} == {"unsigned"}


def test_who_has_the_key_too_is_found_by_a_head_that_somebody_kept(
    site: Settings, hand: sqlite3.Connection, past: Path
) -> None:
    forged(site, hand, evidence_key(site.data_dir))
    assert looked(site)[0]
    heads = sorted((past / "heads").glob("*.json"))
    assert ("another", f"size {int(heads[-1].stem[-12:])}") in faults(site, heads=heads)


def test_kept_heads_fit_a_trail_nobody_touched(site: Settings, past: Path) -> None:
    assert looked(site, heads=sorted((past / "heads").glob("*.json")))[0]


def test_the_database_itself_refuses(site: Settings) -> None:
    path = site.data_dir / "huizhen.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        for table in ("audit", "audit_leaves", "audit_heads"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                plain.execute(f"DELETE FROM {table}")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain.execute("UPDATE audit SET detail = 'x'")


def test_an_entry_is_proven_without_the_database(
    site: Settings, hand: sqlite3.Connection, tmp_path: Path
) -> None:
    said: Rows = []
    assert run(site, AuditOrder("prove", entry=UUID(at(hand, 3))), said.append)
    proof, key = tmp_path / "proof.json", said[0]["head"]["public_key"]
    proof.write_text(json.dumps(said[0]))
    elsewhere = Settings(data_dir=tmp_path / "nowhere")
    assert run(elsewhere, AuditOrder("check", proof=proof, public_key=key), said.append)
    other = {**said[0], "entry": said[0]["entry"].replace("create", "delete")}
    proof.write_text(json.dumps(other))
    assert not run(elsewhere, AuditOrder("check", proof=proof, public_key=key), said.append)


def test_the_command_ends_with_a_refusal_and_says_where(
    site: Settings, hand: sqlite3.Connection
) -> None:
    server = ServerProcess(site.data_dir)
    assert json.loads(server.command("audit", "verify").splitlines()[-1])["wrong"] == 0
    assert json.loads(server.command("audit", "head"))["size"] > 10
    hand.execute("UPDATE audit SET detail = 'x' WHERE id = ?", (UUID(at(hand, 3)).hex,))
    with pytest.raises(RuntimeError, match="not what was written and signed"):
        server.command("audit", "verify")


@pytest.mark.both_databases
def test_a_running_server_takes_everything_in(valley: Valley, server: ServerProcess) -> None:
    valley.doctor.get(paths.CONSULTATION, consultation_id=open_case(valley))
    told: Rows = []
    settings = Settings(data_dir=server.data_dir, database_url=server.database)
    for _ in range(PATIENCE):
        assert run(settings, AuditOrder("verify"), told.append)
        if not told[-1]["waiting"]:
            break
    assert told[-1]["entries"] > 0


@pytest.mark.both_databases
def test_on_either_database_nothing_is_changed_or_removed(server: ServerProcess) -> None:
    for statement in (delete(AuditRow), update(AuditRow).values(detail="x"), delete(AuditLeafRow)):
        with pytest.raises(DBAPIError, match="append-only"):
            rows(server, statement)


def test_where_somebody_asked_from_and_what_was_not_done(site: Settings) -> None:
    server = ServerProcess(site.data_dir)
    with server:
        town = Town(server.url, trusting(server.ca))
        wrong = {"username": ADMIN, "password": "another long password"}
        with town.client() as stranger:
            assert stranger.post(paths.SESSION, json=wrong).status_code == 401
        town.close()
        asked = select(AuditRow.origin, AuditRow.outcome).where(AuditRow.resource == "session")
        assert ("127.0.0.1", "wrong_password") in rows(server, asked)
        assert ("127.0.0.1", None) in rows(server, asked)
