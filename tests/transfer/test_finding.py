"""Folders, archives and discs: what is read, and what is left alone and why."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.fileset import FileSet

from app.imaging.bare import bare
from app.imaging.errors import Reason
from app.models.inbox import state_words
from app.store.chosen import Chosen
from app.transfer import finding
from app.transfer.finding import LeftOutError, LeftOutName, Member, Unpacking, find_files
from app.transfer.intake_messages import InboxState, JobEnded, Look, Looked, TakeFiles
from app.transfer.reading import read_found
from app.transfer.reasons import TransferReason
from protocol.shortfall import Shortfall
from tests.server.images import file_bytes, new_study
from tests.transfer.intake_desk import intake_desk, job


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def disc(folder: Path, slices: list[Dataset]) -> Path:
    """A disc with a table of contents, as an export writes it."""
    files = FileSet()
    for one in slices:
        one.StudyID = "1"
        files.add(one)
    files.write(folder)
    vars(files)["_stage"]["t"].cleanup()
    return folder


async def look(folder: Path, *paths: Path) -> Looked:
    async with intake_desk(folder) as desk:
        number = job()
        await desk.intake.handle(Look(job=number, paths=paths))
        return await desk.until(Looked, lambda e: e.job == number and e.ended)


def reasons(looked: Looked) -> dict[str, str]:
    return {name: str(code) for name, code in looked.left_out}


async def test_an_archive_is_looked_into_and_taken_from(tmp_path: Path) -> None:
    slices = new_study(3)
    members = {f"CT/IM{n}": file_bytes(one) for n, one in enumerate(slices)}
    path = zipped(tmp_path / "study.zip", {**members, "CT/readme.txt": b"x" * 200})
    looked = await look(tmp_path / "p", path)
    (patient,) = looked.patients
    assert patient.person.name == "何^小溪"
    assert [(s.images, s.modalities) for s in patient.studies] == [(3, ("CT",))]
    assert reasons(looked) == {"readme.txt": Reason.NOT_DICOM}
    async with intake_desk(tmp_path / "p") as desk:
        number = job()
        await desk.intake.handle(TakeFiles(job=number, paths=(path,)))
        ended = await desk.until(JobEnded, lambda e: e.job == number)
        assert ended.taken == 3
        kept = desk.plain(str(slices[0].StudyInstanceUID), str(slices[0].SOPInstanceUID))
        assert kept == file_bytes(slices[0])


async def test_files_without_preamble_are_taken_from_folders_and_archives(tmp_path: Path) -> None:
    slices = new_study(3)
    members = {f"CT/IM{n}": file_bytes(one)[132:] for n, one in enumerate(slices)}
    path = zipped(tmp_path / "old.zip", {**members, "CT/notes": b"\x08\x00 came at ten " * 20})
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in members.items():
        (folder / name[3:]).write_bytes(data)
    looked = await look(tmp_path / "p", path, folder)
    assert [s.images for s in looked.patients[0].studies] == [3]
    assert reasons(looked) == {"notes": Reason.NOT_DICOM}
    for number, source in enumerate((path, folder)):
        async with intake_desk(tmp_path / str(number)) as desk:
            await desk.intake.handle(TakeFiles(job=job(), paths=(source,)))
            assert (await desk.until(JobEnded)).taken == 3
            one = slices[0]
            kept = desk.plain(str(one.StudyInstanceUID), str(one.SOPInstanceUID))
            assert bare(kept) == file_bytes(one)[132:]


async def test_two_patients_in_one_folder_are_two_and_one_can_be_chosen(tmp_path: Path) -> None:
    mine, other = new_study(2), new_study(1)
    other[0].PatientName, other[0].PatientID = "林^远山", "QS-2026-0043"
    folder = tmp_path / "both"
    folder.mkdir()
    for number, one in enumerate((*mine, *other)):
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    looked = await look(tmp_path / "p", folder)
    assert [p.person.name for p in looked.patients] == ["何^小溪", "林^远山"]
    async with intake_desk(tmp_path / "p") as desk:
        uid = str(other[0].StudyInstanceUID)
        chosen = (Chosen(study_instance_uid=uid),)
        await desk.intake.handle(TakeFiles(job=job(), paths=(folder,), chosen=chosen))
        row = await desk.until_row()
        assert (row.study_instance_uid, row.images) == (uid, 1)


async def test_two_patients_in_one_study_are_told_apart_and_taken_apart(tmp_path: Path) -> None:
    slices = new_study(4)
    for one in slices[2:]:
        one.PatientName, one.PatientSex, one.PatientBirthDate = "林^远山", "M", "19640112"
    folder = tmp_path / "mixed"
    folder.mkdir()
    for number, one in enumerate(slices):
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    looked = await look(tmp_path / "p", folder)
    studies = [patient.studies for patient in looked.patients]
    assert [[one.images for one in found] for found in studies] == [[2], [2]]
    for (found,), name in zip(studies, ("何^小溪", "林^远山"), strict=True):
        async with intake_desk(tmp_path / name) as desk:
            await desk.intake.handle(TakeFiles(job=job(), paths=(folder,), chosen=(found.chosen,)))
            assert (await desk.until(JobEnded)).taken == 2
            (kept,) = desk.inbox.studies
            assert [one.name for one in kept.patients] == [name]


async def test_nameless_images_are_a_choice_of_their_own_beside_those_that_name_somebody(
    tmp_path: Path,
) -> None:
    slices = new_study(3)
    slices[0].PatientName = slices[0].PatientID = ""
    folder = tmp_path / "partly nameless"
    folder.mkdir()
    for number, one in enumerate(slices):
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    looked = await look(tmp_path / "p", folder)
    assert [who.person.name for who in looked.patients] == ["何^小溪", ""]
    assert [[one.images for one in who.studies] for who in looked.patients] == [[2], [1]]
    ((named,), (nameless,)) = (who.studies for who in looked.patients)
    for chosen, count in (((named.chosen,), 2), ((named.chosen, nameless.chosen), 3)):
        async with intake_desk(tmp_path / str(count)) as desk:
            await desk.intake.handle(TakeFiles(job=job(), paths=(folder,), chosen=chosen))
            assert (await desk.until(JobEnded)).taken == count


async def test_names_that_lead_out_of_the_archive_are_not_read(tmp_path: Path) -> None:
    data = file_bytes(new_study(1)[0])
    names = ("../../evil.dcm", "/etc/evil.dcm", "C:\\evil.dcm", "a/../../b.dcm")
    path = zipped(tmp_path / "study.zip", {**dict.fromkeys(names, data), "good.dcm": data})
    found = find_files((path,))
    assert [one.name for one in found.files] == ["good.dcm"]
    assert {left.code for left in found.left_out} == {TransferReason.UNSAFE_NAME}
    assert len(found.left_out) == 4
    found.close()


def test_an_archive_inside_an_archive_is_refused_plainly(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a": b"b"}).read_bytes()
    path = zipped(tmp_path / "outer.zip", {"inner.zip": inner, "disc.tar.gz": b"x"})
    found = find_files((path,))
    assert not found.files
    assert found.left_out == [
        LeftOutName("inner.zip", TransferReason.ARCHIVE_NESTED),
        LeftOutName("disc.tar.gz", TransferReason.ARCHIVE_NESTED),
    ]
    found.close()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"zeros": bytes(80 << 20), "picture": b"x"})
    assert path.stat().st_size < 1 << 20
    found = find_files((path,))
    assert (found.files, found.left_out) == (
        (),
        [LeftOutName("bomb.zip", TransferReason.ARCHIVE_BOMB)],
    )
    found.close()


def test_a_member_that_grows_beyond_what_it_claims_is_stopped(tmp_path: Path) -> None:
    path = zipped(tmp_path / "liar.zip", {"picture": os.urandom(50_000)})
    found = find_files((path,))
    (one,) = found.files
    assert one.member is not None
    one.member.file_size = 10_000  # what its head claims
    unpacking = Unpacking(tmp_path / "unpacking")
    with pytest.raises(LeftOutError), unpacking.unpacked(one):
        pass
    found.close()
    assert not list((tmp_path / "unpacking").iterdir())


def test_members_of_an_archive_lie_sealed_while_they_are_read(tmp_path: Path) -> None:
    (picture,) = new_study(1)
    found = find_files((zipped(tmp_path / "study.zip", {"IM1": file_bytes(picture)}),))
    folder = tmp_path / "unpacking"
    with Unpacking(folder).unpacked(found.files[0]) as place:
        assert isinstance(place, Member)
        assert read_found(place).sop_instance_uid == str(picture.SOPInstanceUID)
        with place.open() as stream:
            assert stream.read() == file_bytes(picture)
        (sealed,) = folder.iterdir()
        assert str(picture.PatientID).encode() not in sealed.read_bytes()
    assert not list(folder.iterdir())
    found.close()


def test_what_a_crash_left_of_an_archive_no_key_opens_and_the_next_start_removes(
    tmp_path: Path,
) -> None:
    found = find_files((zipped(tmp_path / "study.zip", {"IM1": file_bytes(new_study(1)[0])}),))
    folder = tmp_path / "unpacking"
    killed = Unpacking(folder).unpacked(found.files[0])
    assert isinstance(killed.__enter__(), Member)  # and the process ends here
    again = Unpacking(folder)
    again.sweep()
    assert not list(folder.iterdir())
    found.close()


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_MEMBERS", 3)
    path = zipped(tmp_path / "many.zip", {str(n): b"x" for n in range(4)})
    assert find_files((path,)).left_out == [LeftOutName("many.zip", TransferReason.ARCHIVE_BOMB)]


def test_a_damaged_archive_is_told_as_such(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip", {"IM1": file_bytes(new_study(1)[0])}).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    assert find_files((cut,)).left_out == [LeftOutName("cut.zip", TransferReason.ARCHIVE_DAMAGED)]
    turned = tmp_path / "turned.zip"
    turned.write_bytes(whole[:200] + bytes(50) + whole[250:])
    found = find_files((turned,))
    unpacking = Unpacking(tmp_path / "unpacking")
    with pytest.raises(LeftOutError) as caught, unpacking.unpacked(found.files[0]):
        pass
    assert caught.value.code is TransferReason.ARCHIVE_DAMAGED
    found.close()


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED])
@pytest.mark.parametrize("where", ["bytes", "name"])
async def test_a_damaged_member_is_left_out_and_the_others_are_read(
    tmp_path: Path, packed: int, where: str
) -> None:
    """Whatever a packer raises of flipped bytes, or of a name that is no text any more."""
    whole, broken = (file_bytes(one) for one in new_study(2))
    made = tmp_path / "study.zip"
    with zipfile.ZipFile(made, "w", packed) as archive:
        archive.writestr("\u68c0\u67e5/1.dcm", broken)
        archive.writestr("2.dcm", whole)
        member = archive.infolist()[0]
    data = bytearray(made.read_bytes())
    start = member.header_offset + 30 + len(member.filename.encode())
    places = range(start + 200, start + 240) if where == "bytes" else (member.header_offset + 31,)
    for at in places:
        data[at] ^= 0xFF
    made.write_bytes(data)
    looked = await look(tmp_path / "work", made)
    assert looked.ended
    assert sum(study.images for one in looked.patients for study in one.studies) == 1
    assert looked.left_out_count == 1


def test_a_locked_archive_asks_to_be_unpacked_first(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("IM1", b"locked")
    data = bytearray(made.getvalue())
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + place] |= 1  # general purpose bit 0: encrypted
    path = tmp_path / "locked.zip"
    path.write_bytes(bytes(data))
    found = find_files((path,))
    assert found.left_out == [LeftOutName("IM1", TransferReason.ARCHIVE_ENCRYPTED)]
    found.close()


WRITER = "pydicom warns where it writes a disc"
# --- discs ---------------------------------------------------------------------------------


@pytest.mark.allow_logs(WRITER)
async def test_a_disc_is_read_by_its_table_of_contents(tmp_path: Path) -> None:
    home = disc(tmp_path / "disc", new_study(3))
    (home / "AUTORUN.EXE").write_bytes(b"MZ" * 200)
    looked = await look(tmp_path / "p", home / "DICOMDIR")
    assert [s.images for p in looked.patients for s in p.studies] == [3]
    assert not looked.left_out, "what the table does not name is not looked at"


@pytest.mark.allow_logs(WRITER)
async def test_what_the_table_names_and_the_disc_lacks_is_told(tmp_path: Path) -> None:
    home = disc(tmp_path / "disc", new_study(3))
    lost = sorted(p for p in home.rglob("IM*") if p.is_file())[1]
    lost.unlink()
    for chosen in (home, home / "DICOMDIR"):
        looked = await look(tmp_path / "p", chosen)
        assert [s.images for p in looked.patients for s in p.studies] == [2]
        assert reasons(looked) == {lost.name: TransferReason.NAMED_ABSENT}


def damaged_disc(folder: Path, slices: list[Dataset]) -> Path:
    """One image that its table names is absent, one is cut, and one cannot be read at all."""
    home = disc(folder, slices)
    files = sorted(p for p in home.rglob("IM*") if p.is_file())
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:-100])
    files[2].write_bytes(files[2].read_bytes()[:300])
    return home


@pytest.mark.allow_logs(WRITER)
async def test_what_a_damaged_disc_lacks_stays_with_its_study_until_a_whole_one_is_taken(
    tmp_path: Path,
) -> None:
    slices = new_study(6)
    home = damaged_disc(tmp_path / "disc", slices)
    async with intake_desk(tmp_path / "p") as desk:
        await desk.intake.handle(TakeFiles(job=job(), paths=(home,)))
        state = await desk.until(InboxState, lambda told: any(one.lost for one in told.studies))
        (row,) = state.studies
        # The third does not say which image it was; the table still does.
        assert (row.images, row.lost, row.unplaced) == (3, 3, 0)
        assert "3 could not be read" in state_words(row, {})
        uid = row.study_instance_uid
        known = desk.inbox.study(uid)
        assert known is not None
        short = known.shortfall(still_sending=False)
        assert (short.lacking(3), short.unplaced) == (3, 0)
        whole = disc(tmp_path / "whole", slices)
        await desk.intake.handle(TakeFiles(job=job(), paths=(whole,)))
        state = await desk.until(
            InboxState, lambda told: [one.images for one in told.studies] == [6]
        )
        await desk.until(JobEnded, lambda ended: ended.taken == 6)
        known = desk.inbox.study(uid)
        assert known is not None
        assert known.shortfall(still_sending=False) == Shortfall()


@pytest.mark.allow_logs(WRITER)
@pytest.mark.parametrize("below", ["", "DISC1/"])
async def test_a_packed_disc_tells_what_its_table_names_and_it_lacks(
    tmp_path: Path, below: str
) -> None:
    home = disc(tmp_path / "disc", new_study(3))
    lost = sorted(p for p in home.rglob("IM*") if p.is_file())[1]
    lost.unlink()
    members = {
        f"{below}{path.relative_to(home).as_posix()}": path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
    }
    looked = await look(tmp_path / "p", zipped(tmp_path / "disc.zip", members))
    assert [s.images for p in looked.patients for s in p.studies] == [2]
    assert reasons(looked) == {lost.name: TransferReason.NAMED_ABSENT}


@pytest.mark.allow_logs(WRITER)
async def test_a_table_that_leads_out_of_the_disc_is_not_followed(tmp_path: Path) -> None:
    home = disc(tmp_path / "disc", new_study(1))
    (tmp_path / "secret").write_bytes(file_bytes(new_study(1)[0]))
    record = home / "DICOMDIR"
    from pydicom import dcmread

    table = dcmread(record)
    for item in table.DirectoryRecordSequence:
        if "ReferencedFileID" in item:
            item.ReferencedFileID = ["..", "secret"]
    table.save_as(record)
    looked = await look(tmp_path / "p", record)
    assert not looked.patients
    assert reasons(looked) == {"secret": TransferReason.UNSAFE_NAME}


async def test_a_damaged_table_is_said(tmp_path: Path) -> None:
    record = tmp_path / "DICOMDIR"
    record.write_bytes(bytes(128) + b"DICM" + b"nonsense" * 40)
    looked = await look(tmp_path / "p", record)
    assert list(reasons(looked)) == ["DICOMDIR"]
