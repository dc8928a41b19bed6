"""The hospital's server may be poor, slow or wrong: what it has is read, the rest is told."""

import json
import threading
from collections.abc import Iterator

import pytest

from app.net.emr.clinical import Gap, Lack, Section
from app.net.emr.finding import find_patients
from app.net.emr.gathering import Gathered, gather
from app.net.emr.hospital import Hospital
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import clinical
from app.net.emr.sharing import shared_bundle
from app.net.errors import (
    FhirRefused,
    NotSignedIn,
    NotUnderstood,
    TwoPatients,
    Unreachable,
)
from protocol.fhir_bundle import judged
from tests.fakes.bundles import condition, haemoglobin, instant, of_patient, patient
from tests.fakes.hospital import Answer, FakeHospital, hospital, outcome

MORE = Gap("Condition", Lack.MORE)
VALUES = "/fhir/Observation?patient"


@pytest.fixture
def fake() -> Iterator[FakeHospital]:
    with hospital(patient(), condition(), haemoglobin()) as running:
        yield running


class Asking:
    """A `Hospital` whose pauses are written down instead of waited for."""

    def __init__(self, fake: FakeHospital, secret: str = "", **more: object) -> None:
        self.waited: list[float] = []
        server = EmrServer.model_validate_json(json.dumps({"url": fake.url, **more}))
        self.server = Hospital(server, secret, self.waited.append)

    def gather(self) -> Gathered:
        try:
            return gather(self.server, patient())
        finally:
            self.server.close()


def kinds(found: Gathered) -> list[str]:
    return [one["resourceType"] for one in found.resources]


def test_a_patient_is_found_by_number_and_by_name(fake: FakeHospital) -> None:
    asking = Asking(fake).server
    assert [one["id"] for one in find_patients(asking, "QS-2026-0042").patients] == ["p1"]
    assert [one["id"] for one in find_patients(asking, "何小溪").patients] == ["p1"]
    assert find_patients(asking, "王小明").patients == ()
    asking.close()


def test_a_name_stands_in_no_address_where_the_server_lets_it(fake: FakeHospital) -> None:
    asking = Asking(fake).server
    assert find_patients(asking, "何小溪").patients
    assert fake.asked == ["/fhir/Patient/_search"]
    asking.close()


def test_a_server_that_searches_by_get_alone_is_asked_so(fake: FakeHospital) -> None:
    fake.takes_post = False
    asking = Asking(fake).server
    for _ in range(2):
        assert [one["id"] for one in find_patients(asking, "何小溪").patients] == ["p1"]
    assert [one.split("?")[0] for one in fake.asked] == [
        *("/fhir/Patient/_search", "/fhir/Patient", "/fhir/Patient")
    ]
    asking.close()


def test_everything_of_the_patient_is_gathered(fake: FakeHospital) -> None:
    found = Asking(fake).gather()
    assert kinds(found) == ["Condition", "Observation"]
    assert (found.gaps, found.irregular) == ((), 0)


def test_all_pages_are_read_under_whatever_name_the_server_calls_itself(
    fake: FakeHospital,
) -> None:
    fake.page = 3
    fake.inner_url = "http://fhir-internal:8080/fhir"
    fake.resources += [haemoglobin(f"more{number}") for number in range(10)]
    fake.token = "the token"
    found = Asking(fake, "the token", access="token").gather()
    assert kinds(found).count("Observation") == 11
    assert found.gaps == ()


@pytest.mark.parametrize("path", ["/other/Observation", "/fhirs/Observation"])
def test_a_link_out_of_the_servers_address_is_not_followed(fake: FakeHospital, path: str) -> None:
    elsewhere = {"relation": "next", "url": f"http://127.0.0.1:1{path}?page=2"}
    page = {
        "resourceType": "Bundle",
        "entry": [{"resource": haemoglobin()}],
        "link": [elsewhere],
    }
    fake.mood(VALUES, (200, page, {}))
    found = Asking(fake).gather()
    assert found.gaps == (Gap("Observation", Lack.FAILED, number=200),)


