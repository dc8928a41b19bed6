"""How the pictures of a case lie on the screen, as words that can be kept and put back: the grid,
and in each cell the series, the slice, the window, the zoom and the turn."""

from __future__ import annotations

import logging

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from app.imaging.geometry import Turn
from app.imaging.resample import Region
from app.imaging.series import SliceRef
from app.imaging.voi import VoiFunction, Window
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.placing import Placing
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.stage import Stage

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PlacedWindow:
    """Centre and width in modality values, and the function (PS3.3 C.11.2.1.2)."""

    center: float
    width: float
    function: VoiFunction


@dataclass(frozen=True)
class PlacedCamera:
    """As `camera.Camera`; `region` is left, top, right, bottom and aspect."""

    zoom: float | None
    center: tuple[float, float]
    quarters: int
    mirrored: bool
    region: tuple[float, float, float, float, float] | None
    fill: bool
    side: tuple[int, int]


@dataclass(frozen=True)
class PlacedCell:
    """`frame` from 0; `window` None is each picture's own."""

    series: str
    sop_instance_uid: str
    frame: int
    window: PlacedWindow | None
    inverted: bool
    camera: PlacedCamera


@dataclass(frozen=True)
class Arrangement:
    """Cells row by row, None where a cell is empty; `active` counts from 0."""

    rows: int
    columns: int
    active: int
    alone: bool
    tool: str
    cells: tuple[PlacedCell | None, ...]


_KEPT = TypeAdapter(Arrangement)


class Arranger:
    """Takes down and puts back what the cells of a stage show."""

    def __init__(self, stage: Stage, placing: Placing) -> None:
        self._stage = stage
        self._placing = placing
        self._wanted: Arrangement | None = None

    def take_down(self) -> str:
        """JSON; empty while nothing is shown."""
        grid = self._stage.grid
        cells = tuple(_placed(cell) for cell in grid.cells)
        if not any(cells):
            return ""
        rows, columns = grid.shape
        active = grid.cells.index(grid.active)
        made = Arrangement(rows, columns, active, grid.alone, grid.tool, cells)
        return _KEPT.dump_json(made).decode()

    def want(self, kept: str) -> None:
        """What `take_down` wrote is put back once the source is listed, unless somebody has taken
        over by then; empty forgets what was wanted."""
        self._wanted = None
        if kept:
            try:
                self._wanted = _KEPT.validate_json(kept)
            except ValidationError:
                log.info("an arrangement of another version is left alone")
        if self._placing.listed and not self._placing.touched:
            self.begin()

    def begin(self) -> bool:
        """The source is listed: puts back what is wanted; answers whether any of it was there. What
        is not there may be in the source that is opened next."""
        wanted = self._wanted
        if wanted is None:
            return False
        known = {series.uid: series for series in self._placing.images}
        if not any(cell is not None and cell.series in known for cell in wanted.cells):
            return False
        self._wanted = None
        grid = self._stage.grid
        grid.set_layout(wanted.rows, wanted.columns)
        for cell, placed in zip(grid.cells, wanted.cells, strict=False):
            series = None if placed is None else known.get(placed.series)
            if placed is None or series is None:
                continue
            ref = SliceRef(placed.sop_instance_uid, placed.frame)
            index = series.slices.index(ref) if ref in series.slices else 0
            self._placing.place(cell, series, index)
            _put_back(cell, placed)
        if wanted.active < len(grid.cells):
            grid.activate(grid.cells[wanted.active])
        if wanted.alone is not grid.alone:
            grid.toggle_alone()
        grid.use_tool(wanted.tool)
        self._stage.mark()
        return True


def _placed(cell: StackView) -> PlacedCell | None:
    ref, pane = cell.ref, cell.pane
    if ref is None:
        return None
    chosen, camera = pane.chosen_voi, pane.camera
    # A look-up table belongs to its picture, which brings it again.
    window = None
    if isinstance(chosen, Window):
        window = PlacedWindow(chosen.center, chosen.width, chosen.function)
    region = camera.region
    return PlacedCell(
        series=cell.series_uid,
        sop_instance_uid=ref.sop_instance_uid,
        frame=ref.frame,
        window=window,
        inverted=pane.inverted,
        camera=PlacedCamera(
            zoom=camera.zoom,
            center=(camera.center_x, camera.center_y),
            quarters=camera.turn.quarters,
            mirrored=camera.turn.mirrored,
            region=None
            if region is None
            else (region.left, region.top, region.right, region.bottom, region.aspect),
            fill=camera.fill,
            side=camera.side,
        ),
    )


def _put_back(cell: StackView, placed: PlacedCell) -> None:
    window, camera = placed.window, placed.camera
    voi = None if window is None else Window(window.center, window.width, window.function)
    cell.pane.set_levels(voi, inverted=placed.inverted)
    cell.pane.set_camera(
        Camera(
            zoom=camera.zoom,
            center_x=camera.center[0],
            center_y=camera.center[1],
            turn=Turn(camera.quarters, camera.mirrored),
            region=None if camera.region is None else Region(*camera.region),
            fill=camera.fill,
            side=camera.side,
        )
    )
    cell.report()
