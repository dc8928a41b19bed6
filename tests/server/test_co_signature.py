"""A reviewer's approval is of the very words that are signed, and a site may insist on it."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.services.signing import signature_fits
from protocol import paths
from protocol.approval import approval_of
from protocol.consultation import TimelineEvent
from protocol.report import CoSignature, Opinion, SignedReport
from protocol.seal import Seal
from tests.fakes.examples import opinion
from tests.server.in_process import MONDAY, InProcess, TownWithin
from tests.server.people import Someone, Valley, expert_profile, make_valley
from tests.server.signing import approve, public_text, report_of, signed, signing_key
from tests.server.test_report import OPINION, drafted


@pytest.fixture
def within(tmp_path: Path) -> Iterator[TownWithin]:
    """A site whose reports all need a second signature."""
    server = InProcess(tmp_path, co_signed_departments=("*",))
    made = TownWithin(server)
    yield made
    made.close()
    server.end()


def approval(expert: Someone, case_id: str) -> CoSignature | None:
    """As a client finds it: of the words that the server has."""
    place = {"consultation_id": case_id}
    told = expert.get(paths.TIMELINE, **place)
    events = [TimelineEvent.model_validate(one, strict=False) for one in told]
    opinion = Opinion.model_validate(expert.get(paths.OPINION, **place)["opinion"], strict=False)
    return approval_of(events, opinion, expert.id)


def sign(expert: Someone, case_id: str, **changes: Any) -> tuple[int, dict[str, Any]]:
    key = signing_key(expert)
    answer = signed(expert, case_id, report_of(expert, case_id, **changes), key)
    return answer.status_code, answer.json()


def reviewed(valley: Valley, case_id: str, reviewer: Someone) -> None:
    assert valley.expert.act(case_id, "request_review").is_success
    assert approve(reviewer, case_id).is_success


def rewritten(valley: Valley, case_id: str, impression: str) -> None:
    body = {**valley.expert.claim[case_id], "opinion": {**OPINION, "impression": impression}}
    assert valley.expert.send("PUT", paths.OPINION, body, consultation_id=case_id).is_success


def test_where_a_site_insists_nothing_is_signed_that_nobody_approved(within: TownWithin) -> None:
    valley = make_valley(within)
    reviewer = within.person("reviewer", name="赵审核", institution=valley.hospital)
    expert, case_id = valley.expert, drafted(valley)
    assert expert.get(paths.SIGNING_TERMS)["co_signed"] == ["*"]
    status, refused = sign(expert, case_id, signed_at=MONDAY)
    assert (status, refused["code"]) == (409, "review_needed")
    reviewed(valley, case_id, reviewer)
    approved = approval(expert, case_id)
    assert approved is not None
    rewritten(valley, case_id, "恶性可能")
    assert approval(expert, case_id) is None, "the words have changed since"
    status, refused = sign(expert, case_id, signed_at=MONDAY, co_signature=approved)
    assert (status, refused["fields"][0]["location"]) == (422, ["report", "co_signature"])
    reviewed(valley, case_id, reviewer)
    status, done = sign(expert, case_id, signed_at=MONDAY, co_signature=approval(expert, case_id))
    assert status == 201, done
    assert done["report"]["co_signature"]["reviewer_name"] == "赵审核"


def test_a_reviewer_signs_with_their_own_key_what_they_have_read(valley: Valley) -> None:
    reviewer = valley.town.person("reviewer", institution=valley.hospital)
    expert, case_id = valley.expert, drafted(valley)
    assert expert.act(case_id, "request_review").is_success
    key = signing_key(reviewer)
    unknown = approve(reviewer, case_id, Ed25519PrivateKey.generate())
    assert unknown.json()["code"] == "signature_invalid", "nobody has registered this key"
    other = b64encode(key.sign(b"other words")).decode()
    assert approve(reviewer, case_id, key, signature=other).json()["code"] == "signature_invalid"
    stale = approve(reviewer, case_id, key, ticket="t" * 22)
    assert stale.json()["code"] == "reauthentication_failed", "whoever sits there now"
    assert approve(reviewer, case_id, key).is_success
    status, done = sign(expert, case_id, co_signature=approval(expert, case_id))
    assert (status, done["co_signed"]["public_key"]) == (201, public_text(key))
    read = SignedReport.model_validate(
        valley.doctor.get(paths.REPORT, consultation_id=case_id), strict=False
    )
    assert signature_fits(read)
    other_words = opinion(impression="未见异常")
    for forged in (
        read.model_copy(update={"co_signed": Seal(signature=other, public_key=public_text(key))}),
        signed_anew(read, opinion=other_words),
        signed_anew(read, co_signature=None),
    ):
        assert not signature_fits(forged), "the reviewer signed none of these"


def test_a_report_that_names_no_reviewer_is_given_no_seal_of_theirs(valley: Valley) -> None:
    """A program of before, or one that has not heard of the approval: what it signs is good."""
    reviewer = valley.town.person("reviewer", institution=valley.hospital)
    expert, case_id = valley.expert, drafted(valley)
    assert expert.act(case_id, "request_review").is_success
    assert approve(reviewer, case_id, signing_key(reviewer)).is_success
    status, done = sign(expert, case_id)
    assert (status, done["co_signed"]) == (201, None)
    assert signature_fits(SignedReport.model_validate(done, strict=False))


def signed_anew(honest: SignedReport, **changes: Any) -> SignedReport:
    """Other words below the reviewer's signature, by the expert or by the server."""
    key = Ed25519PrivateKey.generate()
    report = honest.report.model_copy(update=changes)
    own = {
        "signature": b64encode(key.sign(report.canonical_bytes())).decode(),
        "public_key": public_text(key),
    }
    return honest.model_copy(update={"report": report, **own})


