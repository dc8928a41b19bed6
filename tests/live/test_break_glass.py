"""Breaking the glass at the real windows, from the number to the pictures of the case."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.commands.wishes import Page
from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_signed_in import choose
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live
PATIENT = "何小溪"
WHY = "Unconscious in our emergency room, earlier images are needed"


def number_of(valley: Valley, case_id: str) -> str:
    case = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    return str(case["summary"]["number"])


async def ask(person: Clinician, number: str, reason: str = WHY) -> None:
    await person.click("breakGlassButton")
    await person.write("emergencyNumber", number)
    await person.write("emergencyReason", reason)
    await person.click("openEmergency")


def test_a_stranger_opens_a_case_with_a_reason_and_reads_it(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    number = number_of(valley, case_id)
    stranger = make_valley(town).expert

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, stranger.username)
        await ask(person, number, "too short")
        await person.read("Say it in at least 10 characters.")
        await person.write("emergencyReason", WHY)
        await person.write("emergencyNumber", "CONS-20200101-0001")
        await person.click("openEmergency")
        await person.read("There is no case of this number that can be opened.")
        await person.write("emergencyNumber", number.lower())
        await person.click("openEmergency")
        await person.read("Emergency access until")
        assert not person.desk.window.glass.isVisible()
        assert PATIENT in person.screen()
        assert person.desk.window.page is Page.WORKSPACE

    at_desk({server.url: server.ca}, part)
    timeline = valley.doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert (timeline[-1]["action"], timeline[-1]["reason"]) == ("break_glass", WHY)


def test_the_clinic_is_told_at_once(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    number = number_of(valley, case_id)
    stranger = make_valley(town).expert

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        body = {"number": number, "reason": WHY}
        assert stranger.send("POST", paths.EMERGENCY_ACCESS, body).status_code == 201
        await person.read(f"takes no part in {number} and opened it in an emergency: {WHY}")

    at_desk({server.url: server.ca}, part)


def test_a_security_officer_is_told_reads_why_and_ends_it(
    at_desk: Play, server: ServerProcess, town: Town, valley: Valley
) -> None:
    case_id = submitted_case(valley)
    number = number_of(valley, case_id)
    stranger, officer = make_valley(town).expert, town.person("security", name="赵安全")

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, officer.username)
        body = {"number": number, "reason": WHY}
        assert stranger.send("POST", paths.EMERGENCY_ACCESS, body).status_code == 201
        await person.read(f"opened {number} in an emergency: {WHY}")
        person.desk.window.security._tabs.setCurrentIndex(1)
        await choose(person, "emergencies", number)
        await person.click("endEmergency")
        path = paths.CONSULTATION.format(consultation_id=case_id)
        await person.until(lambda: stranger.http.get(path).status_code == 404, "the end of it")
        assert PATIENT not in person.screen()

    at_desk({server.url: server.ca}, part)


@pytest.fixture
def short(tmp_path: Path) -> Iterator[ServerProcess]:
    """Where an emergency lasts a minute."""
    process = ServerProcess(tmp_path / "short", {"HUIZHEN_EMERGENCY_ACCESS_S": "60"})
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


def test_when_its_time_is_over_nothing_of_the_patient_stays_on_the_screen(
    at_desk: Play, short: ServerProcess
) -> None:
    town = Town(short.url, ssl.create_default_context(cafile=str(short.ca)))
    valley, stranger = make_valley(town), make_valley(town).expert
    number = number_of(valley, submitted_case(valley))

    async def part(person: Clinician) -> None:
        await person.sign_in(short.url, stranger.username)
        service = person.desk.identity.emergency
        waited: list[float] = []
        now = service._now

        async def at_once(seconds: float) -> None:
            """The minute is not waited for."""
            await person.read("Emergency access until")
            waited.append(seconds)

        service._pause = at_once
        service._now = lambda: now() + timedelta(seconds=sum(waited))
        await ask(person, number)
        await person.read("The time of the emergency access")
        assert person.state.case is None
        assert PATIENT not in person.screen()
        assert 0 < sum(waited) <= 60

    try:
        at_desk({short.url: short.ca}, part)
    finally:
        town.close()
