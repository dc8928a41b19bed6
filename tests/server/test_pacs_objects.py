"""Images that lie in the hospital's archive: Debian's Orthanc stands for it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from protocol import paths
from server.store.errors import ObjectsUnreachable
from server.store.pacs import Pacs, Place, only_part
from tests.bench.errors import CounterpartMissing
from tests.bench.orthanc import orthanc
from tests.server.edge import centre_at, fetched, town_of
from tests.server.images import file_bytes, multipart, new_study, stow
from tests.server.people import Valley, make_valley, open_case
from tests.server.process import ServerProcess


@dataclass
class Hospital:
    """A server whose hospital has an archive, and people."""

    server: ServerProcess
    archive: httpx.Client
    valley: Valley

    def take(self, study: str, case_id: str | None = None) -> dict[str, object]:
        case = [] if case_id is None else ["--case", case_id]
        who = self.valley.doctor.username
        told: dict[str, object] = json.loads(
            self.server.command("pacs", "take", study, "--user", who, *case)
        )
        return told

    def cached(self) -> list[Path]:
        return sorted((self.server.data_dir / "archive" / "cache").rglob("*.sealed"))


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    folder = tmp_path_factory.mktemp("hospital")
    with ExitStack() as stack:
        try:
            port = stack.enter_context(orthanc(folder / "orthanc"))
        except CounterpartMissing as missing:
            pytest.skip(str(missing))
        url = f"http://127.0.0.1:{port}/dicom-web"
        setting = {"HUIZHEN_PACS_URL": url, "HUIZHEN_PACS_CACHE_BYTES": str(1 << 20)}
        server = stack.enter_context(centre_at(folder / "server", setting))
        archive = stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=30))
        town = town_of(server)
        stack.callback(town.close)
        yield Hospital(server, archive, make_valley(town))


def in_archive(hospital: Hospital, files: list[bytes]) -> None:
    body, kind = multipart(files)
    headers = {"content-type": kind, "accept": "application/dicom+json"}
    assert hospital.archive.post("/studies", content=body, headers=headers).status_code == 200


def test_a_study_of_the_archive_is_attached_verified_and_read_from_there(
    hospital: Hospital,
) -> None:
    slices = new_study(3)
    files = [file_bytes(one) for one in slices]
    in_archive(hospital, files)
    case_id = open_case(hospital.valley)
    told = hospital.take(str(slices[0].StudyInstanceUID), case_id)
    assert told == {"found": 3, "known": 3, "reasons": [], "verified": True}
    doctor, expert = hospital.valley.doctor, hospital.valley.expert
    (study,) = doctor.get(paths.STUDIES, consultation_id=case_id)
    assert study["verified"]
    assert doctor.act(case_id, "submit").status_code == 200
    expert.take(case_id)
    assert not hospital.cached(), "the images lie in the archive and nowhere else"
    assert not list((hospital.server.data_dir / "objects").rglob("*.sealed"))
    for one, data in zip(slices, files, strict=True):
        answer = fetched(expert, one)
        assert (answer.status_code, answer.content) == (200, data)
    kept = hospital.cached()
    assert len(kept) == 3
    assert files[0][1000:1032] not in kept[0].read_bytes()


def test_what_cannot_be_taken_is_told_in_words(hospital: Hospital) -> None:
    """A colleague has sent one image of the study: it is theirs."""
    slices = new_study(2)
    files = [file_bytes(one) for one in slices]
    in_archive(hospital, files)
    valley = hospital.valley
    colleague = valley.town.person("requester", institution=valley.clinic)
    assert stow(colleague, files[:1]).status_code == 200
    told = hospital.take(str(slices[0].StudyInstanceUID))
    words = "the study is somebody else's, or was taken back meanwhile (0x0124)"
    assert told == {"found": 2, "known": 0, "reasons": [words], "verified": False}


def test_the_cache_keeps_its_budget_and_what_went_is_fetched_again(hospital: Hospital) -> None:
    slices = new_study(4, size=450)
    files = [file_bytes(one) for one in slices]
    in_archive(hospital, files)
    hospital.take(str(slices[0].StudyInstanceUID))
    for _ in range(2):
        for one, data in zip(slices, files, strict=True):
            assert fetched(hospital.valley.doctor, one).content == data
            assert sum(file.stat().st_size for file in hospital.cached()) <= 1 << 20


def test_bytes_the_archive_has_changed_are_never_served(hospital: Hospital) -> None:
    (one,) = new_study(1)
    data = file_bytes(one)
    in_archive(hospital, [data])
    hospital.take(str(one.StudyInstanceUID))
    root = str(hospital.archive.base_url).replace("/dicom-web/", "")
    (found,) = httpx.post(
        f"{root}/tools/lookup", content=str(one.SOPInstanceUID), trust_env=False
    ).json()
    assert httpx.delete(f"{root}/instances/{found['ID']}", trust_env=False).status_code == 200
    gone = fetched(hospital.valley.doctor, one)
    assert gone.status_code == 500
    assert "archive does not have this image" in gone.json()["title"]
    one.PatientName = "Other^Name"
    in_archive(hospital, [file_bytes(one)])
    changed = fetched(hospital.valley.doctor, one)
    assert changed.status_code == 500
    assert "other bytes" in changed.json()["title"]


def test_a_study_that_is_not_there_is_told(hospital: Hospital) -> None:
    with pytest.raises(RuntimeError, match="has no such study"):
        hospital.take("2.25.404")


def test_an_archive_that_does_not_answer_is_told_with_its_setting(tmp_path: Path) -> None:
    pacs = Pacs("http://127.0.0.1:9/dicom-web", "", "", trust=True)
    with pytest.raises(ObjectsUnreachable, match="HUIZHEN_PACS_URL"):
        pacs.instances("2.25.1")
    with pytest.raises(ObjectsUnreachable, match="HUIZHEN_PACS_URL"):
        list(pacs.read(Place("2.25.1", "2.25.2", "2.25.3")))
    pacs.close()


def test_without_the_setting_the_command_says_which(hospital: Hospital, tmp_path: Path) -> None:
    other = ServerProcess(tmp_path / "other")
    with pytest.raises(RuntimeError, match="HUIZHEN_PACS_URL"):
        other.command("pacs", "take", "2.25.1", "--user", "nobody")


def body(*parts: bytes) -> Iterator[bytes]:
    """Cut into single bytes, which is the worst a line can do."""
    for part in parts:
        for at in range(len(part)):
            yield part[at : at + 1]


def test_a_part_is_read_however_it_is_cut() -> None:
    head = b"--limit\r\nContent-Type: application/dicom\r\n\r\n"
    data = b"some\r\n--limi\r\nbytes\r\n"
    pieces = body(head, data, b"\r\n--limit--\r\n")
    assert b"".join(only_part(pieces, "limit")) == data
    assert next(pieces, None) is None, "read to its end, the connection serves the next image"


def test_a_part_that_ends_early_is_no_image() -> None:
    head = b"--limit\r\nContent-Type: application/dicom\r\n\r\n"
    for cut in (head[:10], head + b"some bytes"):
        with pytest.raises(ObjectsUnreachable):
            list(only_part(body(cut), "limit"))
