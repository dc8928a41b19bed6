"""What keeps images from coming in, what was lost, and what came too late: said with its mend."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.commands.intake_wishes import WishForgetLost
from app.models.intake_settings import derive_intake_form
from app.models.late_images import asked_before_submitting, late_of
from app.models.status import derive_status
from app.session.intake import IntakeConfigured, IntakeTold
from app.session.link import KeyPlace, KeyPlaced
from app.session.queue import MineLoaded
from app.store.intake_settings import IntakeSettings
from app.transfer.intake_messages import InboxState, IntakeState, LostStudy
from protocol.consultation import Phase
from tests.fakes.examples import NOW
from tests.fakes.examples import row as case_row
from tests.views.conftest import Shown
from tests.views.test_intake import inbox, row, texts

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.mark.parametrize(
    ("phase", "mend"),
    [
        (Phase.EDITING, "add it again"),
        (Phase.AWAITING_INFORMATION, "add it again"),
        (Phase.QUEUED, "add it again, the expert is told"),
        (Phase.READING, "add it again, the expert is told"),
        (Phase.SIGNED, "ask the expert for an amendment"),
    ],
)
def test_what_came_after_a_case_was_given_its_images_is_said_with_what_can_be_done(
    shown: Shown, phase: Phase, mend: str
) -> None:
    case = case_row(phase=phase)
    table = inbox(shown, row("1.1", images=10, attached=(case.id,), attached_each=(6,)))
    shown.apply(MineLoaded((case,)))
    said = texts(table, 0)[7]
    assert "⚠ 4 came" in said
    assert mend in said


@pytest.mark.parametrize(
    ("phase", "told"), [(Phase.EDITING, False), (Phase.QUEUED, True), (Phase.SIGNED, False)]
)
def test_images_that_come_after_a_case_went_out_are_told_on_every_page(
    shown: Shown, phase: Phase, told: bool
) -> None:
    case = case_row(phase=phase)
    inbox(shown, row("1.1", images=20, attached=(case.id,), attached_each=(8,)))
    shown.apply(MineLoaded((case,)))
    notices = [one.text for one in derive_status(shown.session.state).notices]
    said = f"12 more images have come that are not with {case.number}."
    assert any(said in one for one in notices) is told


def test_a_case_whose_device_still_sends_asks_before_it_goes_out(shown: Shown) -> None:
    case = case_row(phase=Phase.EDITING)
    sent = row("1.1", images=8, attached=(case.id,), attached_each=(8,), arriving=True)
    table = inbox(shown, sent)
    assert "⚠ still being sent" in texts(table, 0)[7]
    late = late_of(shown.session.state.intake, case.id)
    assert late["1.1"].words == "⚠ The device is still sending."
    assert asked_before_submitting(late) == (
        "A device is still sending images of this case: wait for them."
    )
    whole = IntakeTold(InboxState(studies=(sent.model_copy(update={"arriving": False}),)))
    shown.apply(whole)
    assert late_of(shown.session.state.intake, case.id) == {}


def test_without_a_lasting_key_the_receiver_says_why_it_stays_off(shown: Shown) -> None:
    inbox(shown)
    shown.apply(KeyPlaced(KeyPlace.MEMORY))
    assert "key in memory only" in shown.find(QLabel, "inboxWarning").text()
    assert "switch the receiver on" not in shown.find(QLabel, "inboxLine").text()
    assert "key in memory only" in derive_intake_form(shown.session.state).state
    shown.apply(IntakeConfigured(IntakeSettings()))
    assert shown.find(QLabel, "inboxWarning").text() == ""
    said = derive_intake_form(shown.session.state).state
    assert "key in memory only" in said
    assert "switch the receiver on" not in said, "it could not be"
    shown.apply(KeyPlaced(KeyPlace.KEY_FILE))
    assert "key in memory only" not in derive_intake_form(shown.session.state).state


def test_what_an_earlier_run_received_and_lost_is_said_with_whom_to_ask(shown: Shown) -> None:
    inbox(shown)
    lost = (
        LostStudy(images=3, source="CT01", last_at=NOW),
        LostStudy(images=2, source="", last_at=None),
    )
    shown.apply(IntakeTold(InboxState(studies=(), lost=lost)))
    said = shown.find(QLabel, "inboxLost").text()
    assert said.startswith("5 images")
    assert "3 from CT01" in said
    shown.find(QPushButton, "inboxForget").click()
    shown.find(QPushButton, "forgetQuestionYes").click()
    assert shown.wishes == [WishForgetLost()]


def test_a_receiver_that_is_on_and_cannot_listen_is_not_told_to_be_switched_on(
    shown: Shown,
) -> None:
    inbox(shown)
    shown.apply(KeyPlaced(KeyPlace.KEYRING))
    shown.apply(IntakeTold(IntakeState(listening=False, port_taken=True)))
    said = derive_intake_form(shown.session.state).state
    assert "another program has its port" in said
    assert "switch the receiver on" not in said


def test_files_of_the_watched_folder_are_said_by_what_is_wrong_with_them(shown: Shown) -> None:
    inbox(shown)
    told = IntakeState(listening=False, watching=True, taken=4, left=1, damaged=2, doubled=3)
    shown.apply(IntakeTold(told))
    assert shown.find(QLabel, "inboxLine").text() == (
        "Watched folder: 4 taken · 1 left that are no images"
    )
    warning = shown.find(QLabel, "inboxWarning").text()
    assert "2 files of the watched folder are damaged" in warning
    assert "3 files of the watched folder have the number" in warning
