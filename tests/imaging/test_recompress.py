"""Recompression loses nothing: neither a pixel nor a byte of the file that was there."""

import argparse
import io
import subprocess
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.encaps import generate_frames

from app.cli import restore
from app.imaging.dataset import open_object
from app.imaging.decode import decode_frame
from app.imaging.errors import ImagingError, MalformedError
from app.imaging.writing.recompress import (
    Form,
    original_sha256,
    recompressed,
    restored,
    suitable_forms,
)
from tests.imaging.objects import altered, ct_object
from tests.imaging.peers import BIN, files_of


def call(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    restore.add_arguments(parser)
    return restore.run(parser.parse_args(argv))


def smooth(rows: int = 128, columns: int = 160) -> NDArray[np.int16]:
    """Something like anatomy: codecs find it easy."""
    y, x = np.mgrid[:rows, :columns]
    return np.asarray(900 * np.sin(x / 25) * np.cos(y / 19) + 100, np.int16)


def unsigned_12_bit(**more: object) -> bytes:
    shape = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0}
    return ct_object(smooth() + 1024, **shape, **more)


@pytest.mark.parametrize("form", list(Form))
def test_signed_words_come_back_bit_by_bit_under_the_same_uid(form: Form) -> None:
    data = ct_object(smooth())
    new = recompressed(data, form)
    assert new is not None
    assert len(new.data) < len(data) / 1.5
    before, after = pydicom.dcmread(io.BytesIO(data)), pydicom.dcmread(io.BytesIO(new.data))
    assert after.file_meta.TransferSyntaxUID == form.value
    assert after.SOPInstanceUID == before.SOPInstanceUID
    assert np.array_equal(after.pixel_array, before.pixel_array)
    assert restored(new.data) == data


@pytest.mark.parametrize("form", list(Form))
def test_the_codestream_says_the_precision_the_file_says(form: Form) -> None:
    data = unsigned_12_bit()
    new = recompressed(data, form)
    assert new is not None
    pixels = pydicom.dcmread(io.BytesIO(new.data)).PixelData
    (frame,) = generate_frames(pixels, number_of_frames=1)
    # SOF55 (ISO 14495-1 C.2.2): marker, length, precision. SIZ (ISO 15444-1 A.5.1): Ssiz at 40.
    place = frame.index(b"\xff\xf7") + 4 if form is Form.JPEG_LS else frame.index(b"\xff\x51") + 40
    assert frame[place] == (12 if form is Form.JPEG_LS else 11)


@pytest.mark.parametrize(
    ("bits", "signed", "allocated"), [(9, 0, 16), (12, 0, 16), (12, 1, 16), (15, 1, 16), (6, 0, 8)]
)
def test_high_throughput_keeps_any_precision(bits: int, signed: int, allocated: int) -> None:
    span = np.linspace(0, (1 << bits) - 1, 128 * 160).reshape(128, 160).astype(np.int32)
    values = span - (1 << (bits - 1)) if signed else span
    shape = {"BitsAllocated": allocated, "BitsStored": bits, "HighBit": bits - 1}
    words = values.astype(f"<i{allocated // 8}" if signed else f"<u{allocated // 8}")
    data = ct_object(smooth(), **shape, PixelRepresentation=signed, PixelData=words.tobytes())
    new = recompressed(data, Form.HTJ2K)
    assert new is not None
    assert restored(new.data) == data
    # Two decoders that nobody here wrote: OpenJPEG through pydicom, and OpenJPH.
    ds = pydicom.dcmread(io.BytesIO(new.data))
    assert np.array_equal(ds.pixel_array, values)
    frame = next(generate_frames(ds.PixelData, number_of_frames=1))
    assert np.array_equal(imagecodecs.htj2k_decode(frame), values)


def test_private_tags_character_sets_and_odd_ends_stay() -> None:
    def change(ds: pydicom.Dataset) -> None:
        ds.SpecificCharacterSet = "GB18030"
        ds.PatientName = "张^伟"
        block = ds.private_block(0x0029, "CLINIC SCANNER", create=True)
        block.add_new(0x10, "OB", bytes(range(7)) + b"\0")
        ds.DataSetTrailingPadding = b"\0" * 34

    data = altered(unsigned_12_bit(), change)
    new = recompressed(data, Form.JPEG_LS)
    assert new is not None
    after = pydicom.dcmread(io.BytesIO(new.data))
    assert after.PatientName == "张^伟"
    assert after[0x0029, 0x1010].value == bytes(range(7)) + b"\0"
    assert restored(new.data) == data


