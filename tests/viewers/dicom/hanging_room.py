"""Studies that hang by a protocol, and a viewer on them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.imaging.series import BadFile, Instance
from app.imaging.source import FolderSource
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import ct_object


def write_ct(folder: Path, name: str, count: int = 6, **attributes: Any) -> None:
    """A CT of the chest."""
    for n in range(count):
        facts = {
            "StudyDescription": "胸部CT",
            "StudyDate": "20261121",
            "SeriesInstanceUID": f"2.25.{sum(name.encode())}",
            "SeriesDescription": name,
            "InstanceNumber": n + 1,
            "ImagePositionPatient": [0, 0, 2.0 * n],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [1, 1],
            **attributes,
        }
        pixels = np.full((32, 32), 50 * n, np.int16)
        (folder / f"{name}-{n}.dcm").write_bytes(ct_object(pixels, **facts))


def write_view(folder: Path, name: str, **attributes: Any) -> None:
    """A mammogram of 60 rows and 30 columns: bright where the chest wall is, at the right."""
    pixels = np.tile(np.linspace(0, 1000, 30), (60, 1)).astype(np.int16)
    facts = {
        "Modality": "MG",
        "StudyDate": "20261121",
        "SeriesInstanceUID": f"2.25.{sum(name.encode())}",
        "SeriesDescription": name,
        "WindowCenter": 500,
        "WindowWidth": 1000,
        **attributes,
    }
    (folder / f"{name}.dcm").write_bytes(ct_object(pixels, **facts))


class SlowSource(FolderSource):
    """Names its first instance at once and the others when told to go."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(paths)
        self.go = threading.Event()

    def instances(self) -> Iterator[Instance | BadFile]:
        found = super().instances()
        yield next(found)
        self.go.wait(10)
        yield from found


def settle(qtbot: QtBot, viewer: DicomViewer) -> None:
    def ready() -> bool:
        cells = viewer.grid.seen
        listed = any(cell.listed for cell in cells)
        return listed and all(c.pane.picture is not None or c.series is None for c in cells)

    qtbot.waitUntil(ready)


def windows(viewer: DicomViewer) -> list[tuple[float, float] | None]:
    return [cell.state.window if cell.state else None for cell in viewer.grid.cells]


def named(viewer: DicomViewer) -> list[str]:
    return [c.series.first.series_description if c.series else "" for c in viewer.grid.cells]


def ini(tmp_path: Path) -> QSettings:
    folder = tmp_path / ".own"
    folder.mkdir(exist_ok=True)
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
