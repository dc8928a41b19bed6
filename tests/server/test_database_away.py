"""The database of a province goes away and comes back: told, nothing lost, nothing done twice."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from protocol import paths
from protocol.errors import ErrorCode
from server.api.rest import session
from server.store.engine import open_engine
from server.store.errors import DatabaseAway
from server.store.facts import Facts
from server.store.room import told_when_away
from tests.server.conftest import trusting
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import ADMIN, PASSWORD, Town, make_valley, open_case, submitted_case
from tests.server.postgres import Postgres, postgres
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.stores import sqlite_in


def test_a_file_that_another_program_holds_is_away_and_not_broken() -> None:
    held = sqlite3.OperationalError("database is locked")
    held.sqlite_errorname = "SQLITE_BUSY"
    with pytest.raises(DatabaseAway), told_when_away():
        raise OperationalError("SELECT 1", None, held)


async def test_an_error_of_the_database_names_nobody(tmp_path: Path) -> None:
    engine = open_engine(sqlite_in(tmp_path))
    async with engine.connect() as one:
        with pytest.raises(OperationalError) as told:
            await one.execute(text("SELECT * FROM nowhere WHERE name = :n"), {"n": "何小溪"})
    await engine.dispose()
    assert "何小溪" not in str(told.value)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    """One of its own: the suite's server lives on the other."""
    with postgres() as running:
        yield running


@pytest.fixture
def centre(cluster: Postgres, tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(
        tmp_path, {"HUIZHEN_DATABASE_URL": cluster.database(), "HUIZHEN_OFFER_RINGS_S": "2"}
    )
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


async def test_a_restarted_database_is_told_and_work_goes_on(
    centre: ServerProcess, cluster: Postgres
) -> None:
    context = trusting(centre.ca)
    town = Town(centre.url, context)
    valley = make_valley(town)
    case_id = open_case(valley)
    cluster.stop("immediate")
    try:
        answer = valley.doctor.send("GET", paths.CONSULTATION, consultation_id=case_id)
        assert answer.status_code == 503
        assert answer.json()["code"] == ErrorCode.UNAVAILABLE
        assert int(answer.headers["retry-after"]) > 0
        assert "try again" in answer.json()["title"]
    finally:
        cluster.start()
    answer = valley.doctor.send("GET", paths.CONSULTATION, consultation_id=case_id)
    assert answer.status_code == 200
    town.close()


def test_of_a_database_that_says_nothing_the_proxy_hears_before_it_gives_up_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that hangs answers no connection and ends none."""
    server = InProcess(tmp_path)
    town = TownWithin(server)
    monkeypatch.setattr(session, "HEALTH_S", 0.05)

    async def silence(_facts: Facts) -> int:
        await asyncio.sleep(3600)
        return 0

    monkeypatch.setattr(Facts, "latest", silence)
    answer = town.admin.http.get(paths.HEALTH)
    assert (answer.status_code, answer.json()["code"]) == (503, ErrorCode.UNAVAILABLE)
    town.close()
    server.end()


async def test_a_clock_that_ran_out_meanwhile_is_taken_once_the_database_is_back(
    centre: ServerProcess, cluster: Postgres
) -> None:
    context = trusting(centre.ca)
    town = Town(centre.url, context)
    valley = make_valley(town)
    async with signed_in(town.url, context, valley.expert.tokens.access_token) as expert:
        case_id = submitted_case(valley)
        rang = await expert.hear("offer_rang")
        cluster.stop("immediate")
        cluster.start()
        ended = await expert.hear("offer_ended")
        assert (ended["offer_id"], ended["how"]) == (rang["offer"]["id"], "expired")
    timeline = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    expired = [one for one in timeline if one["action"] == "offer_expired"]
    assert len(expired) == 1
    town.close()
