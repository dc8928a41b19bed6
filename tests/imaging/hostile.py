"""Files as an enemy, a broken disk or a careless exporter would leave them."""

import struct
from collections.abc import Iterator

import numpy as np
import pydicom
from hypothesis import strategies as st

from app.imaging.dataset import DicomObject, open_object
from app.imaging.displayed import placement, shown
from app.imaging.guard import GuardedDecoder
from app.imaging.picture import make_picture
from app.imaging.pipeline import render
from app.imaging.presentation_reader import is_presentation_state, read_presentation_state
from app.imaging.resample import fit
from app.imaging.series import describe_instance, make_series
from tests.imaging.conftest import WHEEL
from tests.imaging.objects import altered, ct_object, item, ramp, state_for, with_overlay

EXTREMES = (0, 1, 2, 7, 255, 4096, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
KEYWORDS = (
    "Rows Columns SamplesPerPixel BitsAllocated BitsStored HighBit PixelRepresentation "
    "PlanarConfiguration SmallestImagePixelValue PixelPaddingValue PixelPaddingRangeLimit"
).split()
TEXTS = (
    "NumberOfFrames RescaleSlope RescaleIntercept WindowCenter WindowWidth PixelSpacing "
    "PixelAspectRatio ImagePositionPatient ImageOrientationPatient PhotometricInterpretation "
    "VOILUTFunction FrameTime ShutterShape CenterOfCircularShutter RadiusOfCircularShutter "
    "VerticesOfThePolygonalShutter SpecificCharacterSet PatientName"
).split()
WORDS = (
    "",
    "0",
    "-1",
    "2147483647",
    "1e308",
    "-1e-308",
    "nan",
    "inf",
    "1\\2\\3\\4\\5\\6",
    "CIRCULAR",
)


def native_files() -> dict[str, bytes]:
    """Small uncompressed objects of many kinds, and a presentation state."""
    plain = ct_object(ramp(16, 16), PixelPaddingValue=-1000)
    polygon = [1, 1, 1, 9, 9, 9]
    note = item(GraphicLayer="A")
    note.GraphicObjectSequence = [
        item(GraphicType="ELLIPSE", GraphicAnnotationUnits="PIXEL", GraphicData=[1.0] * 8)
    ]
    lut = item(LUTDescriptor=[64, 0, 8], LUTData=bytes(64))
    area = item(DisplayedAreaTopLeftHandCorner=[1, 1], DisplayedAreaBottomRightHandCorner=[9, 9])
    state = state_for(
        plain,
        GraphicAnnotationSequence=[note],
        SoftcopyVOILUTSequence=[item(VOILUTSequence=[lut])],
        DisplayedAreaSelectionSequence=[area],
    )
    shutter = {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": polygon}
    return {
        "overlay": with_overlay(plain, ramp(8, 8) > -990),
        "shutter": ct_object(ramp(16, 16), **shutter),
        "state": state,
        "ct": (WHEEL / "CT_small.dcm").read_bytes(),
        "big endian": (WHEEL / "MR_small_bigendian.dcm").read_bytes(),
        "implicit": (WHEEL / "rtdose.dcm").read_bytes(),
        "odd": (WHEEL / "SC_rgb_small_odd.dcm").read_bytes(),
        "report": (WHEEL / "test-SR.dcm").read_bytes(),
    }


def compressed_files() -> dict[str, bytes]:
    """One small object for each codec."""
    names = (
        "MR_small_RLE.dcm",
        "JPEG2000.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "JPEGLSNearLossless_08.dcm",
        "SC_rgb_small_odd_jpeg.dcm",
        "SC_rgb_jpeg_gdcm.dcm",
        "rtdose_rle.dcm",
    )
    return {name: (WHEEL / name).read_bytes() for name in names}


@st.composite
def mutated(draw: st.DrawFn, files: dict[str, bytes]) -> bytes:
    """One of the files after a few harms: bytes changed, cut, repeated, attributes that lie."""
    data = files[draw(st.sampled_from(sorted(files)))]
    if draw(st.booleans()):
        data = _lying(draw, data)
    harmed = bytearray(data)
    for _ in range(draw(st.integers(0, 4))):
        if len(harmed) < 400:
            break
        # Harm near the end meets pixels and sequences, harm in front of it attributes.
        first, last = draw(st.sampled_from(((132, 400), (350, 2500), (350, 1 << 20))))
        at = draw(st.integers(min(first, len(harmed) - 6), min(last, len(harmed)) - 5))
        kind = draw(st.sampled_from(("byte", "length", "cut", "repeat", "drop")))
        if kind == "byte":
            harmed[at] = draw(st.integers(0, 255))
        elif kind == "length":
            value = draw(st.sampled_from((0, 1, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF)))
            harmed[at : at + 4] = struct.pack(draw(st.sampled_from("<>")) + "I", value)
        elif kind == "cut":
            del harmed[at:]
        elif kind == "repeat":
            harmed[at:at] = harmed[max(0, at - 64) : at] * draw(st.integers(1, 20))
        else:
            del harmed[at : at + draw(st.integers(1, 64))]
    return bytes(harmed)


def _lying(draw: st.DrawFn, data: bytes) -> bytes:
    numbers = draw(
        st.dictionaries(st.sampled_from(KEYWORDS), st.sampled_from(EXTREMES), max_size=3)
    )
    words = draw(st.dictionaries(st.sampled_from(TEXTS), st.sampled_from(WORDS), max_size=3))

    def change(ds: pydicom.Dataset) -> None:
        for keyword, value in numbers.items():
            ds.add_new(keyword, "US", value)
        for keyword, text in words.items():
            ds.add_new(keyword, "LO", text)  # a wrong VR on top of a wrong value

    return altered(data, change)


def looked_at(data: bytes, decoder: GuardedDecoder | None = None) -> None:
    """Everything the program does with a file before and when it shows its first frame."""
    obj = open_object(data)
    instance = describe_instance(obj, len(data))
    make_series("1", [instance])
    if is_presentation_state(instance.sop_class_uid):
        _applied(obj)
        return
    stored = decoder.decode(obj, 0) if decoder is not None else None
    picture = make_picture(obj, 0, stored)
    render(picture, viewport=fit(picture, 64, 48))


def _applied(obj: DicomObject) -> None:
    state = read_presentation_state(obj)
    target = open_object(ct_object(ramp(16, 16)))
    uid = str(target.dataset.SOPInstanceUID)
    picture = make_picture(target, 0, state=state)
    place = placement(picture, state, uid, 0)
    shown(picture, place)
    for content in state.content(uid, 0, picture.overlays):
        for graphic in content.graphics:
            graphic.outline()


def changed(data: bytes) -> st.SearchStrategy[bytes]:
    """A small object with a few of its bytes written over, behind its preamble."""
    places = st.tuples(st.integers(132, len(data) - 1), st.binary(max_size=4))
    return st.lists(places, max_size=6).map(lambda changes: _overwritten(data, changes))


def _overwritten(data: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    made = bytearray(data)
    for at, new in changes:
        made[at : at + len(new)] = new
    return bytes(made)


def scribbled(data: bytes, times: int, seed: int) -> Iterator[bytes]:
    """An object with a dozen of its bytes at random, again and again."""
    rng = np.random.default_rng(seed)
    for _ in range(times):
        made = bytearray(data)
        for at in rng.integers(132, len(data), 12):
            made[at] = int(rng.integers(0, 256))
        yield bytes(made)
