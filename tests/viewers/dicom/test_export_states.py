"""Files under presentation states: what is seen is made."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from app.__main__ import main as huizhen
from app.imaging.dataset import open_file, open_object
from app.imaging.film import INCH_MM, Box
from app.imaging.picture import make_picture
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.series import SliceRef
from app.imaging.source import FolderSource
from app.viewers.dicom.objects.lying import Lying
from app.viewers.dicom.output.film_pages import trimmed, true_sized
from app.viewers.dicom.output.scene import Over
from app.viewers.dicom.output.stated import Stated
from app.viewers.dicom.output.wish import Form, Wish
from app.viewers.dicom.picture_painter import Shot
from app.viewers.dicom.viewer import DicomViewer
from tests.imaging.applied import written
from tests.imaging.conftest import shared_root
from tests.imaging.objects import ct_object, item, with_overlay
from tests.viewers.dicom.export_room import (
    FACTS,
    NAMED,
    assert_series_as_seen,
    grabbed,
    reddish,
)
from tests.viewers.dicom.objects_room import open_and_settle, state_over, write_stack
from tests.viewers.dicom.test_export import export, pixels, sheet_of

ALL = [f"2.25.{100 + n}" for n in range(4)]
LINE = item(
    GraphicType="POLYLINE", GraphicAnnotationUnits="PIXEL", GraphicData=[4.0, 10.0, 20.0, 14.0]
)


def text(words: str) -> Any:
    return item(
        UnformattedTextValue=words,
        AnchorPointAnnotationUnits="PIXEL",
        AnchorPoint=[6, 18],
        AnchorPointVisibility="Y",
    )


def area(left: int, top: int, right: int, bottom: int, uid: str) -> Any:
    found = item(
        DisplayedAreaTopLeftHandCorner=[left, top],
        DisplayedAreaBottomRightHandCorner=[right, bottom],
        PresentationSizeMode="SCALE TO FIT",
        PresentationPixelAspectRatio=[1, 1],
    )
    found.ReferencedImageSequence = [item(ReferencedSOPInstanceUID=uid)]
    return found


def state(words: str = "Liver?", **attributes: Any) -> bytes:
    """For the first three of four slices: window, inverse, turned and mirrored, a shutter, a line
    and a text on each, and another area on the second."""
    note = item(
        GraphicLayer="MARKS", GraphicObjectSequence=[LINE], TextObjectSequence=[text(words)]
    )
    facts = {
        "SoftcopyVOILUTSequence": [item(WindowCenter=700, WindowWidth=900)],
        "PresentationLUTShape": "INVERSE",
        "ImageRotation": 90,
        "ImageHorizontalFlip": "Y",
        "GraphicAnnotationSequence": [note],
        "GraphicLayerSequence": [
            item(
                GraphicLayer="MARKS",
                GraphicLayerOrder=1,
                GraphicLayerRecommendedDisplayRGBValue=[65535, 0, 0],
            )
        ],
        "DisplayedAreaSelectionSequence": [
            area(3, 5, 22, 20, ALL[0]),
            area(1, 1, 10, 12, ALL[1]),
            area(3, 5, 22, 20, ALL[2]),
        ],
        "ShutterShape": "RECTANGULAR",
        "ShutterLeftVerticalEdge": 5,
        "ShutterRightVerticalEdge": 21,
        "ShutterUpperHorizontalEdge": 2,
        "ShutterLowerHorizontalEdge": 19,
        "ShutterPresentationValue": 30000,
    }
    return state_over(ALL[:3], 1, **{**facts, **attributes})


def activated(made: bytes) -> bytes:
    """A state with the pictures' overlay group 6000 in its layer."""
    ds = pydicom.dcmread(io.BytesIO(made))
    ds.add_new(0x60001001, "CS", "MARKS")
    return written(ds)


Study = Callable[..., DicomViewer]


