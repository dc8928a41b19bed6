"""The files that bring up a province fit each other, their formats and the program's settings."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from prometheus_client import generate_latest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server.api.listening import SystemClock
from server.api.metrics import Metrics
from server.settings import PREFIX, Settings, load_settings

FOLDER = Path(__file__).resolve().parents[2] / "installers" / "server"
SCHEMA = Path(__file__).with_name("compose.schema.json")
_SERVERS = ("prepare", "server-a", "server-b")
_VARIABLE = re.compile(r"\$\{([A-Z_0-9]+)(?::\?[^}]*)?\}")
_METRIC = re.compile(r"\b(?:huizhen|process)_[a-z_]+\b")


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def compose() -> Any:
    return read("compose.yaml")


def values() -> dict[str, str]:
    """What example.env says."""
    lines = (FOLDER / "example.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled(text: str) -> str:
    return _VARIABLE.sub(lambda found: values()[found[1]], text)


def test_compose_is_what_its_specification_says() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    wrong = [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(compose())
    ]
    assert wrong == []


def test_every_name_that_is_used_is_defined() -> None:
    body = compose()
    services, volumes = body["services"], body["volumes"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= services.keys()
        assert set(service.get("networks", ())) <= body["networks"].keys()
        for source, *_ in (volume.split(":") for volume in service.get("volumes", ())):
            there = source in volumes or source == "./certs" or (FOLDER / source).exists()
            assert there, f"{source} is neither a volume nor a file beside compose.yaml"
        if "build" in service:
            root = (FOLDER / service["build"]["context"]).resolve()
            assert (root / service["build"]["dockerfile"]).is_file()


def test_every_variable_is_in_the_example_and_every_line_of_the_example_is_used() -> None:
    text = (FOLDER / "compose.yaml").read_text("utf-8")
    assert {found[1] for found in _VARIABLE.finditer(text)} == values().keys()


@pytest.mark.parametrize("name", _SERVERS)
def test_every_setting_of_the_servers_is_one_and_they_can_start_with_them(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = compose()["services"][name]["environment"]
    known = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    for variable, value in environment.items():
        assert variable in known or not variable.startswith(PREFIX), variable
        monkeypatch.setenv(variable, filled(value))
    settings = load_settings()
    assert settings.process
    assert settings.redis_url is not None


def test_the_servers_reach_mail_text_messages_and_a_pacs_and_take_their_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = compose()
    for name in _SERVERS:
        outward = set(body["services"][name]["networks"]) - {"front", "inner"}
        assert not any((body["networks"][one] or {}).get("internal") for one in outward)
        assert outward
        (given,) = body["services"][name]["env_file"]
        assert (given["path"], given["required"]) == ("./outside.env", False)
        for variable, value in body["services"][name]["environment"].items():
            monkeypatch.setenv(variable, filled(value))
    for line in (FOLDER / "outside.example.env").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            monkeypatch.setenv(*line.split("=", 1))
    settings = load_settings()
    assert settings.smtp_host
    assert settings.sms_url
    assert settings.pacs_url
    assert settings.timestamp_url


async def test_a_client_does_not_say_itself_where_it_is() -> None:
    body = compose()
    (config,) = body["networks"]["front"]["ipam"]["config"]
    there = {name for name, one in body["services"].items() if "front" in one.get("networks", ())}
    assert there == {"proxy", *_SERVERS}
    assert "inner" not in body["services"]["proxy"]["networks"], "it finds the servers there"
    for name in _SERVERS:
        assert body["services"][name]["environment"]["FORWARDED_ALLOW_IPS"] == config["subnet"]
    proxy = (FOLDER / "haproxy.cfg").read_text("utf-8")
    assert "http-request set-header X-Forwarded-For %[src]" in proxy
    assert "forwardfor" not in proxy, "that adds to what the client has said"
    seen: list[Any] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["client"])

    async def receive() -> Any:
        raise AssertionError("nothing is read")

    async def send(_message: Any) -> None:
        raise AssertionError("nothing is answered")

    believing = ProxyHeadersMiddleware(application, trusted_hosts=config["subnet"])
    said = [(b"x-forwarded-for", b"192.0.2.7")]
    for client in (("172.31.255.4", 1), ("172.18.0.4", 2)):
        scope: Any = {"type": "http", "scheme": "https", "client": client, "headers": said}
        await believing(scope, receive, send)
    assert [one[0] for one in seen] == ["192.0.2.7", "172.18.0.4"]


def test_alerts_reach_somebody() -> None:
    (manager,) = read("prometheus.yml")["alerting"]["alertmanagers"]
    (target,) = manager["static_configs"][0]["targets"]
    service = compose()["services"][target.partition(":")[0]]
    assert any("alertmanager.yml" in volume for volume in service["volumes"])
    told = read("alertmanager.yml")
    assert told["route"]["receiver"] in {one["name"] for one in told["receivers"]}


def test_the_relay_reaches_no_container_and_speaks_tls_as_clients_are_told() -> None:
    service = compose()["services"]["turn"]
    for one in ("127.0.0.0-127.255.255.255", "172.16.0.0-172.31.255.255"):
        assert f"--denied-peer-ip={one}" in service["command"]
    assert "--no-tcp-relay" in service["command"]
    urls = compose()["services"]["server-a"]["environment"]["HUIZHEN_TURN_URLS"]
    assert "turns:${SITE_NAME}:5349" in urls
    assert "--tls-listening-port=5349" in service["command"]


def test_the_bucket_is_made_once_the_store_answers() -> None:
    services = compose()["services"]
    assert services["bucket"]["depends_on"] == {"s3": {"condition": "service_healthy"}}
    assert services["s3"]["healthcheck"]


def test_each_server_process_has_a_name_of_its_own() -> None:
    services = compose()["services"]
    names = [services[name]["environment"]["HUIZHEN_PROCESS"] for name in _SERVERS]
    assert len(set(names)) == len(names)


def test_the_proxy_and_prometheus_know_every_server() -> None:
    servers = {name for name in compose()["services"] if name.startswith("server-")}
    proxy = (FOLDER / "haproxy.cfg").read_text("utf-8")
    assert set(re.findall(r"^    server \w+ ([\w-]+):8443$", proxy, re.MULTILINE)) == servers
    (job,) = read("prometheus.yml")["scrape_configs"]
    (targets,) = job["static_configs"]
    port = compose()["services"]["server-a"]["environment"]["HUIZHEN_METRICS_PORT"]
    assert set(targets["targets"]) == {f"{name}:{port}" for name in servers}
    for file in read("prometheus.yml")["rule_files"]:
        assert (FOLDER / file).is_file()


def test_only_the_proxy_the_relay_and_the_media_server_are_open_to_the_world() -> None:
    open_to_all = {
        name
        for name, service in compose()["services"].items()
        if service.get("network_mode") == "host"
        or any(not port.startswith("127.") for port in service.get("ports", ()))
    }
    assert open_to_all == {"proxy", "turn", "janus"}
    assert compose()["networks"]["inner"] == {"internal": True}


def exported() -> frozenset[str]:
    """Every name that a server process answers to Prometheus."""
    metrics = Metrics(SystemClock())
    metrics.answered("GET", "/", 200, 0.1)
    text = generate_latest(metrics.registry).decode()
    families = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    names = set()
    for name, kind in families:
        ends = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        names |= {f"{name}{end}" for end in ends}
    return frozenset(names)


def balanced(expression: str) -> bool:
    return all(expression.count(a) == expression.count(b) for a, b in ("()", "{}", "[]"))


def test_alert_rules_are_rules_of_metrics_that_exist() -> None:
    (group,) = read("alerts.yml")["groups"]
    names = [rule["alert"] for rule in group["rules"]]
    assert len(set(names)) == len(names)
    for rule in group["rules"]:
        assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "what_to_do"}
        assert balanced(rule["expr"])
        assert set(_METRIC.findall(rule["expr"])) <= exported()


def test_the_dashboard_shows_metrics_that_exist_and_nothing_lies_on_another() -> None:
    board = json.loads((FOLDER / "grafana/dashboards/huizhen.json").read_text("utf-8"))
    source = read("grafana/provisioning/datasources/prometheus.yml")["datasources"][0]["uid"]
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        assert panel["datasource"]["uid"] == source
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
        for target in panel["targets"]:
            assert balanced(target["expr"])
            assert set(_METRIC.findall(target["expr"])) <= exported()
