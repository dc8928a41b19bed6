"""What stands between the two sides of a case has its room: reviews, missing images, a question."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Page
from app.kit.theme import Appearance, ThemeName
from app.session.case import (
    Case,
    CaseOpened,
    OpinionEdited,
    OpinionRead,
    ReportVerified,
    TimelineLoaded,
)
from app.session.owner import Session
from app.session.report_pictures import PictureCame
from app.session.state import AnyFact
from app.views.call_question import ask_to_end_call
from app.views.main_window import MainWindow
from protocol.account import Role
from protocol.base import new_id
from protocol.consultation import Action, Phase, TimelineEvent
from protocol.report import ReportPicture
from tests.fakes.examples import CASE, NOW, consultation, content, opinion, person, row
from tests.fakes.reports import report, signed
from tests.looks.test_room import describe, is_cut
from tests.looks.test_scenes import settled
from tests.services.test_report_pictures import png
from tests.views.facts import EVERYBODY, online, reading, reported
from tests.views.test_shortfall import KNOWN, drafted, short

pytestmark = pytest.mark.looks
PICTURES = os.environ.get("HUIZHEN_LOOKS_FOLDER")


def opened(phase: Phase, *actions: Action) -> CaseOpened:
    whose = row(phase=phase, expert=person(EVERYBODY))
    studies = tuple(short(known) for known, _, _ in KNOWN)
    case = consultation(whose, allowed_actions=actions, studies=studies)
    return CaseOpened(Case(case, content=content()))


def returned() -> TimelineLoaded:
    event = TimelineEvent(
        id=new_id(),
        at=NOW,
        action=Action.RETURN_FROM_REVIEW,
        by=person(EVERYBODY),
        role=Role.REVIEWER,
        from_phase=Phase.AWAITING_REVIEW,
        to_phase=Phase.DRAFTING,
        reason="左右写反：右下叶写成了左下叶，请核对后再签发",
    )
    return TimelineLoaded(CASE, (event,))


PICTURES_OF = tuple(
    ReportPicture(
        sha256=f"{n:064x}",
        study_instance_uid="2.25.1",
        sop_instance_uid="2.25.2",
        caption=caption,
    )
    for n, caption in (
        (1, "右下叶后基底段实性结节，边缘毛刺，与胸膜相连（肺窗）"),
        (2, ""),
        (3, "纵隔窗"),
    )
)
CAME = (PictureCame(PICTURES_OF[0].sha256, png()), PictureCame(PICTURES_OF[2].sha256, None))
"""One has come, one is on its way, one is lost."""
ILLUSTRATED = opinion(pictures=PICTURES_OF)


REVIEWED = opened(Phase.AWAITING_REVIEW, Action.APPROVE, Action.RETURN_FROM_REVIEW)
SCENES: dict[str, tuple[Page, tuple[AnyFact, ...]]] = {
    "reviewed": (
        Page.WORKSPACE,
        (
            REVIEWED,
            OpinionRead(REVIEWED.case.id, opinion(findings="右下叶实性结节")),
        ),
    ),
    "returned": (Page.WORKSPACE, (opened(Phase.DRAFTING), returned())),
    "short": (Page.CASE_FORM, (drafted(*(short(known) for known, _, _ in KNOWN)),)),
    "people": (Page.ADMINISTRATION, ()),
    "pictures": (Page.WORKSPACE, (*reading(), OpinionEdited(CASE, ILLUSTRATED), *CAME)),
    "pictures-read": (
        Page.WORKSPACE,
        (*reported(), ReportVerified(signed(report(opinion=ILLUSTRATED)), True), *CAME),
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_every_word_between_the_sides_has_its_room(
    scene: str, theme: ThemeName, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    page, facts = SCENES[scene]
    window, session = made(theme, qtbot, qapp, tmp_path), Session()
    for fact in (*online(), *facts):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(page)
    assert_whole(window, f"between-{scene}-{theme}")


def test_the_question_before_a_call_ends_has_its_room(
    theme: ThemeName, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    window = made(theme, qtbot, qapp, tmp_path)
    ask_to_end_call(window, lambda: None)
    question = window.findChild(QMessageBox, "endCallQuestion")
    assert question is not None
    assert_whole(question, f"between-question-{theme}")
    question.close()


def made(theme: ThemeName, qtbot: QtBot, qapp: QApplication, folder: Path) -> MainWindow:
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(QWidget(), lambda _id: None, Appearance(qapp, theme), settings, lambda: NOW)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    with qtbot.waitExposed(window):
        window.show()
    return window


def assert_whole(window: QWidget, name: str) -> None:
    settled()
    if PICTURES:
        window.grab().save(str(Path(PICTURES) / f"{name}.png"))
    assert not [describe(one) for one in window.findChildren(QWidget) if is_cut(one)], name
