"""Signed reports go to the hospital's archive by themselves, once, and are lost on no way there."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import EncapsulatedPDFStorage
from pynetdicom import AE, evt

from app.net.errors import ServiceFailed
from app.net.pacs_web import WebNode
from app.net.pacs_web import store as stow
from app.store.archive_entry import ToArchive
from app.store.archive_outbox import ArchiveOutbox, Waiting
from app.store.intake_settings import Pacs, PacsKind
from app.transfer.intake_messages import ArchiveTold, PacsProblem, SendToArchive
from protocol.base import new_id
from tests.bench.processes import free_port
from tests.imaging.test_report_object import made
from tests.imaging.test_wrapping import pdf_of_one_page
from tests.transfer.dicom_peers import Orthanc, orthanc
from tests.transfer.intake_desk import SEALER, IntakeDesk, intake_desk

PDF = pdf_of_one_page()
KINDS = [PacsKind.DIMSE, PacsKind.DICOMWEB]


def report_in(study: str) -> bytes:
    """A study of its own for each test."""
    return made(PDF, study=study)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with orthanc(tmp_path_factory.mktemp("archive") / "orthanc", {}) as peer:
        yield peer


def entry_of(peer: Orthanc, kind: PacsKind = PacsKind.DIMSE) -> Pacs:
    return Pacs(
        id=new_id(),
        name="影像科",
        kind=kind,
        ae_title="ORTHANC",
        host="127.0.0.1",
        port=peer.port,
        url=peer.web,
    )


def put(desk: IntakeDesk, pacs_id: UUID, data: bytes) -> UUID:
    entry = ToArchive(id=new_id(), pacs_id=pacs_id, number="CONS-20261121-0007", version=1)
    desk.to_archive.add(Waiting(entry, data))
    return entry.id


def kept_in(peer: Orthanc, study: str) -> list[Dataset]:
    found = peer.post("/tools/find", {"Level": "Instance", "Query": {"StudyInstanceUID": study}})
    assert isinstance(found, list)
    files = [httpx.get(f"{peer.http}/instances/{one}/file", timeout=30).content for one in found]
    return [dcmread(io.BytesIO(file)) for file in files]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_report_is_in_the_archive_as_it_was_signed(
    tmp_path: Path, archive: Orthanc, kind: PacsKind
) -> None:
    study, pacs = f"2.25.{new_id().int}", entry_of(archive, kind)
    async with intake_desk(tmp_path) as desk:
        await desk.configure(pacs=(pacs,))
        id_ = put(desk, pacs.id, report_in(study))
        await desk.intake.handle(SendToArchive())
        told = await desk.until(ArchiveTold)
        assert (told.entry.id, told.archive, told.problem) == (id_, "影像科", None)
        assert desk.to_archive.read_all() == ()
    (kept,) = kept_in(archive, study)
    assert bytes(kept.EncapsulatedDocument)[: kept.EncapsulatedDocumentLength] == PDF
    assert str(kept.PatientName) == "=林秋月^"


async def test_what_was_not_sent_goes_with_the_next_start(tmp_path: Path, archive: Orthanc) -> None:
    study, pacs = f"2.25.{new_id().int}", entry_of(archive)
    async with intake_desk(tmp_path) as desk:
        put(desk, pacs.id, report_in(study))
        await desk.intake.handle(SendToArchive())  # nobody has said where archives are
    async with intake_desk(tmp_path) as desk:
        await desk.configure(pacs=(pacs,))
        assert (await desk.until(ArchiveTold)).problem is None
    assert len(kept_in(archive, study)) == 1


async def test_an_archive_that_is_away_is_told_once_and_asked_again_until_it_is_there(
    tmp_path: Path, archive: Orthanc
) -> None:
    study = f"2.25.{new_id().int}"
    pacs = entry_of(archive).model_copy(update={"port": free_port()})
    async with intake_desk(tmp_path) as desk:
        await desk.configure(pacs=(pacs,))
        put(desk, pacs.id, report_in(study))
        await desk.intake.handle(SendToArchive())
        assert (await desk.until(ArchiveTold)).problem is PacsProblem.UNREACHABLE
        await desk.intake.handle(SendToArchive())
        await desk.configure(pacs=(pacs.model_copy(update={"port": archive.port}),))
        told = await desk.until(ArchiveTold, lambda one: one.problem is None)
        assert [one.problem for one in desk.events if isinstance(one, ArchiveTold)] == [
            PacsProblem.UNREACHABLE,
            None,
        ]
        assert told.archive == "影像科"
    assert len(kept_in(archive, study)) == 1


async def test_one_archive_that_is_away_holds_up_no_other(tmp_path: Path, archive: Orthanc) -> None:
    study = f"2.25.{new_id().int}"
    away, there = entry_of(archive).model_copy(update={"port": free_port()}), entry_of(archive)
    async with intake_desk(tmp_path) as desk:
        await desk.configure(pacs=(away, there))
        kept = put(desk, away.id, report_in(study))
        put(desk, there.id, report_in(study))
        await desk.intake.handle(SendToArchive())
        await desk.until(ArchiveTold, lambda one: one.problem is None)
        assert [one.entry.id for one in desk.to_archive.read_all()] == [kept]


@contextmanager
def answering(status: int) -> Iterator[Pacs]:
    """An archive that says this to whatever it is given."""
    entity = AE("ARCHIVE")
    entity.add_supported_context(EncapsulatedPDFStorage)
    port = free_port()
    server = entity.start_server(
        ("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda _event: status)]
    )
    assert server is not None
    try:
        yield Pacs(id=new_id(), name="影像科", ae_title="ARCHIVE", host="127.0.0.1", port=port)
    finally:
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (0x0000, None),
        (0xB006, None),  # elements discarded: a warning, and stored
        (0x0111, None),  # it has it already
        (0xA700, PacsProblem.REFUSED),
        (0xC001, PacsProblem.REFUSED),
    ],
)
async def test_what_an_archive_refuses_stays_here_and_is_told_with_its_code(
    tmp_path: Path, status: int, problem: PacsProblem | None
) -> None:
    with answering(status) as pacs:
        async with intake_desk(tmp_path) as desk:
            await desk.configure(pacs=(pacs,))
            put(desk, pacs.id, report_in("2.25.77"))
            await desk.intake.handle(SendToArchive())
            told = await desk.until(ArchiveTold)
            assert (told.problem, told.status) == (problem, status if problem else 0)
            assert bool(desk.to_archive.read_all()) is (problem is not None)


def test_a_web_archive_that_refuses_the_object_says_why(archive: Orthanc) -> None:
    """Orthanc stores whatever is DICOM: it refuses what is none."""
    with pytest.raises(ServiceFailed):
        stow(WebNode(archive.web), b"no object")


@pytest.mark.allow_logs("IT may look for a report that was dropped")
async def test_a_report_for_an_archive_that_was_taken_out_of_the_settings_is_forgotten(
    tmp_path: Path, archive: Orthanc
) -> None:
    pacs = entry_of(archive)
    async with intake_desk(tmp_path) as desk:
        put(desk, new_id(), report_in("2.25.77"))
        put(desk, pacs.id, report_in(f"2.25.{new_id().int}"))
        await desk.configure(pacs=(pacs,))
        await desk.until(ArchiveTold, lambda one: one.gone)
        await desk.until(ArchiveTold, lambda one: not one.gone)
        assert desk.to_archive.read_all() == ()


def test_nothing_of_a_patient_is_read_on_the_disk(tmp_path: Path) -> None:
    outbox = ArchiveOutbox(tmp_path, SEALER)
    entry = ToArchive(id=new_id(), pacs_id=new_id(), number="CONS-20261121-0007", version=1)
    waiting = Waiting(entry, report_in("2.25.77"))
    outbox.add(waiting)
    (file,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    for secret in ("林秋月".encode(), b"QS-2026-0042", b"CONS-20261121-0007"):
        assert secret not in file.read_bytes()
        assert secret.decode() not in str(file)
    assert outbox.read_all() == (waiting,)
    assert "林秋月" not in repr(waiting)
