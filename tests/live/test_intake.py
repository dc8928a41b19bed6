"""From the CT and the archive to the case, at the real windows, as a township doctor does it."""

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QTableView

from app.commands.intake_wishes import WishAttach, WishLook, WishSaveIntake
from app.commands.wishes import Page, WishNewCase, WishPage, WishUnlockStore
from app.services.entry import KEY_FILE_VARIABLE
from app.store.intake_settings import Caller, IntakeSettings, Pacs, Receiver
from protocol.base import new_id
from tests.bench.processes import free_port
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.images import file_bytes, new_study
from tests.server.people import Valley, open_case
from tests.server.process import ServerProcess
from tests.transfer.dicom_peers import orthanc, run_tool
from tests.transfer.test_receiver import store, write

pytestmark = [pytest.mark.live, pytest.mark.qt_log_ignore("does not support")]
TITLE = "CLINIC"


def settings(port: int, *pacs: Pacs) -> IntakeSettings:
    return IntakeSettings(
        receiver=Receiver(
            on=True,
            ae_title=TITLE,
            port=port,
            address="127.0.0.1",
            callers=(Caller(ae_title="CT01"),),
            worklist=True,
        ),
        pacs=pacs,
    )


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a computer whose key lasts receives images."""
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "key.json"))


async def signed_in(person: Clinician, server: ServerProcess, valley: Valley) -> None:
    person.wish(WishUnlockStore("a long enough passphrase"))
    await person.sign_in(server.url, valley.doctor.username)


async def receiving(person: Clinician, made: IntakeSettings) -> None:
    person.wish(WishSaveIntake(made))
    await person.until(lambda: person.state.intake.state.listening, "the receiver")


async def leave(person: Clinician) -> None:
    """Ends the receiver, which would outlive the window."""
    pid = person.desk.images.transfer.pid
    person.wish(WishSaveIntake(IntakeSettings()))
    await person.until(lambda: not person.state.intake.state.listening, "the receiver's end")
    assert pid is not None


async def push(port: int, folder: Path) -> None:
    code, said = await run_tool(
        "storescu", "-aet", "CT01", "-aec", TITLE, "127.0.0.1", port, "+sd", folder
    )
    assert code == 0, said


def test_the_ct_pushes_and_the_study_goes_out_with_a_new_case(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    port, folder = free_port(), write(tmp_path / "ct", new_study(4))

    async def part(person: Clinician) -> None:
        await signed_in(person, server, valley)
        await receiving(person, settings(port))
        await push(port, folder)
        person.wish(WishPage(Page.INBOX))
        await person.read(f"Receiving as {TITLE}, port {port}")
        table = await person.see(QTableView, "inboxTable")
        await person.until(lambda: "4" in cells(table), "the row of the study")
        assert any("何小溪" in cell for cell in cells(table))
        table.selectRow(0)
        await person.click("attach")
        menu = await person.see(QMenu, "attachMenu")
        menu.actions()[0].trigger()
        await person.read("All 4 images verified by the server")
        await person.until(
            lambda: (
                person.state.case is not None
                and person.state.case.content.patient is not None
                and person.state.case.content.patient.name == "何小溪"
            ),
            "the patient of the pictures as a proposal",
        )
        person.wish(WishPage(Page.INBOX))
        await person.until(lambda: "with case" in " ".join(cells(table)), "the mark of the case")
        await leave(person)

    at_desk({server.url: server.ca}, part)


def cells(table: QTableView) -> list[str]:
    model = table.model()
    return [
        str(model.index(row, column).data())
        for row in range(model.rowCount())
        for column in range(model.columnCount())
    ]


def test_pictures_of_another_patient_are_told_before_and_after_they_go_with_a_case(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = open_case(valley)
    slices = new_study(2)
    for one in slices:
        one.PatientName, one.PatientID, one.PatientSex = "林^远山", "QS-2026-0099", "M"
        one.PatientBirthDate = "19640112"
    folder, port = write(tmp_path / "ct", slices), free_port()

    async def part(person: Clinician) -> None:
        await signed_in(person, server, valley)
        await person.open_case(case_id)
        person.wish(WishLook((folder,)))
        await person.read("another patient: 林远山")
        await person.click("previewDrop")
        await person.until(lambda: person.state.intake.preview is None, "the preview's end")
        await receiving(person, settings(port))
        await push(port, folder)
        await person.until(lambda: person.state.intake.studies, "the study")
        uid = str(slices[0].StudyInstanceUID)
        assert person.state.case is not None
        person.wish(WishAttach((uid,), person.state.case.id))
        await person.read("The images name another patient: 林 远山")
        await leave(person)

    at_desk({server.url: server.ca}, part)


def test_a_draft_is_on_the_worklist_of_the_ct(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    port, case_id = free_port(), open_case(valley)

    async def part(person: Clinician) -> None:
        await signed_in(person, server, valley)
        await receiving(person, settings(port))
        listed = lambda: person.desk.intake._told  # noqa: E731 - nobody has opened the case
        await person.until(listed, "the worklist")
        await person.open_case(case_id)
        assert person.state.case is not None
        patient = person.state.case.content.patient
        assert patient is not None
        number = person.state.case.consultation.summary.number.removeprefix("CONS-")
        code, said = await run_tool(
            "findscu", "-v", "-W", "-aet", "CT01", "-aec", TITLE, "-k", "PatientID",
            "-k", "PatientName", "-k", f"AccessionNumber={number}", "127.0.0.1", port,
        )  # fmt: skip
        assert code == 0, said
        assert patient.patient_id in said
        person.wish(WishNewCase())
        await leave(person)

    at_desk({server.url: server.ca}, part)


def test_the_archive_is_searched_and_fetched_from_in_its_window(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    port, slices = free_port(), new_study(3)
    with orthanc(tmp_path / "orthanc", {"huizhen": (TITLE, "127.0.0.1", port)}) as peer:
        for one in slices:
            peer.upload(file_bytes(one))
        pacs = Pacs(id=new_id(), name="PACS", ae_title="ORTHANC", host="127.0.0.1", port=peer.port)

        async def part(person: Clinician) -> None:
            await signed_in(person, server, valley)
            person.wish(WishSaveIntake(IntakeSettings(pacs=(pacs,))))
            await person.until(lambda: person.state.intake.settings.pacs, "the archive")
            person.wish(WishPage(Page.INBOX))
            await person.click("openPacs")
            await person.write("pacsName", "何小溪")
            await person.click("pacsSearch")
            table = await person.see(QTableView, "pacsTable")
            await person.until(lambda: "何小溪" in cells(table), "the found study")
            table.selectRow(0)
            table.setFocus()
            QTest.keyClick(table, Qt.Key.Key_Return)
            await person.until(
                lambda: any(row.images == 3 for row in person.state.intake.studies),
                "the study in the inbox",
            )
            await person.read("Complete: 3 images are in the inbox")

        at_desk({server.url: server.ca}, part)


def test_settings_are_kept_and_the_receiver_goes_on_without_the_window(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    port = free_port()
    pids: list[int] = []

    async def first(person: Clinician) -> None:
        await signed_in(person, server, valley)
        await receiving(person, settings(port))
        pid = person.desk.images.transfer.pid
        assert pid is not None
        pids.append(pid)

    at_desk({server.url: server.ca}, first)
    try:
        assert store(port, file_bytes(new_study(1)[0])) == 0
    finally:
        os.kill(pids[0], signal.SIGTERM)
