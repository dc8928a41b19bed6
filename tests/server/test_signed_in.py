"""Where people are signed in: listed, and ended by themselves or by who looks after the site."""

import ssl
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update
from websockets.exceptions import ConnectionClosed

from protocol import paths
from server.store.tables import AuditRow, RefreshTokenRow
from tests.server.people import PASSWORD, Someone, Town, Valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.tables import rows

pytestmark = pytest.mark.both_databases


def code(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


def mine(person: Someone) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = person.get(paths.MY_SESSIONS)
    return listed


def session_of(person: Someone) -> str:
    own = (one for one in mine(person) if one["current"] and one["scope"] == "full")
    return str(next(own)["id"])


async def test_a_person_sees_each_device_and_which_of_them_asks(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    ward = town.sign_in(valley.doctor.username, device="Ward 3")
    async with signed_in(town.url, context, ward.tokens.access_token):
        listed = mine(ward)
    assert [one["device"] for one in listed] == ["Ward 3", ""], "the newest first"
    assert [one["current"] for one in listed] == [True, False]
    assert [one["connected"] for one in listed] == [True, False]
    assert {one["address"] for one in listed} == {"127.0.0.1"}
    assert all(one["seen_at"] and one["since"] for one in listed)


def test_using_it_is_seen(valley: Valley, town: Town) -> None:
    (before,) = mine(valley.doctor)
    with town.client() as http:
        body = {"refresh_token": valley.doctor.tokens.refresh_token}
        assert http.post(paths.REFRESH, json=body).status_code == 200
    (after,) = mine(valley.doctor)
    assert str(after["seen_at"]) > str(before["seen_at"])
    assert after["since"] == before["since"]


def test_what_can_no_longer_go_on_is_not_listed(
    valley: Valley, town: Town, server: ServerProcess
) -> None:
    (old,) = mine(valley.doctor)
    long_ago = update(RefreshTokenRow).where(RefreshTokenRow.session_id == UUID(str(old["id"])))
    rows(
        server,
        long_ago.values(expires_at=valley.doctor.tokens.access_expires_at.replace(year=2020)),
    )
    fresh = town.sign_in(valley.doctor.username)
    assert [one["id"] for one in mine(fresh)] == [session_of(fresh)]


async def test_ending_one_closes_its_socket_and_its_uploads_and_leaves_the_others(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    lost = town.sign_in(valley.doctor.username, device="a lost notebook")
    transfer = lost.send("POST", paths.TRANSFER_SESSION).json()
    gone = session_of(lost)
    async with signed_in(town.url, context, lost.tokens.access_token) as line:
        ended = valley.doctor.send("DELETE", paths.MY_SESSION, session_id=gone)
        assert ended.status_code == 204
        assert (await line.hear("session_ended"))["reason"] == "revoked"
        with pytest.raises(ConnectionClosed):
            await line.read()
    assert code(lost.http.get(paths.ME)) == "session_ended"
    with town.client() as http:
        for token in (lost.tokens.refresh_token, transfer["refresh_token"]):
            assert code(http.post(paths.REFRESH, json={"refresh_token": token})) == "session_ended"
    assert valley.doctor.http.get(paths.ME).status_code == 200


def test_ending_all_others_leaves_the_one_that_asks_and_what_it_sends(
    valley: Valley, town: Town
) -> None:
    others = [town.sign_in(valley.doctor.username) for _ in range(2)]
    transfer = valley.doctor.send("POST", paths.TRANSFER_SESSION).json()
    assert valley.doctor.send("DELETE", paths.MY_SESSIONS).status_code == 204
    assert [code(one.http.get(paths.ME)) for one in others] == ["session_ended"] * 2
    assert {one["current"] for one in mine(valley.doctor)} == {True}
    with town.client() as http:
        again = http.post(paths.REFRESH, json={"refresh_token": transfer["refresh_token"]})
        assert again.status_code == 200


def test_nobody_ends_anothers_session_or_learns_that_it_is_there(valley: Valley) -> None:
    theirs = session_of(valley.expert)
    for session_id in (theirs, str(uuid4())):
        answer = valley.doctor.send("DELETE", paths.MY_SESSION, session_id=session_id)
        assert (answer.status_code, code(answer)) == (404, "not_found")
        refused = valley.doctor.send("DELETE", paths.ONE_SESSION, session_id=session_id)
        assert refused.status_code == 403
    assert valley.expert.http.get(paths.ME).status_code == 200


@pytest.mark.parametrize("role", ["admin", "security"])
def test_who_looks_after_the_site_sees_everybodys_and_ends_them(
    role: str, valley: Valley, town: Town, server: ServerProcess
) -> None:
    officer = town.person(role)
    listed = {one["session"]["id"]: one for one in officer.get(paths.SESSIONS)}
    theirs = session_of(valley.doctor)
    assert listed[theirs]["display_name"] == "林医生"
    assert listed[theirs]["roles"] == ["requester"]
    assert officer.send("DELETE", paths.ONE_SESSION, session_id=theirs).status_code == 204
    assert code(valley.doctor.http.get(paths.ME)) == "session_ended"
    one, two = (town.sign_in(valley.expert.username) for _ in range(2))
    ended = officer.send("DELETE", paths.ACCOUNT_SESSIONS, account_id=valley.expert.id)
    assert ended.status_code == 204
    for person in (one, two, valley.expert):
        assert code(person.http.get(paths.ME)) == "session_ended"
    trail = rows(
        server,
        select(AuditRow.access, AuditRow.resource, AuditRow.detail).where(
            AuditRow.account_id == officer.id, AuditRow.target == theirs
        ),
    )
    assert trail == [("delete", "session", "revoked")]


async def test_a_refresh_token_used_twice_ends_the_whole_family_and_its_sockets(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    """The session, its socket, and the uploads that belong to it (RFC 9700 section 4.14)."""
    old = valley.expert.tokens.refresh_token
    transfer = valley.expert.send("POST", paths.TRANSFER_SESSION).json()
    with town.client() as http:
        first = http.post(paths.REFRESH, json={"refresh_token": old}).json()
        second = http.post(paths.REFRESH, json={"refresh_token": first["refresh_token"]}).json()
        async with signed_in(town.url, context, second["access_token"]) as line:
            stolen = http.post(paths.REFRESH, json={"refresh_token": old})
            assert code(stolen) == "refresh_reused"
            assert (await line.hear("session_ended"))["reason"] == "refresh_reused"
            with pytest.raises(ConnectionClosed):
                await line.read()
        for token in (second["refresh_token"], transfer["refresh_token"]):
            assert http.post(paths.REFRESH, json={"refresh_token": token}).status_code == 401
    assert town.sign_in(valley.expert.username, PASSWORD).http.get(paths.ME).status_code == 200
