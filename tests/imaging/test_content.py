"""One image in several encodings says the same, to the clinic and to the server alike; whatever
else differs is said."""

import io
from collections.abc import Callable
from functools import cache

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    RLELossless,
)

from app.imaging.content import content_of
from app.imaging.writing.recompress import Form, recompressed
from protocol.content import Unsaid
from server.api.dicomweb.content import content_of as content_at_the_server
from tests.imaging.objects import altered, ct_object, item
from tests.imaging.test_recompress import smooth, unsigned_12_bit

Change = Callable[[pydicom.Dataset], None]


def said(data: bytes) -> str:
    """What both sides find that a file says: they must agree, though their decoders differ."""
    found = content_of(data)
    assert content_at_the_server(io.BytesIO(data)) == found
    return found


@cache
def real(name: str) -> bytes:
    path = get_testdata_file(name)
    assert path is not None
    with open(str(path), "rb") as file:
        return file.read()


def in_syntax(data: bytes, uid: str) -> bytes:
    ds = pydicom.dcmread(io.BytesIO(data))
    native = uid in (ImplicitVRLittleEndian, ExplicitVRBigEndian)
    if uid == ExplicitVRBigEndian:
        ds["PixelData"].VR = "OW"
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    if uid == RLELossless:
        ds.compress(RLELossless, generate_instance_uid=False)
    ds.file_meta.TransferSyntaxUID = UID(uid)
    stream = io.BytesIO()
    if native:
        implicit, little = uid == ImplicitVRLittleEndian, uid != ExplicitVRBigEndian
        pydicom.dcmwrite(stream, ds, implicit_vr=implicit, little_endian=little)
    else:
        ds.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize("make", [lambda: ct_object(smooth()), unsigned_12_bit])
@pytest.mark.parametrize("form", list(Form))
def test_a_file_and_its_lossless_forms_say_the_same(make: Callable[[], bytes], form: Form) -> None:
    data = make()
    new = recompressed(data, form)
    assert new is not None
    assert new.data != data
    assert said(new.data) == said(data)


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm"])
@pytest.mark.parametrize(
    "uid",
    [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless],
)
def test_a_scanners_file_says_the_same_in_another_transfer_syntax(name: str, uid: str) -> None:
    """Private elements of the maker are in both."""
    data = real(name)
    other = in_syntax(data, uid)
    assert other != data
    assert said(other) == said(data)


def test_a_jpeg_that_can_only_be_lossless_says_its_samples() -> None:
    data = ct_object(smooth() + 2048, BitsStored=12, HighBit=11, PixelRepresentation=0)

    def compress(ds: pydicom.Dataset) -> None:
        frame = np.frombuffer(ds.PixelData, "<u2").reshape(ds.Rows, ds.Columns)
        ds.PixelData = encapsulate([bytes(imagecodecs.ljpeg_encode(frame, bitspersample=12))])
        ds["PixelData"].is_undefined_length = True
        ds.file_meta.TransferSyntaxUID = JPEGLosslessSV1

    assert said(altered(data, compress)) == said(data)


def test_colours_that_a_codestream_transforms_and_planes_are_told_as_the_same_samples() -> None:
    samples = np.random.default_rng(4).integers(0, 255, (24, 32, 3), np.uint8)

    def coloured(ds: pydicom.Dataset) -> None:
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
        ds.PixelData = samples.tobytes()

    def by_plane(ds: pydicom.Dataset) -> None:
        ds.PlanarConfiguration = 1
        ds.PixelData = np.moveaxis(samples, 2, 0).tobytes()

    def transformed(ds: pydicom.Dataset) -> None:
        ds.PhotometricInterpretation = "YBR_RCT"
        made = imagecodecs.jpeg2k_encode(
            samples, level=0, codecformat="j2k", reversible=True, mct=True
        )
        ds.PixelData = encapsulate([bytes(made)])
        ds["PixelData"].is_undefined_length = True
        ds.file_meta.TransferSyntaxUID = JPEG2000Lossless

    data = altered(ct_object(np.zeros((24, 32), np.int16)), coloured)
    assert said(altered(data, by_plane)) == said(data)
    assert said(altered(data, transformed)) == said(data)


def in_gb18030(ds: pydicom.Dataset) -> None:
    ds.SpecificCharacterSet = "GB18030"
    ds.PatientName = "Li^Na=李^娜"


def without_padding_of_a_name(ds: pydicom.Dataset) -> None:
    ds.PatientName = "Li^Na^^=李^娜^"


