"""Pictures of a report are there before the signature, which is one over them, and stay."""

import hashlib
import json
from uuid import uuid4

import httpx
import pytest

from protocol import paths
from protocol.report import Opinion, ReportPicture
from tests.server.people import Someone, Valley
from tests.server.signing import OPINION, report_of, signed, signing_key
from tests.server.test_report import drafted


def picture() -> bytes:
    """As far as the server looks at one."""
    return b"\x89PNG\r\n\x1a\n" + uuid4().bytes


def sha_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def place(case_id: str, data: bytes) -> str:
    return paths.REPORT_PICTURE.format(consultation_id=case_id, sha256=sha_of(data))


def sent(who: Someone, case_id: str, data: bytes, kind: str = "image/png") -> httpx.Response:
    return who.http.put(place(case_id, data), content=data, headers={"content-type": kind})


def showing(*pictures: bytes) -> Opinion:
    """An opinion with these pictures."""
    shown = tuple(
        ReportPicture(
            sha256=sha_of(one),
            study_instance_uid="2.25.1",
            sop_instance_uid="2.25.2",
            caption="右下叶结节",
        )
        for one in pictures
    )
    return Opinion.model_validate_json(json.dumps(OPINION)).model_copy(update={"pictures": shown})


def signed_showing(valley: Valley, case_id: str, *pictures: bytes) -> httpx.Response:
    report = report_of(valley.expert, case_id, opinion=showing(*pictures))
    return signed(valley.expert, case_id, report, signing_key(valley.expert))


@pytest.mark.both_databases
def test_the_clinic_reads_a_picture_when_the_report_that_shows_it_is_signed(
    valley: Valley,
) -> None:
    case_id, one = drafted(valley), picture()
    assert sent(valley.expert, case_id, one).status_code == 200
    assert valley.expert.http.get(place(case_id, one)).content == one
    assert valley.doctor.http.get(place(case_id, one)).status_code == 404, "not of a draft"
    answer = signed_showing(valley, case_id, one)
    assert answer.status_code == 201, answer.text
    read = valley.doctor.http.get(place(case_id, one))
    assert (read.content, read.headers["content-type"]) == (one, "image/png")
    assert valley.another_expert().http.get(place(case_id, one)).status_code == 404


def test_the_signature_is_one_over_the_pictures(valley: Valley) -> None:
    case_id, one = drafted(valley), picture()
    sent(valley.expert, case_id, one)
    report = report_of(valley.expert, case_id, opinion=showing(one))
    bare = report.model_copy(update={"opinion": report.opinion.model_copy(update={"pictures": ()})})
    assert sha_of(one).encode() in report.canonical_bytes()
    assert b"pictures" not in bare.canonical_bytes(), "as reports were signed before"


def test_what_was_not_sent_cannot_be_signed(valley: Valley) -> None:
    case_id = drafted(valley)
    answer = signed_showing(valley, case_id, picture())
    assert (answer.status_code, answer.json()["fields"][0]["location"]) == (422, ["pictures"])


def test_what_no_report_shows_is_forgotten_with_its_bytes(valley: Valley) -> None:
    case_id, kept, left_out = drafted(valley), picture(), picture()
    for one in (kept, left_out):
        assert sent(valley.expert, case_id, one).status_code == 200
    assert signed_showing(valley, case_id, kept).status_code == 201
    assert valley.expert.http.get(place(case_id, left_out)).status_code == 404
    assert valley.expert.http.get(place(case_id, kept)).content == kept


def test_the_same_once_more_changes_nothing(valley: Valley) -> None:
    case_id, one = drafted(valley), picture()
    for _ in range(2):
        assert sent(valley.expert, case_id, one).status_code == 200


def test_two_cases_of_one_patient_may_show_the_same_picture(valley: Valley) -> None:
    """A second opinion looks at the same image; neither report takes the bytes from the other."""
    first, second, one = drafted(valley), drafted(valley), picture()
    for case_id in (first, second):
        assert sent(valley.expert, case_id, one).status_code == 200
    assert signed_showing(valley, first).status_code == 201, "which leaves it out after all"
    assert valley.expert.http.get(place(first, one)).status_code == 404
    assert signed_showing(valley, second, one).status_code == 201
    assert valley.doctor.http.get(place(second, one)).content == one


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(b"GIF89a", "image/png", 422), (picture(), "image/jpeg", 415)],
    ids=["no PNG", "not said to be one"],
)
def test_what_is_no_such_picture_is_refused(
    valley: Valley, data: bytes, kind: str, status: int
) -> None:
    assert sent(valley.expert, drafted(valley), data, kind).status_code == status


def test_other_bytes_than_said_are_refused(valley: Valley) -> None:
    case_id, one = drafted(valley), picture()
    answer = valley.expert.http.put(
        place(case_id, one), content=picture(), headers={"content-type": "image/png"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "hash_mismatch")


def test_only_who_holds_the_case_sends_one(valley: Valley) -> None:
    assert sent(valley.doctor, drafted(valley), picture()).status_code == 403
