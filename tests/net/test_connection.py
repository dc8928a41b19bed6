"""Whatever happens on the wire becomes one of the package's errors; tokens renew once for all."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.net.connection import Connection
from app.net.errors import (
    NetError,
    NotSignedIn,
    NotUnderstood,
    Refused,
    TimedOut,
    Unreachable,
)
from app.net.trust import Pin
from protocol import paths
from protocol.account import Account, TokenPair
from protocol.errors import ErrorCode
from tests.net.tiny_server import Raw, Request, TinyServer, answer, as_json, problem

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ACCOUNT = {
    "id": "0198e7c1-0000-7000-8000-000000000001",
    "username": "lin",
    "display_name": "林医生",
    "roles": ["requester"],
    "institution_id": None,
    "institution_name": None,
}


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Sessions:
    """Answers refreshes with a new pair each; refuses old access tokens when told."""

    def __init__(self) -> None:
        self.now = NOW
        self.number = 0
        self.good: set[str] = set()
        self.refuse_refresh: Raw | None = None

    def __call__(self, request: Request) -> Raw:
        if request.path == paths.REFRESH:
            return self.refuse_refresh or self._refresh(request)
        if request.token not in self.good:
            return problem("token_expired", 401)
        return as_json(ACCOUNT)

    def _refresh(self, request: Request) -> Raw:
        if json.loads(request.body)["refresh_token"] != self._refresh_token():
            return problem("refresh_reused", 401)
        self.number += 1
        self.good = {f"access-{self.number}"}
        return as_json(
            {
                "access_token": f"access-{self.number}",
                "access_expires_at": (self.now + timedelta(minutes=10)).isoformat(),
                "refresh_token": self._refresh_token(),
                "scope": "full",
                "account": ACCOUNT,
            }
        )

    def _refresh_token(self) -> str:
        return f"refresh-{self.number:020d}"


@pytest.fixture
async def wire(tiny: TinyServer, pin: Pin) -> AsyncIterator[tuple[Connection, TinyServer]]:
    async with tiny:
        connection = Connection(tiny.url, pin)
        yield connection, tiny
        await connection.close()


@pytest.fixture
async def signed_in(
    tiny: TinyServer, pin: Pin
) -> AsyncIterator[tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]]]:
    kept: list[TokenPair | None] = []
    clock, sessions = Clock(), Sessions()
    tiny.answer = sessions
    async with tiny:
        connection = Connection(tiny.url, pin, on_tokens=kept.append, now=clock)
        await connection.resume(f"refresh-{0:020d}")
        yield connection, tiny, sessions, clock, kept
        await connection.close()


CHUNKED = b"HTTP/1.1 200 -\r\ntransfer-encoding: chunked\r\n\r\n"
GZIP = {"content_encoding": "gzip"}
ANSWERS: list[tuple[str, Raw, type[NetError]]] = [
    ("closed before the answer", Raw(b""), Unreachable),
    ("closed within the head", Raw(b"HTTP/1.1 200 OK\r\nContent-"), Unreachable),
    ("closed within the body", Raw(b"HTTP/1.1 200 -\r\ncontent-length: 99\r\n\r\n{"), Unreachable),
    ("no HTTP", Raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Unreachable),
    ("a chunk that is none", Raw(CHUNKED + b"zz\r\n"), Unreachable),
    ("a body that is not gzip", answer(200, b"plain", **GZIP), NotUnderstood),
    ("a proxy's error page", answer(502, b"<html>bad gateway", "text/html"), Unreachable),
    ("a page that is not ours", answer(404, b"<html>not found", "text/html"), NotUnderstood),
    ("a login page", answer(200, b"<html>sign in", "text/html"), NotUnderstood),
    ("a redirect", answer(302, b"", location="https://127.0.0.1/elsewhere"), NotUnderstood),
    ("nothing", answer(200, b""), NotUnderstood),
    ("another message", as_json({"id": 1}), NotUnderstood),
    ("a refusal", problem("forbidden", 403), Refused),
    ("a refusal of a newer server", problem("not_thought_of_yet", 403), NotUnderstood),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "expected"), [a[1:] for a in ANSWERS], ids=[a[0] for a in ANSWERS])
async def test_every_answer_becomes_an_error_of_the_tree(
    wire: tuple[Connection, TinyServer], raw: Raw, expected: type[NetError]
) -> None:
    connection, tiny = wire
    tiny.answer = lambda _: raw
    with pytest.raises(NetError) as caught:
        Connection.parse(Account, await connection.open_request("GET", paths.SERVER))
    assert type(caught.value) is expected


async def test_a_connection_let_go_while_idle_costs_a_reading_nothing(
    wire: tuple[Connection, TinyServer],
) -> None:
    connection, tiny = wire
    answers = iter([Raw(b""), as_json(ACCOUNT)])
    tiny.answer = lambda _: next(answers)
    response = await connection.open_request("GET", paths.SERVER)
    assert Connection.parse(Account, response).username == "lin"


async def test_what_may_have_been_done_already_is_not_sent_again(
    wire: tuple[Connection, TinyServer],
) -> None:
    connection, tiny = wire
    tiny.answer = lambda _: Raw(b"")
    with pytest.raises(Unreachable):
        await connection.open_request("POST", paths.CONSULTATIONS)
    assert tiny.asked(paths.CONSULTATIONS) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://[bad",
        "https://a:99999",
        "https://",
        "https://127.0.0.1:1",
        "ftp://host",
        f"https://{'a' * 80}.x",
        "https://with space",
    ],
)
async def test_every_address_that_leads_nowhere_becomes_an_error_of_the_tree(address: str) -> None:
    connection = Connection(address, None)
    with pytest.raises((Unreachable, NotUnderstood)):
        await connection.open_request("GET", paths.SERVER)
    await connection.close()


async def test_a_server_that_does_not_answer_times_out(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
) -> None:
    connection, tiny, *_ = signed_in
    tiny.answer = lambda _: Raw(None)
    with pytest.raises(TimedOut):
        async with connection.stream("GET", paths.ME, limits=httpx.Timeout(0.1)):
            pass


async def test_a_port_without_tls_is_unreachable(pin: Pin) -> None:
    async with TinyServer(None) as server:
        connection = Connection(server.url, pin)
        with pytest.raises(Unreachable):
            await connection.open_request("GET", paths.SERVER)
        await connection.close()


async def test_without_a_session_nothing_is_sent(wire: tuple[Connection, TinyServer]) -> None:
    connection, tiny = wire
    with pytest.raises(NotSignedIn):
        await connection.get(Account, paths.ME)
    assert tiny.requests == []


async def test_an_old_token_is_renewed_once_for_all_who_wait(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
) -> None:
    connection, tiny, sessions, clock, kept = signed_in
    clock.now = sessions.now = NOW + timedelta(minutes=9, seconds=45)
    await asyncio.gather(*(connection.get(Account, paths.ME) for _ in range(20)))
    assert tiny.asked(paths.REFRESH) == 2
    assert tiny.asked(paths.ME) == 20
    assert [pair.access_token for pair in kept if pair] == ["access-1", "access-2"]


async def test_a_token_the_server_finds_too_old_is_renewed_once_for_all_who_wait(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
) -> None:
    connection, tiny, sessions, _, _ = signed_in
    sessions.good = set()
    await asyncio.gather(*(connection.get(Account, paths.ME) for _ in range(20)))
    assert tiny.asked(paths.REFRESH) == 2
    assert sessions.number == 2


async def test_a_clock_that_is_wrong_does_not_renew_with_every_request(
    tiny: TinyServer, pin: Pin
) -> None:
    tiny.answer, clock = Sessions(), Clock()
    clock.now = NOW + timedelta(hours=3)
    async with tiny:
        connection = Connection(tiny.url, pin, now=clock)
        await connection.resume(f"refresh-{0:020d}")
        for _ in range(3):
            await connection.get(Account, paths.ME)
        assert tiny.asked(paths.REFRESH) == 1
        await connection.close()


async def test_a_body_that_was_refused_for_its_token_is_sent_again_whole(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
) -> None:
    connection, tiny, sessions, _, _ = signed_in
    sessions.good = set()

    async def content() -> AsyncIterator[bytes]:
        yield b"half "
        yield b"and half"

    headers = {"content-length": "13"}
    async with connection.stream("POST", "/x", content=content, headers=headers):
        pass
    assert [one.body for one in tiny.requests if one.path == "/x"] == [b"half and half"] * 2


async def test_who_asks_too_often_waits_as_long_as_the_server_says(
    tiny: TinyServer, pin: Pin
) -> None:
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    sessions = Sessions()
    async with tiny:
        connection = Connection(tiny.url, pin, now=Clock(), sleep=wait)
        tiny.answer = sessions
        await connection.resume(f"refresh-{0:020d}")
        tiny.answer = lambda request: (
            problem("too_many_requests", 429, retry_after_s=3)
            if tiny.asked(request.path) < 3 or request.path == paths.UNLOCK
            else sessions(request)
        )
        await connection.get(Account, paths.ME)
        assert waited == [3.0, 3.0]
        with pytest.raises(Refused):
            await connection.request("POST", paths.UNLOCK)
        assert waited == [3.0, 3.0], "whoever typed a password is told at once"
        await connection.close()


async def test_a_session_that_was_ended_is_forgotten(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
) -> None:
    connection, tiny, _, _, kept = signed_in
    tiny.answer = lambda _: problem("session_ended", 401)
    with pytest.raises(Refused):
        await connection.get(Account, paths.ME)
    assert kept[-1] is None
    with pytest.raises(NotSignedIn):
        await connection.get(Account, paths.ME)


async def test_a_reused_refresh_token_ends_the_session(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
) -> None:
    connection, _, sessions, clock, kept = signed_in
    sessions.number = 7  # somebody else has used the token meanwhile
    clock.now = NOW + timedelta(minutes=11)
    with pytest.raises(Refused) as caught:
        await connection.get(Account, paths.ME)
    assert caught.value.code is ErrorCode.REFRESH_REUSED
    assert kept[-1] is None


@pytest.mark.parametrize(
    "trouble", [problem("unavailable", 503), problem("too_many_requests", 429), Raw(b"")]
)
async def test_a_server_in_trouble_does_not_end_the_session(
    signed_in: tuple[Connection, TinyServer, Sessions, Clock, list[TokenPair | None]],
    trouble: Raw,
) -> None:
    connection, _, sessions, clock, kept = signed_in
    clock.now = NOW + timedelta(minutes=9, seconds=45)
    sessions.refuse_refresh = trouble
    with pytest.raises(NetError):
        await connection.get(Account, paths.ME)
    assert kept[-1] is not None
    sessions.refuse_refresh = None
    assert (await connection.get(Account, paths.ME)).display_name == "林医生"


async def test_a_session_given_by_somebody_else_begins_with_the_first_request(
    tiny: TinyServer, pin: Pin
) -> None:
    tiny.answer = Sessions()
    async with tiny:
        connection = Connection(tiny.url, pin, now=Clock())
        connection.begin_with(f"refresh-{0:020d}")
        assert tiny.requests == []
        await asyncio.gather(*(connection.get(Account, paths.ME) for _ in range(5)))
        assert tiny.asked(paths.REFRESH) == 1
        await connection.close()
