"""The clinic gives the patient the report: a window with link, code and slip, and what became."""

from datetime import timedelta
from pathlib import Path

import cv2
import pypdfium2
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.commands.report_wishes import WishFollowCopies, WishGiveCopy, WishWithdrawCopy
from app.kit.widgets import ElidedLabel
from app.services.invitation import squares_of
from app.session.case import Case, CaseOpened, ReportVerified
from app.session.report_copy import CopiesTold, CopyMade, GivenCopy
from app.views.report_copy import ReportCopyWindow
from protocol.consultation import Phase
from protocol.report_copy import CopyStanding, ReportCopyState
from tests.fakes.examples import DOCTOR, NOW, consultation, named, person, row
from tests.fakes.reports import report, signed
from tests.views.conftest import Shown
from tests.views.test_case_actions import click, open_own

CASE, ID = named("case a"), "0" * 32
LINK = f"https://call.test/copy#{'c' * 43}"
GIVEN = GivenCopy(ID, CASE, NOW + timedelta(days=7), LINK, squares_of(LINK))


def state(standing: CopyStanding, id_: str = ID, opened: int = 0) -> ReportCopyState:
    return ReportCopyState(
        id=id_,
        standing=standing,
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        opened_at=NOW if opened else None,
        opened=opened,
    )


@pytest.fixture
def window(shown: Shown) -> ReportCopyWindow:
    """Opened from a signed report that was verified."""
    open_own(shown, consultation(row("a", phase=Phase.SIGNED, requester=person(DOCTOR))))
    shown.apply(ReportVerified(signed(report("a")), verified=True))
    click(shown, "giveCopy")
    made = shown.find(ReportCopyWindow, "reportCopyWindow")
    assert made.isVisible()
    assert shown.wishes == [WishFollowCopies(CASE)]
    return made


def lines(window: ReportCopyWindow) -> list[str]:
    return [one.text() for one in window.findChildren(ElidedLabel, "givenCopy")]


def test_one_press_gives_it_for_a_week_and_the_link_can_be_copied(
    shown: Shown, window: ReportCopyWindow
) -> None:
    click(shown, "makeCopy")
    assert shown.wishes[-1] == WishGiveCopy(CASE, 7)
    shown.apply(CopyMade(GIVEN), CopiesTold(CASE, (state(CopyStanding.OPEN),)))
    assert shown.find(QLineEdit, "copyLink").text() == LINK
    click(shown, "copyCopyLink")
    assert QGuiApplication.clipboard().text() == LINK


def test_what_became_of_each_is_told_and_an_open_one_taken_back(
    shown: Shown, window: ReportCopyWindow
) -> None:
    known = (state(CopyStanding.OPEN, opened=2), state(CopyStanding.LOCKED, "1" * 32))
    shown.apply(CopyMade(GIVEN), CopiesTold(CASE, known))
    first, second = lines(window)
    assert "read 2 times" in first
    assert "locked" in second
    assert len(window.findChildren(QPushButton, "withdrawCopy")) == 1
    click(shown, "withdrawCopy")
    assert shown.wishes[-1] == WishWithdrawCopy(CASE, ID)
    shown.apply(CopiesTold(CASE, (state(CopyStanding.WITHDRAWN),)))
    assert not shown.find(QLineEdit, "copyLink").isVisible(), "what opens nothing is not handed out"


def test_the_slip_has_the_code_and_no_name(
    shown: Shown, window: ReportCopyWindow, tmp_path: Path
) -> None:
    shown.apply(CopyMade(GIVEN))
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "slip.pdf"))
    window.print_on(printer)
    document = pypdfium2.PdfDocument(tmp_path / "slip.pdf")
    assert len(document) == 1
    page = document[0]
    text = page.get_textpage().get_text_range()
    picture = page.render(scale=2).to_numpy()
    document.close()
    assert "何小溪" not in text
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == LINK


def test_another_case_closes_the_window(shown: Shown, window: ReportCopyWindow) -> None:
    shown.apply(CaseOpened(Case(consultation(row("b", requester=person(DOCTOR))))))
    assert not window.isVisible()


def test_before_the_signature_is_verified_nothing_is_given(shown: Shown) -> None:
    open_own(shown, consultation(row("a", phase=Phase.SIGNED, requester=person(DOCTOR))))
    assert not shown.find(QPushButton, "giveCopy").isVisible()
