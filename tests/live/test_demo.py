"""`huizhen demo` as anybody runs it: one whole consultation, and an honest failure."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pypdfium2
import pytest
from PySide6.QtGui import QImage

from app.cli.demo import script
from app.cli.demo.parts import ClinicPart
from protocol.consultation import Status
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.images import file_bytes, new_study
from tests.server.people import PASSWORD, Valley
from tests.server.process import ServerProcess

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Played:
    status: int
    summary: dict[str, Any]
    errors: str
    out: Path


def demo(out: Path, *options: str, patience: float = 200) -> Played:
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--out", str(out), *options],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=patience,
        check=False,
    )
    lines = done.stdout.splitlines() or ["{}"]
    return Played(done.returncode, json.loads(lines[-1]), done.stderr, out)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return demo(tmp_path_factory.mktemp("demo"))


def test_the_consultation_is_played_to_its_end(played: Played) -> None:
    assert (played.status, played.summary["ok"], played.summary["failed"]) == (0, True, [])
    done = {(step["who"], step["step"]) for step in played.summary["steps"]}
    assert {("clinic", "submit"), ("expert", "sign the report")} <= done


def test_every_step_says_how_long_it_took(played: Played) -> None:
    assert played.summary["steps"]
    assert all(step["ms"] >= 0 and step["at_ms"] >= 0 for step in played.summary["steps"])


def test_pictures_and_sound_went_both_ways(played: Played) -> None:
    frames = played.summary["frames_received"]
    assert set(frames) == {"clinic", "expert"}
    assert all(count > 0 for side in frames.values() for count in side.values())


def test_every_screenshot_shows_something(played: Played) -> None:
    named = [step["picture"] for step in played.summary["steps"] if step.get("picture")]
    assert named
    for file in played.out.glob("*.png"):
        image = QImage(str(file))
        points = ((x, y) for x in range(0, image.width(), 16) for y in range(0, image.height(), 16))
        assert len({image.pixel(x, y) for x, y in points}) > 4, file.name
    assert set(named) <= {file.name for file in played.out.glob("*.png")}


def test_the_printed_report_names_the_patient_and_holds_the_impression(played: Played) -> None:
    document = pypdfium2.PdfDocument(played.out / played.summary["pdf"])
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    # Fonts may carry a sign as its radical: NFKC makes both the same.
    text = normalize("NFKC", "".join("".join(pages).split()))
    assert "赵明远" in text
    for sentence in script.IMPRESSION.splitlines():
        assert normalize("NFKC", sentence.split(" ", 1)[1]) in text


def test_ones_own_study_goes_to_the_hospital_under_its_own_patient(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    """`--study`: of another patient than the play's, some images without a name, a text among them;
    the part that differs, played on the real window."""
    folder = tmp_path / "disc" / "DICOM"
    folder.mkdir(parents=True)
    slices = new_study(3)
    slices[2].PatientName = slices[2].PatientID = ""
    for number, one in enumerate(slices):
        (folder / f"IM{number}").write_bytes(file_bytes(one))
    (folder / "README.TXT").write_text("Dear colleague", encoding="utf-8")
    plan = script.Plan(
        role="clinic",
        server=server.url,
        fingerprint=server.fingerprint,
        username=valley.doctor.username,
        password=PASSWORD,
        study=folder.parent,
        out=tmp_path,
        auto=True,
        language="en",
        theme="light",
    )

    async def part(person: Clinician) -> None:
        clinic = ClinicPart(person.program, plan)
        await clinic.sign_in()
        await person.online()
        await clinic.send()
        (study,) = clinic.case.consultation.studies
        patient = clinic.case.content.patient
        assert patient is not None
        assert (patient.name, patient.patient_id) == ("何小溪", "QS-2026-0042")
        assert (study.study_instance_uid, study.verified) == (slices[0].StudyInstanceUID, True)
        assert study.declared == 2, "what names nobody is not chosen unasked"
        assert clinic.case.consultation.summary.status is Status.PENDING

    at_desk({}, part)


def test_a_study_that_is_no_folder_is_refused_at_once(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--study", str(missing), "--out", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"{missing} is not a folder" in done.stderr
