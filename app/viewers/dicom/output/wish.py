"""What a person wants as files, and what that is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Protocol

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QFont

from app.imaging.attributes import text
from app.imaging.dataset import open_object
from app.imaging.output_files import Content, distinct_names, file_name
from app.imaging.picture import Picture
from app.imaging.series import Instance, SliceRef
from app.imaging.writing.origin import NewObject, to_bytes
from app.imaging.writing.secondary_capture import write_secondary_capture
from app.viewers.dicom.output.leaf import (
    Leaf,
    draw,
    encoded,
    marked,
    own_size,
    pixel_by_pixel,
    rgb_of,
)
from app.viewers.dicom.output.scene import Over, Scene, Still
from app.viewers.dicom.picture_painter import Shot


class What(Enum):
    """Which pictures."""

    PICTURE = "picture"
    CELLS = "cells"
    SERIES = "series"


class Form(Enum):
    """What kind of file."""

    PNG = "png"
    JPEG = "jpg"
    DICOM = "dcm"
    """The objects as they came, byte for byte."""
    CAPTURE = "capture"
    """A secondary capture of what is seen."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`own` gives a picture a pixel a column instead of its size on the screen."""

    what: What = What.PICTURE
    form: Form = Form.PNG
    own: bool = False
    over: Over = Over()


class Pictures(Protocol):
    """Where pictures and objects come from; both may block."""

    def decoded(self, ref: SliceRef) -> Picture:
        """A slice."""
        ...

    def fetch(self, sop_instance_uid: str) -> bytes:
        """A whole object."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell on the screen: where it lies, and what it shows: slices of files, or a plane."""

    place: QRect
    instance: Instance
    scene: Scene | None = None
    plane: Still | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """The cells that are seen, the active one first among equals: `active` is its number; `ratio`
    is the screen's pixels in one of letters."""

    cells: Sequence[Cell]
    active: int
    width: int
    height: int
    ratio: float
    font: QFont

    def cells_of(self, what: What) -> Sequence[Cell]:
        """Those that are wished for."""
        return self.cells if what is What.CELLS else [self.cells[self.active]]

    def study_of(self, what: What) -> str:
        """The study of what is wished for; empty where it is of several."""
        studies = {cell.instance.study_instance_uid for cell in self.cells_of(what)}
        return studies.pop() if len(studies) == 1 else ""


Files = list[tuple[str, Content]]


def files_of(wish: Wish, screen: Screen, pictures: Pictures, mark: str = "") -> Files:
    """Names, and what makes the content of each in a thread. Empty where there is nothing of the
    kind: a plane of a volume is no file. `mark` stands below pictures that no program reads as
    objects of a patient: who saved them, and when."""
    if wish.form is Form.DICOM:
        return _originals(wish, screen, pictures)
    leaves = _leaves(wish, screen, pictures)
    names = distinct_names(file_name(i, number, _ending(wish.form)) for i, number, _ in leaves)
    if wish.form is not Form.CAPTURE:
        form = "PNG" if wish.form is Form.PNG else "JPEG"
        makers: list[Content] = [
            partial(_encoded, leaf, screen.font, form, mark) for _, _, leaf in leaves
        ]
    else:
        uid = NewObject().series_instance_uid
        makers = [
            partial(_capture, leaf, screen.font, instance, pictures, wish, NewObject(n, 905, uid))
            for n, (instance, _, leaf) in enumerate(leaves, start=1)
        ]
    return list(zip(names, makers, strict=True))


def _ending(form: Form) -> str:
    return "dcm" if form in (Form.DICOM, Form.CAPTURE) else form.value


def _originals(wish: Wish, screen: Screen, pictures: Pictures) -> Files:
    shown: dict[str, tuple[Instance, int]] = {}
    for cell in screen.cells_of(wish.what):
        if cell.scene is None:
            continue
        scene = cell.scene
        every = scene.come() if wish.what is What.SERIES else (scene.index,)
        for index in every:
            instance = scene.instance(index)
            shown.setdefault(instance.sop_instance_uid, (instance, index + 1))
    names = distinct_names(file_name(i, number, "dcm") for i, number in shown.values())
    fetched = [partial(pictures.fetch, uid) for uid in shown]
    return list(zip(names, fetched, strict=True))


def _leaves(
    wish: Wish, screen: Screen, pictures: Pictures
) -> list[tuple[Instance, int | None, Leaf]]:
    active = screen.cells[screen.active]
    if wish.what is What.CELLS:
        parts = [(QRectF(cell.place), shot_of(cell, wish, pictures)) for cell in screen.cells]
        width, height = round(screen.width * screen.ratio), round(screen.height * screen.ratio)
        return [(active.instance, None, Leaf(width, height, screen.ratio, parts))]
    scene = active.scene
    if scene is None or wish.what is What.PICTURE:
        number = None if scene is None else scene.index + 1
        return [(active.instance, number, _leaf(active, wish, screen, pictures))]
    found: list[tuple[Instance, int | None, Leaf]] = []
    for index in scene.come():
        leaf = _leaf(active, wish, screen, pictures, index)
        found.append((scene.instance(index), index + 1, leaf))
    return found


def shot_of(
    cell: Cell, wish: Wish, pictures: Pictures, index: int | None = None
) -> Callable[[], Shot]:
    """What makes the shot of a cell, or of slice `index` of its series; it may block."""
    scene, plane = cell.scene, cell.plane
    if scene is not None:
        at = scene.index if index is None else index
        whole = wish.own and wish.what is not What.CELLS
        return lambda: scene.shot(
            at, pictures.decoded(scene.series.slices[at]), wish.over, whole=whole
        )
    assert plane is not None
    return lambda: plane.shot(wish.over)


def _leaf(
    cell: Cell, wish: Wish, screen: Screen, pictures: Pictures, index: int | None = None
) -> Leaf:
    make = shot_of(cell, wish, pictures, index)
    if not wish.own:
        width, height = cell.place.width(), cell.place.height()
        area = QRectF(0, 0, width, height)
        ratio = screen.ratio
        return Leaf(round(width * ratio), round(height * ratio), ratio, [(area, make)])
    # The size of a picture is known once it is decoded: in the thread, by `_sized`.
    return Leaf(0, 0, 1.0, [(QRectF(), make)])


def _sized(leaf: Leaf) -> Leaf:
    if leaf.width:
        return leaf
    shot = leaf.parts[0][1]()
    width, height, ratio = own_size(shot.picture, shot.camera)
    area = QRectF(0, 0, width / ratio, height / ratio)
    whole = replace(shot, camera=pixel_by_pixel(shot.picture, shot.camera))
    return Leaf(width, height, ratio, [(area, lambda: whole)])


def _encoded(leaf: Leaf, font: QFont, form: str, mark: str) -> bytes:
    image = draw(_sized(leaf), font)
    return encoded(marked(image, mark, font) if mark else image, form)


def _capture(
    leaf: Leaf, font: QFont, instance: Instance, pictures: Pictures, wish: Wish, new: NewObject
) -> bytes:
    source = open_object(pictures.fetch(instance.sop_instance_uid)).dataset
    named = wish.over.texts and wish.over.drawn
    burned_in = named or text(source, "BurnedInAnnotation").upper() == "YES"
    rgb = rgb_of(draw(_sized(leaf), font))
    return to_bytes(write_secondary_capture(rgb, source, burned_in=burned_in, new=new))
