"""What is entered by hand is FHIR R4 that the record reads back as it was meant."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.net.emr.clinical import Section
from app.net.emr.entering import EntryKind, NewEntry, VitalSign, in_error, over, resources_of
from app.net.emr.reading import clinical
from protocol import decimals
from tests.fakes.bundles import patient
from tests.fakes.examples import named
from tests.protocol.judges import strict

DAY = "2026-11-20"
PRESSURE = ((VitalSign.SYSTOLIC, Decimal(150)), (VitalSign.DIASTOLIC, Decimal(95)))


def entry(kind: EntryKind, title: str = "", **more: Any) -> NewEntry:
    return replace(NewEntry(named("entry"), kind, DAY, title), **more)


ENTRIES = {
    "allergy": entry(EntryKind.ALLERGY, "青霉素", note="皮疹", severe=True),
    "unknown": NewEntry(named("unknown"), EntryKind.ALLERGY, title="花生"),
    "none": entry(EntryKind.ALLERGY, none_known=True),
    "problem": entry(EntryKind.PROBLEM, "高血压", icd10="I10"),
    "medicine": entry(EntryKind.MEDICATION, "阿司匹林 100 mg", note="每日一次"),
    "vitals": entry(EntryKind.VITALS, vitals=(*PRESSURE, (VitalSign.OXYGEN, Decimal("96.5")))),
    "laboratory": entry(
        EntryKind.LABORATORY, "TSH", value=Decimal("8.1"), unit="mIU/L", high=Decimal("4.2")
    ),
    "words": entry(EntryKind.LABORATORY, "乙肝表面抗原", note="阴性"),
    "vaccine": entry(EntryKind.IMMUNISATION, "流感疫苗", note="A-17"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_each_kind_is_accepted_and_can_be_taken_back(name: str) -> None:
    made = resources_of(ENTRIES[name], "Patient/1", "林医生")
    for number, one in enumerate(made):
        strict(one.resource)
        strict(in_error(one.resource))
        resource = {**one.resource, "id": str(number)}
        assert clinical([patient(), resource]).entries, "it is read back"
        taken_back = clinical([patient(), in_error(resource)])
        assert (taken_back.entries, taken_back.in_error) == ((), 1)
    assert made == resources_of(ENTRIES[name], "Patient/1", "林医生"), "found again by its id"


@pytest.mark.parametrize(
    ("kind", "times"),
    [
        (EntryKind.ALLERGY, {"onsetDateTime"}),
        (EntryKind.PROBLEM, {"onsetDateTime"}),
        (EntryKind.MEDICATION, {"effectivePeriod"}),
        (EntryKind.IMMUNISATION, {"occurrenceDateTime", "occurrenceString"}),
    ],
)
def test_what_nobody_said_is_not_said(kind: EntryKind, times: set[str]) -> None:
    known, unknown = entry(kind, "何物", at="2016"), entry(kind, "何物", at="")
    (told,) = resources_of(known, "Patient/1", "林医生")
    (bare,) = resources_of(unknown, "Patient/1", "林医生")
    strict(told.resource)
    strict(bare.resource)
    assert set(told.resource) ^ set(bare.resource) == times
    assert "criticality" not in told.resource
    assert [one.at for one in clinical([{**bare.resource, "id": "1"}]).entries] == [""]


@pytest.mark.parametrize("at", ["2026-11", ""])
@pytest.mark.parametrize("name", ["problem", "medicine"])
def test_what_is_over_stays_as_what_was(name: str, at: str) -> None:
    (made,) = resources_of(ENTRIES[name], "Patient/1", "林医生")
    ended = over(made.resource, at)
    strict(ended)
    (entry,) = clinical([patient(), {**ended, "id": "1"}]).entries
    assert (entry.active, entry.at) == (False, DAY), "since when it was stays"
    assert (at in str(ended)) is True


def test_the_digits_that_were_measured_stay() -> None:
    troponin = entry(EntryKind.LABORATORY, "cTnI", value=Decimal("0.040"), unit="ng/mL")
    (made,) = resources_of(troponin, "Patient/1", "林医生")
    assert '"value": 0.040' in decimals.dumps(made.resource)


def test_what_was_entered_reads_as_it_was_meant() -> None:
    told = [
        {**one.resource, "id": f"{name}-{number}"}
        for name, given in ENTRIES.items()
        for number, one in enumerate(resources_of(given, "Patient/1", "林医生"))
    ]
    record = clinical([patient(), *told])
    allergies = record.of(Section.ALLERGIES)
    assert {(one.title, one.critical, one.negates) for one in allergies} == {
        ("青霉素", True, False),
        ("花生", False, False),
        ("无已知过敏", False, True),
    }
    (pressure, oxygen) = sorted(record.of(Section.VITALS), key=lambda one: len(one.results) == 1)
    assert [(one.number, one.unit) for one in pressure.results] == [(150, "mmHg"), (95, "mmHg")]
    assert [one.number for one in oxygen.results] == [96.5]
    values = {one.title: one.results[0] for one in record.of(Section.LABORATORY)}
    assert (values["TSH"].number, values["TSH"].flag is not None) == (8.1, True)
    assert values["乙肝表面抗原"].text == "阴性"