def test_pages_that_lead_in_a_circle_end(fake: FakeHospital) -> None:
    def again(asked: str) -> tuple[int, dict[str, object], dict[str, str]]:
        link = [{"relation": "next", "url": f"{fake.url}/Condition?page=1"}]
        return (
            200,
            {"resourceType": "Bundle", "entry": [{"resource": condition()}], "link": link},
            {},
        )

    for _ in range(3):
        fake.mood("/fhir/Condition", again)
    found = Asking(fake).gather()
    assert (kinds(found).count("Condition"), found.gaps) == (1, (MORE,))


def test_a_server_without_links_that_says_how_many_there_are_is_counted_on(
    fake: FakeHospital,
) -> None:
    first = {"resourceType": "Bundle", "total": 2, "entry": [{"resource": condition("a")}]}
    second = {"resourceType": "Bundle", "total": 2, "entry": [{"resource": condition("b")}]}
    fake.mood("/fhir/Condition?patient=Patient%2Fp1&_count=1000", (200, first, {}))
    fake.mood("/fhir/Condition?patient=Patient%2Fp1&_count=1000&_offset=1", (200, second, {}))
    assert kinds(Asking(fake).gather()).count("Condition") == 2


def test_more_than_the_server_gives_is_told(fake: FakeHospital) -> None:
    page = {"resourceType": "Bundle", "total": 7, "entry": [{"resource": condition("a")}]}
    for _ in range(2):
        fake.mood("/fhir/Condition", (200, page, {}))
    assert Asking(fake).gather().gaps == (MORE,)


def test_several_types_are_asked_for_at_once(fake: FakeHospital) -> None:
    """Each of two waits for the other to be asked."""
    both = threading.Barrier(2, timeout=20)

    def meets(_asked: str) -> Answer:
        both.wait()
        return 200, {"resourceType": "Bundle"}, {}

    fake.mood("/fhir/Observation", meets)
    fake.mood("/fhir/Condition", meets)
    assert Asking(fake).gather().gaps == ()


def test_of_several_that_are_refused_at_once_one_fetches_a_new_token(fake: FakeHospital) -> None:
    fake.token = "first"
    tokens = iter(("first", "second", "third"))

    def given(_asked: str) -> Answer:
        return 200, {"access_token": next(tokens)}, {}

    for _ in range(3):
        fake.mood("/token", given)
    both = threading.Barrier(2, timeout=20)

    def taken_back(_asked: str) -> Answer:
        both.wait()
        fake.token = "second"
        return 401, outcome("not any more"), {}

    fake.mood("/fhir/Observation", taken_back)
    fake.mood("/fhir/Condition", taken_back)
    more = {"access": "client", "client_id": "x", "token_url": fake.url.replace("fhir", "token")}
    assert {"Observation", "Condition"} <= set(kinds(Asking(fake, "secret", **more).gather()))
    assert next(tokens) == "third"


def test_a_line_that_breaks_once_costs_nothing(fake: FakeHospital) -> None:
    """So it looks when a server lets a kept connection go as it is asked."""
    fake.mood("/fhir/Observation", (0, b"", {}))
    found = Asking(fake).gather()
    assert ("Observation" in kinds(found), found.gaps) == (True, ())


def test_a_line_that_breaks_again_is_told(fake: FakeHospital) -> None:
    for _ in range(2):
        fake.mood(VALUES, (0, b"", {}))
    assert Asking(fake).gather().gaps == (Gap("Observation", Lack.NO_ANSWER),)


def test_a_busy_server_is_given_the_pause_it_asks_for(fake: FakeHospital) -> None:
    fake.mood(VALUES, (429, outcome("slow down", "throttled"), {"retry-after": "7"}))
    fake.mood(VALUES, (503, b"", {}))
    asking = Asking(fake)
    assert "Observation" in kinds(asking.gather())
    assert asking.waited == [7.0, 1.0]


