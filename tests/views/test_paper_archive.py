"""A signed report is sent to the hospital's archive from where it is read."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.kit.theme import Appearance
from app.views.paper import PaperWindow
from app.views.report_print import report_pdf
from protocol.report import ReportSeal
from tests.fakes.reports import report
from tests.views.test_paper import found, said

Open = Callable[[tuple[tuple[UUID, str], ...]], PaperWindow]


@pytest.fixture
def paper(appearance: Appearance, qtbot: QtBot) -> Open:
    above = QWidget()
    qtbot.addWidget(above)

    def opened(archives: tuple[tuple[UUID, str], ...]) -> PaperWindow:
        made = PaperWindow(
            above,
            appearance,
            report_pdf(report(), ReportSeal("s" * 88, "k" * 44)),
            "CONS-20261121-0007",
            draft=False,
            as_dicom=lambda: b"DICM",
            archives=archives,
        )
        with qtbot.waitExposed(made):
            made.show()
        return made

    return opened


def test_it_is_sent_to_the_archive_that_somebody_chooses(paper: Open, qtbot: QtBot) -> None:
    wanted = uuid4()
    made = paper(((uuid4(), "备份"), (wanted, "影像科")))
    send = found(made, "sendToArchive")
    menu = send.menu()
    assert menu is not None
    chosen = {action.text(): action for action in menu.actions()}["影像科"]
    with qtbot.waitSignal(made.archive_wanted) as asked:
        chosen.trigger()
    assert asked.args == [wanted]
    assert not send.isEnabled(), "once is enough"
    made.give_to_archive(given=True)
    assert send.isEnabled()
    assert "On its way" in said(made)


def test_where_there_is_no_archive_nothing_is_sent(paper: Open) -> None:
    assert not found(paper(()), "sendToArchive").isVisible()
