"""`huizhen-server audit`: what is done to the trail behind the server's back is found and named."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from protocol.base import new_id
from server.domain.merkle import includes, leaf_hash
from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store import evidence_proofs
from server.store.errors import EvidenceUnusable
from server.store.evidence import COLUMNS, entry_bytes, take_in
from server.store.evidence_tables import AuditLeafRow
from server.store.kept_head import NAME as KEPT_HEAD
from server.store.kept_head import KeptHead
from server.store.kept_secrets import evidence_key
from server.store.tables import AuditRow
from tests.server.edge import until
from tests.server.process import ServerProcess
from tests.server.touched import (
    Rows,
    at,
    change,
    database,
    earlier,
    faults,
    hand,
    looked,
    put_in,
    site,
    without_the_file,
)

PATIENCE = 200

__all__ = ["hand", "site"]


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


def test_a_time_that_is_none_any_more_is_named_like_any_change(
    site: Settings, hand: sqlite3.Connection
) -> None:
    entry, other = at(hand, 3), at(hand, 5)
    hand.execute("UPDATE audit SET at = 'garbage' WHERE id = ?", (UUID(entry).hex,))
    hand.execute("UPDATE audit SET detail = 'x' WHERE id = ?", (UUID(other).hex,))
    assert faults(site) == [("changed", entry), ("changed", other)]


def test_a_removed_entry_is_named(site: Settings, hand: sqlite3.Connection) -> None:
    entry = at(hand, 3)
    hand.execute("DELETE FROM audit WHERE id = ?", (UUID(entry).hex,))
    assert faults(site) == [("removed", entry)]


def test_an_entry_put_in_later_is_named(site: Settings, hand: sqlite3.Connection) -> None:
    between = earlier(at(hand, 0), timedelta(hours=1))
    put_in(hand, between, datetime.now(UTC))
    assert faults(site) == [("inserted", str(between))]


@pytest.mark.parametrize(
    ("done", "wrong"),
    [
        ("audit_heads SET public_key = 'another'", {"changed"}),
        ("audit_heads SET peaks = '00'", {"changed"}),
        ("audit_heads SET signed_at = 'then'", {"unsigned"}),
        ("audit_heads SET root = 'x', signature = 'x'", {"unsigned", "moved"}),
        ("audit SET id = 'x' WHERE id = ?", {"removed", "inserted"}),
        ("audit SET id = '' WHERE id = ?", {"removed", "inserted"}),
        ("audit SET detail = x'ff' WHERE id = ?", {"changed"}),
        ("audit SET access = x'ff' WHERE id = ?", {"changed"}),
        ("audit_leaves SET entry_id = 'x' WHERE entry_id = ?", {"removed"}),
        ("audit_leaves SET hash = 'x' WHERE entry_id = ?", {"changed", "moved", "another"}),
    ],
)
def test_what_no_server_writes_is_named_and_keeps_nothing_else_from_being_read(
    site: Settings, hand: sqlite3.Connection, done: str, wrong: set[str]
) -> None:
    entry = (UUID(at(hand, 3)).hex,) if "?" in done else ()
    hand.execute(f"UPDATE {done}", entry)
    other = change(hand, 5)
    found = faults(site)
    assert {one for one, _ in found} == wrong | {"changed"}
    assert ("changed", other) in found


def test_entries_that_changed_places_are_found(site: Settings, hand: sqlite3.Connection) -> None:
    hand.execute("UPDATE audit_leaves SET number = -1 WHERE number = 3")
    hand.execute("UPDATE audit_leaves SET number = 3 WHERE number = 4")
    hand.execute("UPDATE audit_leaves SET number = 4 WHERE number = -1")
    assert {wrong for wrong, _ in faults(site)} == {"moved", "another"}


def test_an_entry_that_went_with_its_leaf_is_found(
    site: Settings, hand: sqlite3.Connection
) -> None:
    entry = UUID(at(hand, 3))
    hand.execute("DELETE FROM audit WHERE id = ?", (entry.hex,))
    hand.execute("DELETE FROM audit_leaves WHERE number = 3")
    assert faults(site)[0] == ("moved", "place 3")


def remade(site: Settings, hand: sqlite3.Connection, key: Ed25519PrivateKey) -> None:
    """The whole tree is made anew over what somebody has changed."""
    change(hand, 3)
    hand.execute("DELETE FROM audit_leaves")
    hand.execute("DELETE FROM audit_heads")
    with database(site) as connection:
        take_in(connection, key, datetime.now(UTC))


def refused(site: Settings) -> list[str]:
    """Why a server of this site builds on the tree no longer."""
    with ServerProcess(site.data_dir) as server:
        until(lambda: "evidence.touched" in server.complaints(), "refused")
        lines = map(json.loads, server.complaints().splitlines())
        return [one["why"] for one in lines if one["event"] == "evidence.touched"]


def test_a_tree_made_anew_lacks_the_signature(site: Settings, hand: sqlite3.Connection) -> None:
    remade(site, hand, Ed25519PrivateKey.generate())
    without_the_file(site)
    assert {wrong for wrong, _ in faults(site)} == {"unsigned"}


def test_who_has_the_key_too_is_found_by_a_head_that_somebody_kept(
    site: Settings, hand: sqlite3.Connection, past: Path
) -> None:
    remade(site, hand, evidence_key(site.data_dir))
    without_the_file(site)
    assert looked(site)[0]
    heads = sorted((past / "heads").glob("*.json"))
    assert ("another", f"size {int(heads[-1].stem[-12:])}") in faults(site, heads=heads)


def test_a_changed_leaf_without_any_head_is_found(site: Settings, hand: sqlite3.Connection) -> None:
    entry = change(hand, 3)
    with database(site) as connection:
        said = connection.execute(select(*COLUMNS).where(AuditRow.id == UUID(entry))).one()
    leaf = leaf_hash(entry_bytes(said))
    hand.execute("UPDATE audit_leaves SET hash = ? WHERE number = 3", (leaf,))
    hand.execute("DELETE FROM audit_heads")
    without_the_file(site)
    assert faults(site) == [("unsigned", "from place 0")]


def test_an_end_that_was_cut_off_with_its_heads_is_found(
    site: Settings, hand: sqlite3.Connection
) -> None:
    kept = KeptHead(site.data_dir).read()
    assert kept is not None
    before = hand.execute("SELECT max(size) FROM audit_heads WHERE size < ?", (kept.size,))
    (size,) = before.fetchone()
    gone = "SELECT entry_id FROM audit_leaves WHERE number >= ?"
    hand.execute(f"DELETE FROM audit WHERE id IN ({gone})", (size,))
    hand.execute("DELETE FROM audit_leaves WHERE number >= ?", (size,))
    hand.execute("DELETE FROM audit_heads WHERE size > ?", (size,))
    assert faults(site) == [("another", f"size {kept.size}")]
    assert refused(site) == [f"the head of size {kept.size} is not in the database any more"]


def test_no_server_signs_a_forged_trail_anew(site: Settings, hand: sqlite3.Connection) -> None:
    change(hand, 3)
    hand.execute("DELETE FROM audit_leaves")
    hand.execute("DELETE FROM audit_heads")
    assert refused(site)
    assert hand.execute("SELECT count(*) FROM audit_heads").fetchone() == (0,)
    assert "another" in {wrong for wrong, _ in faults(site)}


def test_an_entry_that_is_put_in_is_named_even_when_the_server_has_signed_it(
    site: Settings, hand: sqlite3.Connection
) -> None:
    entry = earlier(at(hand, 0), timedelta(hours=1))
    put_in(hand, entry, datetime.now(UTC) - timedelta(hours=1))
    key = evidence_key(site.data_dir)
    with database(site) as connection:
        taken = take_in(connection, key, datetime.now(UTC), among=[entry])
    assert taken.backdated == (entry,)
    assert faults(site) == [("backdated", str(entry))]


@pytest.mark.parametrize("days", [-30, 30])
def test_an_entry_that_says_another_time_than_its_id_is_named(
    site: Settings, hand: sqlite3.Connection, days: int
) -> None:
    entry = new_id()
    put_in(hand, entry, datetime.now(UTC) + timedelta(days=days))
    with database(site) as connection:
        assert take_in(connection, evidence_key(site.data_dir), datetime.now(UTC)).count == 1
    assert faults(site) == [("backdated", str(entry))]


def test_of_several_machines_one_with_another_key_says_so(
    site: Settings, hand: sqlite3.Connection
) -> None:
    without_the_file(site)
    (site.data_dir / "secrets" / "evidence.key").unlink()
    assert "secrets/evidence.key" in refused(site)[0]


def test_after_a_loss_the_trail_goes_on_and_says_without_what(
    site: Settings, hand: sqlite3.Connection
) -> None:
    lost = json.loads((site.data_dir / KEPT_HEAD).read_text())
    remade(site, hand, evidence_key(site.data_dir))
    server = ServerProcess(site.data_dir)
    hand.execute("DELETE FROM audit_heads WHERE size = ?", (lost["size"],))
    hand.execute("DELETE FROM audit_leaves")
    server.command("audit", "go-on", "--because", "the disk failed")
    with server:
        until(lambda: KeptHead(site.data_dir).read() is not None, "a head is kept")
    well, said = looked(site)
    assert well
    (act,) = [one for one in said if one.get("trail") == "gone_on"]
    assert json.loads(act["detail"]) == {
        "because": "the disk failed",
        "root": lost["root"],
        "size": lost["size"],
    }


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


def consistency(site: Settings, kept: Path) -> tuple[bool, dict[str, Any]]:
    said: Rows = []
    well = run(site, AuditOrder("consistency", heads=[kept]), said.append)
    return well, said[0]


def test_who_has_kept_a_head_sees_offline_that_it_is_still_the_beginning(
    site: Settings, past: Path, tmp_path: Path
) -> None:
    """A head that was put out is of the past; entries came after it."""
    kept, *_ = sorted((past / "heads").glob("*.json"))
    well, proof = consistency(site, kept)
    assert well
    assert proof["kept"]["size"] < proof["head"]["size"]
    file, elsewhere = tmp_path / "proof.json", Settings(data_dir=tmp_path / "nowhere")
    said: Rows = []

    def checked(body: dict[str, Any], head: Path = kept) -> bool:
        file.write_text(json.dumps(body))
        key = proof["head"]["public_key"]
        order = AuditOrder("check", proof=file, public_key=key, heads=[head])
        return run(elsewhere, order, said.append)

    assert checked(proof)
    assert not checked({**proof, "path": proof["path"][::-1]})
    other = tmp_path / "other.json"
    other.write_text(json.dumps(proof["head"]))
    assert not checked(proof, other), "a proof that begins with another head than the kept"
    forged = {**proof["head"], "size": proof["head"]["size"] + 1}
    assert not checked({**proof, "head": forged})
    other.write_text(json.dumps({**proof["kept"], "signature": "AAAA"}))
    with pytest.raises(EvidenceUnusable, match="not signed by this site"):
        consistency(site, other)


def test_no_trail_that_was_made_anew_is_proven_to_begin_with_a_kept_head(
    site: Settings, hand: sqlite3.Connection, past: Path
) -> None:
    *_, kept = sorted((past / "heads").glob("*.json"))
    remade(site, hand, evidence_key(site.data_dir))
    hand.execute("UPDATE audit_heads SET public_key = 'another'")  # no head is blamed for that
    assert not consistency(site, kept)[0]
    hand.executescript("DELETE FROM audit_leaves; DELETE FROM audit_heads")
    assert consistency(site, kept) == (
        False,
        {"wrong": "another", "where": f"size {json.loads(kept.read_text())['size']}"},
    )


def test_every_entry_is_proven_also_across_blocks(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_proofs, "_BLOCK", 4)
    with database(site) as connection:
        proofs = evidence_proofs.Proofs(connection)
        assert proofs.head is not None
        found = [proofs.of(one) for one in connection.scalars(select(AuditLeafRow.entry_id)).all()]
    assert len(found) == proofs.head.size > 16
    root = bytes.fromhex(proofs.head.root)
    for one in found:
        assert one is not None
        leaf, path = leaf_hash(one["entry"].encode()), [bytes.fromhex(p) for p in one["path"]]
        assert includes(leaf, one["number"], proofs.head.size, path, root)


def test_the_command_ends_with_a_refusal_and_says_where(
    site: Settings, hand: sqlite3.Connection
) -> None:
    server = ServerProcess(site.data_dir)
    assert json.loads(server.command("audit", "verify").splitlines()[-1])["wrong"] == 0
    assert json.loads(server.command("audit", "head"))["size"] > 10
    hand.execute("UPDATE audit SET detail = 'x' WHERE id = ?", (UUID(at(hand, 3)).hex,))
    with pytest.raises(RuntimeError, match="not what was written and signed"):
        server.command("audit", "verify")
