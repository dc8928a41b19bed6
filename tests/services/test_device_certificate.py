"""A site that admits only computers with a certificate: who is asked, who is refused, in words."""

import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pytestqt.qtbot import QtBot

from app.models.device_certificate import derive_device_certificate
from app.net import connection
from app.net.device import DeviceCertificate, read_device
from app.net.trust import Pin, context_for, pin_of
from app.services.device_certificate import FILE_VARIABLE, SECRET_VARIABLE
from app.services.entry import KEY_FILE_VARIABLE
from app.session.entry import EntryStage
from app.session.notices import Trouble
from protocol import paths
from protocol.errors import ErrorCode
from tests.fakes.authority import PASSPHRASE, Authority, Issued
from tests.server.people import PASSWORD
from tests.server.process import ServerProcess
from tests.services.test_entry import Door

pytestmark = pytest.mark.live


@dataclass
class Site:
    """Two clinics: the one needs computers of its own, the other none."""

    server: ServerProcess
    own: Issued
    others: Issued
    foreign: Issued
    withdrawn: Issued
    strict: str
    free: str

    def client(self, shown: Issued | None) -> httpx.Client:
        device = None if shown is None else read_device(shown.pkcs12(), PASSPHRASE)
        context = context_for(pin_of(self.server.ca.read_text()), device)
        return httpx.Client(base_url=self.server.url, verify=context, trust_env=False)

    def sign_in(self, username: str, shown: Issued | None) -> httpx.Response:
        with self.client(shown) as http:
            return http.post(paths.SESSION, json={"username": username, "password": PASSWORD})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    authority, stranger = Authority("Devices of the county"), Authority("Somebody else")
    withdrawn = authority.computer("PC 9", "strict")
    (folder / "roots.pem").write_text(authority.own.pem)
    (folder / "gone.pem").write_text(authority.withdrawn(withdrawn))
    server = ServerProcess(
        folder / "server",
        {
            "HUIZHEN_DEVICE_ROOTS": str(folder / "roots.pem"),
            "HUIZHEN_DEVICE_REVOKED": str(folder / "gone.pem"),
            "HUIZHEN_DEVICES_NEEDED": '["strict"]',
            "HUIZHEN_DEVICES_BOUND": "true",
            "HUIZHEN_WIPE_ON_SIGN_OUT": "true",
        },
    )
    for code in ("strict", "free"):
        server.add_institution(code, f"{code} clinic")
        who = f"lin.{code}"
        server.add_user(who, PASSWORD, name="林医生", roles=["requester"], institution=code)
    with server:
        yield Site(
            server,
            authority.computer("PC 1", "strict"),
            authority.computer("PC 2", "free"),
            stranger.computer("PC 3", "strict"),
            withdrawn,
            "lin.strict",
            "lin.free",
        )


def made_beside_the_window(pin: Pin | None, device: DeviceCertificate | None) -> ssl.SSLContext:
    assert threading.current_thread() is not threading.main_thread(), "the window stands still"
    return context_for(pin, device)


def test_only_accounts_of_named_institutions_need_one(site: Site) -> None:
    assert site.sign_in(site.free, None).status_code == 200
    assert site.sign_in(site.strict, site.own).status_code == 200
    assert site.sign_in(site.free, site.others).status_code == 200
    bound = site.sign_in(site.free, site.own)
    assert bound.json()["code"] == "device_of_others", "also to who needs none"
    for shown, code in ((None, "device_needed"), (site.others, "device_of_others")):
        refused = site.sign_in(site.strict, shown)
        assert (refused.status_code, refused.json()["code"]) == (403, code)


@pytest.mark.parametrize("which", ["foreign", "withdrawn"])
def test_a_bad_certificate_is_no_connection(site: Site, which: str) -> None:
    with pytest.raises(httpx.TransportError):
        site.sign_in(site.free, getattr(site, which))


