"""The second factor: set up by a code, asked for at sign-in, no code opens twice."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from protocol import paths
from server.domain.second_factor import STEP_S, code_at, step_of
from server.store.errors import KeyUnusable
from server.store.factor_keys import FactorKeys
from server.store.kept_secrets import kept_secret
from server.store.second_factor_tables import RecoveryCodeRow, SecondFactorRow
from server.store.tables import AuditRow
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import ADMIN, PASSWORD, Someone, Town, Valley, make_valley
from tests.server.process import ServerProcess
from tests.server.tables import rows

RFC_6238 = b"12345678901234567890"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[InProcess]:
    """Experts must have a second factor here."""
    made = InProcess(tmp_path, second_factor_roles=("expert",))
    yield made
    made.end()


@pytest.fixture
def within(house: InProcess) -> Iterator[TownWithin]:
    made = TownWithin(house)
    yield made
    made.close()


def code(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


class Authenticator:
    """What the person holds: it makes the codes of a secret by the house's clock."""

    def __init__(self, house: InProcess, secret: str) -> None:
        self._house = house
        self._secret = base64.b32decode(secret + "=" * (-len(secret) % 8))

    def code(self, later: int = 0) -> str:
        return code_at(self._secret, int(self._house.clock.at.timestamp()) // STEP_S + later)


def begin(person: Someone, **more: object) -> httpx.Response:
    return person.send("POST", paths.SECOND_FACTOR, {"password": PASSWORD, **more})


def set_up(house: InProcess, person: Someone) -> tuple[Authenticator, list[str]]:
    offer = begin(person).json()
    held = Authenticator(house, offer["secret"])
    confirmed = person.send("PUT", paths.SECOND_FACTOR, {"code": held.code()})
    assert confirmed.status_code == 200, confirmed.text
    return held, confirmed.json()["codes"]


def sign_in(town: Town, person: Someone, **more: object) -> httpx.Response:
    body = {"username": person.username, "password": PASSWORD, **more}
    with town.client() as http:
        return http.post(paths.SESSION, json=body)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238 appendix B, SHA-1: the last six of its eight digits."""
    for seconds, digits in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert code_at(RFC_6238, seconds // STEP_S) == digits
        at = datetime.fromtimestamp(seconds, UTC)
        assert step_of(RFC_6238, digits, at) == seconds // STEP_S
        assert step_of(RFC_6238, digits, at + timedelta(seconds=STEP_S)) == seconds // STEP_S
        assert step_of(RFC_6238, digits, at + timedelta(seconds=3 * STEP_S)) is None


def test_it_is_in_force_only_when_a_code_of_it_has_come_back(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    offer = begin(doctor).json()
    assert offer["uri"].startswith(f"otpauth://totp/Huizhen:{doctor.username}?")
    assert offer["secret"] in offer["uri"]
    assert sign_in(within, doctor).status_code == 200, "not yet"
    wrong = doctor.send("PUT", paths.SECOND_FACTOR, {"code": "000000"})
    assert (wrong.status_code, code(wrong)) == (401, "second_factor_wrong")
    held = Authenticator(house, offer["secret"])
    codes = doctor.send("PUT", paths.SECOND_FACTOR, {"code": held.code()}).json()["codes"]
    assert len(set(codes)) == 10
    state = doctor.get(paths.SECOND_FACTOR)
    assert state["since"]
    assert (state["required"], state["recovery_codes_left"]) == (False, 10)


def test_the_way_in_asks_for_it_and_takes_no_code_twice(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    held, _ = set_up(house, doctor)
    asked = sign_in(within, doctor)
    assert (asked.status_code, code(asked)) == (401, "second_factor_required")
    replayed = sign_in(within, doctor, code=held.code())
    assert code(replayed) == "second_factor_wrong", "it has set the factor up"
    house.pass_time(STEP_S)
    good = held.code()
    assert sign_in(within, doctor, code=f" {good[:3]} {good[3:]} ").status_code == 200
    assert code(sign_in(within, doctor, code=good)) == "second_factor_wrong"
    assert code(sign_in(within, doctor, code=held.code(-1))) == "second_factor_wrong", "older"
    assert sign_in(within, doctor, code=held.code(+1)).status_code == 200, "a clock ahead"


def test_a_code_is_not_used_up_by_the_question_whether_to_take_over(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    held, _ = set_up(house, doctor)
    house.pass_time(STEP_S)
    connection = house.connect(doctor)
    house.built.house.hub.remove(connection)
    connection.session_id = doctor_session(house, doctor)
    house.built.house.hub.add(connection)
    good = held.code()
    assert code(sign_in(within, doctor, code=good)) == "signed_in_elsewhere"
    assert sign_in(within, doctor, code=good, take_over=True).status_code == 200


def doctor_session(house: InProcess, person: Someone) -> UUID:
    return house.built.house.identity.claims(person.tokens.access_token).session_id


def test_a_recovery_code_opens_once(house: InProcess, within: TownWithin) -> None:
    doctor = make_valley(within).doctor
    _, codes = set_up(house, doctor)
    assert sign_in(within, doctor, code=codes[0].upper().replace("-", " ")).status_code == 200
    assert code(sign_in(within, doctor, code=codes[0])) == "second_factor_wrong"
    assert doctor.get(paths.SECOND_FACTOR)["recovery_codes_left"] == 9
    body = {"password": PASSWORD, "code": codes[1]}
    fresh = doctor.send("POST", paths.SECOND_FACTOR_CODES, body).json()["codes"]
    assert not set(fresh) & set(codes)
    assert code(sign_in(within, doctor, code=codes[2])) == "second_factor_wrong", "void"
    assert sign_in(within, doctor, code=fresh[0]).status_code == 200


def test_guessing_codes_has_to_wait_as_guessing_passwords_does(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    held, _ = set_up(house, doctor)
    house.pass_time(STEP_S)
    guesses = [code(sign_in(within, doctor, code="000000")) for _ in range(6)]
    assert guesses == ["second_factor_wrong"] * 5 + ["too_many_requests"]
    assert sign_in(within, doctor, code=held.code()).status_code == 429
    house.pass_time(5)
    assert sign_in(within, doctor, code=held.code()).status_code == 200


@pytest.mark.parametrize("wrong", ["password", "code"])
def test_of_many_guesses_at_once_no_more_are_looked_at_than_of_one_after_the_other(
    house: InProcess, within: TownWithin, wrong: str
) -> None:
    doctor = make_valley(within).doctor
    set_up(house, doctor)
    guess = {"password": "a guess"} if wrong == "password" else {"code": "000000"}
    body = {"username": doctor.username, "password": PASSWORD, **guess}
    address = f"{within.url}{paths.SESSION}"
    answers = house.at_once(*(httpx.Request("POST", address, json=body) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 7


def test_guessing_them_from_within_a_session_has_to_wait_too(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    held, _ = set_up(house, doctor)

    def end(code_given: str) -> httpx.Response:
        body = {"password": PASSWORD, "code": code_given}
        return doctor.send("POST", paths.SECOND_FACTOR_END, body)

    guesses = []
    for _ in range(6):
        guesses.append(code(end("000000")))
        doctor.send("POST", paths.REAUTHENTICATE, {"password": PASSWORD})  # forgives nothing
    assert guesses == ["second_factor_wrong"] * 5 + ["too_many_requests"]
    assert end(held.code(1)).status_code == 429


def test_asking_without_a_code_in_between_does_not_forgive_wrong_ones(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    set_up(house, doctor)
    for _ in range(5):
        sign_in(within, doctor)
        sign_in(within, doctor, code="000000")
    assert sign_in(within, doctor, code="000000").status_code == 429


def test_who_must_have_one_does_nothing_before(house: InProcess, within: TownWithin) -> None:
    expert = make_valley(within).expert
    assert expert.tokens.second_factor_due
    assert code(expert.http.get(paths.QUEUE)) == "second_factor_due"
    assert expert.http.get(paths.ME).status_code == 200
    held, _ = set_up(house, expert)
    assert expert.http.get(paths.QUEUE).status_code == 200, "at once"
    house.pass_time(STEP_S)
    end = {"password": PASSWORD, "code": held.code()}
    refused = expert.send("POST", paths.SECOND_FACTOR_END, end)
    assert (refused.status_code, code(refused)) == (403, "forbidden")


def test_who_need_not_have_one_may_end_it_with_a_code(house: InProcess, within: TownWithin) -> None:
    doctor = make_valley(within).doctor
    held, _ = set_up(house, doctor)
    house.pass_time(STEP_S)
    bare = doctor.send("POST", paths.SECOND_FACTOR_END, {"password": PASSWORD})
    assert code(bare) == "second_factor_required"
    body = {"password": PASSWORD, "code": held.code()}
    assert doctor.send("POST", paths.SECOND_FACTOR_END, body).status_code == 204
    assert sign_in(within, doctor).status_code == 200


def test_a_new_one_takes_the_place_of_the_old_only_with_a_code_of_the_old(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    old, _ = set_up(house, doctor)
    house.pass_time(STEP_S)
    assert code(begin(doctor)) == "second_factor_required"
    offer = begin(doctor, code=old.code()).json()
    house.pass_time(STEP_S)
    assert sign_in(within, doctor, code=old.code()).status_code == 200, "still in force"
    new = Authenticator(house, offer["secret"])
    assert doctor.send("PUT", paths.SECOND_FACTOR, {"code": new.code()}).status_code == 200
    house.pass_time(STEP_S)
    assert code(sign_in(within, doctor, code=old.code())) == "second_factor_wrong"
    assert sign_in(within, doctor, code=new.code()).status_code == 200


def test_what_was_offered_long_ago_is_not_put_in_force(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    held = Authenticator(house, begin(doctor).json()["secret"])
    house.pass_time(16 * 60)
    late = doctor.send("PUT", paths.SECOND_FACTOR, {"code": held.code()})
    assert (late.status_code, code(late)) == (409, "conflict")


def test_an_administrator_resets_it_and_every_session_ends(
    house: InProcess, within: TownWithin
) -> None:
    doctor = make_valley(within).doctor
    set_up(house, doctor)
    listed = {row["id"]: row["second_factor"] for row in within.admin.get(paths.ACCOUNTS)}
    assert listed[str(doctor.id)] is True
    reset = within.admin.send("POST", paths.ACCOUNT_SECOND_FACTOR_RESET, account_id=doctor.id)
    assert reset.status_code == 204
    assert code(doctor.http.get(paths.ME)) == "session_ended"
    assert sign_in(within, doctor).status_code == 200


def test_only_administrators_are_told_who_has_one(house: InProcess, within: TownWithin) -> None:
    valley = make_valley(within)
    told = valley.doctor.get(paths.EXPERTS)
    assert {row["second_factor"] for row in told} == {None}


def test_the_command_line_resets_it_where_no_administrator_can_sign_in(tmp_path: Path) -> None:
    process = ServerProcess(tmp_path)
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        process.command("user", "reset-second-factor", ADMIN)
    entries = select(AuditRow.access, AuditRow.detail).where(AuditRow.resource == "second_factor")
    assert rows(process, entries) == [("delete", "reset")]


@pytest.mark.both_databases
def test_neither_secret_nor_codes_rest_open_and_the_trail_tells_what_was_done(
    valley: Valley, server: ServerProcess
) -> None:
    doctor = valley.doctor
    secret = begin(doctor).json()["secret"]
    raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = int(datetime.now(UTC).timestamp()) // STEP_S
    confirmed = doctor.send("PUT", paths.SECOND_FACTOR, {"code": code_at(raw, step)})
    codes = confirmed.json()["codes"]
    held = rows(
        server,
        select(SecondFactorRow.secret).where(SecondFactorRow.account_id == doctor.id),
    )[0][0]
    assert raw not in held
    hashes = rows(
        server, select(RecoveryCodeRow.hash).where(RecoveryCodeRow.account_id == doctor.id)
    )
    assert not {one for (one,) in hashes} & {*codes, *(c.replace("-", "") for c in codes)}
    told = rows(
        server,
        select(AuditRow.access, AuditRow.detail)
        .where(AuditRow.resource == "second_factor", AuditRow.account_id == doctor.id)
        .order_by(AuditRow.at, AuditRow.id),
    )
    assert told == [("create", "offered"), ("update", "set_up")]


@pytest.mark.allow_logs("the key of second factors is not the one")
def test_a_secret_moved_to_somebody_else_opens_nothing(
    house: InProcess, within: TownWithin
) -> None:
    valley = make_valley(within)
    held, _ = set_up(house, valley.doctor)
    other = within.person("requester", institution=valley.clinic)
    set_up(house, other)
    house.pass_time(STEP_S)

    async def swap() -> None:
        async with house.store.writing() as work:
            row = await work.second_factors.get(valley.doctor.id)
            assert row is not None
            await work.session.execute(
                update(SecondFactorRow)
                .where(SecondFactorRow.account_id == other.id)
                .values(secret=row.secret)
            )

    house.run(swap())
    assert sign_in(within, other, code=held.code()).status_code == 500


def test_keys_of_another_site_open_nothing(tmp_path: Path, valley: Valley) -> None:
    here, there = FactorKeys(tmp_path / "here"), FactorKeys(tmp_path / "there")
    sealed = here.seal(valley.doctor.id, RFC_6238)
    assert here.open(valley.doctor.id, sealed) == RFC_6238
    with pytest.raises(KeyUnusable, match=r"second-factor\.key"):
        there.open(valley.doctor.id, sealed)
    kept = kept_secret(tmp_path / "here", "second-factor", 32)
    assert kept not in sealed
