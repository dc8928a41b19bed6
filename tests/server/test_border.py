"""The border of the server: TLS, the OpenAPI document, problems, logs and the audit trail."""

import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from pydantic import BaseModel
from starlette.responses import Response

from protocol import (
    account,
    call,
    chat,
    consultation,
    edge,
    errors,
    imaging,
    library,
    paths,
    queue,
    report,
)
from protocol.errors import Problem
from server.api import border
from server.api.application import openapi
from server.api.origins import Origins
from server.domain.limits import Limit
from server.setting_values import SettingsError, make_folder
from server.settings import Settings, load_settings
from tests.server.conftest import trusting
from tests.server.edge import until
from tests.server.images import file_bytes, new_study, stow
from tests.server.in_process import line_to
from tests.server.people import Town, Valley, open_case, submitted_case
from tests.server.preloaded import ROOT
from tests.server.process import ServerProcess


def handshake(server: ServerProcess, context: ssl.SSLContext) -> str | None:
    where = urlsplit(server.url)
    with (
        socket.create_connection((where.hostname or "", where.port or 0)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as wrapped,
    ):
        return wrapped.version()


def test_only_tls_1_3_is_spoken(server: ServerProcess) -> None:
    context = ssl.create_default_context(cafile=str(server.ca))
    assert handshake(server, context) == "TLSv1.3"
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        handshake(server, context)


def test_who_does_not_know_the_ca_does_not_connect(server: ServerProcess) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url + paths.SERVER, trust_env=False)


def test_keys_can_be_read_by_nobody_else(server: ServerProcess) -> None:
    for name in ("tls/ca.key", "tls/server.key", "secrets/token.key"):
        mode = (server.data_dir / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600, name


def test_the_fingerprint_is_that_of_the_ca(server: ServerProcess) -> None:
    ca = x509.load_pem_x509_certificate(server.ca.read_bytes())
    assert ca.fingerprint(SHA256()).hex() == server.fingerprint


def test_the_server_says_who_it_is_to_anybody(town: Town) -> None:
    with town.client() as http:
        assert http.get(paths.SERVER).json()["protocol_version"] == 1
        assert http.get(paths.HEALTH).json() == {"ok": True}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/no/such/path", 404, "not_found"),
        ("PUT", paths.SERVER, 405, "validation_failed"),
        ("GET", paths.CONSULTATIONS + "?limit=0", 422, "validation_failed"),
        ("GET", "/v1/consultations/not-a-uuid", 422, "validation_failed"),
        ("POST", paths.CONSULTATIONS, 422, "validation_failed"),
    ],
)
def test_every_refusal_is_a_problem(
    valley: Valley, method: str, path: str, status: int, code: str
) -> None:
    answer = valley.doctor.http.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content)
    assert (answer.status_code, problem.status, problem.code.value) == (status, status, code)
    assert problem.request_id == answer.headers["x-request-id"]


def test_a_body_is_strict_and_the_answer_names_the_field_without_its_value(valley: Valley) -> None:
    case_id = open_case(valley)
    body = {"version": "1", "content": {"patient": {"name": "秘密", "sex": "秘密"}}, "more": 1}
    answer = valley.doctor.send("PUT", paths.CASE, body, consultation_id=case_id)
    places = {tuple(field["location"]) for field in answer.json()["fields"]}
    assert {("version",), ("more",), ("content", "patient", "sex")} <= places
    assert "秘密" not in answer.text


