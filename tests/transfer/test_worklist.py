"""The CT asks whom it is to examine, and gets the patients of cases in preparation (PS3.4 K)."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from pydicom import Dataset, dcmread

from app.imaging.attributes import text
from app.store.intake_settings import Charset
from app.transfer.intake_messages import OfferWorklist, WorklistEntry
from protocol.base import new_id
from tests.transfer.dicom_peers import run_tool
from tests.transfer.intake_desk import TITLE, TODAY_HERE, IntakeDesk, intake_desk


def entry(name: str, patient_id: str, number: str) -> WorklistEntry:
    case: UUID = new_id()
    return WorklistEntry(
        consultation_id=case,
        patient_name=name,
        patient_id=patient_id,
        birth_date="19580402",
        sex="F",
        accession_number=number,
        study_instance_uid=f"2.25.{case.int}",
        description="胸部CT平扫",
    )


TWO = (
    entry("何^小溪", "QS-2026-0042", "20261127-0001"),
    entry("Lin^Yuanshan=林^远山", "QS-2026-0043", "20261127-0002"),
)
TODAY = f"{TODAY_HERE:%Y%m%d}"


async def ask(desk: IntakeDesk, folder: Path, *keys: str, charset: str = "") -> list[Dataset]:
    """What findscu gets, each answer as it wrote it down."""
    fixed = [f"SpecificCharacterSet={charset}"] if charset else []
    asked = [*fixed, "PatientName", "PatientID", "AccessionNumber", *keys]
    code, said = await run_tool(
        "findscu", "-W", "-X", "-od", folder, "-aet", "CT01", "-aec", TITLE,
        *(part for key in asked for part in ("-k", key)), "127.0.0.1", desk.port,
    )  # fmt: skip
    assert code == 0, said
    return await asyncio.to_thread(written, folder)


def written(folder: Path) -> list[Dataset]:
    return [dcmread(path, force=True) for path in sorted(folder.glob("rsp*"))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "answers").mkdir()
    return tmp_path / "answers"


async def offering(desk: IntakeDesk, charset: Charset = Charset.UTF_8) -> None:
    await desk.listen(worklist=True, worklist_charset=charset)
    await desk.intake.handle(OfferWorklist(entries=TWO))


async def test_both_patients_are_offered_with_what_the_images_must_say(
    tmp_path: Path, folder: Path
) -> None:
    async with intake_desk(tmp_path) as desk:
        await offering(desk)
        step = "ScheduledProcedureStepSequence[0]."
        found = await ask(desk, folder, f"{step}Modality=CT", f"{step}ScheduledStationAETitle")
        assert [str(one.PatientName) for one in found] == [one.patient_name for one in TWO]
        assert [one.AccessionNumber for one in found] == ["20261127-0001", "20261127-0002"]
        assert found[0].PatientBirthDate == "19580402"
        assert found[0].StudyInstanceUID == TWO[0].study_instance_uid
        inner = found[0].ScheduledProcedureStepSequence[0]
        assert (inner.Modality, inner.ScheduledStationAETitle) == ("CT", "CT01")
        assert inner.ScheduledProcedureStepStartDate == TODAY


@pytest.mark.parametrize("charset", [Charset.GB18030, Charset.GB2312, Charset.UTF_8])
async def test_names_come_in_the_character_set_that_the_device_can_read(
    tmp_path: Path, folder: Path, charset: Charset
) -> None:
    async with intake_desk(tmp_path) as desk:
        await offering(desk, charset)
        found = await ask(desk, folder, "PatientID=QS-2026-0043")
        assert [text(one, "PatientName") for one in found] == ["Lin^Yuanshan=林^远山"]
        raw = (folder / "rsp0001.dcm").read_bytes()
        assert (b"\x1b$)A" in raw) is (charset is Charset.GB2312), "escapes where they belong"
        said = found[0].SpecificCharacterSet
        assert charset.value in ([said] if isinstance(said, str) else list(said))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("PatientID=QS-2026-0042",), 1),
        (("PatientName=Lin*",), 1),
        (("PatientName=LIN^YUANSHAN",), 1),
        (("AccessionNumber=20261127-000?",), 2),
        ((f"ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate={TODAY}",), 2),
        ((f"ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate={TODAY}-",), 2),
        (("ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate=20200101",), 0),
        (("PatientID=QS-2026-0099",), 0),
    ],
)
async def test_the_device_finds_whom_it_asks_for(
    tmp_path: Path, folder: Path, keys: tuple[str, ...], expected: int
) -> None:
    async with intake_desk(tmp_path) as desk:
        await offering(desk)
        assert len(await ask(desk, folder, *keys)) == expected


async def test_a_chinese_name_can_be_asked_for(tmp_path: Path, folder: Path) -> None:
    async with intake_desk(tmp_path) as desk:
        await offering(desk)
        found = await ask(desk, folder, "PatientName=*小溪*", charset="ISO_IR 192")
        assert [one.PatientID for one in found] == ["QS-2026-0042"]


async def test_without_a_worklist_the_service_is_not_offered(tmp_path: Path) -> None:
    async with intake_desk(tmp_path) as desk:
        await desk.listen(worklist=False)
        code, said = await run_tool(
            "findscu", "-W", "-aet", "CT01", "-aec", TITLE, "-k", "PatientName",
            "127.0.0.1", desk.port,
        )  # fmt: skip
        assert code != 0
        assert "Presentation Context" in said