def test_a_stolen_token_opens_nothing_elsewhere(site: Site) -> None:
    tokens = site.sign_in(site.strict, site.own).json()
    signed = {"authorization": f"Bearer {tokens['access_token']}"}
    with site.client(site.own) as at_home, site.client(None) as elsewhere:
        assert at_home.get(paths.ME, headers=signed).status_code == 200
        assert elsewhere.get(paths.ME, headers=signed).json()["code"] == "device_needed"
        body = {"refresh_token": tokens["refresh_token"]}
        assert elsewhere.post(paths.REFRESH, json=body).json()["code"] == "device_needed"
        assert at_home.post(paths.REFRESH, json=body).status_code == 200, "it was not used up"


def test_nobody_is_asked_before_it_is_known_who_it_is(site: Site) -> None:
    """A guest's phone has no certificate: pages, invitations and calls open without."""
    with site.client(None) as phone:
        assert phone.get(paths.SERVER).status_code == 200
        answer = phone.post(paths.REDEEM, json={"code": "A" * 22, "display_name": "何小溪"})
        assert answer.json()["code"] != "device_needed"


@pytest.fixture
async def door(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> AsyncIterator[Door]:
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "key"))
    made = Door(tmp_path)
    await made.entry.prepare()
    await made.entry.unlock("", remember_nothing=True)
    made.profile.remember(pins={site.server.url: site.server.ca.read_text()})
    yield made
    await made.entry.close()


async def test_the_window_asks_for_the_file_and_goes_on(
    door: Door, site: Site, tmp_path: Path
) -> None:
    await door.knock(site.server.url, site.strict)
    assert (door.stage, door.problem) == (EntryStage.DEVICE, ErrorCode.DEVICE_NEEDED)
    file = tmp_path / "pc1.p12"
    file.write_bytes(site.own.pkcs12())
    await door.entry.use_device(file, "wrong")
    assert (door.stage, door.problem) == (EntryStage.DEVICE, Trouble.DEVICE_NOT_READABLE)
    await door.entry.use_device(file, PASSPHRASE)
    (who,) = door.inside
    assert who.api.connection.device is not None
    file.unlink()
    read = tmp_path / "transfer" / "cache" / "study" / "image.sealed"
    waits = tmp_path / "drafts" / "case.sealed"
    for one in (read, waits):
        one.parent.mkdir(parents=True)
        one.write_bytes(b"sealed")
    await door.entry.sign_out()
    assert (read.exists(), waits.exists()) == (False, True), "the site's wish at sign-out"
    await door.knock(site.server.url, site.strict)
    assert len(door.inside) == 2, "it was kept"
    kept = b"".join(one.read_bytes() for one in (tmp_path / "device").iterdir())
    assert site.own.pkcs12()[:64] not in kept


async def test_a_certificate_the_server_does_not_take_is_told_in_words(
    door: Door, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "pc3.p12"
    file.write_bytes(site.foreign.pkcs12())
    await door.knock(site.server.url, site.strict)
    await door.entry.use_device(file, PASSPHRASE)
    assert (door.stage, door.problem) == (EntryStage.DEVICE, Trouble.DEVICE_REFUSED)


async def test_it_can_be_set_up_for_the_whole_computer(
    door: Door, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pc1.p12").write_bytes(site.own.pkcs12())
    (tmp_path / "secret").write_text(f"{PASSPHRASE}\n")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "pc1.p12"))
    monkeypatch.setenv(SECRET_VARIABLE, str(tmp_path / "secret"))
    monkeypatch.setattr(connection, "context_for", made_beside_the_window)
    await door.knock(site.server.url, site.strict)
    assert len(door.inside) == 1
    shown = door.session.state.entry.device
    assert shown is not None
    assert (shown.name, shown.fixed) == ("PC 1", True)


async def test_what_is_set_up_and_unreadable_is_for_hospital_it(
    door: Door, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "nothing.p12"))
    await door.knock(site.server.url, site.strict)
    assert (door.stage, door.problem) == (EntryStage.DEVICE, Trouble.DEVICE_SET_UP_UNUSABLE)
    assert "hospital IT" in door.words()
    shown = derive_device_certificate(door.session.state.entry)
    assert shown.fixed, "a file that is chosen here would change nothing"
