"""At 1366×768 what signs a report is on the screen, and what warns of a mix-up is said in full."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.commands.wishes import Page
from app.kit.widgets import ElidedLabel
from app.session.call import CallEntered, CallJoining, MediaTold, PeerPicture
from app.session.case import Case, CaseOpened, ClaimHeld, OpinionEdited, ReportVerified
from app.session.owner import Session
from app.session.queue import MineLoaded
from app.session.signature import CertificateChosen, CertificatePlace
from app.session.state import AnyFact
from app.views.main_window import MainWindow
from protocol.account import Account
from protocol.consultation import Action, Consultation, Phase
from tests.fakes.examples import (
    CASE,
    DOCTOR,
    EXPERT,
    call,
    consultation,
    content,
    opinion,
    person,
    row,
)
from tests.fakes.reports import report, signed
from tests.looks.test_long_words import SMALLEST
from tests.looks.test_room import HEIGHT, WIDTH
from tests.looks.test_scenes import settled
from tests.models.test_late_images import CHEST, WRITTEN, part
from tests.views import facts
from tests.views.test_paper import WORDS

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
    shows(main_window, *written(case))
    return main_window


def written(case: Consultation) -> tuple[AnyFact, ...]:
    return (
        *facts.online(EXPERT),
        MineLoaded((case.summary,)),
        CaseOpened(Case(case, content=content())),
        ClaimHeld(CASE, facts.CLAIM),
        OpinionEdited(CASE, WRITTEN),
    )


def talking(own: Account, other: Account) -> tuple[AnyFact, ...]:
    """The two sit in the call of the case, and see each other."""
    running = call(own.display_name, other.display_name)
    seen = PeerPicture(running.participants[1].peer_id, True, 9, 9, 24.0)
    entered = CallEntered(running.participants[0].peer_id, running)
    return CallJoining(CASE), entered, MediaTold((seen,), 9)


def shows(window: MainWindow, *told: AnyFact) -> None:
    session = Session()
    for fact in told:
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(Page.WORKSPACE)
    settled()


def assert_on_the_screen(window: MainWindow, *names: str) -> None:
    for name in names:
        part = window.findChild(QWidget, name)
        assert part is not None
        assert part.visibleRegion().boundingRect() == part.rect(), name
        if isinstance(part, QLabel):
            assert part.height() >= part.heightForWidth(part.width()), name


@pytest.mark.parametrize("name", ["confirmImages", "waiveImages", "sign"])
def test_what_a_report_is_signed_with_is_on_the_screen(window: MainWindow, name: str) -> None:
    assert_on_the_screen(window, name)


def test_why_it_cannot_be_signed_is_said_in_full(window: MainWindow) -> None:
    assert_on_the_screen(window, "whyNotSign")


def test_a_mix_up_is_said_in_full(window: MainWindow) -> None:
    words = window.findChild(ElidedLabel, "bannerOtherPatient")
    assert words is not None
    assert "LIN YUANSHAN" in words.text()
    assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()


def test_in_a_call_the_card_that_signs_is_whole_whatever_it_asks(main_window: MainWindow) -> None:
    summary = row(phase=Phase.DRAFTING, expert=person(EXPERT), requester=person(DOCTOR))
    case = consultation(summary, allowed_actions=(Action.SIGN,))
    by_certificate = CertificateChosen(CertificatePlace.FILE, WORDS)
    shows(main_window, *written(case), *talking(EXPERT, DOCTOR), by_certificate)
    pictures = main_window.workspace.call.pictures
    assert pictures.isVisible()
    report = main_window.workspace.report
    report.ask_signature()
    report.signing.ask("𐎀𓀀𒀀བ")  # signs that no font of the computer has
    settled()
    card = ("signWarning", "signLetters", "signPassword", "signSecret", "signConfirm", "signBack")
    assert_on_the_screen(main_window, *card, "leaveCall")
    main_window.resize(*SMALLEST)
    settled()
    assert_on_the_screen(main_window, *card, "bannerName", "bannerAllergies")
    assert not pictures.isVisible()
    main_window.resize(WIDTH, HEIGHT)
    back = main_window.findChild(QPushButton, "signBack")
    assert back is not None
    back.click()
    settled()
    assert pictures.isVisible()
    assert_on_the_screen(main_window, "sign")


def test_in_a_call_who_decides_reads_what_it_is_decided_on(main_window: MainWindow) -> None:
    summary = row(phase=Phase.SIGNED, expert=person(EXPERT), requester=person(DOCTOR))
    case = consultation(summary, allowed_actions=(Action.RECEIVE,))
    told = opinion(
        findings="右肺下叶背段结节，约 9 mm，边缘毛刺。" * 9,
        critical=True,
        critical_finding="右肺门肿块压迫气管，须立即处理。",
    )
    opened = CaseOpened(Case(case, content=content()))
    verified = ReportVerified(signed(report(opinion=told)), verified=True)
    shows(main_window, *facts.online(DOCTOR), opened, verified, *talking(DOCTOR, EXPERT))
    decided = ("criticalTold", "report_impression", "report_recommendation")
    assert_on_the_screen(main_window, *decided, "decisionChoice", "decisionNote", "decide")
