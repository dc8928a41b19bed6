"""Images through a county's edge: fetched of the centre once, never for somebody without right."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pydicom.dataset import Dataset

from protocol import paths
from tests.server.edge import (
    EdgeProcess,
    answers_of,
    centre,
    fetched,
    place_of,
    through,
    town,
    until,
)
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess

TEMPLATE = "/dicomweb/studies/{study}/series/{series}/instances/{instance}"


__all__ = ["centre", "town"]


@pytest.fixture
def edge(centre: ServerProcess, tmp_path: Path) -> Iterator[EdgeProcess]:
    with EdgeProcess(tmp_path / "edge", centre, allowed_s=0) as process:
        yield process


class Study:
    """A study at the centre, in a case an expert reads."""

    def __init__(self, valley: Valley, count: int = 2, size: int = 64) -> None:
        self.slices = new_study(count, size)
        self.files = [file_bytes(one) for one in self.slices]
        self.case_id = open_case(valley)
        declare(valley.doctor, self.case_id, self.slices, self.files)
        assert stow(valley.doctor, self.files).status_code == 200
        assert valley.doctor.act(self.case_id, "submit").status_code == 200
        valley.expert.take(self.case_id)


def read(someone: Someone, one: Dataset) -> bytes:
    answer = fetched(someone, one)
    assert answer.status_code == 200, answer.text
    return answer.content


def entries(edge: EdgeProcess) -> list[Path]:
    return sorted((edge.data_dir / "cache").rglob("*.sealed"))


def test_an_image_is_fetched_once_and_the_second_reader_costs_no_image(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    study = Study(valley)
    (one, _), (data, _) = study.slices, study.files
    before = len(answers_of(centre, TEMPLATE))
    assert read(through(edge, valley.doctor), one) == data
    assert read(through(edge, valley.expert), one) == data
    until(lambda: len(answers_of(centre, TEMPLATE)) == before + 2, "both questions are logged")
    assert answers_of(centre, TEMPLATE)[before:] == [200, 304]
    assert (edge.status()["cache"]["misses"], edge.status()["cache"]["hits"]) == (1, 1)


def test_within_the_configured_time_the_same_reader_asks_nothing_at_all(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    study = Study(valley, 1)
    with EdgeProcess(tmp_path / "edge", centre, allowed_s=600) as edge:
        doctor = through(edge, valley.doctor)
        read(doctor, study.slices[0])
        before = len(answers_of(centre, TEMPLATE))
        assert read(doctor, study.slices[0]) == study.files[0]
        assert edge.status()["cache"]["hits"] == 1
        assert len(answers_of(centre, TEMPLATE)) == before


@pytest.mark.parametrize(
    "more", ["/frames/1", "/metadata", "/rendered", "/thumbnail", "/bulkdata/7FE00010"]
)
def test_what_is_kept_is_what_the_centre_answers(
    edge: EdgeProcess, valley: Valley, more: str
) -> None:
    study = Study(valley, 1)
    doctor = through(edge, valley.doctor)
    path, headers = place_of(study.slices[0]) + more, {"accept": "*/*"}
    first = doctor.http.get(path, headers=headers)
    again = doctor.http.get(path, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first.headers["content-type"] == again.headers["content-type"]
    assert edge.status()["cache"]["hits"] == 1
    host = doctor.http.base_url.netloc.decode()
    straight = valley.doctor.http.get(path, headers={**headers, "host": host})
    assert straight.headers["etag"] == again.headers["etag"]


def test_ranges_and_conditions_are_answered_from_what_is_kept(
    edge: EdgeProcess, valley: Valley
) -> None:
    study = Study(valley, 1)
    one, data = study.slices[0], study.files[0]
    doctor = through(edge, valley.doctor)
    etag = fetched(doctor, one).headers["etag"]
    part = fetched(doctor, one, range="bytes=100-199")
    assert (part.status_code, part.content) == (206, data[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(data)}"
    assert fetched(doctor, one, **{"if-none-match": etag}).status_code == 304
    assert fetched(doctor, one, range="bytes=9999999-").status_code == 416
    frame = {"accept": 'multipart/related; type="application/octet-stream"'}
    at_the_centre, here = (
        someone.http.get(place_of(one) + "/frames/1", headers=frame)
        for someone in (valley.doctor, doctor)
    )
    assert here.content == at_the_centre.content, "its boundary among it"
    middle = doctor.http.get(place_of(one) + "/frames/1", headers=frame | {"range": "bytes=50-99"})
    assert (middle.status_code, middle.content) == (206, here.content[50:100])


def test_a_stranger_is_refused_what_is_kept(edge: EdgeProcess, valley: Valley) -> None:
    study = Study(valley, 1)
    read(through(edge, valley.doctor), study.slices[0])
    stranger = valley.town.person("expert", institution=valley.hospital, expert={
        "title": "chief_physician", "departments": ["x"], "icd10_prefixes": ["J"], "years": 1,
    })  # fmt: skip
    answer = fetched(through(edge, stranger), study.slices[0])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    nobody = through(edge, stranger)
    nobody.http.headers["authorization"] = "Bearer not.a.token"
    assert fetched(nobody, study.slices[0]).status_code == 401
    del nobody.http.headers["authorization"]
    assert fetched(nobody, study.slices[0]).status_code == 401


def test_who_has_signed_out_sees_nothing_any_more(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    study = Study(valley, 1)
    with EdgeProcess(tmp_path / "edge", centre, allowed_s=600) as edge:
        expert = through(edge, valley.expert)
        read(expert, study.slices[0])
        assert expert.send("DELETE", paths.SESSION).status_code == 204
        assert fetched(expert, study.slices[0]).status_code == 401


def test_one_question_for_the_same_image_goes_up_at_a_time(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    study = Study(valley, 1, size=1200)
    before = len(answers_of(centre, TEMPLATE))
    people = [through(edge, valley.doctor) for _ in range(6)]
    gate = threading.Barrier(len(people))

    def ask(someone: Someone) -> bytes:
        gate.wait()
        return read(someone, study.slices[0])

    with ThreadPoolExecutor(len(people)) as pool:
        assert set(pool.map(ask, people)) == {study.files[0]}
    until(lambda: len(answers_of(centre, TEMPLATE)) == before + 6, "all questions are logged")
    assert answers_of(centre, TEMPLATE)[before:].count(200) == 1


def test_the_disk_budget_holds_and_what_was_used_last_stays(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    study = Study(valley, 9, size=240)
    budget = 8 * len(study.files[0])
    with EdgeProcess(tmp_path / "edge", centre, cache_bytes=max(budget, 1 << 20)) as edge:
        room = edge.status()["cache"]["budget"] // (len(study.files[0]) + 2000)
        doctor = through(edge, valley.doctor)
        study = Study(valley, room + 3, size=240)
        for one, data in zip(study.slices, study.files, strict=True):
            assert read(doctor, one) == data
            read(doctor, study.slices[0])
            on_disk = sum(file.stat().st_size for file in entries(edge))
            assert on_disk <= edge.status()["cache"]["budget"]
        status = edge.status()["cache"]
        assert status["evicted"] >= 3
        read(doctor, study.slices[0])
        assert edge.status()["cache"]["misses"] == status["misses"], "the one used most is there"
        read(doctor, study.slices[1])
        assert edge.status()["cache"]["misses"] == status["misses"] + 1, "the oldest has gone"


@pytest.mark.parametrize("size", [64, 1100], ids=["small", "more than a megabyte"])
def test_a_changed_file_is_never_served(edge: EdgeProcess, valley: Valley, size: int) -> None:
    study = Study(valley, 1, size=size)
    one, data = study.slices[0], study.files[0]
    doctor = through(edge, valley.doctor)
    read(doctor, one)
    (file,) = entries(edge)
    changed = bytearray(file.read_bytes())
    changed[700] ^= 1
    file.write_bytes(changed)
    assert read(doctor, one) == data
    assert edge.status()["cache"]["damaged"] == 1
    assert read(doctor, one) == data
    assert edge.status()["cache"]["damaged"] == 1, "it was fetched anew"


def test_what_ends_in_damage_is_cut_off_and_fetched_anew(edge: EdgeProcess, valley: Valley) -> None:
    study = Study(valley, 1, size=1100)
    one, data = study.slices[0], study.files[0]
    doctor = through(edge, valley.doctor)
    read(doctor, one)
    (file,) = entries(edge)
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    with pytest.raises(httpx.RemoteProtocolError):
        read(doctor, one)
    assert read(doctor, one) == data


def test_a_file_in_anothers_place_is_never_served(edge: EdgeProcess, valley: Valley) -> None:
    study = Study(valley, 2)
    doctor = through(edge, valley.doctor)
    for one in study.slices:
        read(doctor, one)
    first, second = entries(edge)
    second.write_bytes(first.read_bytes())
    for one, data in zip(study.slices, study.files, strict=True):
        assert read(doctor, one) == data
    assert edge.status()["cache"]["damaged"] == 1


def test_no_image_rests_readable(edge: EdgeProcess, valley: Valley) -> None:
    study = Study(valley, 1)
    read(through(edge, valley.doctor), study.slices[0])
    at_rest = entries(edge)[0].read_bytes()
    assert study.files[0][2000:2032] not in at_rest
    assert str(study.slices[0].SOPInstanceUID).encode() not in at_rest


def test_what_an_earlier_run_has_kept_is_used(edge: EdgeProcess, valley: Valley) -> None:
    study = Study(valley, 1)
    doctor = through(edge, valley.doctor)
    read(doctor, study.slices[0])
    edge.stop()
    edge.start()
    doctor = through(edge, valley.doctor)
    assert read(doctor, study.slices[0]) == study.files[0]
    assert edge.status()["cache"]["misses"] == 0


def test_with_the_line_down_what_one_saw_before_still_opens_and_all_else_is_told(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    study = Study(valley, 2)
    seen, unseen = study.slices
    doctor, expert = through(edge, valley.doctor), through(edge, valley.expert)
    read(doctor, seen)
    centre.kill()
    try:
        assert read(doctor, seen) == study.files[0]
        for answer in (
            fetched(doctor, unseen),
            fetched(expert, seen),
            doctor.http.get(paths.CONSULTATIONS),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert "interrupted" in answer.json()["title"]
        assert edge.ask(paths.HEALTH) == {"ok": True, "edge": True, "uplink": False}
        assert edge.status()["uplink"] is False
    finally:
        centre.start()
    until(lambda: fetched(expert, seen).status_code == 200, "the line holds again")
    assert edge.status()["uplink"] is True


def test_with_the_line_down_nothing_opens_after_the_configured_time(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    study = Study(valley, 1)
    with EdgeProcess(tmp_path / "edge", centre, allowed_s=0, offline_s=0) as edge:
        doctor = through(edge, valley.doctor)
        read(doctor, study.slices[0])
        centre.kill()
        try:
            assert fetched(doctor, study.slices[0]).status_code == 503
        finally:
            centre.start()


def listed(someone: Someone, study: Study, **headers: str) -> httpx.Response:
    path = f"{paths.DICOMWEB}/studies/{study.slices[0].StudyInstanceUID}/instances"
    sent = {"accept": "application/dicom+json"} | headers
    return someone.http.get(path, params={"limit": 500, "offset": 0}, headers=sent)


def test_with_the_line_down_a_study_is_listed_as_it_was_last_known(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    study = Study(valley, 2)
    doctor, expert = through(edge, valley.doctor), through(edge, valley.expert)
    known = listed(doctor, study)
    assert len(known.json()) == 2
    described = f"{paths.DICOMWEB}/studies/{study.slices[0].StudyInstanceUID}/metadata"
    assert len(doctor.http.get(described).json()) == 2
    assert "age" not in known.headers
    read(doctor, study.slices[0])
    centre.kill()
    try:
        answer = listed(doctor, study)
        assert (answer.status_code, answer.json()) == (200, known.json())
        assert int(answer.headers["age"]) >= 0
        assert "111 huizhen" in answer.headers["warning"]
        assert answer.headers["x-total-count"] == "2"
        answer = doctor.http.get(described)
        assert (answer.status_code, len(answer.json())) == (200, 2)
        assert "111 huizhen" in answer.headers["warning"]
        assert read(doctor, study.slices[0]) == study.files[0]
        assert listed(expert, study).status_code == 503  # who never saw it is shown nothing
    finally:
        centre.start()
    until(lambda: listed(expert, study).status_code == 200, "the line holds again")


def test_a_listing_is_asked_about_every_time_while_there_is_a_line(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    slices = new_study(2)
    assert stow(valley.doctor, [file_bytes(slices[0])]).status_code == 200
    with EdgeProcess(tmp_path / "edge", centre, allowed_s=600) as edge:
        doctor = through(edge, valley.doctor)
        path = f"{paths.DICOMWEB}/studies/{slices[0].StudyInstanceUID}"
        series = f"/series/{slices[0].SeriesInstanceUID}"
        lists = ("/instances", "/series", f"{series}/instances", "/metadata", f"{series}/metadata")
        for below in lists:
            assert [len(doctor.http.get(path + below).json()) for _ in range(2)] == [1, 1]
        assert edge.status()["cache"]["hits"] == len(lists)
        assert stow(valley.doctor, [file_bytes(slices[1])]).status_code == 200
        for below in ("/instances", "/metadata", f"{series}/metadata"):
            assert len(doctor.http.get(path + below).json()) == 2


def test_each_account_is_listed_what_it_may_see(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley, town: Town
) -> None:
    """Two clinics hold images under one StudyInstanceUID; neither learns of the other's."""
    study, other = Study(valley, 1), make_valley(town)
    twin = new_study(1)[0]
    twin.StudyInstanceUID = study.slices[0].StudyInstanceUID
    assert stow(other.doctor, [file_bytes(twin)]).status_code == 200
    ours, theirs = through(edge, valley.doctor), through(edge, other.doctor)

    def uids(someone: Someone) -> list[str]:
        answer = listed(someone, study)
        assert answer.status_code == 200, answer.text
        return [one["00080018"]["Value"][0] for one in answer.json()]

    seen = (uids(ours), uids(theirs))
    assert seen == ([study.slices[0].SOPInstanceUID], [twin.SOPInstanceUID])
    centre.kill()
    try:
        assert (uids(ours), uids(theirs)) == seen
    finally:
        centre.start()
    until(lambda: listed(ours, study).headers.get("age") is None, "the line holds again")


def test_a_listing_is_compressed_only_for_who_takes_that(edge: EdgeProcess, valley: Valley) -> None:
    study = Study(valley, 12)
    doctor = through(edge, valley.doctor)
    for _ in range(2):
        packed = listed(doctor, study, **{"accept-encoding": "gzip"})
        plain = listed(doctor, study, **{"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.json() == plain.json()
    assert edge.status()["cache"]["hits"] == 2


def test_an_answer_that_cannot_be_sealed_is_given_all_the_same_and_not_kept(
    edge: EdgeProcess, valley: Valley
) -> None:
    study = Study(valley, 1)
    keys = edge.data_dir / "edge-keys.json"
    away = keys.rename(keys.with_name("away.json"))
    doctor = through(edge, valley.doctor)
    assert read(doctor, study.slices[0]) == study.files[0]
    assert not entries(edge)
    assert edge.status()["cache"]["bytes"] == 0
    away.rename(keys)
    assert read(doctor, study.slices[0]) == study.files[0]
    assert len(entries(edge)) == 1
