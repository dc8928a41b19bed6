"""A modality pushes to this computer: whatever it sends is kept sealed, or refused for a reason."""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, EncapsulatedPDFStorage, ExplicitVRLittleEndian, generate_uid
from pynetdicom import AE

from app.store.intake_settings import Caller
from app.transfer.intake_messages import InboxRow
from tests.server.images import ct_slice, file_bytes, new_study
from tests.transfer.dicom_peers import run_tool
from tests.transfer.intake_desk import TITLE, IntakeDesk, intake_desk


def write(folder: Path, slices: list[Dataset]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(slices, 1):
        (folder / f"IM{number:04d}").write_bytes(file_bytes(one))
    return folder


async def send(desk: IntakeDesk, *what: str | Path, title: str = "CT01") -> tuple[int, str]:
    return await run_tool(
        "storescu", "-v", "-aet", title, "-aec", TITLE, "127.0.0.1", desk.port, *what
    )


async def test_an_echo_is_answered(tmp_path: Path) -> None:
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        code, said = await run_tool(
            "echoscu", "-aet", "CT01", "-aec", TITLE, "127.0.0.1", desk.port
        )
        assert code == 0, said


async def test_a_study_that_is_pushed_appears_in_the_inbox_and_is_the_same(tmp_path: Path) -> None:
    slices = new_study(5)
    folder = write(tmp_path / "ct", slices)
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        code, said = await send(desk, "+sd", folder)
        assert code == 0, said
        row = await desk.until_row(lambda r: r.images == 5)
        assert [one.name for one in row.patients] == ["何^小溪"]
        assert (row.modalities, row.source, row.accession_number) == (("CT",), "CT01", "A1")
        for one in slices:
            kept = desk.plain(str(one.StudyInstanceUID), str(one.SOPInstanceUID))
            assert data_set(kept) == data_set(file_bytes(one))


def data_set(part10: bytes) -> bytes:
    """What follows the meta group: the bytes a modality made."""
    return part10[144 + int.from_bytes(part10[140:144], "little") :]


def note_opened(made: list[str], folder: str) -> None:
    """Notes every file that is opened below a folder from now on, also those removed again."""

    def heard(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]).startswith(folder):
            made.append(str(arguments[0]))

    sys.addaudithook(heard)


async def test_nothing_of_the_patient_lies_open_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, temporary = write(tmp_path / "ct", new_study(2)), tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    made: list[str] = []
    note_opened(made, str(temporary))
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        await send(desk, "+sd", folder)
        await desk.until_row(lambda r: r.images == 2)
    kept = [p for p in (tmp_path / "profile").rglob("*") if p.is_file()]
    assert len(kept) == 4, "two images, an index, and where they came from"
    assert not made, "the library's temporary file"
    for path in kept:
        assert "何".encode() not in path.read_bytes()
        assert b"QS-2026-0042" not in path.read_bytes()


async def test_what_came_is_there_after_a_restart_also_without_its_index(tmp_path: Path) -> None:
    folder = write(tmp_path / "ct", new_study(3))
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        await send(desk, "+sd", folder)
        await desk.until_row(lambda r: r.images == 3)
    for index in (tmp_path / "profile" / "inbox").glob("*.sealed"):
        index.unlink()  # as after a power cut before it was written
    async with intake_desk(tmp_path / "profile") as desk:
        assert [len(study.instances) for study in desk.inbox.studies] == [3]


@pytest.mark.allow_logs("who was refused is told to IT")
async def test_unknown_callers_are_refused_and_named_for_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "ct", new_study(1))
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        code, said = await send(desk, "+sd", folder, title="STRANGER")
        assert code != 0
        assert "Calling AE Title Not Recognized" in said
        state = await desk.until_state(lambda s: bool(s.refused))
        assert state.refused == ("STRANGER@127.0.0.1",)
        assert not desk.inbox.studies


@pytest.mark.allow_logs("who was refused is told to IT")
async def test_a_caller_may_be_known_by_its_address_and_unknown_ones_may_be_admitted(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "ct", new_study(1))
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen(callers=(Caller(host="127.0.0.1"),))
        assert (await send(desk, "+sd", folder, title="ANY"))[0] == 0
        await desk.listen(callers=(Caller(ae_title="CT01", host="127.0.0.9"),))
        assert (await send(desk, "+sd", folder))[0] != 0
        await desk.listen(callers=(), admit_unknown=True)
        assert (await send(desk, "+sd", folder, title="ANY"))[0] == 0


async def test_a_wrong_called_title_is_refused(tmp_path: Path) -> None:
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        code, said = await run_tool(
            "echoscu", "-aet", "CT01", "-aec", "OTHER", "127.0.0.1", desk.port
        )
        assert code != 0
        assert "Called AE Title Not Recognized" in said


