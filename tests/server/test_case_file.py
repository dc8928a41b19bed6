"""One case leaves the house as a file: who has it and the site's public key needs nobody's word."""

import json
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from protocol import paths
from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store.case_rows import OF_A_CASE
from server.store.columns import Base
from server.store.errors import EvidenceUnusable
from server.store.tables import AuditRow, ConsultationRow
from tests.server.edge import until
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.signing import OPINION, report_of, signed, signing_key
from tests.server.tables import rows

Rows = list[dict[str, Any]]
BECAUSE = "法院调取，案号 2026-1"


def reported_case(valley: Valley) -> tuple[str, bytes]:
    """A signed case, and the bytes of its only image."""
    (made,) = new_study(1)
    data, case_id = file_bytes(made), open_case(valley)
    declare(valley.doctor, case_id, [made], [data])
    assert stow(valley.doctor, [data]).status_code == 200
    assert valley.doctor.act(case_id, "submit").is_success
    valley.expert.take(case_id)
    for action in ("accept", "start_reading"):
        assert valley.expert.act(case_id, action).is_success
    body = {**valley.expert.claim[case_id], "opinion": OPINION}
    assert valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id).is_success
    report = report_of(valley.expert, case_id)
    key = signing_key(valley.expert)
    assert signed(valley.expert, case_id, report, key).status_code == 201
    return case_id, data


def settings_of(server: ServerProcess) -> Settings:
    return Settings(data_dir=server.data_dir, database_url=server.database)


def number_of(server: ServerProcess, case_id: str) -> str:
    asked = select(ConsultationRow.number).where(ConsultationRow.id == UUID(case_id))
    return str(rows(server, asked)[0][0])


def sealed(server: ServerProcess, case_id: str, file: Path, *, images: bool = False) -> Rows:
    """When all its entries are in the tree."""
    said: Rows = []
    number = number_of(server, case_id)
    order = AuditOrder("case", case=number, to=file, because=BECAUSE, images=images)

    def whole() -> bool:
        file.unlink(missing_ok=True)
        assert run(settings_of(server), order, said.append)
        return int(said[-1]["waiting"]) <= 1  # that the file was made, just now

    until(whole, "the entries are in the tree")
    return said


def checked(file: Path, key: str) -> tuple[bool, Rows]:
    """By somebody who has nothing else."""
    said: Rows = []
    elsewhere = Settings(data_dir=file.parent / "nowhere")
    return run(elsewhere, AuditOrder("check", proof=file, public_key=key), said.append), said


def public_key(server: ServerProcess) -> str:
    said: Rows = []
    assert run(settings_of(server), AuditOrder("head"), said.append)
    return str(said[0]["public_key"])


def lines(file: Path, name: str) -> Rows:
    with zipfile.ZipFile(file) as found:
        return [json.loads(line) for line in found.read(name).splitlines()]


@pytest.mark.both_databases
def test_everything_about_a_case_goes_into_its_file_and_nothing_else(
    valley: Valley, server: ServerProcess, tmp_path: Path
) -> None:
    case_id, data = reported_case(valley)
    other, _ = reported_case(valley)
    file = tmp_path / "case.zip"
    said = sealed(server, case_id, file, images=True)
    well, told = checked(file, public_key(server))
    assert well, told
    assert told[-1]["because"] == BECAUSE
    with zipfile.ZipFile(file) as found:
        names = found.namelist()
        objects = [found.read(name) for name in names if name.startswith("objects/")]
        assert other.encode() not in b"".join(found.read(name) for name in names)
    assert data in objects
    assert said[-1]["entries"] > 5
    entries = [json.loads(one["entry"]) for one in lines(file, "audit.jsonl")]
    assert {entry["consultation_id"] for entry in entries} == {UUID(case_id).hex}
    (report,) = lines(file, "tables/reports.jsonl")
    assert json.loads(report["body"])["report"]["opinion"]["findings"] == OPINION["findings"]
    people = {one["username"] for one in lines(file, "tables/accounts.jsonl")}
    assert people == {valley.doctor.username, valley.expert.username}


