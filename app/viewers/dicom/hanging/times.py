"""Which study each cell shows, said over its pictures where it is not the current one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QObject

from app.imaging.priors import CaseStudy, case_studies
from app.imaging.series import Series
from app.viewers.dicom.hanging.words import badge_words
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.stage import Stage


class Times(QObject):
    """Knows the studies of the opened case and keeps the badges of the cells right."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._grid = stage.grid
        self._planes = stage.planes
        self._studies: tuple[CaseStudy, ...] = ()
        self._own: frozenset[str] | None = None
        stage.grid.cell_made.connect(self._watch)
        for cell in stage.grid.cells:
            self._watch(cell)
        stage.planes.turned.connect(self._tell_planes)

    @property
    def studies(self) -> tuple[CaseStudy, ...]:
        """The studies of the case, the current one first."""
        return self._studies

    def now_own(self, own: Collection[str] | None) -> bool:
        """Takes the Study Instance UIDs of the case itself, None where all belong together; whether
        that is news."""
        new = frozenset(own) if own is not None else None
        changed, self._own = new != self._own, new
        return changed

    def refresh(self, series: Iterable[Series]) -> None:
        """The case has these series now."""
        self._studies = case_studies(series, self._own)
        self.words()

    def words(self) -> None:
        """Every badge, again after the language or the case changed."""
        for cell in self._grid.cells:
            self._tell(cell)
        self._tell_planes()

    def _watch(self, cell: StackView) -> None:
        cell.opened.connect(lambda: self._tell(cell))

    def _badge(self, series: Series | None) -> str:
        uid = series.uid if series is not None else None
        mine = (one for one in self._studies if any(each.uid == uid for each in one.series))
        study = next(mine, None)
        return badge_words(study) if study is not None else ""

    def _tell(self, cell: StackView) -> None:
        cell.pane.set_badge(self._badge(cell.series))

    def _tell_planes(self) -> None:
        badge = self._badge(self._grid.active.series)
        for view in self._planes.room.cells.values():
            view.pane.set_badge(badge)
