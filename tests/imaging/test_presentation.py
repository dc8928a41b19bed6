"""A presentation state replaces the grey pipeline of the picture (PS3.4 N.2, PS3.3 C.11)."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from app.imaging.dataset import open_file, open_object
from app.imaging.displayed import placement, shown
from app.imaging.errors import UnsupportedPixelsError
from app.imaging.graphics import GraphicType, Justification, Units
from app.imaging.picture import GreyPicture, make_picture, under_state
from app.imaging.pipeline import render
from app.imaging.presentation import PresentationState, SizeMode
from app.imaging.presentation_reader import read_presentation_state
from app.imaging.voi import VoiLut, Window
from tests.imaging.objects import ct_object, item, ramp, state_for, with_overlay
from tests.imaging.peers import files_of, pnm, run

LUTS = "1.2.276.0.7230010.3.200.5"


def state(data: bytes, **attributes: Any) -> PresentationState:
    return read_presentation_state(open_object(state_for(data, **attributes)))


def under(data: bytes, **attributes: Any) -> GreyPicture:
    picture = make_picture(open_object(data), 0, state=state(data, **attributes))
    assert isinstance(picture, GreyPicture)
    return picture


def uid_of(data: bytes) -> str:
    return str(open_object(data).dataset.SOPInstanceUID)


def test_what_a_state_does_not_say_is_the_identity_and_not_what_the_picture_says() -> None:
    data = ct_object(ramp(), RescaleSlope=2, RescaleIntercept=-24, WindowCenter=40, WindowWidth=400)
    picture = under(data)
    assert picture.modality.apply(np.array([7.0])).tolist() == [7.0]
    (identity,) = picture.presets
    assert identity.levels(np.array([-32768.0, 32767.0])).tolist() == [0.0, 255.0]


def test_the_state_s_rescale_and_window_are_used() -> None:
    data = ct_object(ramp(), WindowCenter=1, WindowWidth=2)
    window = item(WindowCenter=100, WindowWidth=500, WindowCenterWidthExplanation="mine")
    picture = under(
        data,
        RescaleSlope=2,
        RescaleIntercept=-24,
        RescaleType="HU",
        SoftcopyVOILUTSequence=[window],
    )
    expected = Window(100, 500).levels(ramp() * 2.0 - 24)
    assert np.abs(render(picture) - expected).max() <= 0.5
    assert [preset.explanation for preset in picture.presets if isinstance(preset, Window)] == [
        "mine"
    ]


def test_a_window_for_another_picture_counts_nothing_here() -> None:
    data, other = ct_object(ramp()), ct_object(ramp())
    there = item(WindowCenter=1, WindowWidth=2)
    there.ReferencedImageSequence = [item(ReferencedSOPInstanceUID=uid_of(other))]
    here = item(WindowCenter=3, WindowWidth=4)
    here.ReferencedImageSequence = [item(ReferencedSOPInstanceUID=uid_of(data))]
    found = state(data, SoftcopyVOILUTSequence=[there, here])
    assert found.presets(uid_of(data), 0) == (Window(3.0, 4.0),)
    assert found.presets(uid_of(other), 0) == (Window(1.0, 2.0),)


def test_a_reference_to_frames_covers_those_frames_only() -> None:
    data = ct_object(ramp())
    window = item(WindowCenter=3, WindowWidth=4)
    window.ReferencedImageSequence = [
        item(ReferencedSOPInstanceUID=uid_of(data), ReferencedFrameNumber=[2, 5])
    ]
    found = state(data, SoftcopyVOILUTSequence=[window])
    shown_ = [bool(found.presets(uid_of(data), frame)) for frame in range(6)]
    assert shown_ == [False, True, False, False, True, False]
    assert found.covers(uid_of(data), 3)
    assert not found.covers("2.25.9", 0)


def test_a_voi_lut_and_a_modality_lut_of_a_state_are_signed_as_the_picture_is() -> None:
    data = ct_object(ramp(8, 8))
    table = item(LUTDescriptor=[64, 64536, 8], LUTData=bytes(range(64)), LUTExplanation="all")
    table["LUTDescriptor"].VR = "US"
    picture = under(data, SoftcopyVOILUTSequence=[item(VOILUTSequence=[table])])
    (voi,) = picture.presets
    assert isinstance(voi, VoiLut)
    assert render(picture).ravel().tolist() == list(range(64))


def test_inverse_shape_mirrors_the_levels_whatever_the_photometric_interpretation_says() -> None:
    for photometric in ("MONOCHROME1", "MONOCHROME2"):
        data = ct_object(ramp(), PhotometricInterpretation=photometric)
        plain, mirrored = under(data), under(data, PresentationLUTShape="INVERSE")
        assert np.array_equal(render(plain), render(under(ct_object(ramp()))))
        assert np.abs(render(plain).astype(int) + render(mirrored) - 255).max() <= 1


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_a_presentation_lut_gives_its_very_entries(bits: int) -> None:
    pixels = np.arange(256, dtype=np.int16).reshape(16, 16)
    data = ct_object(pixels, BitsStored=8, HighBit=7, PixelRepresentation=0)
    entries = np.random.default_rng(bits).integers(0, 1 << bits, 256).astype("<u2")
    table = item(LUTDescriptor=[256, 0, bits], LUTData=entries.tobytes())
    picture = under(data, PresentationLUTSequence=[table])
    expected = np.floor(entries * (255.0 / ((1 << bits) - 1)) + 0.5)
    assert np.array_equal(render(picture).ravel(), expected)


def levels_of(number: int) -> np.ndarray:
    folder = next(iter(files_of("conformance/pr-plut"))).parent
    image = open_file(folder / f"{LUTS}.{number}.1.dcm")
    found = read_presentation_state(open_file(folder / f"{LUTS}.0.{number}.dcm"))
    return render(make_picture(image, 0, state=found))


@pytest.mark.parametrize("number", range(1, 11))
def test_every_state_of_the_folder_makes_its_picture_look_the_same(
    number: int, shared_data: Path, tmp_path: Path
) -> None:
    ours = levels_of(number)
    pattern = slice(0, 511)  # the last row holds every stored value once, never inverted
    # Others were made from the first with 12 bits, or inverted: one level of their own rounding.
    coarse = 0 if number in (1, 5, 9) else 1
    difference = ours[pattern].astype(int) - levels_of(1)[pattern]
    assert np.abs(difference).max() <= coarse
    folder, out = shared_data / "conformance" / "pr-plut", tmp_path / "peer.pgm"
    state_file = folder / f"{LUTS}.0.{number}.dcm"
    assert run("dcmp2pgm", "-q", "-p", state_file, folder / f"{LUTS}.{number}.1.dcm", out)
    # dcmtk cuts where we round: it inverts 0…255 to 255…1, and 12 bits lose their fraction.
    cut = 1 if number in (2, 3, 4, 7) else 0
    assert np.abs(ours.astype(int) - pnm(out.read_bytes())).max() <= cut


def test_rotation_comes_before_mirroring_and_pixels_stay_exact() -> None:
    data = ct_object(ramp(20, 30))
    for turn, flip in ((0, "N"), (90, "N"), (180, "Y"), (270, "Y"), (90, "Y")):
        found = state(data, ImageRotation=turn, ImageHorizontalFlip=flip)
        picture = make_picture(open_object(data), 0, state=found)
        place = placement(picture, found, uid_of(data), 0)
        levels = np.rot90(render(picture), -turn // 90)
        levels = levels[:, ::-1] if flip == "Y" else levels
        assert np.array_equal(shown(picture, place), levels)
        x, y = place.to_screen(3.5, 11.5)
        at_point = shown(picture, place)[int(y), int(x)]
        assert at_point == render(picture)[11, 3]


def area(first: list[int], second: list[int], **more: Any) -> pydicom.Dataset:
    found = item(DisplayedAreaTopLeftHandCorner=first, DisplayedAreaBottomRightHandCorner=second)
    found.PresentationSizeMode = more.pop("mode", "SCALE TO FIT")
    for keyword, value in more.items():
        setattr(found, keyword, value)
    return found


def seen(data: bytes, *areas: pydicom.Dataset) -> np.ndarray:
    found = state(data, DisplayedAreaSelectionSequence=list(areas))
    picture = make_picture(open_object(data), 0, state=found)
    return shown(picture, placement(picture, found, uid_of(data), 0))


def test_the_displayed_area_is_what_is_seen_and_beyond_the_picture_it_is_black() -> None:
    data = ct_object(ramp(20, 30))
    whole = render(under(data))
    assert np.array_equal(seen(data, area([4, 3], [13, 9])), whole[2:9, 3:13])
    beyond = seen(data, area([-4, 1], [30, 20]))
    assert beyond.shape == (20, 35)
    assert not beyond[:, :5].any()
    assert np.array_equal(beyond[:, 5:], whole)


def test_swapped_corners_of_a_turned_picture_mean_the_same_area() -> None:
    data = ct_object(ramp(20, 30))
    assert np.array_equal(seen(data, area([13, 9], [4, 3])), seen(data, area([4, 3], [13, 9])))


def test_magnify_enlarges_and_an_aspect_makes_rows_taller() -> None:
    data = ct_object(ramp(20, 30))
    magnified = area([1, 1], [30, 20], mode="MAGNIFY", PresentationPixelMagnificationRatio=3)
    assert seen(data, magnified).shape == (60, 90)
    assert seen(data, area([1, 1], [30, 20], PresentationPixelAspectRatio=[2, 1])).shape == (40, 30)


def test_an_area_beyond_reason_is_taken_for_the_whole_picture() -> None:
    data = ct_object(ramp(20, 30))
    assert seen(data, area([1, 1], [2**31 - 1, 2**31 - 1])).shape == (20, 30)
    assert seen(data, area([500, 500], [600, 600])).shape == (20, 30)


def test_graphics_texts_and_layers_are_read_as_they_were_written_by_highdicom(
    shared_data: Path,
) -> None:
    pr = pytest.importorskip("highdicom.pr")
    source = pydicom.dcmread(next(iter(files_of("conformance/shutter"))))
    layer = pr.GraphicLayer("FINDINGS", order=2, description="what was found")
    lower = pr.GraphicLayer("LOWER", order=1)
    circle = pr.GraphicObject(
        graphic_type=pr.GraphicTypeValues.CIRCLE,
        graphic_data=np.array([[10.0, 20.0], [15.0, 20.0]]),
        units=pr.AnnotationUnitsValues.PIXEL,
        is_filled=True,
    )
    told = pr.TextObject(
        text_value="结节 4 mm",
        units=pr.AnnotationUnitsValues.DISPLAY,
        bounding_box=(0.1, 0.2, 0.5, 0.3),
    )
    written = pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[source],
        series_instance_uid="2.25.1",
        series_number=1,
        sop_instance_uid="2.25.2",
        instance_number=1,
        manufacturer="Huizhen",
        manufacturer_model_name="Huizhen",
        software_versions="1",
        device_serial_number="1",
        content_label="TEST",
        graphic_layers=[layer, lower],
        graphic_annotations=[
            pr.GraphicAnnotation([source], layer, graphic_objects=[circle], text_objects=[told])
        ],
    )
    written.SpecificCharacterSet = "ISO_IR 192"
    stream = io.BytesIO()
    written.save_as(stream)
    found = read_presentation_state(open_object(stream.getvalue()))
    first, second = found.content(str(source.SOPInstanceUID), 0)
    assert (first.layer.name, second.layer.name) == ("LOWER", "FINDINGS")
    (graphic,), (text,) = second.graphics, second.texts
    assert (graphic.kind, graphic.units, graphic.filled) == (GraphicType.CIRCLE, Units.PIXEL, True)
    assert graphic.points == ((10.0, 20.0), (15.0, 20.0))
    assert text.text == "结节 4 mm"
    assert text.box is not None
    assert text.box.units is Units.DISPLAY
    assert text.box.first == pytest.approx((0.1, 0.2))
    assert text.box.justification is Justification.CENTER
    assert found.content("2.25.77", 0)[1].graphics == ()


def test_only_activated_overlays_are_seen_each_in_its_layer() -> None:
    bits = np.eye(32, 48, dtype=bool)
    data = with_overlay(with_overlay(ct_object(ramp()), bits), ~bits, group=0x6002)
    raw = pydicom.dcmread(io.BytesIO(state_for(data)))
    raw.add_new((0x6002, 0x1001), "CS", "SECOND")
    stream = io.BytesIO()
    raw.save_as(stream)
    found = read_presentation_state(open_object(stream.getvalue()))
    picture = make_picture(open_object(data), 0, state=found)
    (content,) = found.content(uid_of(data), 0, picture.overlays)
    assert content.layer.name == "SECOND"
    assert [plane.group for plane in content.overlays] == [0x6002]


def test_broken_graphics_are_left_out_and_the_others_stay() -> None:
    good = item(GraphicType="POINT", GraphicAnnotationUnits="PIXEL", GraphicData=[1.0, 2.0])
    short = item(GraphicType="ELLIPSE", GraphicAnnotationUnits="PIXEL", GraphicData=[1.0, 2.0])
    strange = item(GraphicType="STAR", GraphicAnnotationUnits="PIXEL", GraphicData=[1.0, 2.0])
    nowhere = item(UnformattedTextValue="text without a place")
    note = item(GraphicLayer="A", GraphicObjectSequence=[short, strange, good])
    note.TextObjectSequence = [nowhere]
    found = state(ct_object(ramp()), GraphicAnnotationSequence=[note])
    (annotation,) = found.annotations
    assert [graphic.kind for graphic in annotation.graphics] == [GraphicType.POINT]
    assert annotation.texts == ()


PSEUDO_COLOUR = "1.2.840.10008.5.1.4.1.1.11.3"


def coloured(data: bytes, wheel: Path, **attributes: Any) -> GreyPicture:
    """Under a pseudo-colour state with the hot iron palette of the standard."""
    iron = pydicom.dcmread(next(wheel.parent.rglob("hotiron.dcm")))
    raw = pydicom.dcmread(io.BytesIO(state_for(data, SOPClassUID=PSEUDO_COLOUR, **attributes)))
    raw.update({e.tag: e for e in iron if "PaletteColor" in e.keyword})
    stream = io.BytesIO()
    raw.save_as(stream)
    found = read_presentation_state(open_object(stream.getvalue()))
    picture = make_picture(open_object(data), 0, state=found)
    assert isinstance(picture, GreyPicture)
    return picture


def test_a_pseudo_colour_state_gives_each_level_its_colour(wheel: Path) -> None:
    pixels = np.arange(256, dtype=np.int16).reshape(16, 16)
    picture = coloured(ct_object(pixels, BitsStored=8, HighBit=7, PixelRepresentation=0), wheel)
    iron = pydicom.dcmread(next(wheel.parent.rglob("hotiron.dcm")))
    tables = [
        np.frombuffer(iron[f"{colour}PaletteColorLookupTableData"].value, np.uint8)
        for colour in ("Red", "Green", "Blue")
    ]
    shown_ = render(picture)
    assert shown_.shape == (16, 16, 3)
    assert np.array_equal(shown_.reshape(256, 3), np.stack(tables, axis=-1))


def test_a_window_moves_through_the_colours(wheel: Path) -> None:
    window = item(WindowCenter=0, WindowWidth=2)
    picture = coloured(ct_object(ramp()), wheel, SoftcopyVOILUTSequence=[window])
    found = {tuple(colour) for colour in render(picture).reshape(-1, 3).tolist()}
    assert len(found) <= 3
    assert {(0, 0, 0), (255, 255, 255)} <= found


def test_a_picture_is_no_presentation_state() -> None:
    with pytest.raises(UnsupportedPixelsError, match="not a presentation state"):
        read_presentation_state(open_object(ct_object(ramp())))


def test_true_size_says_the_spacing_a_screen_needs() -> None:
    found = state(
        ct_object(ramp()),
        DisplayedAreaSelectionSequence=[
            area([1, 1], [48, 32], mode="TRUE SIZE", PresentationPixelSpacing=[0.4, 0.2])
        ],
    )
    (selected,) = found.areas
    assert (selected.mode, selected.spacing, selected.aspect) == (
        SizeMode.TRUE_SIZE,
        (0.4, 0.2),
        2.0,
    )


def _prepared_anew(data: bytes, found: PresentationState) -> np.ndarray:
    obj = open_object(data)
    return render(under_state(make_picture(obj, 0), found, uid_of(data), 0))


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"PixelPaddingValue": -1000, "PixelPaddingRangeLimit": -500},
        {"PhotometricInterpretation": "MONOCHROME1", "RescaleSlope": 3},
        {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0},
        {"ModalityLUTSequence": [item(LUTDescriptor=[64, 0, 8], LUTData=bytes(range(63, -1, -1)))]},
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"RescaleSlope": 2, "RescaleIntercept": -24, "PresentationLUTShape": "INVERSE"},
        {"SoftcopyVOILUTSequence": [item(WindowCenter=-400, WindowWidth=300)]},
        {"ModalityLUTSequence": [item(LUTDescriptor=[16, 0, 8], LUTData=bytes(range(16)))]},
        {
            "ModalityLUTSequence": [item(LUTDescriptor=[16, 0, 8], LUTData=bytes(range(16)))],
            "SoftcopyVOILUTSequence": [item(WindowCenter=8, WindowWidth=16)],
            "PresentationLUTSequence": [
                item(LUTDescriptor=[256, 0, 8], LUTData=bytes(range(255, -1, -1)))
            ],
        },
    ],
)
def test_a_picture_that_is_there_is_put_under_a_state_as_if_it_were_read_anew(
    attributes: dict[str, Any], said: dict[str, Any]
) -> None:
    data = ct_object(ramp(), **attributes)
    found = state(data, **said)
    anew = make_picture(open_object(data), 0, state=found)
    assert np.array_equal(_prepared_anew(data, found), render(anew))


def test_a_picture_under_a_state_shares_the_samples_it_was_made_from() -> None:
    data = ct_object(ramp(), PixelPaddingValue=-1000)
    plain = make_picture(open_object(data), 0)
    stated = under_state(plain, state(data), uid_of(data), 0)
    assert isinstance(plain, GreyPicture)
    assert isinstance(stated, GreyPicture)
    assert stated.samples is plain.samples
    assert stated.padding is None


@pytest.mark.parametrize("number", range(1, 11))
def test_every_state_of_the_folder_is_the_same_over_a_picture_that_is_there(
    number: int, shared_data: Path
) -> None:
    folder = shared_data / "conformance" / "pr-plut"
    data = (folder / f"{LUTS}.{number}.1.dcm").read_bytes()
    found = read_presentation_state(open_file(folder / f"{LUTS}.0.{number}.dcm"))
    assert np.array_equal(_prepared_anew(data, found), levels_of(number))


def test_a_voi_lut_may_begin_below_zero_where_this_picture_does_not_reach() -> None:
    data = ct_object(ramp(8, 8) + 1024)
    table = item(LUTDescriptor=[512, 65436, 16], LUTData=np.arange(512, dtype="<u2").tobytes())
    table["LUTDescriptor"].VR = "US"
    (voi,) = under(data, SoftcopyVOILUTSequence=[item(VOILUTSequence=[table])]).presets
    assert isinstance(voi, VoiLut)
    assert voi.table.first == -100
