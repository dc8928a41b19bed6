"""Uploads through a county's edge: durable before they are told, verified by the centre only."""

import asyncio
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from protocol import paths
from protocol.imaging import FailureReason
from protocol.socket import SUBPROTOCOL
from tests.server.conftest import trusting
from tests.server.edge import (
    EdgeProcess,
    answers_of,
    centre,
    centre_at,
    edge,
    through,
    town,
    town_of,
    until,
)
from tests.server.images import declare, file_bytes, new_study, stow
from tests.server.people import Someone, Valley, make_valley, open_case
from tests.server.process import ServerProcess

PIECES = "application/offset+octet-stream"


__all__ = ["centre", "edge", "town"]


class Sending:
    """A declared study of a clinic, sent through the edge."""

    def __init__(self, valley: Valley, edge: EdgeProcess, count: int = 3, size: int = 64) -> None:
        self.valley = valley
        self.slices = new_study(count, size)
        self.files = [file_bytes(one) for one in self.slices]
        self.case_id = open_case(valley)
        self.clinic = through(edge, valley.doctor)
        declare(self.clinic, self.case_id, self.slices, self.files)

    def progress(self, someone: Someone | None = None) -> Any:
        (study,) = (someone or self.clinic).get(paths.STUDIES, consultation_id=self.case_id)
        return study

    def verified(self) -> bool:
        """Whether the centre itself says so."""
        return bool(self.progress(self.valley.doctor)["verified"])

    def patch(self, piece: Any, at: int, clinic: Someone | None = None) -> httpx.Response:
        file = self.files[0]
        return (clinic or self.clinic).http.patch(
            paths.UPLOAD.format(sha256=hashlib.sha256(file).hexdigest()),
            params={"study": self.slices[0].StudyInstanceUID},
            content=piece,
            headers={
                "content-type": PIECES,
                "upload-offset": str(at),
                "upload-length": str(len(file)),
            },
        )

    def there(self) -> int:
        sha256 = hashlib.sha256(self.files[0]).hexdigest()
        return int(self.clinic.get(paths.UPLOAD, sha256=sha256)["offset"])


def stored_uids(answer: httpx.Response) -> set[str]:
    items = answer.json()["00081199"]["Value"]
    return {item["00081155"]["Value"][0] for item in items}


def reason(answer: httpx.Response) -> int:
    return int(answer.json()["00081198"]["Value"][0]["00081197"]["Value"][0])


def test_a_study_goes_through_the_edge_and_the_centre_verifies_it(
    edge: EdgeProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge)
    answer = stow(sending.clinic, sending.files)
    assert answer.status_code == 200
    assert stored_uids(answer) == {one.SOPInstanceUID for one in sending.slices}
    assert edge.url in answer.json()["00081190"]["Value"][0]
    until(sending.verified, "the centre has verified the study")
    until(lambda: edge.status()["queue"]["instances"] == 0, "nothing waits any more")
    assert sending.clinic.act(sending.case_id, "submit").status_code == 200
    waiting = edge.data_dir / "queue"
    until(lambda: not list(waiting.rglob("*.sealed")), "what was sent on is removed")


def test_an_image_in_pieces_goes_through_the_edge(edge: EdgeProcess, valley: Valley) -> None:
    sending = Sending(valley, edge, 1, size=800)
    data = sending.files[0]
    assert sending.there() == 0
    assert sending.patch(data[:600_000], 0).status_code == 204
    assert sending.there() == 600_000
    assert sending.patch(data[500:900], 500).status_code == 409
    assert stored_uids(sending.patch(data[600_000:], 600_000)) == {sending.slices[0].SOPInstanceUID}
    until(sending.verified, "the centre has verified the image")


def test_with_the_line_down_uploads_are_taken_and_go_on_when_it_is_back(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge)
    large = Sending(valley, edge, 1, size=900)
    assert sending.there() == 0, "the edge knows who this is"
    centre.kill()
    try:
        assert stow(sending.clinic, sending.files).status_code == 200
        assert large.patch(large.files[0], 0).status_code == 200
        assert large.there() == len(large.files[0]) - 1
        again = large.patch(large.files[0][-1:], len(large.files[0]) - 1)
        assert stored_uids(again) == {large.slices[0].SOPInstanceUID}, "it is not sent twice"
        queue = edge.status()["queue"]
        assert (queue["instances"], queue["bytes"]) == (
            4,
            sum(map(len, sending.files + large.files)),
        )
        refused = sending.clinic.act(sending.case_id, "submit")
        assert refused.status_code == 503, "only the centre lets a case go out"
    finally:
        centre.start()
    until(sending.verified, "the first study is verified")
    until(large.verified, "the second study is verified")