def test_an_amended_report_needs_it_again_and_stands_meanwhile(within: TownWithin) -> None:
    valley = make_valley(within)
    reviewer = within.person("reviewer", institution=valley.hospital)
    expert, case_id = valley.expert, drafted(valley)
    reviewed(valley, case_id, reviewer)
    assert sign(expert, case_id, signed_at=MONDAY, co_signature=approval(expert, case_id))[0] == 201
    assert expert.act(case_id, "amend", reason="病理结果").is_success
    rewritten(valley, case_id, "恶性可能")
    assert sign(expert, case_id, signed_at=MONDAY, version=2)[1]["code"] == "review_needed"
    assert expert.act(case_id, "request_review").is_success
    case = reviewer.get(paths.CONSULTATION, consultation_id=case_id)
    assert case["summary"]["phase"] == "amended"
    assert {"approve", "return_from_review"} <= set(case["allowed_actions"])
    draft = reviewer.get(paths.OPINION, consultation_id=case_id)["opinion"]
    assert draft["impression"] == "恶性可能"
    unread = reviewer.act(case_id, "approve")
    assert unread.json()["fields"][0]["location"] == ["approved"], "which words?"
    other = reviewer.act(case_id, "approve", approved="0" * 64)
    assert other.json()["code"] == "stale_version", "words that the reviewer has not read"
    assert approve(reviewer, case_id).is_success
    signature = approval(expert, case_id)
    assert sign(expert, case_id, signed_at=MONDAY, version=2, co_signature=signature)[0] == 201


def test_an_approval_counts_for_the_version_it_was_given_for(within: TownWithin) -> None:
    valley = make_valley(within)
    reviewer = within.person("reviewer", institution=valley.hospital)
    expert, case_id = valley.expert, drafted(valley)
    reviewed(valley, case_id, reviewer)
    first = approval(expert, case_id)
    assert sign(expert, case_id, signed_at=MONDAY, co_signature=first)[0] == 201
    assert expert.act(case_id, "amend", reason="病理结果").is_success
    assert approval(expert, case_id) is None, "the same words, but of another version"
    status, refused = sign(expert, case_id, signed_at=MONDAY, version=2, co_signature=first)
    assert (status, refused["fields"][0]["location"]) == (422, ["report", "co_signature"])


def test_an_approval_ends_where_the_case_goes_to_another_house(within: TownWithin) -> None:
    valley, hospital = make_valley(within), within.institution("hospital")
    within.agree(valley.clinic, hospital)
    profile = expert_profile(valley.department)
    elsewhere = within.person("expert", institution=hospital, expert=profile, name="孙专家")
    reviewer = within.person("reviewer", institution=valley.hospital)
    case_id = drafted(valley)
    reviewed(valley, case_id, reviewer)
    before = approval(valley.expert, case_id)
    assert valley.expert.act(case_id, "release", reason="转专科").is_success
    elsewhere.take(case_id)
    for action in ("accept", "start_reading", "start_draft"):
        assert elsewhere.act(case_id, action).is_success
    assert approval(elsewhere, case_id) is None
    status, refused = sign(elsewhere, case_id, signed_at=MONDAY, co_signature=before)
    assert (status, refused["fields"][0]["location"]) == (422, ["report", "co_signature"])


def test_elsewhere_a_report_may_carry_one_but_no_false_one(valley: Valley) -> None:
    reviewer = valley.town.person("reviewer", institution=valley.hospital)
    expert, case_id = valley.expert, drafted(valley)
    reviewed(valley, case_id, reviewer)
    honest = approval(expert, case_id)
    assert honest is not None
    false = honest.model_copy(update={"reviewer_id": UUID(int=1), "reviewer_name": "别人"})
    assert sign(expert, case_id, co_signature=false)[0] == 422
    assert sign(expert, case_id, co_signature=honest)[0] == 201


def test_who_signs_does_not_approve_their_own_words(valley: Valley) -> None:
    reviewer = valley.town.person("reviewer", institution=valley.hospital)
    case_id = drafted(valley)
    reviewed(valley, case_id, reviewer)
    told = valley.expert.get(paths.TIMELINE, consultation_id=case_id)
    events = [TimelineEvent.model_validate(one, strict=False) for one in told]
    opinion = Opinion.model_validate(
        valley.expert.get(paths.OPINION, consultation_id=case_id)["opinion"], strict=False
    )
    assert approval_of(events, opinion, valley.expert.id) is not None
    assert approval_of(events, opinion, reviewer.id) is None
