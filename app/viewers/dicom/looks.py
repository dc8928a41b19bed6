"""How cells show their pictures, as steps of the same book as the marks: one step a gesture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.imaging.annotation import Aside
from app.imaging.voi import Voi
from app.viewers.dicom.camera import Camera

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.viewers.dicom.grid import Grid
    from app.viewers.dicom.mpr.plane_view import PlaneView
    from app.viewers.dicom.stack import StackView


@dataclass(frozen=True, slots=True)
class Seen:
    """How one cell shows a series; what it costs to keep is a few numbers."""

    series: str
    voi: Voi | None
    inverted: bool
    camera: Camera


@dataclass(frozen=True, slots=True)
class Looks:
    """Every cell that shows something, and whether display shutters are closed."""

    cells: Mapping[StackView | PlaneView, Seen]
    shutters: bool

    def only(self, cells: Mapping[StackView | PlaneView, Seen]) -> Looks:
        """The part that is about some cells."""
        return Looks({cell: self.cells[cell] for cell in cells}, self.shutters)


class LookBook:
    """Notes what hands change. `put` takes each step; `planes` are the cells of the planes."""

    def __init__(
        self,
        grid: Grid,
        planes: Callable[[], tuple[PlaneView, ...]],
        put: Callable[[Aside], None],
    ) -> None:
        self._grid = grid
        self._planes = planes
        self._put = put
        self._before: Looks | None = None
        self._open = 0

    def looks(self) -> Looks:
        """As everything is seen now."""
        cells: list[StackView | PlaneView] = [*self._grid.cells, *self._planes()]
        seen = {cell: one for cell in cells if (one := _seen(cell)) is not None}
        return Looks(seen, self._grid.shutters)

    def begin(self) -> None:
        """A hand takes hold; what is begun within belongs to it."""
        if self._open == 0:
            self._before = self.looks()
        self._open += 1

    def end(self, kind: str = "") -> None:
        """The hand lets go: what has changed meanwhile is one step. Steps of one `kind` that follow
        each other on the same cells are one, as the notches of a wheel."""
        self._open = max(0, self._open - 1)
        before = self._before
        if self._open or before is None:
            return
        self._before, now = None, self.looks()
        changed = {
            cell: seen
            for cell, seen in now.cells.items()
            if cell in before.cells and before.cells[cell] != seen
            if before.cells[cell].series == seen.series
        }
        if changed or before.shutters != now.shutters:
            old, new = before.only(changed), now.only(changed)
            key = (kind, *map(id, changed)) if kind else ()
            self._put(Aside(lambda: self._show(old), lambda: self._show(new), key))

    @contextmanager
    def step(self, kind: str = "") -> Iterator[None]:
        """`begin` and `end` around what a key or a menu does."""
        self.begin()
        try:
            yield
        finally:
            self.end(kind)

    def _show(self, looks: Looks) -> bool:
        """Answers whether anything was there to change: a cell may show another series by now."""
        done = looks.shutters != self._grid.shutters
        if done:
            self._grid.show_shutters(looks.shutters)
        for cell, seen in looks.cells.items():
            now = _seen(cell)
            if now is None or now.series != seen.series or now == seen:
                continue
            cell.pane.set_levels(seen.voi, inverted=seen.inverted)
            cell.pane.set_camera(seen.camera)
            cell.report()
            done = True
        return done


def _seen(cell: StackView | PlaneView) -> Seen | None:
    uid, pane = cell.series_uid, cell.pane
    return Seen(uid, pane.chosen_voi, pane.inverted, pane.camera) if uid else None
