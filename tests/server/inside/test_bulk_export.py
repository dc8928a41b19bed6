"""`$export`: an administrator fetches cases as bulk data where the site lets them; nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy import select

from protocol.paths import FHIR
from server.api.services.bulk_export import BulkExport, BulkOrder
from server.store.errors import NoRoom
from server.store.incoming import Held, Sink, Spooled
from server.store.objects import FolderObjects
from server.store.tables import AuditRow
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Valley, make_valley, open_case, submitted_case

ASYNC = {"prefer": "respond-async"}
EXPORT = f"{FHIR}/$export"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """One for all: each test exports what happened since it began."""
    made = InProcess(tmp_path_factory.mktemp("server"), bulk_export="named")
    yield made
    made.end()


@pytest.fixture(scope="module")
def within(server: InProcess) -> TownWithin:
    return TownWithin(server)


@pytest.fixture
def valley(within: TownWithin) -> Valley:
    return make_valley(within)


def since(server: InProcess) -> str:
    """From now on."""
    return "_since=" + server.clock.now().isoformat().replace("+00:00", "Z")


def begun(valley: Valley, query: str = "", **headers: str) -> str:
    """The address of its status."""
    answer = valley.town.admin.http.get(f"{EXPORT}{query}", headers=ASYNC | headers)
    assert answer.status_code == 202, answer.text
    assert answer.content == b""
    return answer.headers["content-location"]


def lines(valley: Valley, place: str) -> dict[str, list[dict[str, Any]]]:
    told = valley.town.admin.http.get(place)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert told.json()["requiresAccessToken"] is True
    found = {}
    for one in told.json()["output"]:
        answer = valley.town.admin.http.get(one["url"])
        assert answer.headers["content-type"] == "application/fhir+ndjson"
        found[one["type"]] = [json.loads(line) for line in answer.text.splitlines()]
        assert len(found[one["type"]]) == one["count"]
    return found


def noted(server: InProcess, valley: Valley) -> list[tuple[str, str]]:
    async def read() -> list[tuple[str, str]]:
        async with server.store.reading() as work:
            asked = (
                select(AuditRow.access, AuditRow.detail)
                .where(
                    AuditRow.account_id == valley.town.admin.id, AuditRow.detail.contains("export")
                )
                .order_by(AuditRow.id)
            )
            return [(row.access, row.detail) for row in await work.session.execute(asked)]

    return server.run(read())


def test_all_that_was_sent_comes_without_names_and_each_step_is_noted(
    server: InProcess, valley: Valley
) -> None:
    now, before = since(server), len(noted(server, valley))
    submitted_case(valley)
    submitted_case(valley)
    open_case(valley)
    place = begun(valley, f"?{now}")
    found = lines(valley, place)
    assert len(found["ServiceRequest"]) == 2
    for kind, told in found.items():
        for one in told:
            get_fhir_model_class(kind).model_validate(one)
    assert "何小溪" not in json.dumps(found, ensure_ascii=False)
    assert "Consent" not in found
    steps = noted(server, valley)[before:]
    assert steps[0] == ("execute", "bulk export deidentified begun")
    assert steps[1:3] == [("read", "export fhir deidentified")] * 2
    assert {detail for _, detail in steps[3:]} == {
        f"bulk export deidentified {kind}" for kind in found
    }
    assert valley.town.admin.http.delete(place).status_code == 202
    assert valley.town.admin.http.get(place).status_code == 404
    assert valley.town.admin.http.get(f"{place}/Patient.ndjson").status_code == 404


def test_types_and_times_bound_it_and_names_come_where_they_are_asked_for(
    server: InProcess, valley: Valley
) -> None:
    now = since(server)
    submitted_case(valley)
    query = f"?_type=Patient,ServiceRequest&_deidentify=false&{now}"
    found = lines(valley, begun(valley, query))
    assert found.keys() == {"Patient", "ServiceRequest"}
    assert "何小溪" in json.dumps(found, ensure_ascii=False)
    later = since(server)
    assert lines(valley, begun(valley, f"?{later}")) == {}
    submitted_case(valley)
    assert len(lines(valley, begun(valley, f"?{later}"))["ServiceRequest"]) == 1


def test_what_makes_no_sense_is_told_and_nobody_else_sees_it(
    server: InProcess, valley: Valley
) -> None:
    admin: httpx.Client = valley.town.admin.http
    assert admin.get(EXPORT).status_code == 400, "nobody waits for an answer that long"
    for query in ("_since=yesterday", "_outputFormat=csv", "_typeFilter=Patient", "patient=1"):
        answer = admin.get(f"{EXPORT}?{query}", headers=ASYNC)
        assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")
    place = begun(valley, "?_typeFilter=x", prefer="respond-async, handling=lenient")
    other = valley.town.person("admin")
    for someone in (valley.doctor, valley.expert, other):
        status = 404 if someone is other else 403
        assert someone.http.get(place).status_code == status
        assert someone.http.delete(place).status_code == status
    server.pass_time(24 * 3600 + 1)
    assert admin.get(place).status_code == 404


def taken(server: InProcess) -> int:
    """Bytes of the memory for what has come in and is not kept."""
    objects = server.built.objects
    assert isinstance(objects, FolderObjects)
    return objects._spool._room._taken


def test_one_that_fails_says_so_and_leaves_nothing_behind(
    server: InProcess, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = since(server)
    submitted_case(valley)
    held, finish, finished = taken(server), Sink.finish, list[Held | Spooled]()

    def once(sink: Sink) -> Held | Spooled:
        if finished:
            raise NoRoom("the disk is full")
        finished.append(finish(sink))
        return finished[0]

    monkeypatch.setattr(Sink, "finish", once)
    assert valley.town.admin.http.get(begun(valley, f"?{now}")).status_code == 500
    assert finished
    assert taken(server) <= held


def test_a_server_that_ends_waits_for_the_case_that_is_written_and_no_longer(
    server: InProcess, valley: Valley
) -> None:
    submitted_case(valley)
    submitted_case(valley)
    exports = server.built.house.bulk_exports

    async def cut() -> BulkExport:
        async with server.store.reading() as work:
            who = await work.people.who(valley.town.admin.id)
        assert who is not None
        made = await exports.begin(who, BulkOrder(EXPORT))
        await exports.close()
        return made

    made = server.run(cut())
    assert made.writing is not None
    assert made.writing.done()
    assert (made.cases, made.ready) == (1, False)
    assert taken(server) == 0


def test_a_site_that_lets_nobody_export_or_without_names_only(tmp_path: Path) -> None:
    for terms, plain in (("off", 403), ("anonymous", 202)):
        (tmp_path / terms).mkdir()
        made = InProcess(tmp_path / terms, bulk_export=terms)
        valley = make_valley(TownWithin(made))
        answer = valley.town.admin.http.get(EXPORT, headers=ASYNC)
        assert answer.status_code == plain
        named = valley.town.admin.http.get(f"{EXPORT}?_deidentify=false", headers=ASYNC)
        assert named.status_code == 403
        told = valley.town.admin.http.get(f"{FHIR}/metadata").json()["rest"][0]
        assert [one["name"] for one in told.get("operation", [])] == (
            ["export"] if plain == 202 else []
        )
        made.end()
