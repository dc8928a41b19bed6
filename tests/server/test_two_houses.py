"""Two institutions with studies of one UID: each case shows its own."""

import asyncio
from uuid import UUID

import pytest

from app.store.sealed import Sealer
from app.transfer.messages import Fetch, FetchEnded, InstanceArrived, StopFetching
from protocol import paths
from protocol.base import new_id
from tests.server.images import ct_slice, declare, file_bytes, new_study, stow
from tests.server.people import Someone, Town, Valley, content, open_case
from tests.server.process import ServerProcess
from tests.transfer.desk import KEY, Desk


def another_clinic(town: Town, valley: Valley) -> Someone:
    clinic = town.institution("clinic")
    town.agree(clinic, valley.hospital)
    return town.person("requester", institution=clinic, name="王医生")


def case_with(doctor: Someone, case_id: str, images: list[bytes], slices: list[object]) -> None:
    declare(doctor, case_id, slices, images)  # type: ignore[arg-type]  # data sets
    assert stow(doctor, images).status_code == 200
    assert doctor.act(case_id, "submit").status_code == 200


def listed(who: Someone, study: str, case_id: str) -> int:
    where = f"{paths.DICOMWEB}/studies/{study}/instances"
    answer = who.http.get(where, params={"consultation": case_id})
    assert answer.status_code == 200, answer.text
    return len(answer.json())


@pytest.fixture
def both(valley: Valley, town: Town) -> tuple[str, str, str, dict[str, list[bytes]]]:
    """The study, a case of each clinic, and their images: the second clinic has other pictures
    under the first two UIDs, and no third."""
    slices = new_study(3)
    study, series = str(slices[0].StudyInstanceUID), str(slices[0].SeriesInstanceUID)
    others = [ct_slice(study, series, number, 48) for number in (1, 2)]
    for one, other in zip(slices, others, strict=False):
        other.SOPInstanceUID = one.SOPInstanceUID
    files = [file_bytes(one) for one in slices]
    their_files = [file_bytes(one) for one in others]
    first = open_case(valley)
    case_with(valley.doctor, first, files, list(slices))
    second, other_doctor = str(new_id()), another_clinic(town, valley)
    body = {"id": second, "content": content(valley.department)}
    assert other_doctor.send("POST", paths.CONSULTATIONS, body).status_code == 201
    case_with(other_doctor, second, their_files, list(others))
    for case_id in (first, second):
        valley.expert.take(case_id)
    return study, first, second, {first: files, second: their_files}


def test_a_case_lists_and_gives_its_own_images(
    valley: Valley, both: tuple[str, str, str, dict[str, list[bytes]]]
) -> None:
    study, first, second, files = both
    assert listed(valley.expert, study, first) == 3
    assert listed(valley.expert, study, second) == 2
    found = valley.expert.http.get(
        f"{paths.DICOMWEB}/studies/{study}/instances", params={"consultation": first}
    ).json()[0]
    series, uid = (found[tag]["Value"][0] for tag in ("0020000E", "00080018"))
    place = f"{paths.DICOMWEB}/studies/{study}/series/{series}/instances/{uid}"
    kind = {"accept": "application/dicom; transfer-syntax=*"}
    for case_id in (first, second):
        answer = valley.expert.http.get(place, params={"consultation": case_id}, headers=kind)
        assert answer.content == files[case_id][0]


def test_a_case_of_somebody_else_shows_nothing(
    valley: Valley, both: tuple[str, str, str, dict[str, list[bytes]]]
) -> None:
    study, first, second, _ = both
    where = f"{paths.DICOMWEB}/studies/{study}/instances"
    for case_id in (second, str(new_id())):
        answer = valley.doctor.http.get(where, params={"consultation": case_id})
        assert answer.status_code == 404
    assert valley.doctor.http.get(where, params={"consultation": "x"}).status_code == 400
    assert listed(valley.doctor, study, first) == 3


@pytest.mark.live
async def test_what_was_fetched_for_one_case_is_not_shown_in_the_other(
    server: ServerProcess,
    valley: Valley,
    both: tuple[str, str, str, dict[str, list[bytes]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    study, first, second, files = both
    desk = Desk(tmp_path_factory.mktemp("profile"))
    await desk.open()
    try:
        await asyncio.to_thread(desk.use, valley.expert, server.url, server.ca)
        for case_id in (first, second, first):
            place = len(desk.events)
            desk.link.send(Fetch(consultation_id=UUID(case_id), study_instance_uid=study))
            await desk.until(FetchEnded, after=place)
            arrived = [e for e in desk.events[place:] if isinstance(e, InstanceArrived)]
            seen = {b"".join(Sealer(KEY).open_file(e.path, e.sop_instance_uid)) for e in arrived}
            assert seen == set(files[case_id])
            desk.link.send(StopFetching(study_instance_uid=study))
    finally:
        await desk.link.close(when_done=False)
