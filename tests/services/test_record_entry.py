"""Writing by hand into the clinic's own record: into whose it was meant for, or into nobody's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.net.emr.by_hand import corrected
from app.net.emr.entering import EntryKind, NewEntry, VitalSign
from app.services.emr import OwnRecord
from app.services.record_entry import RecordEntryService
from app.session.case import Case, CaseOpened
from app.session.emr import EmrProblem
from protocol.consultation import CaseContent, Patient, Sex
from tests.fakes.bundles import patient
from tests.fakes.examples import consultation, content, named, row
from tests.fakes.hospital import OWN, FakeHospital, hospital
from tests.services.conftest import Desk
from tests.services.test_emr import emr_at

DAY = "2026-11-20"
OXYGEN, PULSE = VitalSign.OXYGEN, (VitalSign.HEART_RATE, Decimal(72))
PENICILLIN = NewEntry(named("entry"), EntryKind.ALLERGY, DAY, "青霉素")
HERS = patient(meta={"versionId": "1"})
OTHER = patient(
    id="p2",
    name=[{"text": "林大山"}],
    gender="male",
    birthDate="1970-01-01",
    identifier=[{"value": "QS-2026-0099"}],
)


class Clinic:
    """A doctor with an open case and the record that our own server keeps."""

    def __init__(self, desk: Desk, kept: FakeHospital) -> None:
        self.desk, self.kept = desk, kept
        own = OwnRecord(kept.url, OWN.context, OWN.token)
        self.emr = emr_at(desk, own)
        self.entry = RecordEntryService(desk.session, self.emr, desk.account)
        self.case = consultation(row())
        desk.session.apply(CaseOpened(self.case_of(content())))

    def case_of(self, entered: CaseContent) -> Case:
        return Case(self.case, content=entered)

    def problem(self) -> EmrProblem | None:
        trouble = self.desk.state.emr.entering.trouble
        return None if trouble is None else trouble.problem


@pytest.fixture
async def clinic(doctor: Desk) -> AsyncIterator[Clinic]:
    with hospital(HERS, OTHER) as kept:
        yield Clinic(doctor, kept)


async def test_an_allergy_goes_into_the_record_it_was_written_for(clinic: Clinic) -> None:
    await clinic.emr.read("p1")
    await clinic.entry.enter("p1", PENICILLIN)
    (kept,) = clinic.kept.of("AllergyIntolerance")
    assert kept["patient"] == {"reference": "Patient/p1"}
    assert clinic.desk.state.emr.entering.done == 1


async def test_nothing_is_written_where_nobody_or_another_one_is_read(clinic: Clinic) -> None:
    await clinic.entry.enter("p1", PENICILLIN)
    assert clinic.problem() is EmrProblem.RECORD_LEFT
    await clinic.emr.read("p2")
    assert clinic.problem() is None, "of the record before"
    await clinic.entry.enter("p1", PENICILLIN)
    assert clinic.problem() is EmrProblem.RECORD_LEFT
    await clinic.entry.take_back("p1", "AllergyIntolerance/a1")
    assert clinic.problem() is EmrProblem.RECORD_LEFT
    await clinic.entry.enter("p2", PENICILLIN)
    assert clinic.problem() is EmrProblem.NOT_OF_CASE, "the case is hers"
    assert clinic.kept.of("AllergyIntolerance") == []


async def test_what_was_corrected_after_a_lost_answer_is_what_stands(clinic: Clinic) -> None:
    await clinic.emr.read("p1")
    first = NewEntry(named("form"), EntryKind.VITALS, DAY, vitals=((OXYGEN, Decimal(69)), PULSE))
    clinic.kept.cut_after = 1
    await clinic.entry.enter("p1", first)
    assert clinic.problem() is EmrProblem.UNREACHABLE
    assert len(clinic.kept.of("Observation")) == 2, "both got through, nobody heard of it"
    await clinic.entry.enter("p1", replace(first, vitals=((OXYGEN, Decimal(96)),)))
    assert clinic.problem() is None
    told = {one["code"]["text"]: one for one in clinic.kept.of("Observation")}
    assert told["血氧饱和度"]["valueQuantity"]["value"] == 96
    assert told["心率"]["status"] == "entered-in-error", "it is not said any more"


async def test_what_became_of_another_kind_is_not_there_twice(clinic: Clinic) -> None:
    await clinic.emr.read("p1")
    clinic.kept.cut_after = 0
    await clinic.entry.enter("p1", PENICILLIN)
    await clinic.entry.enter("p1", replace(PENICILLIN, kind=EntryKind.PROBLEM, title="皮疹"))
    (allergy,) = clinic.kept.of("AllergyIntolerance")
    assert allergy["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert [one["code"]["text"] for one in clinic.kept.of("Condition")] == ["皮疹"]


async def test_a_problem_that_is_over_stays_with_its_day(clinic: Clinic) -> None:
    await clinic.emr.read("p1")
    problem = replace(PENICILLIN, kind=EntryKind.PROBLEM, title="肺炎")
    await clinic.entry.enter("p1", problem)
    (there,) = clinic.kept.of("Condition")
    await clinic.entry.end("p1", f"Condition/{there['id']}", "2026-11")
    (there,) = clinic.kept.of("Condition")
    assert (there["abatementDateTime"], there["code"]["text"]) == ("2026-11", "肺炎")
    await clinic.entry.end("p2", f"Condition/{there['id']}", "2026-11")
    assert clinic.problem() is EmrProblem.RECORD_LEFT


async def test_a_record_begun_with_a_typo_is_corrected_from_the_case(clinic: Clinic) -> None:
    entered = content().patient
    assert entered is not None
    born = date(1958, 4, 20)
    case = Case(
        clinic.case, content=content(patient=entered.model_copy(update={"birth_date": born}))
    )
    clinic.desk.session.apply(CaseOpened(case))
    await clinic.emr.read("p1")
    await clinic.entry.enter("p1", PENICILLIN)
    assert clinic.problem() is EmrProblem.NOT_OF_CASE, "the dead end"
    await clinic.entry.correct_patient("p1", named("another case"))
    assert clinic.problem() is EmrProblem.NOT_OF_CASE
    await clinic.entry.correct_patient("p1", case.id)
    kept = next(one for one in clinic.kept.of("Patient") if one["id"] == "p1")
    assert (kept["birthDate"], kept["name"]) == ("1958-04-20", HERS["name"])
    assert clinic.kept.sent[clinic.kept.methods.index("PUT")]["if-match"] == 'W/"1"'
    await clinic.entry.enter("p1", PENICILLIN)
    assert clinic.kept.of("AllergyIntolerance"), "it is her record now"


async def test_somebody_elses_record_is_not_made_hers(clinic: Clinic) -> None:
    await clinic.emr.read("p2")
    await clinic.entry.correct_patient("p2", clinic.case.summary.id)
    assert clinic.problem() is EmrProblem.NOT_OF_CASE
    assert "PUT" not in clinic.kept.methods


def test_a_corrected_number_leaves_no_way_by_the_wrong_one() -> None:
    hers = Patient(name="何小溪", patient_id="QS-2026-0043", sex=Sex.FEMALE)
    told = corrected(HERS, hers)
    assert [one["value"] for one in told["identifier"]] == ["QS-2026-0043", "11010519580402002X"]
    assert (told["name"], told["id"]) == (HERS["name"], "p1")


async def test_a_record_is_begun_for_the_case_that_was_looked_at_alone(clinic: Clinic) -> None:
    await clinic.entry.enter_patient(named("another case"))
    assert clinic.problem() is EmrProblem.NOT_OF_CASE
    assert "POST" not in clinic.kept.methods
