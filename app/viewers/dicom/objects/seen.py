"""The picture that objects lie over, in a cell of the grid or of the planes."""

from __future__ import annotations

from dataclasses import dataclass

from app.imaging.contours import usual_gap
from app.imaging.planes import Plane
from app.imaging.series import Series, SliceRef
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.stack import StackView


@dataclass(frozen=True, slots=True)
class Seen:
    """The picture a layer lies over: an instance's, or with `ref` None a plane through a volume;
    `gap` is millimetres between neighbouring pictures."""

    ref: SliceRef | None
    plane: Plane | None
    gap: float | None


class Gaze:
    """What a cell shows, with the gap of its series worked out once."""

    def __init__(self, cell: StackView) -> None:
        self._cell = cell
        self._known: tuple[Series | None, float | None] = (None, None)

    def seen(self) -> Seen | None:
        """The picture of the cell."""
        series, ref = self._cell.series, self._cell.ref
        if series is None or ref is None:
            return None
        if series is not self._known[0]:
            self._known = (series, usual_gap(self._cell.finder.planes))
        return Seen(ref, self._cell.plane, self._known[1])


def seen_on(view: PlaneView) -> Seen | None:
    """The plane in a cell of the planes; nothing lies on a slab, which shows many at once."""
    cut = view.cut
    if cut is None or cut.wish.slab.thickness:
        return None
    return Seen(None, cut.wish.plane, cut.wish.plane.column_spacing)
