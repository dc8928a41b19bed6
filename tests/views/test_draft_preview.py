"""The draft as it would be on paper stays open beside who writes it, and goes on with it."""

from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.composition.desk import Desk
from app.composition.draft_preview import DraftPreview
from app.net.errors import Unreachable
from app.services.papers import Paper
from app.services.tasks import Tasks
from app.session.case import Case, CaseClosed, OpinionEdited
from app.views.paper import PaperWindow
from app.views.report_print import report_pdf
from protocol.report import Report
from tests.fakes.examples import CASE, opinion
from tests.fakes.reports import report
from tests.views.conftest import Shown
from tests.views.test_case_actions import open_held

SHORT, LONG = opinion(), opinion(findings="\n".join("双肺纹理清晰。" for _ in range(90)))


class Papers:
    """Lays out what the case says; fails while there is no network."""

    def __init__(self) -> None:
        self.away = False

    async def draft(self, case: Case) -> Report:
        return report(opinion=case.opinion)

    async def draft_paper(self, told: Report) -> Paper:
        if self.away:
            raise Unreachable("no network")
        return Paper(report_pdf(told, None), told.number, draft=True, file=False)


def state_of(window: PaperWindow) -> QLabel:
    state = window.findChild(QLabel, "paperState")
    assert state is not None
    return state


def said(window: PaperWindow) -> str:
    return state_of(window).text()


async def test_it_follows_what_is_typed_keeps_its_place_and_goes_with_the_draft(
    shown: Shown, qtbot: QtBot
) -> None:
    open_held(shown)
    papers, tasks = Papers(), Tasks(lambda error: pytest.fail(str(error)))
    reports = SimpleNamespace(papers=papers, signing=papers)
    desk = SimpleNamespace(window=shown.window, session=shown.session, tasks=tasks, reports=reports)
    preview = DraftPreview(cast("Desk", desk))
    shown.session.changed.connect(preview.follow)
    shown.apply(OpinionEdited(CASE, LONG))
    case = shown.session.state.case
    assert case is not None
    writing = shown.find(QPlainTextEdit, "report_findings")
    writing.setFocus()
    await preview.show(case)
    window = preview.window
    assert window is not None
    assert window.windowModality() is Qt.WindowModality.NonModal
    qtbot.waitUntil(lambda: window.pages.has_drawn(0))
    bar, pages = window.pages.verticalScrollBar(), window.pages.count
    window.pages.go_to(1)
    place = bar.value()
    assert place > 0
    longer = LONG.model_copy(update={"findings": f"{LONG.findings}\n" * 2})
    shown.apply(OpinionEdited(CASE, longer))
    assert "anew" in said(window)
    await tasks.quiet()
    assert said(window) == "This is how it would be signed now."
    assert window.pages.count > pages
    assert (window.pages.page, bar.value()) == (1, place)
    papers.away = True
    shown.apply(OpinionEdited(CASE, SHORT))
    await tasks.quiet()
    assert "older than your words" in said(window)
    assert state_of(window).property("type") == "problem", "it is not read over"
    assert window.pages.count > pages, "what was there stays"
    papers.away = False
    shown.apply(OpinionEdited(CASE, LONG))
    await tasks.quiet()
    assert window.pages.count == pages
    assert state_of(window).property("type") == "muted"
    await preview.show(case)
    assert preview.window is window, "one is enough"
    shown.apply(CaseClosed())
    assert preview.window is None or not preview.window.isVisible()
