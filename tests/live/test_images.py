"""Images that are no images, and uploads that are cut: what the clinician reads."""

import os
import signal
from pathlib import Path

import pytest

from app.commands.wishes import WishImport
from protocol import paths
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.images import file_bytes, new_study
from tests.server.people import Valley, open_case
from tests.server.process import ServerProcess
from tests.transfer.line import Line

pytestmark = pytest.mark.live
IMAGES = 6
SIZE = 256
SOME = 3 * 2 * SIZE * SIZE


def disc(folder: Path) -> Path:
    folder.mkdir()
    for number, one in enumerate(new_study(IMAGES, SIZE), 1):
        (folder / f"IM{number:04d}.dcm").write_bytes(file_bytes(one))
    return folder


def test_a_cut_file_and_a_text_are_left_out_with_plain_reasons_and_the_rest_goes_out(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    folder = disc(tmp_path / "disc")
    (folder / "cut.dcm").write_bytes((folder / "IM0001.dcm").read_bytes()[:-500])
    (folder / "letter.dcm").write_text("Dear colleague", encoding="utf-8")
    case_id = open_case(valley)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        person.wish(WishImport((folder,)))
        await person.read("Files left out, because they are not usable images: 2.")
        await person.read("Left out (2):")
        rows = person.screen().splitlines()
        assert any(row.startswith("letter.dcm: This is not a DICOM file.") for row in rows)
        assert [row for row in rows if row.startswith("cut.dcm:")] == [
            "cut.dcm: The file ends before its picture does."
        ]
        await person.read(f"All {IMAGES} images verified by the server")

    at_desk({server.url: server.ca}, part)


@pytest.mark.allow_logs("the transfer process is killed and the line breaks")
def test_an_upload_cut_twice_goes_on_and_is_verified(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    folder = disc(tmp_path / "disc")
    case_id = open_case(valley)
    trusted: dict[str, Path] = {}

    async def part(person: Clinician) -> None:
        async with Line("127.0.0.1", int(server.url.rsplit(":", 1)[1])) as line:
            person.program.profile.remember(pins={line.url: server.ca.read_text()})
            await person.sign_in(line.url, valley.doctor.username)
            await person.open_case(case_id)
            line.stall_after(SOME)
            person.wish(WishImport((folder,)))
            await person.until(lambda: line.stalled, "the stalled upload")
            pid = person.desk.images.transfer.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await person.read(
                "The transfer program stopped and was started again; nothing is lost."
            )
            await line.away()
            await person.read("No network since")
            await line.back()
            await person.read(f"All {IMAGES} images verified by the server")

    at_desk(trusted, part)


def test_a_stopped_upload_leaves_the_case_and_the_case_can_be_submitted(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    folder = disc(tmp_path / "disc")
    case_id = open_case(valley)

    async def part(person: Clinician) -> None:
        async with Line("127.0.0.1", int(server.url.rsplit(":", 1)[1])) as line:
            person.program.profile.remember(pins={line.url: server.ca.read_text()})
            await person.sign_in(line.url, valley.doctor.username)
            await person.open_case(case_id)
            line.stall_after(SOME)
            person.wish(WishImport((folder,)))
            await person.until(lambda: line.stalled, "the stalled upload")
            await person.click("studyCancel")
            await person.click("takeOut")
            await person.read("aken out of the case")
            line.go_on()
            await person.until(lambda: "CT · Chest" not in person.screen(), "the row to go")
            await person.until(
                lambda: valley.doctor.get(paths.STUDIES, consultation_id=case_id) == [],
                "the server to forget it",
            )
            await person.click("submit")
            await person.read("was submitted; experts are being rung.")

    at_desk({}, part)
