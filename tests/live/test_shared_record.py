"""From the hospital's server to the expert's screen, at the real windows of both sides."""

import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QTableView,
)

from app.commands.wishes import Page, WishPage
from app.net.emr.clinical import Section
from app.views.emr import EmrPane
from protocol import paths
from protocol.fhir_bundle import judged
from tests.fakes.hospital import hospital, later, page
from tests.fakes.records import resources
from tests.live.clinician import Clinician, play
from tests.live.test_case_actions import reads
from tests.server.people import Valley, open_case
from tests.server.process import ServerProcess

pytestmark = pytest.mark.live
TOKEN = "the token of this clinic"


def writes_records(valley: Valley) -> None:
    """The clinic wants its cases in the hospital's record; its doctor signs in afterwards."""
    answer = valley.town.admin.send(
        "PATCH", paths.INSTITUTION, {"writes_records": True}, institution_id=valley.clinic
    )
    assert answer.status_code == 200, answer.text


async def sets_the_hospital_up(person: Clinician, url: str) -> None:
    person.wish(WishPage(Page.SETTINGS))
    await person.write("emrName", "市第一医院")
    await person.write("emrUrl", url)
    access = await person.see(QComboBox, "emrAccess")
    access.setCurrentIndex(1)
    await person.write("emrSecret", TOKEN)
    await person.click("emrTest")
    await person.read("It answers.")
    await person.click("emrSave")
    await person.read("Saved")


def test_what_the_clinic_chose_at_the_hospital_is_read_beside_the_case(
    qapp: QApplication, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = open_case(valley)
    at = partial(play, qapp)

    async def clinic(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        with hospital(*resources()) as fake:
            fake.token = TOKEN
            await sets_the_hospital_up(person, fake.url)
            await person.open_case(case_id)
            await person.click("fromHospital")
            await person.click("emrFind")
            patients = await person.see(QTableView, "emrPatients")
            await person.until(lambda: patients.model().rowCount() == 1, "the patient")
            values = threading.Event()
            all_of_them = later(values, lambda: page(*fake.of("Observation")))
            fake.mood("/fhir/Observation?patient", all_of_them)
            await person.click("emrRead")
            await person.read("⚠ Allergies: 青霉素 (severe): 过敏性休克; 碘造影剂")
            part = await person.see(QComboBox, "recordSection")
            part.setCurrentIndex(part.findData(Section.LABORATORY.name))
            await person.read("Still being read: Values and findings")
            share = person.desk.window.findChild(QPushButton, "emrShare")
            assert share is not None
            assert not share.isEnabled()
            values.set()
            vitals = await person.see(QCheckBox, "share_VITALS")
            vitals.setChecked(False)
            await person.click("emrShare")
            await person.read("entries of the record go with the case.")
        assert valley.doctor.act(case_id, "submit").status_code == 200

    async def expert(person: Clinician) -> None:
        await person.sign_in(server.url, valley.expert.username)
        await reads(person, case_id)
        pane = person.desk.window.workspace.record.emr
        await _looks(person, pane)

    at(tmp_path / "clinic", {server.url: server.ca}, clinic)
    at(tmp_path / "expert", {server.url: server.ca}, expert)
    shared = valley.expert.http.get(paths.RECORD.format(consultation_id=case_id))
    told = [one.get("id") for one in judged(shared.content).resources]
    assert "718-7-2" in told
    assert not {"bp1", "bp2"} & set(told)


async def _looks(person: Clinician, pane: EmrPane) -> None:
    """Allergies without a click; values with their course by the keyboard alone."""
    window = person.desk.window
    window.workspace.show_part("record", visible=True)
    window.workspace.record.tabs.setCurrentWidget(pane)
    await person.read("⚠ Allergies: 青霉素 (severe): 过敏性休克; 碘造影剂")
    pane.sections.choose(Section.LABORATORY.name)
    values = await person.see(QTableView, "recordValues")
    values.selectRow(1)
    await person.until(lambda: pane.sections.course is not None, "the course of a value")
    banner = window.findChild(QLabel, "bannerAllergies")
    assert banner is not None
    assert "碘造影剂" in banner.text()


def test_a_case_that_was_sent_is_in_the_hospitals_record(
    qapp: QApplication, server: ServerProcess, valley: Valley, tmp_path: Path
) -> None:
    case_id = open_case(valley)
    writes_records(valley)

    async def clinic(person: Clinician) -> None:
        await person.sign_in(server.url, valley.doctor.username)
        with hospital(*resources()) as fake:
            fake.token = TOKEN
            await sets_the_hospital_up(person, fake.url)
            await person.open_case(case_id)
            assert valley.doctor.act(case_id, "submit").status_code == 200
            await person.until(lambda: bool(fake.of("Task")), "the task at the hospital")
            (request,) = fake.of("ServiceRequest")
            assert request["subject"]["reference"] == f"Patient/{resources()[0]['id']}"
            await person.until(
                lambda: not person.desk.session.state.emr_writes, "nothing that waits"
            )

    play(qapp, tmp_path / "clinic", {server.url: server.ca}, clinic)
