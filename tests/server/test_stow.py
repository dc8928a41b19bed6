"""STOW-RS: what is taken, what is refused with its reason, and when a case may be submitted."""

import hashlib
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pydicom.dataset import Dataset

from protocol import paths
from tests.server.images import declare, file_bytes, multipart, new_study, stow
from tests.server.people import Someone, Town, Valley, make_valley, open_case
from tests.server.process import ServerProcess
from tests.server.sockets import signed_in

pytestmark = pytest.mark.both_databases

STORED, FAILED, OTHERS, REASON = "00081199", "00081198", "0008119A", "00081197"


def reasons(body: dict[str, Any], tag: str) -> list[int]:
    return [one[REASON]["Value"][0] for one in body[tag]["Value"]]


def progress(someone: Someone, case_id: str) -> dict[str, object]:
    found: dict[str, object] = someone.get(paths.STUDIES, consultation_id=case_id)[0]
    return found


def take_back(someone: Someone, case_id: str, study: str) -> httpx.Response:
    return someone.send("DELETE", paths.STUDY, consultation_id=case_id, study_instance_uid=study)


def objects_of(server: ServerProcess, files: list[bytes]) -> list[bool]:
    """Which of these bytes rest on the server's disk."""
    hashes = [hashlib.sha256(data).hexdigest() for data in files]
    return [(server.data_dir / "objects" / one[:2] / f"{one}.sealed").is_file() for one in hashes]


def prepared(
    valley: Valley, count: int = 3, size: int = 32
) -> tuple[str, list[Dataset], list[bytes]]:
    case_id = open_case(valley)
    slices = new_study(count, size)
    files = [file_bytes(one) for one in slices]
    declare(valley.doctor, case_id, slices, files)
    return case_id, slices, files


