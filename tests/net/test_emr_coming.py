"""A record is handed on as it comes: the newest values first, and no part passes for the whole."""

import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest

from app.net.emr import gathering
from app.net.emr.clinical import Section, Unfinished
from app.net.emr.gathering import KINDS, Gathered, gather
from app.net.emr.reading import clinical
from app.net.errors import TwoPatients
from tests.fakes.bundles import condition, haemoglobin, of_patient, patient
from tests.fakes.hospital import Answer, FakeHospital, hospital, later, outcome, page
from tests.net.test_emr_hospital import Asking

SORTED = "/fhir/Observation?patient=Patient%2Fp1&_sort="
REST = "/fhir/Observation?subject=Patient/p1&_count=5000&page=4"
OLD = "2010-01-04T09:00:00+08:00"


@pytest.fixture
def fake() -> Iterator[FakeHospital]:
    with hospital(patient(), condition()) as running:
        yield running


class Parts:
    """What was handed on, part by part."""

    def __init__(self, fake: FakeHospital) -> None:
        self.asking = Asking(fake)
        self.told: list[Gathered] = []
        self.newest_seen = threading.Event()

    def take(self, so_far: Gathered) -> None:
        self.told.append(so_far)
        if "newest" in [one.get("id") for one in so_far.resources]:
            self.newest_seen.set()

    def gather(self, stopped_after: int = 1000) -> Gathered:
        try:
            return gather(
                self.asking.server, patient(), self.take, lambda: len(self.told) >= stopped_after
            )
        finally:
            self.asking.server.close()


def with_many_values(fake: FakeHospital) -> None:
    """Ten on pages of four, the oldest first."""
    fake.page = 4
    fake.resources += [haemoglobin(f"old{n}", effectiveDateTime=OLD) for n in range(10)]


def test_who_it_is_comes_first_and_at_last_the_whole(fake: FakeHospital) -> None:
    parts = Parts(fake)
    whole = parts.gather()
    first, last = parts.told[0], parts.told[-1]
    assert first.patient_id == "p1"
    assert first.resources == ()
    assert first.unfinished == tuple(Unfinished(kind) for kind in KINDS)
    assert [one.whole for one in parts.told] == [False] * (len(parts.told) - 1) + [True]
    assert last.resources == whole.resources
    assert whole.whole


def test_of_many_values_the_newest_come_before_the_rest(fake: FakeHospital) -> None:
    with_many_values(fake)
    parts = Parts(fake)
    newest = haemoglobin("newest")
    fake.mood(f"{SORTED}-date", page(newest))
    old = [haemoglobin(f"old{n}", effectiveDateTime=OLD) for n in range(4, 10)]
    fake.mood(REST, later(parts.newest_seen, lambda: page(newest, *old)))
    whole = parts.gather()
    assert parts.newest_seen.is_set()
    early = next(one for one in parts.told if "newest" in ids(one))
    (values,) = [one for one in early.unfinished if one.kind == "Observation"]
    assert (values.read, values.total) == (5, 10)
    assert ids(whole).count("newest") == 1
    assert whole.gaps == ()


def ids(found: Gathered) -> list[str]:
    return [one["id"] for one in found.resources]


def test_of_values_that_keep_one_waiting_the_newest_come_first(
    fake: FakeHospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "PATIENCE_S", 0.0)
    fake.resources += [haemoglobin("newest"), haemoglobin("old", effectiveDateTime=OLD)]
    parts = Parts(fake)
    all_of_them = later(parts.newest_seen, lambda: page(*fake.of("Observation")))
    fake.mood("/fhir/Observation?patient=Patient%2Fp1&_count", all_of_them)
    assert sorted(ids(parts.gather())) == ["c1", "newest", "old"]


def test_a_server_that_sorts_by_nothing_else_sorts_by_when_it_was_written(
    fake: FakeHospital,
) -> None:
    with_many_values(fake)
    fake.mood(f"{SORTED}-date", (400, outcome("not sorted by date"), {}))
    fake.mood(f"{SORTED}-_lastUpdated", page(haemoglobin("newest")))
    parts = Parts(fake)
    fake.mood(REST, later(parts.newest_seen, lambda: page(*fake.of("Observation")[4:])))
    assert len(ids(parts.gather())) == 12


