"""At 1366×768 what signs a report is on the screen, and what warns of a mix-up is said in full."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.commands.wishes import Page
from app.kit.widgets import ElidedLabel
from app.session.case import Case, CaseOpened, ClaimHeld, OpinionEdited
from app.session.owner import Session
from app.session.queue import MineLoaded
from app.views.main_window import MainWindow
from protocol.consultation import Action, Phase
from tests.fakes.examples import CASE, DOCTOR, EXPERT, consultation, content, person, row
from tests.looks.test_scenes import settled
from tests.models.test_late_images import CHEST, WRITTEN, part
from tests.views import facts

pytestmark = pytest.mark.looks


@pytest.fixture
def window(main_window: MainWindow) -> MainWindow:
    """A report is written whose late images are of somebody else."""
    late = part(CHEST, 0, 6, 6).model_copy(
        update={"patient_name": "LIN^YUANSHAN", "patient_id": "Z9"}
    )
    case = consultation(
        row(phase=Phase.DRAFTING, expert=person(EXPERT), requester=person(DOCTOR)),
        studies=(late,),
        allowed_actions=(Action.WAIVE_IMAGES, Action.CONFIRM_IMAGES, Action.SIGN),
    )
    session = Session()
    for fact in (
        *facts.online(EXPERT),
        MineLoaded((case.summary,)),
        CaseOpened(Case(case, content=content())),
        ClaimHeld(CASE, facts.CLAIM),
        OpinionEdited(CASE, WRITTEN),
    ):
        session.apply(fact)
    main_window.show_state(session.state)
    main_window.show_page(Page.WORKSPACE)
    settled()
    return main_window


@pytest.mark.parametrize("name", ["confirmImages", "waiveImages", "sign"])
def test_what_a_report_is_signed_with_is_on_the_screen(window: MainWindow, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button is not None
    assert button.visibleRegion().boundingRect() == button.rect()


def test_why_it_cannot_be_signed_is_said_in_full(window: MainWindow) -> None:
    words = window.findChild(QLabel, "whyNotSign")
    assert words is not None
    assert words.visibleRegion().boundingRect() == words.rect()
    assert words.height() >= words.heightForWidth(words.width())


def test_a_mix_up_is_said_in_full(window: MainWindow) -> None:
    words = window.findChild(ElidedLabel, "bannerOtherPatient")
    assert words is not None
    assert "LIN YUANSHAN" in words.text()
    assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()
