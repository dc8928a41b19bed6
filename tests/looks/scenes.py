"""What the viewer is looked at with: each scene a generated study and what hands do in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF

from app.imaging.series import ObjectKind
from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.room import ViewerRoom
from tests.looks.material.ct import write_before, write_ct, write_kernels
from tests.looks.material.electrocardiogram import write_ecg
from tests.looks.material.mammogram import write_screening
from tests.looks.material.ultrasound import write_cine
from tests.viewers.dicom.fields import drag

Wait = Callable[[Callable[[], bool]], None]
"""Runs the event loop until something holds."""


def _nothing(_room: ViewerRoom, _wait: Wait) -> None:
    """The study as it hangs."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`write` makes the study in a folder, `act` is what hands do once it hangs."""

    name: str
    write: Callable[[Path], None]
    act: Callable[[ViewerRoom, Wait], None] = _nothing


def _middle(room: ViewerRoom, wait: Wait) -> None:
    viewer = room.pictures
    viewer.scroll_to(9)
    wait(lambda: pictured(viewer))


def _alone(room: ViewerRoom, wait: Wait) -> None:
    viewer = room.pictures
    viewer.stage.choose_layout(1, 1)
    viewer.scroll_to(9)
    wait(lambda: pictured(viewer))


def _four(room: ViewerRoom, wait: Wait) -> None:
    viewer = room.pictures
    viewer.stage.choose_layout(2, 2)
    for cell, series in zip(viewer.grid.cells, viewer.series, strict=False):
        viewer.grid.activate(cell)
        viewer.show_series(series.uid)
        cell.scroll_to(9)
    viewer.grid.activate(viewer.grid.cells[0])
    wait(lambda: pictured(viewer))


def _planes(room: ViewerRoom, wait: Wait) -> None:
    stage = room.pictures.stage
    room.pictures.scroll_to(31)
    wait(lambda: pictured(room.pictures))
    stage.act("mpr")
    wait(lambda: stage.planes.on and stage.planes.room.exact)


def _measured(room: ViewerRoom, wait: Wait) -> None:
    _alone(room, wait)
    viewer = room.pictures
    pane = viewer.pane
    middle = QPointF(pane.width() / 2, pane.height() / 2)
    for tool, start, end in (
        ("length", QPointF(-150, -90), QPointF(-40, -60)),
        ("ellipse", QPointF(60, -90), QPointF(150, -30)),
    ):
        viewer.stage.act(tool)
        drag(pane, middle + start, middle + end)
    viewer.stage.act("window")
    viewer.stage.act("marks")
    wait(lambda: viewer.marking.panel.isVisible())


def _playing(room: ViewerRoom, wait: Wait) -> None:
    viewer = room.pictures
    viewer.stage.act("play")
    wait(lambda: viewer.active.cine.playing)


def _curves(room: ViewerRoom, wait: Wait) -> None:
    found = next(s for s in room.pictures.series if s.kind is ObjectKind.WAVEFORM)
    room.show_other(found)
    wait(lambda: room.other is room.waveform)


def _ct_and_ecg(folder: Path) -> None:
    write_ct(folder / "ct", slices=6, size=128)
    write_ecg(folder / "ecg")


def _followed_up(folder: Path) -> None:
    write_ct(folder / "now")
    write_before(folder / "then", "20260312")


def _screened_twice(folder: Path) -> None:
    write_screening(folder / "now", mass_mm=14)
    write_screening(folder / "then", date="20250308", mass_mm=8)


SCENES = (
    Scene("one", lambda folder: void(write_ct(folder)), _alone),
    Scene("four", write_kernels, _four),
    Scene("planes", lambda folder: void(write_ct(folder, slices=64, size=256)), _planes),
    Scene("chest", lambda folder: void(write_ct(folder)), _middle),
    Scene("followed-up", _followed_up, _middle),
    Scene("mammography", lambda folder: write_screening(folder, mass_mm=14)),
    Scene("mammography-prior", _screened_twice),
    Scene("cine", lambda folder: void(write_cine(folder)), _playing),
    Scene("ecg", _ct_and_ecg, _curves),
    Scene("measured", lambda folder: void(write_ct(folder)), _measured),
)


def void(_made: object) -> None:
    """What was made is found in the folder."""


def pictured(viewer: DicomViewer) -> bool:
    """Whether the case is listed and every cell that has a series shows it."""
    cells = viewer.grid.seen
    listed = any(cell.listed for cell in cells)
    return listed and all(c.pane.picture is not None or c.series is None for c in cells)


def play(scene: Scene, room: ViewerRoom, folder: Path, wait: Wait) -> None:
    """Make the study, open it and do what the scene says."""
    scene.write(folder)
    room.open_source(FolderSource([folder]))
    wait(lambda: pictured(room.pictures))
    scene.act(room, wait)
