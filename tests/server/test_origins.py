"""Web pages that may ask for images: those of configured origins, with a token, no other."""

import ssl
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from protocol import paths
from server.api.border import Border
from server.api.origins import Origins, names_no_host
from tests.server.conftest import trusting
from tests.server.in_process import line_to
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess

ALLOWED = "https://viewer.hospital.example"
STUDIES = f"{paths.DICOMWEB}/studies"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valley]:
    folder = tmp_path_factory.mktemp("origins")
    process = ServerProcess(folder, {"HUIZHEN_WEB_ORIGINS": f'["{ALLOWED}"]'})
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        town = Town(process.url, trusting(process.ca))
        yield make_valley(town)
        town.close()


def ask(house: Valley, method: str, path: str, origin: str) -> httpx.Response:
    headers = {"origin": origin, "access-control-request-method": "GET"}
    return house.doctor.http.request(method, path, headers=headers)


@pytest.mark.parametrize(
    ("headers", "opens"),
    [
        ({}, True),
        ({"origin": "https://site.example"}, True),
        ({"origin": "https://site.example:443"}, True),
        ({"origin": "https://SITE.example"}, True),
        ({"origin": "https://site.example:8443"}, False),
        ({"origin": "https://site.example:8443", "host": "site.example:8443"}, True),
        ({"origin": "https://site.example", "host": "site.example:8443"}, False),
        ({"origin": "https://[2001:db8::1]:8443", "host": "[2001:db8::1]:8443"}, True),
        ({"origin": "https://call.site.example"}, True),
        ({"origin": "https://call.site.example:8443"}, False),
        ({"origin": "https://out.example", "x-forwarded-host": "out.example, inner"}, True),
        ({"origin": "https://out.example:9443", "x-forwarded-host": "out.example:9443"}, True),
        ({"origin": "https://out.example:9443", "x-forwarded-host": "out.example"}, False),
        ({"origin": "https://site.example:9443", "x-forwarded-port": "9443"}, True),
        ({"origin": ALLOWED}, False),
        ({"origin": "http://site.example"}, False),
        ({"origin": "https://site.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://"}, False),
        ({"origin": "https://["}, False),
        ({"origin": "https://site.example:x"}, False),
        ({"origin": "https://a@site.example"}, False),
        ({"origin": "https://site.example/"}, False),
        ({"origin": ""}, False),
    ],
)
def test_only_our_own_pages_and_programs_open_the_socket(
    headers: dict[str, str], *, opens: bool
) -> None:
    origins = Origins([ALLOWED], "https://call.site.example")
    told = {"host": "site.example"} | headers
    scope = {"headers": [(name.encode(), value.encode()) for name, value in told.items()]}
    assert origins.may_open_socket(scope) is opens


def test_a_page_of_two_origins_is_of_none() -> None:
    lines = [(b"host", b"site.example")] + 2 * [(b"origin", b"https://site.example")]
    assert not Origins([]).may_open_socket({"headers": lines})


@pytest.mark.parametrize(
    ("hosts", "version", "refused"),
    [
        (["site.example"], "1.1", False),
        (["10.0.0.7:8443"], "1.1", False),
        (["[::1]:8443"], "1.1", False),
        ([], "1.0", False),
        ([], "1.1", True),
        ([""], "1.1", True),
        (["site.example", "site.example"], "1.1", True),
        (["site.example/x"], "1.1", True),
        (["a@site.example"], "1.1", True),
        (["site.example:"], "1.1", True),
    ],
)
def test_a_request_says_once_whom_it_asks(hosts: list[str], version: str, *, refused: bool) -> None:
    lines = [(b"host", one.encode()) for one in hosts]
    assert names_no_host({"headers": lines, "http_version": version}) is refused


async def test_a_request_with_two_hosts_is_answered_in_words() -> None:
    made = Border(Response("here"), Response(""), Origins([]), bool)
    async with httpx.AsyncClient(transport=line_to(made), base_url="https://site.example") as http:
        lines = [("host", "site.example"), ("host", "evil.example")]
        answer = await http.get(paths.SERVER, headers=lines)
        assert (await http.get(paths.SERVER)).text == "here"
    assert answer.status_code == 400
    assert "(Host)" in answer.json()["title"]


async def test_of_pages_that_are_refused_a_log_says_now_and_then_which() -> None:
    made = Border(Response("here"), Response(""), Origins([]), bool)
    lines = [(b"host", b"hub"), (b"origin", b"https://hub:9443")]
    scope = {"type": "websocket", "path": paths.SOCKET, "headers": lines, "http_version": "1.1"}
    sent: list[dict[str, object]] = []

    async def nothing() -> dict[str, object]:
        return {}

    async def sending(message: MutableMapping[str, Any]) -> None:
        sent.append(dict(message))

    with capture_logs() as told:
        for _ in range(3):
            await made(scope, nothing, sending)
    assert [one["code"] for one in sent] == [4403] * 3
    assert [(one["event"], one["origin"]) for one in told] == [
        ("socket.page_refused", "https://hub:9443")
    ]


async def test_a_page_of_another_origin_is_told_so(town: Town, context: ssl.SSLContext) -> None:
    url = f"{town.url.replace('https', 'wss')}{paths.SOCKET}"
    with pytest.raises(InvalidStatus, match="403"):
        async with connect(url, ssl=context, origin=Origin("https://evil.example")):
            pass


def test_a_page_of_a_configured_origin_is_let_in(house: Valley) -> None:
    first = ask(house, "OPTIONS", STUDIES, ALLOWED)
    assert first.status_code == 204
    assert first.headers["access-control-allow-origin"] == ALLOWED
    assert "authorization" in first.headers["access-control-allow-headers"]
    then = ask(house, "GET", STUDIES, ALLOWED)
    assert then.headers["access-control-allow-origin"] == ALLOWED
    assert "origin" in then.headers["vary"]


def test_the_page_still_needs_a_token_and_is_told_so(house: Valley) -> None:
    answer = httpx.get(
        house.town.url + STUDIES,
        headers={"origin": ALLOWED},
        verify=house.town.context,
        trust_env=False,
    )
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    ["https://other.example", "null", "http://viewer.hospital.example", f"{ALLOWED}.evil.example"],
)
def test_a_page_of_another_origin_is_not(house: Valley, origin: str) -> None:
    for method in ("OPTIONS", "GET"):
        assert "access-control-allow-origin" not in ask(house, method, STUDIES, origin).headers


def test_nothing_but_images_is_open_to_pages(house: Valley) -> None:
    answer = ask(house, "GET", paths.CONSULTATIONS, ALLOWED)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("wrong", ["*", "https://*.example", "http://viewer.example", "viewer"])
def test_a_wildcard_or_a_plain_address_stops_the_start(tmp_path: Path, wrong: str) -> None:
    process = ServerProcess(tmp_path, {"HUIZHEN_WEB_ORIGINS": f'["{wrong}"]'})
    with pytest.raises(RuntimeError, match="no wildcard"):
        process.start()
