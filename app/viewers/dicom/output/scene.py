"""A cell as it is looked at, held apart from the screen: any of its slices can be painted later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.imaging.geometry import edge_letters
from app.imaging.hand_calibration import Calibrations, Pictures, calibrated, is_by_hand, valid_for
from app.imaging.picture import Picture, shape_of
from app.imaging.pipeline import default_voi
from app.imaging.series import Instance, Series, SliceRef
from app.imaging.voi import Voi
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.annotations.words import lines
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.captions import Corners, Shown, corners, series_words
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.picture_painter import Lines, Mark, Shot
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.telling import told


@dataclass(frozen=True, slots=True)
class Over:
    """What is painted over a picture; without `texts` nothing says whose it is."""

    drawn: bool = True
    texts: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Taken in the GUI thread, used in any. `voi` None gives each picture its own window; `shown`
    speaks of slice `index`, `references` are the reference lines in it."""

    series: Series
    index: int
    shown: Shown
    camera: Camera
    voi: Voi | None
    inverted: bool
    shuttered: bool
    references: Lines
    marks: Mapping[SliceRef, tuple[Mark, ...]]
    key_images: frozenset[SliceRef]
    calibrations: Calibrations

    def instance(self, index: int) -> Instance:
        """The instance of a slice."""
        ref = self.series.slices[index]
        return self.series.instance(ref.sop_instance_uid) or self.series.first

    def as_calibrated(self, index: int, picture: Picture) -> Picture:
        """A picture of the file with the lengths that hold for it."""
        pictures = Pictures(
            self.series.slices[index], self.series.series_instance_uid, shape_of(picture)
        )
        by = valid_for(self.calibrations, pictures)
        return picture if by is None else calibrated(picture, by)

    def told(self, index: int, picture: Picture) -> Shown:
        """What captions say of a slice; `picture` with the lengths that hold for it."""
        plane = self.series.plane(index)
        return replace(
            self.shown,
            instance=self.instance(index),
            index=index,
            voi=self.voi if self.voi is not None else default_voi(picture),
            partial=picture.partial,
            lossy=picture.lossy,
            place=plane.height if plane is not None else None,
            by_hand=is_by_hand(picture),
            cine="",
        )

    def shot(self, index: int, source: Picture, over: Over, *, whole: bool = False) -> Shot:
        """A slice as it is looked at, from the picture of its file; `whole` shows all of it pixel
        by pixel instead of where the screen has it."""
        ref, picture = self.series.slices[index], self.as_calibrated(index, source)
        shown = self.told(index, picture)
        if whole:
            shown = replace(shown, zoom=1.0)
        said = corners(shown, patient_texts=over.texts)
        plane = self.series.plane(index)
        facing = plane.orientation if plane is not None else shown.instance.orientation
        return Shot(
            picture=picture if over.texts else without_planes(picture),
            camera=self.camera.fitted() if whole else self.camera,
            voi=self.voi,
            inverted=self.inverted,
            shuttered=self.shuttered,
            overlays=over.drawn,
            corners=said if over.texts else without_patient(said, shown.instance),
            lines=Lines(
                edge_letters(facing, self.camera.turn) if facing is not None else None,
                self.references.references if index == self.index else (),
            ),
            marks=self.marks.get(ref, ()),
            key_image=ref in self.key_images,
        )


def take(cell: StackView, sheet: AnnotationSheet) -> Scene | None:
    """What a cell shows, None while it shows no series."""
    series, pane = cell.series, cell.pane
    if series is None:
        return None
    refs = set(series.slices)
    marks: dict[SliceRef, tuple[Mark, ...]] = {}
    for one in sheet.sheet.annotations:
        if one.ref in refs:
            mark = Mark(one, lines(one, sheet.measured(one, None)))
            marks[one.ref] = (*marks.get(one.ref, ()), mark)
    return Scene(
        series=series,
        index=cell.index,
        shown=told(cell, series, cell.index, pane.picture),
        camera=pane.camera,
        voi=pane.chosen_voi,
        inverted=pane.inverted,
        shuttered=pane.shuttered,
        references=Lines(None, tuple(pane.marks.lines)),
        marks=marks,
        key_images=sheet.sheet.key_images,
        calibrations=sheet.sheet.calibrations,
    )


def still(pane: ImagePane, instance: Instance, over: Over) -> Shot | None:
    """What a pane shows that is no slice of a file: a plane of a volume."""
    if pane.picture is None:
        return None
    said = pane.corners if over.texts else without_patient(pane.corners, instance)
    return Shot(
        picture=pane.picture if over.texts else without_planes(pane.picture),
        camera=pane.camera,
        voi=pane.chosen_voi,
        inverted=pane.inverted,
        shuttered=pane.shuttered,
        overlays=over.drawn,
        corners=said,
        lines=Lines(pane.letters, tuple(pane.marks.lines)),
    )


def without_planes(picture: Picture) -> Picture:
    """A picture without its overlay planes (60xx): a name may be drawn in them."""
    return replace(picture, overlays=()) if picture.overlays else picture


def without_patient(said: Corners, instance: Instance) -> Corners:
    """Captions that a stranger may read: no name, no date, no place, and of the free text of the
    file nothing, since anything may have been typed there."""
    named = series_words(instance)
    number = "" if instance.series_number is None else f" · {instance.series_number}"
    what = tuple(
        f"{instance.modality}{number}" if line == named else line for line in said.bottom_left
    )
    return replace(said, top_left=(), top_right=(), bottom_left=what)