def test_a_server_that_wants_minutes_is_not_waited_for(fake: FakeHospital) -> None:
    fake.mood(VALUES, (429, outcome("tomorrow"), {"retry-after": "600"}))
    asking = Asking(fake)
    assert asking.gather().gaps == (Gap("Observation", Lack.BUSY, "tomorrow"),)
    assert asking.waited == []


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        (
            (404, outcome("no such type"), {}),
            Gap("Immunization", Lack.NOT_SUPPORTED, "no such type"),
        ),
        ((403, outcome("not for you"), {}), Gap("Immunization", Lack.FORBIDDEN)),
        (
            (500, b"<html>Oops</html>", {"content-type": "text/html"}),
            Gap("Immunization", Lack.FAILED, number=500),
        ),
        ((200, b"<html>login</html>", {}), Gap("Immunization", Lack.FAILED, number=200)),
        ((200, b"", {}), Gap("Immunization", Lack.FAILED, number=200)),
        ((200, outcome("no index"), {}), Gap("Immunization", Lack.FAILED, "no index", 200)),
        ((302, b"", {"location": "/login"}), Gap("Immunization", Lack.FAILED, number=200)),
    ],
)
def test_what_one_type_lacks_is_told_and_the_others_are_there(
    fake: FakeHospital, answer: tuple[int, bytes, dict[str, str]], missing: Gap
) -> None:
    fake.mood("/fhir/Immunization", answer)
    found = Asking(fake).gather()
    assert found.gaps == (missing,)
    assert kinds(found) == ["Condition", "Observation"]


def test_a_server_that_knows_only_subject_is_asked_so(fake: FakeHospital) -> None:
    for _ in range(2):
        fake.mood("/fhir/Condition?patient", (400, outcome("unknown parameter"), {}))
    found = Asking(fake).gather()
    assert found.gaps == ()
    assert "Condition" in kinds(found)


def test_a_server_that_finds_nothing_by_reference_is_asked_by_id(fake: FakeHospital) -> None:
    fake.mood("/fhir/Condition?patient=Patient", (200, {"resourceType": "Bundle", "total": 0}, {}))
    assert "Condition" in kinds(Asking(fake).gather())


def test_json_under_a_wrong_content_type_is_json(fake: FakeHospital) -> None:
    page = {"resourceType": "Bundle", "entry": [{"resource": condition()}]}
    fake.mood("/fhir/Condition", (200, page, {"content-type": "text/html"}))
    assert "Condition" in kinds(Asking(fake).gather())


def test_who_is_not_admitted_is_told_so_and_asks_no_more(fake: FakeHospital) -> None:
    fake.token = "another"
    with pytest.raises(NotSignedIn):
        Asking(fake, "the token", access="token").gather()
    assert len(fake.asked) == 1


def test_a_patient_who_is_gone_is_told_in_the_servers_words(fake: FakeHospital) -> None:
    fake.resources = []
    with pytest.raises(FhirRefused) as refused:
        Asking(fake).gather()
    assert (refused.value.status, refused.value.said) == (404, "not there")


def test_nobody_there_is_unreachable(fake: FakeHospital) -> None:
    asking = Hospital(EmrServer(url="http://127.0.0.1:1/fhir"))
    with pytest.raises(Unreachable):
        find_patients(asking, "何小溪")
    asking.close()


def test_something_of_another_patient_stops_everything(fake: FakeHospital) -> None:
    page = {
        "resourceType": "Bundle",
        "entry": [{"resource": condition(subject={"reference": "Patient/other"})}],
    }
    fake.mood("/fhir/Condition", (200, page, {}))
    with pytest.raises(TwoPatients):
        Asking(fake).gather()


def test_another_patient_under_the_same_name_is_nobody_to_show(fake: FakeHospital) -> None:
    fake.mood("/fhir/Patient/p1", (200, patient(id="p2"), {}))
    with pytest.raises(TwoPatients):
        Asking(fake).gather()


def test_entries_that_do_not_say_whose_they_are_are_left_out_and_counted(
    fake: FakeHospital,
) -> None:
    page = {
        "resourceType": "Bundle",
        "entry": [{"resource": condition(subject={})}, {"resource": condition("c2")}, {}, "x"],
    }
    fake.mood("/fhir/Condition", (200, page, {}))
    found = Asking(fake).gather()
    assert kinds(found).count("Condition") == 1
    assert found.gaps == (
        Gap("Condition", Lack.NOBODYS, number=1),
        Gap("Condition", Lack.UNREADABLE, number=1),
    )


