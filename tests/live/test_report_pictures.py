"""What the expert saw goes into the report, at the real window, and the clinic has it on paper."""

from io import BytesIO

import pikepdf
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.models.report_templates import wording
from app.services.papers import Paper
from protocol import paths
from protocol.report import SignedReport
from tests.live.clinician import Clinician
from tests.live.conftest import Play
from tests.live.test_case_actions import reads
from tests.server.images import new_study
from tests.server.people import PASSWORD, Valley
from tests.server.process import ServerProcess
from tests.server.test_earlier_reports import reported
from tests.server.test_priors import case_with

pytestmark = pytest.mark.live


async def paper_of(person: Clinician) -> Paper:
    case = person.state.case
    assert case is not None
    paper = await person.desk.reports.papers.signed_paper(case)
    assert paper is not None
    return paper


def test_what_the_viewer_shows_is_in_the_report_that_the_clinic_prints(
    at_desk: Play, server: ServerProcess, valley: Valley
) -> None:
    reported(valley)
    study = new_study(2, 256)
    case_id = case_with(valley, study)

    async def part(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        templates = wording(chinese=False).templates
        nodule = next(one for one in templates if one.name == "Lung nodule, CT")
        person.desk.window.workspace.report.help.begin_with(nodule)
        await person.write("finding_nodule-long", "9")
        for name in ("findings", "impression", "recommendation"):
            await person.write(f"report_{name}", "Nodule")
        await person.click("earlierReports")
        await person.read("This report, as it is being written")
        await person.read("右下叶结节")
        await person.click("closeComparison")
        await person.until(lambda: person.desk.viewer.pane.picture is not None, "the picture")
        await person.click("takePicture")
        await person.see(QPushButton, "reportPicture_1")
        await person.write("pictureCaption_1", "Right lower lobe")
        await person.click("sign")
        await person.write("pictureCaption_1", "Right lower lobe, 9 mm")
        await person.write("signPassword", PASSWORD)
        await person.click("signConfirm")
        await person.read("Signature verified")

    at_desk({server.url: server.ca}, part)
    answer = valley.doctor.get(paths.REPORT, consultation_id=case_id)
    signed = SignedReport.model_validate(answer, strict=False)
    (size,) = signed.report.opinion.structured
    assert (size.amount, size.code) == ("9 mm", "nodule-long"), "what has no value is left out"
    (picture,) = signed.report.opinion.pictures
    assert picture.caption == "Right lower lobe, 9 mm", "as it stood when it was signed"
    assert picture.sop_instance_uid in {one.SOPInstanceUID for one in study}

    async def reading(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        await person.open_case(case_id)
        await person.read("Nodule, longest diameter 9 mm")
        await person.read("Picture 1: Right lower lobe, 9 mm")
        known = person.state.report_pictures.known
        await person.until(lambda: person.state.report_pictures.known, "the picture", lambda: known)
        png = person.state.report_pictures.known[picture.sha256]
        assert png is not None
        assert min(QImage.fromData(png).width(), QImage.fromData(png).height()) > 400
        with pikepdf.open(BytesIO((await paper_of(person)).pdf)) as pdf:
            assert sum(len(page.get_images()) for page in pdf.pages) == 1
        caption = person.desk.window.findChild(QLineEdit, "pictureCaption_1")
        assert caption is not None
        assert not caption.isVisible(), "who reads changes nothing"
        await person.click("giveCopy")
        await person.click("makeCopy")
        link = await person.see(QLineEdit, "copyLink")
        await person.until(lambda: f"{paths.COPY_PAGE}#" in link.text(), "the patient's link")
        await person.click("closeCopies")

    at_desk({server.url: server.ca}, reading)
