"""The hospital's archive: searched with Chinese names, fetched from, and never believed blindly."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from pydicom import Dataset
from pydicom.uid import generate_uid

from app.net.studies import StudyQuery
from app.store.intake_settings import Charset, Pacs, PacsKind, Receiver, Retrieve
from app.transfer.intake_messages import (
    JobEnded,
    PacsAnswered,
    PacsProblem,
    RetrieveProgress,
    RetrieveStudy,
    SearchPacs,
    StopJob,
    TestPacs,
)
from protocol.base import new_id
from tests.bench.processes import free_port
from tests.server.images import ct_slice, file_bytes
from tests.transfer.dicom_peers import Orthanc, dcmqrscp, orthanc, run_tool
from tests.transfer.intake_desk import TITLE, IntakeDesk, intake_desk, job
from tests.transfer.test_receiver import data_set

PEOPLE = (
    ("何^小溪", "QS-2026-0042", "ISO_IR 192"),
    ("Lin^Yuanshan=林^远山", "QS-2026-0043", "ISO_IR 192"),
    ("Ye^Qiu", "QS-2026-0044", "ISO_IR 192"),
)


def study_of(name: str, patient_id: str, charset: str, images: int = 3) -> list[Dataset]:
    study, series = generate_uid(), generate_uid()
    made = [ct_slice(study, series, number) for number in range(1, images + 1)]
    for one in made:
        one.SpecificCharacterSet = charset
        one.PatientName, one.PatientID = name, patient_id
    return made


STUDIES = [study_of(*person) for person in PEOPLE]


@dataclass
class Archive:
    """Orthanc with three studies; `port` is where it believes our receiver to be."""

    orthanc: Orthanc
    port: int

    def entry(self, kind: PacsKind = PacsKind.DIMSE, **more: object) -> Pacs:
        given: dict[str, object] = {
            "id": new_id(),
            "name": "PACS",
            "kind": kind,
            "ae_title": "ORTHANC",
            "host": "127.0.0.1",
            "port": self.orthanc.port,
            "url": self.orthanc.web,
            **more,
        }
        return Pacs.model_validate(given)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    port = free_port()
    folder = tmp_path_factory.mktemp("archive") / "orthanc"
    with orthanc(folder, {"huizhen": (TITLE, "127.0.0.1", port)}) as peer:
        for slices in STUDIES:
            for one in slices:
                peer.upload(file_bytes(one))
        yield Archive(peer, port)


async def settle(desk: IntakeDesk, pacs: Pacs, port: int = 0) -> None:
    receiver = Receiver(ae_title=TITLE)
    if port:
        desk.port = port
        receiver = Receiver(
            on=True,
            ae_title=TITLE,
            port=port,
            address="127.0.0.1",
        )
    await desk.configure(receiver=receiver, pacs=(pacs,))


async def search(desk: IntakeDesk, pacs: Pacs, **keys: str) -> PacsAnswered:
    number = job()
    await desk.intake.handle(SearchPacs(job=number, pacs_id=pacs.id, query=StudyQuery(**keys)))
    return await desk.until(PacsAnswered, lambda e: e.job == number)


async def retrieve(
    desk: IntakeDesk, pacs: Pacs, uid: str, images: int | None = None, number: UUID | None = None
) -> RetrieveProgress:
    number = number or job()
    await desk.intake.handle(
        RetrieveStudy(job=number, pacs_id=pacs.id, study_instance_uid=uid, images=images)
    )
    return await desk.until(RetrieveProgress, lambda e: e.job == number and e.ended)


async def test(desk: IntakeDesk, pacs: Pacs) -> JobEnded:
    number = job()
    await desk.intake.handle(TestPacs(job=number, pacs=pacs, calling=TITLE))
    return await desk.until(JobEnded, lambda e: e.job == number)


test.__test__ = False  # type: ignore[attr-defined]  # what it does, not a test


KINDS = [PacsKind.DIMSE, PacsKind.DICOMWEB]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_archive_answers_the_button(
    tmp_path: Path, archive: Archive, kind: PacsKind
) -> None:
    async with intake_desk(tmp_path) as desk:
        assert (await test(desk, archive.entry(kind))).problem is None


@pytest.mark.parametrize("charset", list(Charset))
async def test_studies_are_found_by_chinese_names_in_every_character_set(
    tmp_path: Path, archive: Archive, charset: Charset
) -> None:
    pacs = archive.entry(charset=charset)
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs)
        for typed, expected in (("何小溪", "何^小溪"), ("林远山", "Lin^Yuanshan=林^远山")):
            answer = await search(desk, pacs, name=typed)
            assert [one.patient_name for one in answer.studies] == [expected]
            assert answer.studies[0].images == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, {"QS-2026-0042", "QS-2026-0043", "QS-2026-0044"}),
        ({"patient_id": "QS-2026-0043"}, {"QS-2026-0043"}),
        ({"name": "ye qiu"}, {"QS-2026-0044"}),
        ({"name": "lin"}, {"QS-2026-0043"}),
        ({"date_from": "20260101", "date_to": "20260131"}, {p[1] for p in PEOPLE}),
        ({"date_from": "20260201"}, set()),
        ({"modality": "CT", "accession_number": "A1"}, {p[1] for p in PEOPLE}),
        ({"modality": "MR"}, set()),
    ],
)
async def test_studies_are_found_by_each_key(
    tmp_path: Path, archive: Archive, kind: PacsKind, keys: dict[str, str], expected: set[str]
) -> None:
    pacs = archive.entry(kind)
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs)
        answer = await search(desk, pacs, **keys)
        assert answer.problem is None
        assert {one.patient_id for one in answer.studies} == expected
        assert {one.modalities for one in answer.studies} <= {"CT"}


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (PacsKind.DIMSE, Retrieve.GET),
        (PacsKind.DIMSE, Retrieve.MOVE),
        (PacsKind.DICOMWEB, Retrieve.GET),
    ],
)
async def test_a_study_is_fetched_whole_and_unchanged(
    tmp_path: Path, archive: Archive, kind: PacsKind, way: Retrieve
) -> None:
    pacs, slices = archive.entry(kind, retrieve=way), STUDIES[1]
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs, archive.port if way is Retrieve.MOVE else 0)
        uid = str(slices[0].StudyInstanceUID)
        ended = await retrieve(desk, pacs, uid, images=3)
        assert (ended.arrived, ended.expected, ended.problem) == (3, 3, None)
        for one in slices:
            kept = desk.plain(uid, str(one.SOPInstanceUID))
            assert data_set(kept) == data_set(file_bytes(one))
        row = await desk.until_row(lambda r: r.expected == 3 and not r.arriving)
        assert row.images == 3


async def test_a_move_without_a_receiver_is_refused_before_it_begins(
    tmp_path: Path, archive: Archive
) -> None:
    pacs = archive.entry(retrieve=Retrieve.MOVE)
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs)
        ended = await retrieve(desk, pacs, str(STUDIES[0][0].StudyInstanceUID))
        assert ended.problem is PacsProblem.RECEIVER_OFF


async def test_an_archive_that_does_not_know_our_title_as_destination_says_so(
    tmp_path: Path, archive: Archive
) -> None:
    pacs = archive.entry(retrieve=Retrieve.MOVE)
    async with intake_desk(tmp_path) as desk:
        receiver = Receiver(on=True, ae_title="NOBODY", port=free_port(), address="127.0.0.1")
        await desk.configure(receiver=receiver, pacs=(pacs,))
        ended = await retrieve(desk, pacs, str(STUDIES[0][0].StudyInstanceUID))
        assert ended.problem in (PacsProblem.UNKNOWN_DESTINATION, PacsProblem.REFUSED)
        assert ended.status


@pytest.mark.filterwarnings(
    # pynetdicom drops a socket that could not connect instead of closing it
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_at_that_address_is_said(tmp_path: Path, kind: PacsKind) -> None:
    port = free_port()
    pacs = Pacs(
        id=new_id(),
        name="PACS",
        kind=kind,
        ae_title="X",
        host="127.0.0.1",
        port=port,
        url=f"http://127.0.0.1:{port}/dicom-web",
    )
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs)
        assert (await test(desk, pacs)).problem is PacsProblem.UNREACHABLE
        assert (await search(desk, pacs)).problem is PacsProblem.UNREACHABLE
        assert (await retrieve(desk, pacs, "1.2.3")).problem is PacsProblem.UNREACHABLE


async def test_a_wrong_title_of_the_archive_is_said(tmp_path: Path, archive: Archive) -> None:
    pacs = archive.entry(ae_title="WRONG")
    async with intake_desk(tmp_path) as desk:
        assert (await test(desk, pacs)).problem is PacsProblem.NOT_ADMITTED


async def test_whatever_is_typed_becomes_a_question_or_finds_nothing(
    tmp_path: Path, archive: Archive
) -> None:
    pacs = archive.entry()
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs)
        for keys in (
            {"name": "何" * 300},
            {"name": "a\\b\x1b[31m", "patient_id": "x\\y" * 60},
            {"accession_number": "9" * 80, "modality": "c?t*"},
            {"name": "[", "modality": "ct"},
        ):
            answer = await search(desk, pacs, **keys)
            assert (answer.problem, answer.studies) == (None, ())


# --- dcmtk's archive -----------------------------------------------------------------------


@pytest.mark.parametrize("way", list(Retrieve))
async def test_dcmtks_archive_is_searched_and_fetched_from(tmp_path: Path, way: Retrieve) -> None:
    slices, ours = study_of(*PEOPLE[1], images=4), free_port()
    folder = tmp_path / "files"
    await asyncio.to_thread(_write, folder, slices)
    with dcmqrscp(tmp_path / "archive", {TITLE: ("127.0.0.1", ours)}) as port:
        code, said = await run_tool("storescu", "-aec", "QRSCP", "127.0.0.1", port, "+sd", folder)
        assert code == 0, said
        pacs = Pacs(
            id=new_id(), name="QR", ae_title="QRSCP", host="127.0.0.1", port=port, retrieve=way
        )
        async with intake_desk(tmp_path / "profile") as desk:
            await settle(desk, pacs, ours)
            assert (await test(desk, pacs)).problem is None
            answer = await search(desk, pacs, patient_id="QS-2026-0043")
            assert [one.patient_name for one in answer.studies] == [PEOPLE[1][0]]
            uid = str(slices[0].StudyInstanceUID)
            ended = await retrieve(desk, pacs, uid, images=answer.studies[0].images)
            assert (ended.arrived, ended.problem) == (4, None)


def _write(folder: Path, slices: list[Dataset]) -> None:
    folder.mkdir()
    for number, one in enumerate(slices):
        (folder / f"IM{number}").write_bytes(file_bytes(one))


async def test_stopping_keeps_what_has_come(tmp_path: Path, archive: Archive) -> None:
    pacs = archive.entry(PacsKind.DICOMWEB)
    async with intake_desk(tmp_path) as desk:
        await settle(desk, pacs)
        number = job()
        uid = str(STUDIES[0][0].StudyInstanceUID)
        await desk.intake.handle(
            RetrieveStudy(job=number, pacs_id=pacs.id, study_instance_uid=uid, images=3)
        )
        await desk.intake.handle(StopJob(job=number))
        ended = await desk.until(RetrieveProgress, lambda e: e.job == number and e.ended)
        assert ended.stopped
        assert ended.arrived <= 3
