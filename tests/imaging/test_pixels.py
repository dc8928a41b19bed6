"""Kinds of pixels that no real file at hand has, each against its formula or another program."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import ExplicitVRLittleEndian

from app.imaging.colour import ybr_partial_to_rgb
from app.imaging.dataset import open_file, open_object
from app.imaging.decode import decode_frame
from app.imaging.errors import MissingAttributeError, UnsupportedPixelsError
from app.imaging.picture import ColourPicture, GreyPicture, make_picture
from app.imaging.pipeline import render
from app.imaging.voi import VoiFunction, VoiLut, Window
from tests.imaging.objects import ct_object, item, ramp
from tests.imaging.peers import dcmtk_levels, run

COLOURS = ("Red", "Green", "Blue")


def picture_of(data: bytes) -> GreyPicture | ColourPicture:
    return make_picture(open_object(data), 0)


def grey(data: bytes, frame: int = 0) -> GreyPicture:
    picture = make_picture(open_object(data), frame)
    assert isinstance(picture, GreyPicture)
    return picture


def saved(ds: pydicom.Dataset) -> bytes:
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def palette_object(
    descriptor: tuple[int, int, int], tables: list[bytes], *, segmented: bool = False, **more: Any
) -> bytes:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    more.setdefault("PixelData", pixels.tobytes())
    ds = pydicom.dcmread(io.BytesIO(ct_object(ramp(16, 16))))
    ds.PhotometricInterpretation, ds.PixelRepresentation = "PALETTE COLOR", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    for colour, table in zip(COLOURS, tables, strict=True):
        keyword = f"{colour}PaletteColorLookupTable"
        ds[f"{keyword}Descriptor"] = pydicom.DataElement(
            f"{keyword}Descriptor", "US", [*descriptor]
        )
        setattr(ds, f"{'Segmented' * segmented}{keyword}Data", table)
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    ds["PixelData"].VR = "OW"
    return saved(ds)


def random_tables(entries: int, bits: int) -> list[np.ndarray]:
    kind = np.uint8 if bits == 8 else np.uint16
    generator = np.random.default_rng(bits)
    return [generator.integers(0, 1 << bits, entries).astype(kind) for _ in COLOURS]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("entries", "first"), [(256, 0), (100, 0), (100, 60), (0x10000, 0)])
def test_a_palette_shows_the_colours_dcmtk_shows(
    bits: int, entries: int, first: int, tmp_path: Path
) -> None:
    tables = [t.astype(f"<u{bits // 8}").tobytes() for t in random_tables(entries, bits)]
    data = palette_object((entries & 0xFFFF, first, bits), tables)
    (tmp_path / "a.dcm").write_bytes(data)
    theirs = dcmtk_levels(tmp_path / "a.dcm", tmp_path)
    assert theirs is not None
    assert np.array_equal(render(picture_of(data)), theirs)


@pytest.mark.parametrize("bits", [8, 16])
def test_big_endian_palettes_and_luts_show_the_same(bits: int, tmp_path: Path) -> None:
    tables = [t.astype(f"<u{bits // 8}").tobytes() for t in random_tables(256, bits)]
    data = palette_object((256, 0, bits), tables)
    (tmp_path / "a.dcm").write_bytes(data)
    assert run("dcmconv", "+tb", tmp_path / "a.dcm", tmp_path / "b.dcm")
    assert np.array_equal(
        render(make_picture(open_file(tmp_path / "b.dcm"), 0)), render(picture_of(data))
    )


def segments(*parts: int) -> bytes:
    return np.array(parts, "<u2").tobytes()


DISCRETE = (0, 3, 100, 9000, 40000)
LINEAR = (1, 61, 65535)
BACK = (2, 2, 0, 0)


@pytest.mark.parametrize("parts", [DISCRETE + LINEAR, DISCRETE + LINEAR + BACK])
def test_a_segmented_palette_is_the_one_pydicom_expands(parts: tuple[int, ...]) -> None:
    entries = 64 if BACK[0] not in parts[8:] else 128
    data = palette_object((entries, 0, 16), [segments(*parts)] * 3, segmented=True)
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    expected = apply_color_lut(pixels, pydicom.dcmread(io.BytesIO(data))) >> 8
    assert np.abs(render(picture_of(data)).astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    "parts",
    [
        (1, 5, 9),  # a line from nowhere
        (7, 1, 1),  # no such segment
        (*DISCRETE, 2, 1, 500, 0),  # ahead of itself
        (0, 1),  # nothing in it
    ],
)
def test_a_broken_segmented_palette_names_what_is_missing(parts: tuple[int, ...]) -> None:
    data = palette_object((64, 0, 16), [segments(*parts)] * 3, segmented=True)
    with pytest.raises(MissingAttributeError, match="PaletteColorLookupTableData"):
        picture_of(data)


def test_a_segmented_palette_never_grows_beyond_its_descriptor() -> None:
    bomb = segments(*DISCRETE, *(LINEAR[0], 65535, 1) * 5000)
    picture = picture_of(palette_object((256, 0, 16), [bomb] * 3, segmented=True))
    assert isinstance(picture, ColourPicture)


def test_halved_colours_of_the_retired_partial_range_become_rgb() -> None:
    forward = np.array(
        [[0.2568, 0.5041, 0.0979], [-0.1482, -0.2910, 0.4392], [0.4392, -0.3678, -0.0714]]
    )
    rgb = np.random.default_rng(1).integers(0, 256, (500, 1, 3)).astype(np.float64)
    encoded = np.rint(rgb @ forward.T + [16, 128, 128]).astype(np.uint8)
    assert np.abs(ybr_partial_to_rgb(encoded) - rgb).max() <= 3  # rounded on the way there


def test_samples_under_run_lengths_lie_below_their_high_bit(tmp_path: Path) -> None:
    stored = (ramp() & 0x0FFF).astype(np.int16) << 4
    data = ct_object(stored, BitsStored=12, HighBit=15, PixelRepresentation=0)
    (tmp_path / "a.dcm").write_bytes(data)
    assert run("dcmcrle", tmp_path / "a.dcm", tmp_path / "b.dcm")
    assert np.array_equal(decode_frame(open_file(tmp_path / "b.dcm")).samples, ramp() & 0x0FFF)


@pytest.mark.parametrize(
    ("keyword", "kind", "bits"), [("FloatPixelData", "f4", 32), ("DoubleFloatPixelData", "f8", 64)]
)
def test_float_pixels_are_shown_and_their_padding_is_background(
    keyword: str, kind: str, bits: int
) -> None:
    values = np.linspace(-1.5, 2.5, 64).reshape(8, 8).astype(kind)
    values[0, 0], values[0, 1] = np.nan, -9999
    ds = pydicom.dcmread(io.BytesIO(ct_object(ramp(8, 8))))
    del ds.PixelData
    del ds.PixelRepresentation
    ds.BitsAllocated = bits
    setattr(ds, keyword, values.tobytes())
    padding = f"{'Double' * (bits == 64)}FloatPixelPaddingValue"
    setattr(ds, padding, -9999.0)
    picture = grey(saved(ds))
    assert picture.padding is not None
    assert np.argwhere(picture.padding).tolist() == [[0, 0], [0, 1]]
    window = Window(0.5, 3.0, VoiFunction.LINEAR_EXACT)
    expected = window.levels(values.astype(np.float64))
    expected[0, :2] = 0
    assert np.abs(render(picture, window) - expected).max() <= 0.5 + 1e-9


def test_a_padding_range_is_background_between_both_its_ends() -> None:
    data = ct_object(ramp(), PixelPaddingValue=-1000, PixelPaddingRangeLimit=-990)
    picture = grey(data)
    assert picture.padding is not None
    assert np.array_equal(picture.padding, ramp() <= -990)
    assert picture.low == -989


def enhanced() -> bytes:
    """Two frames, each with its own rescale and its own window."""
    frames = np.stack([ramp(8, 8), ramp(8, 8)])
    groups = []
    for number in (1, 2):
        group = item()
        group.PixelValueTransformationSequence = [
            item(RescaleSlope=number, RescaleIntercept=10 * number, RescaleType="HU")
        ]
        window = item(WindowCenter=number * 7, WindowWidth=40)
        window.WindowCenterWidthExplanation = f"frame {number}"
        group.FrameVOILUTSequence = [window]
        groups.append(group)
    return ct_object(
        ramp(8, 8),
        NumberOfFrames=2,
        PixelData=frames.astype("<i2").tobytes(),
        PerFrameFunctionalGroupsSequence=groups,
    )


def test_each_frame_of_an_enhanced_object_has_its_own_rescale_and_window() -> None:
    for frame, number in ((0, 1), (1, 2)):
        picture = grey(enhanced(), frame)
        assert picture.modality.apply(np.array([3.0])).tolist() == [3.0 * number + 10 * number]
        first = picture.presets[0]
        assert isinstance(first, Window)
        assert (first.center, first.explanation) == (7 * number, f"frame {number}")


def test_voi_luts_are_selected_by_their_explanation() -> None:
    tables = [
        item(LUTDescriptor=[64, 0, 8], LUTData=bytes(order), LUTExplanation=name)
        for name, order in (("normal", range(64)), ("harder", range(63, -1, -1)))
    ]
    pixels = np.arange(64, dtype=np.int16).reshape(8, 8)
    picture = grey(ct_object(pixels, PixelRepresentation=0, VOILUTSequence=tables))
    named = {preset.explanation: preset for preset in picture.presets}
    assert isinstance(named["harder"], VoiLut)
    assert render(picture, named["normal"]).ravel().tolist() == list(range(64))
    assert render(picture, named["harder"]).ravel().tolist() == list(range(63, -1, -1))


def test_the_function_a_file_names_is_used_with_its_windows() -> None:
    for function in VoiFunction:
        data = ct_object(ramp(), WindowCenter=40, WindowWidth=300, VOILUTFunction=str(function))
        first = grey(data).presets[0]
        assert isinstance(first, Window)
        assert first.function is function


def test_an_inverse_shape_of_the_picture_itself_mirrors_it() -> None:
    data = ct_object(ramp(), PresentationLUTShape="INVERSE")
    assert render(picture_of(data), Window(0, 500))[0, 0] == 255


@pytest.mark.parametrize(
    ("samples", "photometric"), [(3, "MONOCHROME2"), (1, "RGB"), (1, "YBR_FULL_422")]
)
def test_samples_that_do_not_fit_their_meaning_are_refused(samples: int, photometric: str) -> None:
    data = ct_object(ramp(), SamplesPerPixel=samples, PhotometricInterpretation=photometric)
    with pytest.raises(UnsupportedPixelsError, match="cannot be shown"):
        picture_of(data)


def test_32_bit_samples_are_exact() -> None:
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values = np.array([[0, 1, 2**31 - 1, 2**32 - 1]], "<u4")
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.2", "2.25.5"
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PixelRepresentation = 1, 4, 1, 0
    ds.BitsAllocated = ds.BitsStored = 32
    ds.HighBit, ds.PhotometricInterpretation = 31, "MONOCHROME2"
    ds.add_new("PixelData", "OW", values.tobytes())
    picture = grey(saved(ds))
    window = Window(2.0**31, 2.0**32, VoiFunction.LINEAR_EXACT)
    assert picture.samples.tolist() == values.tolist()
    assert render(picture, window).tolist() == [[0, 0, 127, 255]]
