"""`huizhen-server doctor`: each likely mistake is found, with its mend; nothing is changed."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.doctor import Finding, Verdict, examine
from server.settings import Settings
from tests.bench.processes import free_port
from tests.server.people import ADMIN, PASSWORD
from tests.server.process import ServerProcess

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site that has run once, with nobody but an administrator."""
    made = tmp_path_factory.mktemp("site") / "data"
    server = ServerProcess(made)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        pass
    return made


@pytest.fixture
def site(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def found(settings: Settings, check: str, now: datetime = NOW) -> Finding | None:
    """The worst thing said of one check."""
    order = list(Verdict)
    said = [one for one in examine(settings, lambda: now) if one.check == check]
    return max(said, key=lambda one: order.index(one.verdict), default=None)


def bad(settings: Settings, check: str, now: datetime = NOW) -> str:
    one = found(settings, check, now)
    assert one is not None
    assert one.verdict is Verdict.BAD, one
    assert one.mend, "what is bad has its mend"
    return one.found


def look(settings: Settings, check: str, now: datetime = NOW) -> str:
    one = found(settings, check, now)
    assert one is not None
    assert one.verdict is Verdict.LOOK, one
    assert one.mend
    return one.found


def with_(settings: Settings, **more: object) -> Settings:
    return settings.model_copy(update=more)


def test_a_site_that_works_has_nothing_bad(site: Settings) -> None:
    assert not [one for one in examine(site, lambda: NOW) if one.verdict is Verdict.BAD]


def test_before_the_first_start_nothing_is_bad_and_nothing_is_made(tmp_path: Path) -> None:
    new = Settings(data_dir=tmp_path / "none")
    assert not [one for one in examine(new, lambda: NOW) if one.verdict is Verdict.BAD]
    assert list(tmp_path.iterdir()) == []


def test_others_may_read_the_data(site: Settings, folder: Path) -> None:
    folder.chmod(0o755)
    assert "other users may read" in bad(site, "data folder")
    folder.chmod(0o700)


def test_a_certificate_runs_out(site: Settings) -> None:
    assert "good until" in look(site, "certificate", NOW + timedelta(days=380))
    assert "not valid" in bad(site, "certificate", NOW + timedelta(days=400))


def test_a_certificate_is_for_another_name(site: Settings) -> None:
    public = with_(site, public_url="https://huizhen.example")
    assert "huizhen.example" in bad(public, "certificate")


def test_nobody_else_reaches_the_address(site: Settings) -> None:
    assert "only programs on this computer" in look(site, "address")
    assert "no other computer" in bad(with_(site, tls_names=("huizhen.example",)), "address")


def test_the_database_is_not_there(site: Settings) -> None:
    away = f"postgresql+asyncpg://huizhen:secret@127.0.0.1:{free_port()}/huizhen"
    said = bad(with_(site, database_url=away), "database")
    assert "secret" not in said


def test_postgresql_without_redis_carries_one_process(site: Settings) -> None:
    away = f"postgresql+asyncpg://127.0.0.1:{free_port()}/huizhen"
    assert "exactly one" in look(with_(site, database_url=away), "several processes")


def test_the_clock_stands_before_the_newest_entry(site: Settings) -> None:
    assert "before the newest entry" in bad(site, "clock", NOW - timedelta(days=2))


def test_the_key_file_is_gone(site: Settings, tmp_path: Path) -> None:
    assert "not there" in bad(with_(site, key_file=tmp_path / "away.json"), "stored images")


def test_nobody_can_consult_anybody(site: Settings) -> None:
    assert "requester" in look(site, "people")


def test_calls_have_no_relay(site: Settings) -> None:
    assert "no relay" in look(site, "calls")
    assert "no relay" in bad(with_(site, ice_transport_policy="relay"), "calls")
    assert "secret" in bad(with_(site, turn_urls=("turn:relay.example:3478",)), "calls")


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_counterpart_does_not_answer(site: Settings, listener: int) -> None:
    away = with_(site, smtp_host="127.0.0.1", smtp_port=free_port())
    assert "does not answer" in bad(away, "HUIZHEN_SMTP_HOST")
    there = found(with_(site, smtp_host="127.0.0.1", smtp_port=listener), "HUIZHEN_SMTP_HOST")
    assert there is not None
    assert there.verdict is Verdict.FINE


def test_there_is_no_backup_or_an_old_one(site: Settings, folder: Path) -> None:
    assert "none was ever taken" in look(site, "backups")
    (folder / "last-backup").write_text((NOW - timedelta(days=3)).isoformat())
    assert "the last was taken" in look(site, "backups")
    (folder / "last-backup").write_text(NOW.isoformat())
    fresh = found(site, "backups")
    assert fresh is not None
    assert fresh.verdict is Verdict.FINE
    (folder / "last-backup").unlink()


def test_the_command_says_it_for_people_and_for_programs(folder: Path) -> None:
    server = ServerProcess(folder)
    assert "→ huizhen-server user add" in server.command("doctor")
    rows = [json.loads(line) for line in server.command("doctor", "--json").splitlines()]
    assert {"check", "verdict", "found"} <= set(rows[0])
    server.set("HUIZHEN_ICE_TRANSPORT_POLICY", "relay")
    with pytest.raises(RuntimeError, match="must be mended"):
        server.command("doctor")
