"""`python -m tests.looks.pictures FOLDER`: the pictures of the viewer in README, from the scenes.

Nothing in them is a patient's: every study is generated (`tests/looks/material`).
"""

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication

from app.commands.wishes import Language
from app.composition.language import Languages
from app.kit.theme import Appearance, ThemeName
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.room import ViewerRoom
from tests.looks.scenes import SCENES, play

GREYS = (128, 96, 64, 40)
COLOURS = 64
LIMIT = 130_000
SIZE = (1366, 768)
WANTED = ("one", "four", "planes", "followed-up", "mammography-prior", "cine", "ecg", "measured")
THEMES: tuple[ThemeName, ...] = ("dark", "light")


def wait(holds: Callable[[], bool]) -> None:
    """Run the event loop until something holds, half a minute at most."""
    until = time.monotonic() + 30
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def palette(image: Image.Image, greys: int) -> Image.Image:
    """Even greys for pictures, and apart from them the colours that words and lines have."""
    pixels = np.asarray(image).reshape(-1, 3)
    spread = pixels.max(axis=1).astype(int) - pixels.min(axis=1)
    coloured = pixels[spread > 24]
    found = bytes(np.repeat(np.linspace(0, 255, greys).astype(np.uint8), 3))
    if len(coloured):
        strip = Image.fromarray(coloured[None].copy())
        chosen = strip.quantize(COLOURS, Image.Quantize.MEDIANCUT).getpalette() or []
        found += bytes(chosen[: COLOURS * 3])
    made = Image.new("P", (1, 1))
    made.putpalette(found)
    return made


def save(room: ViewerRoom, path: Path) -> None:
    """A screenshot with few colours, small enough for a repository."""
    whole = path.with_suffix(".whole.png")
    room.grab().save(str(whole))
    with Image.open(whole) as image:
        for greys in GREYS:
            few = image.convert("RGB").quantize(
                palette=palette(image.convert("RGB"), greys), dither=Image.Dither.NONE
            )
            few.save(path, optimize=True)
            if path.stat().st_size < LIMIT:
                break
    whole.unlink()


def thumbnails_are_there(room: ViewerRoom) -> bool:
    """Whether the strip shows every series by its picture."""
    from app.viewers.dicom.thumbnails import ThumbnailStrip

    strip = room.pictures.findChild(ThumbnailStrip)
    assert strip is not None
    return not strip.show_series(room.pictures.studies)


def main(folder: Path) -> None:
    """Write every wanted scene in both themes and languages."""
    app = QApplication([])
    languages = Languages(app)
    folder.mkdir(parents=True, exist_ok=True)
    for scene, theme in product((one for one in SCENES if one.name in WANTED), THEMES):
        for language, short in ((Language.ZH_CN, "zh"), (Language.EN, "en")):
            languages.use(language)
            appearance = Appearance(app, theme)
            viewer = DicomViewer(budget=1 << 29, clock=lambda: 0.0)
            room = ViewerRoom(viewer, appearance)
            room.resize(*SIZE)
            room.show()
            with tempfile.TemporaryDirectory() as made:
                play(scene, room, Path(made), wait)
                wait(lambda here=room: thumbnails_are_there(here))  # type: ignore[misc]
                save(room, folder / f"viewer-{scene.name}.{theme}.{short}.png")
                room.close_source()
            room.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
