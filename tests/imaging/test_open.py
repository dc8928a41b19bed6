"""Files nobody vouches for are refused with a plain reason, never with memory or a traceback."""

import struct
from pathlib import Path

import pytest

from app.imaging.dataset import open_file, open_object
from app.imaging.decode import decode_frame
from app.imaging.errors import (
    DecodeError,
    FrameIndexError,
    ImagingError,
    MissingAttributeError,
    MissingTransferSyntaxError,
    NoPixelDataError,
    NotDicomError,
    PixelSizeError,
    Reason,
    UnreadableError,
    all_error_types,
)
from app.imaging.series import BadFile, Instance, group
from app.imaging.source import FolderSource
from tests.imaging.objects import ct_object, ramp


def test_a_text_file_named_dcm_is_not_dicom(tmp_path: Path) -> None:
    file = tmp_path / "notes.dcm"
    file.write_text("patient came at ten")
    with pytest.raises(NotDicomError, match="not a DICOM file"):
        open_file(file)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        open_file(tmp_path / "gone.dcm")


def test_a_file_without_transfer_syntax_says_so(wheel: Path) -> None:
    with pytest.raises(MissingTransferSyntaxError, match="transfer syntax"):
        open_file(wheel / "meta_missing_tsyntax.dcm")


def test_a_report_has_no_picture(wheel: Path) -> None:
    with pytest.raises(NoPixelDataError):
        decode_frame(open_file(wheel / "test-SR.dcm"))


@pytest.mark.parametrize("kept", [0, 1, 100, 131, 140, 300, 700])
def test_a_file_cut_anywhere_in_its_attributes_fails_plainly(wheel: Path, kept: int) -> None:
    data = (wheel / "CT_small.dcm").read_bytes()[:kept]
    with pytest.raises(ImagingError) as caught:
        decode_frame(open_object(data))
    assert caught.value.reason.endswith(".")


def test_pixels_cut_short_are_shown_and_marked_partial(wheel: Path) -> None:
    data = (wheel / "CT_small.dcm").read_bytes()
    whole = decode_frame(open_object(data))
    cut = decode_frame(open_object(data[:-16000]))
    assert cut.partial
    assert not whole.partial
    assert (cut.samples[:60] == whole.samples[:60]).all()
    assert not cut.samples[-1].any()


def test_a_cut_jpeg_is_shown_and_marked_partial(wheel: Path) -> None:
    data = (wheel / "JPGExtended.dcm").read_bytes()
    cut = decode_frame(open_object(data[: len(data) * 3 // 4]))
    assert cut.partial
    assert cut.samples.any()


def test_a_cut_frame_that_its_codec_refuses_says_where_the_file_ends(wheel: Path) -> None:
    data = (wheel / "MR_small_RLE.dcm").read_bytes()
    with pytest.raises(DecodeError, match="ends inside"):
        decode_frame(open_object(data[: len(data) * 3 // 4]))


def test_frames_before_the_cut_of_a_cine_open_and_later_ones_say_why(wheel: Path) -> None:
    data = (wheel / "examples_ybr_color.dcm").read_bytes()
    cut = open_object(data[: len(data) // 2])
    assert not decode_frame(cut, 3).partial
    with pytest.raises(NoPixelDataError, match="before frame 30"):
        decode_frame(cut, 29)


def test_a_claimed_size_without_bytes_is_refused_before_anything_is_allocated() -> None:
    lying = ct_object(ramp(), Rows=65535, Columns=65535)
    with pytest.raises(PixelSizeError, match="65535 × 65535"):
        decode_frame(open_object(lying))


def test_an_element_longer_than_the_file_is_no_reason_to_allocate_it() -> None:
    data = bytearray(ct_object(ramp()))
    at = data.rindex(b"\xe0\x7f\x10\x00OW\x00\x00")
    data[at + 8 : at + 12] = struct.pack("<I", 0xFFFFFFF0)
    assert decode_frame(open_object(bytes(data))).samples.shape == (32, 48)


def test_a_file_nested_beyond_reason_fails_plainly() -> None:
    sequence = b"\x08\x00\x15\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    data = ct_object(ramp())
    start = data.index(b"\x08\x00\x05\x00CS")
    with pytest.raises(ImagingError):
        decode_frame(open_object(data[:start] + sequence * 5000))


def test_a_missing_size_names_the_attribute() -> None:
    with pytest.raises(MissingAttributeError, match="Rows"):
        decode_frame(open_object(ct_object(ramp(), Rows=None)))


def test_a_frame_beyond_the_last_is_refused_with_the_count(wheel: Path) -> None:
    with pytest.raises(FrameIndexError, match="30 frames"):
        decode_frame(open_file(wheel / "examples_ybr_color.dcm"), 30)


def test_bad_files_are_listed_with_their_reason_and_the_rest_opens(
    wheel: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.dcm").write_bytes((wheel / "CT_small.dcm").read_bytes())
    (tmp_path / "b.dcm").write_text("not a picture")
    (tmp_path / "c.dcm").write_bytes((wheel / "MR_small.dcm").read_bytes()[:400])
    (tmp_path / "d.dcm").write_bytes((wheel / "MR_small.dcm").read_bytes())
    found = list(FolderSource([tmp_path]).instances())
    bad = {file.label: file.code for file in found if isinstance(file, BadFile)}
    assert bad["b.dcm"] is Reason.NOT_DICOM
    assert "c.dcm" in bad
    studies = group(file for file in found if isinstance(file, Instance))
    assert sorted(s.first.modality for study in studies for s in study.series) == ["CT", "MR"]


def test_every_error_has_a_reason_code_of_its_own_or_its_family() -> None:
    told_of_a_whole_file = {Reason.NOT_AN_IMAGE, Reason.SAME_UID}
    assert {kind.code for kind in all_error_types()} >= set(Reason) - told_of_a_whole_file
