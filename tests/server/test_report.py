"""Signing: every field is checked, the ticket is used once, what is signed never changes."""

import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import paths
from protocol.report import Examination
from tests.server.people import Town, Valley, submitted_case
from tests.server.signing import report_of, signed, signing_key, ticket_of
from tests.server.sockets import signed_in

pytestmark = pytest.mark.both_databases

OPINION = {"findings": "右下叶结节", "impression": "良性", "recommend_for_library": True}


ANOTHER = Examination(study_instance_uid="1.2.3", modalities=("CT",), description="another")


def drafted(valley: Valley, case_id: str = "", /, **opinion: object) -> str:
    """A case the expert writes on: one that was submitted before, or a new one."""
    case_id = case_id or submitted_case(valley)
    valley.expert.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert valley.expert.act(case_id, action).status_code == 200
    body = {**valley.expert.claim[case_id], "opinion": {**OPINION, **opinion}}
    answer = valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id)
    assert answer.status_code == 200
    return case_id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("consultation_id", uuid4()),
        ("number", "CONS-20200101-0001"),
        ("version", 2),
        ("patient_name", "别人"),
        ("patient_birth_date", "1900-01-01"),
        ("requester_name", "别人"),
        ("expert_name", "别人"),
        ("expert_title", "attending_physician"),
        ("study_instance_uids", ("1.2.3",)),
        ("question", "another"),
        ("signed_at", datetime.now(UTC) - timedelta(days=1)),
        ("patient_id", "another"),
        ("department", "another"),
        ("examinations", (ANOTHER,)),
    ],
)
def test_a_report_that_says_other_than_its_case_is_refused(
    valley: Valley, field: str, value: Any
) -> None:
    case_id = drafted(valley)
    key = signing_key(valley.expert)
    report = report_of(valley.expert, case_id, **{field: value})
    answer = signed(valley.expert, case_id, report, key)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["location"] == ["report", field]
    assert valley.doctor.send("GET", paths.REPORT, consultation_id=case_id).status_code == 404


def test_a_signature_over_something_else_is_refused(valley: Valley) -> None:
    case_id = drafted(valley)
    key = signing_key(valley.expert)
    report = report_of(valley.expert, case_id)
    other = report.model_copy(update={"number": "CONS-20200101-0001"})
    forged = b64encode(key.sign(other.canonical_bytes())).decode()
    answer = signed(valley.expert, case_id, report, key, signature=forged)
    assert (answer.status_code, answer.json()["code"]) == (422, "signature_invalid")


def test_a_key_of_nobody_is_refused(valley: Valley) -> None:
    case_id = drafted(valley)
    answer = signed(
        valley.expert, case_id, report_of(valley.expert, case_id), Ed25519PrivateKey.generate()
    )
    assert answer.json()["code"] == "signature_invalid"