def test_what_was_told_as_stored_outlives_a_killed_edge(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge)
    assert sending.there() == 0
    centre.kill()
    assert stow(sending.clinic, sending.files).status_code == 200
    edge.kill()
    at_rest = b"".join(
        file.read_bytes() for file in (edge.data_dir / "queue").rglob("*") if file.is_file()
    )
    assert sending.files[0][2000:2032] not in at_rest
    assert str(sending.slices[0].StudyInstanceUID).encode() not in at_rest
    edge.start()
    assert edge.status()["queue"]["instances"] == len(sending.files)
    centre.start()
    until(sending.verified, "what the killed edge had taken is verified")


def test_an_edge_killed_in_the_middle_of_an_upload_keeps_nothing_half(
    edge: EdgeProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge, 1, size=900)
    data = sending.files[0]
    begun = threading.Event()

    def dying() -> Iterator[bytes]:
        yield data[:400_000]
        edge.kill()
        begun.set()
        yield data[400_000:]

    with pytest.raises(httpx.TransportError):
        sending.patch(dying(), 0)
    assert begun.is_set()
    edge.start()
    assert edge.status()["queue"]["instances"] == 0
    at = sending.there()
    assert sending.patch(data[at:], at).status_code == 200
    until(sending.verified, "the image is verified")


def test_what_waits_for_its_sender_is_not_asked_for_and_goes_on_when_that_person_comes(
    tmp_path: Path,
) -> None:
    """The token an image is sent on with has run out while the line was down."""
    with (
        centre_at(tmp_path / "centre", {"HUIZHEN_RELAY_TOKEN_S": "3"}) as centre,
        EdgeProcess(tmp_path / "edge", centre, allowed_s=600) as edge,
    ):
        town = town_of(centre)
        sending = Sending(make_valley(town), edge)
        uids = [one.SOPInstanceUID for one in sending.slices]
        assert sending.there() == 0
        centre.kill()
        assert stow(sending.clinic, sending.files[:2]).status_code == 200
        until(lambda: edge.status()["queue"]["waiting_for_sign_in"] == 2, "the token has run out")
        centre.start()
        until(lambda: sending.clinic.http.get(paths.SERVER).is_success, "the line holds again")
        doctor = sending.valley.doctor
        assert set(sending.progress(doctor)["missing"]) == set(uids)
        assert sending.progress()["missing"] == [uids[2]]
        assert sending.progress()["received"] == 0, "the centre's own count"
        edge.stop()
        edge.start()
        sending.clinic = through(edge, doctor)
        assert stow(sending.clinic, sending.files[2:]).status_code == 200
        until(sending.verified, "all three are verified")
        town.close()


def test_what_the_centre_refuses_is_told_when_it_is_sent_again(
    edge: EdgeProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge, 1)
    (one,) = sending.slices
    one.PatientID = "SOMEBODY-ELSE"
    other = file_bytes(one)
    assert stow(sending.clinic, [other]).status_code == 200, "only the centre knows better"
    until(lambda: edge.status()["queue"]["instances"] == 0, "the centre has refused it")
    assert not sending.verified()
    assert sending.progress()["missing"] == [one.SOPInstanceUID]
    told = stow(sending.clinic, [other])
    assert (told.status_code, reason(told)) == (409, FailureReason.HASH_MISMATCH)
    assert stow(sending.clinic, sending.files).status_code == 200
    until(sending.verified, "the right bytes are verified")


def test_what_is_no_dicom_is_refused_at_once(edge: EdgeProcess, valley: Valley) -> None:
    sending = Sending(valley, edge, 1)
    answer = stow(sending.clinic, [b"no DICOM"])
    assert answer.status_code == 409
    assert answer.json()["0008119A"]["Value"][0]["00081197"]["Value"] == [FailureReason.NOT_DICOM]
    assert edge.status()["queue"]["instances"] == 0


def test_who_may_not_send_images_is_refused_at_once(edge: EdgeProcess, valley: Valley) -> None:
    expert = through(edge, valley.expert)
    assert stow(expert, [file_bytes(new_study(1)[0])]).status_code == 403
    expert.http.headers["authorization"] = "Bearer no.such.token"
    assert stow(expert, [file_bytes(new_study(1)[0])]).status_code == 401


def test_a_study_taken_back_is_not_sent_on(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge)
    place = {
        "consultation_id": sending.case_id,
        "study_instance_uid": sending.slices[0].StudyInstanceUID,
    }
    assert stow(sending.clinic, sending.files).status_code == 200
    assert sending.clinic.send("DELETE", paths.STUDY, **place).status_code == 204
    until(lambda: edge.status()["queue"]["instances"] == 0, "nothing waits any more")
    assert valley.doctor.get(paths.STUDIES, consultation_id=sending.case_id) == []