async def test_a_case_can_be_submitted_only_when_every_declared_image_has_arrived(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    doctor = valley.doctor
    case_id, slices, files = prepared(valley)
    async with signed_in(town.url, context, doctor.tokens.access_token) as clinic:
        assert stow(doctor, files[:2]).status_code == 200
        early = doctor.act(case_id, "submit")
        assert early.status_code == 409
        assert early.json()["code"] == "study_unverified"
        assert early.json()["missing"] == ["studies"]
        assert progress(doctor, case_id)["missing"] == [slices[2].SOPInstanceUID]
        assert stow(doctor, files[2:]).status_code == 200
        told = await clinic.hear("study_progressed", lambda one: one["progress"]["verified"])
        assert told["progress"]["received"] == 3
        assert doctor.act(case_id, "submit").json()["summary"]["image_count"] == 3


def test_the_answer_names_every_instance_and_where_to_get_it(valley: Valley, town: Town) -> None:
    _, slices, files = prepared(valley, 1)
    body = stow(valley.doctor, files).json()
    item = body[STORED]["Value"][0]
    assert item["00081155"]["Value"] == [slices[0].SOPInstanceUID]
    assert item["00081190"]["Value"][0].startswith(f"{town.url}/dicomweb/studies/")


def test_the_same_bytes_twice_are_stored_once(valley: Valley) -> None:
    case_id, _, files = prepared(valley)
    for _ in range(2):
        answer = stow(valley.doctor, files + files)
        assert answer.status_code == 200
        assert len(answer.json()[STORED]["Value"]) == 6
    assert progress(valley.doctor, case_id)["verified"] is True


def test_other_bytes_under_a_known_uid_are_a_conflict(valley: Valley) -> None:
    slices = new_study(1)
    first = file_bytes(slices[0])
    assert stow(valley.doctor, [first]).status_code == 200
    slices[0].InstanceNumber = 99
    answer = stow(valley.doctor, [file_bytes(slices[0])])
    assert answer.status_code == 409
    assert reasons(answer.json(), FAILED) == [0x0111]


def test_bytes_that_differ_from_the_declared_are_not_stored(valley: Valley) -> None:
    case_id, slices, files = prepared(valley, 1)
    slices[0].PixelData = bytes(len(slices[0].PixelData))
    answer = stow(valley.doctor, [file_bytes(slices[0])])
    assert reasons(answer.json(), FAILED) == [0xC002]
    assert progress(valley.doctor, case_id)["received"] == 0
    assert stow(valley.doctor, files).status_code == 200
    assert progress(valley.doctor, case_id)["verified"] is True


def test_what_is_not_dicom_fails_alone(valley: Valley) -> None:
    case_id, _, files = prepared(valley)
    cut = files[1][: len(files[1]) - 200]
    answer = stow(valley.doctor, [files[0], b"just a text", cut, files[2]])
    assert answer.status_code == 202
    assert reasons(answer.json(), OTHERS) == [0xC000, 0xC001]
    assert len(answer.json()[STORED]["Value"]) == 2
    assert progress(valley.doctor, case_id)["received"] == 2


@pytest.mark.parametrize("keep", [200, 400, 700, 1000])
def test_a_file_cut_anywhere_is_noticed(valley: Valley, keep: int) -> None:
    file = file_bytes(new_study(1)[0])
    answer = stow(valley.doctor, [file[:keep]])
    assert answer.status_code == 409
    assert reasons(answer.json(), OTHERS)[0] in (0xC000, 0xC001)


def test_an_instance_of_another_study_is_refused_on_a_studys_path(valley: Valley) -> None:
    files = [file_bytes(one) for one in new_study(1)]
    answer = stow(valley.doctor, files, study="1.2.3")
    assert reasons(answer.json(), FAILED) == [0xA900]


def test_an_upload_cut_in_the_middle_keeps_the_whole_images_and_can_be_resumed(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    case_id, slices, files = prepared(valley, size=512)
    body, content_type = multipart(files)
    where = urlsplit(town.url)
    raw = socket.create_connection((where.hostname or "", where.port or 0))
    with context.wrap_socket(raw, server_hostname="127.0.0.1") as sock:
        head = (
            f"POST {paths.DICOMWEB}/studies HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {valley.doctor.tokens.access_token}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        sock.sendall(head.encode() + body[: len(body) - len(files[2]) // 2])
        for _ in range(2000):  # each look is a request the server serves beside the upload
            now = progress(valley.doctor, case_id)
            if now["received"] == 2:
                break
    assert now["received"] == 2
    assert now["missing"] == [slices[2].SOPInstanceUID]
    assert stow(valley.doctor, [files[2]]).status_code == 200
    assert progress(valley.doctor, case_id)["verified"] is True


def test_a_transfer_token_moves_images_and_does_nothing_else(valley: Valley, town: Town) -> None:
    case_id, _, files = prepared(valley, 1)
    pair = valley.doctor.send("POST", paths.TRANSFER_SESSION).json()
    assert pair["scope"] == "transfer"
    with town.client() as http:
        http.headers["authorization"] = f"Bearer {pair['access_token']}"
        body, content_type = multipart(files)
        sent = http.post(
            f"{paths.DICOMWEB}/studies", content=body, headers={"content-type": content_type}
        )
        assert sent.status_code == 200
        assert http.get(paths.STUDIES.format(consultation_id=case_id)).status_code == 200
        assert http.get(f"{paths.DICOMWEB}/studies").status_code == 200
        for path in (paths.CONSULTATIONS, paths.LIBRARY, paths.EXPERTS):
            assert http.get(path).status_code == 403
        renewed = http.post(paths.REFRESH, json={"refresh_token": pair["refresh_token"]})
        assert renewed.json()["scope"] == "transfer"
        assert valley.doctor.send("DELETE", paths.SESSION).status_code == 204
        assert http.get(f"{paths.DICOMWEB}/studies").status_code == 403, "nobody sits there now"
        assert http.get(paths.STUDIES.format(consultation_id=case_id)).status_code == 200
        again = http.post(
            f"{paths.DICOMWEB}/studies", content=body, headers={"content-type": content_type}
        )
        assert again.status_code == 200


def test_an_expert_cannot_store(valley: Valley) -> None:
    answer = stow(valley.expert, [file_bytes(new_study(1)[0])])
    assert answer.status_code == 403


def test_a_body_that_is_not_multipart_is_refused(valley: Valley) -> None:
    answer = valley.doctor.http.post(
        f"{paths.DICOMWEB}/studies", content=b"x", headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_the_images_of_two_clinics_never_mix(valley: Valley, town: Town) -> None:
    files = [file_bytes(new_study(1)[0])]
    assert stow(valley.doctor, files).status_code == 200
    other = town.person("requester", institution=town.institution())
    assert stow(other, files).status_code == 200


async def test_a_study_taken_back_is_gone_and_the_case_can_be_submitted(
    valley: Valley, town: Town, context: ssl.SSLContext, server: ServerProcess
) -> None:
    doctor = valley.doctor
    case_id, slices, files = prepared(valley)
    study = slices[0].StudyInstanceUID
    assert stow(doctor, files[:2]).status_code == 200
    assert objects_of(server, files) == [True, True, False]
    async with signed_in(town.url, context, doctor.tokens.access_token) as clinic:
        assert take_back(doctor, case_id, study).status_code == 204
        told = await clinic.hear("consultation_changed")
        assert told["consultation"]["image_count"] == 0
    assert doctor.get(paths.STUDIES, consultation_id=case_id) == []
    assert objects_of(server, files) == [False] * 3
    assert doctor.http.get(f"{paths.DICOMWEB}/studies/{study}/instances").status_code in (204, 404)
    assert doctor.act(case_id, "submit").status_code == 200


def test_what_was_taken_back_can_be_sent_again(valley: Valley) -> None:
    case_id, slices, files = prepared(valley)
    stow(valley.doctor, files)
    take_back(valley.doctor, case_id, slices[0].StudyInstanceUID)
    declare(valley.doctor, case_id, slices, files)
    assert stow(valley.doctor, files).status_code == 200
    assert progress(valley.doctor, case_id)["verified"] is True


def test_images_that_another_case_declares_stay(valley: Valley, server: ServerProcess) -> None:
    case_id, slices, files = prepared(valley)
    other = open_case(valley)
    declare(valley.doctor, other, slices[:2], files[:2])
    stow(valley.doctor, files)
    assert take_back(valley.doctor, case_id, slices[0].StudyInstanceUID).status_code == 204
    assert objects_of(server, files) == [True, True, False]
    assert progress(valley.doctor, other)["verified"] is True


def test_taking_a_study_back_leaves_what_came_by_another_way(
    valley: Valley, server: ServerProcess
) -> None:
    """Images that were stored before the case took some of them, and those it never declared."""
    slices = new_study(5)
    files = [file_bytes(one) for one in slices]
    assert stow(valley.doctor, files[:4]).status_code == 200
    case_id = open_case(valley)
    declare(valley.doctor, case_id, slices[2:], files[2:])
    assert stow(valley.doctor, files[4:]).status_code == 200
    study = slices[0].StudyInstanceUID
    assert take_back(valley.doctor, case_id, study).status_code == 204
    assert objects_of(server, files) == [True, True, True, True, False]
    listed = valley.doctor.http.get(f"{paths.DICOMWEB}/studies/{study}/instances").json()
    assert len(listed) == 4
    assert stow(valley.doctor, files[:4]).status_code == 200


def test_bytes_that_another_house_holds_stay(valley: Valley, town: Town) -> None:
    case_id, slices, files = prepared(valley, 1)
    neighbour = make_valley(town)
    theirs = open_case(neighbour)
    declare(neighbour.doctor, theirs, slices, files)
    for someone in (valley.doctor, neighbour.doctor):
        assert stow(someone, files).status_code == 200
    assert take_back(valley.doctor, case_id, slices[0].StudyInstanceUID).status_code == 204
    first = slices[0]
    path = (
        f"{paths.DICOMWEB}/studies/{first.StudyInstanceUID}/series/{first.SeriesInstanceUID}"
        f"/instances/{first.SOPInstanceUID}"
    )
    assert neighbour.doctor.http.get(path).status_code == 200
    assert valley.doctor.http.get(path).status_code == 404


def test_only_the_requester_takes_a_study_back_and_only_from_a_draft(
    valley: Valley, town: Town
) -> None:
    case_id, slices, files = prepared(valley)
    study = slices[0].StudyInstanceUID
    colleague = town.person("requester", institution=valley.clinic)
    for someone in (colleague, valley.expert):
        refused = take_back(someone, case_id, study)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert take_back(valley.doctor, case_id, "1.2.3").status_code == 404
    stow(valley.doctor, files)
    assert valley.doctor.act(case_id, "submit").status_code == 200
    late = take_back(valley.doctor, case_id, study)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")
    assert progress(valley.doctor, case_id)["verified"] is True


def test_two_patients_in_one_study_are_told_and_not_mixed(valley: Valley) -> None:
    slices = new_study(3)
    slices[1].PatientID = "SOMEBODY-ELSE"
    slices[2].PatientID = ""
    answer = stow(valley.doctor, [file_bytes(one) for one in slices])
    assert answer.status_code == 202
    assert reasons(answer.json(), FAILED) == [0xA901]
    assert len(answer.json()[STORED]["Value"]) == 2
    later = stow(valley.doctor, [file_bytes(slices[1])])
    assert reasons(later.json(), FAILED) == [0xA901]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no multipart at all" * 100,
        b"--b\r\nContent-Type: application/dicom\r\n\r\nDICM",
        b"--b-and-more\r\n\r\n",
        b"--b\r\n" + b"X-Long: " + b"a" * 20_000,
        b"--b" + b" " * 20_000,
        b"--b--\r\n",
    ],
)
def test_a_body_that_is_no_multipart_is_refused_in_words(valley: Valley, body: bytes) -> None:
    answer = valley.doctor.http.post(
        f"{paths.DICOMWEB}/studies",
        content=body,
        headers={"content-type": 'multipart/related; type="application/dicom"; boundary=b'},
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_message"


def test_a_boundary_may_be_cut_anywhere_between_two_chunks(valley: Valley) -> None:
    files = [file_bytes(one) for one in new_study(2)]
    body, content_type = multipart(files)
    for size in (1, 7, 61):
        answer = valley.doctor.http.post(
            f"{paths.DICOMWEB}/studies",
            content=(body[at : at + size] for at in range(0, len(body), size)),
            headers={"content-type": content_type},
        )
        assert answer.status_code == 200, answer.text
        assert len(answer.json()[STORED]["Value"]) == 2


def test_hostile_names_stay_text(valley: Valley) -> None:
    made = new_study(1)[0]
    made.PatientName = "../../etc/passwd^'; DROP TABLE studies;--"
    made.StudyDescription = "<script>alert(1)</script>"
    data = file_bytes(made)
    assert stow(valley.doctor, [data]).status_code == 200
    uid = made.StudyInstanceUID
    found = valley.doctor.http.get(f"{paths.DICOMWEB}/studies?StudyInstanceUID={uid}").json()
    assert found[0]["00100010"]["Value"] == [{"Alphabetic": str(made.PatientName)}]
    assert found[0]["00081030"]["Value"] == ["<script>alert(1)</script>"]


def test_a_large_instance_goes_sealed_to_the_disk_as_it_comes(valley: Valley) -> None:
    made = new_study(1)[0]
    made.NumberOfFrames = 12
    made.Rows = made.Columns = 512
    made.PixelData = bytes(range(256)) * (12 * 512 * 512 * 2 // 256)
    data = file_bytes(made)
    assert stow(valley.doctor, [data]).status_code == 200
    path = (
        f"{paths.DICOMWEB}/studies/{made.StudyInstanceUID}/series/{made.SeriesInstanceUID}"
        f"/instances/{made.SOPInstanceUID}"
    )
    back = valley.doctor.http.get(path, headers={"accept": "application/dicom"})
    assert back.content == data
