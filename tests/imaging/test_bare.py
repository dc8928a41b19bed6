"""Data sets written without the head of a file are known by their content, and by nothing less."""

import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from app.imaging.bare import LEAST_BYTES, bare, head_of
from app.imaging.dataset import open_file, open_object
from app.imaging.decode import decode_frame
from app.imaging.errors import MissingTransferSyntaxError, NotDicomError
from app.imaging.writing.recompress import Form, recompressed, restored
from tests.imaging.objects import ct_object, ramp

DCMCONV = shutil.which("dcmconv", path="/usr/bin")
IMPLICIT, EXPLICIT, BIG = (f"1.2.840.10008.1.2{end}" for end in ("", ".1", ".2"))
OF_PYDICOM = (
    ("ExplVR_LitEndNoMeta.dcm", EXPLICIT),
    ("ExplVR_BigEndNoMeta.dcm", BIG),
    ("rtstruct.dcm", IMPLICIT),
)


def converted(tmp_path: Path, source: Path, *options: str) -> bytes:
    """What dcmtk writes when it is told to leave the head of the file away."""
    if DCMCONV is None:
        pytest.skip("dcmtk is not installed (dcmconv)")
    made = tmp_path / "bare"
    subprocess.run([DCMCONV, *options, source, made], check=True, timeout=30)
    return made.read_bytes()


def meta_of(data: bytes) -> int:
    """Where the data set of a Part 10 file begins."""
    return 144 + int.from_bytes(data[140:144], "little")


@pytest.mark.parametrize(("name", "syntax"), OF_PYDICOM)
def test_data_sets_of_old_devices_are_opened(wheel: Path, name: str, syntax: str) -> None:
    opened = open_file(wheel / name)
    data = (wheel / name).read_bytes()
    assert opened.transfer_syntax_uid == syntax
    assert opened.dataset.file_meta.MediaStorageSOPInstanceUID == opened.dataset.SOPInstanceUID
    assert opened.dataset.file_meta.MediaStorageSOPClassUID == opened.dataset.SOPClassUID
    assert opened.data[opened.added :] == data
    assert bare(opened.data) == data


@pytest.mark.parametrize(("option", "syntax"), [("+ti", IMPLICIT), ("+te", EXPLICIT), ("+tb", BIG)])
def test_what_dcmtk_writes_as_a_bare_data_set_has_the_same_pixels(
    tmp_path: Path, wheel: Path, option: str, syntax: str
) -> None:
    source = wheel / "CT_small.dcm"
    opened = open_object(converted(tmp_path, source, "-F", option))
    assert opened.transfer_syntax_uid == syntax
    expected = decode_frame(open_file(source)).samples
    assert np.array_equal(decode_frame(opened).samples, expected)


def test_every_kind_of_real_object_is_known_without_its_head(
    tmp_path: Path, shared_data: Path
) -> None:
    kinds = ("mlut", "ecg", "pdf", "sr", "ko", "pr-graphics", "international")
    for kind in kinds:
        source = sorted((shared_data / "conformance" / kind).iterdir())[0]
        whole = source.read_bytes()
        opened = open_object(whole[meta_of(whole) :])
        assert opened.transfer_syntax_uid == open_object(whole).transfer_syntax_uid, kind
        assert opened.dataset.SOPInstanceUID == dcmread(source).SOPInstanceUID, kind


@pytest.mark.parametrize("name", ["CT_small.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm"])
def test_a_file_that_lacks_only_its_preamble_keeps_its_own_meta_information(
    wheel: Path, name: str
) -> None:
    whole = (wheel / name).read_bytes()
    opened = open_object(whole[132:])
    assert opened.data[132:] == whole[132:]
    assert bare(opened.data) == whole[132:]
    expected = decode_frame(open_object(whole)).samples
    assert np.array_equal(decode_frame(opened).samples, expected)


def test_meta_information_that_does_not_say_its_length_is_given_one(wheel: Path) -> None:
    whole = (wheel / "CT_small.dcm").read_bytes()
    opened = open_object(whole[144:])
    assert meta_of(opened.data) == meta_of(whole)
    assert bare(opened.data) == whole[144:]


def test_meta_information_of_another_length_than_it_says_is_not_believed(wheel: Path) -> None:
    whole = (wheel / "CT_small.dcm").read_bytes()
    with pytest.raises(NotDicomError):
        open_object(whole[132:140] + bytes(4) + whole[144:])


def test_the_head_that_is_made_is_one_dcmtk_reads(tmp_path: Path, wheel: Path) -> None:
    made = tmp_path / "made.dcm"
    made.write_bytes(open_file(wheel / "rtstruct.dcm").data)
    again = converted(tmp_path, made, "-F", "+ti")
    assert dcmread(made).SOPInstanceUID.encode() in again


def test_the_same_file_makes_the_same_bytes(wheel: Path) -> None:
    data = (wheel / "rtstruct.dcm").read_bytes()
    assert open_object(data).data == open_object(data).data
    assert head_of(data[:LEAST_BYTES]) == head_of(data)


def test_compressed_pixels_need_somebody_who_says_how(wheel: Path) -> None:
    whole = (wheel / "JPEG2000.dcm").read_bytes()
    with pytest.raises(MissingTransferSyntaxError):
        open_object(whole[meta_of(whole) :])


def test_it_is_recompressed_as_any_other_and_comes_back_in_two_steps() -> None:
    whole = ct_object(ramp(256, 256))
    data = whole[meta_of(whole) :]
    made = recompressed(data, Form.JPEG_LS)
    assert made is not None
    assert bare(restored(made.data)) == data


# --- what is none --------------------------------------------------------------------------


def test_no_text_picture_or_program_is_taken_for_one(wheel: Path) -> None:
    whole = (wheel / "CT_small.dcm").read_bytes()
    data = whole[meta_of(whole) :]
    others = {
        "text that begins with its tag": b"\x08\x00\x05\x00 the patient came at ten " * 40,
        "text with UIDs": b"\x08\x00 1.2.840.10008.5.1.4.1.1.2 1.2.3.4.5 " * 40,
        "PNG": b"\x89PNG\r\n\x1a\n" + data,
        "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF" + data,
        "PDF": b"%PDF-1.7\n" + data,
        "zeros": bytes(4096),
        "group 8 again and again": b"\x08\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00" * 400,
        "one byte before it": b"\x00" + data,
        "without its instance": data.replace(b"\x08\x00\x18\x00UI", b"\x08\x00\x19\x00UI"),
        "with an instance that is none": data.replace(b"1.3.6.1.4.1.5962.1.1", b"x.3.6.1.4.1.5962"),
        "program": b"\x7fELF\x02\x01\x01" + bytes(9) + data,
        "nothing": b"",
        "its first element": data[:20],
    }
    for what, one in others.items():
        assert head_of(one) is None, what
        with pytest.raises(NotDicomError):
            open_object(one)


def test_random_bytes_that_begin_as_one_are_none() -> None:
    dice = random.Random(20261128)
    for start in (b"\x08\x00\x05\x00CS", b"\x08\x00\x16\x00", b"\x00\x08\x00\x16UI", b"\x02\x00"):
        for _ in range(200):
            assert head_of(start + dice.randbytes(400)) is None
