"""The viewer as it is used: in every scene words are whole, apart from each other and legible."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Language
from app.composition.language import Languages
from app.imaging.source import FolderSource
from app.kit.theme import Appearance, ThemeName
from app.viewers.dicom.pane import ImagePane
from app.viewers.dicom.thumbnails import ThumbnailStrip
from app.viewers.dicom.toolbar import PresetBox
from app.viewers.dicom.viewer import DicomViewer
from app.viewers.room import ViewerRoom
from tests.imaging.objects import ct_object
from tests.looks.marks import contrast, cut, luminance, overlaps, parts, rgb
from tests.looks.scenes import SCENES, Scene, pictured, play
from tests.looks.test_room import describe, is_cut

pytestmark = [pytest.mark.looks, pytest.mark.qt_log_ignore("does not support")]
SCREENS = [(1366, 768), (1920, 1080)]
THEMES: tuple[ThemeName, ...] = ("light", "dark")
LEAST_CONTRAST = 4.5


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    found = Languages(qapp)
    yield found
    found.use(Language.EN)


def settled() -> None:
    for _ in range(5):  # a layout that changed asks its parent, one level at a time
        QCoreApplication.sendPostedEvents()


def panes(room: ViewerRoom) -> list[ImagePane]:
    """The panes with a picture on the screen."""
    seen = [pane for pane in room.findChildren(ImagePane) if pane.isVisible()]
    return [pane for pane in seen if pane.picture is not None]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_nothing_is_cut_off_or_covers_another(
    scene: Scene, qtbot: QtBot, qapp: QApplication, languages: Languages, tmp_path: Path
) -> None:
    appearance = Appearance(qapp, "dark")
    room = ViewerRoom(DicomViewer(budget=1 << 28, clock=lambda: 0.0), appearance)
    qtbot.addWidget(room)
    room.resize(*SCREENS[0])
    room.show()
    play(scene, room, tmp_path, lambda holds: qtbot.waitUntil(holds, timeout=20_000))
    for language, theme in zip(Language, THEMES, strict=True):
        languages.use(language)
        appearance.apply(theme)
        for size in SCREENS:
            room.resize(*size)
            settled()
            where = f"{language.value}, {theme}, {size[0]}×{size[1]}"
            assert_whole(room, where)
    room.close_source()


def assert_whole(room: ViewerRoom, where: str) -> None:
    broken = [describe(w) for w in room.findChildren(QWidget) if is_cut(w)]
    assert not broken, where
    named = [b for b in room.findChildren(QToolButton) if b.objectName().startswith("tool_")]
    if not room.shows_other:
        assert all(button.isVisible() for button in named), where
    for number, pane in enumerate(panes(room)):
        found = parts(pane)
        if pane.overlays:
            assert found["what" if "what" in found else "bottom"].any(), "something is said"
        assert not overlaps(found), f"{where}, cell {number}"
        assert not cut(found), f"{where}, cell {number}"
    for box in room.findChildren(QComboBox):
        if isinstance(box, PresetBox) and box.isVisible():
            text = box.shown_text()
            assert text == box.currentText() or text.endswith("…"), where


FILLINGS = {"black": -1000, "white": 1000}


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("scale", [(1, 1), (2, 2), (3, 3)], ids=lambda s: f"{s[0]}×{s[1]}")
def test_words_are_legible_over_black_and_over_white(
    filling: str, scale: tuple[int, int], qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    appearance = Appearance(qapp, "dark")
    room = ViewerRoom(DicomViewer(budget=1 << 26), appearance)
    qtbot.addWidget(room)
    room.resize(1366, 768)
    room.show()
    pixels = np.full((320, 640), FILLINGS[filling], np.int16)
    facts = {"WindowCenter": 0, "WindowWidth": 400, "LossyImageCompression": "01"}
    for n in range(2):
        data = ct_object(
            pixels,
            SeriesInstanceUID=f"2.25.{n + 2}",
            SeriesNumber=n,
            StudyDate="20261121",
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            ImagePositionPatient=[0, 0, 0],
            PixelSpacing=[1, 1],
            **facts,
        )
        (tmp_path / f"{n}.dcm").write_bytes(data)
    viewer = room.pictures
    room.open_source(FolderSource([tmp_path]))
    qtbot.waitUntil(lambda: pictured(viewer))
    viewer.stage.choose_layout(*scale)
    qtbot.waitUntil(lambda: pictured(viewer))
    pane = viewer.pane
    viewer.active.set_window(0, 400)
    # The picture under every word: as large as the pane and larger.
    pane.zoom_by(6)
    settled()
    whole = luminance(rgb(pane.grab().toImage()))
    for name, mask in parts(pane).items():
        if not mask.any():
            continue
        assert legibility(whole, mask) >= LEAST_CONTRAST, f"{name} over {filling}"
    viewer.close_source()


def legibility(whole: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", mask: object) -> float:
    """The contrast of letters with what is right beside their strokes.

    Strokes are the brightest pixels of a part; beside them lie the neighbours that its rim or
    ground has coloured. The median, because edges of letters are smoothed.
    """
    inside = np.asarray(mask)
    # A word covers its own rim too: what is bright by far is the stroke.
    stroke = inside & (whole > 0.5)
    beside = np.zeros_like(stroke)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            beside |= np.roll(stroke, (down, across), (0, 1))
    beside &= inside & (whole < np.median(whole[stroke]) * 0.5)
    assert stroke.sum() > 8, "there are letters"
    assert beside.sum() > 8, "letters have a rim or a ground"
    return contrast(float(np.median(whole[stroke])), float(np.median(whole[beside])))


def test_a_word_without_a_rim_would_be_found() -> None:
    """The measure itself: grey on white is not legible."""
    whole = np.ones((20, 40))
    mask = np.zeros((20, 40), bool)
    mask[5:15, 5:35] = True
    whole[5:15, 5:35] = 0.45
    whole[8:12, 10:30] = 0.95
    assert legibility(whole, mask) < LEAST_CONTRAST


def test_the_strip_is_legible_in_both_themes(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    scene = next(s for s in SCENES if s.name == "followed-up")
    appearance = Appearance(qapp, "dark")
    room = ViewerRoom(DicomViewer(budget=1 << 27), appearance)
    qtbot.addWidget(room)
    room.resize(1366, 768)
    room.show()
    play(scene, room, tmp_path, lambda holds: qtbot.waitUntil(holds, timeout=20_000))
    strip = room.findChild(ThumbnailStrip)
    assert strip is not None
    for theme in THEMES:
        appearance.apply(theme)
        settled()
        shown = luminance(rgb(strip.viewport().grab().toImage()))
        for row in range(strip.count()):
            area = strip.visualItemRect(strip.item(row))
            words = shown[area.top() + 4 : area.bottom() - 2, area.left() + 6 : area.right()]
            if strip.item(row).flags():
                words = words[-34:]  # below the picture
            ground = float(np.median(words))
            ink = float(words.max() if ground < 0.3 else words.min())
            assert contrast(ink, ground) >= LEAST_CONTRAST, f"{theme}, row {row}"
    room.close_source()
