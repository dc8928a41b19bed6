"""Words about planes, slabs and why there are none."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.imaging.planes import Plane
from app.imaging.slices import Uneven
from app.imaging.volume import Direction, Slab
from app.viewers.dicom.mpr.gather import Hindrance, Refusal
from app.viewers.dicom.mpr.trio import SlabChoice, View

translate = QCoreApplication.translate

_MB = 1 << 20


def direction_name(direction: Direction, *, straight: bool = True) -> str:
    """The name of a plane; one that was turned is oblique."""
    match direction:
        case Direction.AXIAL:
            name = translate("DicomViewer", "Axial")
        case Direction.CORONAL:
            name = translate("DicomViewer", "Coronal")
        case Direction.SAGITTAL:
            name = translate("DicomViewer", "Sagittal")
        case _:
            assert_never(direction)
    if straight:
        return name
    return translate("DicomViewer", "{plane}, oblique").replace("{plane}", name)


def plane_words(plane: Plane) -> str:
    """Which plane through a volume, by the patient's axis its normal is nearest to."""
    normal = [abs(part) for part in plane.normal]
    axis = normal.index(max(normal))
    direction = (Direction.SAGITTAL, Direction.CORONAL, Direction.AXIAL)[axis]
    name = direction_name(direction, straight=max(normal) > 1 - 1e-4)
    return f"MPR · {name} · {plane.middle[axis]:.1f} mm"


def view_name(view: View) -> str:
    """The name of a cell for those who do not see it."""
    if view is View.SLAB:
        return translate("DicomViewer", "Coronal slab")
    plane = translate("DicomViewer", "{plane} plane")
    return plane.replace("{plane}", direction_name(view.direction))


def kind_name(kind: Slab) -> str:
    """What becomes of the values across a slab."""
    match kind:
        case Slab.MAXIMUM:
            return "MIP"
        case Slab.MINIMUM:
            return "MinIP"
        case Slab.MEAN:
            return translate("DicomViewer", "Mean")
        case _:
            assert_never(kind)


def slab_words(slab: SlabChoice) -> str:
    """Kind and thickness, empty for a plane alone."""
    if slab.thickness <= 0:
        return ""
    return f"{kind_name(slab.kind)} {slab.thickness:g} mm"


def refusal_words(refusal: Refusal) -> str:
    """One plain sentence why a series becomes no planes."""
    why = refusal.why
    if isinstance(why, Uneven):
        return _uneven_words(why)
    match why:
        case Hindrance.NOTHING:
            return translate("DicomViewer", "MPR: there is no series in this picture's place yet.")
        case Hindrance.LISTING:
            return translate(
                "DicomViewer", "MPR: the series is still being read. Try again when it is complete."
            )
        case Hindrance.TOO_LARGE:
            text = translate(
                "DicomViewer",
                "MPR needs {needed} MB of memory for pictures; there are {there} MB.",
            )
            needed, there = -(-refusal.needed // _MB), refusal.there // _MB
            return text.replace("{needed}", str(needed)).replace("{there}", str(there))
        case Hindrance.UNREADABLE:
            text = translate("DicomViewer", "MPR: slice {n} of the series cannot be opened.")
            return text.replace("{n}", str(refusal.number))
        case _:
            assert_never(why)


def _uneven_words(why: Uneven) -> str:
    match why:
        case Uneven.TOO_FEW:
            return translate("DicomViewer", "MPR needs at least three slices.")
        case Uneven.COLOUR:
            return translate("DicomViewer", "MPR is made of grey pictures; these are in colour.")
        case Uneven.DIRECTIONS:
            return translate("DicomViewer", "MPR: the slices lie in different directions.")
        case Uneven.SIZES:
            return translate("DicomViewer", "MPR: the slices differ in size or pixel spacing.")
        case Uneven.GAPS:
            return translate("DicomViewer", "MPR: several slices of the series lie at one place.")
        case Uneven.MISSING:
            return translate(
                "DicomViewer", "MPR: too many slices are missing between two of the series."
            )
        case Uneven.PLACES:
            return translate(
                "DicomViewer", "MPR: the files do not say where the slices lie in the patient."
            )
        case _:
            assert_never(why)


def progress_words(at_hand: int, count: int) -> str:
    """How far the slices have come."""
    text = translate("DicomViewer", "MPR: {n} / {count} slices")
    return text.replace("{n}", str(at_hand)).replace("{count}", str(count))
