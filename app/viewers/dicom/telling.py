"""What the captions of a slice speak about, gathered from its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.imaging.hand_calibration import is_by_hand
from app.imaging.picture import Picture
from app.imaging.pipeline import default_voi
from app.imaging.series import Series
from app.viewers.dicom.captions import Shown

if TYPE_CHECKING:
    from app.viewers.dicom.stack import StackView


def told(cell: StackView, series: Series, index: int, picture: Picture | None) -> Shown:
    """Slice `index` of a series, looked at as the cell looks at its own."""
    ref, plane = series.slices[index], series.plane(index)
    instance = series.instance(ref.sop_instance_uid) or series.first
    state, objects = cell.over(series, ref)
    viewport, voi = cell.pane.viewport(), cell.pane.chosen_voi
    return Shown(
        instance=instance,
        index=index,
        count=len(series.slices),
        here=series.here,
        listed=cell.at_source.get(series.uid, 0) if series.parts == 1 else 0,
        voi=voi if voi is not None or picture is None else default_voi(picture),
        zoom=viewport.zoom if viewport is not None else 1.0,
        partial=picture.partial if picture is not None else False,
        coming=picture.coming if picture is not None else False,
        lossy=picture.lossy if picture is not None else instance.lossy,
        invert=cell.pane.inverted,
        shape=cell.stack_shape(),
        cine=cell.cine_words(),
        place=plane.height if plane is not None else None,
        state=state,
        objects=objects,
        corner_text=cell.corner_text,
        by_hand=picture is not None and is_by_hand(picture),
    )