def test_implicit_files_become_explicit_and_come_back_implicit() -> None:
    ds = pydicom.dcmread(io.BytesIO(unsigned_12_bit()))
    ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    stream = io.BytesIO()
    ds.save_as(stream, implicit_vr=True, little_endian=True)
    data = stream.getvalue()
    new = recompressed(data, Form.JPEG_LS)
    assert new is not None
    assert pydicom.dcmread(io.BytesIO(new.data)).PatientName == ds.PatientName
    assert restored(new.data) == data


def test_every_frame_of_a_cine_is_found_and_comes_back() -> None:
    frames = np.stack([smooth() + n for n in range(5)])
    data = ct_object(smooth(), NumberOfFrames=5, PixelData=frames.astype("<i2").tobytes())
    new = recompressed(data, Form.JPEG_2000)
    assert new is not None
    obj = open_object(new.data)
    assert all(np.array_equal(decode_frame(obj, n).samples, frames[n]) for n in range(5))
    assert restored(new.data) == data


def test_what_lies_in_unused_bits_is_not_thrown_away() -> None:
    overlaid = (smooth() + 1024) | np.int16(0x4000)
    data = ct_object(overlaid, BitsStored=12, HighBit=11, PixelRepresentation=0)
    assert recompressed(data, Form.JPEG_LS) is None


@pytest.mark.parametrize(
    "change",
    [
        {"PixelData": bytes(100)},
        {"PlanarConfiguration": 1, "SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"},
        {"BitsAllocated": 32},
    ],
    ids=["cut", "planes", "long words"],
)
def test_what_suits_no_form_is_left_alone(change: dict[str, object]) -> None:
    data = ct_object(smooth(), **change)
    assert suitable_forms(open_object(data)) == ()
    assert recompressed(data, Form.JPEG_LS) is None


def test_a_recompressed_file_is_not_recompressed_again() -> None:
    new = recompressed(unsigned_12_bit(), Form.JPEG_LS)
    assert new is not None
    assert suitable_forms(open_object(new.data)) == ()
    assert original_sha256(open_object(new.data)) == new.original_sha256


def test_a_changed_file_is_not_passed_off_as_the_original() -> None:
    new = recompressed(unsigned_12_bit(), Form.JPEG_LS)
    assert new is not None
    changed = new.data.replace(b"T-1 ", b"T-2 ")
    assert changed != new.data
    with pytest.raises(MalformedError):
        restored(changed)
    with pytest.raises(MalformedError):
        restored(unsigned_12_bit())


def test_real_files_come_back_from_every_form(shared_data: Path) -> None:
    tried = 0
    for path in files_of("")[::7]:
        data = path.read_bytes()
        try:
            forms = suitable_forms(open_object(data))
        except ImagingError:
            continue
        for form in forms:
            new = recompressed(data, form)
            if new is not None:
                tried += 1
                assert restored(new.data) == data, path.name
    assert tried > 20


@pytest.mark.parametrize(
    ("form", "tool"), [(Form.JPEG_LS, "dcmdjpls"), (Form.JPEG_2000, "gdcmconv")]
)
def test_a_strangers_decoder_finds_the_same_pixels(form: Form, tool: str, tmp_path: Path) -> None:
    program = BIN / tool
    if not program.exists():
        pytest.skip(f"{tool} is not installed")
    data = unsigned_12_bit()
    new = recompressed(data, form)
    assert new is not None
    (tmp_path / "new.dcm").write_bytes(new.data)
    options = ["--raw"] if tool == "gdcmconv" else []
    subprocess.run([program, *options, tmp_path / "new.dcm", tmp_path / "raw.dcm"], check=True)
    raw = pydicom.dcmread(tmp_path / "raw.dcm")
    assert np.array_equal(raw.pixel_array, smooth() + 1024)


def test_the_command_gives_back_the_original_and_replaces_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = unsigned_12_bit()
    new = recompressed(data, Form.JPEG_LS)
    assert new is not None
    (tmp_path / "new.dcm").write_bytes(new.data)
    words = str(tmp_path / "new.dcm"), str(tmp_path / "original.dcm")
    assert call(*words) == 0
    assert (tmp_path / "original.dcm").read_bytes() == data
    assert call(*words) == 1
    assert "exists" in capsys.readouterr().err