async def test_compressed_pictures_of_every_kind_at_hand_are_kept(
    tmp_path: Path, shared_data: Path
) -> None:
    files = sorted((shared_data / "conformance" / "compression1").rglob("*"))
    chosen: dict[str, Path] = {}
    for file in files:
        if file.is_file() and not file.name.startswith("."):
            made = dcmread(file, stop_before_pixels=True, force=True)
            chosen.setdefault(str(made.file_meta.TransferSyntaxUID), file)
    assert len(chosen) >= 5
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        status = {}
        for uid, file in chosen.items():
            status[uid] = await asyncio.to_thread(store, desk.port, file.read_bytes())
        assert set(status.values()) == {0x0000}, status
        held = [one for study in desk.inbox.studies for one in study.instances]
        assert len(held) == len(
            {str(dcmread(f, force=True).SOPInstanceUID) for f in chosen.values()}
        )


def store(port: int, data: bytes, *, uid: str = "") -> int:
    """Sends the very bytes of a file, in its own transfer syntax; answers the status."""
    import io

    from pynetdicom.dimse_primitives import C_STORE

    made = dcmread(io.BytesIO(data), stop_before_pixels=True, force=True)
    meta = made.file_meta
    sop_class = made.get("SOPClassUID") or meta.MediaStorageSOPClassUID
    sop_instance = made.get("SOPInstanceUID") or meta.MediaStorageSOPInstanceUID
    entity = AE("CT01")
    entity.add_requested_context(sop_class, meta.TransferSyntaxUID)
    association = entity.associate("127.0.0.1", port, ae_title=TITLE)
    assert association.is_established
    request = C_STORE()
    request.MessageID = 1
    request.AffectedSOPClassUID = sop_class
    request.AffectedSOPInstanceUID = uid or sop_instance
    request.Priority = 2
    request.DataSet = io.BytesIO(data_set(data))
    context = association.accepted_contexts[0].context_id
    assert context is not None
    association._reactor_checkpoint.clear()
    while not association._is_paused:
        pass
    association.dimse.send_msg(request, context)
    _, answer = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    association.release()
    assert answer is not None
    assert answer.Status is not None
    return answer.Status


async def test_names_in_gb18030_and_private_elements_come_through_byte_for_byte(
    tmp_path: Path,
) -> None:
    made = ct_slice(generate_uid(), generate_uid())
    made.SpecificCharacterSet = "GB18030"
    made.PatientName = "Wang^XiaoDong=王^小东"
    block = made.private_block(0x0029, "HZ TEST 1", create=True)
    block.add_new(0x10, "UN", bytes(range(256)))
    data = file_bytes(made)
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        assert await asyncio.to_thread(store, desk.port, data) == 0
        row = await desk.until_row()
        assert row.patients[0].name == "Wang^XiaoDong=王^小东"
        assert data_set(desk.plain(made.StudyInstanceUID, made.SOPInstanceUID)) == data_set(data)


async def test_the_same_image_again_is_welcome_and_another_under_its_number_is_not(
    tmp_path: Path,
) -> None:
    made = new_study(1)[0]
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        assert await asyncio.to_thread(store, desk.port, file_bytes(made)) == 0
        assert await asyncio.to_thread(store, desk.port, file_bytes(made)) == 0
        before = desk.plain(made.StudyInstanceUID, made.SOPInstanceUID)
        made.PixelData = bytes(len(made.PixelData))
        assert await asyncio.to_thread(store, desk.port, file_bytes(made)) == 0x0111
        row = await desk.until_row(lambda r: r.conflicts == 1)
        assert row.images == 1
        assert desk.plain(made.StudyInstanceUID, made.SOPInstanceUID) == before


@pytest.mark.allow_logs("what cannot be read is told to IT")
async def test_nonsense_is_refused_with_the_status_that_says_so(tmp_path: Path) -> None:
    made = new_study(1)[0]
    data = file_bytes(made)
    without = new_study(1)[0]
    del without.StudyInstanceUID
    head = data[: len(data) - len(data_set(data))]
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        refused = {
            "cut": await asyncio.to_thread(store, desk.port, data[:-500]),
            "noise": await asyncio.to_thread(store, desk.port, head + b"\x07nonsense" * 500),
            "no study": await asyncio.to_thread(store, desk.port, file_bytes(without)),
            "other number": await asyncio.to_thread(store, desk.port, data, uid="1.2.3"),
        }
        assert refused == {
            "cut": 0xC000,
            "noise": 0xC000,
            "no study": 0xC000,
            "other number": 0xA900,
        }
        assert not desk.inbox.studies
        assert not [p for p in (tmp_path / "inbox").rglob("*") if p.is_file()]


