"""A state that is written shows a picture as it was looked at, whatever kind of picture it is."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.uid import EnhancedMRImageStorage, UltrasoundMultiFrameImageStorage, generate_uid

from app.imaging.annotation import Annotation, AnnotationKind
from app.imaging.dataset import open_object
from app.imaging.displayed import placement, shown
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import render
from app.imaging.presentation import StateKind
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.resample import Region
from app.imaging.series import SliceRef
from app.imaging.voi import Voi, VoiLut, Window
from app.imaging.writing.look import Look
from app.imaging.writing.origin import Author, to_bytes
from app.imaging.writing.presentation_state import write_presentation_state
from protocol.base import new_id
from tests.imaging.objects import altered, ct_object, item, ramp
from tests.imaging.peers import pnm, program, run

AUTHOR = Author("陈一明", "省人民医院")
FACTS: dict[str, Any] = {
    "StudyDate": "20261121",
    "StudyTime": "101500",
    "StudyID": "1",
    "RescaleType": "HU",
    "PixelSpacing": [0.5, 0.5],
}


def accepted(state: Dataset, folder: Path) -> None:
    """dicom3tools' validator has no error to tell."""
    program("dciodvfy")
    file = folder / "state.dcm"
    file.write_bytes(to_bytes(state))
    assert run("dciodvfy", file)


def multi_frame(frames: int = 3) -> bytes:
    """Frames of 32 × 48, each brighter, without functional groups."""
    pixels = np.concatenate([ramp() + 100 * n for n in range(frames)])
    return ct_object(pixels.astype(np.int16), NumberOfFrames=frames, Rows=32, **FACTS)


def enhanced(slopes: tuple[float, ...] = (2.0, 2.0, 2.0)) -> bytes:
    """An Enhanced MR object: rescale, window and spacing of each frame in its functional group."""

    def change(ds: Dataset) -> None:
        ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
        ds.Modality = "MR"
        for keyword in ("RescaleSlope", "RescaleIntercept", "RescaleType", "PixelSpacing"):
            delattr(ds, keyword)
        ds.SharedFunctionalGroupsSequence = [
            item(PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5])])
        ]
        ds.PerFrameFunctionalGroupsSequence = [
            item(
                FrameVOILUTSequence=[item(WindowCenter=100 * n, WindowWidth=900)],
                PixelValueTransformationSequence=[
                    item(RescaleSlope=slope, RescaleIntercept=-10, RescaleType="US")
                ],
            )
            for n, slope in enumerate(slopes)
        ]

    return altered(multi_frame(len(slopes)), change)


def line(ref: SliceRef) -> tuple[Annotation, tuple[str, ...]]:
    shape = Annotation(new_id(), ref, AnnotationKind.LENGTH, ((4.0, 4.0), (24.0, 4.0)), "")
    return shape, ("10.0 mm",)


def refs_of(data: bytes, *frames: int) -> list[SliceRef]:
    uid = str(pydicom.dcmread(BytesIO(data)).SOPInstanceUID)
    return [SliceRef(uid, frame) for frame in frames]


def written(data: bytes, refs: list[SliceRef], look: Look) -> Dataset:
    picture = pydicom.dcmread(BytesIO(data))
    pictures = {str(picture.SOPInstanceUID): picture}
    return write_presentation_state(refs, [line(ref) for ref in refs], pictures, look, AUTHOR)


def seen_again(data: bytes, state: Dataset, frame: int = 0) -> np.ndarray:
    """The levels that a reader of the state makes of the picture."""
    obj = open_object(data)
    read = read_presentation_state(open_object(to_bytes(state)))
    uid = str(obj.dataset.SOPInstanceUID)
    assert read.covers(uid, frame)
    picture = make_picture(obj, frame, state=read)
    return shown(picture, placement(picture, read, uid, frame))


def first_voi(data: bytes, frame: int) -> Voi:
    picture = make_picture(open_object(data), frame)
    assert isinstance(picture, GreyPicture)
    return picture.presets[0]


@pytest.mark.parametrize("frame", [0, 2])
def test_a_frame_of_an_enhanced_object_is_shown_with_its_own_values(
    tmp_path: Path, frame: int
) -> None:
    data = enhanced()
    refs = refs_of(data, 0, 2)
    look = Look(vois={ref: first_voi(data, ref.frame) for ref in refs})
    state = written(data, refs, look)
    accepted(state, tmp_path)
    plain = render(make_picture(open_object(data), frame))
    assert np.array_equal(seen_again(data, state, frame), plain)
    named = state.ReferencedSeriesSequence[0].ReferencedImageSequence[0]
    assert list(named.ReferencedFrameNumber) == [1, 3]
    assert [
        a.ReferencedImageSequence[0].ReferencedFrameNumber for a in state.GraphicAnnotationSequence
    ] == [1, 3]


def test_a_multi_frame_object_without_functional_groups_takes_a_state(tmp_path: Path) -> None:
    data = altered(
        multi_frame(),
        lambda ds: setattr(ds, "SOPClassUID", UltrasoundMultiFrameImageStorage),
    )
    state = written(data, refs_of(data, 1), Look(Window(0, 900)))
    accepted(state, tmp_path)
    plain = render(make_picture(open_object(data), 1), Window(0, 900))
    assert np.array_equal(seen_again(data, state, 1), plain)