def test_a_body_beyond_the_limit_is_refused(valley: Valley) -> None:
    answer = valley.doctor.http.post(paths.CONSULTATIONS, content=b" " * (5 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_who_hangs_up_within_a_body_is_no_failure_of_the_server(server: ServerProcess) -> None:
    """A client that ends while it asks leaves an end of its own in the log, and no complaint."""
    where = urlsplit(server.url)
    before = server.log().count('"status":499')
    head = f"POST {paths.REFRESH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\n\r\n"
    context = ssl.create_default_context(cafile=str(server.ca))
    with (
        socket.create_connection((where.hostname or "", where.port or 0)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as wrapped,
    ):
        wrapped.sendall(head.encode() + b'{"refresh_token":')
    while server.log().count('"status":499') == before:
        httpx.get(server.url + paths.HEALTH, verify=context, trust_env=False)
    assert not server.complaints()


def test_a_consultation_nobody_opened_is_not_found(valley: Valley) -> None:
    answer = valley.doctor.send("GET", paths.CONSULTATION, consultation_id=uuid4())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


UNDESCRIBED = ("SOCKET", "DICOMWEB", "EDGE_STATUS", "JOIN", "COPY_PAGE", "WEB")
"""No REST of ours: pages, and what has standards of its own."""


def test_the_openapi_document_has_every_path_and_examples() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server", "openapi"], cwd=ROOT, capture_output=True, check=True
    )
    document = json.loads(done.stdout)
    described = set(document["paths"])
    for name, path in vars(paths).items():
        if name.isupper() and name not in UNDESCRIBED:
            assert path in described, name
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert reference in document["components"]["schemas"], reference
    case = document["paths"][paths.CASE]["put"]["requestBody"]["content"]["application/json"]
    assert case["example"]["content"]["department"] == "放射科"


def test_every_example_of_the_openapi_document_is_one_the_protocol_accepts() -> None:
    """Each body of each operation has one; those of our own messages are parsed by them."""
    document = openapi("1")
    models = {
        model.__name__: model
        for module in (
            account,
            call,
            chat,
            consultation,
            edge,
            errors,
            imaging,
            library,
            queue,
            report,
        )
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
    }
    parsed = 0
    bodies = [
        content
        for operations in document["paths"].values()
        for operation in operations.values()
        for body in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in body.get("content", {}).values()
    ]
    for content in bodies:
        schema, example = content.get("schema", {}), content["example"]
        many = schema.get("type") == "array"
        reference = schema.get("items", {}).get("$ref") if many else schema.get("$ref")
        model = models.get((reference or "").rpartition("/")[2])
        for one in example if many else [example]:
            if model is not None:
                model.model_validate_json(json.dumps(one))
                parsed += 1
    assert parsed > 100


def test_the_log_has_no_person_no_token_and_no_identifier(
    server: ServerProcess, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    slices = new_study(1)
    stow(valley.doctor, [file_bytes(slices[0])])
    valley.doctor.http.get(f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}/metadata")
    valley.doctor.http.get(paths.CONSULTATIONS, params={"q": "何小溪"})
    marker = valley.doctor.http.get(paths.SERVER).headers["x-request-id"]
    while marker not in server.log():
        valley.doctor.http.get(paths.HEALTH)
    log = server.log()
    assert paths.CONSULTATION in log or paths.TRANSITIONS in log
    for secret in (
        "何小溪",
        "何^",
        "QS-2026-0042",
        case_id,
        slices[0].StudyInstanceUID,
        valley.doctor.tokens.access_token,
        valley.doctor.tokens.refresh_token,
        valley.doctor.username,
    ):
        assert secret not in log


def test_nobody_else_on_the_machine_reads_what_the_server_keeps(
    server: ServerProcess, valley: Valley
) -> None:
    stow(valley.doctor, [file_bytes(new_study(1)[0])])
    kept = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert kept
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


def test_a_setting_that_cannot_be_used_is_named_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUIZHEN_CONFIG", raising=False)
    monkeypatch.setenv("HUIZHEN_PORT", "70000")
    with pytest.raises(SettingsError, match="HUIZHEN_PORT"):
        load_settings()
    monkeypatch.delenv("HUIZHEN_PORT")
    monkeypatch.setenv("HUIZHEN_TLS_KEY", "key.pem")
    with pytest.raises(SettingsError, match="belong together"):
        load_settings()
    monkeypatch.delenv("HUIZHEN_TLS_KEY")
    monkeypatch.setenv("HUIZHEN_PROT", "5")
    with pytest.raises(SettingsError, match="HUIZHEN_PROT: no such setting"):
        load_settings()
    monkeypatch.delenv("HUIZHEN_PROT")
    for wrong in ("garbage", "mysql://x/y", "postgresql://u:p@h/db", "sqlite:///x"):
        monkeypatch.setenv("HUIZHEN_DATABASE_URL", wrong)
        with pytest.raises(SettingsError, match=r"HUIZHEN_DATABASE_URL: give a PostgreSQL as"):
            load_settings()
    monkeypatch.delenv("HUIZHEN_DATABASE_URL")
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="HUIZHEN_DATA_DIR"):
        make_folder(Settings(data_dir=tmp_path / "file" / "data"))
    file = tmp_path / "huizhen.toml"
    monkeypatch.setenv("HUIZHEN_CONFIG", str(file))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()
    file.write_text("prot = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="prot"):
        load_settings()
    file.write_text('port = 9000\nice_servers = [{urls = ["stun:a"]}]\n', encoding="utf-8")
    monkeypatch.setenv("HUIZHEN_HOST", "::1")
    settings = load_settings()
    assert (settings.port, settings.host) == (9000, "::1")
    assert settings.ice_servers[0].urls == ("stun:a",)
    assert isinstance(settings, Settings)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path, {"HUIZHEN_DATABASE_URL": "sqlite+aiosqlite:////no/such/x"})
    with pytest.raises(RuntimeError, match="HUIZHEN_DATABASE_URL"):
        process.start()


def test_a_port_that_is_taken_is_named(server: ServerProcess, tmp_path: Path) -> None:
    process = ServerProcess(tmp_path, {"HUIZHEN_PORT": server.url.rsplit(":", 1)[1]})
    with pytest.raises(RuntimeError, match="HUIZHEN_PORT"):
        process.start()


async def test_an_address_whose_requests_name_nobody_is_slowed_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(border, "_OF_STRANGERS", Limit(a_second=0.001, at_once=3))
    made = border.Border(Response("here"), Response(""), Origins([]), {"good"}.__contains__)

    async def asked(address: str, path: str = paths.SERVER, **headers: str) -> int:
        async with httpx.AsyncClient(
            transport=line_to(made, address), base_url="https://x"
        ) as http:
            answer = await http.get(path, headers=headers)
            assert answer.status_code == 200 or int(answer.headers["retry-after"]) > 0
            return answer.status_code

    assert [await asked("203.0.113.9") for _ in range(4)] == [200, 200, 200, 429]
    assert await asked("203.0.113.9", authorization="Bearer good") == 200
    for nobody in ("Bearer x", "Bearer", "Basic good", ""):
        assert await asked("203.0.113.9", authorization=nobody) == 429
    assert await asked("203.0.113.9", paths.READY) == 200
    assert await asked("203.0.113.10") == 200


@pytest.mark.both_databases
def test_a_sign_that_no_database_keeps_is_refused_wherever_it_stands(
    valley: Valley, town: Town
) -> None:
    for path in ("/v1/consultations?q=a%00", "/dicomweb/studies?PatientName=a%00"):
        assert valley.doctor.http.get(path).status_code == 422
    for name, status in (("青山\0", 422), ("青山 \\u0000", 201), ("青山 \\\0", 422)):
        body = {"code": uuid4().hex[:10], "name": name, "kind": "clinic"}
        assert town.admin.send("POST", paths.INSTITUTIONS, body).status_code == status, name
    image = new_study(1)[0]
    image.StudyDescription = "CHEST\0CT"
    assert stow(valley.doctor, [file_bytes(image)]).status_code == 200


def test_a_server_that_is_about_to_stop_says_so_and_goes_on_until_then(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path, {"HUIZHEN_DRAIN_S": "120"})
    process.start()
    with httpx.Client(base_url=process.url, verify=trusting(process.ca), trust_env=False) as http:
        assert http.get(paths.READY).status_code == 200
        os.kill(process.pid, signal.SIGTERM)
        until(lambda: http.get(paths.READY).status_code == 503, "it says that it leaves")
        assert http.get(paths.SERVER).status_code == 200
        assert http.get(paths.HEALTH).status_code == 200
    assert process.stop() == 0, "asked twice, it stops at once"


def test_a_server_ends_in_order_when_asked(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path)
    process.start()
    assert process.stop() == 0
