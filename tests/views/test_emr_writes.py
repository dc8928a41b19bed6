"""What the hospital does not take is said below the banner, with what can be done about it."""

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTableWidget, QWidget

from app.commands.administration_wishes import WishChangeInstitution
from app.commands.emr_wishes import (
    WishLeaveWrites,
    WishWriteAgain,
    WishWriteOver,
)
from app.commands.wishes import Page
from app.models.emr_writes import fault_words, kind_words
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.writes import WriteFault
from app.session.administration import AdministrationLoaded
from app.session.emr import EmrConfigured, EmrProblem, EmrTrouble
from app.session.emr_writes import CaseWrites, WritesSeen, WriteTrouble
from protocol.account import Account, ChangeInstitution, Institution, InstitutionKind
from protocol.consultation import Phase
from tests.fakes.examples import DOCTOR, NOW, consultation, named, row
from tests.views.conftest import Shown
from tests.views.facts import online
from tests.views.test_case_actions import click, open_own, strip

ID = row().id
KINDS = ("ServiceRequest", "Task", "Appointment", "Encounter", "DiagnosticReport", "Consent")


def refused(fault: WriteFault = WriteFault.REFUSED, status: int = 422) -> WriteTrouble:
    return WriteTrouble("Encounter", fault, status, "no such class here")


def shows(shown: Shown, **more: Any) -> None:
    values: dict[str, Any] = {"consultation_id": ID, "number": "CONS-1", "done": 4, "of": 6}
    open_own(shown, consultation(row(phase=Phase.QUEUED)))
    shown.apply(WritesSeen((CaseWrites(**(values | more)),)))


def steps(shown: Shown) -> set[str]:
    found = shown.window.workspace.strip.findChildren(QWidget)
    return {one.objectName() for one in found if one.objectName().startswith("write")}


def test_a_server_that_is_away_is_said_with_the_next_try(shown: Shown) -> None:
    next_at = NOW + timedelta(minutes=5)
    trouble = EmrTrouble(EmrProblem.UNREACHABLE)
    shows(shown, trouble=trouble, next_at=next_at)
    assert "4 of 6 parts are written" in strip(shown)
    assert "cannot be reached" in strip(shown)
    assert next_at.astimezone().strftime("Next try %H:%M") in strip(shown)
    click(shown, "writeAgain")
    assert shown.wishes == [WishWriteAgain(ID)]
    assert "cases that wait: 1" in shown.find(QLabel, "statusUploads").text()


def test_a_refusal_is_said_in_the_servers_words(shown: Shown) -> None:
    shows(shown, troubles=(refused(),))
    assert "Visit: The hospital's server refuses it." in strip(shown)
    assert "no such class here" in strip(shown)
    assert "to be looked at: 1" in shown.find(QLabel, "statusUploads").text()
    click(shown, "writeAgain")
    click(shown, "writeLeave")
    assert shown.wishes == [WishWriteAgain(ID), WishLeaveWrites(ID)]


def test_what_was_changed_there_is_written_over_or_left(shown: Shown) -> None:
    shows(shown, troubles=(refused(WriteFault.CHANGED_THERE, 412),))
    assert steps(shown) == {"writeOver", "writeLeave"}
    click(shown, "writeOver")
    click(shown, "writeLeave")
    assert shown.wishes == [WishWriteOver(ID), WishLeaveWrites(ID)]


def test_another_number_of_the_patient_is_typed_and_sent_with_enter(shown: Shown) -> None:
    shows(shown, fault=WriteFault.NO_PATIENT)
    number = shown.find(QLineEdit, "writeNumber")
    number.setText(" H-77 ")
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert shown.wishes == [WishWriteAgain(ID, "H-77")]
    assert "H-77" not in repr(shown.wishes)


def test_what_was_meant_for_another_server_can_only_be_left(shown: Shown) -> None:
    shows(shown, fault=WriteFault.OTHER_SERVER)
    assert steps(shown) == {"writeLeave"}


def test_nothing_is_said_of_other_cases_or_of_what_is_there(shown: Shown) -> None:
    shows(shown, consultation_id=row("b").id)
    assert strip(shown) == ""
    shown.apply(WritesSeen(()))
    assert shown.find(QLabel, "statusUploads").text() == ""


@pytest.mark.usefixtures("marked")
def test_every_word_is_translated(shown: Shown) -> None:
    for fault in WriteFault:
        shows(shown, fault=fault)
        assert "«" in shown.window.workspace.strip.accessibleName()
        assert "«" in fault_words(fault)
    assert all("«" in kind_words(kind) for kind in KINDS)


WRITES = DOCTOR.model_copy(update={"records_written_since": NOW})


@pytest.mark.parametrize(("who", "words"), [(DOCTOR, "Only read from"), (WRITES, "are written")])
def test_settings_say_whether_the_institution_wants_it(
    shown: Shown, who: Account, words: str
) -> None:
    shown.apply(*online(who), EmrConfigured(EmrServer(url="https://fhir.hospital.example/r4")))
    shown.go(Page.SETTINGS)
    assert words in shown.find(QLabel, "emrWrites").text()


def test_a_scope_that_only_reads_is_no_scope_for_writing(shown: Shown) -> None:
    reads = EmrServer(
        url="https://fhir.hospital.example/r4", access=EmrAccess.CLIENT, client_id="clinic"
    )
    shown.apply(*online(WRITES), EmrConfigured(reads))
    shown.go(Page.SETTINGS)
    click(shown, "emrSave")
    assert shown.wishes == []
    shown.find(QLineEdit, "emrScope").setText("system/*.rs system/*.cruds")
    click(shown, "emrSave")
    assert len(shown.wishes) == 1


def test_an_administrator_lets_an_institution_write(shown: Shown) -> None:
    clinic = Institution(
        id=named("青山卫生院"), code="QS", name="青山卫生院", kind=InstitutionKind.CLINIC
    )
    writes = clinic.model_copy(update={"records_written_since": NOW})
    for place, wanted in ((clinic, True), (writes, False)):
        loaded = AdministrationLoaded((place,), (), ())
        shown.apply(*online(), loaded)
        shown.go(Page.ADMINISTRATION)
        table = shown.find(QTableWidget, "institutionTable")
        table.selectRow(0)
        state = table.item(0, 3)
        assert state is not None
        assert ("writes records" in state.text()) is not wanted
        shown.find(QPushButton, "institutionWrites").click()
        body = ChangeInstitution(writes_records=wanted)
        assert shown.wishes[-1] == WishChangeInstitution(clinic.id, body)
