"""Calibration by hand in one cell: the line, and the pictures it changes."""

from __future__ import annotations

from app.imaging.hand_calibration import Pictures
from app.imaging.picture import Picture, shape_of
from app.imaging.series import Series, SliceRef
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.calibrating.layer import CalibrationLayer, Place
from app.viewers.dicom.stack import StackView


def calibrate(cell: StackView, sheet: AnnotationSheet) -> CalibrationLayer:
    """Give a cell the tool, and have it show pictures with the lengths that hold for them."""

    def where() -> Place | None:
        series, ref = cell.series, cell.ref
        if series is None or ref is None:
            return None
        return Place(ref, series.series_instance_uid, len(series.slices))

    layer = CalibrationLayer(sheet, cell.pane, where, cell)
    cell.prepared = prepared = _Prepared(sheet)
    cell.pane.add_layer(layer)
    cell.changed.connect(layer.follow)
    sheet.calibrated.connect(prepared.forget)
    sheet.calibrated.connect(cell.refresh)
    return layer


class _Prepared:
    """The same picture again for the same calibration, so that nothing is drawn anew for nothing.

    Holds the last one only: a picture kept here would count for no budget.
    """

    def __init__(self, sheet: AnnotationSheet) -> None:
        self._sheet = sheet
        self._last: tuple[Picture, Picture] | None = None

    def forget(self) -> None:
        """Keep nothing."""
        self._last = None

    def __call__(self, series: Series, ref: SliceRef, picture: Picture) -> Picture:
        pictures = Pictures(ref, series.series_instance_uid, shape_of(picture))
        made = self._sheet.as_calibrated(pictures, picture)
        if made is picture:
            self._last = None
            return picture
        if self._last is not None:
            source, shown = self._last
            if source is picture and shown.spacing == made.spacing:
                return shown
        self._last = (picture, made)
        return made
