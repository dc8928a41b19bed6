"""A clinic records its decision on a report, and the report is in the hospital's archive."""

import io
from pathlib import Path

import httpx
import pytest
from pydicom import dcmread

from app.commands.intake_wishes import WishSaveIntake
from app.store.intake_settings import IntakeSettings, Pacs
from protocol import paths
from protocol.base import new_id
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.server.people import Valley
from tests.server.process import ServerProcess
from tests.server.signing import report_of, signed, signing_key
from tests.server.test_report import drafted
from tests.transfer.dicom_peers import orthanc

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


def test_a_report_that_the_clinic_has_received_is_in_the_archive(
    at_desk: Play, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = drafted(valley)
    report = report_of(valley.expert, case_id)
    answer = signed(valley.expert, case_id, report, signing_key(valley.expert))
    assert answer.status_code == 201, answer.text
    with orthanc(tmp_path / "orthanc", {}) as archive:
        pacs = Pacs(
            id=new_id(),
            name="影像科",
            ae_title="ORTHANC",
            host="127.0.0.1",
            port=archive.port,
            reports=True,
        )

        async def part(person: Clinician) -> None:
            await person.sign_in(server.url, valley.doctor.username)
            person.wish(WishSaveIntake(IntakeSettings(pacs=(pacs,)), ()))
            await person.open_case(case_id)
            await person.until(
                lambda: (
                    (report := person.state.case and person.state.case.report) and report.verified
                ),
                "the verified report",
            )
            await person.click("decide")
            await person.read(f"影像科 has the report of {report.number}.")

        at_desk({server.url: server.ca}, part)
        (kept,) = httpx.get(f"{archive.http}/instances", timeout=30).json()
        file = httpx.get(f"{archive.http}/instances/{kept}/file", timeout=30).content
    ds = dcmread(io.BytesIO(file))
    assert str(ds.PatientName).replace("^", "").strip("=") == "何小溪"
    assert report.number in ds.DocumentTitle
    view = valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    assert view["summary"]["phase"] == "received"
