"""`huizhen-server export` and `audit export`: written whole, for its owner's eyes, and noted."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy import select

from protocol import paths
from server.store.tables import AuditRow
from tests.server.people import Valley, open_case, submitted_case
from tests.server.process import ServerProcess
from tests.server.tables import rows
from tests.server.test_presented_forms import paper_of, sent, signed_with
from tests.server.test_report import drafted

Json = dict[str, Any]


def number_of(valley: Valley, case_id: str) -> str:
    found = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    return str(found["summary"]["number"])


def reported(valley: Valley) -> str:
    """A case whose report was signed with its paper."""
    case_id = drafted(valley)
    assert sent(valley.expert, case_id, paper_of(case_id)).status_code == 200
    assert signed_with(valley, case_id, paper_of(case_id)).status_code == 201
    return case_id


def told(output: str) -> list[Json]:
    return [json.loads(line) for line in output.splitlines()]


def notes(server: ServerProcess, case_id: str) -> list[str]:
    """What the trail says of exports of a case."""
    query = select(AuditRow.detail).where(
        AuditRow.detail.startswith("export"), AuditRow.target == case_id
    )
    return [detail for (detail,) in rows(server, query)]


@pytest.mark.both_databases
def test_one_case_is_a_bundle_with_its_signed_file(
    server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = reported(valley)
    to = tmp_path / "case.json"
    said = told(server.command("export", "case", number_of(valley, case_id), str(to)))
    bundle = json.loads(to.read_bytes())
    get_fhir_model_class("Bundle").model_validate(bundle)
    assert said[-1] == {"cases": 1, "resources": len(bundle["entry"])}
    (report,) = [
        one["resource"]
        for one in bundle["entry"]
        if one["resource"]["resourceType"] == "DiagnosticReport"
    ]
    assert report["presentedForm"][0]["size"] == len(paper_of(case_id))
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert notes(server, case_id) == ["export fhir"]


def test_anonymous_it_names_nobody_and_the_trail_says_that_it_was(
    server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = reported(valley)
    to = tmp_path / "case.json"
    server.command("export", "case", number_of(valley, case_id), str(to), "--deidentify")
    plain = to.read_text(encoding="utf-8")
    for secret in ("何小溪", "QS-2026-0042", "1958", case_id, "CONS-", "presentedForm"):
        assert secret not in plain
    assert notes(server, case_id) == ["export fhir deidentified"]


@pytest.mark.both_databases
def test_many_are_lines_by_type_with_a_manifest(
    server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    cases = {submitted_case(valley), submitted_case(valley)}
    draft = open_case(valley)
    folder = tmp_path / "bulk"
    server.command("export", "cases", str(folder))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for one in manifest["output"]:
        lines = (folder / one["url"]).read_text(encoding="utf-8").splitlines()
        assert len(lines) == one["count"]
        assert {json.loads(line)["resourceType"] for line in lines} == {one["type"]}
    patients = (folder / "Patient.ndjson").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["id"] for line in patients}) == len(patients)
    for case_id in cases:
        assert notes(server, case_id) == ["export fhir"]
    assert notes(server, draft) == []


def test_days_bound_what_is_written(server: ServerProcess, valley: Valley, tmp_path: Path) -> None:
    submitted_case(valley)
    folder = tmp_path / "bulk"
    said = told(server.command("export", "cases", str(folder), "--until", "2020-01-01"))
    assert said[-1] == {"cases": 0, "resources": 0}


def test_nothing_is_written_over_and_nothing_half_is_left(
    server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = submitted_case(valley)
    to = tmp_path / "case.json"
    to.write_text("somebody's")
    with pytest.raises(RuntimeError, match="is there already"):
        server.command("export", "case", number_of(valley, case_id), str(to))
    assert to.read_text() == "somebody's"
    with pytest.raises(RuntimeError, match="is not empty"):
        server.command("export", "cases", str(tmp_path))
    with pytest.raises(RuntimeError, match="was ever sent"):
        server.command("export", "case", "CONS-20200101-0001", str(tmp_path / "none.json"))
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".json"] == ["case.json"]


@pytest.mark.both_databases
def test_the_trail_is_written_as_audit_events(
    server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = submitted_case(valley)
    to = tmp_path / "trail.ndjson"
    said = told(server.command("audit", "export", str(to), "--fhir"))
    lines = to.read_text(encoding="utf-8").splitlines()
    assert said[-1] == {"entries": len(lines)}
    model = get_fhir_model_class("AuditEvent")
    events = [json.loads(line) for line in lines]
    for one in events:
        model.model_validate(one)
    assert any(case_id in json.dumps(one) for one in events)
    assert [one["id"] for one in events] == sorted(one["id"] for one in events)
