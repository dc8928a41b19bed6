"""Photographs, scans and PDF files become DICOM objects that hold just what they held."""

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import cv2
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from pydicom import dcmread

from app.imaging.dataset import open_object
from app.imaging.document import DocumentKind, document_kind
from app.imaging.errors import DecodeError, MalformedError, PixelSizeError
from app.imaging.picture import ColourPicture, GreyPicture, make_picture
from app.imaging.series import describe_bytes
from app.imaging.writing.wrapping import ForeignKind, Wrapping, foreign_kind, wrap
from protocol.patients import PatientText
from tests.imaging.peers import program

CASE = UUID(int=7)
TAKEN = datetime(2026, 11, 20, 9, 30, 5, tzinfo=UTC)
INTO = Wrapping(CASE, PatientText("=林秋月^", "QS-2026-0042", "19720312", "F"), "资料")


def photograph(columns: int = 80, rows: int = 60) -> NDArray[np.uint8]:
    """(rows, columns, 3) as OpenCV has colours."""
    noise = np.random.default_rng(3).integers(0, 256, (rows, columns, 3)).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (9, 9), 3), np.uint8)


def encoded(ending: str, pixels: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(ending, pixels)[1])


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """As a telephone writes it, with a place in it."""
    entry = b"\x12\x01\x03\x00\x01\x00\x00\x00" + bytes([orientation, 0, 0, 0])
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + b"\0\0\0\0GPS 29.56N 106.55E"
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]


def pdf_of_one_page() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 300)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def wrapped(data: bytes, name: str = "IMG_0042") -> bytes:
    kind = foreign_kind(data)
    assert kind is not None
    return wrap(data, kind, name, TAKEN, INTO)


def shown(wrapped_file: bytes) -> NDArray[np.uint8]:
    """(rows, columns, 3) RGB as the viewer has it."""
    picture = make_picture(open_object(wrapped_file), 0)
    if isinstance(picture, GreyPicture):
        return np.repeat(picture.samples[..., None], 3, axis=2).astype(np.uint8)
    assert isinstance(picture, ColourPicture)
    return picture.rgb


def as_seen(data: bytes) -> NDArray[np.uint8]:
    """What any other program shows of the file: upright, RGB."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels[..., ::-1], np.uint8)


def test_a_photograph_keeps_its_own_compression() -> None:
    jpeg = encoded(".jpg", photograph())
    made = dcmread(io.BytesIO(wrapped(jpeg)))
    assert made.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.50"
    assert jpeg[-2000:] in bytes(made.PixelData)
    assert made.LossyImageCompression == "01"
    assert np.array_equal(shown(wrapped(jpeg)), as_seen(jpeg))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photograph_taken_sideways_stands_upright_and_loses_nothing_more(
    orientation: int,
) -> None:
    jpeg = with_exif(encoded(".jpg", photograph()), orientation)
    assert np.array_equal(shown(wrapped(jpeg)), as_seen(jpeg))


def test_where_a_photograph_was_taken_does_not_travel() -> None:
    for orientation in (1, 6):
        assert b"GPS" not in wrapped(with_exif(encoded(".jpg", photograph()), orientation))


@pytest.mark.parametrize("pixels", [photograph(), photograph()[..., :1]], ids=["colour", "grey"])
def test_a_scan_is_compressed_without_loss(pixels: NDArray[np.uint8]) -> None:
    png = encoded(".png", pixels)
    assert np.array_equal(shown(wrapped(png)), as_seen(png))
    assert "LossyImageCompression" not in dcmread(io.BytesIO(wrapped(png)))


def test_a_pdf_file_is_encapsulated_byte_for_byte() -> None:
    pdf = pdf_of_one_page()
    made = dcmread(io.BytesIO(wrapped(pdf, "血常规")))
    assert bytes(made.EncapsulatedDocument)[: made.EncapsulatedDocumentLength] == pdf
    assert made.DocumentTitle == "血常规"
    kind = document_kind(str(made.SOPClassUID), str(made.MIMETypeOfEncapsulatedDocument))
    assert kind is DocumentKind.PDF


def test_what_is_wrapped_names_the_patient_of_the_case() -> None:
    instance = describe_bytes(wrapped(encoded(".jpg", photograph())))
    assert instance.patient == INTO.patient
    assert instance.instance_number == 42


def test_the_same_file_of_a_case_is_the_same_object() -> None:
    jpeg, other = encoded(".jpg", photograph()), encoded(".jpg", photograph(64, 64))
    assert wrapped(jpeg) == wrapped(jpeg)
    first, second = describe_bytes(wrapped(jpeg)), describe_bytes(wrapped(other))
    assert first.study_instance_uid == second.study_instance_uid
    assert first.sop_instance_uid != second.sop_instance_uid


@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_a_damaged_photograph_is_refused(ending: str) -> None:
    data = encoded(ending, photograph(400, 300))
    with pytest.raises(DecodeError):
        wrapped(data[: len(data) // 2])


def test_a_pdf_file_that_is_none_is_refused() -> None:
    with pytest.raises(MalformedError):
        wrapped(b"%PDF-1.7\nnothing follows")


def test_a_picture_is_not_decoded_when_it_says_it_is_huge() -> None:
    png = bytearray(encoded(".png", photograph()))
    png[16:24] = (60000).to_bytes(4, "big") * 2
    with pytest.raises(PixelSizeError):
        wrap(bytes(png), ForeignKind.PNG, "scan", TAKEN, INTO)


@pytest.mark.parametrize("made", ["jpg", "png", "pdf"])
def test_a_stranger_finds_nothing_wrong(made: str, tmp_path: Path) -> None:
    data = pdf_of_one_page() if made == "pdf" else encoded(f".{made}", photograph())
    path = tmp_path / "wrapped.dcm"
    path.write_bytes(wrapped(data))
    done = subprocess.run(
        [program("dciodvfy"), str(path)], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if line.startswith("Error")] == []
