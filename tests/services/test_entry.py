"""The way in, against a real server: trust first, then one person at one computer."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.models.sign_in import derive_sign_in
from app.net.errors import NetError
from app.services.entry import (
    KEY_FILE_VARIABLE,
    Credentials,
    EntryService,
    SignedInAs,
    normal_address,
)
from app.services.troubles import raise_notice
from app.session.entry import EntryStage
from app.session.link import KeyPlace
from app.session.notices import Severity, Trouble
from app.session.owner import Session
from app.session.upload import ImageUpload, StudyUpload, UploadChanged
from app.store.profile import Profile
from app.store.site import Site
from protocol.errors import ErrorCode
from tests.fakes.examples import named
from tests.server.conftest import context, server, servers, town, valley
from tests.server.people import PASSWORD, Town, Valley
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

__all__ = ["context", "server", "servers", "town", "valley"]
pytestmark = pytest.mark.live


class Door:
    """One computer at its sign-in window."""

    def __init__(self, folder: Path, site: Site | None = None) -> None:
        self.session = Session()
        self.profile = Profile(folder, site)
        self.inside: list[SignedInAs] = []
        self.left = 0
        self.entry = EntryService(self.session, self.profile, self._in, self._out)

    async def _in(self, who: SignedInAs) -> None:
        self.inside.append(who)

    async def _out(self) -> None:
        self.left += 1

    @property
    def stage(self) -> EntryStage:
        return self.session.state.entry.stage

    @property
    def problem(self) -> object:
        return self.session.state.entry.problem

    def words(self) -> str:
        return derive_sign_in(self.session.state).problem

    async def knock(
        self, url: str, username: str, password: str = PASSWORD, *, over: bool = False
    ) -> None:
        await self.entry.sign_in(Credentials(url, username, password, over))

    async def enter(self, url: str, username: str) -> None:
        """First contact, the fingerprint compared, and in (taking over a session that lives)."""
        await self.knock(url, username, over=True)
        await self.entry.trust(self.session.state.entry.ca_fingerprint)


@pytest.fixture
async def set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> AsyncIterator[Callable[[str, Site], Awaitable[Door]]]:
    """A computer at its sign-in window, by its name and what the site set there."""
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "key"))
    made = []

    async def one(name: str, site: Site) -> Door:
        (tmp_path / name).mkdir()
        door = Door(tmp_path / name, site)
        await door.entry.prepare()
        await door.entry.unlock("", remember_nothing=True)
        made.append(door)
        return door

    yield one
    for door in made:
        await door.entry.close()


@pytest.fixture
async def doors(set_up: Callable[[str, Site], Awaitable[Door]]) -> list[Door]:
    return [await set_up(name, Site()) for name in ("one", "two")]


@pytest.fixture
def door(doors: list[Door]) -> Door:
    return doors[0]


async def test_first_contact_shows_the_fingerprint_and_sends_nothing(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.knock(server.url, valley.doctor.username)
    entry = door.session.state.entry
    assert entry.stage is EntryStage.TRUST
    assert entry.ca_fingerprint == server.fingerprint.replace(":", "").lower()
    assert door.inside == []
    assert valley.doctor.http.get("/v1/me").status_code == 200, "nobody signed in elsewhere"


async def test_another_fingerprint_than_the_one_shown_is_not_trusted(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.knock(server.url, valley.doctor.username)
    await door.entry.trust("00" * 32)
    assert door.profile.remembered.pins == {}
    assert door.inside == []


async def test_after_trusting_the_way_in_goes_on_and_is_remembered(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.enter(server.url, valley.doctor.username)
    assert door.inside[0].tokens.account.username == valley.doctor.username
    assert door.session.state.link.account == door.inside[0].tokens.account
    again = Profile(door.profile.folder).remembered
    assert (again.server, again.username) == (server.url, valley.doctor.username)
    text = (door.profile.folder / "profile.json").read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert door.inside[0].tokens.refresh_token not in text


async def test_where_the_site_set_the_ca_nobody_is_asked_about_a_fingerprint(
    set_up: Callable[[str, Site], Awaitable[Door]], server: ServerProcess, valley: Valley
) -> None:
    door = await set_up("one", Site(server.url, server.ca.read_text(encoding="ascii")))
    assert door.session.state.entry.server == server.url
    await door.knock(server.url, valley.doctor.username, over=True)
    assert [one.tokens.account.username for one in door.inside] == [valley.doctor.username]


async def test_another_ca_than_the_sites_is_refused_and_nobody_is_asked(
    set_up: Callable[[str, Site], Awaitable[Door]], server: ServerProcess, valley: Valley
) -> None:
    door = await set_up("one", Site(server.url, another_ca()))
    await door.knock(server.url, valley.doctor.username)
    assert (door.stage, door.problem) == (EntryStage.CREDENTIALS, Trouble.SERVER_CHANGED_CA)


async def test_a_wrong_password_is_told_and_the_window_stays(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.knock(server.url, valley.doctor.username, "something else")
    await door.entry.trust(door.session.state.entry.ca_fingerprint)
    assert (door.stage, door.problem) == (EntryStage.CREDENTIALS, ErrorCode.INVALID_CREDENTIALS)
    assert door.session.state.entry.busy is False


async def test_a_second_sign_in_asks_and_takes_over(
    doors: list[Door], server: ServerProcess, valley: Valley, context: ssl.SSLContext
) -> None:
    first, second = doors
    await first.enter(server.url, valley.expert.username)
    token = first.inside[0].tokens.access_token
    async with signed_in(server.url, context, token) as socket:
        await second.knock(server.url, valley.expert.username)
        await second.entry.trust(second.session.state.entry.ca_fingerprint)
        assert second.stage is EntryStage.ELSEWHERE
        assert "…" not in second.words(), "says since when"
        assert second.inside == []
        await second.knock(server.url, valley.expert.username, over=True)
        assert len(second.inside) == 1
        assert (await socket.hear("session_ended"))["reason"] == "signed_in_elsewhere"
    with pytest.raises(NetError):
        await first.inside[0].api.me()


async def test_a_server_with_another_ca_than_the_pinned_is_never_spoken_to(
    door: Door, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_text(another_ca(), encoding="ascii")
    door.profile.remember(pins={server.url: stranger.read_text(encoding="ascii")})
    await door.knock(server.url, valley.doctor.username)
    assert door.problem is Trouble.SERVER_CHANGED_CA
    assert door.inside == []
    assert door.stage is EntryStage.CREDENTIALS, "it does not even offer to trust the new one"


async def test_no_server_there_is_told_in_words(door: Door) -> None:
    await door.knock("https://127.0.0.1:9", "lin")
    assert door.problem is Trouble.SERVER_UNREACHABLE


async def test_a_temporary_password_must_be_changed_first(
    door: Door, server: ServerProcess, town: Town, valley: Valley
) -> None:
    reset = town.admin.send("POST", "/v1/accounts/{account_id}/reset", account_id=valley.doctor.id)
    temporary = reset.json()["temporary_password"]
    await door.knock(server.url, valley.doctor.username, temporary)
    await door.entry.trust(door.session.state.entry.ca_fingerprint)
    assert door.stage is EntryStage.NEW_PASSWORD
    await door.entry.change_password("", "a better long password")
    assert len(door.inside) == 1


async def test_a_session_taken_over_returns_to_sign_in_with_the_reason(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.enter(server.url, valley.doctor.username)
    raise_notice(door.session, Trouble.SESSION_TAKEN_OVER, severity=Severity.WARNING)
    await door.entry.sign_out(told=True)
    assert (door.stage, door.problem) == (EntryStage.CREDENTIALS, Trouble.SESSION_TAKEN_OVER)
    assert door.session.state.link.account is None
    assert door.left == 1


async def test_an_expired_session_returns_to_sign_in_with_the_reason(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.enter(server.url, valley.doctor.username)
    await door.entry.sign_out(told=True)
    assert door.problem is ErrorCode.SESSION_ENDED
    assert door.words()


async def test_signing_out_by_oneself_needs_no_reason(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.enter(server.url, valley.doctor.username)
    await door.entry.sign_out()
    assert door.problem is None
    assert derive_sign_in(door.session.state).note == ""


async def test_signing_out_says_how_many_images_this_computer_goes_on_sending(
    door: Door, server: ServerProcess, valley: Valley
) -> None:
    await door.enter(server.url, valley.doctor.username)
    account = door.session.state.link.account
    assert account is not None
    image = ImageUpload("1.2.3.4", "#1", 1000)
    study = StudyUpload(named("case a"), "1.2.3", "CT", ("CT",), (image,), account_id=account.id)
    door.session.apply(UploadChanged(study))
    await door.entry.sign_out()
    words = "You are signed out. This computer goes on sending 1 image."
    assert derive_sign_in(door.session.state).note == words


async def test_the_wrong_passphrase_does_not_open_the_store(door: Door) -> None:
    await door.entry.unlock("the right passphrase")
    assert door.session.state.link.key_place is KeyPlace.KEY_FILE
    await door.entry.unlock("another passphrase")
    assert door.problem is Trouble.WRONG_PASSPHRASE


def test_an_address_may_be_written_as_people_write_it() -> None:
    assert normal_address(" hub.example ") == "https://hub.example"
    assert normal_address("hub.example:8443/") == "https://hub.example:8443"
    assert normal_address("https://hub.example/clinic") == "https://hub.example"


def another_ca() -> str:
    """A CA this server's certificate is not signed by."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Stranger")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)
    )
    return made.public_bytes(Encoding.PEM).decode()
