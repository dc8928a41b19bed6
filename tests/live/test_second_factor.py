"""The second factor as a person meets it, from the window to the server and back."""

import base64
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from app.commands.wishes import Page, WishPage, WishSignOut
from server.domain.second_factor import STEP_S, code_at
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[ServerProcess]:
    """A site whose experts need a second factor."""
    process = ServerProcess(tmp_path / "careful", {"HUIZHEN_SECOND_FACTOR_ROLES": '["expert"]'})
    process.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with process:
        yield process


@pytest.fixture
def hospital(careful: ServerProcess) -> Iterator[Valley]:
    town = Town(careful.url, ssl.create_default_context(cafile=str(careful.ca)))
    yield make_valley(town)
    town.close()


async def text_of(person: Clinician, name: str) -> str:
    await person.until(
        lambda: any(
            label.isVisible() and label.text()
            for window in person._windows()
            for label in window.findChildren(QLabel, name)
        ),
        f"the words of {name}",
    )
    return (await person.see(QLabel, name)).text()


def code_of(secret: str) -> str:
    """What an authenticator shows for a secret as it stands on the screen."""
    raw = base64.b32decode(secret.replace(" ", ""))
    return code_at(raw, int(datetime.now(UTC).timestamp()) // STEP_S)


def test_who_needs_one_sets_it_up_on_the_way_in_and_signs_in_with_it_from_then_on(
    at_desk: Play, careful: ServerProcess, hospital: Valley
) -> None:
    name = hospital.expert.username

    async def part(person: Clinician) -> None:
        await person.enter(careful.url, name)
        await person.read("Your role needs a second factor")
        assert person.program.desk is None
        secret = await text_of(person, "factorSecret")
        await person.write("factorCode", "000000")
        await person.click("confirmFactor")
        await person.read("This code is not right, or was used already.")
        await person.write("factorCode", code_of(secret))
        await person.click("confirmFactor")
        codes = (await text_of(person, "recoveryCodes")).split()
        assert len(codes) == 10
        await person.click("recoveryCodesKept")
        await person.online()
        assert not person.state.second_factor.codes
        person.wish(WishSignOut())
        await person.until(lambda: person.program.desk is None, "the way out")
        await person.enter(careful.url, name)
        await person.read("Enter the code of your authenticator")
        await person.write("signInCode", "000000")
        await person.click("signInWithCode")
        await person.read("This code is not right, or was used already.")
        await person.write("signInCode", codes[3])
        await person.click("signInWithCode")
        await person.online()
        person.wish(WishPage(Page.SETTINGS))
        await person.read("Recovery codes that are left: 9.")

    at_desk({careful.url: careful.ca}, part)


def test_who_wants_one_sets_it_up_in_the_settings_and_does_without_it_again(
    at_desk: Play, careful: ServerProcess, hospital: Valley
) -> None:
    async def part(person: Clinician) -> None:
        await person.sign_in(careful.url, hospital.doctor.username)
        person.wish(WishPage(Page.SETTINGS))
        await person.read("Not set up. With it nobody who learns your password")
        await person.write("secondFactorPassword", PASSWORD)
        await person.click("beginFactor")
        secret = await text_of(person, "factorSecret")
        await person.write("factorCode", code_of(secret))
        await person.click("confirmFactor")
        codes = (await text_of(person, "recoveryCodes")).split()
        await person.click("recoveryCodesKept")
        await person.read("Recovery codes that are left: 10.")
        await person.write("secondFactorPassword", PASSWORD)
        await person.write("secondFactorCode", codes[0])
        await person.click("endFactor")
        await person.read("Not set up.")

    at_desk({careful.url: careful.ca}, part)
