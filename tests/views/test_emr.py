"""The record on the screen: at the hospital, in the form, and beside the images."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.commands.emr_wishes import (
    WishFindPatient,
    WishReadHl7,
    WishReadPatient,
    WishReadReceived,
    WishReadShared,
    WishSaveEmr,
    WishShareRecord,
    WishShowStudy,
    WishStopReading,
    WishTakeBackRecord,
    WishTestEmr,
)
from app.commands.wishes import Page
from app.models.emr import EVERYTHING
from app.net.emr.clinical import Section
from app.net.emr.gathering import Gathered
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import clinical
from app.session.case import Case, CaseOpened
from app.session.emr import (
    EmrConfigured,
    EmrProblem,
    EmrRead,
    EmrReading,
    EmrSearch,
    EmrSearched,
    EmrTest,
    EmrTested,
    EmrTrouble,
    FoundPatient,
    SharedReading,
    SharedRecordRead,
)
from app.session.intake import IntakeConfigured
from app.session.queue import Load
from app.store.intake_settings import Hl7Receiver, IntakeSettings
from app.views import intake_windows
from app.views.emr import EmrPane, FlagDelegate
from app.views.trend import TrendPlot
from protocol.consultation import CaseContent, Patient, Phase
from tests.fakes.bundles import condition, patient
from tests.fakes.examples import consultation, content, row
from tests.fakes.hospital import OWN
from tests.fakes.records import carried, resources, shared
from tests.views.conftest import Shown
from tests.views.facts import online

SERVER = EmrServer(name="市第一医院", url="https://fhir.hospital.example/r4")
RECORD = clinical(resources())
HER = FoundPatient("p1", RECORD.person)


def click(shown: Shown, name: str) -> None:
    QTest.mouseClick(shown.find(QPushButton, name), Qt.MouseButton.LeftButton)


def at_hospital(
    shown: Shown, *, ours: bool = False, entered: CaseContent | None = None, **more: Any
) -> Case:
    """Whoever writes a case has opened the window on the hospital."""
    summary = row(phase=Phase.EDITING)
    case = Case(consultation(summary, **more), content=entered or content())
    server = OWN.server if ours else SERVER
    shown.apply(*online(), EmrConfigured(server), CaseOpened(case))
    shown.go(Page.CASE_FORM)
    click(shown, "fromHospital")
    return case


def read(shown: Shown, trouble: EmrTrouble | None = None) -> None:
    told = resources()
    gathered = Gathered(told[0], tuple(told[1:]))
    reading = EmrReading("p1", HER.person, 12, 12, gathered, RECORD, trouble)
    shown.apply(EmrSearched(EmrSearch("何小溪", found=(HER,))), EmrRead(reading))


def beside_images(shown: Shown) -> EmrPane:
    shown.apply(*online(), *carried())
    shown.go(Page.WORKSPACE)
    workspace = shown.window.workspace
    workspace.show_part("record", visible=True)
    workspace.record.tabs.setCurrentWidget(workspace.record.emr)
    return workspace.record.emr


# --- at the hospital -------------------------------------------------------------------------


def test_the_patient_of_the_case_is_looked_for_by_enter(shown: Shown) -> None:
    at_hospital(shown)
    words = shown.find(QLineEdit, "emrWords")
    assert words.text() == "QS-2026-0042"
    QTest.keyClick(words, Qt.Key.Key_Return)
    assert shown.wishes == [WishFindPatient("QS-2026-0042")]


def test_the_only_one_found_is_chosen_and_read_by_enter(shown: Shown) -> None:
    at_hospital(shown)
    shown.apply(EmrSearched(EmrSearch("何小溪", found=(HER,))))
    QTest.keyClick(shown.find(QTableView, "emrPatients"), Qt.Key.Key_Return)
    assert WishReadPatient("p1") in shown.wishes


def test_of_several_none_is_chosen_by_itself(shown: Shown) -> None:
    at_hospital(shown)
    other = FoundPatient("p2", HER.person)
    shown.apply(EmrSearched(EmrSearch("何小溪", found=(HER, other))))
    assert not shown.find(QPushButton, "emrRead").isEnabled()
    assert "Several have this name" in shown.find(QLabel, "emrRemark").text()


def test_a_failed_search_says_why_and_can_be_tried_again(shown: Shown) -> None:
    at_hospital(shown)
    trouble = EmrTrouble(EmrProblem.REFUSED, 503, "维护中")
    shown.apply(EmrSearched(EmrSearch("何小溪", Load.FAILED, trouble=trouble)))
    told = [one.text() for one in shown.window.findChildren(QLabel) if one.isVisible()]
    assert any("busy" in one and "维护中" in one for one in told)


def test_reading_shows_how_far_it_is_and_can_be_stopped(shown: Shown) -> None:
    at_hospital(shown)
    shown.apply(EmrRead(EmrReading("p1", HER.person, 5, 12)))
    bar = shown.find(QProgressBar, "emrBar")
    assert (bar.value(), bar.maximum(), bar.isVisible()) == (5, 12, True)
    assert bar.accessibleName() == "Reading the record of 何小溪…"
    click(shown, "emrBack")
    assert shown.wishes == [WishStopReading()]


def test_only_what_is_ticked_is_shared(shown: Shown) -> None:
    case = at_hospital(shown)
    read(shown)
    for box in shown.window.findChildren(QCheckBox):
        if box.objectName().startswith("share_"):
            box.setChecked(box.objectName() in ("share_PROBLEMS", "share_LABORATORY"))
    click(shown, "emrShare")
    assert shown.wishes[-1] == WishShareRecord(case.id, (Section.PROBLEMS, Section.LABORATORY))
    for name in ("share_PROBLEMS", "share_LABORATORY"):
        shown.find(QCheckBox, name).setChecked(False)
    assert not shown.find(QPushButton, "emrShare").isEnabled()


def test_older_entries_can_stay_at_the_hospital(shown: Shown) -> None:
    case = at_hospital(shown)
    read(shown)
    box, laboratory = shown.find(QComboBox, "emrSince"), shown.find(QCheckBox, "share_LABORATORY")
    assert (box.accessibleName(), laboratory.text()) == ("From which time", "Laboratory (15)")
    QTest.keyClick(box, Qt.Key.Key_End)
    day = shown.find(QDateEdit, "emrSinceDay")
    assert (day.isVisible(), day.accessibleName()) == (True, "Since this day")
    day.setDate(QDate(2026, 1, 1))
    assert laboratory.accessibleName() == laboratory.text() == "Laboratory (5 of 15)"
    click(shown, "emrShare")
    (wish,) = (one for one in shown.wishes if isinstance(one, WishShareRecord))
    assert (wish.consultation_id, wish.since) == (case.id, date(2026, 1, 1))


def test_who_is_known_by_name_alone_is_compared_before_anything_is_shared(shown: Shown) -> None:
    case = at_hospital(shown, entered=content(patient=Patient(name="何小溪")))
    read(shown)
    assert "Only the name agrees" in shown.find(QLabel, "emrCompare").text()
    share = shown.find(QPushButton, "emrShare")
    assert not share.isEnabled()
    shown.find(QCheckBox, "emrCompared").click()
    click(shown, "emrShare")
    wish = shown.wishes[-1]
    assert isinstance(wish, WishShareRecord)
    assert (wish.consultation_id, wish.compared) == (case.id, True)


def test_in_the_form_too_somebody_compares_whose_the_record_is(shown: Shown) -> None:
    record = shared(patient(identifier=[], birthDate=None), condition())[0]
    at_hospital(shown, record=record)
    assert "Only the name agrees" in shown.find(QLabel, "recordOfAnother").text()
    shown.find(QCheckBox, "recordCompared").click()
    wish = shown.window.case_form.take_typed()
    assert wish is not None
    assert wish.content.record_checked


def test_another_patient_is_told_where_the_button_is(shown: Shown) -> None:
    at_hospital(shown)
    read(shown, EmrTrouble(EmrProblem.ANOTHER_PATIENT))
    problem = shown.find(QLabel, "emrProblem")
    assert problem.isVisible()
    assert "This is not the patient of the case" in problem.text()


def test_the_window_closes_when_the_record_has_been_shared(shown: Shown) -> None:
    at_hospital(shown)
    told = resources()
    gathered = Gathered(told[0], tuple(told[1:]))
    shown.apply(EmrRead(EmrReading("p1", HER.person, 1, 1, gathered, RECORD, sharing=True)))
    window = shown.find(QWidget, "emrWindow")
    assert window.isVisible()
    shown.apply(EmrRead(None))
    assert not window.isVisible()


def test_without_a_server_files_can_be_read(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at_hospital(shown, is_set=False)
    monkeypatch.setattr(
        intake_windows, "ask_files", lambda _parent, _title, _kinds, chosen: chosen((tmp_path,))
    )
    click(shown, "emrFiles")
    assert shown.wishes == [WishReadHl7((tmp_path,))]


def test_patients_of_received_messages_are_looked_for_where_messages_come_in(shown: Shown) -> None:
    at_hospital(shown, is_set=False)
    assert not shown.find(QPushButton, "emrReceived").isVisible()
    hears = Hl7Receiver(on=True, hosts=("10.1.2.3",))
    shown.apply(IntakeConfigured(IntakeSettings(hl7=hears)))
    shown.find(QLineEdit, "emrWords").setText(" 何小溪 ")
    click(shown, "emrReceived")
    assert shown.wishes == [WishReadReceived("何小溪")]
    assert "何小溪" not in repr(shown.wishes)


# --- in the form -----------------------------------------------------------------------------


def test_the_form_says_what_goes_and_takes_it_back(shown: Shown) -> None:
    record, _ = shared()
    case = at_hospital(shown, record=record)
    assert "entries of the record go with the case" in shown.find(QLabel, "sharedRecord").text()
    click(shown, "removeRecord")
    assert shown.wishes[-1] == WishTakeBackRecord(case.id)


# --- beside the images -----------------------------------------------------------------------


def test_allergies_are_in_sight_whatever_section_is_chosen(shown: Shown) -> None:
    pane = beside_images(shown)
    told = shown.find(QLabel, "recordAllergies")
    for key in ("PROBLEMS", "LABORATORY", EVERYTHING):
        pane.sections.choose(key)
        assert told.isVisible()
        assert told.text() == "⚠ Allergies: 青霉素 (severe): 过敏性休克; 碘造影剂"


def test_where_there_is_no_room_day_and_range_stand_under_name_and_value(shown: Shown) -> None:
    pane = beside_images(shown)
    values = shown.find(QTableView, "recordValues")
    sections = pane.sections
    pane.sections.choose("LABORATORY")
    drawn = values.itemDelegateForColumn(0)
    for width, hidden, below in (
        (260, (True, True), {0: 3, 1: 2}),
        (400, (True, False), {1: 2}),
        (800, (False, False), {}),
    ):
        sections.resize(width, 500)
        assert (values.isColumnHidden(2), values.isColumnHidden(3)) == hidden
        assert isinstance(drawn, FlagDelegate)
        assert drawn.below == below
        assert not sections.grab().isNull()


def test_a_value_is_chosen_by_keys_and_its_course_is_told(shown: Shown) -> None:
    pane = beside_images(shown)
    pane.sections.choose("LABORATORY")
    values = shown.find(QTableView, "recordValues")
    plot = shown.find(TrendPlot, "trendPlot")
    assert not plot.isVisible()
    values.setFocus()
    values.selectRow(0)
    QTest.keyClick(values, Qt.Key.Key_Down)
    assert plot.isVisible()
    assert plot.accessibleName().startswith("血红蛋白: 2025-06-11 131 g/L")
    pane.sections.choose("PROBLEMS")
    assert not plot.isVisible()


def test_the_usual_range_has_a_column_where_there_is_room(shown: Shown) -> None:
    pane = beside_images(shown)
    pane.sections.choose("LABORATORY")
    assert shown.find(QTableView, "recordValues").isColumnHidden(2)
    pane.enlarge()
    large = shown.find(QWidget, "recordWindow").findChild(QTableView, "recordValues")
    assert isinstance(large, QTableView)
    assert not large.isColumnHidden(2)
    assert large.model().index(1, 1).data() == "↓ 98 g/L"


def test_an_imaging_study_of_the_record_is_shown_by_enter(shown: Shown) -> None:
    pane = beside_images(shown)
    pane.sections.choose("IMAGING")
    studies = shown.find(QTableView, "recordList")
    assert studies.model().index(0, 0).data().startswith("▸ 胸部CT平扫")
    studies.setFocus()
    studies.selectRow(0)
    QTest.keyClick(studies, Qt.Key.Key_Return)
    assert shown.wishes == [WishShowStudy("1.2.3")]


def test_nothing_of_the_record_stays_when_another_case_is_opened(shown: Shown) -> None:
    pane = beside_images(shown)
    pane.enlarge()
    other = Case(consultation(row("b", Phase.READING)), content=content())
    shown.apply(SharedRecordRead(None), CaseOpened(other))
    tabs = shown.find(QTabWidget, "recordTabs")
    assert not tabs.isTabVisible(tabs.indexOf(pane))
    assert not shown.find(QWidget, "recordWindow").isVisible()
    assert shown.find(QTableView, "recordList").model().rowCount() == 0


def test_a_record_of_somebody_else_is_not_shown(shown: Shown) -> None:
    somebody = patient(name=[{"family": "王", "given": ["小明"]}], birthDate="1990-01-01")
    shown.apply(*online(), *carried(somebody, condition()))
    shown.go(Page.WORKSPACE)
    workspace = shown.window.workspace
    workspace.show_part("record", visible=True)
    workspace.record.tabs.setCurrentWidget(workspace.record.emr)
    assert "names another patient" in shown.find(QLabel, "emrStopped").text()
    assert shown.find(QTableView, "recordList").model().rowCount() == 0
    assert "names another patient" in shown.find(QLabel, "bannerOtherPatient").text()


def test_a_record_that_could_not_be_read_is_read_again(shown: Shown, qtbot: QtBot) -> None:
    pane = beside_images(shown)
    shared_ = shown.session.state.emr.shared
    assert shared_ is not None
    failed = SharedReading(shared_.consultation_id, shared_.sha256, Load.FAILED)
    shown.apply(SharedRecordRead(failed))
    again = pane.findChild(QPushButton, "retry")
    assert isinstance(again, QPushButton)
    qtbot.waitUntil(again.isVisible)
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert shown.wishes[-1] == WishReadShared()


@pytest.mark.usefixtures("marked")
def test_every_word_of_the_record_is_translated(shown: Shown) -> None:
    pane = beside_images(shown)
    pane.enlarge()
    own = [one for one in pane.findChildren(QPushButton) if one.text()]
    assert own
    assert all("«" in one.text() for one in own)
    choice = shown.find(QComboBox, "recordSection")
    assert all("«" in choice.itemText(number) for number in range(choice.count()))


# --- in the settings -------------------------------------------------------------------------


def test_the_hospital_is_set_up_tested_and_kept(shown: Shown) -> None:
    shown.apply(*online(), EmrConfigured(EmrServer()))
    shown.go(Page.SETTINGS)
    shown.find(QLineEdit, "emrUrl").setText("his.example")
    click(shown, "emrSave")
    assert shown.wishes == []
    told = [one.text() for one in shown.window.settings_page.emr.findChildren(QLabel)]
    assert any("Begins with https://" in one for one in told)
    shown.find(QLineEdit, "emrUrl").setText(SERVER.url)
    shown.find(QLineEdit, "emrName").setText(SERVER.name)
    shown.find(QComboBox, "emrAccess").setCurrentIndex(1)
    shown.find(QLineEdit, "emrSecret").setText("the token")
    click(shown, "emrTest")
    click(shown, "emrSave")
    wanted = SERVER.model_copy(update={"access": EmrAccess.TOKEN})
    assert shown.wishes == [WishTestEmr(wanted, "the token"), WishSaveEmr(wanted, "the token")]
    assert "the token" not in repr(shown.wishes)
    shown.apply(EmrTested(EmrTest(trouble=EmrTrouble(EmrProblem.NOT_ADMITTED))))
    assert "does not admit" in shown.find(QLabel, "emrTold").text()
