"""The patient's copy of a report: a code opens one report, for who knows the date of birth."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from protocol import paths
from protocol.report_copy import COPY_WORDING, MOST_WRONG_DATES
from server.store.form_tables import ReportCopyRow
from tests.server.invitations import LONG_AGO
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.tables import rows
from tests.server.test_auditing import number_of, trail
from tests.server.test_earlier_reports import reported
from tests.server.test_presented_forms import paper_of, sent, signed_with
from tests.server.test_report import drafted

BORN = "1958-04-02"
CONSENT = {"wording": COPY_WORDING, "language": "zh"}


def given(valley: Valley, case_id: str, days: int = 7) -> dict[str, Any]:
    answer = valley.doctor.send(
        "POST", paths.REPORT_COPIES, {"valid_days": days}, consultation_id=case_id
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def ask(valley: Valley, path: str, code: str, **more: object) -> httpx.Response:
    """As somebody without an account."""
    with valley.town.client() as nobody:
        return nobody.post(path, json={"code": code, **more})


def opened(
    valley: Valley, code: str, born: str = BORN, path: str = paths.OPEN_COPY
) -> httpx.Response:
    return ask(valley, path, code, birth_date=born, consent=CONSENT)


def standing(valley: Valley, code: str) -> str:
    return str(ask(valley, paths.LOOK_AT_COPY, code).json()["standing"])


@pytest.mark.both_databases
def test_code_date_of_birth_and_consent_open_the_report_as_often_as_it_is_read(
    valley: Valley,
) -> None:
    case_id = reported(valley)
    made = given(valley, case_id)
    seen = ask(valley, paths.LOOK_AT_COPY, made["code"])
    assert seen.headers["cache-control"] == "no-store"
    assert "何小溪" not in seen.text, "a code alone says nothing of whose report it is"
    for _ in range(2):
        answer = opened(valley, made["code"])
        assert answer.headers["cache-control"] == "no-store"
        copy = answer.json()
    assert (copy["patient_name"], copy["impression"], copy["has_file"]) == ("何小溪", "良性", False)
    (state,) = valley.doctor.get(paths.REPORT_COPIES, consultation_id=case_id)
    assert (state["id"], state["standing"], state["opened"]) == (made["id"], "open", 2)


def test_the_signed_file_is_handed_out_for_the_same(valley: Valley) -> None:
    case_id = drafted(valley)
    paper = paper_of(case_id)
    assert sent(valley.expert, case_id, paper).status_code == 200
    assert signed_with(valley, case_id, paper).status_code == 201
    code = given(valley, case_id)["code"]
    assert opened(valley, code).json()["has_file"] is True
    file = opened(valley, code, path=paths.COPY_FILE)
    assert (file.content, file.headers["content-type"]) == (paper, "application/pdf")
    assert file.headers["cache-control"] == "no-store"
    assert opened(valley, code, "1960-01-01", paths.COPY_FILE).status_code == 403


def test_a_wrong_date_of_birth_opens_nothing_and_too_many_lock_it(valley: Valley) -> None:
    case_id = reported(valley)
    code = given(valley, case_id)["code"]
    for _ in range(MOST_WRONG_DATES):
        answer = opened(valley, code, "1960-01-01")
        assert (answer.status_code, answer.json()["code"]) == (403, "birth_date_wrong")
    assert standing(valley, code) == "locked"
    assert opened(valley, code).json()["code"] == "invitation_invalid"
    auditor = valley.town.person("auditor")
    tries = trail(auditor, number=number_of(valley, case_id), undone="true")
    assert [one["outcome"] for one in tries] == ["wrong_birth_date"] * MOST_WRONG_DATES


def test_without_consent_to_the_words_in_force_nothing_is_shown(valley: Valley) -> None:
    code = given(valley, reported(valley))["code"]
    for consent in (None, {"wording": "2025-01-01", "language": "zh"}):
        answer = ask(valley, paths.OPEN_COPY, code, birth_date=BORN, consent=consent)
        assert (answer.status_code, answer.json()["code"]) == (403, "consent_required")


def test_the_clinic_takes_it_back_and_what_was_in_error_takes_itself_back(valley: Valley) -> None:
    case_id = reported(valley)
    first, second = given(valley, case_id), given(valley, case_id)
    place = {"consultation_id": case_id, "copy_id": first["id"]}
    assert valley.doctor.send("DELETE", paths.ONE_REPORT_COPY, **place).status_code == 204
    assert standing(valley, first["code"]) == "withdrawn"
    assert opened(valley, first["code"]).json()["code"] == "invitation_invalid"
    assert opened(valley, second["code"]).status_code == 200
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    assert dispatcher.act(case_id, "enter_in_error", reason="wrong patient").is_success
    assert standing(valley, second["code"]) == "withdrawn"


def test_it_runs_out(valley: Valley, server: ServerProcess) -> None:
    code = given(valley, reported(valley))["code"]
    rows(server, update(ReportCopyRow).values(expires_at=LONG_AGO))
    assert standing(valley, code) == "expired"
    assert opened(valley, code).status_code == 403


def test_only_the_clinic_gives_one_and_only_of_a_signed_report(valley: Valley) -> None:
    case_id = drafted(valley)
    body = {"valid_days": 7}
    early = valley.doctor.send("POST", paths.REPORT_COPIES, body, consultation_id=case_id)
    assert early.status_code == 409
    other = valley.expert.send("POST", paths.REPORT_COPIES, body, consultation_id=case_id)
    assert other.status_code == 403


def test_the_database_holds_no_code(valley: Valley, server: ServerProcess) -> None:
    code = given(valley, reported(valley))["code"]
    kept = rows(server, select(ReportCopyRow.hash))
    assert code not in str(kept)
