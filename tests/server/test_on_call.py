"""Who is on call and not signed in is told by mail and text message, at real counterparts."""

import contextlib
import sqlite3
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from protocol import paths
from protocol.base import new_id
from server.setting_values import SettingsError
from server.settings import load_settings
from tests.net.authority import make_authority
from tests.server.conftest import trusting
from tests.server.edge import centre_at, town_of
from tests.server.people import Someone, Valley, make_valley, submitted_case
from tests.server.process import ServerProcess
from tests.server.signing import report_of, signed, signing_key
from tests.server.sockets import Line, signed_in
from tests.server.test_report import drafted
from tests.server.ways_out import Gateway, MailBox, gateway, mail_server

PHONE, MAIL = "+86 138-0000-0000", "wang@hospital.example"
OVERDUE_S = 4


class Site:
    """A server with its mail server and gateway."""

    def __init__(self, server: ServerProcess, box: MailBox, sms: Gateway) -> None:
        self.server = server
        self.box = box
        self.sms = sms


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    authority = make_authority()
    folders = {name: tmp_path_factory.mktemp(name) for name in ("mail", "sms", "server")}
    ca = folders["mail"] / "ca.pem"
    ca.write_text(authority.pem, "ascii")
    with (
        mail_server(authority, folders["mail"]) as (box, mail),
        gateway(authority, folders["sms"]) as (sms, gate),
    ):
        more = {
            "HUIZHEN_SMTP_CA": str(ca),
            "HUIZHEN_SMS_CA": str(ca),
            "HUIZHEN_ON_CALL_RETRIES_S": "[0.2, 0.2]",
            "HUIZHEN_ACCEPT_TARGET_S": str(OVERDUE_S),
            "HUIZHEN_OFFER_RINGS_S": "30",
        }
        with centre_at(folders["server"], {**mail, **gate, **more}) as server:
            yield Site(server, box, sms)


def quiet(_department: str) -> None:
    """Nothing happens before a message is answered."""


@pytest.fixture
def valley(site: Site) -> Iterator[Valley]:
    site.sms.status, site.sms.meanwhile, site.box.refuse = 200, quiet, ""
    town = town_of(site.server)
    yield make_valley(town)
    town.close()


@pytest.fixture
def context(site: Site) -> ssl.SSLContext:
    return trusting(site.server.ca)


@pytest.fixture
def desk(valley: Valley) -> Someone:
    return valley.town.person("dispatcher", institution=valley.hospital, name="周调度")


def call(desk: Someone, valley: Valley, who: Someone, **contact: str) -> None:
    """From an hour ago for some hours, reached as told."""
    now = datetime.now(UTC)
    body = {
        "id": str(new_id()),
        "expert_id": str(who.id),
        "department": valley.department,
        "kind": "on_call",
        "from_at": (now - timedelta(hours=1)).isoformat(),
        "until_at": (now + timedelta(hours=8)).isoformat(),
    }
    if contact:
        answer = desk.send("PUT", paths.CONTACT, contact, account_id=who.id)
        assert answer.status_code == 200, answer.text
    assert desk.send("POST", paths.ROTA, body).status_code == 201


async def told(line: Line, state: str) -> dict[str, Any]:
    frame = await line.hear("on_call_told", lambda one: one["alert"]["state"] == state)
    alert: dict[str, Any] = frame["alert"]
    return alert


def number_of(desk: Someone, case_id: str) -> str:
    return str(desk.get(paths.CONSULTATION, consultation_id=case_id)["summary"]["number"])


