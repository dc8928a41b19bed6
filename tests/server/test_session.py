"""Signing in, staying signed in, and everything that ends it."""

import json
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed

from protocol import paths
from server.store.tables import AuditRow
from tests.server.people import ADMIN, PASSWORD, Town, Valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.tables import rows


def code(answer: object) -> str:
    return str(answer.json()["code"])  # type: ignore[attr-defined]


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(valley: Valley, town: Town) -> None:
    with town.client() as http:
        for name in (valley.doctor.username, "nobody.at.all"):
            body = {"username": name, "password": "wrong password"}
            answer = http.post(paths.SESSION, json=body)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert code(answer) == "invalid_credentials"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_guessing_has_to_wait_longer_and_longer(valley: Valley, town: Town) -> None:
    with town.client() as http:
        body = {"username": valley.doctor.username, "password": "wrong password"}
        codes = [code(http.post(paths.SESSION, json=body)) for _ in range(6)]
        assert codes == ["invalid_credentials"] * 5 + ["too_many_requests"]
        right = http.post(paths.SESSION, json={**body, "password": PASSWORD})
        assert right.status_code == 429
        assert int(right.headers["retry-after"]) >= 1
    inside = valley.doctor.send("POST", paths.REAUTHENTICATE, {"password": PASSWORD})
    assert inside.status_code == 200, "who guesses outside keeps nobody from signing"


def test_without_a_token_or_with_a_false_one_nothing_opens(valley: Valley, town: Town) -> None:
    with town.client() as http:
        assert code(http.get(paths.CONSULTATIONS)) == "token_missing"
        http.headers["authorization"] = "Bearer something"
        assert code(http.get(paths.CONSULTATIONS)) == "token_invalid"
        head, body, _ = valley.doctor.tokens.access_token.split(".")
        http.headers["authorization"] = f"Bearer {head}.{body}."
        assert code(http.get(paths.CONSULTATIONS)) == "token_invalid"


def renew(http: httpx.Client, token: str) -> httpx.Response:
    return http.post(paths.REFRESH, json={"refresh_token": token})


def test_a_refresh_token_used_after_its_successor_ends_the_session(
    valley: Valley, town: Town
) -> None:
    old = valley.doctor.tokens.refresh_token
    with town.client() as http:
        first = renew(http, old)
        second = renew(http, first.json()["refresh_token"])
        assert (first.status_code, second.status_code) == (200, 200)
        reused = renew(http, old)
        assert (reused.status_code, code(reused)) == (401, "refresh_reused")
        assert code(renew(http, second.json()["refresh_token"])) == "refresh_reused"
        http.headers["authorization"] = f"Bearer {second.json()['access_token']}"
        assert code(http.get(paths.ME)) == "session_ended"


def test_a_refresh_whose_answer_was_lost_may_be_repeated(valley: Valley, town: Town) -> None:
    old = valley.doctor.tokens.refresh_token
    with town.client() as http:
        answers = [renew(http, old) for _ in range(3)]
        assert [one.status_code for one in answers] == [200] * 3
        assert renew(http, answers[-1].json()["refresh_token"]).status_code == 200


def test_two_holders_of_one_repeated_refresh_are_found_out(valley: Valley, town: Town) -> None:
    old = valley.doctor.tokens.refresh_token
    with town.client() as http:
        first, second = renew(http, old), renew(http, old)
        assert second.status_code == 200
        assert code(renew(http, first.json()["refresh_token"])) == "refresh_reused"
        assert code(renew(http, second.json()["refresh_token"])) == "refresh_reused"


def test_without_grace_a_refresh_token_is_good_once(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path, {"HUIZHEN_REFRESH_GRACE_S": "0"})
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        strict = Town(process.url, ssl.create_default_context(cafile=str(process.ca)))
        old = strict.admin.tokens.refresh_token
        with strict.client() as http:
            assert renew(http, old).status_code == 200
            assert code(renew(http, old)) == "refresh_reused"
        strict.close()


