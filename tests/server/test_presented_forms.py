"""The paper of a report is there before the signature, never changes, and is read with it."""

import hashlib
from typing import Any

import httpx
import pytest

from protocol import paths
from tests.server.people import Someone, Valley
from tests.server.signing import report_of, signed, signing_key
from tests.server.test_report import drafted

PAPER = b"%PDF-1.4 a report " + bytes(range(256))


def sent(
    who: Someone, case_id: str, data: bytes = PAPER, *, kind: str = "application/pdf", sha: str = ""
) -> httpx.Response:
    return who.http.put(
        paths.PRESENTED_FORM.format(consultation_id=case_id),
        params={"sha256": sha or hashlib.sha256(data).hexdigest()},
        content=data,
        headers={"content-type": kind},
    )


def paper_of(case_id: str) -> bytes:
    """Nobody signs the same bytes twice."""
    return PAPER + case_id.encode()


def signed_with(valley: Valley, case_id: str, data: bytes, **changes: Any) -> httpx.Response:
    report = report_of(valley.expert, case_id, **changes)
    sha = hashlib.sha256(data).hexdigest()
    return signed(valley.expert, case_id, report, signing_key(valley.expert), presented_form=sha)


@pytest.mark.both_databases
def test_it_is_read_by_the_requester_as_it_was_signed(valley: Valley) -> None:
    case_id = drafted(valley)
    place = paths.PRESENTED_FORM.format(consultation_id=case_id)
    assert sent(valley.expert, case_id, paper_of(case_id)).status_code == 200
    assert valley.doctor.http.get(place).status_code == 404, "not before it is signed"
    answer = signed_with(valley, case_id, paper_of(case_id))
    assert answer.status_code == 201, answer.text
    assert answer.json()["presented_form"] == hashlib.sha256(paper_of(case_id)).hexdigest()
    read = valley.doctor.http.get(place)
    assert (read.content, read.headers["content-type"]) == (paper_of(case_id), "application/pdf")
    assert valley.another_expert().http.get(place).status_code == 404


def test_the_same_once_more_changes_nothing(valley: Valley) -> None:
    case_id = drafted(valley)
    for _ in range(2):
        assert sent(valley.expert, case_id, paper_of(case_id)).status_code == 200


def test_one_that_was_not_sent_cannot_be_signed(valley: Valley) -> None:
    case_id = drafted(valley)
    answer = signed_with(valley, case_id, paper_of(case_id))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["location"] == ["presented_form"]


def test_what_no_signature_followed_is_forgotten(valley: Valley) -> None:
    case_id = drafted(valley)
    first, last = paper_of(case_id) + b"1", paper_of(case_id) + b"2"
    for one in (first, last):
        assert sent(valley.expert, case_id, one).status_code == 200
    assert signed_with(valley, case_id, last).status_code == 201
    again = sent(valley.expert, case_id, first)
    assert again.status_code == 200, "its bytes had gone, so they may come anew"


@pytest.mark.parametrize(
    ("data", "more", "status"),
    [
        (b"MZ no paper", {}, 422),
        (PAPER, {"kind": "text/html"}, 415),
        (PAPER, {"sha": "0" * 64}, 422),
    ],
    ids=["no PDF", "not said to be one", "other bytes than said"],
)
def test_what_is_not_that_paper_is_refused(
    valley: Valley, data: bytes, more: dict[str, str], status: int
) -> None:
    assert sent(valley.expert, drafted(valley), data, **more).status_code == status


def test_only_who_holds_the_case_sends_one(valley: Valley) -> None:
    case_id = drafted(valley)
    assert sent(valley.doctor, case_id, paper_of(case_id)).status_code == 403


def test_what_rests_on_other_bytes_cannot_be_taken_for_a_paper(valley: Valley) -> None:
    """Else the first one would go with the second when that is forgotten."""
    shared = PAPER + b"shared"
    mine = drafted(valley)
    assert sent(valley.expert, mine, shared).status_code == 200
    assert signed_with(valley, mine, shared).status_code == 201
    assert sent(valley.expert, drafted(valley), shared).status_code == 409