async def test_a_critical_case_reaches_whoever_is_on_call_without_saying_who_is_ill(
    site: Site, valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    call(desk, valley, valley.expert, mail=MAIL, phone=PHONE)
    async with signed_in(site.server.url, context, desk.tokens.access_token) as line:
        case_id = submitted_case(valley, urgency="critical")
        ways = {(await told(line, "sent"))["channel"] for _ in range(2)}
        assert ways == {"mail", "sms"}
    number = number_of(desk, case_id)
    mail, sms = site.box.next(valley.department), site.sms.next(valley.department)
    assert mail["To"] == MAIL
    assert number in mail["Subject"]
    assert sms["to"] == "+8613800000000"
    assert (sms["number"], sms["department"], sms["why"]) == (number, valley.department, "critical")
    for text in (mail.get_content(), sms["text"], mail["Subject"], str(sms)):
        assert not any(part in text for part in ("何小溪", "QS-2026", "咳嗽", "R91", "http"))
    assert valley.department in mail.get_content()
    (row,) = (one for one in desk.get(paths.BOARD)["cases"] if one["summary"]["id"] == case_id)
    assert {one["state"] for one in row["alerts"]} == {"sent"}
    assert PHONE not in str(row)
    assert MAIL not in str(row)


async def test_who_is_signed_in_is_rung_and_not_written_to(
    site: Site, valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    other = valley.another_expert()
    call(desk, valley, valley.expert, mail=MAIL)
    call(desk, valley, other, mail="li@hospital.example")
    async with signed_in(site.server.url, context, valley.expert.tokens.access_token) as line:
        submitted_case(valley, urgency="critical")
        await line.hear("offer_rang")
        assert site.box.next(valley.department)["To"] == "li@hospital.example"
    assert site.box.rest(valley.department) == []


async def test_a_case_that_nobody_takes_in_time_reaches_them_too(
    site: Site, valley: Valley, desk: Someone
) -> None:
    call(desk, valley, valley.expert, phone=PHONE)
    case_id = submitted_case(valley)
    late = site.sms.next(valley.department)
    assert (late["why"], late["number"]) == ("overdue", number_of(desk, case_id)), "not before"


async def test_what_fails_is_tried_again_with_the_same_key_and_then_told_to_the_dispatcher(
    site: Site, valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    call(desk, valley, valley.expert, phone=PHONE)
    site.sms.status = 503
    async with signed_in(site.server.url, context, desk.tokens.access_token) as line:
        submitted_case(valley, urgency="critical")
        waiting = await told(line, "waiting")
        assert (waiting["trouble"], waiting["attempts"]) == ("refused", 1)
        failed = await told(line, "failed")
        assert (failed["trouble"], failed["attempts"]) == ("refused", 3)
    assert len({site.sms.next(valley.department)["key"] for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("contact", "trouble"),
    [({}, "no_address"), ({"mail": "gone@hospital.example"}, "refused")],
    ids=["nothing on file", "mailbox unknown"],
)
async def test_who_cannot_be_told_at_all_is_known_at_once(
    contact: dict[str, str],
    trouble: str,
    site: Site,
    valley: Valley,
    desk: Someone,
    context: ssl.SSLContext,
) -> None:
    site.box.refuse = "550 no such mailbox"
    call(desk, valley, valley.expert, **contact)
    async with signed_in(site.server.url, context, desk.tokens.access_token) as line:
        case_id = submitted_case(valley, urgency="critical")
        failed = await told(line, "failed")
        assert failed["trouble"] == trouble
        assert failed["attempts"] <= 1
    with sqlite3.connect(site.server.data_dir / "huizhen.sqlite") as audit:
        (entry,) = audit.execute(
            "SELECT target, detail FROM audit WHERE resource = 'alert' AND consultation_id = ?",
            [case_id.replace("-", "")],
        )
    audit.close()
    assert entry[0] == str(valley.expert.id)
    assert f"failed {trouble}" in entry[1]


async def test_coming_on_call_is_told_what_waits_already(
    site: Site, valley: Valley, desk: Someone
) -> None:
    case_id = submitted_case(valley, urgency="critical")
    call(desk, valley, valley.expert, phone=PHONE)
    assert site.sms.next(valley.department)["number"] == number_of(desk, case_id)


async def test_a_crash_repeats_only_what_was_under_way_and_with_the_same_key(
    site: Site, valley: Valley, desk: Someone, context: ssl.SSLContext
) -> None:
    call(desk, valley, valley.expert, mail=MAIL)
    async with signed_in(site.server.url, context, desk.tokens.access_token) as line:
        submitted_case(valley, urgency="critical")
        await told(line, "sent")
    sent = site.box.next(valley.department)["Message-ID"]

    def the_power_goes(department: str) -> None:
        if department == valley.department:  # cases of earlier tests are overdue by and by
            site.server.kill()

    call(desk, valley, valley.another_expert(), phone=PHONE)
    with contextlib.closing(sqlite3.connect(site.server.data_dir / "huizhen.sqlite")) as store:
        site.sms.meanwhile = the_power_goes
        first = site.sms.next(valley.department)
        site.server.kill()
        site.sms.meanwhile = quiet
        # The minute in which another process may be sending is over.
        before = "2026-01-01 00:00:00.000000"
        store.execute("UPDATE alerts SET due_at = ? WHERE state = 'waiting'", [before])
        store.commit()
    site.server.start()
    after = [site.sms.next(valley.department) for _ in range(2)]
    assert first["key"] in {one["key"] for one in after}
    assert {one["why"] for one in after} == {"critical", "overdue"}
    assert sent not in {one["Message-ID"] for one in site.box.rest(valley.department)}


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SMTP_HOST": "mail.hospital.example"}, "SMTP_FROM"),
        (
            {
                "SMTP_HOST": "mail.hospital.example",
                "SMTP_FROM": "huizhen@hospital.example",
                "SMTP_SECURITY": "none",
                "SMTP_USER": "huizhen",
            },
            "SMTP_SECURITY",
        ),
        ({"SMS_URL": "https://sms.hospital.example"}, "SMS_SECRET"),
        ({"SMS_URL": "http://sms.hospital.example", "SMS_SECRET": "s" * 16}, "SMS_URL"),
        ({"SMS_URL": "https://sms.hospital.example", "SMS_SECRET": "short"}, "SMS_SECRET"),
    ],
)
def test_half_a_way_or_an_unsafe_one_stops_the_start(
    given: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"HUIZHEN_{name}", value)
    with pytest.raises(SettingsError, match=f"HUIZHEN_{named}"):
        load_settings()


# --- contacts -----------------------------------------------------------------------------------


def test_contacts_are_for_administrators_and_dispatchers_only(
    valley: Valley, desk: Someone
) -> None:
    path = paths.CONTACT.format(account_id=valley.expert.id)
    contact = {"mail": MAIL, "phone": PHONE}
    assert valley.town.admin.send("PUT", path, contact).status_code == 200
    assert desk.get(path) == contact
    for other in (valley.expert, valley.doctor, valley.another_expert(heads=[valley.department])):
        assert other.http.get(path).json()["code"] == "forbidden"
    wrong = desk.send("PUT", path, {"mail": "two@a.example, b@b.example", "phone": ""})
    assert wrong.json()["fields"][0]["location"] == ["mail"]
    everything = [*valley.expert.get(paths.EXPERTS), valley.expert.get(paths.ME)]
    assert MAIL not in str(everything)


# --- the store ----------------------------------------------------------------------------------


async def test_a_critical_finding_reaches_a_clinic_that_is_not_at_its_program(
    site: Site, valley: Valley, desk: Someone
) -> None:
    contact = {"mail": "lin@clinic.example", "phone": PHONE}
    desk.send("PUT", paths.CONTACT, contact, account_id=valley.doctor.id)
    case_id = drafted(valley, critical=True, critical_finding="右侧张力性气胸")
    report = report_of(valley.expert, case_id)
    assert signed(valley.expert, case_id, report, signing_key(valley.expert)).is_success
    mail, sms = site.box.next(valley.department), site.sms.next(valley.department)
    assert (mail["To"], sms["why"]) == (contact["mail"], "finding")
    number = number_of(desk, case_id)
    assert number in mail["Subject"]
    for text in (mail.get_content(), sms["text"]):
        assert not any(part in text for part in ("何小溪", "气胸", "R91", "http"))
