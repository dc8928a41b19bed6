"""`huizhen-server doctor`: each likely mistake is found, with its mend; nothing is changed."""

import asyncio
import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.api.tls import server_identity
from server.doctor import examine
from server.doctor_finding import Finding, Verdict
from server.doctor_people import people
from server.setting_values import SettingsError
from server.settings import Settings
from server.store.log_parts import Head, LogParts
from server.store.object_choice import ring_of
from server.store.overview import overview
from server.store.wal import Place
from tests.bench.processes import free_port
from tests.fakes.authority import YEARS, Authority
from tests.fakes.softhsm import PIN, soft_token
from tests.server.people import ADMIN, PASSWORD
from tests.server.process import ServerProcess


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site that has run once, with nobody but an administrator."""
    made = tmp_path_factory.mktemp("site") / "data"
    server = ServerProcess(made)
    server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with server:
        pass
    return made


@pytest.fixture(scope="module")
def now(folder: Path) -> datetime:
    """A moment after the site was made: its certificate and its entries have real times."""
    assert folder.is_dir()
    return datetime.now(UTC)


@pytest.fixture
def site(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def found(settings: Settings, check: str, now: datetime) -> Finding | None:
    """The worst thing said of one check."""
    order = list(Verdict)
    said = [one for one in examine(settings, lambda: now) if one.check == check]
    return max(said, key=lambda one: order.index(one.verdict), default=None)


def bad(settings: Settings, check: str, now: datetime) -> str:
    one = found(settings, check, now)
    assert one is not None
    assert one.verdict is Verdict.BAD, one
    assert one.mend, "what is bad has its mend"
    return one.found


def test_tables_of_a_newer_program_are_not_taken_for_older_ones(
    folder: Path, tmp_path: Path, now: datetime
) -> None:
    shutil.copytree(folder, tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "huizhen.sqlite")) as one:
        one.execute("UPDATE alembic_version SET version_num = '9999'")
        one.commit()
    assert "newer than this program" in bad(Settings(data_dir=tmp_path / "data"), "database", now)


def look(settings: Settings, check: str, now: datetime) -> str:
    one = found(settings, check, now)
    assert one is not None
    assert one.verdict is Verdict.LOOK, one
    assert one.mend
    return one.found


def test_heads_that_do_not_get_to_where_others_keep_them_are_told(
    site: Settings, tmp_path: Path, now: datetime
) -> None:
    assert found(site, "heads of the trail", now) is None
    there = with_(site, audit_heads_dir=tmp_path / "heads")
    assert "not there" in bad(there, "heads of the trail", now)
    (tmp_path / "heads").mkdir()
    assert "none" in look(there, "heads of the trail", now)
    (tmp_path / "heads" / "audit-head-000000000001.json").write_text("{}")
    told = found(there, "heads of the trail", now)
    assert told is not None
    assert told.verdict is Verdict.FINE
    assert "newest" in look(there, "heads of the trail", now + timedelta(days=2))


def with_(settings: Settings, **more: object) -> Settings:
    return settings.model_copy(update=more)


def test_a_site_that_works_has_nothing_bad(site: Settings, now: datetime) -> None:
    assert not [one for one in examine(site, lambda: now) if one.verdict is Verdict.BAD]


def test_before_the_first_start_nothing_is_bad_and_nothing_is_made(
    tmp_path: Path, now: datetime
) -> None:
    new = Settings(data_dir=tmp_path / "none")
    assert not [one for one in examine(new, lambda: now) if one.verdict is Verdict.BAD]
    assert list(tmp_path.iterdir()) == []


def test_others_may_read_the_data(site: Settings, folder: Path, now: datetime) -> None:
    folder.chmod(0o755)
    assert "other users may read" in bad(site, "data folder", now)
    folder.chmod(0o700)


def test_a_certificate_runs_out(site: Settings, now: datetime) -> None:
    assert "good until" in look(site, "certificate", now + timedelta(days=380))
    assert "not valid" in bad(site, "certificate", now + timedelta(days=400))


def test_a_certificate_is_for_another_name(site: Settings, now: datetime) -> None:
    public = with_(site, public_url="https://huizhen.example")
    assert "huizhen.example" in bad(public, "certificate", now)


def test_nobody_else_reaches_the_address(site: Settings, now: datetime) -> None:
    assert "only programs on this computer" in look(site, "address", now)
    assert "no other computer" in bad(with_(site, tls_names=("huizhen.example",)), "address", now)


def test_the_database_is_not_there(site: Settings, now: datetime) -> None:
    away = f"postgresql+asyncpg://huizhen:secret@127.0.0.1:{free_port()}/huizhen"
    said = bad(with_(site, database_url=away), "database", now)
    assert "secret" not in said


def test_postgresql_without_redis_carries_one_process(site: Settings, now: datetime) -> None:
    away = f"postgresql+asyncpg://127.0.0.1:{free_port()}/huizhen"
    assert "exactly one" in look(with_(site, database_url=away), "several processes", now)


def test_the_clock_stands_before_the_newest_entry(site: Settings, now: datetime) -> None:
    assert "before the newest entry" in bad(site, "clock", now - timedelta(days=2))


def test_the_key_file_is_gone(site: Settings, tmp_path: Path, now: datetime) -> None:
    assert "not there" in bad(with_(site, key_file=tmp_path / "away.json"), "stored images", now)


def test_the_token_has_no_key_or_keys_lie_open_beside_it(
    site: Settings, tmp_path: Path, now: datetime
) -> None:
    with soft_token(tmp_path) as token:
        more = {"key_token": token.label, "key_pin": SecretStr(PIN)}
        held = with_(site, key_module=token.module, **more)
        assert bad(held, "token", now) == "it has no key of this site"
        assert ring_of(held).make_kek()
        assert "1 keys lie open" in look(held, "token", now)
        assert "is not there" in bad(with_(held, key_token="none"), "token", now)


def test_nobody_can_consult_anybody(site: Settings, now: datetime) -> None:
    assert "requester" in look(site, "people", now)


def test_reports_need_a_reviewer_in_houses_that_have_none(site: Settings) -> None:
    seen = asyncio.run(overview(site.database))
    assert seen is not None
    alone = replace(seen, houses_without_reviewer=2)
    insists = with_(site, co_signed_departments=("放射科",))
    assert all(one.check != "co-signatures" for one in people(site, alone))
    (said,) = (one for one in people(insists, alone) if one.check == "co-signatures")
    assert (said.verdict, said.found[:14]) == (Verdict.BAD, "2 institutions")
    assert all(one.check != "co-signatures" for one in people(insists, seen))


def test_calls_have_no_relay(site: Settings, now: datetime) -> None:
    assert "no relay" in look(site, "calls", now)
    assert "no relay" in bad(with_(site, ice_transport_policy="relay"), "calls", now)
    assert "secret" in bad(with_(site, turn_urls=("turn:relay.example:3478",)), "calls", now)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_counterpart_does_not_answer(site: Settings, listener: int, now: datetime) -> None:
    away = with_(site, smtp_host="127.0.0.1", smtp_port=free_port())
    assert "does not answer" in bad(away, "HUIZHEN_SMTP_HOST", now)
    there = found(with_(site, smtp_host="127.0.0.1", smtp_port=listener), "HUIZHEN_SMTP_HOST", now)
    assert there is not None
    assert there.verdict is Verdict.FINE


def test_the_disk_of_the_followed_folder_is_not_there(
    site: Settings, tmp_path: Path, now: datetime
) -> None:
    assert "is its disk there?" in bad(with_(site, backup_dir=tmp_path), "backups", now)


def test_the_log_stays_behind_the_database(site: Settings, tmp_path: Path, now: datetime) -> None:
    followed = with_(site, backup_dir=tmp_path)
    (tmp_path / "backups").mkdir()
    assert "is empty" in bad(followed, "backups", now)
    parts, place = LogParts(tmp_path, ring_of(site)), Place("file", 0)
    parts.make_folder()
    for at, kept in ((now - timedelta(hours=1), False), (now, True)):
        log = parts.begin()
        log.add(Head(at=at, after=None, place=place), b"")
        log.close()
        one = found(followed, "backups", now)
        assert one is not None
        assert ("ends" not in one.found) is kept


def test_the_authority_of_computers_runs_out_or_nobody_needs_it(
    site: Settings, tmp_path: Path, now: datetime
) -> None:
    authority, check = Authority(), "computers' certificates"
    roots, gone = tmp_path / "roots.pem", tmp_path / "gone.pem"
    roots.write_text(authority.own.pem)
    gone.write_text(authority.withdrawn())
    asked = with_(site, device_roots=roots, device_revoked=gone)
    assert "nobody has to" in look(asked, check, now)
    needed = with_(asked, devices_needed=("all",))
    assert "list of withdrawn ones is out of date" in bad(
        needed, check, now + YEARS - timedelta(days=1, hours=2)
    )
    assert "authority's certificate" in bad(needed, check, now + YEARS)
    assert "cannot be read" in bad(with_(needed, device_revoked=roots), check, now)
    assert "wenhsan" in bad(with_(asked, devices_needed=("wenhsan",)), check, now)
    other = Authority("The other one")
    roots.write_text(authority.own.pem + other.own.pem)
    assert "no list of CN=The other one" in bad(needed, check, now)
    identity = replace(server_identity(site), device_roots=roots, device_revoked=gone)
    with pytest.raises(SettingsError, match=r"HUIZHEN_DEVICE_REVOKED.*The other one"):
        identity.context(site.prefix)
    gone.write_text(authority.withdrawn() + other.withdrawn())
    identity.context(site.prefix)
    good = found(needed, check, now)
    assert good is not None
    assert good.verdict is Verdict.FINE


def test_there_is_no_backup_or_an_old_one(site: Settings, folder: Path, now: datetime) -> None:
    assert "none was ever taken" in look(site, "backups", now)
    (folder / "last-backup").write_text((now - timedelta(days=3)).isoformat())
    assert "the last was taken" in look(site, "backups", now)
    (folder / "last-backup").write_text(now.isoformat())
    fresh = found(site, "backups", now)
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
