"""Asking six experts fits a low screen: what is wrong, and the button, are seen."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.kit.theme import Appearance
from app.session.owner import Session
from app.views.main_window import MainWindow
from protocol.consultation import Action
from tests.fakes.examples import DOCTOR, NOW, consultation, named, person, row
from tests.looks.test_room import HEIGHT, WIDTH
from tests.views.conftest import Shown
from tests.views.test_case_actions import choose, click, open_own
from tests.views.test_mdt import known, pick

pytestmark = pytest.mark.looks


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Shown:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    appearance = Appearance(qapp, "light")
    window = MainWindow(QWidget(), lambda _id: None, appearance, settings, lambda: NOW)
    qtbot.addWidget(window)
    session = Session()
    session.changed.connect(window.show_state)
    made = Shown(window, session)
    window.wished.connect(made.wishes.append)
    window.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(window):
        window.show()
    return made


def test_with_six_opinions_the_window_stays_and_a_missing_department_is_seen(
    shown: Shown, qtbot: QtBot
) -> None:
    case = consultation(row(requester=person(DOCTOR)), allowed_actions=(Action.ASK_MDT,))
    known(shown, open_own(shown, case))
    choose(shown, Action.ASK_MDT)
    chair = shown.find(QComboBox, "mdtChair")
    chair.setCurrentIndex(chair.findData(str(named("主席"))))
    shown.find(QLineEdit, "mdtReason").setText("心肺都有问题")
    for number in range(4):
        click(shown, "mdtMore")
        pick(shown, number, "心内科")
    click(shown, "actionConfirm")
    for _ in range(6):
        QCoreApplication.sendPostedEvents()
    last = shown.find(QComboBox, "mdtDepartment_5")
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect() == last.rect())
    assert shown.window.size().toTuple() == (WIDTH, HEIGHT)
    confirm = shown.find(QPushButton, "actionConfirm")
    assert confirm.visibleRegion().boundingRect() == confirm.rect()