def test_a_full_queue_says_so_and_takes_images_again_when_it_is_empty(
    centre: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    with EdgeProcess(tmp_path / "edge", centre, queue_bytes=1 << 20) as edge:
        sending = Sending(valley, edge, 3, size=500)
        assert sending.there() == 0
        centre.kill()
        assert stow(sending.clinic, sending.files[:2]).status_code == 200
        full = stow(sending.clinic, sending.files[2:])
        assert (full.status_code, reason(full)) == (409, FailureReason.NO_ROOM)
        centre.start()
        until(lambda: edge.status()["queue"]["instances"] == 0, "the queue is empty")
        assert stow(sending.clinic, sending.files[2:]).status_code == 200
        until(sending.verified, "all are verified")


def test_an_edges_token_stores_images_and_opens_nothing(valley: Valley) -> None:
    ticket = valley.doctor.send("POST", paths.RELAY_TICKET).json()
    one = new_study(1)[0]
    relay = httpx.Client(
        base_url=valley.town.url,
        verify=valley.town.context,
        trust_env=False,
        headers={"authorization": f"Bearer {ticket['token']}"},
    )
    with relay:
        assert stow(Someone("edge", valley.doctor.tokens, relay), [file_bytes(one)]).is_success
        place = f"{paths.DICOMWEB}/studies/{one.StudyInstanceUID}"
        for path in (place, f"{place}/metadata", f"{paths.DICOMWEB}/studies", paths.ME):
            assert relay.get(path).status_code == 403, path
        assert relay.post(paths.RELAY_TICKET).status_code == 403


def test_the_socket_is_relayed(edge: EdgeProcess, valley: Valley) -> None:
    token = valley.doctor.tokens.access_token

    async def talk() -> list[Any]:
        address = edge.url.replace("https", "wss") + paths.SOCKET
        async with connect(
            address,
            ssl=trusting(edge.ca),
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            proxy=None,
        ) as socket:
            await socket.send(json.dumps({"type": "hello", "access_token": token}))
            welcome = json.loads(await socket.recv())
            await asyncio.to_thread(open_case, valley)
            told = json.loads(await socket.recv())
            return [welcome["type"], told["type"]]

    welcome, told = asyncio.run(talk())
    assert welcome == "welcome"
    assert told != "error"


def test_everything_else_is_the_centres_answer(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    with httpx.Client(base_url=edge.url, verify=trusting(edge.ca), trust_env=False) as http:
        body = {"username": valley.doctor.username, "password": "wrong wrong wrong"}
        answer = http.post(paths.SESSION, json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
        assert http.get(paths.SERVER).json()["name"] == "Huizhen"
        assert http.get("/nothing/here").status_code == 404
        page = http.get(paths.JOIN)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers.get_list("x-content-type-options") == ["nosniff"]
    clinic = through(edge, valley.doctor)
    case_id = open_case(valley)
    assert clinic.send("GET", paths.CONSULTATION, consultation_id=case_id).content == (
        valley.doctor.send("GET", paths.CONSULTATION, consultation_id=case_id).content
    )
    assert 401 in answers_of(centre, paths.SESSION)


def test_a_search_for_a_chinese_name_is_the_centres_answer(
    edge: EdgeProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge, 1)
    stow(sending.clinic, sending.files)
    until(sending.verified, "the centre has the study")
    search = f"{paths.DICOMWEB}/studies?PatientName=%E4%BD%95%2A&includefield=StudyDescription"
    here, there = sending.clinic.http.get(search), valley.doctor.http.get(search)
    uid = sending.slices[0].StudyInstanceUID
    assert [one["0020000D"]["Value"] for one in here.json()] == [[uid]]
    assert {**here.json()[0], "00081190": None} == {**there.json()[0], "00081190": None}


def test_an_edge_without_its_keys_does_not_start_over_waiting_images(
    edge: EdgeProcess, centre: ServerProcess, valley: Valley
) -> None:
    sending = Sending(valley, edge, 1)
    assert sending.there() == 0
    centre.kill()
    assert stow(sending.clinic, sending.files).status_code == 200
    edge.stop()
    keys = edge.data_dir / "edge-keys.json"
    kept = keys.read_bytes()
    keys.unlink()
    with pytest.raises(RuntimeError, match="HUIZHEN_EDGE_KEY_FILE"):
        edge.start()
    keys.write_bytes(kept)
    keys.chmod(0o600)
    edge.start()
    centre.start()
    until(sending.verified, "what waited is verified")
