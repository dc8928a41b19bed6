"""The record as doctors have it at 1366×768: words are whole, flags and courses are legible."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language, Page
from app.kit.theme import Appearance, ThemeName, colours
from app.net.emr.clinical import Gap, Lack, Section, Unfinished
from app.net.emr.gathering import Gathered
from app.net.emr.place import EmrAccess, EmrServer
from app.net.emr.reading import clinical
from app.net.emr.writes import WriteFault
from app.net.mllp_tls import TlsFault
from app.session.case import Case, CaseOpened
from app.session.emr import (
    EmrComing,
    EmrConfigured,
    EmrEntered,
    EmrEntering,
    EmrProblem,
    EmrRead,
    EmrReading,
    EmrSearch,
    EmrSearched,
    EmrTrouble,
    FoundPatient,
    SharedRecordRead,
)
from app.session.emr_writes import CaseWrites, WritesSeen, WriteTrouble
from app.session.intake import IntakeConfigured, IntakeTold
from app.session.owner import Session
from app.session.queue import Load
from app.store.intake_settings import Hl7Receiver, IntakeSettings
from app.transfer.intake_messages import Hl7State, IntakeState
from app.views.main_window import MainWindow
from protocol.consultation import Phase
from tests.fakes.bundles import of_patient
from tests.fakes.examples import NOW, consultation, content, row
from tests.fakes.hospital import OWN
from tests.fakes.records import carried, resources, shared
from tests.kit.test_theme import contrast
from tests.looks.test_room import HEIGHT, WIDTH, describe, is_cut
from tests.looks.test_scenes import LEAST_CONTRAST, THEMES, settled
from tests.views.facts import online

pytestmark = pytest.mark.looks
RECORD = clinical(resources())
HER = FoundPatient("p1", RECORD.person)
ATTACHED = {"contentType": "application/pdf", "size": 1_040_000, "url": "Binary/b1"}
DOCUMENT = of_patient(
    "DocumentReference", "d1", description="出院小结", content=[{"attachment": ATTACHED}]
)


@pytest.fixture
def window(theme: ThemeName, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> MainWindow:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = MainWindow(QWidget(), lambda _id: None, Appearance(qapp, theme), settings, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(made):
        made.show()
    return made


def assert_whole(window: QWidget, what: str) -> None:
    settled()
    assert not [describe(one) for one in window.findChildren(QWidget) if is_cut(one)], what


def test_the_record_fits_beside_the_images_and_in_its_window(
    window: MainWindow, language: Language, qtbot: QtBot
) -> None:
    session = Session()
    for fact in (*online(), *carried()):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(Page.WORKSPACE)
    workspace = window.workspace
    workspace.show_part("record", visible=True)
    pane = workspace.record.emr
    workspace.record.tabs.setCurrentWidget(pane)
    pane.sections.choose(Section.LABORATORY.name)
    settled()
    values = pane.sections._values
    names = [str(values.model().index(n, 0).data()) for n in range(values.model().rowCount())]
    room = values.columnWidth(0) - 12
    widest = max(values.fontMetrics().horizontalAdvance(name) for name in names)
    assert room >= min(widest, 80), "a value without the name of what was measured"
    pane.enlarge()
    for section in (Section.PROBLEMS, Section.LABORATORY, Section.VITALS):
        pane.sections.choose(section.name)
        pane.sections._values.selectRow(0)
        assert_whole(window, f"{language.value} {section}")
    assert (window.width(), window.height()) == (WIDTH, HEIGHT)
    qtbot.waitUntil(lambda: pane.sections._trend.drawn, timeout=30_000)
    assert_whole(window, f"{language.value} with a course")
    assert pane.sections._values.height() >= 4 * pane.sections._values.rowHeight(0)
    session.apply(SharedRecordRead(None))


def test_the_window_on_the_hospital_fits_a_low_screen(
    window: MainWindow, language: Language
) -> None:
    told, _ = shared()
    gathered = Gathered(
        resources()[0],
        tuple(resources()[1:]),
        (
            Gap("AllergyIntolerance", Lack.FORBIDDEN),
            Gap("DocumentReference", Lack.NOT_SUPPORTED, "no such type"),
        ),
        irregular=2,
    )
    server = EmrServer(name="市第一医院", url="http://10.1.2.3/r4")
    person = {"access": EmrAccess.PERSON, "client_id": "clinic"}
    case = CaseOpened(Case(consultation(row(phase=Phase.EDITING), record=told), content=content()))
    refused = EmrTrouble(EmrProblem.REFUSED, 503)
    not_admitted = EmrTrouble(EmrProblem.NOT_ADMITTED)
    session = Session()
    for fact in (*online(), EmrConfigured(server), case):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(Page.CASE_FORM)
    window.intake.open_emr()
    hospital = window.findChild(QWidget, "emrWindow")
    assert isinstance(hospital, QWidget)
    reading = EmrReading("p1", HER.person, 5, 12)
    record = clinical(resources(), gaps=gathered.gaps)
    another = EmrTrouble(EmrProblem.ANOTHER_PATIENT)
    unfinished = (Unfinished("Observation", 1000, 5000), Unfinished("Encounter"))
    part = clinical(resources(), gaps=gathered.gaps, unfinished=unfinished)
    coming = EmrComing(replace(gathered, unfinished=unfinished), part)
    whole = EmrReading("p1", HER.person, 12, 12, gathered, record)
    for fact in (
        EmrConfigured(server.model_copy(update=person)),
        EmrSearched(EmrSearch("何小溪", Load.FAILED, trouble=not_admitted)),
        EmrConfigured(server),
        EmrSearched(EmrSearch("何小溪", Load.FAILED, trouble=refused)),
        EmrSearched(EmrSearch("何小溪", found=(HER, FoundPatient("p2", HER.person)), more=True)),
        EmrRead(reading),
        EmrRead(replace(reading, coming=coming)),
        EmrRead(replace(reading, coming=replace(coming, stopped=True), trouble=refused)),
        EmrRead(whole),
        EmrRead(replace(whole, trouble=another)),
    ):
        session.apply(fact)
        window.show_state(session.state)
        assert_whole(hospital, f"{language.value} {type(fact).__name__}")
        assert hospital.height() <= HEIGHT - 40
    for fact in (EmrConfigured(OWN.server), EmrRead(replace(whole, trouble=None))):
        session.apply(fact)
    window.show_state(session.state)
    assert_whole(hospital, f"{language.value} the clinic's own")
    since = hospital.findChild(QComboBox, "emrSince")
    assert isinstance(since, QComboBox)
    since.setCurrentIndex(since.count() - 1)
    told_last = (*resources(), DOCUMENT)
    documents = Gathered(told_last[0], told_last[1:])
    session.apply(EmrRead(replace(whole, gathered=documents, record=clinical(told_last))))
    window.show_state(session.state)
    assert_whole(hospital, f"{language.value} since a day")
    adding = hospital.findChild(QPushButton, "emrAdd")
    assert isinstance(adding, QPushButton)
    adding.click()
    form = hospital.findChild(QDialog, "recordEntry")
    kinds = hospital.findChild(QComboBox, "entryKind")
    assert isinstance(form, QDialog)
    assert isinstance(kinds, QComboBox)
    session.apply(EmrEntered(EmrEntering(trouble=refused)))
    window.show_state(session.state)
    save = form.findChild(QPushButton, "entrySave")
    assert isinstance(save, QPushButton)
    for number in range(kinds.count()):
        kinds.setCurrentIndex(number)
        save.click()  # what is missing is said below its field
        assert_whole(form, f"{language.value} {kinds.currentText()}")
        assert form.height() <= HEIGHT - 40
    form.close()
    hospital.close()
    window.show_page(Page.SETTINGS)
    assert_whole(window.settings_page.emr, language.value)
    hears = Hl7Receiver(on=True, hosts=("10.1.2.3", "10.1.2.4"))
    session.apply(IntakeConfigured(IntakeSettings(hl7=hears)))
    faults = tuple((f"10.1.2.{number}", why) for number, why in enumerate(TlsFault))
    heard = Hl7State(
        port_taken=True, refused=("10.9.9.9",), faults=faults, expires=NOW, days_left=-1
    )
    session.apply(IntakeTold(IntakeState(listening=False, hl7=heard)))
    window.show_state(session.state)
    assert_whole(window.settings_page.intake, language.value)


def test_what_the_hospital_does_not_take_fits_below_the_banner(
    window: MainWindow, language: Language
) -> None:
    case = consultation(row(phase=Phase.QUEUED))
    session = Session()
    for fact in (*online(), CaseOpened(Case(case, content=content()))):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(Page.WORKSPACE)
    kinds = ("ServiceRequest", "DiagnosticReport")
    said = "Encounter.class: the code VR is not in the value set of this hospital"
    changed = tuple(WriteTrouble(kind, WriteFault.CHANGED_THERE, 412, said) for kind in kinds)
    states: tuple[dict[str, Any], ...] = (
        *({"fault": fault} for fault in WriteFault),
        {"troubles": changed},
        {"trouble": EmrTrouble(EmrProblem.UNREACHABLE), "next_at": NOW},
        {"sending": True},
    )
    for more in states:
        told = CaseWrites(case.summary.id, "CONS-20261121-0001", 4, 7, **more)
        session.apply(WritesSeen((told,)))
        window.show_state(session.state)
        assert_whole(window, f"{language.value} {more}")


@pytest.mark.parametrize("theme", THEMES)
def test_a_flagged_value_is_legible_chosen_or_not(theme: ThemeName, qapp: QApplication) -> None:
    tokens = colours(theme)
    for ground in ("surface", "field", "background"):
        assert contrast(tokens["error"], tokens[ground]) >= LEAST_CONTRAST
    Appearance(qapp, theme)
    bright = QApplication.palette().color(QPalette.ColorRole.BrightText)
    assert bright == QColor(tokens["error"])