def with_lengths_of_groups(ds: pydicom.Dataset) -> None:
    ds.add_new(0x00080000, "UL", 4)
    ds.add_new(0xFFFCFFFC, "OB", bytes(64))


def with_one_frame_named(ds: pydicom.Dataset) -> None:
    ds.NumberOfFrames = 1


def with_another_head(ds: pydicom.Dataset) -> None:
    ds.file_meta.SourceApplicationEntityTitle = "ELSEWHERE"


@pytest.mark.parametrize(
    "change",
    [
        in_gb18030,
        without_padding_of_a_name,
        with_lengths_of_groups,
        with_one_frame_named,
        with_another_head,
    ],
)
def test_how_it_is_written_is_not_what_it_says(change: Change) -> None:
    data = ct_object(smooth())
    other = altered(data, change)
    assert other != data
    assert said(other) == said(data)


def another_sample(ds: pydicom.Dataset) -> None:
    ds.PixelData = ds.PixelData[:-2] + bytes([ds.PixelData[-2] ^ 1, ds.PixelData[-1]])


def another_name(ds: pydicom.Dataset) -> None:
    ds.PatientName = "Li^Na=李^那"


def another_number(ds: pydicom.Dataset) -> None:
    ds.RescaleIntercept = -1


def another_bit_of_words(ds: pydicom.Dataset) -> None:
    ds.PixelRepresentation = 0


def one_element_less(ds: pydicom.Dataset) -> None:
    del ds.InstanceNumber


def one_private_element_more(ds: pydicom.Dataset) -> None:
    ds.private_block(0x0029, "HUIZHEN", create=True).add_new(1, "OB", b"\0\1")


def another_item(ds: pydicom.Dataset) -> None:
    ds.RequestAttributesSequence = [item(RequestedProcedureID="B")]


def marks_of_loss(ds: pydicom.Dataset) -> None:
    ds.LossyImageCompression = "01"


def another_signature_behind_the_pixels(ds: pydicom.Dataset) -> None:
    ds.DigitalSignaturesSequence = [item(MACIDNumber=1)]


@pytest.mark.parametrize(
    "change",
    [
        another_sample,
        another_name,
        another_number,
        another_bit_of_words,
        one_element_less,
        one_private_element_more,
        another_item,
        marks_of_loss,
        another_signature_behind_the_pixels,
    ],
)
def test_whatever_else_differs_is_said(change: Change) -> None:
    data = ct_object(smooth(), RequestAttributesSequence=[item(RequestedProcedureID="A")])
    other = altered(data, change)
    assert said(other) != said(data)
    new = recompressed(other, Form.JPEG_LS)
    assert new is not None
    assert said(new.data) == said(other)


def test_what_lies_in_unused_bits_is_said_too() -> None:
    """A codec loses it, an overlay of old perhaps."""
    data = unsigned_12_bit()

    def overlay(ds: pydicom.Dataset) -> None:
        words = np.frombuffer(ds.PixelData, "<u2").copy()
        words[7] |= 0x8000
        ds.PixelData = words.tobytes()

    assert said(altered(data, overlay)) != said(data)


def test_a_lossy_codestream_is_never_what_it_decodes_to() -> None:
    lossy = real("SC_rgb_jpeg_dcmtk.dcm")
    ds = pydicom.dcmread(io.BytesIO(lossy))
    assert ds.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    assert said(altered(lossy, with_another_head)) == said(lossy)
    ds.decompress(as_rgb=False, generate_instance_uid=False)
    stream = io.BytesIO()
    ds.save_as(stream)
    assert said(stream.getvalue()) != said(lossy)


def test_several_frames_are_told_each(tmp_path: object) -> None:
    data = real("SC_rgb_rle_2frame.dcm")
    ds = pydicom.dcmread(io.BytesIO(data))
    ds.decompress(generate_instance_uid=False)
    plain = io.BytesIO()
    ds.save_as(plain)
    assert said(plain.getvalue()) == said(data)
    half = len(ds.PixelData) // 2
    ds.PixelData = ds.PixelData[half:] + ds.PixelData[:half]
    turned = io.BytesIO()
    ds.save_as(turned)
    assert said(turned.getvalue()) != said(data)


@pytest.mark.parametrize("side", [content_of, lambda data: content_at_the_server(io.BytesIO(data))])
def test_a_text_in_another_character_set_than_it_names_is_not_guessed(
    side: Callable[[bytes], str],
) -> None:
    """Two texts that cannot be read look the same."""
    data = ct_object(smooth()).replace("李^娜".encode(), b"\xc0\xee^\xc4\xc8  ")
    with pytest.raises(Unsaid):
        side(data)