@pytest.fixture
def stated(qtbot: QtBot, viewer: DicomViewer, tmp_path: Path) -> Iterator[Study]:
    """Opens four slices under the state that is made of its arguments."""

    def open_(**attributes: Any) -> DicomViewer:
        write_stack(tmp_path, **FACTS)
        (tmp_path / "state.dcm").write_bytes(state(**attributes))
        open_and_settle(qtbot, viewer, FolderSource([tmp_path]))
        viewer.objects.choose_state("2.25.901")
        return viewer

    yield open_
    viewer.close_source()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def test_a_series_under_a_state_is_exported_as_each_of_its_slices_is_seen(
    qtbot: QtBot, stated: Study, folder: Path
) -> None:
    made = assert_series_as_seen(qtbot, stated(), folder)
    red = [reddish(image) > 50 for image in made]
    assert red == [True, True, True, False]


def test_pictures_that_somebody_moved_stay_moved(qtbot: QtBot, stated: Study, folder: Path) -> None:
    viewer = stated()
    viewer.pane.zoom_by(1.4)
    viewer.set_window(250, 700)
    assert_series_as_seen(qtbot, viewer, folder)


def rendered(folder: Path, picture: Path, of: Path) -> NDArray[np.uint8]:
    """What `huizhen render --pr` makes."""
    made = folder / "render.png"
    told = ["render", str(picture), "--pr", str(of), "--out", str(made)]
    assert huizhen(told) == 0
    return pixels(made)


def test_at_its_own_size_the_area_of_a_state_is_what_render_makes_of_it(
    qtbot: QtBot, viewer: DicomViewer, folder: Path, tmp_path: Path
) -> None:
    """Turned, mirrored, shuttered, a part of the picture; the badge, which is never left out,
    lies along one edge."""
    steps = np.add.outer(np.arange(256), np.arange(300) * 2).astype(np.int16)
    study = tmp_path / "study"
    study.mkdir()
    (study / "one.dcm").write_bytes(ct_object(steps, SOPInstanceUID=ALL[0]))
    of = study / "state.dcm"
    of.write_bytes(
        state(
            GraphicAnnotationSequence=[],
            DisplayedAreaSelectionSequence=[area(11, 21, 290, 200, ALL[0])],
            ShutterLeftVerticalEdge=50,
            ShutterRightVerticalEdge=250,
            ShutterUpperHorizontalEdge=30,
            ShutterLowerHorizontalEdge=190,
        )
    )
    open_and_settle(qtbot, viewer, FolderSource([study]))
    viewer.objects.choose_state("2.25.901")
    viewer.pane.zoom_by(1.7)
    (file,) = export(qtbot, viewer, folder, Wish(own=True, over=Over(drawn=False)))
    ours, theirs = pixels(file), rendered(tmp_path, study / "one.dcm", of)
    assert ours.shape == theirs.shape == (280, 180, 3)
    assert len(np.unique(theirs)) > 100
    assert np.array_equal(ours[40:-40], theirs[40:-40])
    viewer.close_source()


@pytest.mark.skipif(not shared_root().is_dir(), reason="no shared test data beside the project")
@pytest.mark.parametrize("number", range(1, 11))
def test_grey_levels_of_others_states_are_those_of_render(
    qtbot: QtBot, viewer: DicomViewer, folder: Path, tmp_path: Path, number: int
) -> None:
    """Below the badge, which is never left out."""
    study, stem = shared_root() / "conformance" / "pr-plut", "1.2.276.0.7230010.3.200.5"
    picture, state_file = study / f"{stem}.{number}.1.dcm", study / f"{stem}.0.{number}.dcm"
    open_and_settle(qtbot, viewer, FolderSource([picture, state_file]))
    viewer.objects.choose_state(str(open_file(state_file).dataset.SOPInstanceUID))
    (file,) = export(qtbot, viewer, folder, Wish(own=True, over=Over(drawn=False)))
    ours, theirs = pixels(file), rendered(tmp_path, picture, state_file)
    assert ours.shape == theirs.shape
    assert np.array_equal(ours[40:-40], theirs[40:-40])
    viewer.close_source()