@pytest.mark.parametrize("shape", ["", "INVERSE"])
@pytest.mark.parametrize("inverted", [False, True])
def test_window_and_inversion_are_those_of_the_cell(shape: str, inverted: bool) -> None:
    more = {"PresentationLUTShape": shape} if shape else {}
    data = ct_object(ramp(), WindowCenter=70, WindowWidth=410, **FACTS, **more)
    state = written(data, refs_of(data, 0), Look(Window(-300, 800), inverted))
    picture = make_picture(open_object(data), 0)
    assert np.array_equal(
        seen_again(data, state), render(picture, Window(-300, 800), invert=inverted)
    )


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("inverted", [False, True])
def test_dcmtk_shows_the_same_under_the_state(tmp_path: Path, inverted: bool, turn: int) -> None:
    data = ct_object(ramp(), WindowCenter=70, WindowWidth=410, **FACTS)
    look = Look(Window(-300, 800), inverted, turn=turn, mirrored=True)
    ref = refs_of(data, 0)
    picture = {ref[0].sop_instance_uid: pydicom.dcmread(BytesIO(data))}
    state = write_presentation_state(ref, [], picture, look, AUTHOR)
    files = [tmp_path / name for name in ("state.dcm", "ct.dcm", "seen.pgm")]
    files[0].write_bytes(to_bytes(state))
    files[1].write_bytes(data)
    assert run("dcmp2pgm", "-p", *files)
    theirs = pnm(files[2].read_bytes()).astype(int)
    assert theirs.shape == seen_again(data, state).shape
    assert np.abs(theirs - seen_again(data, state)).max() <= 1


@pytest.mark.parametrize("first", [-1000, 0])
def test_a_table_of_the_picture_goes_into_the_state(tmp_path: Path, first: int) -> None:
    entries = (np.arange(1200) ** 2 // 352).astype("<u2")
    table = item(LUTDescriptor=[1200, first, 12], LUTData=entries.tobytes())
    data = ct_object(ramp(), VOILUTSequence=[table], **FACTS)
    voi = first_voi(data, 0)
    assert isinstance(voi, VoiLut)
    state = written(data, refs_of(data, 0), Look(voi))
    accepted(state, tmp_path)
    plain = render(make_picture(open_object(data), 0), voi).astype(int)
    # 12 bits became 16, of which a level is 257: a rounding may fall on the other side.
    assert np.abs(seen_again(data, state) - plain).max() <= 1


def test_a_modality_table_of_the_picture_goes_into_the_state(tmp_path: Path) -> None:
    entries = (np.arange(1600) * 40).astype("<u2")
    table = item(LUTDescriptor=[1600, -1000, 16], LUTData=entries.tobytes(), ModalityLUTType="US")

    def without_rescale(ds: Dataset) -> None:
        del ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType

    data = altered(ct_object(ramp(), ModalityLUTSequence=[table], **FACTS), without_rescale)
    state = written(data, refs_of(data, 0), Look(Window(30000, 50000)))
    accepted(state, tmp_path)
    plain = render(make_picture(open_object(data), 0), Window(30000, 50000))
    assert np.array_equal(seen_again(data, state), plain)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_the_part_that_is_seen_is_shown_turned_and_mirrored(
    tmp_path: Path, turn: int, mirrored: bool
) -> None:
    data = ct_object(ramp(), **FACTS)
    area = Region(10, 4, 40, 20, 1.0)
    window = Window(0, 1800)
    look = Look(window, turn=turn, mirrored=mirrored, area=area)
    state = written(data, refs_of(data, 0), look)
    accepted(state, tmp_path)
    expected = render(make_picture(open_object(data), 0), window)[4:20, 10:40]
    expected = expected[:, ::-1] if mirrored else expected
    assert np.array_equal(seen_again(data, state), np.rot90(expected, -turn))


def test_pixels_that_are_not_square_stay_so() -> None:
    data = ct_object(ramp(), **{**FACTS, "PixelSpacing": [1.0, 0.5]})
    state = written(data, refs_of(data, 0), Look(Window(0, 1800)))
    assert seen_again(data, state).shape == (64, 48)


def test_marks_on_a_colour_picture_go_into_a_colour_state(tmp_path: Path) -> None:
    def coloured(ds: Dataset) -> None:
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
        ds.PixelData = np.arange(32 * 48 * 3, dtype=np.uint32).astype(np.uint8).tobytes()
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid(None)

    data = altered(ct_object(ramp(), **FACTS), coloured)
    (ref,) = refs_of(data, 0)
    arrow = Annotation(new_id(), ref, AnnotationKind.ARROW, ((4.0, 4.0), (24.0, 4.0)), "")
    words = Annotation(new_id(), ref, AnnotationKind.TEXT, ((8.0, 8.0),), "结节")
    picture = pydicom.dcmread(BytesIO(data))
    state = write_presentation_state(
        [ref],
        [(arrow, ()), (words, ("结节",))],
        {ref.sop_instance_uid: picture},
        Look(turn=1),
        AUTHOR,
    )
    accepted(state, tmp_path)
    read = read_presentation_state(open_object(to_bytes(state)))
    assert (read.kind, read.quarter_turns) == (StateKind.COLOUR, 1)
    (content,) = read.content(ref.sop_instance_uid, 0)
    assert [one.points for one in content.graphics] == [((4.0, 4.0), (24.0, 4.0))]
    assert [one.text for one in content.texts] == ["结节"]
