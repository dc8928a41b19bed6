"""What a running server keeps of the trail, on either database."""

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from protocol import paths
from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store.evidence_tables import AuditHeadRow, AuditLeafRow
from server.store.tables import AuditRow
from tests.server.people import Town, Valley, open_case
from tests.server.process import ServerProcess
from tests.server.tables import rows

PATIENCE = 200
HEAD = "peaks, root, signed_at, public_key, signature"
REPLACING = (
    "audit SELECT * FROM audit",
    "audit_leaves SELECT * FROM audit_leaves",
    "audit_leaves SELECT number + 1000000, entry_id, hash FROM audit_leaves",
    "audit_heads SELECT * FROM audit_heads",
    f"audit_heads (rowid, size, {HEAD}) SELECT rowid, size + 1000000, {HEAD} FROM audit_heads",
)
"""Each takes the place of rows that are there, by one of their keys."""


@pytest.mark.both_databases
def test_a_running_server_takes_everything_in(valley: Valley, server: ServerProcess) -> None:
    valley.doctor.get(paths.CONSULTATION, consultation_id=open_case(valley))
    told: list[dict[str, object]] = []
    settings = Settings(data_dir=server.data_dir, database_url=server.database)
    for _ in range(PATIENCE):
        assert run(settings, AuditOrder("verify"), told.append)
        if not told[-1]["waiting"]:
            break
    assert told[-1]["entries"] != 0


@pytest.mark.both_databases
def test_on_either_database_nothing_is_changed_or_removed(server: ServerProcess) -> None:
    for statement in (delete(AuditRow), update(AuditRow).values(detail="x"), delete(AuditLeafRow)):
        with pytest.raises(DBAPIError, match="append-only"):
            rows(server, statement)


@pytest.mark.parametrize("statement", REPLACING)
def test_nothing_in_sqlite_takes_the_place_of_what_is_there(
    server: ServerProcess, town: Town, statement: str
) -> None:
    town.person("auditor")  # something is in the trail, and soon in the tree
    count = select(func.count()).select_from(AuditHeadRow)
    for _ in range(PATIENCE):
        if rows(server, count) != [(0,)]:
            break
    with pytest.raises(DBAPIError, match="append-only"):
        rows(server, text(f"INSERT OR REPLACE INTO {statement}"))


def test_no_row_in_sqlite_takes_a_place_that_the_next_ones_are_refused_for(
    server: ServerProcess, town: Town
) -> None:
    """An INSERT that names no `rowid` has an undefined one until it is done."""
    names = [one.name for one in AuditRow.__table__.columns]
    into = f"INSERT INTO audit (rowid, {', '.join(names)})"
    values = ", ".join(["lower(hex(randomblob(16)))", *names[1:]])
    for place in (-1, 0):
        with pytest.raises(DBAPIError, match="append-only"):
            rows(server, text(f"{into} SELECT {place}, {values} FROM audit LIMIT 1"))
    town.person("auditor")  # which is noted


@pytest.mark.both_databases
def test_where_somebody_asked_from_and_what_was_not_done(
    valley: Valley, town: Town, server: ServerProcess
) -> None:
    wrong = {"username": valley.doctor.username, "password": "another long password"}
    with town.client() as stranger:
        assert stranger.post(paths.SESSION, json=wrong).status_code == 401
    asked = select(AuditRow.origin, AuditRow.outcome).where(AuditRow.resource == "session")
    found = rows(server, asked.where(AuditRow.account_id == valley.doctor.id))
    assert set(found) == {("127.0.0.1", "wrong_password"), ("127.0.0.1", None)}
