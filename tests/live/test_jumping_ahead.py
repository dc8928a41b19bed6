"""Jumping to the end of a study while it comes over a slow line, at the expert's real window."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.viewers.dicom.viewer import DicomViewer
from tests.bench.processes import running
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import reads
from tests.server.images import new_study
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.test_priors import case_with

pytestmark = pytest.mark.live
IMAGES, SIZE, MBIT, ONE_WAY_MS = 60, 256, 2, 20


def places(viewer: DicomViewer) -> int:
    return len(viewer.series[0].slices) if viewer.series else 0


def test_the_end_of_a_series_is_seen_long_before_all_of_it_has_come(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    slices = new_study(IMAGES, SIZE)
    for number, one in enumerate(slices):
        one.ImagePositionPatient = [0, 0, 1.25 * number]
        one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        one.PixelSpacing = [0.8, 0.8]
    case_id = case_with(valley, slices)

    async def part(person: Clinician) -> None:
        slow = [sys.executable, "-m", "tests.bench.children.slow_line"]
        port = server.url.rsplit(":", 1)[1]
        with running([*slow, port, str(MBIT), str(ONE_WAY_MS)]) as line:
            assert line.stdout is not None
            url = f"https://127.0.0.1:{int(line.stdout.readline())}"
            person.program.profile.remember(pins={url: server.ca.read_text()})
            await person.sign_in(url, valley.expert.username)
            await reads(person, case_id)
            viewer, remote = person.desk.viewer, person.desk.images.fetching.remote
            await person.until(lambda: viewer.pane.picture is not None, "the first picture")
            await person.until(lambda: places(viewer) == IMAGES, "the places of all")
            QTest.keyClick(viewer.pane, Qt.Key.Key_End)
            assert viewer.index == IMAGES - 1
            assert viewer.pane.picture is None
            assert "Not here yet" in viewer.pane.message
            await person.until(lambda: viewer.pane.picture is not None, "the last picture")
            assert viewer.index == IMAGES - 1
            assert viewer.active.ref is not None
            assert viewer.active.ref.sop_instance_uid == slices[-1].SOPInstanceUID
            assert remote.count < IMAGES // 2

    at_desk({}, part)
