"""Breaking the glass: a case is read by somebody without a part in it, for a time, and loudly."""

import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from protocol import paths
from server.store.tables import AuditRow
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import (
    Someone,
    Town,
    Valley,
    make_valley,
    open_case,
    submitted_case,
)
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.tables import rows

WHY = "患者昏迷送来急诊，需要既往影像"


def code(answer: httpx.Response) -> str:
    return str(answer.json()["code"])


def number_of(valley: Valley, case_id: str) -> str:
    case = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    return str(case["summary"]["number"])


def breaks_glass(person: Someone, number: str, reason: str = WHY) -> httpx.Response:
    return person.send("POST", paths.EMERGENCY_ACCESS, {"number": number, "reason": reason})


def sees(person: Someone, case_id: str) -> int:
    return person.send("GET", paths.CONSULTATION, consultation_id=case_id).status_code


@pytest.fixture
def stranger(town: Town) -> Someone:
    """An emergency doctor of a hospital without any relation to the case."""
    return make_valley(town).expert


@pytest.fixture
def house(tmp_path: Path) -> Iterator[InProcess]:
    made = InProcess(tmp_path, emergency_access_s=1800)
    yield made
    made.end()


@pytest.fixture
def within(house: InProcess) -> Iterator[TownWithin]:
    made = TownWithin(house)
    yield made
    made.close()


@pytest.mark.both_databases
def test_with_a_reason_the_case_and_its_images_can_be_read_and_nothing_be_done(
    valley: Valley, stranger: Someone, town: Town
) -> None:
    (image,) = new_study(1)
    data = file_bytes(image)
    case_id = open_case(valley)
    declare(valley.doctor, case_id, [image], [data])
    stow(valley.doctor, [data])
    assert valley.doctor.act(case_id, "submit").is_success
    study = f"{paths.DICOMWEB}/studies/{image.StudyInstanceUID}/metadata?consultation={case_id}"
    assert (sees(stranger, case_id), stranger.http.get(study).status_code) == (404, 404)
    opened = breaks_glass(stranger, number_of(valley, case_id))
    assert opened.status_code == 201, opened.text
    assert opened.json()["consultation_id"] == case_id
    case = stranger.get(paths.CONSULTATION, consultation_id=case_id)
    assert case["content"]["patient"]["name"] == "何小溪"
    assert case["emergency_until"] == opened.json()["until"]
    for path in (paths.TIMELINE, paths.STUDIES):
        assert stranger.send("GET", path, consultation_id=case_id).status_code == 200
    assert stranger.http.get(study).status_code == 200
    for path in (paths.MESSAGES, paths.RECORDINGS, paths.INVITATIONS, paths.CANDIDATES):
        assert stranger.send("GET", path, consultation_id=case_id).status_code == 403, path
    assert stranger.act(case_id, "withdraw").status_code in (403, 409)
    assert case_id not in {row["id"] for row in stranger.get(paths.CONSULTATIONS)["items"]}
    access_id, path = opened.json()["id"], paths.EMERGENCY_ACCESS_ONE
    officer = town.person("security")
    assert officer.send("DELETE", path, access_id=access_id).status_code == 204
    assert (sees(stranger, case_id), stranger.http.get(study).status_code) == (404, 404)


@pytest.mark.both_databases
async def test_it_is_loud(
    valley: Valley, town: Town, stranger: Someone, context: ssl.SSLContext, server: ServerProcess
) -> None:
    case_id = submitted_case(valley)
    number = number_of(valley, case_id)
    officer = town.person("security", institution=valley.clinic)
    auditor = town.person("auditor")
    elsewhere = town.person("security", institution=make_valley(town).clinic)
    tokens = (one.tokens.access_token for one in (valley.doctor, officer, auditor, elsewhere))
    doctors, officers, auditors, others = (signed_in(town.url, context, one) for one in tokens)
    async with doctors as owner, officers as watch, auditors as audit, others as deaf:
        assert breaks_glass(stranger, number).status_code == 201
        told = await owner.hear("consultation_changed", lambda frame: frame["event"] is not None)
        assert told["event"]["action"] == "break_glass"
        assert (told["event"]["by"]["display_name"], told["event"]["reason"]) == ("陈专家", WHY)
        for line in (watch, audit):
            access = (await line.hear("emergency_opened"))["access"]
            assert (access["number"], access["reason"]) == (number, WHY)
        assert "emergency_opened" not in {frame["type"] for frame in await deaf.quiet()}
    timeline = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert timeline[-1]["action"] == "break_glass"
    (entry,) = rows(
        server,
        select(AuditRow.access, AuditRow.account_id, AuditRow.detail).where(
            AuditRow.resource == "emergency_access", AuditRow.consultation_id == told_id(case_id)
        ),
    )
    assert entry[:2] == ("execute", stranger.id)
    assert entry[2].startswith("break_glass until=")
    assert hashlib.sha256(WHY.encode()).hexdigest() in entry[2], "the reason cannot change later"
    assert WHY not in entry[2]


