"""Reports of earlier cases of the patient: for who works on a case, through it, no longer."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from protocol import paths
from protocol.consultation import Patient, Sex
from server.domain.priors import is_prior_report
from tests.fakes.reports import report
from tests.server.images import new_study
from tests.server.in_process import InProcess, TownWithin
from tests.server.people import Someone, Valley, make_valley, submitted_case
from tests.server.signing import report_of, signed, signing_key
from tests.server.test_auditing import number_of, trail
from tests.server.test_priors import OTHER, PATIENT, case_with, corrected
from tests.server.test_report import drafted


def reported(valley: Valley, case_id: str = "", /, at: datetime | None = None, **more: Any) -> str:
    """A case of a patient whose report is signed."""
    case_id = drafted(valley, case_id or submitted_case(valley, **more))
    key = signing_key(valley.expert)
    report = report_of(valley.expert, case_id, signed_at=at or datetime.now(UTC))
    answer = signed(valley.expert, case_id, report, key)
    assert answer.status_code == 201, answer.text
    return case_id


def told(someone: Someone, case_id: str) -> list[str]:
    case = someone.get(paths.CONSULTATION, consultation_id=case_id)
    return [one["consultation_id"] for one in case["earlier_reports"]]


def read(someone: Someone, case_id: str, earlier: str) -> int:
    place = {"consultation_id": case_id, "earlier_id": earlier}
    return someone.send("GET", paths.EARLIER_REPORT, **place).status_code


@pytest.mark.both_databases
def test_who_works_on_a_case_reads_the_earlier_reports_on_its_patient(valley: Valley) -> None:
    older, newer = (reported(valley, patient=PATIENT) for _ in range(2))
    reported(valley, patient=OTHER)
    submitted_case(valley, patient=PATIENT)
    elsewhere = reported(make_valley(valley.town), patient=PATIENT)
    case_id = submitted_case(valley, patient=PATIENT)
    expert = valley.another_expert()
    assert read(expert, case_id, older) == 404, "not while it merely rings"
    expert.take(case_id)
    assert told(expert, case_id) == [newer, older], "without images, too; the newest first"
    place = {"consultation_id": case_id, "earlier_id": older}
    found = expert.get(paths.EARLIER_REPORT, **place)
    assert found["report"]["consultation_id"] == older
    assert read(expert, case_id, elsewhere) == 404, "what another clinic asked stays there"
    assert expert.send("GET", paths.REPORT, consultation_id=older).status_code == 404
    assert (told(valley.doctor, case_id), read(valley.doctor, case_id, older)) == ([], 403)


def test_the_right_ends_with_the_work_and_each_look_is_in_the_trail(valley: Valley) -> None:
    older = reported(valley, patient=PATIENT)
    case_id = drafted(valley, submitted_case(valley, patient=PATIENT))
    assert read(valley.expert, case_id, older) == 200
    key = signing_key(valley.expert)
    done = signed(valley.expert, case_id, report_of(valley.expert, case_id), key)
    assert done.status_code == 201
    assert (told(valley.expert, case_id), read(valley.expert, case_id, older)) == ([], 404)
    officer = valley.town.person("auditor")
    entries = trail(officer, number=number_of(valley, case_id), resource="report")
    looked = [one["access"] for one in entries if one["target"] == older]
    assert sorted(looked) == ["create", "read"]


def test_a_case_that_was_entered_in_error_lends_nothing(valley: Valley) -> None:
    older = reported(valley, patient=PATIENT)
    case_id = submitted_case(valley, patient=PATIENT)
    valley.expert.take(case_id)
    assert told(valley.expert, case_id) == [older]
    dispatcher = valley.town.person("dispatcher", institution=valley.hospital)
    answer = dispatcher.act(older, "enter_in_error", reason="wrong patient")
    assert answer.status_code == 200, answer.text
    assert (told(valley.expert, case_id), read(valley.expert, case_id, older)) == ([], 404)


def test_a_case_that_comes_back_with_another_patient_shows_what_is_earlier_of_them(
    valley: Valley,
) -> None:
    of_first, of_second = reported(valley, patient=PATIENT), reported(valley, patient=OTHER)
    case_id = submitted_case(valley, patient=PATIENT)
    expert = valley.expert
    expert.take(case_id)
    assert told(expert, case_id) == [of_first]
    assert expert.act(case_id, "ask_information", checklist=["身份证"]).is_success
    corrected(valley, case_id, OTHER)
    assert (told(expert, case_id), read(expert, case_id, of_first)) == ([], 404), "at once"
    answer = valley.doctor.act(case_id, "resubmit")
    assert answer.status_code == 200, answer.text
    assert (told(expert, case_id), read(expert, case_id, of_first)) == ([of_second], 404)
    assert read(expert, case_id, of_second) == 200


def test_namesakes_hide_no_report_of_the_patient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As 20 cases opened at once and 200 looked at would, made with fewer."""
    monkeypatch.setattr("server.api.services.priors.OPENED_AT_ONCE", 2)
    monkeypatch.setattr("server.store.priors.MOST_CASES", 2)
    server = InProcess(tmp_path)
    town = TownWithin(server)

    def earlier(case_id: str = "", **patient: str) -> str:
        made = reported(valley, case_id, at=server.clock.now(), patient=PATIENT | patient)
        server.pass_time(1)
        return made

    def now() -> list[str]:
        case_id = submitted_case(valley, patient=PATIENT)
        valley.expert.take(case_id)
        return told(valley.expert, case_id)

    try:
        valley = make_valley(town)
        numbered = earlier(case_with(valley, new_study(1)))
        own = earlier()
        for day in ("01", "02", "03"):
            earlier(patient_id="", birth_date=f"1970-01-{day}")
        assert now() == [own, numbered]
        monkeypatch.setattr("server.store.priors.MOST_NAMESAKES", 2)
        assert now() == [numbered], "who has the number comes first"
    finally:
        town.close()
        server.end()


@pytest.mark.parametrize(
    "theirs",
    [
        {"patient_birth_date": "1959-04-02"},
        {"patient_sex": "male"},
        {"patient_name": "林远山"},
        {"patient_birth_date": "", "patient_id": ""},
    ],
)
def test_what_is_in_doubt_is_no_earlier_report(theirs: dict[str, str]) -> None:
    patient = Patient(
        name="何小溪", patient_id="QS-2026-0042", sex=Sex.FEMALE, birth_date=date(1958, 4, 2)
    )
    same = report(
        "a",
        patient_name="何小溪",
        patient_id="QS-2026-0042",
        patient_sex="female",
        patient_birth_date="1958-04-02",
    )
    assert is_prior_report(patient, same)
    assert is_prior_report(patient, same.model_copy(update={"patient_id": ""})), "name and birth"
    assert not is_prior_report(patient, same.model_copy(update=theirs))
    assert not is_prior_report(None, same)