def test_the_password_must_be_right_and_a_ticket_is_good_once(valley: Valley) -> None:
    case_id = drafted(valley)
    wrong = valley.expert.send("POST", paths.REAUTHENTICATE, {"password": "wrong password"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "reauthentication_failed")
    key = signing_key(valley.expert)
    ticket = ticket_of(valley.expert)
    body = {"public_key": "A" * 43 + "=", "ticket": ticket}
    assert valley.expert.send("POST", paths.SIGNING_KEYS, body).status_code == 200
    answer = signed(valley.expert, case_id, report_of(valley.expert, case_id), key, ticket=ticket)
    assert answer.json()["code"] == "reauthentication_failed"


def test_an_empty_impression_cannot_be_signed(valley: Valley) -> None:
    case_id = drafted(valley, impression="")
    key = signing_key(valley.expert)
    answer = signed(valley.expert, case_id, report_of(valley.expert, case_id), key)
    assert answer.status_code == 422


RATE = {"code": "heart-rate", "name": "心率", "value": "72", "unit": "次/分", "ucum": "/min"}


@pytest.mark.parametrize(
    "findings", [[{**RATE, "value": ""}], [{**RATE, "value": "4a"}], [RATE, RATE]]
)
def test_a_structured_finding_has_a_value_of_its_kind_and_stands_there_once(
    valley: Valley, findings: list[dict[str, str]]
) -> None:
    case_id = drafted(valley, structured=findings)
    report, key = report_of(valley.expert, case_id), signing_key(valley.expert)
    answer = signed(valley.expert, case_id, report, key)
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["location"] == ["report", "opinion", "structured"]


def test_structured_findings_are_signed_with_the_report(valley: Valley) -> None:
    category = {"code": "ti-rads", "name": "TI-RADS", "value": "4a", "side": "right"}
    case_id = drafted(valley, structured=[RATE, category])
    report, key = report_of(valley.expert, case_id), signing_key(valley.expert)
    assert signed(valley.expert, case_id, report, key).status_code == 201
    kept = valley.doctor.get(paths.REPORT, consultation_id=case_id)["report"]["opinion"]
    assert [one["value"] for one in kept["structured"]] == ["72", "4a"]


def test_an_amendment_is_a_new_version_and_the_old_one_stays(valley: Valley) -> None:
    case_id = drafted(valley)
    expert, key = valley.expert, signing_key(valley.expert)
    assert signed(expert, case_id, report_of(expert, case_id), key).status_code == 201
    body = {**expert.claim[case_id], "opinion": {**OPINION, "impression": "恶性可能"}}
    frozen = expert.send("PUT", paths.OPINION, body, consultation_id=case_id)
    assert frozen.json()["code"] == "transition_refused"
    assert expert.act(case_id, "amend").status_code == 422
    assert expert.act(case_id, "amend", reason="pathology").status_code == 200
    assert expert.send("PUT", paths.OPINION, body, consultation_id=case_id).status_code == 200
    second = report_of(expert, case_id, version=2)
    assert signed(expert, case_id, second, key).status_code == 201
    latest = valley.doctor.get(paths.REPORT, consultation_id=case_id)
    assert latest["report"]["opinion"]["impression"] == "恶性可能"
    path = paths.REPORT.format(consultation_id=case_id)
    first = valley.doctor.http.get(path, params={"version": 1}).json()
    assert first["report"]["opinion"]["impression"] == "良性"


def test_who_signed_takes_the_case_up_again_to_amend_it(valley: Valley) -> None:
    """A program forgets its claim with the signature; another computer never had it."""
    case_id = drafted(valley)
    expert, key = valley.expert, signing_key(valley.expert)
    signed(expert, case_id, report_of(expert, case_id), key)
    before = expert.claim[case_id]
    expert.take(case_id)
    assert expert.claim[case_id]["fence"] > before["fence"]
    assert expert.act(case_id, "amend", reason="pathology").status_code == 200
    beat = expert.send("POST", paths.HEARTBEAT, expert.claim[case_id], consultation_id=case_id)
    assert beat.status_code == 200
    late = valley.another_expert().send("POST", paths.CLAIM, {}, consultation_id=case_id)
    assert late.status_code in (403, 409)


def test_only_the_requester_receives_and_with_a_decision(valley: Valley) -> None:
    case_id = drafted(valley)
    expert = valley.expert
    signed(expert, case_id, report_of(expert, case_id), signing_key(expert))
    assert expert.act(case_id, "receive", decision="adopted").status_code == 403
    assert valley.doctor.act(case_id, "receive").status_code == 422
    closed = valley.doctor.act(case_id, "receive", decision="partly", reason="先观察")
    assert closed.json()["decision_note"] == "先观察"


def test_without_the_patients_consent_nothing_enters_the_library(valley: Valley) -> None:
    consent = {"form": "written", "given_by": "何小溪", "given_at": "2026-01-05T08:30:00Z"}
    case_id = submitted_case(valley, consent=consent)
    expert = valley.expert
    expert.take(case_id)
    expert.act(case_id, "start_reading")
    body = {**expert.claim[case_id], "opinion": OPINION}
    expert.send("PUT", paths.OPINION, body, consultation_id=case_id)
    signed(expert, case_id, report_of(expert, case_id), signing_key(expert))
    valley.doctor.act(case_id, "receive", decision="adopted")
    page = expert.http.get(paths.LIBRARY, params={"department": valley.department}).json()
    assert page["total"] == 0


@pytest.mark.parametrize("roles", [("admin",), ("auditor",), ("security",)])
async def test_who_runs_or_audits_the_system_sees_nothing_of_the_library(
    valley: Valley, town: Town, context: ssl.SSLContext, roles: tuple[str, ...]
) -> None:
    outsider = town.person(*roles)
    besides = [role for role in roles if role != "auditor"]  # goes with nothing else
    insider = town.person(*besides, "requester", institution=valley.clinic)
    case_id = drafted(valley)
    async with (
        signed_in(town.url, context, outsider.tokens.access_token) as outside,
        signed_in(town.url, context, insider.tokens.access_token) as inside,
        signed_in(town.url, context, valley.doctor.tokens.access_token) as treating,
    ):
        signed(
            valley.expert, case_id, report_of(valley.expert, case_id), signing_key(valley.expert)
        )
        assert valley.doctor.act(case_id, "receive", decision="adopted").status_code == 200
        entry_id = (await treating.hear("library_grew"))["entry"]["id"]
        for other in (outside, inside):
            assert "library_grew" not in {frame["type"] for frame in await other.quiet()}
    for path in (paths.LIBRARY, paths.LIBRARY_ENTRY.format(entry_id=entry_id)):
        assert insider.http.get(path).status_code == 200
        refused = outsider.http.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_places_to_be_filled_in_cannot_be_signed(valley: Valley) -> None:
    case_id = drafted(valley)
    report = report_of(valley.expert, case_id)
    opinion = report.opinion.model_copy(update={"recommendation": "【】个月后复查"})
    unfinished = report.model_copy(update={"opinion": opinion})
    answer = signed(valley.expert, case_id, unfinished, signing_key(valley.expert))
    assert (answer.status_code, answer.json()["fields"][0]["location"]) == (
        422,
        ["report", "opinion"],
    )
