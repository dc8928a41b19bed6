"""What commands do that matters stands in the trail: what, how many, and who ran it."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from server import backups, key_command
from server.backups import BackupOrder
from server.evidence import AuditOrder, run
from server.key_command import KeyOrder
from server.programs import ServerPrograms
from server.settings import Settings
from server.store.errors import DatabaseUnavailable, ExportUnusable
from server.store.kek import KeptIn
from server.store.operator import operator
from tests.server.touched import hand, looked, site

__all__ = ["hand", "site"]


def newest(hand: sqlite3.Connection, count: int = 1) -> list[tuple[str, str]]:
    """Target and detail of what was done last, which the operator's name goes with."""
    asked = "SELECT target, detail, origin FROM audit ORDER BY id DESC LIMIT ?"
    found = hand.execute(asked, (count,)).fetchall()
    assert {origin for _, _, origin in found} == {operator()}
    return [(target, detail) for target, detail, _ in reversed(found)]


def quiet(_said: object) -> None: ...


def test_keys_backups_and_exports(site: Settings, hand: sqlite3.Connection, tmp_path: Path) -> None:
    key_command.run(site, KeyOrder("rotate", forget_old=True), quiet)
    ((target, detail),) = newest(hand)
    assert target == "keys_rotated"
    assert {"done=True", "failed=0", "forgotten=1"} <= set(detail.split())
    key_command.run(site, KeyOrder("seal"), quiet)
    ((target, detail),) = newest(hand)
    assert (target, "done=True" in detail) == ("rows_sealed", True)
    key_command.run(site, KeyOrder("move", to=KeptIn.FILE), quiet)
    assert newest(hand) == [("keys_moved", "done=True moved=0 to=file")]
    open_rows = site.model_copy(update={"seal_rows": False})
    key_command.run(open_rows, KeyOrder("unseal"), quiet)
    ((target, detail),) = newest(hand)
    assert (target, "done=True" in detail) == ("rows_unsealed", True)
    backups.run(site, BackupOrder("take", tmp_path / "backups"), quiet, "0")
    assert newest(hand) == [("backed_up", "")]
    run(site, AuditOrder("export", to=tmp_path / "trail.ndjson"), quiet)
    ((target, detail),) = newest(hand)
    exported = len((tmp_path / "trail.ndjson").read_text().splitlines())
    assert (target, detail.split()[0]) == ("exported", f"entries={exported}")
    assert looked(site)[0]


def test_keys_that_could_not_all_be_changed(
    site: Settings, hand: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_asked: object, **_more: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(key_command, "rotate", cut)
    with pytest.raises(KeyboardInterrupt):
        key_command.run(site, KeyOrder("rotate"), quiet)
    assert newest(hand) == [("keys_rotated", "done=False")]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere users have names only")
@pytest.mark.parametrize("who", ["4000000001", "root"])
def test_who_has_signed_in_is_named_and_not_whom_they_have_become(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """By their number, where this computer has no name for them."""
    login = tmp_path / "loginuid"
    login.write_text("0" if who == "root" else who)
    monkeypatch.setattr("server.store.operator._LOGIN", login)
    assert operator().partition("@")[0] == who


def test_older_tables(site: Settings) -> None:
    with closing(sqlite3.connect(site.data_dir / "huizhen.sqlite")) as plain:
        with pytest.raises(DatabaseUnavailable, match="keys unseal"):
            ServerPrograms().migrate(site, "0029")
        assert newest(plain, 2) == [("tables", "to=0029"), ("tables", "to=0029 done=False")]
        ServerPrograms().migrate(site, "0044")
        assert newest(plain) == [("tables", "to=0044")]


def test_a_case_says_why_and_leaves_only_where_its_file_can_be_written(
    site: Settings, hand: sqlite3.Connection, tmp_path: Path
) -> None:
    (number,) = hand.execute("SELECT number FROM consultations LIMIT 1").fetchone()
    before = hand.execute("SELECT count(*) FROM audit").fetchone()
    order = AuditOrder("case", case=number, to=tmp_path / "no" / "case.zip", because="法院调取")
    with pytest.raises(ExportUnusable, match="cannot be written"):
        run(site, order, quiet)
    assert hand.execute("SELECT count(*) FROM audit").fetchone() == before
    assert run(site, replace(order, to=tmp_path / "case.zip"), quiet)
    ((target, detail),) = newest(hand)
    assert (target, json.loads(detail)) == ("sealed", {"because": "法院调取", "images": False})
