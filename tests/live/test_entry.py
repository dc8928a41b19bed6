"""The way in and out, as the clinician reads it."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from app.commands.wishes import Page, WishPage, WishSignOut
from app.services.images import ImageService
from protocol import paths
from server.store.tables import RefreshTokenRow
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in
from tests.server.tables import rows

pytestmark = pytest.mark.live


def test_a_wrong_password_is_said_and_the_next_try_goes_in(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    async def part(person: Clinician) -> None:
        await person.enter(server.url, valley.doctor.username, "not my password")
        await person.read("User name or password is not right. Check capitals and try again.")
        await person.sign_in(server.url, valley.doctor.username)

    at_desk({server.url: server.ca}, part)


def test_who_goes_to_a_page_while_the_desk_is_still_being_set_up_stays_there(
    at_desk: Play, server: ServerProcess, valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, goes_on = ImageService.start, asyncio.Event()

    async def late(images: ImageService) -> None:
        await goes_on.wait()
        await begins(images)

    monkeypatch.setattr(ImageService, "start", late)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        person.wish(WishPage(Page.SETTINGS))
        await person.until(lambda: person.desk.window.page is Page.SETTINGS, "the settings")
        goes_on.set()
        await person.until(lambda: not person.program.sign_in.isVisible(), "all of the desk")
        assert person.desk.window.page is Page.SETTINGS

    at_desk({server.url: server.ca}, part)


def test_at_first_contact_nothing_goes_on_before_the_fingerprint_was_accepted(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    async def part(person: Clinician) -> None:
        await person.enter(server.url, valley.doctor.username)
        await person.read("First contact with this server")
        shown = "".join(person.program.session.state.entry.ca_fingerprint.split()).lower()
        assert shown == server.fingerprint
        assert person.program.desk is None
        await person.click("trustServer")
        await person.online()

    at_desk({}, part)


def test_a_server_with_another_certificate_than_before_is_not_signed_in_to(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    with ServerProcess(tmp_path / "impostor") as impostor:
        other = impostor.ca

        async def part(person: Clinician) -> None:
            await person.enter(server.url, valley.doctor.username)
            await person.read(
                "The server shows another certificate than before. Do not sign in; ask hospital IT."
            )
            assert person.program.desk is None

        at_desk({server.url: other}, part)


def test_a_second_sign_in_is_asked_for_and_the_first_window_says_why_it_ended(
    at_desk: Play, server: ServerProcess, valley: Valley, town: Town
) -> None:
    doctor = valley.doctor

    async def part(person: Clinician) -> None:
        async with signed_in(town.url, town.context, doctor.tokens.access_token):
            await person.enter(server.url, doctor.username)
            await person.read("This account is signed in on another computer since")
            await person.click("takeOver")
            await person.online()
        body = {"username": doctor.username, "password": PASSWORD, "take_over": True}
        with town.client() as http:
            assert http.post(paths.SESSION, json=body).status_code == 200
        await person.until(lambda: person.program.desk is None, "the way out")
        await person.read(
            "You signed in on another computer, so this one was signed out. "
            "What you wrote is saved."
        )

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("the server is away for a moment")
def test_an_access_token_is_renewed_unseen_and_a_session_that_ran_out_keeps_the_draft(
    at_desk: Play, tmp_path: Path
) -> None:
    hasty = ServerProcess(tmp_path / "hasty", {"HUIZHEN_ACCESS_TOKEN_S": "4"})
    hasty.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
    with hasty:
        town = Town(hasty.url, ssl.create_default_context(cafile=str(hasty.ca)))
        valley = make_valley(town)
        town.admin = town.sign_in(ADMIN)
        valley.doctor = town.sign_in(valley.doctor.username)
        case_id = open_case(valley)
        username = valley.doctor.username

        async def part(person: Clinician) -> None:
            await person.sign_in(hasty.url, username)
            await person.open_case(case_id)
            first = person.desk.link.socket._connection.tokens
            assert first is not None
            await person.until(
                lambda: datetime.now(UTC) > first.access_expires_at, "the end of the first token"
            )
            await person.write("findings", "The first token has run out, still signed in")
            await person.read("Saved ")
            assert "Sign in again" not in person.screen()
            assert person.desk.link.socket._connection.tokens != first
            hasty.stop()
            await person.read("No network since")
            await person.write("findings", "Written while nobody answered")
            await person.read("Saved on this computer")
            run_out(hasty)
            hasty.start()
            await person.until(lambda: person.program.desk is None, "the sign-in window")
            await person.read("Sign in again.")
            await person.sign_in(hasty.url, username)
            await person.open_case(case_id)
            await person.until(
                lambda: (
                    person.state.case is not None
                    and person.state.case.content.findings == "Written while nobody answered"
                ),
                "the kept draft",
            )

        try:
            at_desk({hasty.url: hasty.ca}, part)
        finally:
            town.close()


def run_out(server: ServerProcess) -> None:
    """Makes every refresh token old, as twelve hours without a network do."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    rows(server, update(RefreshTokenRow).values(expires_at=past))


def test_words_typed_in_the_moment_of_signing_out_are_kept(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    case_id = open_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await person.write("findings", "Typed and gone")
        person.wish(WishSignOut())
        await person.until(lambda: person.program.desk is None, "the sign-in window")
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        assert person.state.case is not None
        assert person.state.case.content.findings == "Typed and gone"

    at_desk({server.url: server.ca}, part)
