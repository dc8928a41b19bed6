"""The draft of a report as it would be on paper, beside who writes it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING
from uuid import UUID

import shiboken6
from PySide6.QtCore import QByteArray, QPoint
from PySide6.QtWidgets import QWidget

from app.imaging.errors import ImagingError
from app.net.errors import NetError
from app.services.papers import Paper
from app.session.case import Case
from app.session.state import State
from app.viewers.document.pdf import Pdf
from app.views.paper import PaperWindow, show_paper
from protocol.consultation import Phase

if TYPE_CHECKING:
    from app.composition.desk import Desk

log = logging.getLogger(__name__)
FRAME = 36
"""Pixels that a window's title takes."""


class DraftPreview:
    """One window at most: laid out anew, beside the GUI thread, soon after something was typed;
    gone when the draft or its case is. Where it stood, the next one stands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._window: PaperWindow | None = None
        self._of: UUID | None = None
        self._shown: tuple[object, ...] = ()
        self._place = QByteArray()

    @property
    def window(self) -> PaperWindow | None:
        """The one that is open."""
        there = self._window is not None and shiboken6.isValid(self._window)
        return self._window if there else None

    async def show(self, case: Case) -> None:
        if self._of == case.id and self.window is not None:
            self.window.activateWindow()
            return
        paper = await self._lay_out(case)
        if self.window is not None:
            self.window.close()
        above = self._desk.window
        made = show_paper(above, above.appearance, paper.pdf, paper.number, draft=True)
        made.leaving.connect(self._remember)
        if self._place.isEmpty():
            _lay_over(made, above.workspace.columns.widget(1))
        else:
            made.restoreGeometry(self._place)
        self._window, self._of, self._shown = made, case.id, _written(case)
        self.follow(self._desk.session.state)  # something may have been typed meanwhile

    def _remember(self) -> None:
        if self.window is not None:
            self._place = self.window.saveGeometry()

    def follow(self, state: State) -> None:
        if (window := self.window) is None:
            return
        case = state.case
        if case is None or case.id != self._of or not is_draft(case):
            window.close()
        elif (written := _written(case)) != self._shown:
            self._shown = written
            window.begin_renewing()
            self._desk.tasks.renew(self._renew, only="draft on paper")

    async def _renew(self) -> None:
        case = self._desk.session.state.case
        if self.window is None or case is None or case.id != self._of:
            return
        pdf = None
        try:
            pdf = await asyncio.to_thread(Pdf, (await self._lay_out(case)).pdf)
        except (NetError, ImagingError) as error:
            log.info("a draft could not be laid out anew: %s", error)
        if self.window is not None and self._of == case.id:
            self.window.renew(pdf)

    async def _lay_out(self, case: Case) -> Paper:
        reports = self._desk.reports
        return await reports.papers.draft_paper(await reports.signing.draft(case))


def _lay_over(window: PaperWindow, images: QWidget) -> None:
    """Over the images: beside what is typed, and below the patient's name."""
    window.resize(images.width(), images.height() - FRAME)
    window.move(images.mapToGlobal(QPoint(0, 0)))


def is_draft(case: Case) -> bool:
    """Whether it is still written here, the first time or as an amendment."""
    amending = case.consultation.summary.phase is Phase.AMENDED
    return case.claim is not None and (amending or case.report is None)


def _written(case: Case) -> tuple[object, ...]:
    """What of a case a report is made of."""
    return case.opinion, case.content, case.consultation.studies
