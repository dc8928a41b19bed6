"""Images that come after a case was submitted, at the real windows of both sides."""

from pathlib import Path
from uuid import UUID

import pytest

from app.commands.wishes import Page, WishImport
from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import choose, reads
from tests.server.images import file_bytes, new_study, stow
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_late_images import a_case, declared, more_of

pytestmark = pytest.mark.live


def on_screen(person: Clinician) -> int:
    """How many images of the case the viewer was given."""
    return person.desk.images.fetching.remote.count


def test_the_expert_is_told_of_late_images_shows_them_and_may_go_on_without(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id, slices, _ = a_case(valley)
    late, other = more_of(slices, 2), new_study(2)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        await person.until(lambda: on_screen(person) == 2, "the images that went with the case")
        assert declared(valley.doctor, case_id, [*late]).status_code == 200
        assert declared(valley.doctor, case_id, other).status_code == 200
        await person.read("The clinic adds late images to ")
        await person.read("Late images are coming: 0 of 4 are here")
        stow(valley.doctor, [file_bytes(one) for one in late])
        await person.read("Late images are coming: 2 of 4 are here")
        await person.click("waiveImages")
        await person.read("The timeline says so.")
        await person.click("actionConfirm")
        await person.read("The report is going to be signed without them.")
        stow(valley.doctor, [file_bytes(one) for one in other])
        await person.read("4 of them are not on the screen yet")
        assert on_screen(person) == 2, "nothing is mixed in by itself"
        await person.click("showLate")
        await person.until(lambda: on_screen(person) == 6, "the late images beside the others")
        events = valley.expert.get(paths.TIMELINE, consultation_id=case_id)
        told = [(one["action"], one["reason"]) for one in events]
        assert ("waive_images", "2") in told

    at_desk({server.url: server.ca}, part)


def test_the_clinic_adds_late_images_from_its_own_case(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id, slices, _ = a_case(valley)
    for number, one in enumerate(more_of(slices, 3)):
        (tmp_path / f"IM{number}").write_bytes(file_bytes(one))

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await person.until(lambda: person.desk.window.page is Page.WORKSPACE, "the case")
        await choose(person, "add_images")
        await person.read("The case is with the experts.")
        person.wish(WishImport((tmp_path,)))
        await person.read("● 3 late images")
        await person.click("submit")
        await person.until(lambda: person.desk.window.page is Page.WORKSPACE, "the case again")
        await person.read("● Late images have come: 3")

    at_desk({server.url: server.ca}, part)
    case = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    assert [one["verified"] for one in case["studies"]] == [True]
    assert UUID(case["summary"]["id"]) == UUID(case_id)
