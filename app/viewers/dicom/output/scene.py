"""A cell as it is looked at, held apart from the screen: any of its slices can be painted later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.imaging.contours import usual_gap
from app.imaging.geometry import edge_letters
from app.imaging.hand_calibration import Calibrations, Pictures, calibrated, is_by_hand, valid_for
from app.imaging.hanging.facts import facing as facing_of
from app.imaging.picture import Picture, shape_of
from app.imaging.pipeline import default_voi
from app.imaging.series import Instance, Series, SliceRef
from app.imaging.voi import Voi
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.annotations.words import lines
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.captions import Corners, Shown, corners, series_words
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.objects.choice import Choice
from app.viewers.dicom.objects.desk import ObjectsDesk
from app.viewers.dicom.objects.lying import Lying
from app.viewers.dicom.objects.seen import Seen, seen_on
from app.viewers.dicom.output.stated import Stated
from app.viewers.dicom.picture_painter import Lines, Mark, Shot
from app.viewers.dicom.screen import mm_per_pixel
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
    speaks of slice `index`, `references` are the reference lines in it; `stated` is the state that
    the series is under, `choice` the objects over it; `gap` millimetres between its pictures;
    `home` how slice `index` lies where nobody moved it, `size` the cell in its device's pixels;
    `study` says that it is not of the current study."""

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
    stated: Stated | None
    choice: Choice
    gap: float | None
    home: Camera
    size: tuple[int, int]
    study: str

    def come(self) -> list[int]:
        """The slices of the series that are here."""
        every = enumerate(self.series.slices)
        return [index for index, ref in every if not self.series.awaits(ref)]

    def instance(self, index: int) -> Instance:
        """The instance of a slice."""
        ref = self.series.slices[index]
        return self.series.instance(ref.sop_instance_uid) or self.series.first

    def seen(self, index: int, source: Picture) -> Picture:
        """A picture of the file under its state and with the lengths that hold for it."""
        ref = self.series.slices[index]
        picture = source if self.stated is None else self.stated.picture(source, ref)
        pictures = Pictures(ref, self.series.series_instance_uid, shape_of(picture))
        by = valid_for(self.calibrations, pictures)
        return picture if by is None else calibrated(picture, by)

    def camera_for(self, index: int, picture: Picture) -> Camera:
        """How a slice lies: where nobody moved the pictures, as its own state says."""
        if index == self.index or self.stated is None or self.camera != self.home:
            return self.camera
        return self.stated.home(picture, self.series.slices[index])

    def told(self, index: int, picture: Picture, camera: Camera, *, texts: bool) -> Shown:
        """What captions say of a slice; `picture` and `camera` as it is seen, without `texts`
        nothing that somebody typed into a state."""
        plane, ref = self.series.plane(index), self.series.slices[index]
        state = "" if self.stated is None else self.stated.words(ref, texts=texts)
        zoom = self.shown.zoom
        if index != self.index:
            zoom = camera.viewport(picture, *self.size).zoom
        return replace(
            self.shown,
            instance=self.instance(index),
            index=index,
            voi=self.voi if self.voi is not None else default_voi(picture),
            partial=picture.partial,
            coming=picture.coming,
            lossy=picture.lossy,
            place=plane.height if plane is not None else None,
            by_hand=is_by_hand(picture),
            state=state,
            zoom=zoom,
            cine="",
        )

    def shot(self, index: int, source: Picture, over: Over, *, whole: bool = False) -> Shot:
        """A slice as it is looked at, from the picture of its file; `whole` shows all of it pixel
        by pixel instead of where the screen has it."""
        ref, picture = self.series.slices[index], self.seen(index, source)
        camera = self.camera_for(index, picture)
        shown = self.told(index, picture, camera, texts=over.texts)
        if whole:
            shown = replace(shown, zoom=1.0)
        said = replace(corners(shown, patient_texts=over.texts), lean=-camera.edge)
        plane = self.series.plane(index)
        facing = plane.orientation if plane is not None else shown.instance.orientation
        facing = facing or facing_of(shown.instance.hanging.patient_orientation)
        return Shot(
            picture=picture if over.texts else without_planes(picture),
            camera=camera.fitted() if whole else camera,
            voi=self.voi,
            inverted=self.inverted,
            shuttered=self.shuttered,
            overlays=over.drawn,
            corners=said if over.texts else without_patient(said, shown.instance),
            lines=Lines(
                edge_letters(facing, camera.turn) if facing is not None else None,
                self.references.references if index == self.index else (),
            ),
            marks=self.marks.get(ref, ()),
            key_image=ref in self.key_images,
            lying=self.lying(index, picture, source, over),
            study=study_words(self.study, over),
        )

    def lying(self, index: int, picture: Picture, source: Picture, over: Over) -> Lying:
        """The objects over a slice; may decode frames of segmentations.

        Raises:
            PixelError: a frame of a segmentation cannot be decoded.
        """
        if not over.drawn:
            return Lying()
        ref = self.series.slices[index]
        lying = Lying()
        if self.choice:
            lying = self.choice.on(Seen(ref, self.series.plane(index), self.gap))
        if self.stated is None:
            return lying
        graphics = self.stated.graphics(picture, source, ref, texts=over.texts)
        return replace(lying, graphics=graphics)


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """What is seen of a plane of a volume, which is no slice of a file; taken in the GUI thread,
    used in any. `seen` None where no object lies on it."""

    bare: Shot
    instance: Instance
    choice: Choice
    seen: Seen | None

    def shot(self, over: Over) -> Shot:
        """The plane as it is looked at; may decode frames of segmentations.

        Raises:
            PixelError: a frame of a segmentation cannot be decoded.
        """
        bare, drawn = self.bare, over.drawn and self.seen is not None and self.choice
        lying = self.choice.on(self.seen) if drawn and self.seen is not None else Lying()
        return replace(
            bare,
            picture=bare.picture if over.texts else without_planes(bare.picture),
            overlays=over.drawn,
            corners=bare.corners if over.texts else without_patient(bare.corners, self.instance),
            lying=lying,
            study=study_words(bare.study, over),
        )


def take(cell: StackView, sheet: AnnotationSheet, objects: ObjectsDesk) -> Scene | None:
    """What a cell shows, None while it shows no series."""
    series, pane = cell.series, cell.pane
    if series is None:
        return None
    state, choice, viewport = objects.state_for(series), objects.choice(), pane.viewport()
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
        stated=None if state is None else Stated(state, mm_per_pixel(pane.screen())),
        choice=choice,
        gap=usual_gap(cell.finder.planes) if choice else None,
        home=pane.home,
        size=(1, 1) if viewport is None else (viewport.width, viewport.height),
        study=pane.badge,
    )


def still(view: PlaneView, instance: Instance, objects: ObjectsDesk) -> Still | None:
    """What a cell of the planes shows, None while it shows nothing."""
    pane = view.pane
    if pane.picture is None:
        return None
    bare = Shot(
        picture=pane.picture,
        camera=pane.camera,
        voi=pane.chosen_voi,
        inverted=pane.inverted,
        shuttered=pane.shuttered,
        corners=pane.corners,
        lines=Lines(pane.letters, tuple(pane.marks.lines)),
        marks=view.marks(),
        study=pane.badge,
    )
    return Still(bare, instance, objects.choice(), seen_on(view))


def study_words(badge: str, over: Over) -> str:
    """That a picture is not of the current study; without the texts not of what date it is."""
    return badge if over.texts else badge.split(" · ")[0]


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