def test_without_its_images_when_they_are_not_asked_for(
    valley: Valley, server: ServerProcess, tmp_path: Path
) -> None:
    case_id, _ = reported_case(valley)
    sealed(server, case_id, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as found:
        assert not [name for name in found.namelist() if name.startswith("objects/")]


def test_nothing_in_it_lets_anybody_in(
    valley: Valley, server: ServerProcess, tmp_path: Path
) -> None:
    case_id, _ = reported_case(valley)
    sealed(server, case_id, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as found:
        text = b"".join(found.read(name) for name in found.namelist())
    for secret in (b"password", b"claim_hash", b'"hash"', b"argon2"):
        assert secret not in text


def test_that_a_case_left_the_house_is_in_the_trail(
    valley: Valley, server: ServerProcess, tmp_path: Path
) -> None:
    case_id, _ = reported_case(valley)
    file = str(tmp_path / "case.zip")
    number = number_of(server, case_id)
    told = server.command("audit", "case", number, file, "--because", BECAUSE, "--images")
    assert json.loads(told.splitlines()[-1])["missing"] == 0
    key = ("--public-key", public_key(server))
    assert json.loads(server.command("audit", "check", file, *key).splitlines()[-1])["wrong"] == 0
    asked = select(AuditRow.target, AuditRow.detail).where(
        AuditRow.consultation_id == UUID(case_id), AuditRow.resource == "trail"
    )
    said = {"because": BECAUSE, "images": True}
    assert [(to, json.loads(detail)) for to, detail in rows(server, asked)] == [("sealed", said)]


def test_without_the_key_of_the_site_no_other_is_made(
    valley: Valley, server: ServerProcess, tmp_path: Path
) -> None:
    case_id, _ = reported_case(valley)
    (tmp_path / "elsewhere").mkdir()
    settings = Settings(data_dir=tmp_path / "elsewhere", database_url=server.database)
    number = number_of(server, case_id)
    order = AuditOrder("case", case=number, to=tmp_path / "case.zip", because=BECAUSE)
    with pytest.raises(EvidenceUnusable, match="the site's key for heads is not in"):
        run(settings, order, lambda _told: None)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_case_that_is_not_there_is_told(server: ServerProcess, tmp_path: Path) -> None:
    order = AuditOrder("case", case="CONS-0", to=tmp_path / "case.zip", because=BECAUSE)
    with pytest.raises(EvidenceUnusable, match="no such case"):
        run(settings_of(server), order, lambda _told: None)
    assert list(tmp_path.iterdir()) == []


# --- what is done to it on the way ----------------------------------------------------------------

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def parts(
    town: Town, server: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Parts, str]:
    """What a file holds, and the site's key."""
    valley, folder = make_valley(town), tmp_path_factory.mktemp("file")
    case_id, _ = reported_case(valley)
    sealed(server, case_id, folder / "case.zip", images=True)
    with zipfile.ZipFile(folder / "case.zip") as found:
        held = {name: found.read(name) for name in found.namelist()}
    return held, public_key(server)


def another_finding(held: Parts) -> None:
    body = held["tables/reports.jsonl"]
    held["tables/reports.jsonl"] = body.replace(
        str(OPINION["findings"]).encode(), "未见异常".encode()
    )
    assert held["tables/reports.jsonl"] != body


def a_file_less(held: Parts) -> None:
    del held["tables/timeline.jsonl"]


def a_file_more(held: Parts) -> None:
    held["objects/letter.pdf"] = b"%PDF"


def an_entry_less(held: Parts) -> None:
    first, _, rest = held["audit.jsonl"].partition(b"\n")
    assert first
    held["audit.jsonl"] = rest


def another_reason(held: Parts) -> None:
    held["manifest.json"] = held["manifest.json"].replace(BECAUSE.encode(), "存档".encode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (another_finding, "tables/reports.jsonl: changed"),
        (a_file_less, "tables/timeline.jsonl: not there"),
        (a_file_more, "'objects/letter.pdf': put in later"),
        (an_entry_less, "audit.jsonl: changed"),
        (another_reason, "manifest.json: not signed with this key"),
    ],
)
def test_whatever_is_changed_is_named(
    parts: tuple[Parts, str], tmp_path: Path, change: Callable[[Parts], None], words: str
) -> None:
    held, key = dict(parts[0]), parts[1]
    change(held)
    file = tmp_path / "case.zip"
    with zipfile.ZipFile(file, "w") as into:
        for name, data in held.items():
            into.writestr(name, data)
    well, said = checked(file, key)
    assert not well
    assert words in [one.get("wrong") for one in said]


def test_a_file_of_another_site_is_not_taken_for_one_of_this(
    parts: tuple[Parts, str], tmp_path: Path
) -> None:
    file = tmp_path / "case.zip"
    with zipfile.ZipFile(file, "w") as into:
        for name, data in parts[0].items():
            into.writestr(name, data)
    assert checked(file, parts[1])[0]
    another = "A" * 43 + "="
    well, said = checked(file, another)
    assert not well
    assert "head.json: not signed with this key" in [one.get("wrong") for one in said]


def test_a_file_that_was_cut_is_told(parts: tuple[Parts, str], tmp_path: Path) -> None:
    file = tmp_path / "case.zip"
    with zipfile.ZipFile(file, "w") as into:
        into.writestr("manifest.json", parts[0]["manifest.json"][:100])
    with pytest.raises(EvidenceUnusable, match="no case file, or was cut"):
        checked(file, parts[1])


def test_no_table_of_a_case_is_forgotten() -> None:
    """A table that comes later and names a case goes into its file too, or says here why not."""
    import_module("server.store.work")  # and with it every table
    named = {one.name for one in Base.metadata.tables.values() if "consultation_id" in one.columns}
    left_out = {
        "audit",  # goes with proofs of its own
        "notifications",  # of accounts; the timeline says the same of the case
        "done_steps",  # keys of requests, for two days
    }
    assert named - {one.__tablename__ for one in OF_A_CASE} == left_out
