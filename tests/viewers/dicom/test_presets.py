"""Which window each key chooses, whatever the file proposes, and what the box says of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.imaging.voi import Window
from app.viewers.dicom.presets import Choice, choices
from app.viewers.dicom.toolbar import PresetBox
from app.viewers.dicom.viewer import DicomViewer
from tests.viewers.dicom.fields import write_series

Show = Callable[..., DicomViewer]
FILES: tuple[dict[str, Any], ...] = (
    {"WindowCenter": 100, "WindowWidth": 2000},
    {"WindowCenter": [50, 300], "WindowWidth": [350, 600]},
    {"WindowCenter": 40, "WindowWidth": 400, "WindowCenterWidthExplanation": "ABDOMEN"},
    {"WindowCenter": None, "WindowWidth": None},
)
CT = [
    (40, 400),
    (-600, 1500),
    (300, 1500),
    (40, 80),
    (40, 350),
    (80, 200),
    (60, 160),
    (200, 600),
    (600, 2800),
]
"""Abdomen, lung, bone, brain, mediastinum, subdural, liver, vessels, temporal bone."""


def press(viewer: DicomViewer, digit: int) -> tuple[float, float]:
    QTest.keyClick(viewer.pane, Qt.Key(Qt.Key.Key_0 + digit))
    assert viewer.state is not None
    assert viewer.state.window is not None
    return viewer.state.window


def box(viewer: DicomViewer) -> PresetBox:
    found = viewer.findChild(PresetBox, "viewer_presets")
    assert isinstance(found, PresetBox)
    return found


@pytest.mark.parametrize("facts", FILES)
def test_a_digit_means_the_same_in_every_ct(
    show: Show, tmp_path: Path, facts: dict[str, Any]
) -> None:
    write_series(tmp_path, **facts)
    viewer = show()
    assert [press(viewer, digit) for digit in range(1, 10)] == CT


@pytest.mark.parametrize("facts", FILES)
def test_the_box_tells_the_digit_that_works(
    show: Show, tmp_path: Path, facts: dict[str, Any]
) -> None:
    write_series(tmp_path, **facts)
    viewer = show()
    for digit in range(1, 10):
        press(viewer, digit)
        assert box(viewer).currentText().startswith(f"{digit}  ")


def test_shift_f_goes_through_what_the_file_proposes(show: Show, tmp_path: Path) -> None:
    write_series(tmp_path, WindowCenter=[50, 300], WindowWidth=[350, 600])
    viewer = show()
    seen = []
    press(viewer, 2)
    for _ in range(3):
        QTest.keyClick(viewer.pane, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
        assert viewer.state is not None
        seen.append(viewer.state.window)
    assert seen == [(50, 350), (300, 600), (50, 350)]


def test_other_modalities_have_parts_of_the_range_that_is_there(show: Show, tmp_path: Path) -> None:
    write_series(tmp_path, Modality="MR")
    viewer = show()
    picture = viewer.pane.picture
    assert picture is not None
    samples = picture.samples  # type: ignore[union-attr]  # a grey picture has samples
    low, high = float(samples.min()), float(samples.max())
    assert press(viewer, 2) == pytest.approx(((low + high) / 2, high - low))
    assert press(viewer, 1)[1] < high - low
    assert press(viewer, 3)[1] < press(viewer, 1)[1]


def test_a_window_set_by_hand_is_told_by_its_numbers(show: Show, tmp_path: Path) -> None:
    write_series(tmp_path)
    viewer = show()
    viewer.set_window(33, 444)
    assert box(viewer).currentIndex() == -1
    assert box(viewer).placeholderText() == "WL 33  WW 444"
    assert box(viewer).shown_text().startswith("WL 33")


def test_what_the_file_says_too_stands_once_under_the_file_s_name() -> None:
    own = Window(-600, 1500, explanation="肺窗")
    offered = choices((own, Window(0, 100)), "CT")
    assert offered[:2] == (Choice(own, "preset_2"), Choice(Window(0, 100)))
    assert [one.action for one in offered].count("preset_2") == 1


def test_a_window_without_a_name_has_the_name_of_its_key() -> None:
    (first, *_) = choices((Window(40, 400),), "CT")
    assert first.words == "Soft tissue  WL 40  WW 400"


def test_colours_are_offered_no_window() -> None:
    assert choices((), "US") == ()
