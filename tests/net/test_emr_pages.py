"""Servers cut pages as they like: everything is read, or it is told that there may be more."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.net.emr import hospital as hospital_module
from app.net.emr.clinical import Gap, Lack
from app.net.errors import TimedOut
from tests.fakes.bundles import condition, of_patient, patient
from tests.fakes.hospital import Answer, FakeHospital, hospital, page
from tests.net.test_emr_hospital import MORE, Asking, kinds

Json = dict[str, Any]


@pytest.fixture
def fake() -> Iterator[FakeHospital]:
    with hospital(patient()) as running:
        yield running


def conditions(first: int, last: int) -> list[Json]:
    return [condition(str(number)) for number in range(first, last)]


def test_a_page_that_was_cut_at_a_round_number_is_counted_on_from(fake: FakeHospital) -> None:
    """No total and no link, though 1000 were asked for."""

    def some(asked: str) -> Answer:
        offset = int(parse_qs(urlsplit(asked).query).get("_offset", ["0"])[0])
        return page(*conditions(offset, min(offset + 20, 45)))

    for _ in range(3):
        fake.mood("/fhir/Condition", some)
    found = Asking(fake).gather()
    assert (kinds(found).count("Condition"), found.gaps) == (45, ())


def test_where_a_server_does_not_count_on_there_may_be_more(fake: FakeHospital) -> None:
    for _ in range(2):
        fake.mood("/fhir/Condition", page(*conditions(0, 20)))
    found = Asking(fake).gather()
    assert (kinds(found).count("Condition"), found.gaps) == (20, (MORE,))


def test_who_refuses_to_count_on_gives_what_was_read(fake: FakeHospital) -> None:
    fake.mood("/fhir/Condition?patient=Patient%2Fp1&_count=1000", page(*conditions(0, 20)))
    fake.mood("/fhir/Condition", (400, {}, {}))
    found = Asking(fake).gather()
    assert (kinds(found).count("Condition"), found.gaps) == (20, (MORE,))


def test_what_is_too_large_at_once_is_read_in_smaller_pages(
    fake: FakeHospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hospital_module, "MOST_BYTES", 20_000)
    form = {"contentType": "application/pdf", "data": "A" * 3000}
    fake.page = 10
    fake.resources += [
        of_patient("DiagnosticReport", str(n), code={"text": "CT"}, presentedForm=[form])
        for n in range(10)
    ]
    for count in (1000, 50, 5):
        fake.mood(
            f"/fhir/DiagnosticReport?patient=Patient%2Fp1&_count={count}",
            lambda asked: page(*fake.of("DiagnosticReport")[: _count(asked)]),
        )
    fake.mood(
        "/fhir/DiagnosticReport?patient=Patient%2Fp1&_count=5&_offset=5",
        lambda _asked: page(*fake.of("DiagnosticReport")[5:]),
    )
    fake.mood("/fhir/DiagnosticReport?patient=Patient%2Fp1&_count=5&_offset=10", page())
    found = Asking(fake).gather()
    assert (kinds(found).count("DiagnosticReport"), found.gaps) == (10, ())


def _count(asked: str) -> int:
    return int(parse_qs(urlsplit(asked).query)["_count"][0])


def test_what_is_too_large_by_itself_is_told_so(
    fake: FakeHospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hospital_module, "MOST_BYTES", 2000)
    form = {"contentType": "application/pdf", "data": "A" * 3000}
    fake.resources.append(of_patient("DocumentReference", "d", content=[{"attachment": form}]))
    assert Asking(fake).gather().gaps == (Gap("DocumentReference", Lack.TOO_LARGE),)


def test_an_answer_that_never_ends_does_not_hold_up_the_others(
    fake: FakeHospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.resources.append(condition())
    asking = Asking(fake)
    monkeypatch.setattr(hospital_module, "WHOLE_S", -1.0)
    with pytest.raises(TimedOut):
        asking.server.read("Patient/p1")
    asking.server.close()
