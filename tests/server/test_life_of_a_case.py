"""A consultation from the clinic's draft to its receipt, over the real server."""

from base64 import b64decode

import pytest

from protocol import paths
from protocol.report import SignedReport
from tests.server.people import Valley, submitted_case
from tests.server.signing import report_of, signed, signing_key

pytestmark = pytest.mark.both_databases


def test_a_case_lives_from_draft_to_receipt_and_into_the_library(valley: Valley) -> None:
    doctor, expert = valley.doctor, valley.expert
    case_id = submitted_case(valley)
    queue = expert.get(paths.QUEUE)["items"]
    assert [row["id"] for row in queue] == [case_id]
    assert queue[0]["patient_name"] == "何**"

    claim = expert.take(case_id)
    assert claim["consultation"]["summary"]["phase"] == "claimed"
    assert claim["consultation"]["content"]["patient"]["name"] == "何小溪"
    for action, phase in (("accept", "accepted"), ("start_reading", "reading")):
        answer = expert.act(case_id, action)
        assert answer.json()["summary"]["phase"] == phase

    opinion = {
        "findings": "右下叶实性结节",
        "impression": "考虑良性",
        "recommendation": "三个月复查",
        "diagnosis_codes": ["R91"],
        "learning_flags": ["misdiagnosis"],
        "recommend_for_library": True,
    }
    held = expert.claim[case_id]
    saved = expert.send("PUT", paths.OPINION, {**held, "opinion": opinion}, consultation_id=case_id)
    assert saved.status_code == 200

    key = signing_key(expert)
    report = report_of(expert, case_id)
    answer = signed(expert, case_id, report, key)
    assert answer.status_code == 201, answer.text
    received = SignedReport.model_validate_json(
        doctor.http.get(paths.REPORT.format(consultation_id=case_id)).content
    )
    key.public_key().verify(b64decode(received.signature), received.report.canonical_bytes())

    closed = doctor.act(case_id, "receive", decision="adopted", reason="照办")
    assert closed.json()["summary"]["phase"] == "received"
    assert closed.json()["decision"] == "adopted"

    page = doctor.http.get(paths.LIBRARY, params={"department": valley.department}).json()
    assert page["total"] == 1
    entry = doctor.get(paths.LIBRARY_ENTRY, entry_id=page["items"][0]["id"])
    assert entry["age_band"] == "60-79"
    assert "何小溪" not in str(entry)

    timeline = doctor.get(paths.TIMELINE, consultation_id=case_id)
    assert [event["action"] for event in timeline][-5:] == [
        "claim",
        "accept",
        "start_reading",
        "sign",
        "receive",
    ]
