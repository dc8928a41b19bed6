"""Which files of a clinic's disc can be sent, and the plain reason why the others cannot."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    BasicTextSRStorage,
    EncapsulatedPDFStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    JPEGBaseline8Bit,
    KeyObjectSelectionDocumentStorage,
    MRSpectroscopyStorage,
    TwelveLeadECGWaveformStorage,
    generate_uid,
)

from app.imaging.bare import bare
from app.imaging.errors import ImagingError, UnreadableError
from app.store.sealed import Sealer
from app.transfer.finding import find_files
from app.transfer.reading import digest_of, read_head, seal_copy
from tests.server.images import ct_slice, file_bytes


def slice_() -> Dataset:
    return ct_slice(generate_uid(), generate_uid(), 1, 64)


def compressed() -> bytes:
    made = slice_()
    made.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    made.PixelData = encapsulate([b"\xff\xd8" + b"j" * 300 + b"\xff\xd9"] * 3)
    made["PixelData"].is_undefined_length = True
    return file_bytes(made)


def without(keyword: str) -> bytes:
    made = slice_()
    if keyword == "SOPInstanceUID":
        data = file_bytes(made)
        return data.replace(str(made.SOPInstanceUID).encode(), b" " * len(made.SOPInstanceUID))
    delattr(made, keyword)
    return file_bytes(made)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "IM0001"
    path.write_bytes(data)
    return path


def test_a_whole_file_tells_what_the_outbox_must_know(tmp_path: Path) -> None:
    made = slice_()
    head = read_head(written(tmp_path, file_bytes(made)))
    assert head.sop_instance_uid == made.SOPInstanceUID
    assert head.series_instance_uid == made.SeriesInstanceUID
    assert head.study_instance_uid == made.StudyInstanceUID
    assert (head.modality, head.study_description) == ("CT", "Chest")
    assert head.patient.patient_id == "QS-2026-0042"


def test_a_compressed_file_is_whole_when_its_fragments_are(tmp_path: Path) -> None:
    assert read_head(written(tmp_path, compressed())).modality == "CT"


ENDS_EARLY = "The file ends before its picture does."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "This is not a DICOM file."),
        (b"the patient was told to come again", "This is not a DICOM file."),
        (file_bytes(slice_())[:-1], ENDS_EARLY),
        (file_bytes(slice_())[:-4000], ENDS_EARLY),
        (compressed()[:-9], ENDS_EARLY),
        (compressed()[:-400], ENDS_EARLY),
        (
            without("StudyInstanceUID"),
            "The file does not say its StudyInstanceUID, or says it unreadably.",
        ),
        (
            without("SeriesInstanceUID"),
            "The file does not say its SeriesInstanceUID, or says it unreadably.",
        ),
        (
            without("SOPInstanceUID"),
            "The file does not say its SOPInstanceUID, or says it unreadably.",
        ),
        (file_bytes(slice_())[131:], "This is not a DICOM file."),
    ],
)
def test_a_file_that_cannot_be_sent_has_a_plain_reason(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = written(tmp_path, data)
    with pytest.raises(ImagingError) as caught:
        read_head(path)
    assert caught.value.reason == reason


def test_a_picture_cut_anywhere_is_never_taken_for_whole(tmp_path: Path) -> None:
    data = file_bytes(ct_slice(generate_uid(), generate_uid(), 1, 8))
    for length in range(len(data)):
        path = written(tmp_path, data[:length])
        with pytest.raises(ImagingError):
            read_head(path)


@pytest.mark.parametrize("keyword", ["Rows", "Columns", "PixelData"])
def test_an_image_without_size_or_picture_is_taken_for_cut(tmp_path: Path, keyword: str) -> None:
    made = slice_()
    delattr(made, keyword)
    with pytest.raises(ImagingError) as caught:
        read_head(written(tmp_path, file_bytes(made)))
    assert caught.value.reason == ENDS_EARLY


@pytest.mark.parametrize(
    "sop_class",
    [
        EncapsulatedPDFStorage,
        BasicTextSRStorage,
        KeyObjectSelectionDocumentStorage,
        GrayscaleSoftcopyPresentationStateStorage,
        TwelveLeadECGWaveformStorage,
        MRSpectroscopyStorage,
    ],
)
def test_an_object_that_has_no_picture_needs_none(tmp_path: Path, sop_class: UID) -> None:
    made = slice_()
    for keyword in ("Rows", "Columns", "PixelData"):
        delattr(made, keyword)
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = sop_class
    assert read_head(written(tmp_path, file_bytes(made))).sop_class_uid == sop_class


def test_the_hash_is_over_the_very_bytes_that_are_sealed(tmp_path: Path) -> None:
    data = file_bytes(slice_())
    head, target, sealer = read_head(written(tmp_path, data)), tmp_path / "x", Sealer(bytes(32))
    digest = seal_copy(head, sealer, target)
    assert digest.sha256 == hashlib.sha256(data).hexdigest()
    assert digest.size == len(data)
    assert digest == digest_of(head)
    assert b"".join(sealer.open_file(target, head.sop_instance_uid)) == data


@pytest.mark.parametrize("made", [slice_(), compressed()], ids=["native", "compressed"])
def test_a_file_without_preamble_is_sealed_as_a_whole_one(
    tmp_path: Path, made: Dataset | bytes
) -> None:
    data = (made if isinstance(made, bytes) else file_bytes(made))[132:]
    head, target, sealer = read_head(written(tmp_path, data)), tmp_path / "x", Sealer(bytes(32))
    digest = seal_copy(head, sealer, target)
    sealed = b"".join(sealer.open_file(target, head.sop_instance_uid))
    assert (sealed[128:132], sealed[132:]) == (b"DICM", data)
    assert (digest.sha256, digest.size) == (hashlib.sha256(sealed).hexdigest(), len(sealed))
    assert bare(sealed) == data
    assert digest == digest_of(head)


def test_a_file_without_preamble_that_is_cut_is_told(tmp_path: Path) -> None:
    for data in (file_bytes(slice_())[132:-1], compressed()[132:-9]):
        with pytest.raises(ImagingError) as caught:
            read_head(written(tmp_path, data))
        assert caught.value.reason == ENDS_EARLY


def test_a_large_file_without_preamble_is_read_as_it_lies(tmp_path: Path) -> None:
    whole = file_bytes(ct_slice(generate_uid(), generate_uid(), 1, 512))
    data = whole[144 + int.from_bytes(whole[140:144], "little") :]
    head = read_head(written(tmp_path, data))
    with head.open() as stream:
        assert stream.read(len(head.added)) == head.added
        stream.seek(len(head.added) + 1000)
        assert stream.read() == data[1000:]


def test_a_disc_that_was_taken_out_is_said_as_such(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert [one.path for one in find_files((gone,)).files] == [gone]
    with pytest.raises(UnreadableError):
        read_head(gone)
    head = read_head(written(tmp_path, file_bytes(slice_())))
    with pytest.raises(UnreadableError):
        digest_of(replace(head, path=gone))


def test_folders_are_searched_to_the_bottom_and_each_file_is_read_once(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    for name in ("1", "2", "DICOMDIR", ".hidden"):
        (deep / name).write_bytes(b"x")
    found = find_files((tmp_path, deep, deep / "2"))
    assert [one.path for one in found.files] == [deep / "1", deep / "2"]