def told_id(case_id: str) -> UUID:
    return UUID(case_id)


def test_it_ends_by_itself(house: InProcess, within: TownWithin) -> None:
    valley, stranger = make_valley(within), make_valley(within).expert
    case_id = submitted_case(valley)
    assert breaks_glass(stranger, number_of(valley, case_id)).status_code == 201
    house.pass_time(1795)
    assert sees(stranger, case_id) == 200
    house.pass_time(10)
    assert sees(stranger, case_id) == 404
    assert breaks_glass(stranger, number_of(valley, case_id)).status_code == 201, "again, if needed"
    assert sees(stranger, case_id) == 200
    assert len(valley.doctor.get(paths.TIMELINE, consultation_id=case_id)) == 4


def test_what_happens_to_the_case_meanwhile_leaves_it_open(
    house: InProcess, within: TownWithin
) -> None:
    valley, stranger = make_valley(within), make_valley(within).expert
    case_id = submitted_case(valley)
    breaks_glass(stranger, number_of(valley, case_id))
    valley.expert.take(case_id)
    assert valley.expert.act(case_id, "accept").is_success
    assert sees(stranger, case_id) == 200


def test_a_security_officer_looks_at_them_and_ends_one(
    house: InProcess, within: TownWithin
) -> None:
    valley, stranger = make_valley(within), make_valley(within).expert
    case_id = submitted_case(valley)
    access_id = breaks_glass(stranger, number_of(valley, case_id)).json()["id"]
    officer, auditor = within.person("security"), within.person("auditor")
    for person in (officer, auditor):
        (listed,) = person.get(paths.EMERGENCY_ACCESSES)
        assert (listed["by"]["display_name"], listed["reason"]) == ("陈专家", WHY)
        assert sees(person, case_id) == 404, "that it was read is not what was read"
    path = paths.EMERGENCY_ACCESS_ONE
    assert auditor.send("DELETE", path, access_id=access_id).status_code == 403
    assert officer.send("DELETE", path, access_id=access_id).status_code == 204
    assert sees(stranger, case_id) == 404
    assert officer.get(paths.EMERGENCY_ACCESSES)[0]["ended_at"]


@pytest.mark.parametrize("role", ["admin", "auditor", "security"])
def test_who_treats_nobody_breaks_no_glass(role: str, valley: Valley, town: Town) -> None:
    case_id = submitted_case(valley)
    person = town.person(role)
    assert breaks_glass(person, number_of(valley, case_id)).status_code == 403
    assert sees(person, case_id) == 404


def test_a_reason_has_to_be_given(valley: Valley, stranger: Someone) -> None:
    number = number_of(valley, submitted_case(valley))
    for reason in ("", "看看", "          "):
        assert breaks_glass(stranger, number, reason).status_code == 422


def test_drafts_stay_closed_and_guessing_numbers_has_to_wait(
    valley: Valley, stranger: Someone, server: ServerProcess
) -> None:
    draft = number_of(valley, open_case(valley))
    for number in (draft, *(f"CONS-20200101-000{n}" for n in range(4))):
        assert code(breaks_glass(stranger, number)) == "not_found"
    assert code(breaks_glass(stranger, "CONS-20200101-0009")) == "too_many_requests"
    tried = select(AuditRow.target, AuditRow.outcome).where(
        AuditRow.account_id == stranger.id, AuditRow.resource == "emergency_access"
    )
    assert (draft, "no_such_case") in rows(server, tried)


def test_a_study_of_the_case_is_closed_to_who_opened_another_case(
    valley: Valley, stranger: Someone
) -> None:
    (image,) = new_study(1)
    data = file_bytes(image)
    with_images, other = open_case(valley), submitted_case(valley)
    declare(valley.doctor, with_images, [image], [data])
    stow(valley.doctor, [data])
    assert valley.doctor.act(with_images, "submit").is_success
    assert breaks_glass(stranger, number_of(valley, other)).status_code == 201
    study = f"{paths.DICOMWEB}/studies/{image.StudyInstanceUID}/metadata"
    for through in (other, with_images):
        assert stranger.http.get(study, params={"consultation": through}).status_code == 404
    assert stranger.http.get(study).status_code == 404


def test_who_takes_part_needs_no_glass(valley: Valley) -> None:
    answer = breaks_glass(valley.doctor, number_of(valley, submitted_case(valley)))
    assert (answer.status_code, code(answer)) == (409, "conflict")
