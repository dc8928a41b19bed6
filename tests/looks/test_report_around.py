"""What stands around a report fits a 1366×768 screen: fields of a template, the comparison, the
patient's copy. No word is cut, in either language and theme."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Page
from app.kit.theme import Appearance, ThemeName
from app.models.report_templates import wording
from app.models.structured import begun
from app.session.case import Case, CaseOpened, OpinionEdited, ReportVerified
from app.session.comparison import ComparedReport, ComparisonAsked, ComparisonRead
from app.session.owner import Session
from app.session.report_copy import CopiesTold, CopyMade
from app.viewers.dicom.viewer import DicomViewer
from app.views.main_window import MainWindow
from protocol.consultation import Phase
from protocol.report_copy import CopyStanding
from tests.fakes.examples import (
    DOCTOR,
    EXPERT,
    NOW,
    consultation,
    content,
    opinion,
    person,
    row,
)
from tests.fakes.reports import report, signed
from tests.looks.test_room import HEIGHT, WIDTH, describe, is_cut
from tests.views import facts
from tests.views.test_case_actions import held
from tests.views.test_earlier_reports import told
from tests.views.test_report_copy import CASE, GIVEN, state

pytestmark = pytest.mark.looks
LONGEST = "Acute stroke", "急性卒中"
"""The template with most fields."""


@pytest.fixture
def window(theme: ThemeName, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> MainWindow:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    appearance = Appearance(qapp, theme)
    appearance.apply(theme)
    made = MainWindow(DicomViewer(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shows(window: MainWindow, session: Session) -> None:
    window.show_state(session.state)
    window.show_page(Page.WORKSPACE)
    for _ in range(6):
        QCoreApplication.sendPostedEvents()


def assert_whole(inside: QWidget) -> None:
    broken = [describe(one) for one in inside.findChildren(QWidget) if is_cut(one)]
    assert not broken
    assert inside.width() <= WIDTH
    assert inside.height() <= HEIGHT


def test_who_writes_sees_fields_signature_and_the_earlier_report(window: MainWindow) -> None:
    session = Session()
    case = held().model_copy(update={"earlier_reports": (told(),)})
    every = [one for zh in (True, False) for one in wording(chinese=zh).templates]
    template = next(one for one in every if one.name in LONGEST)
    words = opinion(structured=begun(template, ()))
    opened = CaseOpened(Case(case, claim=facts.CLAIM, content=content()))
    for fact in (*facts.online(EXPERT), opened, OpinionEdited(CASE, words)):
        session.apply(fact)
    shows(window, session)
    assert_whole(window.workspace.report)
    for name in ("sign", "earlierReports"):
        button = window.findChild(QPushButton, name)
        assert button is not None
        assert button.visibleRegion().boundingRect() == button.rect()
    before = ComparedReport(signed(report("earlier")), verified=True)
    session.apply(ComparisonAsked(case.summary.id, with_draft=True))
    session.apply(ComparisonRead(case.summary.id, (before,)))
    shows(window, session)
    assert_whole(window.workspace.comparison)


def test_the_patients_copy_is_given_in_a_window_that_fits(window: MainWindow) -> None:
    session = Session()
    case = consultation(row("a", phase=Phase.SIGNED, requester=person(DOCTOR)))
    verified = ReportVerified(signed(report("a")), verified=True)
    given = (state(CopyStanding.OPEN, opened=12), state(CopyStanding.LOCKED, "1" * 32))
    opened = CaseOpened(Case(case, content=content()))
    copies = (CopyMade(GIVEN), CopiesTold(CASE, given))
    for fact in (*facts.online(DOCTOR), opened, verified, *copies):
        session.apply(fact)
    shows(window, session)
    assert_whole(window.workspace.report)
    window.workspace.report_copy.begin()
    shows(window, session)
    assert_whole(window.workspace.report_copy)
