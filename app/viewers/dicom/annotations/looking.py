"""How a marked frame is looked at: window, inversion, turn and the part of it that a cell shows."""

from __future__ import annotations

from collections.abc import Iterable

from app.imaging.picture import GreyPicture, shape_of
from app.imaging.resample import Region, Viewport
from app.imaging.series import SliceRef
from app.imaging.writing.look import Look
from app.viewers.dicom.stack import StackView


def look_of(ref: SliceRef, cells: Iterable[StackView]) -> Look:
    """As the cell has it that shows the frame's series: one on the screen before one that is not,
    one that shows this very frame before others, then the active one. As the file says where the
    series is in no cell."""
    found = [cell for cell in cells if cell.series is not None and ref in cell.series.slices]
    best = min(
        found,
        key=lambda cell: (not cell.isVisible(), cell.ref != ref, not cell.pane.active),
        default=None,
    )
    return Look() if best is None else _look(best, ref)


def _look(cell: StackView, ref: SliceRef) -> Look:
    pane, picture = cell.pane, cell.pane.picture
    turn = pane.camera.turn
    # Under a presentation state windows and inversion are the state's, not the file's.
    stated = pane.home.region is not None
    own = stated or cell.ref == ref
    inverse = None
    if stated and isinstance(picture, GreyPicture):
        inverse = pane.inverted != picture.inverse
    viewport = pane.viewport()
    return Look(
        voi=pane.voi if own and picture is not None else pane.chosen_voi,
        inverted=pane.inverted,
        turn=turn.quarters,
        mirrored=turn.mirrored,
        area=None if viewport is None or picture is None else _part(viewport, *shape_of(picture)),
        inverse=inverse,
    )


def _part(viewport: Viewport, rows: int, columns: int) -> Region | None:
    """What the pane shows of a picture, in its whole pixels; None where that is all of it."""
    corners = (viewport.to_picture(x, y) for x in (0, viewport.width) for y in (0, viewport.height))
    across, down = zip(*corners, strict=True)
    left, right, top, bottom = (
        round(at) for at in (min(across), max(across), min(down), max(down))
    )
    if left <= 0 and top <= 0 and right >= columns and bottom >= rows:
        return None
    return Region(left, top, right, bottom, 1.0)
