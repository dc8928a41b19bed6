"""A report is read as it is on paper, saved as it was signed, and printed on A4 or A5."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn, cast

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.commands.report_wishes import (
    WishCertificateFile,
    WishCertificateToken,
    WishForgetCertificate,
    WishPaper,
    WishTokens,
)
from app.commands.wishes import Page, WishSign
from app.composition.fulfil_report import fulfil_report
from app.kit.theme import Appearance
from app.net.errors import Unreachable
from app.services.papers import Paper
from app.services.tasks import Tasks
from app.session.case import OpinionEdited, PaperVerified, ReportVerified
from app.session.notices import Trouble
from app.session.signature import (
    CertificateChosen,
    CertificatePlace,
    CertificateRefused,
    CertificateWords,
    PaperVerdict,
    TokenLabel,
    TokensFound,
)
from app.views.paper import PaperWindow
from app.views.report_print import A5, report_pdf
from protocol.consultation import Phase
from protocol.export import Exported, ExportKind, ExportTo
from protocol.report import Report, ReportSeal
from tests.fakes.examples import CASE, DOCTOR, EXPERT, consultation, opinion, person, row
from tests.fakes.reports import report, signed
from tests.views.conftest import Shown
from tests.views.facts import online
from tests.views.test_case_actions import click, open_held, open_own

if TYPE_CHECKING:
    from app.composition.desk import Desk

WORDS = CertificateWords(
    "陈一明", "卫生电子认证", datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
)
GOOD = PaperVerdict(intact=True, of_report=True, trusted=True, signer=WORDS)
SHA = "a" * 64


@pytest.fixture
def data(appearance: Appearance) -> bytes:
    lines = "\n".join("双肺纹理清晰。" for _ in range(90))
    return report_pdf(report(opinion=opinion(findings=lines)), ReportSeal("s" * 88, "k" * 44))


@pytest.fixture
def paper(data: bytes, appearance: Appearance, qtbot: QtBot) -> Iterator[PaperWindow]:
    above = QWidget()
    qtbot.addWidget(above)
    made = PaperWindow(above, appearance, data, "CONS-20261121-0007", draft=False)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    above.close()


def last(shown: Shown) -> object:
    return shown.wishes[-1]


def found(window: QWidget, name: str) -> QPushButton:
    made = window.findChild(QPushButton, name)
    assert made is not None
    return made


def said(window: QWidget) -> str:
    state = window.findChild(QLabel, "paperState")
    assert state is not None
    return state.text()


def test_its_pages_are_drawn(paper: PaperWindow, qtbot: QtBot) -> None:
    assert paper.pages.count > 1
    qtbot.waitUntil(lambda: paper.pages.has_drawn(0))


def test_what_is_saved_is_the_very_file(
    paper: PaperWindow, data: bytes, tmp_path: Path, qtbot: QtBot
) -> None:
    told: list[Exported] = []
    paper.exported.connect(told.append)
    found(paper, "savePaper").click()
    dialog = paper.findChild(QFileDialog, "fileDialog")
    assert dialog is not None
    assert told == []
    dialog.filesSelected.emit([str(tmp_path / "report.pdf")])
    qtbot.waitUntil(lambda: said(paper) == "Saved.")
    assert (tmp_path / "report.pdf").read_bytes() == data
    assert told == [Exported(kind=ExportKind.REPORT, to=ExportTo.FILE, count=1)]
    paper.save(tmp_path / "missing" / "report.pdf")
    qtbot.waitUntil(lambda: "another folder" in said(paper))


def test_it_is_kept_for_the_archive_where_there_is_a_patient(
    data: bytes, appearance: Appearance, tmp_path: Path, qtbot: QtBot
) -> None:
    above = QWidget()
    qtbot.addWidget(above)
    made = PaperWindow(
        above, appearance, data, "CONS-20261121-0007", draft=False, as_dicom=lambda: b"DICM"
    )
    with qtbot.waitExposed(made):
        made.show()
    found(made, "saveObject").click()
    dialog = made.findChild(QFileDialog, "fileDialog")
    assert dialog is not None
    assert dialog.defaultSuffix() == "dcm"
    dialog.filesSelected.emit([str(tmp_path / "report.dcm")])
    qtbot.waitUntil(lambda: said(made) == "Saved.")
    assert (tmp_path / "report.dcm").read_bytes() == b"DICM"


def test_a5_is_laid_out_anew_shown_and_printed_and_the_file_stays_as_it_was_signed(
    data: bytes, appearance: Appearance, tmp_path: Path, qtbot: QtBot
) -> None:
    text = report(opinion=opinion(findings="双肺纹理清晰。" * 40))
    asked = []

    def small() -> bytes:
        asked.append("a5")
        return report_pdf(text, ReportSeal("s" * 88, "k" * 44), sheet=A5)

    above = QWidget()
    qtbot.addWidget(above)
    made = PaperWindow(above, appearance, data, "CONS-20261121-0007", draft=False, has_a5=True)
    made.a5_wanted.connect(lambda: made.lay_out_a5(small))
    made.show()
    size = made.findChild(QComboBox, "paperSize")
    assert size is not None
    size.activated.emit(1)
    assert not found(made, "printPaper").isEnabled(), "not before it is laid out"
    qtbot.waitUntil(lambda: "Laid out for A5" in said(made))
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    made.print_on(printer)
    qtbot.waitUntil(lambda: said(made) == "Handed to the printer.")
    printed = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    assert len(printed) == made.pages.count
    made.save(tmp_path / "report.pdf")
    qtbot.waitUntil(lambda: said(made) == "Saved.")
    assert (tmp_path / "report.pdf").read_bytes() == data
    whole = len(pypdfium2.PdfDocument(data))
    size.activated.emit(0)
    assert made.pages.count == whole
    size.activated.emit(1)
    assert asked == ["a5"], "once"
    above.close()


def test_saving_meanwhile_and_a_failure_leave_printing_possible(
    data: bytes, appearance: Appearance, tmp_path: Path, qtbot: QtBot
) -> None:
    go_on = threading.Event()

    def slow() -> bytes:
        go_on.wait()
        return data

    def broken() -> bytes:
        raise ValueError("no page")

    above = QWidget()
    qtbot.addWidget(above)
    made = PaperWindow(above, appearance, data, "CONS-1", draft=False, has_a5=True)
    made.show()
    size = made.findChild(QComboBox, "paperSize")
    assert size is not None
    for work in (broken, None):  # it fails here, or what it needs cannot be fetched
        size.setCurrentIndex(1)
        size.activated.emit(1)
        made.fail_a5() if work is None else made.lay_out_a5(work)
        qtbot.waitUntil(lambda: "cannot be laid out" in said(made))
        assert (size.currentIndex(), found(made, "printPaper").isEnabled()) == (0, True)
    size.activated.emit(1)
    made.lay_out_a5(slow)
    made.save(tmp_path / "report.pdf")
    qtbot.waitUntil(lambda: said(made) == "Saved.")
    assert not found(made, "printPaper").isEnabled()
    go_on.set()
    qtbot.waitUntil(lambda: "Laid out for A5" in said(made))
    assert found(made, "printPaper").isEnabled()
    above.close()


async def test_the_signed_file_is_shown_before_any_picture_is_fetched(
    shown: Shown, data: bytes, qtbot: QtBot
) -> None:
    asked: list[Report] = []

    async def unreachable(of: Report) -> NoReturn:
        asked.append(of)
        raise Unreachable("no network")

    async def kept(_case: object = None) -> Paper:
        return Paper(data, "CONS-1", draft=False, file=True)

    people = {"requester": person(DOCTOR), "expert": person(EXPERT)}
    open_own(shown, consultation(row("a", Phase.SIGNED, **people)))
    shown.apply(ReportVerified(signed(report()), True))
    reports = SimpleNamespace(
        certificates=None,
        signing=None,
        papers=SimpleNamespace(signed_paper=kept),
        pictures=SimpleNamespace(of=unreachable),
        codes=SimpleNamespace(table=None),
        archiving=SimpleNamespace(archives=()),
    )
    tasks = Tasks(lambda error: pytest.fail(str(error)))
    desk = SimpleNamespace(
        window=shown.window, session=shown.session, keep_words=kept, tasks=tasks, reports=reports
    )
    fulfil_report(cast("Desk", desk), WishPaper())
    await tasks.quiet()
    made = shown.find(PaperWindow, "paperWindow")
    assert not asked
    size = shown.find(QComboBox, "paperSize")
    size.activated.emit(1)
    await tasks.quiet()
    assert len(asked) == 1
    assert "cannot be laid out" in said(made)
    made.close()


@pytest.mark.parametrize("size", [QPageSize.PageSizeId.A4, QPageSize.PageSizeId.A5])
def test_every_page_fits_the_paper_of_the_printer(
    paper: PaperWindow, size: QPageSize.PageSizeId, tmp_path: Path, qtbot: QtBot
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPageSize(QPageSize(size))
    paper.print_on(printer)
    qtbot.waitUntil(lambda: said(paper) == "Handed to the printer.")
    printed = pypdfium2.PdfDocument(tmp_path / "printed.pdf")
    wanted = QPageSize.size(size, QPageSize.Unit.Point)
    assert len(printed) == paper.pages.count
    width, height = printed[0].get_size()
    assert (round(width), round(height)) == (round(wanted.width()), round(wanted.height()))
    pixels = printed[0].render(scale=0.5).to_numpy()
    assert pixels.min() < 100, "something is on it"
    printed.close()


def test_an_earlier_version_is_asked_for(data: bytes, appearance: Appearance, qtbot: QtBot) -> None:
    above = QWidget()
    qtbot.addWidget(above)
    made = PaperWindow(above, appearance, data, "CONS-1", draft=False, version=2, versions=2)
    with qtbot.waitExposed(made):
        made.show()
    box = made.findChild(QComboBox, "paperVersion")
    assert box is not None
    assert (box.currentText(), box.isVisible()) == ("2", True)
    asked: list[int] = []
    made.version_chosen.connect(asked.append)
    box.activated.emit(1)
    box.activated.emit(0)
    assert asked == [1]


def test_a_draft_is_only_read(data: bytes, appearance: Appearance, qtbot: QtBot) -> None:
    above = QWidget()
    qtbot.addWidget(above)
    draft = PaperWindow(above, appearance, data, "CONS-20261121-0007", draft=True)
    with qtbot.waitExposed(draft):
        draft.show()
    for name in ("savePaper", "printPaper"):
        assert not found(draft, name).isVisible()
    QTest.keyClick(draft, Qt.Key.Key_Escape)
    assert not draft.isVisible()


def test_it_is_asked_for_while_writing_and_when_signed(shown: Shown) -> None:
    open_held(shown)
    shown.apply(OpinionEdited(CASE, opinion()))
    click(shown, "previewReport")
    assert last(shown) == WishPaper()


def test_where_a_certificate_signs_its_passphrase_is_asked_too(shown: Shown) -> None:
    open_held(shown)
    shown.apply(OpinionEdited(CASE, opinion()), CertificateChosen(CertificatePlace.FILE, WORDS))
    click(shown, "sign")
    password, secret = (shown.find(QLineEdit, n) for n in ("signPassword", "signSecret"))
    assert "陈一明" in secret.accessibleName()
    password.setText("geheim12")
    QTest.keyClick(password, Qt.Key.Key_Return)
    assert not [one for one in shown.wishes if isinstance(one, WishSign)], "it is still missing"
    secret.setText("correct horse")
    QTest.keyClick(secret, Qt.Key.Key_Return)
    assert last(shown) == WishSign("geheim12", "correct horse")
    assert (password.text(), secret.text()) == ("", "")
    assert "horse" not in repr(shown.wishes[-1])


@pytest.mark.parametrize(
    ("verdict", "words", "look"),
    [
        (GOOD, "卫生电子认证", "good"),
        (replace(GOOD, trusted=False), "does not know", "problem"),
        (replace(GOOD, of_report=False), "not this report's", "problem"),
    ],
    ids=["good", "unknown authority", "another's"],
)
def test_the_clinic_reads_what_the_file_is_worth(
    shown: Shown, verdict: PaperVerdict, words: str, look: str
) -> None:
    people = {"requester": person(DOCTOR), "expert": person(EXPERT)}
    open_own(shown, consultation(row("a", Phase.SIGNED, **people)))
    one = signed(report()).model_copy(update={"presented_form": SHA})
    shown.apply(ReportVerified(one, True), PaperVerified(SHA, verdict))
    line = shown.find(QLabel, "paperStatus")
    assert words in line.text()
    assert line.property("type") == look


def on_settings(shown: Shown) -> None:
    shown.apply(*online(EXPERT))
    shown.go(Page.SETTINGS)


def test_a_certificate_is_chosen_from_a_file(shown: Shown) -> None:
    on_settings(shown)
    shown.find(QLineEdit, "certificateSecret").setText("correct horse")
    click(shown, "certificateFile")
    shown.find(QFileDialog, "fileDialog").filesSelected.emit(["/mine.p12"])
    assert last(shown) == WishCertificateFile(Path("/mine.p12"), "correct horse")
    shown.apply(CertificateChosen(CertificatePlace.FILE, WORDS))
    assert shown.find(QLineEdit, "certificateSecret").text() == ""
    assert "陈一明" in shown.find(QLabel, "certificateLine").text()
    click(shown, "forgetCertificate")
    assert last(shown) == WishForgetCertificate()


def test_a_certificate_is_chosen_from_a_token(shown: Shown) -> None:
    on_settings(shown)
    shown.find(QLineEdit, "tokenModule").setText("/token.so")
    click(shown, "lookForTokens")
    assert last(shown) == WishTokens("/token.so")
    labels = (TokenLabel("one", "a"), TokenLabel("two", "b"))
    shown.apply(TokensFound("/token.so", labels))
    shown.find(QComboBox, "tokenLabels").setCurrentIndex(1)
    click(shown, "useToken")
    assert last(shown) == WishTokens("/token.so"), "an empty PIN would count as a wrong one"
    shown.find(QLineEdit, "certificateSecret").setText("1234")
    click(shown, "useToken")
    assert last(shown) == WishCertificateToken("/token.so", "two", "b", "1234")


def test_why_a_certificate_was_refused_stands_beside_it(shown: Shown) -> None:
    on_settings(shown)
    shown.apply(CertificateRefused(Trouble.CERTIFICATE_WRONG_SECRET))
    problem = shown.find(QLabel, "certificateProblem")
    assert problem.isVisible()
    assert "PIN" in problem.text()


def test_who_does_not_sign_is_not_asked_for_one(shown: Shown) -> None:
    shown.apply(*online(DOCTOR))
    shown.go(Page.SETTINGS)
    assert not shown.find(QPushButton, "certificateFile").isVisible()