@pytest.mark.allow_logs("no room is told to IT")
async def test_without_room_the_sender_keeps_its_image(tmp_path: Path) -> None:
    async with intake_desk(tmp_path, reserve_bytes=1 << 62) as desk:
        await desk.listen()
        assert await asyncio.to_thread(store, desk.port, file_bytes(new_study(1)[0])) == 0xA700
        await asyncio.wait_for(desk.full.wait(), 10)
        assert not desk.inbox.studies


@pytest.mark.allow_logs("no room is told to IT")
async def test_a_disk_that_fills_while_an_image_comes_refuses_it_and_keeps_what_was_there(
    tmp_path: Path,
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if await asyncio.to_thread(mounted, "-t", "tmpfs", "-o", "size=1m", "tmpfs", small):
        pytest.skip("a file system of its own cannot be mounted here (root only)")
    try:
        async with intake_desk(small) as desk:
            await desk.listen()
            assert await asyncio.to_thread(store, desk.port, file_bytes(new_study(1)[0])) == 0
            large = file_bytes(ct_slice(generate_uid(), generate_uid(), 1, 1024))
            assert await asyncio.to_thread(store, desk.port, large) == 0xA700
            assert await asyncio.to_thread(store, desk.port, file_bytes(new_study(1)[0])) == 0
            assert len(desk.inbox.studies) == 2
    finally:
        assert await asyncio.to_thread(unmounted, small) == 0


def unmounted(folder: Path) -> int:
    return subprocess.run(["umount", folder], capture_output=True, check=False).returncode


def mounted(*arguments: str | Path) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


async def test_an_association_that_breaks_in_the_middle_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    data = file_bytes(ct_slice(generate_uid(), generate_uid(), 1, 1024))
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        await asyncio.to_thread(break_off, desk.port, data)
        assert await asyncio.to_thread(store, desk.port, file_bytes(new_study(1)[0])) == 0
        await desk.until_row()
        assert len(desk.inbox.studies) == 1
    assert not list((tmp_path / "inbox").rglob("*.part"))


def break_off(port: int, data: bytes) -> None:
    """Sends the command and half of the data set, then pulls the plug."""
    import io

    from pynetdicom.dimse_messages import C_STORE_RQ
    from pynetdicom.dimse_primitives import C_STORE

    entity = AE("CT01")
    entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
    association = entity.associate("127.0.0.1", port, ae_title=TITLE)
    request = C_STORE()
    request.MessageID = 1
    request.AffectedSOPClassUID = CTImageStorage
    request.AffectedSOPInstanceUID = "1.2.3.4"
    request.Priority = 2
    request.DataSet = io.BytesIO(data_set(data))
    message = C_STORE_RQ()
    message.primitive_to_message(request)
    context = association.accepted_contexts[0].context_id
    assert context is not None
    pieces = list(message.encode_msg(context, 16382))
    for piece in pieces[: len(pieces) // 2]:
        association.dul.send_pdu(piece)
    association.abort()


async def test_several_devices_at_once_lose_nothing(tmp_path: Path) -> None:
    folders = [write(tmp_path / f"ct{n}", new_study(12, 128)) for n in range(4)]
    async with intake_desk(tmp_path / "profile") as desk:
        await desk.listen()
        ended = await asyncio.gather(*(send(desk, "+sd", folder) for folder in folders))
        assert [code for code, _ in ended] == [0, 0, 0, 0]
        assert sorted(len(s.instances) for s in desk.inbox.studies) == [12, 12, 12, 12]


async def test_two_patients_under_one_study_number_are_both_named(tmp_path: Path) -> None:
    slices = new_study(2)
    slices[1].PatientName, slices[1].PatientID = "林^远山", "QS-2026-0043"
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        for one in slices:
            assert await asyncio.to_thread(store, desk.port, file_bytes(one)) == 0

        def both(row: InboxRow) -> bool:
            return {one.name for one in row.patients} == {"何^小溪", "林^远山"}

        await desk.until_row(both)


async def test_an_object_without_a_picture_is_kept_as_well(tmp_path: Path) -> None:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = EncapsulatedPDFStorage
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    made.StudyInstanceUID, made.SeriesInstanceUID = generate_uid(), generate_uid()
    made.PatientName, made.Modality, made.MIMETypeOfEncapsulatedDocument = (
        "He",
        "DOC",
        "application/pdf",
    )
    made.EncapsulatedDocument = b"%PDF-1.4 " + b"x" * (2 << 20)
    async with intake_desk(tmp_path) as desk:
        await desk.listen()
        assert await asyncio.to_thread(store, desk.port, file_bytes(made)) == 0
        assert (await desk.until_row()).modalities == ("DOC",)


@pytest.mark.allow_logs("a port that is taken is told to IT")
async def test_a_taken_port_is_said(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with intake_desk(tmp_path) as desk:
            await desk.listen(port=taken.getsockname()[1])
            state = await desk.until_state(lambda s: s.port_taken)
            assert not state.listening