def test_without_patient_text_nothing_typed_into_a_state_is_told(
    qtbot: QtBot, viewer: DicomViewer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two states that differ in every text and in an overlay plane give the same bytes."""
    bits = np.zeros((64, 64), np.bool_)
    bits[20:40, 20:40] = True
    ramp = np.tile(np.arange(64), (64, 1)).astype(np.int16)

    def made(words: str, label: str, planes: NDArray[np.bool_], wish: Wish) -> bytes:
        study, out = tmp_path_factory.mktemp("study"), tmp_path_factory.mktemp("out")
        image = ct_object(ramp, SOPInstanceUID=ALL[0])
        (study / "1.dcm").write_bytes(with_overlay(image, planes))
        layer = item(GraphicLayer="MARKS", GraphicLayerOrder=1)
        own = state_over(
            ALL[:1],
            ContentLabel=label,
            ContentDescription=words,
            GraphicLayerSequence=[layer],
            GraphicAnnotationSequence=[
                item(
                    GraphicLayer="MARKS",
                    GraphicObjectSequence=[LINE],
                    TextObjectSequence=[text(words)],
                )
            ],
        )
        (study / "state.dcm").write_bytes(activated(own))
        open_and_settle(qtbot, viewer, FolderSource([study]))
        viewer.objects.choose_state("2.25.901")
        assert viewer.objects.chosen is not None
        (file,) = export(qtbot, viewer, out, wish)
        viewer.close_source()
        sheet_of(viewer).told.setText("")
        return file.read_bytes()

    one, other = ("Li Na", "LINA", bits), ("Wang", "WANG", ~bits)
    for own in (False, True):
        hidden = Wish(own=own)
        assert made(*one, hidden) == made(*other, hidden)
    assert made(*one, NAMED) != made(*other, NAMED)


def test_the_lines_of_a_state_stay_without_patient_text(
    qtbot: QtBot, stated: Study, folder: Path
) -> None:
    (file,) = export(qtbot, stated(), folder, Wish())
    assert reddish(pixels(file)) > 50


def test_a_capture_of_a_stated_picture_shows_what_was_seen(
    qtbot: QtBot, stated: Study, folder: Path
) -> None:
    viewer = stated()
    (file,) = export(qtbot, viewer, folder, Wish(form=Form.CAPTURE, over=Over(texts=True)))
    assert np.array_equal(pydicom.dcmread(file).pixel_array, grabbed(viewer))


# --- paper ----------------------------------------------------------------------------------------


def shot_under(made: bytes) -> Shot:
    """A picture of half millimetres, 64 × 64, as it lies under a state for it."""
    ramp = np.tile(np.arange(64), (64, 1)).astype(np.int16)
    plain = make_picture(
        open_object(ct_object(ramp, SOPInstanceUID=ALL[0], PixelSpacing=[0.5, 0.5])), 0
    )
    ref, under = SliceRef(ALL[0], 0), Stated(read_presentation_state(open_object(made)))
    picture = under.picture(plain, ref)
    graphics = under.graphics(picture, plain, ref, texts=True)
    return Shot(picture, under.home(picture, ref), lying=Lying(graphics=graphics))


def test_true_size_is_the_picture_s_whatever_shape_a_state_gives_its_pixels() -> None:
    whole = area(1, 1, 64, 64, ALL[0])
    whole.PresentationPixelAspectRatio = [2, 1]
    shot = shot_under(state(ImageRotation=0, DisplayedAreaSelectionSequence=[whole]))
    assert shot.camera.viewport(shot.picture, 600, 600).aspect == 2
    true, _ = true_sized(shot, Box(0, 0, 100, 100), INCH_MM * 10)
    viewport = true.camera.viewport(true.picture, 1000, 1000)
    # Ten dots a millimetre: half a millimetre is five of them, down as across.
    assert (viewport.zoom, viewport.zoom * viewport.aspect) == (5, 5)


def test_what_a_state_draws_beside_the_picture_is_not_cut_off_on_white_paper() -> None:
    """An area of twice the picture's width."""
    wide = area(1, 1, 128, 64, ALL[0])
    shot = shot_under(
        state(ImageRotation=0, ImageHorizontalFlip="N", DisplayedAreaSelectionSequence=[wide])
    )
    _, place = trimmed(shot, QRectF(0, 0, 640, 640))
    assert (place.width(), place.height()) == (640, 320)
    _, bare = trimmed(replace(shot, lying=Lying()), QRectF(0, 0, 640, 640))
    assert (bare.width(), bare.height()) == (320, 320)
