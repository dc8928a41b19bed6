"""Marks that are kept: every kind of picture, as it was seen, and a failure told in words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.uid import EnhancedMRImageStorage, UltrasoundImageStorage
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.imaging.annotation import AnnotationKind
from app.imaging.dataset import open_file
from app.imaging.displayed import placement, shown
from app.imaging.geometry import Turn
from app.imaging.picture import make_picture
from app.imaging.pipeline import render
from app.imaging.presentation_reader import read_presentation_state
from app.viewers.dicom.annotations import keeping
from app.viewers.dicom.tools import Action
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.objects import altered, ct_object, item, ramp

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def drag(viewer: DicomViewer, kind: AnnotationKind) -> None:
    """A shape near the middle of the pane."""
    assert viewer.pane.picture is not None, viewer.pane.message
    viewer.pane.tool = kind
    first, last = QPoint(350, 280), QPoint(420, 300)
    QTest.mousePress(viewer.pane, LEFT, NONE, first)
    QTest.mouseMove(viewer.pane, last)
    QTest.mouseRelease(viewer.pane, LEFT, NONE, last)
    if kind in (AnnotationKind.ARROW, AnnotationKind.TEXT):
        entry = viewer.pane.findChild(QLineEdit, "annotation_words")
        assert entry is not None
        QTest.keyClicks(entry, "nodule")
        QTest.keyClick(entry, Qt.Key.Key_Return)
    assert kind in {one.kind for one in viewer.marking.sheet.sheet.annotations}


def scroll(qtbot: QtBot, viewer: DicomViewer, index: int) -> None:
    """To a slice, until it is on the screen."""
    viewer.scroll_to(index)
    qtbot.waitUntil(lambda: viewer.pane.picture is not None)


def told(viewer: DicomViewer) -> str:
    label = viewer.marking.panel.findChild(QLabel, "marks_told")
    assert label is not None
    return str(label.text())


@pytest.fixture
def keep(qtbot: QtBot, tmp_path: Path) -> Callable[[DicomViewer], dict[str, Path]]:
    """Save, wait for what the panel says, and answer the files by modality."""
    folder = tmp_path.parent / f"{tmp_path.name}-kept"

    def save(viewer: DicomViewer) -> dict[str, Path]:
        folder.mkdir()
        viewer.marking.keep_in(folder)
        qtbot.waitUntil(lambda: told(viewer) not in ("", "Saving…"))
        return {pydicom.dcmread(file).Modality: file for file in folder.iterdir()}

    return save


Keep = Callable[[DicomViewer], dict[str, Path]]
Show = Callable[..., DicomViewer]


def enhanced(*slopes: float) -> bytes:
    """Frames of an Enhanced MR object, which tells rescale and window frame by frame."""

    def change(ds: Dataset) -> None:
        ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
        ds.Modality = "MR"
        del ds.RescaleSlope, ds.RescaleIntercept
        ds.SharedFunctionalGroupsSequence = [
            item(PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5])])
        ]
        ds.PerFrameFunctionalGroupsSequence = [
            item(
                FrameVOILUTSequence=[item(WindowCenter=100 * n, WindowWidth=900)],
                PixelValueTransformationSequence=[
                    item(RescaleSlope=slope, RescaleIntercept=0, RescaleType="US")
                ],
            )
            for n, slope in enumerate(slopes)
        ]

    pixels = np.concatenate([ramp()] * len(slopes))
    return altered(ct_object(pixels, NumberOfFrames=len(slopes), Rows=32), change)


def coloured(data: bytes) -> bytes:
    """The same as an ultrasound picture in colour."""

    def change(ds: Dataset) -> None:
        ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = UltrasoundImageStorage
        ds.Modality = "US"
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
        ds.PixelData = bytes(32 * 48 * 3)

    return altered(data, change)


def test_marks_on_an_enhanced_object_become_every_kind_of_file(
    qtbot: QtBot, show: Show, keep: Keep, tmp_path: Path
) -> None:
    (tmp_path / "mr.dcm").write_bytes(enhanced(1, 1, 1))
    viewer = show()
    scroll(qtbot, viewer, 1)
    drag(viewer, AnnotationKind.LENGTH)
    viewer.stage.act("key_image")
    files = keep(viewer)
    assert sorted(files) == ["KO", "PR", "SR"]
    assert told(viewer) == "3 file(s) saved."


def test_frames_with_values_of_different_scale_get_a_state_each(
    qtbot: QtBot, show: Show, keep: Keep, tmp_path: Path
) -> None:
    (tmp_path / "mr.dcm").write_bytes(enhanced(1, 2))
    viewer = show()
    for frame in (0, 1):
        scroll(qtbot, viewer, frame)
        drag(viewer, AnnotationKind.LENGTH)
    file = keep(viewer)["PR"]
    assert told(viewer) == "3 file(s) saved."
    found = [read_presentation_state(open_file(one)) for one in file.parent.glob("PR-*")]
    obj = open_file(tmp_path / "mr.dcm")
    uid = str(obj.dataset.SOPInstanceUID)
    for frame in (0, 1):
        (state,) = (one for one in found if one.covers(uid, frame))
        picture = make_picture(obj, frame, state=state)
        seen = shown(picture, placement(picture, state, uid, frame))
        assert np.array_equal(seen, render(make_picture(obj, frame)))


def test_the_state_shows_what_the_window_showed(show: Show, keep: Keep, tmp_path: Path) -> None:
    (tmp_path / "ct.dcm").write_bytes(
        ct_object(ramp(), WindowCenter=70, WindowWidth=410, PixelSpacing=[0.5, 0.5])
    )
    viewer = show()
    viewer.set_window(600, 2000)
    viewer.stage.act(Action.INVERT)
    viewer.stage.act(Action.FLIP_HORIZONTAL)
    viewer.stage.act(Action.ROTATE_RIGHT)
    drag(viewer, AnnotationKind.LENGTH)
    voi, turn = viewer.pane.voi, viewer.pane.camera.turn
    state = read_presentation_state(open_file(keep(viewer)["PR"]))
    obj = open_file(tmp_path / "ct.dcm")
    uid = str(obj.dataset.SOPInstanceUID)
    picture = make_picture(obj, 0, state=state)
    expected = render(make_picture(obj, 0), voi, invert=True)
    assert turn == Turn(1, mirrored=True)
    expected = np.rot90(expected[:, ::-1], -1)
    assert np.array_equal(shown(picture, placement(picture, state, uid, 0)), expected)


def test_the_state_holds_the_part_that_was_enlarged(show: Show, keep: Keep, tmp_path: Path) -> None:
    (tmp_path / "ct.dcm").write_bytes(ct_object(ramp(64, 64), PixelSpacing=[0.5, 0.5]))
    viewer = show()
    viewer.pane.zoom_by(4.0)
    viewport = viewer.pane.viewport()
    assert viewport is not None
    left, top = viewport.to_picture(0, 0)
    right, bottom = viewport.to_picture(viewport.width, viewport.height)
    drag(viewer, AnnotationKind.LENGTH)
    (area,) = read_presentation_state(open_file(keep(viewer)["PR"])).areas
    assert (area.left, area.top) == pytest.approx((left, top), abs=0.5)
    assert (area.right, area.bottom) == pytest.approx((right, bottom), abs=0.5)


def test_a_picture_without_a_window_keeps_the_one_it_was_shown_with(
    qtbot: QtBot, show: Show, keep: Keep, tmp_path: Path
) -> None:
    for n in (1, 2):
        pixels = (ramp() * n).astype(np.int16)
        (tmp_path / f"{n}.dcm").write_bytes(
            ct_object(pixels, InstanceNumber=n, ImagePositionPatient=[0, 0, n])
        )
    viewer = show()
    drag(viewer, AnnotationKind.LENGTH)
    scroll(qtbot, viewer, 1)
    drag(viewer, AnnotationKind.LENGTH)
    state = read_presentation_state(open_file(keep(viewer)["PR"]))
    for n in (1, 2):
        obj = open_file(tmp_path / f"{n}.dcm")
        picture = make_picture(obj, 0, state=state)
        uid = str(obj.dataset.SOPInstanceUID)
        seen = shown(picture, placement(picture, state, uid, 0))
        assert np.array_equal(seen, render(make_picture(obj, 0)))


def test_an_arrow_on_a_colour_picture_is_kept(show: Show, keep: Keep, tmp_path: Path) -> None:
    (tmp_path / "us.dcm").write_bytes(coloured(ct_object(ramp())))
    viewer = show()
    drag(viewer, AnnotationKind.ARROW)
    state = read_presentation_state(open_file(keep(viewer)["PR"]))
    (note,) = state.annotations
    assert len(note.graphics) == 1
    assert [one.text for one in note.texts] == ["nodule"]
    assert told(viewer) == "1 file(s) saved."


@pytest.mark.allow_logs("the failure it is about")
def test_one_object_that_fails_is_told_and_does_not_stop_the_others(
    opened: DicomViewer,
    keep: Keep,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> Dataset:
        raise AttributeError("Li^Na")

    monkeypatch.setattr(keeping, "write_presentation_state", broken)
    drag(opened, AnnotationKind.LENGTH)
    assert sorted(keep(opened)) == ["SR"]
    first, second = told(opened).splitlines()
    assert first == "1 file(s) saved."
    assert second.startswith("Not saved: what is drawn on some of the pictures. The marks stay")
    assert "AttributeError at test_keeping.py" in second
    assert "AttributeError at test_keeping.py" in caplog.text
    assert "Li^Na" not in caplog.text


def test_a_file_without_its_series_number_is_told_as_the_cause(
    show: Show, keep: Keep, tmp_path: Path
) -> None:
    def change(ds: Dataset) -> None:
        del ds.SeriesInstanceUID

    (tmp_path / "ct.dcm").write_bytes(altered(ct_object(ramp()), change))
    viewer = show()
    drag(viewer, AnnotationKind.LENGTH)
    assert keep(viewer) == {}
    assert "lacks its SeriesInstanceUID" in told(viewer)


def test_a_shape_does_not_leave_its_picture(opened: DicomViewer) -> None:
    drag(opened, AnnotationKind.LENGTH)
    (before,) = opened.marking.sheet.sheet.annotations
    for _ in range(80):
        QTest.keyClick(opened.pane, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    (after,) = opened.marking.sheet.sheet.annotations
    assert min(y for _, y in after.points) == 0
    heights = [one.points[1][1] - one.points[0][1] for one in (before, after)]
    assert heights[0] == pytest.approx(heights[1])


@pytest.mark.allow_logs("the failure it is about")
def test_an_unexpected_failure_ends_in_a_sentence(
    opened: DicomViewer,
    keep: Keep,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("anything")

    monkeypatch.setattr(keeping, "wanted", broken)
    drag(opened, AnnotationKind.LENGTH)
    assert keep(opened) == {}
    assert "unexpected" in told(opened)
    assert "RuntimeError" in caplog.text


def test_a_row_tells_on_what_its_length_rests(opened: DicomViewer) -> None:
    drag(opened, AnnotationKind.LENGTH)
    model = opened.marking.panel.model
    index = model.index(0, 0)
    told_at = "Millimetres in the patient, from the picture's Pixel Spacing."
    assert "mm (patient)" in model.rows[0].text
    assert model.data(index, Qt.ItemDataRole.ToolTipRole) == told_at
    assert str(model.data(index, Qt.ItemDataRole.AccessibleTextRole)).endswith(told_at)
    opened.stage.act("key_image")
    assert model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole) is None