async def test_a_second_sign_in_asks_and_then_takes_over(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    body = {"username": valley.doctor.username, "password": PASSWORD}
    async with signed_in(town.url, context, valley.doctor.tokens.access_token) as first:
        with town.client() as http:
            asked = http.post(paths.SESSION, json=body)
            assert (asked.status_code, code(asked)) == (409, "signed_in_elsewhere")
            assert asked.json()["since"]
            taken = http.post(paths.SESSION, json={**body, "take_over": True})
            assert taken.status_code == 200
        ended = await first.hear("session_ended")
        assert ended["reason"] == "signed_in_elsewhere"
        with pytest.raises(ConnectionClosed):
            await first.read()
    assert code(valley.doctor.http.get(paths.ME)) == "session_ended"


def test_signing_out_ends_the_session_and_leaves_the_upload(valley: Valley, town: Town) -> None:
    pair = valley.doctor.send("POST", paths.TRANSFER_SESSION).json()
    assert valley.doctor.send("DELETE", paths.SESSION).status_code == 204
    assert code(valley.doctor.http.get(paths.ME)) == "session_ended"
    with town.client() as http:
        again = http.post(paths.REFRESH, json={"refresh_token": pair["refresh_token"]})
        assert again.status_code == 200


async def test_signing_out_closes_the_socket_that_is_still_open(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async with signed_in(town.url, context, valley.expert.tokens.access_token) as line:
        assert valley.expert.send("DELETE", paths.SESSION).status_code == 204
        assert (await line.hear("session_ended"))["reason"] == "revoked"
        with pytest.raises(ConnectionClosed):
            await line.read()


async def test_a_disabled_account_is_out_at_once(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    async with signed_in(town.url, context, valley.doctor.tokens.access_token) as line:
        answer = town.admin.send(
            "PATCH", paths.ACCOUNT, {"disabled": True}, account_id=valley.doctor.id
        )
        assert answer.json()["disabled"] is True
        assert (await line.hear("session_ended"))["reason"] == "disabled"
    assert valley.doctor.http.get(paths.ME).status_code in (401, 403)
    with town.client() as http:
        body = {"username": valley.doctor.username, "password": PASSWORD}
        assert code(http.post(paths.SESSION, json=body)) == "account_disabled"


def test_a_reset_password_must_be_changed_before_anything_else(valley: Valley, town: Town) -> None:
    reset = town.admin.send("POST", paths.ACCOUNT_RESET, account_id=valley.doctor.id).json()
    assert code(valley.doctor.http.get(paths.ME)) == "session_ended"
    newcomer = town.sign_in(valley.doctor.username, reset["temporary_password"])
    assert newcomer.tokens.account.must_change_password
    assert code(newcomer.http.get(paths.CONSULTATIONS)) == "password_change_required"
    body = {"current": reset["temporary_password"], "new": "another good password"}
    assert newcomer.send("PUT", paths.PASSWORD, body).status_code == 204
    assert newcomer.http.get(paths.CONSULTATIONS).status_code == 200
    newcomer.http.close()


def test_a_locked_window_asks_for_the_password_and_wrong_ones_are_counted_and_told(
    valley: Valley, town: Town, server: ServerProcess
) -> None:
    doctor = valley.doctor
    assert doctor.send("POST", paths.UNLOCK, {"password": PASSWORD}).status_code == 204
    codes = [code(doctor.send("POST", paths.UNLOCK, {"password": "a guess"})) for _ in range(6)]
    assert codes == ["invalid_credentials"] * 5 + ["too_many_requests"]
    assert doctor.http.get(paths.ME).status_code == 200, "the session goes on"
    trail = rows(
        server,
        select(AuditRow.detail, AuditRow.outcome)
        .where(AuditRow.account_id == doctor.id, AuditRow.resource == "session")
        .order_by(AuditRow.at, AuditRow.id),
    )
    assert trail == [("", None), ("unlocked", None), *[("", "wrong_password")] * 5]


def test_roles_open_only_their_own_doors(valley: Valley, town: Town) -> None:
    doctor, expert, admin = valley.doctor, valley.expert, town.admin
    for someone, path in (
        (doctor, paths.ACCOUNTS),
        (expert, paths.INSTITUTIONS),
        (doctor, paths.QUEUE),
        (doctor, paths.OFFERS),
        (admin, paths.QUEUE),
        (doctor, paths.SIGNING_KEYS),
    ):
        answer = someone.http.get(path)
        assert (answer.status_code, code(answer)) == (403, "forbidden"), path
    made = {"id": str(valley.clinic), "content": {}}
    assert code(expert.http.post(paths.CONSULTATIONS, json=made)) == "forbidden"


@pytest.mark.both_databases
def test_an_administrator_lets_an_institution_write_records(valley: Valley, town: Town) -> None:
    def change(*, writes: bool) -> Any:
        body = {"writes_records": writes}
        answer = town.admin.send("PATCH", paths.INSTITUTION, body, institution_id=valley.clinic)
        assert answer.status_code == 200, answer.text
        return answer.json()["records_written_since"]

    def told() -> Any:
        return valley.doctor.get(paths.ME)["records_written_since"]

    assert told() is None
    since = change(writes=True)
    assert since is not None
    assert (change(writes=True), told()) == (since, since), "once more changes nothing"
    assert valley.expert.get(paths.ME)["records_written_since"] is None
    assert (change(writes=False), told()) == (None, None)
    body = {"writes_records": True}
    refused = valley.doctor.send("PATCH", paths.INSTITUTION, body, institution_id=valley.clinic)
    assert refused.status_code == 403


def test_an_administrator_cannot_lock_themselves_out(town: Town) -> None:
    answer = town.admin.send(
        "PATCH", paths.ACCOUNT, {"roles": ["auditor"]}, account_id=town.admin.id
    )
    assert answer.status_code == 422


def test_a_user_name_is_taken_once(town: Town) -> None:
    body = {
        "username": town.admin.username,
        "display_name": "x",
        "password": PASSWORD,
        "roles": ["auditor"],
    }
    assert code(town.admin.send("POST", paths.ACCOUNTS, body)) == "conflict"


def test_an_expert_needs_a_profile_and_a_house(town: Town) -> None:
    body = {"username": "no.profile", "display_name": "x", "password": PASSWORD}
    answer = town.admin.send("POST", paths.ACCOUNTS, {**body, "roles": ["expert"]})
    assert answer.json()["fields"][0]["location"] == ["expert"]


def test_the_command_line_adds_lists_resets_and_disables(server: ServerProcess, town: Town) -> None:
    code_of_house = "CLI-HOUSE"
    server.add_institution(code_of_house, "河口医院", "hospital")
    server.add_user(
        "cli.expert",
        PASSWORD,
        name="周专家",
        roles=["expert"],
        institution=code_of_house,
        extra=["--title", "associate_chief_physician", "--department", "心内科", "--years", "9"],
    )
    someone = town.sign_in("cli.expert")
    assert someone.tokens.account.expert is not None
    assert someone.tokens.account.expert.departments == ("心内科",)
    listed = [json.loads(row) for row in server.command("user", "list").splitlines()]
    assert "cli.expert" in {row["username"] for row in listed}
    temporary = json.loads(server.command("user", "reset", "cli.expert"))["temporary_password"]
    assert town.sign_in("cli.expert", temporary).tokens.account.must_change_password
    server.command("user", "disable", "cli.expert")
    with town.client() as http:
        body = {"username": "cli.expert", "password": temporary}
        assert code(http.post(paths.SESSION, json=body)) == "account_disabled"
    someone.http.close()


def test_the_command_line_says_what_is_wrong(server: ServerProcess) -> None:
    with pytest.raises(RuntimeError, match="no institution"):
        server.add_user("x.y", PASSWORD, name="x", roles=["requester"], institution="NONE")
    with pytest.raises(RuntimeError, match="password"):
        server.add_user("x.y", "short", name="x", roles=["auditor"])