def test_a_server_that_sorts_by_nothing_gives_what_it_has(fake: FakeHospital) -> None:
    with_many_values(fake)
    for order in ("-date", "-_lastUpdated"):
        fake.mood(f"{SORTED}{order}", (400, outcome("not sorted"), {}))
    found = Parts(fake).gather()
    assert (len(found.resources), found.gaps) == (11, ())


def test_another_patient_among_the_newest_stops_everything(fake: FakeHospital) -> None:
    with_many_values(fake)
    fake.mood(SORTED, page(haemoglobin("x", subject={"reference": "Patient/other"})))
    over = threading.Event()
    fake.mood(REST, later(over, page))
    try:
        with pytest.raises(TwoPatients):
            Parts(fake).gather()
    finally:
        over.set()


def test_who_gives_only_so_many_at_once_is_asked_for_fewer(fake: FakeHospital) -> None:
    fake.resources.append(haemoglobin())
    fake.mood("/fhir/Observation?patient", (400, outcome("no more than 1000"), {}))
    assert "o1" in ids(Parts(fake).gather())
    counts = [parse_qs(urlsplit(one).query).get("_count") for one in fake.asked]
    assert counts.count(["5000"]) == 1


@pytest.mark.parametrize(
    ("answer", "parameter"),
    [
        ((200, {"resourceType": "Bundle", "total": 0}, {}), "subject"),
        ((200, {"resourceType": "Bundle", "total": 7}, {}), "patient"),
        ((200, {"resourceType": "Bundle"}, {}), "patient"),
        (page(haemoglobin(subject={"reference": "Patient/other"})), "patient"),
        ((400, outcome("no such patient"), {}), "patient"),
        ((403, outcome("not yours"), {}), "patient"),
    ],
)
def test_values_are_looked_for_by_subject_where_the_server_is_seen_to_know_it(
    fake: FakeHospital, answer: Answer, parameter: str
) -> None:
    """Who passes over it would answer with everybody's."""
    fake.resources.append(haemoglobin())
    fake.mood("/fhir/Observation?subject", answer)
    assert "o1" in ids(Parts(fake).gather())
    asked, counted = (one for one in fake.asked if "/Observation" in one and "_sort" not in one)
    assert "Patient%2Fp1" not in asked
    assert counted.startswith(f"/fhir/Observation?{parameter}=Patient%2Fp1&")


def test_what_came_before_somebody_stopped_it_is_a_part(fake: FakeHospital) -> None:
    found = Parts(fake).gather(stopped_after=1)
    assert not found.whole


def test_what_is_irregular_is_not_counted_for_who_has_left(fake: FakeHospital) -> None:
    fake.resources.append(condition("odd", invented="element"))
    assert Parts(fake).gather().irregular == 1
    parts = Parts(fake)
    with closing(parts.asking.server) as server:
        left = gather(server, patient(), parts.take, lambda: any(one.whole for one in parts.told))
    assert (left.whole, left.irregular) == (True, 0)


def test_medicines_are_not_whole_before_their_names_have_come(fake: FakeHospital) -> None:
    told = {"reference": "Medication/x"}
    fake.resources += [
        of_patient("MedicationRequest", "m1", medicationReference=told),
        {"resourceType": "Medication", "id": "x", "code": {"text": "氨氯地平片 5mg"}},
    ]
    parts = Parts(fake)
    parts.gather()
    before = parts.told[-2]
    assert before.unfinished == (Unfinished("Medication"),)
    record = clinical(before.resources, unfinished=before.unfinished)
    assert record.coming(Section.MEDICATIONS)
    assert not record.coming(Section.ALLERGIES)
    assert [one.title for one in clinical(parts.told[-1].resources).of(Section.MEDICATIONS)] == [
        "氨氯地平片 5mg"
    ]