def test_what_breaks_the_standard_is_kept_read_and_counted(fake: FakeHospital) -> None:
    fake.resources.append(condition("odd", code="高血压", invented="element"))
    found = Asking(fake).gather()
    assert found.irregular == 1
    titles = [one.title for one in clinical(found.resources).of(Section.PROBLEMS)]
    assert sorted(titles) == ["高血压", "高血压病"]


def test_medications_that_are_only_referred_to_are_read(fake: FakeHospital) -> None:
    fake.resources += [
        of_patient("MedicationRequest", "m1", medicationReference={"reference": "Medication/x"}),
        of_patient("MedicationRequest", "m2", medicationReference={"reference": "Medication/y"}),
        {"resourceType": "Medication", "id": "x", "code": {"text": "氨氯地平片 5mg"}},
    ]
    found = Asking(fake).gather()
    record = clinical(found.resources)
    assert {one.title for one in record.of(Section.MEDICATIONS)} == {
        "氨氯地平片 5mg",
        "Medication/y",
    }
    assert record.dangling == 1


def test_only_what_was_chosen_is_shared_and_attached_data_stays(fake: FakeHospital) -> None:
    attachment = {"contentType": "application/pdf", "title": "出院小结", "data": "QUJD" * 1000}
    fake.resources.append(
        of_patient("DocumentReference", "d", content=[{"attachment": attachment}])
    )
    found = Asking(fake).gather()
    chosen = (Section.LABORATORY, Section.DOCUMENTS)
    raw = shared_bundle(found, chosen, instant())
    assert [one["resourceType"] for one in judged(raw).resources] == [
        "Patient",
        "Observation",
        "DocumentReference",
        "OperationOutcome",
    ]
    assert b"QUJDQUJD" not in raw
    assert "出院小结".encode() in raw


# --- admission -------------------------------------------------------------------------------


def test_a_client_fetches_its_token_where_the_server_says_and_again_when_it_is_taken_back(
    fake: FakeHospital,
) -> None:
    endpoint = f"{fake.url.removesuffix('/fhir')}/token"
    given = {"access_token": "first", "expires_in": 3600, "token_type": "bearer"}
    fake.mood("/fhir/.well-known/smart-configuration", (200, {"token_endpoint": endpoint}, {}))
    fake.mood("/token", (200, given, {}))
    fake.mood("/token", (200, given | {"access_token": "second"}, {}))
    fake.token = "first"
    asking = Asking(fake, "the secret", access=EmrAccess.CLIENT, client_id="huizhen").server
    assert find_patients(asking, "何小溪").patients
    fake.token = "second"
    assert find_patients(asking, "何小溪").patients
    token_request = fake.sent[fake.asked.index("/token")]
    assert token_request["authorization"].startswith("Basic ")
    asking.close()


def test_a_client_that_is_not_known_is_not_admitted(fake: FakeHospital) -> None:
    fake.mood("/token", (401, {"error": "invalid_client"}, {}))
    more = {"access": "client", "client_id": "x", "token_url": fake.url.replace("fhir", "token")}
    asking = Asking(fake, "wrong", **more).server
    with pytest.raises(NotSignedIn):
        find_patients(asking, "何小溪")
    asking.close()


def test_an_address_for_tokens_in_the_open_is_refused(fake: FakeHospital) -> None:
    told = {"token_endpoint": "http://elsewhere.example/token"}
    fake.mood("/fhir/.well-known/smart-configuration", (200, told, {}))
    asking = Asking(fake, "secret", access="client", client_id="x").server
    with pytest.raises(NotUnderstood):
        find_patients(asking, "何小溪")
    asking.close()


@pytest.mark.parametrize(
    "url", ["ftp://his.example/fhir", "his.example", "https://", "https://u:p@his.example/fhir"]
)
def test_an_address_that_is_none_is_not_kept(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        EmrServer(url=url)


def test_a_line_without_tls_is_known_as_open() -> None:
    assert EmrServer(url="http://10.1.2.3/fhir").is_open_line
    assert not EmrServer(url="http://127.0.0.1/fhir").is_open_line
    assert not EmrServer(url="https://his.example/fhir").is_open_line
