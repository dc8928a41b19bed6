"""A person signs in at the hospital in their browser, and nobody else gets in by it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.models.emr_settings import derive_emr_form, derive_sign_in_again
from app.net.emr.client_key import client_key
from app.net.emr.launch import Launch
from app.net.emr.place import SCOPES, EmrAccess, EmrServer
from app.services.emr_sign_in import EmrSignInService
from app.session.emr import EmrProblem
from app.session.state import State
from tests.fakes.examples import EXPERT
from tests.fakes.hospital import FakeHospital, hospital
from tests.fakes.people_door import CLIENT, PeopleDoor
from tests.fakes.records import resources
from tests.net.test_emr_client_key import CURVE, pem
from tests.services.conftest import Desk
from tests.services.test_emr import emr_at, secrets_of


class Person:
    """Has a browser, and does in it what they are asked to."""

    def __init__(self, desk: Desk, fake: FakeHospital) -> None:
        self.desk, self.fake, self.door = desk, fake, PeopleDoor(fake)
        self.emr = emr_at(desk)
        self.sent_to: list[str] = []
        self.before: Callable[[str], object] = lambda _url: None
        self.has_browser = True
        self.service = EmrSignInService(desk.session, self.emr, self._browse)
        self.server = EmrServer(
            url=fake.url,
            access=EmrAccess.PERSON,
            client_id=CLIENT,
            scope=SCOPES[EmrAccess.PERSON],
        )

    def _browse(self, url: str) -> bool:
        self.sent_to.append(url)
        if self.has_browser:
            threading.Thread(target=self._signs_in, args=(url,)).start()
        return self.has_browser

    def _signs_in(self, url: str) -> None:
        self.before(parse_qs(urlsplit(url).query)["redirect_uri"][0])
        with suppress(httpx.HTTPError):  # nobody waits any more
            httpx.get(url, follow_redirects=True, trust_env=False)

    async def signs_in(self) -> None:
        await self.service.sign_in(self.server)

    @property
    def problem(self) -> EmrProblem | None:
        signing = self.desk.state.emr.signing
        return signing.trouble.problem if signing and signing.trouble else None

    @property
    def refresh(self) -> str:
        return (secrets_of(self.desk.folder).read("server") or b"").decode()


@pytest.fixture
async def person(doctor: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Person]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback
    with hospital(*resources()) as fake:
        yield Person(doctor, fake)


async def test_who_signed_in_reads_and_stays_signed_in_over_a_restart(person: Person) -> None:
    await person.signs_in()
    emr = person.desk.state.emr
    assert (emr.signing, person.problem) == (None, None)
    assert emr.test is not None
    assert emr.test.good
    assert emr.server.signed_at is not None
    assert person.door.audiences == [person.fake.url]
    files = [one for one in person.desk.folder.rglob("*") if one.is_file()]
    assert not any(person.refresh.encode() in one.read_bytes() for one in files)
    again = emr_at(person.desk)
    await again.read("p1")
    reading = person.desk.state.emr.reading
    assert reading is not None
    assert reading.record is not None


async def test_of_all_that_ask_at_once_one_renews_and_the_newest_token_is_kept(
    person: Person,
) -> None:
    """A server takes a refresh token that comes twice for stolen."""
    await person.signs_in()
    first = person.refresh
    person.fake.token = "another"  # the access token is taken back
    await asyncio.gather(*(person.emr.at_hospital(lambda at: at.read("Patient/p1")) for _ in "abc"))
    assert person.door.rules.used == [first]
    assert person.refresh in person.door.rules.refreshes
    assert person.refresh != first


async def test_another_account_at_this_computer_does_not_look_in_that_persons_name(
    person: Person,
) -> None:
    await person.signs_in()
    asked = len(person.fake.sent)
    other = emr_at(person.desk, account=EXPERT.id)
    await other.search("何小溪")
    trouble = person.desk.state.emr.search.trouble
    assert trouble is not None
    assert trouble.problem is EmrProblem.NOT_ADMITTED
    assert len(person.fake.sent) == asked
    assert derive_emr_form(person.desk.state).signed
    mine = replace(person.desk.state.emr, server=person.server)
    state = replace(person.desk.state, emr=mine)
    assert not derive_emr_form(state).signed


async def test_who_must_sign_in_again_is_told(person: Person) -> None:
    await person.signs_in()
    person.door.rules.refreshes.clear()
    person.fake.token = "another"
    await person.emr.search("何小溪")
    trouble = person.desk.state.emr.search.trouble
    assert trouble is not None
    assert trouble.problem is EmrProblem.NOT_ADMITTED


async def test_what_others_say_to_the_loopback_address_is_passed_over(person: Person) -> None:
    told: list[int] = []

    def interferes(redirect: str) -> None:
        for query in ("", "?code=x&state=wrong", "?error=access_denied", "?code=x&state=a&state=b"):
            told.append(httpx.get(f"{redirect}{query}", trust_env=False).status_code)
        told.append(httpx.get(redirect.replace("callback", "other"), trust_env=False).status_code)

    person.before = interferes
    await person.signs_in()
    assert told == [404] * 5
    assert person.problem is None
    assert person.refresh


async def test_what_was_refused_is_asked_again_once_somebody_has_signed_in(person: Person) -> None:
    await person.signs_in()
    person.door.rules.refreshes.clear()
    person.fake.token = "another"
    await person.emr.search("何小溪")
    again = derive_sign_in_again(person.desk.state.emr)
    assert again is not None
    assert again.server.url == person.fake.url
    await person.signs_in()
    search = person.desk.state.emr.search
    assert (len(search.found), search.trouble) == (1, None)
    assert derive_sign_in_again(person.desk.state.emr) is None


async def test_who_signs_out_is_signed_out_at_the_hospital_too(person: Person) -> None:
    await person.signs_in()
    rules = person.door.rules
    await person.service.sign_out()
    assert rules.revoked == ["refresh_token", "access_token"]
    assert (rules.refreshes, person.fake.token) == ({}, "taken back")
    assert (person.refresh, person.problem) == ("", None)


@pytest.mark.parametrize("offers", [True, False])
async def test_a_server_that_takes_nothing_back_keeps_nobody_signed_in_here(
    person: Person, offers: bool
) -> None:
    await person.signs_in()
    person.door.revokes, person.door.broken = offers, True
    await person.service.sign_out()
    assert person.problem is (EmrProblem.NOT_REVOKED if offers else None)
    assert not person.refresh
    assert person.desk.state.emr.server.signed_at is None
    assert "signed out" in derive_emr_form(person.desk.state).test or not offers


@pytest.mark.parametrize("issuer", ["https://another.example", None])
async def test_the_answer_of_another_server_is_not_taken(
    person: Person, issuer: str | None
) -> None:
    person.door.issuer = issuer
    await person.signs_in()
    assert person.problem is EmrProblem.SIGN_IN_UNSAFE
    assert not person.refresh


async def test_a_server_that_binds_no_code_to_who_asked_opens_no_browser(person: Person) -> None:
    person.door.methods = ["plain"]
    await person.signs_in()
    assert person.problem is EmrProblem.SIGN_IN_UNSAFE
    assert person.sent_to == []


async def test_a_code_is_of_no_use_to_who_took_it_on_the_way(person: Person) -> None:
    taken: list[int] = []

    def takes(redirect: str) -> None:
        url = person.sent_to[0]
        place = httpx.get(url, trust_env=False).headers["location"]
        code = parse_qs(urlsplit(place).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "client_id": CLIENT}
        form |= {"redirect_uri": redirect, "code_verifier": "a" * 43}
        taken.append(
            httpx.post(f"{person.door.base}/token", data=form, trust_env=False).status_code
        )

    person.before = takes
    await person.signs_in()
    assert taken == [400]
    assert person.problem is None


async def test_who_is_refused_reads_the_hospitals_words(person: Person) -> None:
    person.door.refuses = True
    await person.signs_in()
    signing = person.desk.state.emr.signing
    assert signing is not None
    assert signing.trouble is not None
    assert (signing.trouble.problem, signing.trouble.said) == (
        *(EmrProblem.SIGN_IN_REFUSED, "not on duty"),
    )


async def test_without_a_browser_that_is_said(person: Person) -> None:
    person.has_browser = False
    await person.signs_in()
    assert person.problem is EmrProblem.NO_BROWSER


async def test_signing_in_is_cancelled(person: Person) -> None:
    person.before = lambda _redirect: person.service._stop.wait(20)
    task = asyncio.create_task(person.signs_in())
    opened = asyncio.Event()

    def look(state: State) -> None:
        if state.emr.signing is not None:
            opened.set()

    person.desk.session.changed.connect(look)
    await asyncio.wait_for(opened.wait(), 20)
    person.service.cancel()
    await task
    assert person.desk.state.emr.signing is None
    assert not person.refresh


async def test_the_token_goes_to_no_other_address_and_is_forgotten(person: Person) -> None:
    await person.signs_in()
    with hospital(*resources()) as other:
        moved = person.server.model_copy(update={"url": other.url})
        await person.emr.test(moved, "")
        assert not any("authorization" in one for one in other.sent)
    await person.service.sign_out()
    assert not person.refresh
    assert person.desk.state.emr.server.signed_at is None
    await person.signs_in()
    await person.emr.save(moved, "")
    assert not person.refresh


async def test_a_key_is_kept_sealed_and_a_file_without_one_changes_nothing(
    person: Person, tmp_path: Path
) -> None:
    server = person.server.model_copy(update={"access": EmrAccess.KEY})
    file = tmp_path / "clinic.pem"
    file.write_text(pem(CURVE, "s3cret"), encoding="utf-8")
    await person.emr.save(server, "s3cret", file)
    assert client_key(person.refresh).private.private_numbers() == CURVE.private_numbers()
    public = person.desk.state.emr.server.public_key
    assert json.loads(public)["keys"][0]["alg"] == "ES384"
    for password, problem in (("wrong", EmrProblem.KEY_LOCKED), ("", EmrProblem.NO_KEY)):
        if not password:
            file.write_text("no key", encoding="utf-8")
        await person.emr.save(server, password, file)
        test = person.desk.state.emr.test
        assert test is not None
        assert test.trouble is not None
        assert test.trouble.problem is problem
    await person.emr.save(server, "")
    assert person.desk.state.emr.server.public_key == public
    assert person.refresh


async def test_what_the_hospitals_program_has_open_is_read_here(person: Person) -> None:
    await person.emr.save(person.server, "")
    person.door.launches["w0rd"] = "p1"
    await person.service.launch(Launch(f"{person.fake.url}/", "w0rd"))
    emr = person.desk.state.emr
    assert emr.reading is not None
    assert (emr.reading.patient_id, emr.reading.trouble) == ("p1", None)
    assert emr.reading.record is not None
    assert person.refresh
    (sent,) = person.sent_to
    assert parse_qs(urlsplit(sent).query)["launch"] == ["w0rd"]


async def test_a_launch_for_another_server_or_for_nobody_is_told(person: Person) -> None:
    await person.emr.save(person.server, "")
    await person.service.launch(Launch("https://elsewhere.example/fhir", "w0rd"))
    trouble = person.desk.state.emr.search.trouble
    assert trouble is not None
    assert trouble.problem is EmrProblem.LAUNCH_ELSEWHERE
    assert person.sent_to == [], "no other server is asked for anything"
    person.door.launches["w0rd"] = "p1/../p2"
    await person.service.launch(Launch(person.fake.url, "w0rd"))
    trouble = person.desk.state.emr.search.trouble
    assert trouble is not None
    assert trouble.problem is EmrProblem.LAUNCH_NOBODY
    assert person.desk.state.emr.reading is None
