"""Entries of the trail that are in no tree: which may wait, and which nobody has signed for."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from protocol.base import new_id
from server import cli
from server.evidence import AuditOrder, run
from server.programs import ServerPrograms
from server.settings import Settings
from server.store.errors import BackupUnusable, DatabaseUnavailable, EntriesUnsealed
from server.store.operator import operator
from server.store.serving import serving
from tests.server.conftest import trusting
from tests.server.people import PASSWORD, Town
from tests.server.postgres import Postgres
from tests.server.process import ServerProcess
from tests.server.touched import Rows, earlier, faults, hand, looked, put_in, site, without_the_file

__all__ = ["hand", "site"]


def unsealed(site: Settings, **more: Any) -> Rows:
    said: Rows = []
    with pytest.raises(EntriesUnsealed, match="nobody has signed"):
        run(site, AuditOrder("verify", **more), said.append)
    assert said[-1]["wrong"] == 0
    return said


def test_an_entry_put_into_a_stopped_database_is_named_also_when_it_is_new(
    site: Settings, hand: sqlite3.Connection
) -> None:
    """No server is there that would take it in, and one that is stopped leaves nothing."""
    now = new_id()
    put_in(hand, now, datetime.now(UTC))
    said = unsealed(site)
    (line,) = [one for one in said if "entry" in one]
    assert (line["unsealed"], line["entry"]) == (str(now), "read report")
    assert (said[-1]["waiting"], said[-1]["unsealed"]) == (0, 1)
    with serving(site.database):
        well, said = looked(site)
        assert well
        assert [one["waiting"] for one in said if "entry" in one] == [str(now)]
        put_in(hand, old := earlier(str(now), timedelta(minutes=1, seconds=59)), datetime.now(UTC))
        assert [one["waiting"] for one in looked(site)[1] if "entry" in one] == [str(old), str(now)]


def test_entries_that_a_server_does_not_take_in_although_it_runs_are_named(
    site: Settings, hand: sqlite3.Connection
) -> None:
    hand.execute("DELETE FROM audit")
    hand.execute("DELETE FROM audit_leaves")
    hand.execute("DELETE FROM audit_heads")
    without_the_file(site)
    old = earlier(str(new_id()), timedelta(minutes=3))
    put_in(hand, old, datetime.now(UTC) - timedelta(minutes=3))
    with serving(site.database):
        assert [one["unsealed"] for one in unsealed(site) if "entry" in one] == [str(old)]


def test_what_a_command_has_done_is_in_the_tree_when_it_ends_with_who_ran_it(
    site: Settings, hand: sqlite3.Connection
) -> None:
    server, before = ServerProcess(site.data_dir), looked(site)[1][-1]["entries"]
    server.add_user("he.it", PASSWORD, name="何工", roles=["admin"])
    with pytest.raises(RuntimeError, match="nothing holds the tree up"):
        server.command("audit", "go-on", "--because", "tried")
    server.command("begin-anew", "--because", "tried")
    well, said = looked(site)
    assert well
    assert said[-1]["entries"] - before == 2
    newest = "SELECT resource, origin FROM audit ORDER BY id DESC LIMIT 2"
    assert hand.execute(newest).fetchall() == [("trail", operator()), ("account", operator())]


def test_looking_at_a_copy_changes_no_byte_of_it(
    site: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its log, as of a server that runs; or at a place where nothing can be written."""
    there = site.data_dir / "huizhen.sqlite"
    with closing(sqlite3.connect(there, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE more (x)")
        copy = tmp_path / "a copy #1"
        shutil.copytree(site.data_dir, copy)
    before = {one.name: one.read_bytes() for one in copy.glob("huizhen.sqlite*")}
    assert before["huizhen.sqlite-wal"]
    assert looked(Settings(data_dir=copy))[0]
    for name in ("huizhen.sqlite", "huizhen.sqlite-wal"):
        assert (copy / name).read_bytes() == before[name]
    monkeypatch.setattr(os, "access", lambda *_asked: False)
    files = set(site.data_dir.iterdir())
    assert looked(site)[0]
    assert set(site.data_dir.iterdir()) == files, "no file of SQLite's own beside it"


@pytest.mark.parametrize("revision", ["0044", "base", "4711"])
def test_tables_go_back_only_where_no_server_works_and_only_to_known_ones(
    site: Settings, revision: str
) -> None:
    with serving(site.database), pytest.raises(BackupUnusable, match="stop it first"):
        ServerPrograms().migrate(site, revision)
    if revision != "0044":
        with pytest.raises(DatabaseUnavailable, match="Nothing was changed"):
            ServerPrograms().migrate(site, revision)
    assert looked(site)[0]


def test_what_a_killed_server_left_is_named_until_the_next_has_taken_it_in(
    site: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = ServerProcess(site.data_dir, {"HUIZHEN_AUDIT_SEALED_EVERY_S": "3600"})
    server.start()
    town = Town(server.url, trusting(server.ca))
    town.person("auditor")
    town.close()
    server.kill()
    monkeypatch.setenv("HUIZHEN_DATA_DIR", str(site.data_dir))
    assert cli.run(["audit", "verify"], ServerPrograms()) == cli.UNSEALED
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["unsealed"] > 0
    with server:
        pass
    assert looked(site)[0], "one that is stopped in order leaves nothing"


def test_on_postgresql_it_is_named_just_so(cluster: Postgres, tmp_path: Path) -> None:
    site = Settings(data_dir=tmp_path, database_url=cluster.database())
    server = ServerProcess(tmp_path, {"HUIZHEN_DATABASE_URL": site.database})
    server.add_user("he.it", PASSWORD, name="何工", roles=["admin"])
    assert looked(site)[1][-1]["entries"] == 1, "the command has taken it in"

    def by_hand(statement: str) -> None:
        protected = "SET session_replication_role = replica;"  # no trigger looks
        cluster.ask(f"{protected} {statement}", site.database.rpartition("/")[2])

    columns, values = "id, at, access, resource, target, detail", "now(), 'read', 'report', '', ''"
    by_hand(f"INSERT INTO audit ({columns}) VALUES ('{new_id()}', {values})")
    assert unsealed(site)[-1]["unsealed"] == 1
    by_hand("UPDATE audit_heads SET public_key = 'another'")
    assert {wrong for wrong, _ in faults(site)} == {"changed"}
