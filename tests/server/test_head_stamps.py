"""Heads of the audit trail are stamped by an authority of time, which others can ask."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from server.api.services.head_stamps import HeadStamps, TimeAuthority
from server.evidence import AuditOrder, run
from server.setting_values import SettingsError
from server.settings import Settings, load_settings
from server.store.bus import LocalBus
from server.store.engine import open_engine
from server.store.evidence_tables import AuditStampRow
from server.store.time_stamps import StampRefused, read_roots
from server.store.work import Store
from tests.fakes.authority import Authority, time_told
from tests.fakes.serving import served


class Turned:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 29, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Time Authority")


@pytest.fixture
def site(past: Path, tmp_path: Path, authority: Authority) -> Settings:
    shutil.copytree(past / "data", tmp_path / "data")
    roots = tmp_path / "roots.pem"
    roots.write_text(authority.own.pem)
    return Settings(data_dir=tmp_path / "data", audit_timestamp_roots=roots)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    with served(Answering) as address:
        yield address


async def stamped(site: Settings, url: str, clock: Turned, heads: Path | None = None) -> bool:
    engine = open_engine(site.database)
    store = Store(engine, clock, LocalBus())
    assert site.audit_timestamp_roots is not None
    believed = TimeAuthority(url, read_roots(site.audit_timestamp_roots))
    try:
        return await HeadStamps(store, clock, believed, heads).stamp()
    finally:
        await store.close()


def told(site: Settings, order: AuditOrder) -> tuple[bool, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    return run(site, order, lines.append), lines


async def test_the_newest_head_is_stamped_once_and_openssl_agrees(
    site: Settings, authority: Authority, tmp_path: Path
) -> None:
    clock, heads = Turned(), tmp_path / "heads"
    heads.mkdir()
    with time_told(authority.clock()) as url:
        assert await stamped(site, url, clock, heads)
        assert not await stamped(site, url, clock, heads), "it has its stamp"
        for file in heads.iterdir():
            file.unlink()
        await stamped(site, url, clock, heads)  # the folder was away: it is put out again
    assert site.audit_timestamp_roots is not None
    (response,) = heads.glob("*.tsr")
    data, trusted = response.with_suffix(".signed"), site.audit_timestamp_roots
    asked = ("openssl", "ts", "-verify", "-in", response, "-data", data, "-CAfile", trusted)
    checked = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True)
    assert "Verification: OK" in checked.stdout, checked.stderr
    well, lines = await asyncio.to_thread(told, site, AuditOrder("verify"))
    (line,) = [one for one in lines if "stamps" in one]
    assert (well, line["stamps"], "stamped_at" in line) == (True, 1, True)
    _, (head,) = await asyncio.to_thread(told, site, AuditOrder("head"))
    assert head["time_stamp"]


async def test_a_stamp_that_fits_no_head_is_found(site: Settings, authority: Authority) -> None:
    with time_told(authority.clock()) as url:
        assert await stamped(site, url, Turned())
    engine = open_engine(site.database)
    async with engine.begin() as connection:
        await connection.execute(update(AuditStampRow).values(size=AuditStampRow.size - 1))
    await engine.dispose()
    well, lines = await asyncio.to_thread(told, site, AuditOrder("verify"))
    assert not well
    assert [one["wrong"] for one in lines if "why" in one] == ["stamp"]
    elsewhere = site.model_copy(update={"audit_timestamp_roots": None})
    _, lines = await asyncio.to_thread(told, elsewhere, AuditOrder("verify"))
    assert {"stamps": 0, "stamps_without_roots": 1} in lines


async def test_nothing_but_a_stamp_of_this_authority_is_kept(
    site: Settings, authority: Authority
) -> None:
    stranger = Authority("Stranger").clock()
    with time_told(stranger) as url, pytest.raises(StampRefused):
        await stamped(site, url, Turned())
    with time_told(authority.expert()) as url, pytest.raises(StampRefused):
        await stamped(site, url, Turned())
    for status, body in ((503, b""), (200, b"no stamp"), (200, b"0" * 70_000)):
        with answering(status, body) as url, pytest.raises(StampRefused):
            await stamped(site, url, Turned())
    _, lines = await asyncio.to_thread(told, site, AuditOrder("verify"))
    assert not [one for one in lines if "stamps" in one]


def test_a_stamp_needs_to_know_whose_it_is() -> None:
    with pytest.raises(SettingsError, match="AUDIT_TIMESTAMP_ROOTS"):
        load_settings(audit_timestamp_url="http://tsa.example/stamp")
